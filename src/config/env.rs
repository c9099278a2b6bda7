//! The sources of settings: the process environment, then `.env.local`, then `.env` (the files in development only). [`VARIABLES`] lists every
//! variable that the server reads. Tests fail if another one is read.

use std::collections::HashMap;
use std::path::Path;

use secrecy::SecretString;

use super::ConfigError;

/// Name, default and purpose of each setting. `landfall config` prints this as `.env.example`.
pub const VARIABLES: &[(&str, &str, &str)] = &[
    (
        "LANDFALL_ENV",
        "development",
        "`development`, or `production`: nothing embedded, no development sign-in, secrets required",
    ),
    ("HOST", "127.0.0.1", "address to listen on (0.0.0.0 in production)"),
    ("PORT", "8787", "port to listen on"),
    (
        "LANDFALL_PUBLIC_URL",
        "http://localhost:8787",
        "how browsers reach this server; required in production, must be https there",
    ),
    (
        "LANDFALL_ALLOWED_ORIGINS",
        "",
        "further origins, separated by commas, whose pages may read answers and write with the session cookie",
    ),
    ("LANDFALL_DATA", ".landfall", "folder of the embedded database and object storage (development)"),
    ("LANDFALL_WORKERS", "", "HTTP worker threads; default: one less than there are cores, at least one"),
    ("LANDFALL_FRONTEND", "frontend-sdk/demo/dist", "folder with the built web app to serve at `/`"),
    ("LANDFALL_MAX_BODY_BYTES", "8388608", "largest JSON body, in bytes after decompression"),
    ("LANDFALL_MAX_PROJECT_BYTES", "5242880", "largest document of a project, in bytes"),
    ("LANDFALL_MAX_IMPORT_BYTES", "1073741824", "largest document to import, in bytes after decompression"),
    (
        "LANDFALL_REQUEST_TIMEOUT_SECS",
        "10",
        "longest time for the work of a JSON route once its body is there, in seconds",
    ),
    (
        "LANDFALL_HEADER_TIMEOUT_SECS",
        "5",
        "longest time for the head of a request, in seconds; then the connection is closed",
    ),
    (
        "LANDFALL_KEEP_ALIVE_SECS",
        "75",
        "how long a connection may rest between requests, in seconds; longer than the proxy's in front",
    ),
    (
        "LANDFALL_MAX_CONNECTIONS",
        "10000",
        "connections of clients to this process; less where it may not open as many files",
    ),
    (
        "LANDFALL_TOMBSTONE_DAYS",
        "90",
        "how long a device may be away without starting over: deletes and outcomes are kept for that many days",
    ),
    ("LANDFALL_RATE_LIMITS", "true", "whether callers have budgets of requests"),
    ("LANDFALL_LIMIT_AUTH", "100/2", "sign-in, by address: how many at once / how many come back per second"),
    ("LANDFALL_LIMIT_READ", "600/100", "reads, by user or address"),
    ("LANDFALL_LIMIT_WRITE", "300/30", "writes of one thing"),
    ("LANDFALL_LIMIT_BATCH", "600/50", "writes and reads of many things: message batches, export, import"),
    ("LANDFALL_LIMIT_PRESIGN", "200/20", "requests for links to files"),
    ("LANDFALL_LIMIT_UPLOAD", "100/5", "files through the server"),
    ("LANDFALL_LIMIT_SYNC", "600/50", "push, pull, login sync, event streams"),
    (
        "LANDFALL_TRUSTED_PROXIES",
        "",
        "addresses and networks, separated by commas, whose X-Forwarded-For is trusted, like 10.0.0.0/8",
    ),
    ("LANDFALL_SHUTDOWN_SECS", "10", "how long running requests may take after SIGTERM, in seconds"),
    ("LANDFALL_LOG", "info,actix_server=warn", "what to log, in the syntax of tracing's EnvFilter"),
    ("LANDFALL_LOG_FORMAT", "pretty", "`pretty` or `json` (production: json)"),
    (
        "LANDFALL_METRICS_TOKEN",
        "",
        "bearer token for /metrics, 32 characters or more; unset: open in development, no such page in production",
    ),
    ("LANDFALL_DEV_SIGN_IN", "true", "sign-in by email alone, for development and tests; refused in production"),
    (
        "LANDFALL_SECRET",
        "",
        "what keys are derived from, 32 characters or more; required in production, made in the data folder in development",
    ),
    (
        "LANDFALL_ADMIN_EMAILS",
        "",
        "verified addresses, separated by commas, whose owners are administrators from their next sign-in on",
    ),
    ("GOOGLE_CLIENT_ID", "", "Google sign-in: client id; setting it offers the provider `google`"),
    ("GOOGLE_CLIENT_SECRET", "", "Google sign-in: client secret"),
    ("GOOGLE_ISSUER", "https://accounts.google.com", "Google sign-in: another OpenID issuer in Google's place"),
    ("OIDC_ISSUER", "", "any OpenID provider: its issuer; setting it offers the provider `oidc`"),
    ("OIDC_CLIENT_ID", "", "any OpenID provider: client id"),
    ("OIDC_CLIENT_SECRET", "", "any OpenID provider: client secret; none for a public client"),
    ("OIDC_NAME", "OpenID", "any OpenID provider: its display name"),
    (
        "LANDFALL_OIDC_ALLOW_LOOPBACK_HTTP",
        "false",
        "OpenID issuers at http://localhost are allowed, for development and tests; refused in production",
    ),
    ("LANDFALL_MIGRATE", "true", "run migrations at boot (production: false, use `landfall migrate`)"),
    ("DATABASE_URL", "", "PostgreSQL 15 or later; unset in development: an embedded one"),
    ("DATABASE_DIRECT_URL", "", "a connection past a transaction pooler, for LISTEN; default: DATABASE_URL"),
    ("DATABASE_POOL_SIZE", "16", "database connections of this process"),
    ("PG_BIN", "", "folder with initdb and postgres for the embedded database, or `npm` for the packaged ones"),
    ("LANDFALL_LINK_SECS", "3600", "how long signed links to files hold, in seconds; 3600 at most"),
    (
        "LANDFALL_MAX_ASSET_BYTES",
        "5368709120",
        "largest file that goes straight to the storage, in bytes; 5 GiB at most",
    ),
    ("LANDFALL_MAX_IMAGE_BYTES", "10485760", "largest image through the server, in bytes"),
    ("LANDFALL_MAX_VIDEO_BYTES", "104857600", "largest video through the server, in bytes"),
    ("LANDFALL_MAX_AUDIO_BYTES", "52428800", "largest audio file through the server, in bytes"),
    ("LANDFALL_MAX_DOCUMENT_BYTES", "52428800", "largest document through the server, in bytes"),
    ("LANDFALL_MAX_OTHER_BYTES", "26214400", "largest file of another type through the server, in bytes"),
    ("LANDFALL_QUOTA_BYTES", "10737418240", "quota of one user's files, in bytes"),
    ("LANDFALL_QUOTA_FILES", "10000", "largest number of files of one user"),
    ("LANDFALL_SWEEP_HOURS", "24", "after how long an upload that was never registered is given up, in hours"),
    ("LANDFALL_MULTIPART_SWEEP_HOURS", "168", "the same for an upload in parts, in hours"),
    (
        "LANDFALL_STORAGE_PUBLIC_URL",
        "",
        "address at which browsers reach the object storage, where it differs from the server's",
    ),
    ("GARAGE_ENDPOINT", "", "Garage: address; setting it chooses the GARAGE_* family"),
    ("GARAGE_ACCESS_KEY", "", "Garage: key id"),
    ("GARAGE_SECRET_KEY", "", "Garage: secret"),
    ("GARAGE_BUCKET", "", "Garage: bucket"),
    ("GARAGE_REGION", "garage", "Garage: region"),
    ("S3_BUCKET", "", "Amazon S3 and compatible: bucket; setting it chooses the S3_*/AWS_* family"),
    ("S3_REGION", "us-east-1", "Amazon S3 and compatible: region"),
    ("S3_ENDPOINT", "", "address of a compatible service; unset: Amazon's"),
    ("AWS_ACCESS_KEY_ID", "", "Amazon S3 and compatible: key id"),
    ("AWS_SECRET_ACCESS_KEY", "", "Amazon S3 and compatible: secret"),
    ("R2_ACCOUNT_ID", "", "Cloudflare R2: account; setting it chooses the R2_* family"),
    ("R2_ACCESS_KEY_ID", "", "Cloudflare R2: key id"),
    ("R2_SECRET_ACCESS_KEY", "", "Cloudflare R2: secret"),
    ("R2_BUCKET_NAME", "", "Cloudflare R2: bucket"),
];

/// A shorter secret is likely to be guessable.
const SECRET_CHARS: usize = 32;

/// A snapshot of the settings as text. Empty values count as unset.
#[derive(Clone, Default)]
pub struct Env(HashMap<String, String>);

impl Env {
    /// Reads the process environment and, except in production, the `.env` files of the working folder.
    ///
    /// # Errors
    /// A sentence that names the unreadable file.
    pub fn from_process() -> Result<Self, ConfigError> {
        let process: HashMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let mut merged = HashMap::new();
        if process.get("LANDFALL_ENV").map(String::as_str) != Some("production") {
            for file in [".env", ".env.local"] {
                merged.extend(read_file(Path::new(file))?);
            }
        }
        merged.extend(process);
        Ok(Self(merged))
    }

    /// Exactly these variables, for tests.
    pub fn from_pairs<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }

    /// The value of a documented variable, if it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        debug_assert!(VARIABLES.iter().any(|(known, ..)| *known == name), "{name} is not in the table of variables");
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    pub fn required(&self, name: &'static str, why: &str) -> Result<String, ConfigError> {
        self.get(name).map(str::to_owned).ok_or_else(|| ConfigError(format!("{name} is not set: {why}.")))
    }

    /// A secret that the operator chose, if set.
    ///
    /// # Errors
    /// A sentence for a secret that is too short.
    pub fn secret(&self, name: &'static str) -> Result<Option<SecretString>, ConfigError> {
        match self.get(name) {
            Some(secret) if secret.chars().count() < SECRET_CHARS => {
                Err(ConfigError(format!("{name} is too short: use {SECRET_CHARS} characters or more.")))
            }
            secret => Ok(secret.map(SecretString::from)),
        }
    }

    pub fn number<T: std::str::FromStr>(&self, name: &'static str, default: T) -> Result<T, ConfigError> {
        match self.get(name) {
            None => Ok(default),
            Some(text) => {
                text.parse().map_err(|_| ConfigError(format!("{name} is \"{text}\", which is not a number in range.")))
            }
        }
    }

    pub fn flag(&self, name: &'static str, default: bool) -> Result<bool, ConfigError> {
        match self.get(name) {
            None => Ok(default),
            Some("true" | "1" | "yes") => Ok(true),
            Some("false" | "0" | "no") => Ok(false),
            Some(text) => Err(ConfigError(format!("{name} is \"{text}\": use true or false."))),
        }
    }
}

fn read_file(path: &Path) -> Result<HashMap<String, String>, ConfigError> {
    if !path.exists() {
        return Ok(HashMap::new());
    }
    dotenvy::from_path_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| ConfigError(format!("{} can't be read: {error}.", path.display())))
}

/// The text of `.env.example`.
pub fn example() -> String {
    let mut text =
        String::from("# Every setting of the Landfall server, with its default. `landfall config` prints this file.\n");
    for (name, default, purpose) in VARIABLES {
        text.push_str(&format!("\n# {purpose}\n#{name}={default}\n"));
    }
    text
}
