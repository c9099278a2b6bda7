use serde_json::{Value, json};

use super::{assistant, create, path};
use crate::support::{TestApp, assert_problem};

#[tokio::test]
async fn new_assistant_has_an_id_and_the_values_of_the_server() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let answer = anna.post("/api/assistants", &assistant("Tides")).await;
    assert_eq!(answer.etag(), "\"1\"");
    let made = answer.expect(201);
    let id = made["id"].as_str().unwrap();
    assert!(id.len() == 21 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'), "{id}");
    let mut rest = made.clone();
    for time in ["id", "createdAt", "updatedAt"] {
        assert!(rest.as_object_mut().unwrap().remove(time).is_some_and(|value| value.is_string()));
    }
    assert_eq!(
        rest,
        json!({ "title": "Tides", "desc": "Tides in short", "emoji": "🤖", "prompt": "You help.", "tags": ["sea"], "category": [],
            "isPublic": true, "status": "draft", "author": "anna", "usageCount": 0, "version": 1 })
    );
    let read = anna.get(&path(&made)).await;
    assert_eq!((read.etag(), read.expect(200)), ("\"1\"".to_owned(), made));
}

#[tokio::test]
async fn create_is_idempotent_by_its_temporary_id_and_by_its_mutation_id() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut body = assistant("Tides");
    body["tempId"] = json!("pending-1795430400000-k3v9");
    let first = anna.post("/api/assistants", &body).await.expect(201);
    assert_eq!(first["tempId"], "pending-1795430400000-k3v9");
    assert_eq!(anna.post("/api/assistants", &body).await.expect(200), first);
    let mut other = body.clone();
    other["title"] = json!("another title");
    assert_problem(&anna.post("/api/assistants", &other).await, 409, "id_conflict", "/tempId");
    let gone = anna.delete(&path(&first)).await;
    assert_eq!(gone.status, 204);
    let after = anna.post("/api/assistants", &body).await;
    assert_problem(&after, 409, "revision_conflict", "");
    assert!(after.json["server"]["deletedAt"].is_string());
    let ben = app.user("ben").await;
    let bens = ben.post("/api/assistants", &body).await.expect(201);
    assert_ne!(bens["id"], first["id"], "a temporary id is of one user's device");

    let mut named = assistant("Winds");
    named["mutationId"] = json!("m-1");
    let winds = anna.post("/api/assistants", &named).await.expect(201);
    assert_eq!(anna.post("/api/assistants", &named).await.expect(201), winds);
    named["title"] = json!("Storms");
    assert_problem(&anna.post("/api/assistants", &named).await, 409, "id_conflict", "/mutationId");
    let mine = anna.get("/api/assistants").await.expect(200);
    assert_eq!(mine["pagination"]["total"], 1);
}

#[tokio::test]
async fn device_may_choose_the_id() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let mut body = assistant("Tides");
    body["id"] = json!("V1StGXR8_Z5jdHi6B-myT");
    let made = anna.post("/api/assistants", &body).await.expect(201);
    assert_eq!(made["id"], body["id"]);
    let again = anna.post("/api/assistants", &body).await;
    assert_problem(&again, 409, "revision_conflict", "");
    assert_eq!(again.json["server"], made);
    assert_problem(&ben.post("/api/assistants", &body).await, 409, "id_conflict", "/id");
    assert_eq!(ben.get("/api/assistants").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn change_keeps_what_it_does_not_name() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let made = create(&anna, "Tides").await;
    let change = json!({ "version": 1, "title": "Tides of the harbour", "category": ["sailing"] });
    let changed = anna.put(&path(&made), &change).await.expect(200);
    let mut expected = made.clone();
    expected["title"] = json!("Tides of the harbour");
    expected["category"] = json!(["sailing"]);
    expected["version"] = json!(2);
    expected["updatedAt"] = changed["updatedAt"].clone();
    assert_eq!(changed, expected);
    let same = anna.put(&path(&made), &json!({ "version": 2, "category": ["sailing"] })).await.expect(200);
    assert_eq!(same, changed, "a change of nothing is no version");
    let by_header = anna
        .request(reqwest::Method::PUT, &path(&made))
        .header("if-match", "\"2\"")
        .json(&json!({ "emoji": "🌊" }))
        .send()
        .await
        .unwrap();
    assert_eq!(by_header.json::<Value>().await.unwrap()["version"], 3);
}

#[tokio::test]
async fn deleted_assistant_is_gone_and_can_be_restored() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let made = create(&anna, "Tides").await;
    let gone = anna.delete(&path(&made)).await;
    assert_eq!((gone.status, gone.etag()), (204, "\"2\"".to_owned()));
    assert_problem(&anna.get(&path(&made)).await, 404, "not_found", "");
    assert_eq!(anna.delete(&path(&made)).await.status, 204, "a repeat");
    assert_eq!(anna.get("/api/assistants").await.expect(200)["data"], json!([]));
    let stale = anna.put(&path(&made), &json!({ "version": 1, "title": "Back" })).await;
    assert_problem(&stale, 409, "revision_conflict", "");
    assert!(stale.json["server"]["deletedAt"].is_string());
    let back = anna.put(&path(&made), &json!({ "version": 2, "title": "Back" })).await.expect(200);
    assert_eq!((&back["title"], &back["version"], back.get("deletedAt")), (&json!("Back"), &json!(3), None));
}
