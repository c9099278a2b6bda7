//! SIGTERM: requests under way are finished, new ones are not taken.

use std::path::Path;

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use landfall::config::Secret;
use landfall::db::connect;
use rustix::process::Signal;
use serde_json::json;

use crate::support::{Process, TestUser, eventually};

async fn embedded(data: &Path) -> AsyncPgConnection {
    let socket = data.canonicalize().unwrap().join("postgres/run");
    connect(&Secret::new(format!("host='{}' user=landfall dbname=landfall", socket.display()))).await.unwrap()
}

async fn execute(conn: &mut AsyncPgConnection, sql: &str) -> usize {
    diesel::sql_query(sql).execute(conn).await.unwrap()
}

#[tokio::test]
async fn write_under_way_is_finished_and_answered() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Process::start(data.path(), &[]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let mut holder = embedded(data.path()).await;
    execute(&mut holder, "BEGIN").await;
    execute(&mut holder, "SELECT 1 FROM space FOR UPDATE").await;
    let write = {
        let anna = anna.clone();
        tokio::spawn(async move { anna.post("/api/chat/sessions", &json!({ "title": "Last words" })).await })
    };
    let waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    eventually(5, "the write waits for the lock", || async {
        (execute(&mut embedded(data.path()).await, waiting).await == 1).then_some(())
    })
    .await;

    server.signal(Signal::TERM);
    eventually(5, "no new connection is taken", || async {
        reqwest::get(format!("{}/health/live", server.url)).await.is_err().then_some(())
    })
    .await;
    execute(&mut holder, "COMMIT").await;
    write.await.unwrap().expect(201);
    drop(holder);
    assert!(server.end().await.success());
}
