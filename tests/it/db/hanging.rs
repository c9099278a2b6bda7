//! Connections that hang: the address answers nothing, or what is open leads nowhere while new connections work.

use std::time::Instant;

use serde_json::json;

use super::forwarder::Forwarder;
use super::pooler::{parts, url};
use crate::support::{Process, TestDatabase, TestUser, eventually};

async fn write(user: &TestUser) -> u16 {
    let answer = user.post("/api/chat/sessions", &json!({ "title": "Harbour" })).await;
    if answer.status == 503 {
        assert_eq!(answer.headers["retry-after"], "1", "{}", answer.text);
    }
    answer.status
}

#[tokio::test]
async fn hanging_connections_are_a_503_and_are_replaced_without_a_restart() {
    let db = TestDatabase::migrated().await;
    let (socket_dir, name) = parts(&db);
    let address = Forwarder::to(socket_dir).await;
    let database = url(address.port, &name);
    let data = tempfile::tempdir().unwrap();
    let settings =
        [("DATABASE_URL", database.as_str()), ("LANDFALL_MIGRATE", "false"), ("LANDFALL_REQUEST_TIMEOUT_SECS", "2")];
    let server = Process::start(data.path(), &settings).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let ready = || async { anna.get("/health/ready").await.status };
    for outage in ["all connections", "open connections"] {
        // Several connections of the pool are open.
        let writes = futures_util::future::join_all((0..8).map(|_| write(&anna))).await;
        assert_eq!(writes, [201; 8]);
        match outage {
            "all connections" => {
                address.silence();
                assert_eq!(write(&anna).await, 503, "{outage}");
                eventually(15, "it is not ready", || async { (ready().await == 503).then_some(()) }).await;
                anna.get("/health/live").await.expect(200);
                address.release();
            }
            _ => address.silence_open(),
        }
        let since = Instant::now();
        eventually(30, "writes work again", || async { (write(&anna).await == 201).then_some(()) }).await;
        eventually(30, "it is ready", || async { (ready().await == 200).then_some(()) }).await;
        println!("{outage}: writes worked after {:?}", since.elapsed());
    }
    // None of the silent connections is used any more.
    let writes = futures_util::future::join_all((0..32).map(|_| write(&anna))).await;
    assert_eq!(writes, [201; 32]);
}
