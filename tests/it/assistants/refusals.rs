use serde_json::{Value, json};

use super::{assistant, create, path};
use crate::support::{TestApp, assert_problem, send};

#[tokio::test]
async fn everything_that_is_wrong_is_in_one_answer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = json!({
        "tempId": "", "id": "short", "title": "", "emoji": "🌊🌊🌊🌊🌊🌊", "prompt": "p".repeat(2_001), "tags": ["a", "", "b".repeat(51)],
        "category": vec!["c"; 11], "isPublic": "yes", "author": "system", "version": 1,
    });
    let answer = anna.post("/api/assistants", &body).await;
    let errors = answer.json["errors"].as_array().unwrap();
    let mut found: Vec<(&str, &str)> =
        errors.iter().map(|one| (one["pointer"].as_str().unwrap(), one["code"].as_str().unwrap())).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("/author", "unknown_member"),
            ("/category", "too_many"),
            ("/desc", "missing_member"),
            ("/emoji", "too_long"),
            ("/id", "invalid_value"),
            ("/isPublic", "invalid_value"),
            ("/prompt", "too_long"),
            ("/tags/1", "too_short"),
            ("/tags/2", "too_long"),
            ("/tempId", "too_short"),
            ("/title", "too_short"),
            ("/version", "unknown_member"),
        ]
    );
    assert_eq!((answer.status, answer.code()), (422, "validation_failed"));
}

#[tokio::test]
async fn what_is_wrong_with_the_version_is_in_the_same_answer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let at = path(&create(&anna, "Tides").await);
    let put = async |tag: Option<&str>, body: Value| {
        let mut request = anna.request(reqwest::Method::PUT, &at).json(&body);
        if let Some(tag) = tag {
            request = request.header("if-match", tag);
        }
        let answer = send(request).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        let errors = answer.json["errors"].as_array().unwrap();
        errors.iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(put(None, json!({ "title": "" })).await, ["/title", "/version"]);
    assert_eq!(put(None, json!({ "title": "", "version": "1" })).await, ["/version", "/title"]);
    assert_eq!(put(Some("\"2\""), json!({ "title": "", "version": 1 })).await, ["/title", "/version"]);
    assert_eq!(put(Some("2"), json!({ "title": "" })).await, ["/title", "/header/if-match"]);
    assert_eq!(put(Some("\"1\""), json!({ "title": "" })).await, ["/title"]);
}

#[tokio::test]
async fn limits_are_taken_in_the_browsers_measure() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut body = assistant(&"ü".repeat(100));
    body["desc"] = json!("ü".repeat(200));
    body["prompt"] = json!("p".repeat(2_000));
    body["tags"] = json!(vec!["t".repeat(50); 10]);
    // Five emojis are ten units of UTF-16.
    body["emoji"] = json!("🌊🌊🌊🌊🌊");
    let made = anna.post("/api/assistants", &body).await.expect(201);
    assert_eq!(made["emoji"], body["emoji"]);
    body["title"] = json!("ü".repeat(101));
    assert_problem(&anna.post("/api/assistants", &body).await, 422, "validation_failed", "/title");
}

#[tokio::test]
async fn owners_set_no_reviewers_status() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for status in ["published", "rejected"] {
        let mut body = assistant("Tides");
        body["status"] = json!(status);
        assert_problem(&anna.post("/api/assistants", &body).await, 422, "validation_failed", "/status");
    }
    let made = create(&anna, "Tides").await;
    let publish = anna.put(&path(&made), &json!({ "version": 1, "status": "published" })).await;
    assert_problem(&publish, 422, "validation_failed", "/status");
    let pending = anna.put(&path(&made), &json!({ "version": 1, "status": "pending" })).await.expect(200);
    assert_eq!((&pending["status"], &pending["version"]), (&json!("pending"), &json!(2)));
    let unknown = anna.put(&path(&made), &json!({ "version": 2, "status": "archived" })).await;
    assert_problem(&unknown, 422, "validation_failed", "/status");
}

#[tokio::test]
async fn writes_need_a_session_a_version_and_an_own_row() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let made = create(&anna, "Tides").await;
    let nobody = app.anonymous();
    assert_problem(&nobody.post("/api/assistants", &assistant("x")).await, 401, "unauthenticated", "");
    assert_problem(&nobody.get("/api/assistants?scope=public").await, 401, "unauthenticated", "");
    assert_problem(&anna.put(&path(&made), &json!({ "title": "x" })).await, 422, "validation_failed", "/version");
    assert_problem(&anna.put(&path(&made), &json!({ "version": -1 })).await, 422, "validation_failed", "/version");
    assert_problem(&ben.put(&path(&made), &json!({ "version": 1, "title": "x" })).await, 404, "not_found", "");
    assert_problem(&ben.delete(&path(&made)).await, 404, "not_found", "");
    assert_problem(&ben.get(&path(&made)).await, 404, "not_found", "");
    assert_eq!(anna.get(&path(&made)).await.expect(200), made);
}
