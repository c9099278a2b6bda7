//! A database that is restored from a backup, with servers as processes.

use std::path::Path;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::{
    Answer, Process, TestDatabase, TestUser, assert_problem, eventually, left_out_on_a_cluster, send,
};

async fn serve(data: &Path, db: &TestDatabase) -> Process {
    Process::start(data, &[("DATABASE_URL", db.url.expose_secret())]).await
}

async fn restore(db: &TestDatabase, arguments: &[&str]) -> (Option<i32>, String) {
    let settings = [("DATABASE_URL", db.url.expose_secret())];
    let (status, text) = Process::run(&settings, &[&["restore"], arguments].concat()).await;
    (status.code(), text)
}

async fn epoch(user: &TestUser) -> Value {
    user.get("/api/sync/init").await.expect(200)["epoch"].clone()
}

async fn push(user: &TestUser, client: &str, id: i64, cursor: Option<&str>) -> Answer {
    let key = format!("{client}-{id}");
    let mutation =
        json!({ "id": id, "collection": "tags", "op": "put", "key": key, "baseRevision": 0, "value": { "name": key } });
    let body = json!({ "clientId": client, "cursor": cursor, "mutations": [mutation] });
    user.post("/api/sync", &body).await
}

/// Stops the server and waits until no connection is left, so that the database can be copied.
async fn stop(server: Process, db: &TestDatabase) {
    assert!(server.terminate().await.success());
    let connected =
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    eventually(5, "nobody is connected", || async { (db.number(connected).await == 0).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_from_before_a_restore_are_refused_and_nothing_is_applied_twice() {
    if left_out_on_a_cluster("it copies the database of one node") {
        return;
    }
    let (data, db) = (tempfile::tempdir().unwrap(), TestDatabase::migrated().await);
    let server = serve(data.path(), &db).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    push(&anna, "device", 1, None).await.expect(200);
    stop(server, &db).await;
    let backup = db.copy().await;

    let server = serve(data.path(), &db).await;
    let anna = anna.at(&server.url);
    let lost = push(&anna, "device", 2, None).await.expect(200);
    let (cursor, etag, before) =
        (lost["cursor"].as_str().unwrap(), anna.get("/api/sync/init").await.etag(), epoch(&anna).await);
    let (code, text) = restore(&db, &[]).await;
    assert_eq!(code, Some(1));
    assert!(text.contains("Stop all servers"), "{text}");
    assert_eq!(epoch(&anna).await, before);
    stop(server, &db).await;

    assert_eq!(restore(&backup, &[]).await.0, Some(0));
    let server = serve(data.path(), &backup).await;
    let anna = anna.at(&server.url);
    assert_ne!(epoch(&anna).await, before);
    let stale = push(&anna, "device", 3, Some(cursor)).await;
    assert_problem(&stale, 410, "resync_required", "");
    assert_eq!(stale.json["reason"], "epoch");
    assert_eq!(anna.get(&format!("/api/sync/changes?cursor={cursor}")).await.status, 410);
    let init = anna.request(reqwest::Method::GET, "/api/sync/init").header("if-none-match", etag);
    assert_eq!(send(init).await.status, 200);

    // A mutation that the backup has is a repeat. A lost one is a gap. A new clientId begins at 1.
    assert_eq!(push(&anna, "device", 1, None).await.expect(200)["results"][0]["status"], "duplicate");
    assert_problem(&push(&anna, "device", 3, None).await, 409, "mutation_gap", "/mutations/0/id");
    assert_eq!(push(&anna, "device-again", 1, None).await.expect(200)["results"][0]["status"], "applied");
    assert!(server.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_only_with_the_option_sign_out() {
    if left_out_on_a_cluster("it copies the database of one node") {
        return;
    }
    let (data, db) = (tempfile::tempdir().unwrap(), TestDatabase::migrated().await);
    let server = serve(data.path(), &db).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    stop(server, &db).await;
    assert_eq!(restore(&db, &[]).await.0, Some(0));
    assert_eq!(db.number("SELECT count(*) AS n FROM session").await, 1);
    assert_eq!(restore(&db, &["--sign-out"]).await.0, Some(0));
    let server = serve(data.path(), &db).await;
    assert_problem(&anna.at(&server.url).get("/api/sync/init").await, 401, "unauthenticated", "");
    assert!(server.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn server_that_missed_a_restore_ends() {
    let (data, db) = (tempfile::tempdir().unwrap(), TestDatabase::migrated().await);
    let mut server = serve(data.path(), &db).await;
    db.execute("UPDATE database_state SET epoch = gen_random_uuid()").await;
    db.cut_off().await;
    db.let_in().await;
    let ended = tokio::time::timeout(std::time::Duration::from_secs(20), server.end()).await;
    assert_eq!(ended.expect("it serves an old epoch").code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_server_does_not_block_a_restore() {
    let (data, db) = (tempfile::tempdir().unwrap(), TestDatabase::migrated().await);
    serve(data.path(), &db).await.kill().await;
    eventually(10, "the restore is let in", || async { (restore(&db, &[]).await.0 == Some(0)).then_some(()) }).await;
}
