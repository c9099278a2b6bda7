//! Reads whose clients are gone, and reads of one user at once.

use std::time::Duration;

use futures_util::future::join_all;
use landfall::config::Env;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::support::{HeldTableLock, TestApp, TestDatabase, TestUser, assert_problem, eventually};

/// Statements of the server that wait for a lock of this database.
const WAITING: &str = "SELECT count(*) AS n FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'landfall_app' AND wait_event_type = 'Lock'";

/// A server whose statements wait longer for a lock than any of these tests takes.
async fn app<const N: usize>(settings: [(&str, &str); N]) -> TestApp {
    let db = TestDatabase::migrated().await;
    let patient = "DO $$ BEGIN
        EXECUTE format('ALTER ROLE landfall_app IN DATABASE %I SET lock_timeout = ''60s''', current_database()); END $$";
    db.execute(patient).await;
    TestApp::configured(db, Env::from_pairs(settings)).await
}

async fn until_waiting(app: &TestApp, what: &str, check: impl Fn(i64) -> bool) {
    eventually(15, what, || async { check(app.db.number(WAITING).await).then_some(()) }).await;
}

/// Sends a request and does not read the answer.
async fn ask(user: &TestUser, path: &str) -> TcpStream {
    let host = user.base.strip_prefix("http://").unwrap();
    let token = user.token.as_deref().unwrap();
    let mut socket = TcpStream::connect(host).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    socket
}

#[tokio::test]
async fn reads_end_with_their_clients() {
    let app = app([]).await;
    let users = join_all((0..5).map(|number| app.user(["anna", "ben", "cleo", "dora", "emil"][number]))).await;
    // A pull without changes reads one row of another table.
    join_all(users.iter().map(TestUser::chat)).await;
    for path in ["/api/chat/sessions", "/api/sync/init", "/api/sync/changes"] {
        let lock = HeldTableLock::of(&app.db, "chat_sessions").await;
        let mut sockets = Vec::new();
        for user in &users {
            sockets.extend(join_all((0..50).map(|_| ask(user, path))).await);
        }
        until_waiting(&app, "reads wait", |waiting| waiting > 0).await;
        drop(sockets);
        // The lock is still held, so nothing but a cancel request ends them.
        until_waiting(&app, "no read waits any more", |waiting| waiting == 0).await;
        users[0].get("/api/assets").await.expect(200);
        lock.release().await;
        users[0].get(path).await.expect(200);
    }
    eventually(5, "every connection is free", || async { (app.pool.pool_use().busy == 0).then_some(()) }).await;
}

#[tokio::test]
async fn read_ends_with_the_time_of_its_request() {
    let app = app([("LANDFALL_REQUEST_TIMEOUT_SECS", "1")]).await;
    let anna = app.user("anna").await;
    let lock = HeldTableLock::of(&app.db, "chat_sessions").await;
    assert_problem(&anna.get("/api/chat/sessions").await, 504, "timeout", "");
    until_waiting(&app, "the read is cancelled", |waiting| waiting == 0).await;
    lock.release().await;
    anna.get("/api/chat/sessions").await.expect(200);
}

#[tokio::test]
async fn export_ends_with_its_client() {
    let app = app([]).await;
    let anna = app.user("anna").await;
    let lock = HeldTableLock::of(&app.db, "chat_sessions").await;
    let socket = ask(&anna, "/api/export").await;
    until_waiting(&app, "the export waits", |waiting| waiting == 1).await;
    drop(socket);
    until_waiting(&app, "the export is cancelled", |waiting| waiting == 0).await;
    lock.release().await;
    anna.get("/api/export").await.expect(200);
}

#[tokio::test]
async fn reads_of_one_user_take_a_quarter_of_the_pool() {
    let app = app([("DATABASE_POOL_SIZE", "8"), ("LANDFALL_REQUEST_TIMEOUT_SECS", "30")]).await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let lock = HeldTableLock::of(&app.db, "chat_sessions").await;
    let mut reads: Vec<_> = (0..20)
        .map(|_| {
            let anna = anna.clone();
            tokio::spawn(async move { anna.get("/api/chat/sessions").await })
        })
        .collect();
    // All others are refused after two seconds of waiting in the process.
    let mut refused = 0;
    while refused < 18 {
        let (answer, _, rest) = futures_util::future::select_all(reads).await;
        assert_problem(&answer.unwrap(), 503, "busy", "");
        (reads, refused) = (rest, refused + 1);
    }
    assert_eq!(app.db.number(WAITING).await, 2);
    let other = tokio::time::timeout(Duration::from_secs(10), ben.get("/api/assets")).await;
    other.expect("another user is served").expect(200);
    lock.release().await;
    for read in reads {
        read.await.unwrap().expect(200);
    }
}
