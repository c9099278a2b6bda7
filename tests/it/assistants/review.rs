use serde_json::{Value, json};

use super::{admin, assistant, create, decide, path, publish};
use crate::support::{TestApp, assert_problem};

#[tokio::test]
async fn administrator_publishes_and_the_owners_devices_pull_it() {
    let app = TestApp::start().await;
    let (anna, ben, root) = (app.user("anna").await, app.user("ben").await, admin(&app, "root").await);
    let mut body = assistant("Tides");
    body["status"] = json!("pending");
    body["tempId"] = json!("pending-1-a");
    let made = anna.post("/api/assistants", &body).await.expect(201);
    let cursor = anna.get("/api/sync/changes").await.expect(200)["cursor"].clone();
    let waiting = root.get("/api/assistants?scope=review").await.expect(200);
    assert_eq!(waiting["data"], json!([made]));
    let note = json!({ "status": "rejected", "reviewNote": "Say which harbour.", "version": 1 });
    let rejected = root.patch(&format!("{}/status", path(&made)), &note).await.expect(200);
    assert_eq!((&rejected["reviewNote"], &rejected["version"]), (&json!("Say which harbour."), &json!(2)));
    assert!(rejected["reviewedAt"].is_string() && rejected.get("publishedAt").is_none());
    let pulled = anna.get(&format!("/api/sync/changes?cursor={}", cursor.as_str().unwrap())).await.expect(200);
    assert_eq!(pulled["changes"][0]["value"], rejected);
    assert_problem(&ben.get(&path(&made)).await, 404, "not_found", "");

    let published = decide(&root, &made, "published").await;
    assert_eq!(published.get("reviewNote"), None, "an earlier note is removed");
    assert!(published["publishedAt"].is_string());
    let for_ben = ben.get(&path(&made)).await.expect(200);
    assert_eq!((&for_ben["title"], &for_ben["author"]), (&json!("Tides"), &json!("anna")));
    for hidden in ["tempId", "reviewNote", "reviewedAt"] {
        assert_eq!(for_ben.get(hidden), None, "{hidden} is for the owner and administrators");
    }
    let list = ben.get("/api/assistants?scope=public").await.expect(200);
    assert_eq!(list["data"], json!([for_ben]));
    let again = root.patch(&format!("{}/status", path(&made)), &json!({ "status": "published" })).await.expect(200);
    assert_eq!(again["version"], published["version"], "a repeat changes nothing");
}

#[tokio::test]
async fn only_administrators_review() {
    let app = TestApp::start().await;
    let (anna, ben, root) = (app.user("anna").await, app.user("ben").await, admin(&app, "root").await);
    let public = publish(&anna, &root, &assistant("Tides")).await;
    let draft = create(&anna, "Draft").await;
    let to_publish = json!({ "status": "published" });
    let status_of = |one: &Value| format!("{}/status", path(one));
    assert_problem(&anna.patch(&status_of(&draft), &to_publish).await, 403, "forbidden", "");
    assert_problem(&ben.patch(&status_of(&public), &to_publish).await, 403, "forbidden", "");
    assert_problem(&ben.patch(&status_of(&draft), &to_publish).await, 404, "not_found", "");
    assert_problem(&root.patch(&status_of(&draft), &to_publish).await, 404, "not_found", "");
    assert_problem(&root.get(&path(&draft)).await, 404, "not_found", "");
    assert_problem(&ben.get("/api/assistants?scope=review").await, 403, "forbidden", "/query/scope");
    assert_problem(&app.anonymous().patch(&status_of(&public), &to_publish).await, 401, "unauthenticated", "");
    let stale = root.patch(&status_of(&public), &json!({ "status": "rejected", "version": 1 })).await;
    assert_problem(&stale, 409, "revision_conflict", "");
    assert_eq!(stale.json["server"], public);
    let bad = root.patch(&status_of(&public), &json!({ "status": "gone", "reviewNote": "n".repeat(501) })).await;
    let pointers: Vec<&str> =
        bad.json["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
    assert_eq!((bad.status, pointers), (422, vec!["/status", "/reviewNote"]));
}

#[tokio::test]
async fn changed_text_of_a_published_assistant_waits_for_another_review() {
    let app = TestApp::start().await;
    let (anna, root) = (app.user("anna").await, admin(&app, "root").await);
    let public = publish(&anna, &root, &assistant("Tides")).await;
    let hidden = anna.put(&path(&public), &json!({ "version": 2, "isPublic": false })).await.expect(200);
    assert_eq!(hidden["status"], "published", "who sees it is the owner's");
    let changed = anna.put(&path(&public), &json!({ "version": 3, "prompt": "Something else." })).await.expect(200);
    assert_eq!((&changed["status"], &changed["publishedAt"]), (&json!("pending"), &public["publishedAt"]));
    let back = anna.put(&path(&public), &json!({ "version": 4, "status": "draft" })).await.expect(200);
    assert_eq!(back["status"], "draft");
}
