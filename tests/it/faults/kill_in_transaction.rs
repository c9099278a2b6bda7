//! `kill -9` while PostgreSQL executes or commits a batch. A batch is one call, so the test makes the database wait inside of it.

use serde_json::{Value, json};

use crate::support::{Process, TestDatabase, TestUser, eventually, left_out_on_a_cluster, message};

const ROWS: i64 = 5;
const STORED: &str = "SELECT count(*) AS n FROM chat_messages";

/// Kills the server while a trigger (the text of CREATE TRIGGER) blocks a batch, and unblocks the database afterwards.
async fn kill_while_the_database_waits(create_trigger: &str) {
    let db = TestDatabase::migrated().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Process::over(&db, folder.path(), &[]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let session = anna.chat().await;
    db.execute(
        "CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql
         AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END'",
    )
    .await;
    db.execute(create_trigger).await;
    let mut holder = db.conn().await;
    execute(&mut holder, "SELECT pg_advisory_lock(1)").await;

    let messages: Vec<Value> = (0..ROWS).map(|n| message(&session, &format!("t{n}"), &n.to_string())).collect();
    let body = json!({ "messages": messages });
    let request = anna.request(reqwest::Method::POST, "/api/chat/messages/batch").json(&body);
    let request = tokio::spawn(request.send());
    let waiting = "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    eventually(10, "the batch waits", || async { (db.number(waiting).await == 1).then_some(()) }).await;
    server.kill().await;
    assert!(request.await.unwrap().is_err(), "an answer before the commit");
    assert_eq!(db.number(STORED).await, 0);

    execute(&mut holder, "SELECT pg_advisory_unlock(1)").await;
    let working = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%write_messages%'
                   AND pid <> pg_backend_pid()";
    eventually(10, "the database is done", || async { (db.number(working).await == 0).then_some(()) }).await;
    let left = db.number(STORED).await;
    assert!(left == 0 || left == ROWS, "{left} of {ROWS} messages are stored");

    let server = Process::over(&db, folder.path(), &[]).await;
    anna.at(&server.url).post("/api/chat/messages/batch", &body).await.expect(200);
    assert_eq!(db.number(STORED).await, ROWS);
    assert_eq!(db.number("SELECT count(DISTINCT version) AS n FROM chat_messages").await, 1);
    assert_eq!(db.version(&anna.id).await, 2);
}

async fn execute(conn: &mut diesel_async::AsyncPgConnection, sql: &str) {
    diesel_async::RunQueryDsl::execute(diesel::sql_query(sql), conn).await.unwrap();
}

#[tokio::test]
async fn server_killed_during_a_batch_stores_all_or_nothing() {
    if left_out_on_a_cluster("the batch waits for a lock of a worker") {
        return;
    }
    kill_while_the_database_waits(
        "CREATE TRIGGER wait_here AFTER INSERT ON chat_messages FOR EACH ROW WHEN (NEW.content = '2') EXECUTE FUNCTION wait_here()",
    )
    .await;
}

#[tokio::test]
async fn server_killed_before_the_commit_of_a_batch_stores_all_or_nothing() {
    if left_out_on_a_cluster("the batch waits for a lock of a worker") {
        return;
    }
    kill_while_the_database_waits(
        "CREATE CONSTRAINT TRIGGER wait_here AFTER INSERT ON chat_messages DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
         WHEN (NEW.content = '2') EXECUTE FUNCTION wait_here()",
    )
    .await;
}
