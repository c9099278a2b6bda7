//! `DELETE /api/projects/{id}` and restoring.

use reqwest::Method;
use serde_json::{Value, json};

use super::path;
use crate::support::{TestApp, TestUser, assert_problem, send};

async fn create(user: &TestUser, id: &str, parent: Value) {
    user.put(&path(id), &json!({ "name": id, "parentId": parent, "baseRevision": 0 })).await.expect(201);
}

/// Ids and revisions of all projects, deleted ones included.
async fn tombstones(user: &TestUser) -> Vec<(String, i64)> {
    let list = user.get("/api/projects?includeDeleted=1").await.expect(200);
    let mut deleted: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|project| project["deletedAt"].is_string())
        .map(|project| (project["id"].as_str().unwrap().to_owned(), project["revision"].as_i64().unwrap()))
        .collect();
    deleted.sort();
    deleted
}

#[tokio::test]
async fn delete_leaves_a_tombstone_and_a_repeat_raises_nothing() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "p1", Value::Null).await;
    let gone = anna.delete(&path("p1")).await;
    assert_eq!((gone.status, gone.etag().as_str(), gone.text.as_str()), (204, "\"2\"", ""));
    assert_eq!(anna.delete(&path("p1")).await.etag(), "\"2\"");
    let with_old_base = anna.request(Method::DELETE, &path("p1")).json(&json!({ "baseRevision": 1 }));
    assert_eq!(send(with_old_base).await.status, 204, "a repeat carries the revision of before");
    send(anna.request(Method::DELETE, &path("p1")).json(&Value::Null)).await.expect(204);
    assert_eq!(tombstones(&anna).await, [("p1".to_owned(), 2)]);
    assert_eq!(app.db.version(&anna.id).await, 2);
}

#[tokio::test]
async fn delete_with_another_revision_is_a_conflict_with_the_row() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "p1", Value::Null).await;
    anna.put(&path("p1"), &json!({ "name": "b", "baseRevision": 1 })).await.expect(200);
    let by_body = send(anna.request(Method::DELETE, &path("p1")).json(&json!({ "baseRevision": 1 }))).await;
    let by_header = send(anna.request(Method::DELETE, &path("p1")).header("if-match", "\"1\"")).await;
    for refused in [by_body, by_header] {
        assert_problem(&refused, 409, "revision_conflict", "");
        assert_eq!(refused.json["server"], anna.get(&path("p1")).await.expect(200));
    }
    assert_eq!(app.db.version(&anna.id).await, 2);
    send(anna.request(Method::DELETE, &path("p1")).json(&json!({ "baseRevision": 2 }))).await.expect(204);
}

#[tokio::test]
async fn put_with_the_tombstones_revision_restores_and_another_is_a_conflict() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.put(&path("p1"), &json!({ "name": "a", "data": { "n": 1 }, "baseRevision": 0 })).await.expect(201);
    anna.delete(&path("p1")).await.expect(204);
    for base in [0, 1] {
        let refused = anna.put(&path("p1"), &json!({ "name": "b", "baseRevision": base })).await;
        assert_problem(&refused, 409, "revision_conflict", "");
        assert!(refused.json["server"]["deletedAt"].is_string());
        assert_eq!(refused.json["server"]["revision"], 2);
    }
    assert_eq!(anna.put(&path("p1"), &json!({ "baseRevision": 2 })).await.expect(200)["revision"], 3);
    let back = anna.get(&path("p1")).await.expect(200);
    assert_eq!((&back["name"], &back["data"], back.get("deletedAt")), (&json!("a"), &json!({ "n": 1 }), None));
    assert_eq!(app.db.version(&anna.id).await, 3);
}

#[tokio::test]
async fn delete_cascades_to_the_tree_in_one_version() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (id, parent) in [("top", Value::Null), ("mid", json!("top")), ("low", json!("mid")), ("beside", Value::Null)] {
        create(&anna, id, parent).await;
    }
    create(&anna, "gone", json!("mid")).await;
    anna.delete(&path("gone")).await.expect(204);
    anna.delete(&path("top")).await.expect(204);
    let expected = [("gone", 2), ("low", 2), ("mid", 2), ("top", 2)].map(|(id, revision)| (id.to_owned(), revision));
    assert_eq!(tombstones(&anna).await, expected);
    assert_eq!(app.db.version(&anna.id).await, 7);
    let stamped = "SELECT count(*) AS n FROM projects WHERE version = 7 AND deleted_at IS NOT NULL";
    assert_eq!(app.db.number(stamped).await, 3);
    anna.get(&path("beside")).await.expect(200);
}

#[tokio::test]
async fn child_restored_without_its_parent_is_at_the_top_level() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "top", Value::Null).await;
    create(&anna, "low", json!("top")).await;
    anna.delete(&path("top")).await.expect(204);
    let asked = anna.put(&path("low"), &json!({ "parentId": "top", "baseRevision": 2 })).await;
    assert_problem(&asked, 422, "validation_failed", "/parentId");
    anna.put(&path("low"), &json!({ "baseRevision": 2 })).await.expect(200);
    assert_eq!(anna.get(&path("low")).await.expect(200).get("parentId"), None);

    anna.delete(&path("low")).await.expect(204);
    anna.put(&path("top"), &json!({ "baseRevision": 2 })).await.expect(200);
    anna.put(&path("low"), &json!({ "parentId": "top", "baseRevision": 4 })).await.expect(200);
    assert_eq!(anna.get(&path("low")).await.expect(200)["parentId"], "top");
}

#[tokio::test]
async fn chats_of_deleted_projects_stay_without_a_project() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let ben = app.user("ben").await;
    create(&anna, "top", Value::Null).await;
    create(&anna, "low", json!("top")).await;
    let chat = async |user: TestUser, project: &str| {
        user.post("/api/chat/sessions", &json!({ "title": project, "projectId": project })).await.expect(201)
    };
    let (in_top, in_low) = (chat(anna.clone(), "top").await, chat(anna.clone(), "low").await);
    let (elsewhere, his) = (chat(anna.clone(), "other").await, chat(ben.clone(), "top").await);
    anna.delete(&path("top")).await.expect(204);

    let version = app.db.version(&anna.id).await;
    let read = async |user: &TestUser, session: &Value| {
        user.get(&format!("/api/chat/sessions/{}", session["id"].as_str().unwrap())).await.expect(200)
    };
    for session in [&in_top, &in_low] {
        let now = read(&anna, session).await;
        assert_eq!((&now["projectId"], &now["revision"]), (&Value::Null, &json!(2)));
    }
    let stamped = format!("SELECT count(*) AS n FROM chat_sessions WHERE version = {version}");
    assert_eq!(app.db.number(&stamped).await, 2, "a pull brings both");
    assert_eq!(read(&anna, &elsewhere).await, elsewhere);
    assert_eq!(read(&ben, &his).await, his);
    anna.delete(&path("top")).await.expect(204);
    assert_eq!(app.db.version(&anna.id).await, version);
}

#[tokio::test]
async fn conversations_of_deleted_projects_stay_without_a_project() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "top", Value::Null).await;
    create(&anna, "low", json!("top")).await;
    let address = |id: &str| format!("/api/collections/conversations/{id}");
    for (id, project) in [("c1", "top"), ("c2", "low"), ("c3", "other")] {
        let body = json!({ "value": { "title": id, "projectId": project, "own": 1 }, "baseRevision": 0 });
        anna.put(&address(id), &body).await.expect(201);
    }
    anna.delete(&path("top")).await.expect(204);
    for (id, project, revision) in [("c1", Value::Null, 2), ("c2", Value::Null, 2), ("c3", json!("other"), 1)] {
        let row = anna.get(&address(id)).await.expect(200);
        assert_eq!((&row["value"]["projectId"], &row["revision"]), (&project, &json!(revision)), "{row}");
        assert_eq!((&row["value"]["title"], &row["value"]["own"]), (&json!(id), &json!(1)));
    }
    assert_eq!(app.db.version(&anna.id).await, 6);
}
