//! A system without certificates of public authorities, such as a container with the program alone.

use crate::support::{Process, TestDatabase, TestUser};

const NOWHERE: [(&str, &str); 2] = [("SSL_CERT_FILE", "/nowhere/ca.pem"), ("SSL_CERT_DIR", "/nowhere")];

#[tokio::test]
async fn server_without_certificates_of_the_system_uses_the_bundled_ones() {
    let (db, data) = (TestDatabase::migrated().await, tempfile::tempdir().unwrap());
    let provider = [
        ("OIDC_ISSUER", "https://provider.invalid"),
        ("OIDC_CLIENT_ID", "landfall"),
        ("OIDC_CLIENT_SECRET", "a canary"),
    ];
    let settings = [&NOWHERE[..], &provider[..]].concat();
    let (server, log) = Process::start_logged(&db, data.path(), &settings).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let file = anna.upload(200).await;
    assert_eq!(anna.download(&file).await.len(), 200);
    let said = std::fs::read_to_string(log).unwrap();
    assert!(said.contains("the bundled ones are used") && !said.contains("panicked"), "{said}");
}

/// The certificates are needed for a database that has to prove its name.
#[tokio::test]
async fn database_is_verified_with_the_bundled_ones() {
    let settings = [&NOWHERE[..], &[("DATABASE_URL", "postgres://127.0.0.1:1/x?sslmode=verify-full"), ("PORT", "80")]];
    let (status, text) = Process::run(&settings.concat(), &["jobs"]).await;
    assert_eq!(status.code(), Some(1));
    assert!(text.contains("The database can't be reached") && !text.contains("panicked"), "{text}");
}
