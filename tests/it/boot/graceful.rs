//! SIGTERM: running requests are finished and no new ones are accepted.

use std::path::Path;

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use landfall::db::connect;
use rustix::process::Signal;
use secrecy::SecretString;
use serde_json::json;

use crate::support::{Process, TestUser, eventually, http_client};

async fn embedded(data: &Path) -> AsyncPgConnection {
    let socket = data.canonicalize().unwrap().join("postgres/run");
    connect(&SecretString::from(format!("host='{}' user=landfall dbname=landfall", socket.display()))).await.unwrap()
}

async fn execute(conn: &mut AsyncPgConnection, sql: &str) -> usize {
    diesel::sql_query(sql).execute(conn).await.unwrap()
}

#[tokio::test]
async fn event_stream_does_not_delay_the_stop() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Process::start(data.path(), &[]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let mut stream = anna.request(reqwest::Method::GET, "/api/sync/events").send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some());
    server.signal(Signal::TERM);
    while stream.chunk().await.is_ok_and(|chunk| chunk.is_some()) {}
    // Well below the ten seconds that requests may take.
    let ended = tokio::time::timeout(std::time::Duration::from_secs(8), server.end()).await;
    assert!(ended.expect("the stream held the stop up").success());
}

#[tokio::test]
async fn signal_during_the_start_leaves_no_process() {
    let data = tempfile::tempdir().unwrap();
    assert!(Process::start(data.path(), &[]).await.terminate().await.success());
    let pid_file = data.path().join("postgres/postmaster.pid");
    for _ in 0..5 {
        let mut server = Process::spawn(data.path());
        eventually(20, "PostgreSQL is starting", || async { pid_file.exists().then_some(()) }).await;
        server.signal(Signal::TERM);
        assert!(server.end().await.success());
        assert!(!pid_file.exists(), "PostgreSQL outlived its server");
    }
}

#[tokio::test]
async fn running_write_is_finished_and_answered() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Process::start(data.path(), &[]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let mut holder = embedded(data.path()).await;
    execute(&mut holder, "BEGIN").await;
    execute(&mut holder, "SELECT 1 FROM user_version FOR UPDATE").await;
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
        http_client().get(format!("{}/health/live", server.url)).send().await.is_err().then_some(())
    })
    .await;
    execute(&mut holder, "COMMIT").await;
    write.await.unwrap().expect(201);
    drop(holder);
    assert!(server.end().await.success());
}
