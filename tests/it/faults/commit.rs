//! No 2xx before the commit: a write whose commit fails after its result was sent must not be acknowledged.

use serde_json::json;

use crate::support::{TestApp, message};

/// Makes the commit fail after the result was sent: a warning at the commit makes PostgreSQL flush its answer, as in an immediate shutdown.
async fn fail_commit_after_the_answer(app: &TestApp, table: &str) {
    app.db
        .execute(
            "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE WARNING 'the answer is on its way'; PERFORM pg_sleep(0.2); RAISE 'and is forgotten'; END $$",
        )
        .await;
    let trigger = format!(
        "CREATE CONSTRAINT TRIGGER forget AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION forget()"
    );
    app.db.execute(&trigger).await;
}

#[tokio::test]
async fn batch_whose_commit_fails_is_not_acknowledged() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    fail_commit_after_the_answer(&app, "chat_messages").await;
    let body = json!({ "messages": [message(&session, "t", "Harbour")] });
    anna.post("/api/chat/messages/batch", &body).await.expect(500);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM chat_messages").await, 0);
}

#[tokio::test]
async fn project_whose_commit_fails_is_not_acknowledged() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    fail_commit_after_the_answer(&app, "projects").await;
    let body = json!({ "name": "Harbour", "baseRevision": 0 });
    anna.put("/api/projects/harbour", &body).await.expect(500);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM projects").await, 0);
}
