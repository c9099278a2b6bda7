//! `PUT /api/projects/{id}` and `POST /api/projects`: accepted writes, conflicts, repeats.

use reqwest::Method;
use serde_json::{Value, json};

use super::path;
use crate::support::{TestApp, assert_problem, send};

#[tokio::test]
async fn put_creates_and_changes_and_raises_the_revision() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let created = anna.put(&path("p1"), &json!({ "name": "Harbour", "data": { "a": 1 }, "baseRevision": 0 })).await;
    assert_eq!((created.status, created.etag().as_str()), (201, "\"1\""));
    assert_eq!((&created.json["id"], &created.json["revision"]), (&json!("p1"), &json!(1)));
    assert_eq!(created.json.as_object().unwrap().len(), 3);

    let changed = anna.put(&path("p1"), &json!({ "data": { "b": 2 }, "baseRevision": 1 })).await;
    assert_eq!((changed.status, changed.etag().as_str()), (200, "\"2\""));
    let read = anna.get(&path("p1")).await;
    assert_eq!(read.etag(), "\"2\"");
    assert_eq!((&read.json["name"], &read.json["data"]), (&json!("Harbour"), &json!({ "b": 2 })));
    assert_eq!(read.json["updatedAt"], changed.json["updatedAt"]);

    anna.put(&path("p1"), &json!({ "name": "Pier", "baseRevision": 2 })).await.expect(200);
    let read = anna.get(&path("p1")).await.expect(200);
    assert_eq!((&read["name"], &read["data"], &read["revision"]), (&json!("Pier"), &json!({ "b": 2 }), &json!(3)));
    assert_eq!(app.db.version(&anna.id).await, 3);
}

#[tokio::test]
async fn absent_members_of_a_new_project_have_defaults() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.put(&path("p1"), &json!({ "baseRevision": 0 })).await.expect(201);
    let read = anna.get(&path("p1")).await.expect(200);
    assert_eq!((&read["name"], &read["data"]), (&json!("Untitled"), &Value::Null));
    for absent in ["parentId", "thumbnailAssetId", "deletedAt", "clientUpdatedAt"] {
        assert!(read.get(absent).is_none(), "{absent}");
    }
}

#[tokio::test]
async fn null_removes_and_absence_keeps_a_member() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.put(&path("top"), &json!({ "baseRevision": 0 })).await.expect(201);
    let full = json!({ "name": "a", "data": {}, "parentId": "top", "thumbnailAssetId": "t", "baseRevision": 0,
                       "clientUpdatedAt": "2026-11-21T08:00:00.000Z" });
    anna.put(&path("p1"), &full).await.expect(201);
    anna.put(&path("p1"), &json!({ "name": "b", "baseRevision": 1 })).await.expect(200);
    let kept = anna.get(&path("p1")).await.expect(200);
    for member in ["data", "parentId", "thumbnailAssetId", "clientUpdatedAt"] {
        assert_eq!(kept[member], full[member], "{member}");
    }
    let none = json!({ "data": null, "parentId": null, "thumbnailAssetId": null, "baseRevision": 2 });
    anna.put(&path("p1"), &none).await.expect(200);
    let read = anna.get(&path("p1")).await.expect(200);
    assert_eq!((&read["data"], read.get("parentId"), read.get("thumbnailAssetId")), (&Value::Null, None, None));
}

#[tokio::test]
async fn put_without_a_change_raises_nothing() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = |base: i64| json!({ "name": "a", "data": { "x": [1, 2.0], "y": null }, "baseRevision": base });
    let created = anna.put(&path("p1"), &body(0)).await.expect(201);
    let same = anna.put(&path("p1"), &body(1)).await.expect(200);
    assert_eq!(same, created);
    let mut touched = body(1);
    touched["clientUpdatedAt"] = json!("2026-11-21T08:00:00.000Z");
    assert_eq!(anna.put(&path("p1"), &touched).await.expect(200), created, "a device's clock alone is no change");
    assert_eq!(app.db.version(&anna.id).await, 1);
    assert_eq!(anna.put(&path("p1"), &json!({ "baseRevision": 1, "data": { "x": [1] } })).await.json["revision"], 2);
}

#[tokio::test]
async fn put_with_another_revision_is_a_conflict_with_the_stored_row() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.put(&path("p1"), &json!({ "name": "a", "data": { "n": 1 }, "baseRevision": 0 })).await.expect(201);
    anna.put(&path("p1"), &json!({ "data": { "n": 2 }, "baseRevision": 1 })).await.expect(200);
    let stored = anna.get(&path("p1")).await.expect(200);
    for base in [0, 1, 3] {
        let refused = anna.put(&path("p1"), &json!({ "name": "mine", "baseRevision": base })).await;
        assert_problem(&refused, 409, "revision_conflict", "");
        assert_eq!(refused.json["server"], stored);
    }
    assert_eq!(anna.get(&path("p1")).await.expect(200), stored);
    assert_eq!(app.db.version(&anna.id).await, 2);
}

#[tokio::test]
async fn put_with_a_revision_of_a_missing_project_is_a_conflict_with_null() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let refused = anna.put(&path("p1"), &json!({ "name": "mine", "baseRevision": 4 })).await;
    assert_problem(&refused, 409, "revision_conflict", "");
    assert_eq!(refused.json.get("server"), Some(&Value::Null));
    assert_eq!(app.db.version(&anna.id).await, 0);
}

#[tokio::test]
async fn if_match_replaces_the_base_revision() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.put(&path("p1"), &json!({ "name": "a", "baseRevision": 0 })).await.expect(201);
    let put = |tag: &'static str, body: Value| {
        send(anna.request(Method::PUT, &path("p1")).header("if-match", tag).json(&body))
    };
    assert_eq!(put("\"1\"", json!({ "name": "b" })).await.expect(200)["revision"], 2);
    assert_eq!(put("W/\"2\"", json!({ "name": "c", "baseRevision": 2 })).await.expect(200)["revision"], 3);
    let refused = put("\"1\"", json!({ "name": "d" })).await;
    assert_problem(&refused, 409, "revision_conflict", "");
    assert_eq!(refused.json["server"]["name"], "c");
    let torn = put("\"3\"", json!({ "name": "d", "baseRevision": 2 })).await;
    assert_problem(&torn, 422, "validation_failed", "/baseRevision");
    assert_problem(&put("3", json!({ "name": "d" })).await, 422, "validation_failed", "/header/if-match");
}

#[tokio::test]
async fn post_creates_and_a_repeated_id_answers_the_stored_project() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = json!({ "id": "local 1/ü", "name": "Harbour", "data": { "a": [] } });
    let created = anna.post("/api/projects", &body).await;
    assert_eq!((created.status, created.etag().as_str()), (201, "\"1\""));
    assert_eq!(anna.get(&path("local%201%2F%C3%BC")).await.expect(200), created.json);
    let again = anna.post("/api/projects", &json!({ "id": "local 1/ü", "name": "Other" })).await;
    assert_eq!((again.status, &again.json), (200, &created.json));
    assert_eq!(app.db.version(&anna.id).await, 1);

    anna.delete(&path("local%201%2F%C3%BC")).await.expect(204);
    let deleted = anna.post("/api/projects", &body).await.expect(200);
    assert_eq!((&deleted["revision"], deleted["deletedAt"].is_string()), (&json!(2), true));

    let made = anna.post("/api/projects", &json!({})).await.expect(201);
    assert_eq!((&made["name"], made["id"].as_str().unwrap().len()), (&json!("Untitled"), 36));
}

#[tokio::test]
async fn documents_are_kept_exactly() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let text = r#"{"baseRevision":0,"data":{"big":12345678901234567890123456789012345678,"small":1.50,"π":"😀","nested":[{"null":null}]}}"#;
    let request = anna.request(Method::PUT, &path("p1")).header("content-type", "application/json").body(text);
    send(request).await.expect(201);
    let read = anna.get(&path("p1")).await.text;
    for part in ["12345678901234567890123456789012345678", "1.50", "\"π\": \"😀\"", "[{\"null\": null}]"] {
        assert!(read.contains(part), "{part} in {read}");
    }
    let conflict = anna.put(&path("p1"), &json!({ "baseRevision": 0 })).await;
    assert!(conflict.text.contains("12345678901234567890123456789012345678"), "{}", conflict.text);
}

#[tokio::test]
async fn write_of_a_deleted_user_is_a_401() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    // As while the session is in the server's cache.
    app.db.execute("DELETE FROM user_version").await;
    let answer =
        send(anna.request(Method::PUT, "/api/projects/p").json(&json!({ "name": "P", "baseRevision": 0 }))).await;
    assert_problem(&answer, 401, "unauthenticated", "");
}
