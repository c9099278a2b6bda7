use landfall::config::Env;
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
    let mut for_reviewers = made.clone();
    for_reviewers.as_object_mut().unwrap().remove("tempId");
    assert_eq!(waiting["data"], json!([for_reviewers]), "a temporary id is its owner's");
    let note = json!({ "status": "rejected", "reviewNote": "Say which harbour.", "version": 1 });
    let rejected = root.patch(&format!("{}/status", path(&made)), &note).await.expect(200);
    assert_eq!((&rejected["reviewNote"], &rejected["version"]), (&json!("Say which harbour."), &json!(2)));
    assert!(rejected["reviewedAt"].is_string() && rejected.get("publishedAt").is_none());
    let pulled = anna.get(&format!("/api/sync/changes?cursor={}", cursor.as_str().unwrap())).await.expect(200);
    let mut for_owner = rejected.clone();
    for_owner["tempId"] = json!("pending-1-a");
    assert_eq!(pulled["changes"][0]["value"], for_owner);
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

/// The owner takes an assistant back while an administrator decides about it: the text of a draft is neither shown to others nor published.
#[tokio::test(flavor = "multi_thread")]
async fn review_that_races_its_owner_shows_and_publishes_no_draft() {
    let app = TestApp::start().await;
    let (anna, root) = (app.user("anna").await, admin(&app, "root").await);
    let mut body = assistant("Tides");
    body["status"] = json!("pending");
    let (mut taken_back, mut published) = (0, 0);
    for round in 0..30 {
        let made = anna.post("/api/assistants", &body).await.expect(201);
        let draft = json!({ "version": 1, "status": "draft", "prompt": "PRIVATE" });
        let mut decision = json!({ "status": "published" });
        if round % 2 == 0 {
            decision["version"] = json!(1);
        }
        let at = path(&made);
        let status = format!("{at}/status");
        let (owners, reviewers) = tokio::join!(anna.put(&at, &draft), root.patch(&status, &decision));
        assert!(!reviewers.text.contains("PRIVATE"), "{}", reviewers.text);
        let stored = anna.get(&path(&made)).await.expect(200);
        match reviewers.status {
            200 => {
                assert_eq!(
                    (owners.status, &stored["status"], &stored["prompt"]),
                    (409, &json!("published"), &body["prompt"])
                );
                published += 1;
            }
            404 | 409 => {
                assert_eq!((owners.status, &stored["status"]), (200, &json!("draft")), "{}", reviewers.text);
                taken_back += 1;
            }
            other => panic!("{other}: {}", reviewers.text),
        }
    }
    assert_eq!(taken_back + published, 30);
}

#[tokio::test]
async fn another_decision_about_a_changed_text_counts() {
    let app = TestApp::start().await;
    let (anna, root) = (app.user("anna").await, admin(&app, "root").await);
    let mut body = assistant("Tides");
    body["status"] = json!("pending");
    let made = anna.post("/api/assistants", &body).await.expect(201);
    let reject = json!({ "status": "rejected", "reviewNote": "No." });
    let status = format!("{}/status", path(&made));
    let first = root.patch(&status, &reject).await.expect(200);
    assert_eq!(root.patch(&status, &reject).await.expect(200), first, "a repeat");
    anna.put(&path(&made), &json!({ "version": 2, "prompt": "Another." })).await.expect(200);
    let second = root.patch(&status, &reject).await.expect(200);
    assert_eq!(second["version"], 4);
    let entries = "SELECT string_agg(array_to_string(changed, ','), ' ' ORDER BY id) AS sql FROM audit WHERE action = 'assistant.status'";
    assert_eq!(app.db.text(entries).await, "status,reviewNote ");
}

#[tokio::test]
async fn full_quota_of_the_owner_holds_no_review_back() {
    let app = TestApp::start().await;
    let (anna, root) = (app.user("anna").await, admin(&app, "root").await);
    let mut body = assistant("Tides");
    body["status"] = json!("pending");
    let made = anna.post("/api/assistants", &body).await.expect(201);
    let tight =
        TestApp::configured(app.db.clone(), Env::from_pairs([("PORT", "80"), ("LANDFALL_QUOTA_ROW_BYTES", "1000")]))
            .await;
    let note = json!({ "status": "rejected", "reviewNote": "n".repeat(500) });
    root.at(&tight.url).patch(&format!("{}/status", path(&made)), &note).await.expect(200);
}
