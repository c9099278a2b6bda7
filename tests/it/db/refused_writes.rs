//! Writes that fail for a while: at a standby behind the address of the primary, at a full disk, for locks.

use serde_json::json;

use crate::support::{TestApp, assert_problem, eventually, message};

#[tokio::test]
async fn read_only_server_is_a_503_and_writes_work_again_without_a_restart() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let batch = |id: &str| json!({ "messages": [message(&session, id, "hello")] });
    let tag = || json!({ "value": { "name": app.random_id() }, "baseRevision": 0 });
    anna.post("/api/chat/messages/batch", &batch("t-0")).await.expect(200);
    let set = |what: &str| {
        format!(
            "DO $$ BEGIN EXECUTE format('ALTER ROLE landfall_app IN DATABASE %I {what}', current_database()); END $$"
        )
    };
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'landfall_app' AND datname = current_database()";
    app.db.execute(&set("SET default_transaction_read_only = on")).await;
    app.db.execute(cut).await;

    let ready = eventually(10, "readiness says it", || async {
        anna.put(&format!("/api/collections/tags/{}", app.random_id()), &tag()).await;
        let ready = app.anonymous().get("/health/ready").await;
        (ready.json["checks"]["database"] == "read_only").then_some(ready)
    })
    .await;
    assert_eq!((ready.status, &ready.json["status"]), (503, &json!("unavailable")));
    app.anonymous().get("/health/live").await.expect(200);
    let push = json!({ "clientId": app.random_id(), "mutations": [
        { "id": 1, "collection": "tags", "op": "put", "key": "k", "baseRevision": 0, "value": { "name": "n" } }] });
    for refused in [
        anna.post("/api/chat/messages/batch", &batch("t-1")).await,
        anna.put("/api/collections/tags/t", &tag()).await,
        anna.post("/api/sync", &push).await,
    ] {
        assert_problem(&refused, 503, "database_unavailable", "");
        assert_eq!(refused.headers["retry-after"], "1");
    }

    // Sessions that were opened during the outage stay read-only.
    app.db.execute(&set("RESET default_transaction_read_only")).await;
    eventually(10, "a write works", || async {
        (anna.post("/api/chat/messages/batch", &batch("t-1")).await.status == 200).then_some(())
    })
    .await;
    eventually(10, "it is ready", || async {
        (app.anonymous().get("/health/ready").await.status == 200).then_some(())
    })
    .await;
    anna.post("/api/sync", &push).await.expect(200);
}

#[tokio::test]
async fn write_that_fails_for_a_while_is_a_503_and_passes_later() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let row = json!({ "value": { "name": "n" }, "baseRevision": 0 });
    for (number, code) in ["53100", "53200", "57014", "40P01", "58030"].iter().enumerate() {
        let function = format!(
            "CREATE OR REPLACE FUNCTION fail_here() RETURNS trigger LANGUAGE plpgsql AS
             $f$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = 'Kein Platz'; END $f$"
        );
        app.db.execute(&function).await;
        let trigger =
            "CREATE OR REPLACE TRIGGER fail_here BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION fail_here()";
        app.db.execute(trigger).await;
        let path = format!("/api/collections/tags/t{number}");
        let refused = anna.put(&path, &row).await;
        assert_eq!(refused.status, 503, "{code}: {}", refused.text);
        let push = json!({ "clientId": format!("c{number}"), "mutations": [
            { "id": 1, "collection": "tags", "op": "put", "key": "p", "baseRevision": 0, "value": { "name": "p" } }] });
        assert_eq!(anna.post("/api/sync", &push).await.status, 503, "{code}");
        app.db.execute("DROP TRIGGER fail_here ON records").await;
    }
    anna.put("/api/collections/tags/t0", &row).await.expect(201);
    let push = json!({ "clientId": "c0", "mutations": [
        { "id": 1, "collection": "tags", "op": "put", "key": "p", "baseRevision": 0, "value": { "name": "p" } }] });
    let answer = anna.post("/api/sync", &push).await.expect(200);
    assert_eq!(answer["results"][0]["status"], "applied", "no outcome was stored for the failed attempt: {answer}");
}
