//! Settings of the HTTP server: addresses, limits, logs.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::{ConfigError, Env, Environment};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Pretty,
    Json,
}

/// Who may read the metrics.
#[derive(Debug, Clone)]
pub enum MetricsAccess {
    Open,
    /// Requests with this bearer token.
    Token(SecretString),
    Off,
}

#[derive(Debug, Clone)]
pub struct ServerConfig {
    pub host: String,
    pub port: u16,
    /// Scheme and host without a trailing slash. It is never taken from a request header.
    pub public_url: String,
    /// Origins besides the public one whose pages may write with the session cookie.
    pub allowed_origins: Vec<String>,
    /// Pages of any port of this machine may write with the session cookie (development).
    pub allow_loopback_origins: bool,
    pub workers: usize,
    pub frontend_dir: PathBuf,
    pub max_body_bytes: usize,
    /// The maximal size of a document to import in bytes, after decompression. It is never in memory as a whole.
    pub max_import_bytes: u64,
    /// How many bytes the bodies of all requests may take up in the memory of this process.
    pub body_memory_bytes: usize,
    /// How long the checks of an import may take, and how long its body may take whatever its rate is.
    pub import_timeout: Duration,
    pub request_timeout: Duration,
    /// How long a body may stand still.
    pub body_pause: Duration,
    /// The time limit for the head of a request.
    pub header_timeout: Duration,
    /// How long a connection may be idle between requests.
    pub keep_alive: Duration,
    /// The limit of this process, over all workers.
    pub max_connections: usize,
    /// The limit of one address, or of one /64 of IPv6. `None`: a quarter of the process's.
    pub max_connections_per_address: Option<usize>,
    /// The limit of one user's event streams in this process.
    pub max_event_streams_per_user: usize,
    /// How long an answer may stand still because its client does not read.
    pub write_timeout: Duration,
    /// The port of a second listener with health and metrics only. `None`: there is none.
    pub health_port: Option<u16>,
    pub shutdown_secs: u64,
    /// How long a server that was told to stop goes on to serve, so that load balancers notice it.
    pub drain: Duration,
    pub log_filter: String,
    pub log_format: LogFormat,
    pub dev_sign_in: bool,
    pub metrics: MetricsAccess,
}

impl ServerConfig {
    pub(super) fn from_env(env: &Env, environment: Environment) -> Result<Self, ConfigError> {
        let production = environment == Environment::Production;
        let port = env.number("PORT", 8787u16)?;
        let public_url = if production {
            env.required("LANDFALL_PUBLIC_URL", "production needs the address that browsers use")?
        } else {
            env.get("LANDFALL_PUBLIC_URL").map_or_else(|| format!("http://localhost:{port}"), str::to_owned)
        };
        if production && !public_url.starts_with("https://") {
            return Err(ConfigError(format!(
                "LANDFALL_PUBLIC_URL is \"{public_url}\": in production it must begin with https."
            )));
        }
        let dev_sign_in = env.flag("LANDFALL_DEV_SIGN_IN", !production)?;
        if production && dev_sign_in {
            return Err(ConfigError(
                "LANDFALL_DEV_SIGN_IN is on: anyone could sign in as anyone, so production refuses it.".into(),
            ));
        }
        let config = Self {
            host: env.get("HOST").unwrap_or(if production { "0.0.0.0" } else { "127.0.0.1" }).to_owned(),
            port,
            public_url: public_url.trim_end_matches('/').to_owned(),
            allowed_origins: allowed_origins(env)?,
            allow_loopback_origins: !production,
            // One worker per spare core: PostgreSQL on the same machine needs the other one (docs/adr has the measurements).
            workers: env
                .number(
                    "LANDFALL_WORKERS",
                    std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1)),
                )?
                .max(1),
            frontend_dir: PathBuf::from(env.get("LANDFALL_FRONTEND").unwrap_or("frontend-sdk/demo/dist")),
            max_body_bytes: env.number("LANDFALL_MAX_BODY_BYTES", 8 * 1024 * 1024)?,
            max_import_bytes: env.number("LANDFALL_MAX_IMPORT_BYTES", 4 * 1024 * 1024 * 1024)?,
            body_memory_bytes: env.number("LANDFALL_BODY_MEMORY_BYTES", 256 * 1024 * 1024)?,
            import_timeout: Duration::from_secs(env.number("LANDFALL_IMPORT_TIMEOUT_SECS", 300)?),
            request_timeout: Duration::from_secs(env.number("LANDFALL_REQUEST_TIMEOUT_SECS", 10)?),
            body_pause: Duration::from_secs(env.number("LANDFALL_BODY_PAUSE_SECS", 30)?),
            header_timeout: Duration::from_secs(env.number("LANDFALL_HEADER_TIMEOUT_SECS", 5)?),
            keep_alive: Duration::from_secs(env.number("LANDFALL_KEEP_ALIVE_SECS", 75)?),
            max_connections: env.number("LANDFALL_MAX_CONNECTIONS", 10_000)?,
            max_connections_per_address: env.optional_number("LANDFALL_MAX_CONNECTIONS_PER_ADDRESS")?,
            max_event_streams_per_user: env.number("LANDFALL_MAX_EVENT_STREAMS_PER_USER", 20usize)?.max(1),
            write_timeout: Duration::from_secs(env.number("LANDFALL_WRITE_TIMEOUT_SECS", 30u64)?.max(1)),
            health_port: env.optional_number("LANDFALL_HEALTH_PORT")?,
            shutdown_secs: env.number("LANDFALL_SHUTDOWN_SECS", 10)?,
            drain: Duration::from_secs(env.number("LANDFALL_DRAIN_SECS", if production { 5 } else { 0 })?),
            log_filter: env.get("LANDFALL_LOG").unwrap_or("info,actix_server=warn").to_owned(),
            log_format: match env.get("LANDFALL_LOG_FORMAT") {
                None if production => LogFormat::Json,
                None | Some("pretty") => LogFormat::Pretty,
                Some("json") => LogFormat::Json,
                Some(other) => {
                    return Err(ConfigError(format!("LANDFALL_LOG_FORMAT is \"{other}\": use pretty or json.")));
                }
            },
            dev_sign_in,
            metrics: match env.secret("LANDFALL_METRICS_TOKEN")? {
                Some(token) => MetricsAccess::Token(token),
                None if production => MetricsAccess::Off,
                None => MetricsAccess::Open,
            },
        };
        Ok(config)
    }

    /// The most memory that one body takes up, in bytes: a JSON body of the largest size and its unpacking, or a part of a file.
    pub fn largest_body_bytes(&self, max_project_bytes: usize) -> usize {
        const OVERHEAD: usize = 128 * 1024;
        const PART_OF_A_FILE: usize = 5 * 1024 * 1024;
        self.max_body_bytes.max(max_project_bytes.saturating_mul(2)).max(PART_OF_A_FILE).saturating_add(OVERHEAD)
    }

    /// The limit of one address, where the process has `connections`.
    pub fn connections_per_address(&self, connections: usize) -> usize {
        // A small process is not divided: a page opens half a dozen connections, and a household has several.
        const AT_LEAST: usize = 64;
        self.max_connections_per_address.unwrap_or((connections / 4).max(AT_LEAST)).max(1)
    }

    /// True if browsers reach this server by https.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// Schemes whose pages have no origin of their own, or that run text as a script.
const NO_ORIGIN: [&str; 11] =
    ["about", "blob", "data", "file", "filesystem", "ftp", "javascript", "vbscript", "view-source", "ws", "wss"];

/// Exact origins only. A pattern, a path or a wildcard could allow more than intended. Apps in a shell have a scheme of their own
/// (`capacitor://localhost`, `chrome-extension://...`).
fn allowed_origins(env: &Env) -> Result<Vec<String>, ConfigError> {
    let list = env.get("LANDFALL_ALLOWED_ORIGINS").unwrap_or_default().split(',').map(str::trim);
    list.filter(|origin| !origin.is_empty())
        .map(|origin| {
            let exact = origin.trim_end_matches('/');
            if !is_exact_origin(exact) {
                return Err(ConfigError(format!(
                    "LANDFALL_ALLOWED_ORIGINS has \"{origin}\": write exact origins in lower case, like https://app.example.com or capacitor://localhost."
                )));
            }
            Ok(exact.to_owned())
        })
        .collect()
}

fn is_exact_origin(text: &str) -> bool {
    let Some((scheme, host)) = text.split_once("://") else { return false };
    let is_plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let is_scheme = scheme.starts_with(|letter: char| letter.is_ascii_lowercase())
        && scheme.bytes().all(|letter| is_plain(letter) || b"+-.".contains(&letter))
        && !NO_ORIGIN.contains(&scheme);
    is_scheme && !host.is_empty() && host.bytes().all(|letter| is_plain(letter) || b"-._:[]".contains(&letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inexact_allowed_origins_are_refused() {
        let read = |list| allowed_origins(&Env::from_pairs([("LANDFALL_ALLOWED_ORIGINS", list)])).ok();
        assert_eq!(
            read("https://a.example/, http://b.example:81,"),
            Some(vec!["https://a.example".into(), "http://b.example:81".into()])
        );
        for shell in
            ["capacitor://localhost", "ionic://localhost", "tauri://localhost", "chrome-extension://abcdefghij"]
        {
            assert_eq!(read(shell), Some(vec![shell.into()]));
        }
        for list in [
            "*",
            "https://*.example.com",
            "app.example.com",
            "https://a.example/app",
            "null",
            "https://A.example",
            "https://mi\u{212A}e.example",
            "capacitor://",
            "capacitor://*",
            "capacitor:localhost",
            "Capacitor://localhost",
            "javascript://localhost",
            "file:///",
            "file://localhost",
            "data://x",
            "://localhost",
        ] {
            assert_eq!(read(list), None, "{list}");
        }
    }
}
