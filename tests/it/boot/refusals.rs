//! Refused starts: one sentence on stderr and exit code 1.

use std::net::TcpListener;

use secrecy::ExposeSecret as _;

use crate::support::{Process, free_port};

async fn refused(settings: &[(&str, &str)], arguments: &[&str]) -> String {
    let (status, text) = Process::run(settings, arguments).await;
    assert_eq!(status.code(), Some(1), "{text}");
    let sentence = text.lines().last().unwrap_or_default().to_owned();
    assert!(sentence.starts_with("landfall: "), "{text}");
    sentence
}

#[tokio::test]
async fn busy_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let data = tempfile::tempdir().unwrap();
    let sentence = refused(&[("PORT", &port), ("LANDFALL_DATA", data.path().to_str().unwrap())], &[]).await;
    assert!(sentence.contains(&format!("Port {port} on 127.0.0.1 can't be used")), "{sentence}");
    assert!(!data.path().join("postgres").exists(), "nothing is started before the port is known to be free");
}

#[tokio::test]
async fn data_folder_in_use_is_named() {
    let data = tempfile::tempdir().unwrap();
    let first = Process::start(data.path(), &[]).await;
    let port = free_port().to_string();
    let sentence = refused(&[("PORT", &port), ("LANDFALL_DATA", data.path().to_str().unwrap())], &[]).await;
    assert!(sentence.contains("in use by another Landfall server"), "{sentence}");
    assert!(first.terminate().await.success());
}

#[tokio::test]
async fn missing_postgres_is_named_with_remedies() {
    let (data, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let port = free_port().to_string();
    let settings = [
        ("PORT", port.as_str()),
        ("LANDFALL_DATA", data.path().to_str().unwrap()),
        ("PG_BIN", empty.path().to_str().unwrap()),
    ];
    let sentence = refused(&settings, &[]).await;
    assert!(
        sentence.contains("There is no PostgreSQL 15 or later") && sentence.contains("make postgres"),
        "{sentence}"
    );
}

#[tokio::test]
async fn unreachable_database_is_named_without_its_password() {
    let port = free_port().to_string();
    let url = format!("postgres://landfall:canary@127.0.0.1:{}/landfall", free_port());
    for arguments in [&[][..], &["migrate"][..]] {
        let sentence = refused(&[("PORT", &port), ("DATABASE_URL", &url)], arguments).await;
        assert!(sentence.contains("The database can't be reached") && sentence.contains("refused"), "{sentence}");
        assert!(!sentence.contains("canary"), "{sentence}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn production_refuses_a_database_that_is_not_migrated() {
    let db = crate::support::TestDatabase::empty().await;
    let port = free_port().to_string();
    let settings = [
        ("LANDFALL_ENV", "production"),
        ("PORT", port.as_str()),
        ("DATABASE_URL", db.url.expose_secret()),
        ("LANDFALL_PUBLIC_URL", "https://landfall.example"),
        ("S3_BUCKET", "files"),
        ("S3_ENDPOINT", "http://127.0.0.1:9"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("LANDFALL_SECRET", "long enough to be no word that anybody guesses"),
    ];
    let sentence = refused(&settings, &[]).await;
    assert!(sentence.contains("run `landfall migrate`"), "{sentence}");
    let (status, text) = Process::run(&settings, &["migrate"]).await;
    assert!(status.success(), "{text}");
    assert_eq!(landfall::db::migrate::count_pending(db.conn().await).await.unwrap(), 0);
}

#[tokio::test]
async fn unsafe_production_settings_are_refused_by_name() {
    let sentence = refused(&[("LANDFALL_ENV", "production")], &[]).await;
    assert!(sentence.contains("DATABASE_URL is not set"), "{sentence}");
}
