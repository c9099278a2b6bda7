//! Connections that hang: the address answers nothing, or what is open leads nowhere while new connections work.

use serde_json::json;

use super::forwarder::Forwarder;
use super::pooler::{parts, url};
use crate::support::{Process, TestDatabase, TestUser, eventually, left_out_on_a_cluster};

/// A server whose connections lead through a forwarder.
struct Site {
    address: Forwarder,
    server: Process,
    _db: TestDatabase,
    _data: tempfile::TempDir,
}

impl Site {
    async fn start() -> Self {
        let (db, data) = (TestDatabase::migrated().await, tempfile::tempdir().unwrap());
        let (socket_dir, name) = parts(&db);
        let address = Forwarder::to(socket_dir).await;
        let database = url(address.port, &name);
        let settings = [
            ("DATABASE_URL", database.as_str()),
            ("LANDFALL_MIGRATE", "false"),
            // Longer than the wait for a new connection.
            ("LANDFALL_REQUEST_TIMEOUT_SECS", "4"),
        ];
        let server = Process::start(data.path(), &settings).await;
        Self { address, server, _db: db, _data: data }
    }

    /// A user who has written, so that the pool has open connections.
    async fn user(&self, name: &str) -> TestUser {
        let user = TestUser::sign_in(&self.server.url, name).await;
        assert_eq!(futures_util::future::join_all((0..4).map(|_| write(&user))).await, [201; 4]);
        user
    }
}

async fn write(user: &TestUser) -> u16 {
    let answer = user.post("/api/chat/sessions", &json!({ "title": "Harbour" })).await;
    if answer.status == 503 {
        assert_eq!(answer.headers["retry-after"], "1", "{}", answer.text);
    }
    answer.status
}

async fn until_ready(user: &TestUser, status: u16) {
    eventually(30, "readiness shows it", || async { (user.get("/health/ready").await.status == status).then_some(()) })
        .await;
}

#[tokio::test]
async fn database_that_does_not_answer_is_a_503_until_it_answers() {
    if left_out_on_a_cluster("its proxies lead to the socket of the own PostgreSQL") {
        return;
    }
    let site = Site::start().await;
    let anna = site.user("anna").await;
    site.address.silence();
    // The first request finds out, and gets 504.
    eventually(30, "the outage is known", || async { (write(&anna).await == 503).then_some(()) }).await;
    until_ready(&anna, 503).await;
    anna.get("/health/live").await.expect(200);
    site.address.release();
    eventually(30, "writes work again", || async { (write(&anna).await == 201).then_some(()) }).await;
    until_ready(&anna, 200).await;
    assert_eq!(futures_util::future::join_all((0..4).map(|_| write(&anna))).await, [201; 4]);
}

#[tokio::test]
async fn connections_that_lead_nowhere_are_replaced_without_a_restart() {
    if left_out_on_a_cluster("its proxies lead to the socket of the own PostgreSQL") {
        return;
    }
    let site = Site::start().await;
    let (anna, ben) = (site.user("anna").await, site.user("ben").await);
    site.address.silence_open();
    // This request finds out that its connection hangs.
    assert_ne!(write(&anna).await, 201);
    eventually(30, "others write on new connections", || async { (write(&ben).await == 201).then_some(()) }).await;
    until_ready(&ben, 200).await;
    assert_eq!(futures_util::future::join_all((0..4).map(|_| write(&ben))).await, [201; 4]);
}
