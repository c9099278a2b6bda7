//! How the HTTP server is reached, limited and logged.

use std::path::PathBuf;
use std::time::Duration;

use super::{ConfigError, Env, Environment};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Pretty,
    Json,
}

#[derive(Debug, Clone)]
pub struct ServerConfig {
    pub host: String,
    pub port: u16,
    /// Scheme and host without a slash at the end. Never taken from a request's header.
    pub public_url: String,
    /// Origins besides the public one that may write with the cookie.
    pub allowed_origins: Vec<String>,
    /// Pages on any port of this machine may write with the cookie (development).
    pub allow_loopback_origins: bool,
    pub workers: usize,
    pub frontend_dir: PathBuf,
    pub max_body_bytes: usize,
    /// Of a project's document; bodies that carry one may be larger than others.
    pub max_project_bytes: usize,
    pub request_timeout: Duration,
    pub shutdown_secs: u64,
    pub log_filter: String,
    pub log_format: LogFormat,
    pub dev_sign_in: bool,
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
            allowed_origins: env
                .get("LANDFALL_ALLOWED_ORIGINS")
                .map(|list| list.split(',').map(|o| o.trim().trim_end_matches('/').to_owned()).collect())
                .unwrap_or_default(),
            allow_loopback_origins: !production,
            // One worker per spare core: PostgreSQL on the same machine needs the other (measured: docs/adr).
            workers: env
                .number(
                    "LANDFALL_WORKERS",
                    std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1)),
                )?
                .max(1),
            frontend_dir: PathBuf::from(env.get("LANDFALL_FRONTEND").unwrap_or("frontend-sdk/demo/dist")),
            max_body_bytes: env.number("LANDFALL_MAX_BODY_BYTES", 8 * 1024 * 1024)?,
            max_project_bytes: env.number("LANDFALL_MAX_PROJECT_BYTES", 5 * 1024 * 1024)?,
            request_timeout: Duration::from_secs(env.number("LANDFALL_REQUEST_TIMEOUT_SECS", 10)?),
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
        })
    }
}
