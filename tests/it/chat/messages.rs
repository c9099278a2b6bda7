//! `GET /api/chat/{sessionId}/messages`: pages in both directions.

use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, assert_problem, message};

async fn page(user: &TestUser, session: &str, query: &str) -> (Vec<String>, Value) {
    let page = user.get(&format!("/api/chat/{session}/messages?{query}")).await.expect(200);
    let contents = page["messages"].as_array().unwrap().iter();
    (contents.map(|m| m["content"].as_str().unwrap().to_owned()).collect(), page["nextCursor"].clone())
}

#[tokio::test]
async fn pages_go_from_the_newest_to_the_oldest() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    for n in 0..5 {
        let body = json!({ "messages": [message(&session, &format!("t{n}"), &n.to_string())] });
        anna.post("/api/chat/messages/batch", &body).await.expect(200);
    }
    let (newest, before) = page(&anna, &session, "limit=2").await;
    assert_eq!(newest, ["3", "4"]);
    let (middle, before) = page(&anna, &session, &format!("limit=2&before={}", before.as_str().unwrap())).await;
    assert_eq!(middle, ["1", "2"]);
    let (oldest, end) = page(&anna, &session, &format!("limit=2&before={}", before.as_str().unwrap())).await;
    assert_eq!((oldest, end), (vec!["0".to_owned()], Value::Null));

    let (first, after) = page(&anna, &session, "after=0&limit=3").await;
    assert_eq!(first, ["0", "1", "2"]);
    let (rest, end) = page(&anna, &session, &format!("limit=3&after={}", after.as_str().unwrap())).await;
    assert_eq!((rest, end), (vec!["3".to_owned(), "4".to_owned()], Value::Null));
}

#[tokio::test]
async fn parameters_are_checked() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let path = format!("/api/chat/{}/messages", anna.chat().await);
    for (query, pointer) in
        [("before=1&after=2", "/query/after"), ("before=x", "/query/before"), ("limit=999", "/query/limit")]
    {
        assert_problem(&anna.get(&format!("{path}?{query}")).await, 422, "validation_failed", pointer);
    }
    assert_eq!(anna.get(&path).await.expect(200), json!({ "messages": [], "nextCursor": null }));
}

#[tokio::test]
async fn session_of_another_user_or_a_deleted_one_is_not_found() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let session = anna.chat().await;
    let path = format!("/api/chat/{session}/messages");
    let theirs = ben.get(&path).await;
    assert_problem(&theirs, 404, "not_found", "");
    let unknown = ben.get(&format!("/api/chat/{}/messages", app.random_id())).await;
    assert_eq!(theirs.without_request(), unknown.without_request());
    assert_problem(&app.anonymous().get(&path).await, 401, "unauthenticated", "");
    anna.delete(&format!("/api/chat/sessions/{session}")).await.expect(204);
    assert_problem(&anna.get(&path).await, 404, "not_found", "");
}
