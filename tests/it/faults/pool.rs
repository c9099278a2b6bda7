//! An exhausted connection pool: the next request is a 503, and health checks, which have a dedicated connection, succeed.

use serde_json::json;

use crate::support::{HeldUserLock, TestApp, TestDatabase, assert_problem};

use landfall::config::Env;

#[tokio::test]
async fn exhausted_pool_is_a_503_and_health_checks_succeed() {
    let env = Env::from_pairs([("PORT", "80"), ("DATABASE_POOL_SIZE", "2")]);
    let db = TestDatabase::migrated().await;
    // Both waiting writes must outlast the request that finds no connection.
    let lock_timeout = "DO $$ BEGIN
        EXECUTE format('ALTER ROLE landfall_app IN DATABASE %I SET lock_timeout = ''30s''', current_database()); END $$";
    db.execute(lock_timeout).await;
    let app = TestApp::configured(db, env).await;
    let anna = app.user("anna").await;
    let mut held = Vec::new();
    for name in ["ben", "cleo"] {
        let user = app.user(name).await;
        let lock = HeldUserLock::of(&app.db, &user.id).await;
        // Waits for the lock while it holds a connection.
        let waiting = tokio::spawn(async move { user.post("/api/chat/sessions", &json!({ "title": "a" })).await });
        held.push((lock, waiting));
    }
    held[0].0.until_waiting(2).await;
    let refused = anna.post("/api/chat/sessions", &json!({ "title": "a" })).await;
    assert_problem(&refused, 503, "database_unavailable", "");
    assert_eq!(refused.headers["retry-after"], "1");
    app.anonymous().get("/health/ready").await.expect(200);

    for (lock, waiting) in held {
        lock.release().await;
        waiting.await.unwrap().expect(201);
    }
    anna.post("/api/chat/sessions", &json!({ "title": "a" })).await.expect(201);
}
