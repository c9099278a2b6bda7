//! `/health/*`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use landfall::config::{Config, Env};
use landfall::storage::Storage;
use serde_json::json;
use tokio::net::TcpListener;

use crate::support::{TestApp, assert_problem, eventually};

#[tokio::test]
async fn live_and_ready_answer_without_a_session() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    assert_eq!(anonymous.get("/health/live").await.expect(200), json!({ "status": "ok" }));
    let all_well = json!({ "status": "ok", "checks": { "database": "ok", "storage": "ok" } });
    assert_eq!(anonymous.get("/health/ready").await.expect(200), all_well);
}

#[tokio::test]
async fn unavailable_database_is_a_503_until_it_returns() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    let anna = app.user("anna").await;
    anonymous.get("/health/ready").await.expect(200);

    app.db.cut_off().await;
    eventually(5, "the outage shows", || async {
        let ready = anonymous.get("/health/ready").await;
        (ready.status == 503 && ready.json["checks"]["database"] == "unavailable").then_some(())
    })
    .await;
    anonymous.get("/health/live").await.expect(200);
    let refused = anna.post("/api/chat/sessions", &json!({ "title": "a" })).await;
    assert_problem(&refused, 503, "database_unavailable", "");
    assert_eq!(refused.headers["retry-after"], "1");

    app.db.let_in().await;
    eventually(5, "its end shows", || async { (anonymous.get("/health/ready").await.status == 200).then_some(()) })
        .await;
    anna.post("/api/chat/sessions", &json!({ "title": "a" })).await.expect(201);
}

#[tokio::test]
async fn database_without_tables_or_room_is_not_ready() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let word = || async { app.anonymous().get("/health/ready").await.json["checks"]["database"].clone() };
    app.db.execute("ALTER TABLE user_version RENAME TO elsewhere").await;
    eventually(5, "the missing table shows", || async { (word().await == "not_migrated").then_some(()) }).await;
    app.db.execute("ALTER TABLE elsewhere RENAME TO user_version").await;
    eventually(5, "it is ready", || async { (word().await == "ok").then_some(()) }).await;

    // A full disk shows in a failed write first, and then in the probe's own.
    let full = "CREATE FUNCTION fail_here() RETURNS event_trigger LANGUAGE plpgsql AS
                $f$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'Kein Platz'; END $f$";
    app.db.execute(full).await;
    app.db.execute("CREATE EVENT TRIGGER fail_here ON ddl_command_start WHEN TAG IN ('CREATE TABLE AS') EXECUTE FUNCTION fail_here()").await;
    let row_fails = "CREATE FUNCTION fail_row() RETURNS trigger LANGUAGE plpgsql AS
                     $f$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'Kein Platz'; END $f$";
    app.db.execute(row_fails).await;
    app.db.execute("CREATE TRIGGER fail_row BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION fail_row()").await;
    assert_eq!(word().await, "ok", "nobody has written");
    let row = json!({ "value": { "name": "n" }, "baseRevision": 0 });
    assert_problem(&anna.put("/api/collections/tags/t", &row).await, 503, "database_unavailable", "");
    eventually(5, "the full disk shows", || async { (word().await == "full").then_some(()) }).await;
    assert_eq!(app.anonymous().get("/health/ready").await.status, 503);
    app.db.execute("DROP EVENT TRIGGER fail_here").await;
    app.db.execute("DROP TRIGGER fail_row ON records").await;
    eventually(5, "there is room again", || async { (word().await == "ok").then_some(()) }).await;
    anna.put("/api/collections/tags/t", &row).await.expect(201);
}

#[tokio::test]
async fn concurrent_readiness_probes_are_one_request_to_the_storage() {
    // Accepts and counts connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let (mut held, asked) = (Vec::new(), Arc::new(AtomicUsize::new(0)));
    let counter = asked.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = silent.accept().await {
            held.push(socket);
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let env = Env::from_pairs([
        ("PORT", "80"),
        ("GARAGE_ENDPOINT", &endpoint),
        ("GARAGE_ACCESS_KEY", "key"),
        ("GARAGE_SECRET_KEY", "secret"),
        ("GARAGE_BUCKET", "bucket"),
    ]);
    let storage = Storage::new(&Config::from_env(&env).unwrap().storage.unwrap());
    let app = TestApp::on_storage(storage).await;
    let crowd = (0..50).map(|_| async { app.anonymous().get("/health/ready").await.status });
    assert_eq!(futures_util::future::join_all(crowd).await, [503; 50]);
    // One check with its retries.
    let asked = asked.load(Ordering::Relaxed);
    assert!((1..10).contains(&asked), "{asked} questions");
}
