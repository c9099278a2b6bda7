//! Parents: they must exist, be living, and not be below the project itself.

use serde_json::{Value, json};

use super::path;
use crate::support::{Answer, TestApp, TestUser, assert_problem};

async fn put(user: &TestUser, id: &str, parent: Value, base: i64) -> Answer {
    user.put(&path(id), &json!({ "parentId": parent, "baseRevision": base })).await
}

#[track_caller]
fn assert_refused(answer: &Answer, code: &str) {
    assert_problem(answer, 422, "validation_failed", "/parentId");
    assert_eq!(answer.json["errors"][0]["code"], code);
}

#[tokio::test]
async fn project_moves_to_a_living_project_outside_its_tree() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    put(&anna, "a", Value::Null, 0).await.expect(201);
    put(&anna, "b", json!("a"), 0).await.expect(201);
    put(&anna, "c", json!("b"), 0).await.expect(201);
    let version = app.db.version(&anna.id).await;
    for below in ["a", "b", "c"] {
        assert_refused(&put(&anna, "a", json!(below), 1).await, "cycle");
    }
    assert_refused(&put(&anna, "new", json!("new"), 0).await, "cycle");
    assert_eq!(app.db.version(&anna.id).await, version);
    assert_eq!(anna.get(&path("a")).await.expect(200)["revision"], 1);

    put(&anna, "c", json!("a"), 1).await.expect(200);
    put(&anna, "b", json!("c"), 1).await.expect(200);
    assert_refused(&put(&anna, "c", json!("b"), 2).await, "cycle");
    put(&anna, "c", Value::Null, 2).await.expect(200);
}

#[tokio::test]
async fn missing_deleted_and_foreign_parents_are_refused() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    put(&anna, "gone", Value::Null, 0).await.expect(201);
    anna.delete(&path("gone")).await.expect(204);
    put(&ben, "his", Value::Null, 0).await.expect(201);
    put(&anna, "mine", Value::Null, 0).await.expect(201);
    let version = app.db.version(&anna.id).await;
    for parent in ["none", "gone", "his"] {
        assert_refused(&put(&anna, "mine", json!(parent), 1).await, "unknown_parent");
        assert_refused(&put(&anna, "new", json!(parent), 0).await, "unknown_parent");
        let post = anna.post("/api/projects", &json!({ "id": "new", "parentId": parent })).await;
        assert_refused(&post, "unknown_parent");
    }
    assert_eq!(app.db.version(&anna.id).await, version);
    assert_problem(&anna.get(&path("new")).await, 404, "not_found", "");
}

#[tokio::test]
async fn conflict_is_reported_before_the_parent_is_checked() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    put(&anna, "a", Value::Null, 0).await.expect(201);
    assert_problem(&put(&anna, "a", json!("none"), 0).await, 409, "revision_conflict", "");
}
