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
    /// The maximal size of a project's document in bytes. Bodies with one may exceed the limit of other bodies.
    pub max_project_bytes: usize,
    /// The maximal size of a document to import in bytes, after decompression. It is never in memory as a whole.
    pub max_import_bytes: u64,
    pub request_timeout: Duration,
    /// The time limit for the head of a request.
    pub header_timeout: Duration,
    /// How long a connection may be idle between requests.
    pub keep_alive: Duration,
    /// The limit of this process, over all workers.
    pub max_connections: usize,
    pub shutdown_secs: u64,
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
        Ok(Self {
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
            max_project_bytes: env.number("LANDFALL_MAX_PROJECT_BYTES", 5 * 1024 * 1024)?,
            max_import_bytes: env.number("LANDFALL_MAX_IMPORT_BYTES", 1024 * 1024 * 1024)?,
            request_timeout: Duration::from_secs(env.number("LANDFALL_REQUEST_TIMEOUT_SECS", 10)?),
            header_timeout: Duration::from_secs(env.number("LANDFALL_HEADER_TIMEOUT_SECS", 5)?),
            keep_alive: Duration::from_secs(env.number("LANDFALL_KEEP_ALIVE_SECS", 75)?),
            max_connections: env.number("LANDFALL_MAX_CONNECTIONS", 10_000)?,
            shutdown_secs: env.number("LANDFALL_SHUTDOWN_SECS", 10)?,
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
        })
    }

    /// True if browsers reach this server by https.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// Exact origins only. A pattern, a path or a wildcard could allow more than intended.
fn allowed_origins(env: &Env) -> Result<Vec<String>, ConfigError> {
    let list = env.get("LANDFALL_ALLOWED_ORIGINS").unwrap_or_default().split(',').map(str::trim);
    list.filter(|origin| !origin.is_empty())
        .map(|origin| {
            let exact = origin.trim_end_matches('/');
            let host = exact.strip_prefix("https://").or_else(|| exact.strip_prefix("http://")).unwrap_or_default();
            if host.is_empty() || host.contains(['/', '*', '?', '#', '@', ' ']) || exact != exact.to_lowercase() {
                return Err(ConfigError(format!(
                    "LANDFALL_ALLOWED_ORIGINS has \"{origin}\": write exact origins in lower case, like https://app.example.com."
                )));
            }
            Ok(exact.to_owned())
        })
        .collect()
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
        for list in
            ["*", "https://*.example.com", "app.example.com", "https://a.example/app", "null", "https://A.example"]
        {
            assert_eq!(read(list), None, "{list}");
        }
    }
}
