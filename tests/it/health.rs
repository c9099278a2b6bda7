//! `/health/*`.

use serde_json::json;

use crate::support::{TestApp, assert_problem};

#[tokio::test]
async fn live_and_ready_answer_without_a_session() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    assert_eq!(nobody.get("/health/live").await.expect(200), json!({ "status": "ok" }));
    let all_well = json!({ "status": "ok", "checks": { "database": "ok", "storage": "ok" } });
    assert_eq!(nobody.get("/health/ready").await.expect(200), all_well);
}

#[tokio::test]
async fn database_that_is_away_is_a_503_and_comes_back_by_itself() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    let anna = app.user("anna").await;
    nobody.get("/health/ready").await.expect(200);

    app.db.cut_off().await;
    let ready = nobody.get("/health/ready").await;
    assert_eq!((ready.status, &ready.json["checks"]["database"]), (503, &json!("unavailable")));
    nobody.get("/health/live").await.expect(200);
    let refused = anna.post("/api/chat/sessions", &json!({ "title": "a" })).await;
    assert_problem(&refused, 503, "database_unavailable", "");
    assert_eq!(refused.headers["retry-after"], "1");

    app.db.let_in().await;
    nobody.get("/health/ready").await.expect(200);
    anna.post("/api/chat/sessions", &json!({ "title": "a" })).await.expect(201);
}
