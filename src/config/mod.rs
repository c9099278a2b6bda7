//! Turns the environment into one validated [`Config`]. Unsafe or contradictory settings are refused by name before the server starts.

mod auth;
mod data_limits;
pub mod env;
mod environment;
mod error;
mod file_kinds;
mod files;
mod limits;
mod observe;
mod origin;
mod proxies;
mod server;
mod storage;
pub mod variables;

use std::path::PathBuf;

use secrecy::SecretString;

pub use auth::{AuthConfig, ProviderConfig};
pub use data_limits::{DataLimits, RowSpace};
pub use env::Env;
pub use environment::Environment;
pub use error::ConfigError;
pub use file_kinds::{FileSpace, FileType, UNDECLARED_TYPE};
pub use files::FilesConfig;
pub use limits::{LimitClass, LimitsConfig, Quota};
pub use observe::{ObserveConfig, TracesConfig};
pub use proxies::{ForwardedHeader, ProxiesConfig};
pub use server::{LogFormat, MetricsAccess, ServerConfig};
pub use storage::{S3Family, StorageConfig};

/// The connection to the database.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// `None` starts the embedded one.
    pub url: Option<SecretString>,
    /// A connection that passes no transaction pooler, for LISTEN. `None` where it equals `url`.
    pub direct_url: Option<SecretString>,
    pub pool_size: usize,
    pub migrate_at_boot: bool,
    pub embedded_binaries: Option<String>,
}

/// The settings of a program, validated.
#[derive(Debug, Clone)]
pub struct Config {
    pub environment: Environment,
    pub server: ServerConfig,
    pub limits: LimitsConfig,
    pub proxies: ProxiesConfig,
    pub data: DataLimits,
    pub auth: AuthConfig,
    pub files: FilesConfig,
    pub observe: ObserveConfig,
    pub database: DatabaseConfig,
    /// `None` starts the embedded one.
    pub storage: Option<StorageConfig>,
    pub data_dir: PathBuf,
    /// How long tombstones and idempotency records are kept, in days.
    pub tombstone_days: i32,
    /// How long entries of the audit log are kept, in days.
    pub audit_days: i64,
}

impl Config {
    /// The limit of a body that may hold a project's document: twice that of the document, because blanks between its members don't count.
    pub fn document_body_bytes(&self) -> usize {
        self.server.max_body_bytes.max(self.data.project_bytes.saturating_mul(2))
    }

    /// Reads all settings.
    ///
    /// # Errors
    /// A sentence about the first setting that is missing or wrong.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let environment = match env.get("LANDFALL_ENV") {
            None | Some("development") => Environment::Development,
            Some("production") => Environment::Production,
            Some(other) => {
                return Err(ConfigError(format!("LANDFALL_ENV is \"{other}\": use development or production.")));
            }
        };
        let production = environment == Environment::Production;
        let database = DatabaseConfig {
            url: env.get("DATABASE_URL").map(SecretString::from),
            direct_url: env.get("DATABASE_DIRECT_URL").map(SecretString::from),
            pool_size: env.number("DATABASE_POOL_SIZE", 16usize)?.max(1),
            migrate_at_boot: env.flag("LANDFALL_MIGRATE", !production)?,
            embedded_binaries: env.get("PG_BIN").map(str::to_owned),
        };
        let storage = StorageConfig::from_env(env)?;
        let tombstone_days = env.number("LANDFALL_TOMBSTONE_DAYS", 90)?;
        if !(1..=36_500).contains(&tombstone_days) {
            return Err(ConfigError(format!("LANDFALL_TOMBSTONE_DAYS is \"{tombstone_days}\": use 1 to 36500.")));
        }
        let audit_days = env.number("LANDFALL_AUDIT_DAYS", 365)?;
        if !(1..=36_500).contains(&audit_days) {
            return Err(ConfigError(format!("LANDFALL_AUDIT_DAYS is \"{audit_days}\": use 1 to 36500.")));
        }
        if production && database.url.is_none() {
            return Err(missing("DATABASE_URL", "the embedded database"));
        }
        if production && storage.is_none() {
            return Err(missing("GARAGE_ENDPOINT (or S3_BUCKET, or R2_ACCOUNT_ID)", "the embedded object storage"));
        }
        let server = ServerConfig::from_env(env, environment)?;
        let data = DataLimits::from_env(env)?;
        let largest = server.largest_body_bytes(data.project_bytes);
        if server.body_memory_bytes < largest {
            return Err(ConfigError(format!(
                "LANDFALL_BODY_MEMORY_BYTES is \"{}\": one body may take up {largest} bytes (LANDFALL_MAX_BODY_BYTES, LANDFALL_MAX_PROJECT_BYTES).",
                server.body_memory_bytes
            )));
        }
        Ok(Self {
            environment,
            server,
            limits: LimitsConfig::from_env(env)?,
            proxies: ProxiesConfig::from_env(env)?,
            data,
            auth: AuthConfig::from_env(env, environment)?,
            files: FilesConfig::from_env(env)?,
            observe: ObserveConfig::from_env(env)?,
            database,
            storage,
            data_dir: PathBuf::from(env.get("LANDFALL_DATA").unwrap_or(".landfall")),
            tombstone_days,
            audit_days,
        })
    }
}

fn missing(name: &str, embedded: &str) -> ConfigError {
    ConfigError(format!("{name} is not set: with LANDFALL_ENV=production, {embedded} is not started."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused<const N: usize>(pairs: [(&str, &str); N]) -> String {
        match Config::from_env(&Env::from_pairs(pairs)) {
            Ok(_) => String::from("accepted"),
            Err(ConfigError(sentence)) => sentence,
        }
    }

    #[test]
    fn empty_environment_is_a_development_server_with_embedded_services() {
        let config = Config::from_env(&Env::from_pairs([])).map_err(|e| e.0);
        let config = config.as_ref();
        assert_eq!(config.map(|c| c.environment), Ok(Environment::Development));
        assert_eq!(config.map(|c| c.server.port), Ok(8787));
        assert!(config.is_ok_and(|c| c.database.url.is_none() && c.storage.is_none() && c.server.dev_sign_in));
    }

    /// docs/specs-coverage.md names them.
    #[test]
    fn defaults_are_the_figures_of_the_source_documents() -> Result<(), ConfigError> {
        let config = Config::from_env(&Env::from_pairs([]))?;
        assert_eq!(config.server.request_timeout.as_secs(), 10);
        assert_eq!(config.files.link_ttl.as_secs(), 3600);
        let mib = 1024 * 1024;
        let through_server = |file_type| config.files.max_media_bytes(file_type);
        assert_eq!(through_server(FileType::Image), 10 * mib);
        assert_eq!(through_server(FileType::Video), 100 * mib);
        Ok(())
    }

    #[test]
    fn production_names_missing_settings() {
        assert!(refused([("LANDFALL_ENV", "production")]).starts_with("DATABASE_URL is not set"));
        let base = [("LANDFALL_ENV", "production"), ("DATABASE_URL", "postgres://db/landfall")];
        assert!(refused(base).starts_with("GARAGE_ENDPOINT"));
    }

    #[test]
    fn production_refuses_development_sign_in_and_http_urls() {
        const PRODUCTION: [(&str, &str); 6] = [
            ("LANDFALL_ENV", "production"),
            ("DATABASE_URL", "postgres://db/landfall"),
            ("S3_BUCKET", "files"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("LANDFALL_SECRET", "a canary that is long enough for a secret"),
        ];
        let with = |extra: [(&'static str, &'static str); 2]| {
            let [a, b, c, d, e, f] = PRODUCTION;
            let [g, h] = extra;
            refused([a, b, c, d, e, f, g, h])
        };
        assert!(with([("PORT", "80"), ("HOST", "0.0.0.0")]).starts_with("LANDFALL_PUBLIC_URL is not set"));
        assert!(with([("LANDFALL_PUBLIC_URL", "http://a.example"), ("PORT", "80")]).contains("must begin with https"));
        assert!(
            with([("LANDFALL_PUBLIC_URL", "https://a.example"), ("LANDFALL_DEV_SIGN_IN", "true")])
                .starts_with("LANDFALL_DEV_SIGN_IN")
        );
        assert_eq!(with([("LANDFALL_PUBLIC_URL", "https://a.example"), ("PORT", "80")]), "accepted");
    }

    #[test]
    fn two_storage_families_are_refused_by_name() {
        let sentence = refused([("GARAGE_ENDPOINT", "http://g"), ("R2_ACCOUNT_ID", "x")]);
        assert!(sentence.contains("GARAGE_ENDPOINT") && sentence.contains("R2_ACCOUNT_ID"), "{sentence}");
    }

    #[test]
    fn tombstones_are_kept_at_least_one_day() {
        assert!(refused([("LANDFALL_TOMBSTONE_DAYS", "0")]).starts_with("LANDFALL_TOMBSTONE_DAYS"));
        assert_eq!(refused([("LANDFALL_TOMBSTONE_DAYS", "1")]), "accepted");
        assert!(refused([("LANDFALL_AUDIT_DAYS", "0")]).starts_with("LANDFALL_AUDIT_DAYS"));
    }

    #[test]
    fn secrets_are_not_printed() {
        let env = Env::from_pairs([("DATABASE_URL", "postgres://u:canary@db/x")]);
        let text = format!("{:?}", Config::from_env(&env));
        assert!(text.contains("[REDACTED]") && !text.contains("canary"), "{text}");
    }

    #[test]
    fn env_example_is_current() {
        let committed = include_str!("../../.env.example");
        assert!(committed == variables::example(), "run `make generate`");
    }
}
