//! Every variable that the server reads. Tests fail if another one is read.

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
        "further origins, separated by commas, whose pages may read answers and write with the session cookie; also of apps, like capacitor://localhost",
    ),
    ("LANDFALL_DATA", ".landfall", "folder of the embedded database and object storage (development)"),
    ("LANDFALL_WORKERS", "", "HTTP worker threads; default: one less than there are cores, at least one"),
    ("LANDFALL_FRONTEND", "frontend-sdk/demo/dist", "folder with the built web app to serve at `/`"),
    ("LANDFALL_MAX_BODY_BYTES", "8388608", "largest JSON body, in bytes after decompression"),
    (
        "LANDFALL_BODY_MEMORY_BYTES",
        "268435456",
        "memory of this process for the bodies of requests, and for answers of more than 64 KiB until their clients have read them, in bytes; a user, or an address without a session, may have a quarter",
    ),
    ("LANDFALL_MAX_PROJECT_BYTES", "5242880", "largest document of a project, in bytes"),
    (
        "LANDFALL_PAGE_BYTES",
        "4194304",
        "bytes at which a page of an answer ends; a first row that is larger is a page of its own",
    ),
    (
        "LANDFALL_QUOTA_ROW_BYTES",
        "2147483648",
        "quota of one user's rows, in bytes of JSON; the largest import should be larger",
    ),
    ("LANDFALL_QUOTA_ROWS", "5000000", "largest number of rows of one user"),
    ("LANDFALL_MAX_IMPORT_BYTES", "4294967296", "largest document to import, in bytes after decompression"),
    (
        "LANDFALL_IMPORT_TIMEOUT_SECS",
        "300",
        "longest time for the checks of an import, and for a body that arrives at less than 4 kB a second, in seconds",
    ),
    (
        "LANDFALL_REQUEST_TIMEOUT_SECS",
        "10",
        "longest time for the work of a JSON route, without the waiting for its body, in seconds",
    ),
    ("LANDFALL_BODY_PAUSE_SECS", "30", "how long the body of a request may stand still, in seconds"),
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
        "LANDFALL_MAX_CONNECTIONS_PER_ADDRESS",
        "",
        "connections of one address, or of one /64 of IPv6; default: a quarter of the process's; trusted proxies have no such limit",
    ),
    ("LANDFALL_MAX_EVENT_STREAMS_PER_USER", "20", "event streams of one user in this process"),
    (
        "LANDFALL_WRITE_TIMEOUT_SECS",
        "30",
        "how long an answer may stand still because its client does not read, in seconds; then the connection is closed",
    ),
    (
        "LANDFALL_HEALTH_PORT",
        "",
        "port of a second listener with /health and /metrics only, which answers when all other connections are in use; keep it inside the network",
    ),
    (
        "LANDFALL_MAX_SESSIONS_PER_USER",
        "100",
        "sessions of one user; a further sign-in ends the one that was unused the longest",
    ),
    (
        "LANDFALL_TOMBSTONE_DAYS",
        "90",
        "how long a device may be away without starting over: deletes and outcomes are kept for that many days",
    ),
    ("LANDFALL_AUDIT_DAYS", "365", "how long entries of the audit log are kept, in days"),
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
        "addresses and networks, separated by commas, of the proxies whose forwarding header is trusted, like 10.0.0.0/8",
    ),
    (
        "LANDFALL_FORWARDED_HEADER",
        "",
        "the header in which these proxies write the client's address, like forwarded or cf-connecting-ip; default: x-forwarded-for, and forwarded where that is absent",
    ),
    (
        "LANDFALL_DRAIN_SECS",
        "",
        "how long a server goes on to serve after SIGTERM while it says that it is not ready, in seconds; default: 5 in production, 0 in development",
    ),
    ("LANDFALL_SHUTDOWN_SECS", "10", "how long running requests may take after that, in seconds"),
    ("LANDFALL_LOG", "info,actix_server=warn", "what to log, in the syntax of tracing's EnvFilter"),
    ("LANDFALL_LOG_FORMAT", "pretty", "`pretty` or `json` (production: json)"),
    (
        "LANDFALL_METRICS_TOKEN",
        "",
        "bearer token for /metrics, 32 characters or more; unset: open in development, no such page in production",
    ),
    (
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        "receiver of traces by OTLP over HTTP, like http://collector:4318, without /v1/traces; unset: nothing is traced",
    ),
    (
        "OTEL_EXPORTER_OTLP_HEADERS",
        "",
        "headers for it, name=value separated by commas, values percent-encoded; may be a secret",
    ),
    ("OTEL_SERVICE_NAME", "landfall", "the name of the service in traces"),
    ("LANDFALL_TRACE_RATIO", "1", "the part of requests and jobs that is traced, 0 to 1, whatever their callers want"),
    (
        "SENTRY_DSN",
        "",
        "address of a project in Sentry, to which faults are reported without their text; unset: none are; a secret",
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
        "verified addresses, separated by commas, whose owners are administrators from their next sign-in on; ASCII only",
    ),
    (
        "LANDFALL_FRESH_SESSION_SECS",
        "86400",
        "how old a session may be that links or unlinks accounts or deletes its user, in seconds since the sign-in; 0: any age",
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
    (
        "DATABASE_DIRECT_URL",
        "",
        "PostgreSQL itself where DATABASE_URL leads to a transaction pooler, for LISTEN and locks; default: DATABASE_URL",
    ),
    ("DATABASE_POOL_SIZE", "16", "database connections of this process"),
    (
        "PG_BIN",
        "",
        "folder with PostgreSQL's programs: initdb and postgres for the embedded database (or `npm` for the packaged ones), pg_dump and pg_restore for backups",
    ),
    ("LANDFALL_LINK_SECS", "3600", "how long signed links to files hold, in seconds; 3600 at most"),
    (
        "LANDFALL_MAX_ASSET_BYTES",
        "5368709120",
        "largest file that goes straight to the storage, in bytes; 5 GiB at most",
    ),
    (
        "LANDFALL_MAX_IMAGE_BYTES",
        "10485760",
        "largest image through the server, in bytes; where it is set, also by a link",
    ),
    ("LANDFALL_MAX_VIDEO_BYTES", "104857600", "the same for videos"),
    ("LANDFALL_MAX_AUDIO_BYTES", "52428800", "the same for audio files"),
    ("LANDFALL_MAX_DOCUMENT_BYTES", "52428800", "the same for documents"),
    ("LANDFALL_MAX_OTHER_BYTES", "26214400", "the same for files of other types"),
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

/// The text of `.env.example`.
pub fn example() -> String {
    let mut text =
        String::from("# Every setting of the Landfall server, with its default. `landfall config` prints this file.\n");
    for (name, default, purpose) in VARIABLES {
        text.push_str(&format!("\n# {purpose}\n#{name}={default}\n"));
    }
    text
}
