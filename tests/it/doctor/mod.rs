//! `landfall doctor` and `landfall health`, with real PostgreSQL, S3 and TLS.

mod storage_proxy;
mod tls_proxy;

use std::path::Path;

use landfall::config::StorageConfig;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::support::{Process, TestApp, TestDatabase, free_port, test_storage};
use storage_proxy::{Fault, StorageProxy};
use tls_proxy::TlsProxy;

const SECRET: &str = "long enough to be no word that anybody guesses";

/// What the doctor printed as JSON.
struct Report {
    succeeded: bool,
    text: String,
    json: Value,
}

/// The settings of a server on this database and the tests' storage.
struct Settings(Vec<(&'static str, String)>);

impl Settings {
    fn new(db: &TestDatabase, public_url: &str) -> Self {
        let StorageConfig { endpoint, region, bucket, access_key_id, secret_access_key, .. } = test_storage();
        Self(vec![
            ("DATABASE_URL", db.url.expose_secret().to_owned()),
            ("LANDFALL_PUBLIC_URL", public_url.to_owned()),
            ("S3_ENDPOINT", endpoint.unwrap()),
            ("S3_REGION", region),
            ("S3_BUCKET", bucket),
            ("AWS_ACCESS_KEY_ID", access_key_id),
            ("AWS_SECRET_ACCESS_KEY", secret_access_key.expose_secret().to_owned()),
            ("LANDFALL_SECRET", SECRET.to_owned()),
        ])
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.to_owned()));
        self
    }

    async fn run(&self, arguments: &[&str]) -> (bool, String, String) {
        let settings: Vec<(&str, &str)> = self.0.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, output, errors) = Process::run_for_output(&settings, arguments).await;
        assert!(matches!(status.code(), Some(0 | 1)), "{errors}");
        (status.success(), output, errors)
    }

    async fn doctor(&self) -> Report {
        let (succeeded, text, errors) = self.run(&["doctor", "--json"]).await;
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{errors}"));
        assert_eq!(succeeded, json["status"] != "error", "{text}");
        assert_eq!(succeeded, errors.is_empty(), "{errors}");
        for secret in [SECRET, test_storage().secret_access_key.expose_secret()] {
            assert!(!text.contains(secret) && !errors.contains(secret), "a secret was printed");
        }
        Report { succeeded, text, json }
    }
}

impl Report {
    fn finding(&self, check: &str) -> &Value {
        let all = self.json["checks"].as_array().unwrap();
        all.iter().find(|finding| finding["check"] == check).unwrap_or_else(|| panic!("no {check}: {}", self.text))
    }

    #[track_caller]
    fn assert(&self, check: &str, status: &str, words: &str) {
        let finding = self.finding(check);
        assert_eq!(finding["status"], status, "{finding}");
        assert!(finding["message"].as_str().unwrap().contains(words), "{finding}");
        let has_advice = finding["advice"].is_string();
        assert_eq!(has_advice, matches!(status, "warning" | "error"), "{finding}");
    }
}

#[tokio::test]
async fn sound_server_has_no_finding_and_exit_code_zero() {
    let app = TestApp::start().await;
    let settings = Settings::new(&app.db.as_server(), &app.url);
    let report = settings.doctor().await;
    assert!(report.succeeded && report.json["status"] == "ok", "{}", report.text);
    report.assert("database.version", "ok", "PostgreSQL 1");
    report.assert("database.clock", "ok", "the clock of the database");
    report.assert("database.role", "ok", "landfall_app");
    report.assert("database.jobs_role", "ok", "landfall_app");
    report.assert("database.migrations", "ok", "all are applied");
    report.assert("database.disk", "ok", "a write finds room");
    report.assert("database.pooler", "ok", "no transaction pooler");
    report.assert("storage.rights", "ok", "delete");
    report.assert("storage.cors", "ok", &app.url);
    report.assert("storage.clock", "ok", "the clock of the storage");
    report.assert("public_address", "ok", &app.url);
    let kept = app.storage.list("landfall-doctor/").await.unwrap();
    assert!(kept.is_empty(), "the doctor leaves nothing in the bucket: {kept:?}");
    let (succeeded, text, _) = settings.run(&["doctor"]).await;
    assert!(succeeded && text.contains("ok       database.role "), "{text}");
}

#[tokio::test]
async fn wrong_settings_are_the_only_finding() {
    let (status, output, errors) =
        Process::run_for_output(&[("LANDFALL_ENV", "production")], &["doctor", "--json"]).await;
    assert_eq!((status.code(), errors.as_str()), (Some(1), "landfall: One check found an error.\n"));
    let json: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(json["checks"].as_array().unwrap().len(), 1);
    assert!(json["checks"][0]["message"].as_str().unwrap().starts_with("DATABASE_URL is not set"), "{json}");
}

#[tokio::test]
async fn what_is_away_is_named_with_what_to_do() {
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let db = TestDatabase::empty().await;
    let report = Settings::new(&db, &nobody).with("S3_ENDPOINT", &nobody).doctor().await;
    report.assert("database.migrations", "error", "are missing");
    report.assert("storage.bucket", "error", "unavailable");
    report.assert("public_address", "error", "refused");
    let away = Settings::new(&db, &nobody).with("DATABASE_URL", "postgres://landfall:canary@127.0.0.1:9/landfall");
    let report = away.doctor().await;
    report.assert("database.connection", "error", "refused");
    assert!(!report.text.contains("canary"), "{}", report.text);
}

#[tokio::test]
async fn refused_key_and_missing_bucket_are_errors() {
    let app = TestApp::start().await;
    let settings = || Settings::new(&app.db.as_server(), &app.url);
    let report = settings().with("AWS_SECRET_ACCESS_KEY", "another secret").doctor().await;
    report.assert("storage.bucket", "error", "denied");
    let report = settings().with("S3_BUCKET", "no-such-bucket").doctor().await;
    report.assert("storage.bucket", "error", "not found");
}

#[tokio::test]
async fn what_the_storage_lacks_is_an_error() {
    let app = TestApp::start().await;
    for (fault, check, words) in [
        (Fault::NoCors, "storage.cors", "can't use links: a preflight was answered with 403"),
        (Fault::NoCopy, "storage.rights", "the key can't copy an object"),
        (Fault::WrongClock, "storage.clock", "ahead of this machine's"),
    ] {
        let proxy = StorageProxy::start(fault);
        let report = Settings::new(&app.db.as_server(), &app.url).with("S3_ENDPOINT", &proxy.url).doctor().await;
        report.assert(check, "error", words);
        let errors = report.json["checks"].as_array().unwrap().iter().filter(|found| found["status"] == "error");
        assert_eq!(errors.count(), 1, "{fault:?}: {}", report.text);
    }
}

#[tokio::test]
async fn database_that_takes_no_writes_is_an_error() {
    let app = TestApp::start().await;
    let db = app.db.as_server();
    let name = db.text("SELECT current_database()::text AS sql").await;
    app.db.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
    let report = Settings::new(&db, &app.url).doctor().await;
    report.assert("database.disk", "error", "takes no writes");
    report.assert("database.role", "ok", "landfall_app");
}

#[tokio::test]
async fn production_server_with_too_many_rights_is_a_warning() {
    let app = TestApp::start().await;
    let production = |db: &TestDatabase| {
        Settings::new(db, "https://127.0.0.1:9").with("LANDFALL_ENV", "production").with("HOST", "127.0.0.1")
    };
    let report = production(&app.db).doctor().await;
    report.assert("database.role", "warning", "row-level security does not bind it");
    report.assert("configuration.sign_in", "error", "nobody can sign in");
    report.assert("configuration.proxies", "warning", "no proxy is trusted");
    report.assert("configuration.metrics", "warning", "no page of metrics");
    report.assert("storage.public_address", "error", "may not use");
    let as_server = production(&app.db.as_server())
        .with("LANDFALL_TRUSTED_PROXIES", "127.0.0.1")
        .with("LANDFALL_METRICS_TOKEN", SECRET)
        .with("OIDC_ISSUER", "https://id.example")
        .with("OIDC_CLIENT_ID", "landfall");
    let report = as_server.doctor().await;
    report.assert("database.role", "ok", "landfall_app");
    for check in ["configuration.sign_in", "configuration.proxies", "configuration.metrics"] {
        report.assert(check, "ok", "");
    }
}

#[tokio::test]
async fn certificate_of_the_public_address_is_verified() {
    let app = TestApp::start().await;
    let proxy = TlsProxy::start(&app.url, "named");
    let url = format!("https://localhost:{}", proxy.port);
    let settings = || Settings::new(&app.db.as_server(), &url).with("LANDFALL_DEV_SIGN_IN", "true");
    let report = settings().doctor().await;
    report.assert("public_address", "error", "certificate");
    let authority = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/db/certificates/ca.pem");
    let report = settings().with("SSL_CERT_FILE", authority.to_str().unwrap()).doctor().await;
    report.assert("public_address", "ok", &url);
    report.assert("public_address.tls", "ok", "more days");
}

#[tokio::test]
async fn address_of_another_program_is_an_error() {
    let app = TestApp::start().await;
    // The object storage answers there.
    let other = test_storage().endpoint.unwrap();
    let report = Settings::new(&app.db.as_server(), &other).doctor().await;
    report.assert("public_address", "error", "no Landfall server");
}

#[tokio::test]
async fn health_is_what_the_server_of_this_machine_answers() {
    let data = tempfile::tempdir().unwrap();
    let server = Process::start(data.path(), &[]).await;
    let port = server.url.rsplit_once(':').unwrap().1.to_owned();
    for arguments in [&["health"][..], &["health", "--ready"]] {
        let (status, output, errors) = Process::run_for_output(&[("PORT", &port)], arguments).await;
        assert!(status.success() && output.contains(r#""status":"ok""#), "{output}{errors}");
    }
    assert!(server.terminate().await.success());
    let (status, _, errors) = Process::run_for_output(&[("PORT", &port)], &["health"]).await;
    assert_eq!(status.code(), Some(1));
    assert!(errors.contains("No server answers") && errors.contains("refused"), "{errors}");
}
