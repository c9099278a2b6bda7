//! A server behind a transaction pooler.

use std::path::PathBuf;

use secrecy::ExposeSecret as _;
use serde_json::json;

use landfall::db::Database;
use landfall::db::pooler::Pooling;

use super::transaction_pooler;
use crate::support::{Process, TestDatabase, TestUser, free_port, left_out_on_a_cluster, message};

/// The folder of the socket and the name of the database.
pub fn parts(db: &TestDatabase) -> (PathBuf, String) {
    let url = db.url.expose_secret();
    let dir = url.split('\'').nth(1).unwrap();
    (PathBuf::from(dir), url.rsplit('=').next().unwrap().to_owned())
}

pub fn url(port: u16, database: &str) -> String {
    format!("postgres://landfall_app@127.0.0.1:{port}/{database}?sslmode=disable")
}

pub async fn use_everything(url: &str) {
    let users = (0..6).map(|number| async move {
        let user = TestUser::sign_in(url, &format!("user{number}")).await;
        let session = user.chat().await;
        for round in 0..15 {
            let batch = json!({ "messages": [message(&session, &format!("t-{round}"), "hello")] });
            user.post("/api/chat/messages/batch", &batch).await.expect(200);
            let row = json!({ "value": { "name": format!("n{round}") }, "baseRevision": 0 });
            user.put(&format!("/api/collections/tags/t{round}"), &row).await.expect(201);
            let project = json!({ "name": "P", "baseRevision": 0 });
            user.put(&format!("/api/projects/p{round}"), &project).await.expect(201);
            user.get("/api/collections/tags").await.expect(200);
            user.get("/api/sync/init").await.expect(200);
        }
        user
    });
    let users = futures_util::future::join_all(users).await;
    users[0].get("/api/export").await.expect(200);
}

#[tokio::test]
async fn transaction_pooler_without_prepared_statements_serves_every_request() {
    if left_out_on_a_cluster("its proxies lead to the socket of the own PostgreSQL") {
        return;
    }
    let db = TestDatabase::migrated().await;
    let (socket_dir, name) = parts(&db);
    let port = transaction_pooler::start(&socket_dir, "landfall_app", &name, 4).await;
    let folder = tempfile::tempdir().unwrap();
    let direct = db.as_server();
    let pooled = url(port, &name);
    let settings = [
        ("DATABASE_URL", pooled.as_str()),
        ("DATABASE_DIRECT_URL", direct.url.expose_secret()),
        ("LANDFALL_MIGRATE", "false"),
    ];
    let server = Process::start(folder.path(), &settings).await;
    use_everything(&server.url).await;
}

#[tokio::test]
async fn transaction_pooler_without_a_direct_address_is_refused() {
    if left_out_on_a_cluster("its proxies lead to the socket of the own PostgreSQL") {
        return;
    }
    let db = TestDatabase::migrated().await;
    let (socket_dir, name) = parts(&db);
    let port = transaction_pooler::start(&socket_dir, "landfall_app", &name, 4).await;
    let (url, own) = (url(port, &name), free_port().to_string());
    let pooled = [("PORT", own.as_str()), ("DATABASE_URL", url.as_str()), ("LANDFALL_MIGRATE", "false")];
    let (status, text) = Process::run(&pooled, &[]).await;
    assert_eq!(status.code(), Some(1), "{text}");
    assert!(text.contains("transaction pooler: set DATABASE_DIRECT_URL"), "{text}");
    let both = [&pooled[..], &[("DATABASE_DIRECT_URL", url.as_str())]].concat();
    let (status, text) = Process::run(&both, &[]).await;
    assert_eq!(status.code(), Some(1), "{text}");
    assert!(text.contains("DATABASE_DIRECT_URL leads to a transaction pooler"), "{text}");
}

#[tokio::test]
async fn postgres_itself_is_no_pooler() {
    let db = TestDatabase::migrated().await;
    let pool = Database::new(&db.url, &db.url, 1).unwrap();
    assert_eq!(pool.pooling().await.unwrap(), Pooling::Session);
}
