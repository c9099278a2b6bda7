//! Requests without a session, projects of other users, invalid input.

use reqwest::Method;
use serde_json::{Value, json};

use super::path;
use crate::support::{TestApp, assert_problem, send};

#[tokio::test]
async fn every_operation_requires_a_session() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    for answer in [
        anonymous.get("/api/projects").await,
        anonymous.post("/api/projects", &json!({})).await,
        anonymous.get(&path("p1")).await,
        anonymous.put(&path("p1"), &json!({ "baseRevision": 0 })).await,
        anonymous.delete(&path("p1")).await,
    ] {
        assert_problem(&answer, 401, "unauthenticated", "");
    }
}

#[tokio::test]
async fn project_of_another_user_is_not_found() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    anna.put(&path("hers"), &json!({ "name": "secret", "baseRevision": 0 })).await.expect(201);
    let change = json!({ "name": "Mine now", "baseRevision": 1 });
    for (theirs, unknown, status) in [
        (ben.get(&path("hers")).await, ben.get(&path("none")).await, 404),
        (ben.put(&path("hers"), &change).await, ben.put(&path("none"), &change).await, 409),
        (ben.delete(&path("hers")).await, ben.delete(&path("none")).await, 404),
    ] {
        assert_eq!((theirs.status, unknown.status), (status, status));
        assert_eq!(theirs.without_request(), unknown.without_request());
    }
    assert_eq!(ben.get("/api/projects?includeDeleted=1").await.expect(200), json!([]));
    assert_eq!(anna.get(&path("hers")).await.expect(200)["name"], "secret");
}

#[tokio::test]
async fn malformed_input_is_refused_with_pointers_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let with = |member: &str, value: Value| {
        let mut body = json!({ "baseRevision": 0 });
        body[member] = value;
        body
    };
    for (body, pointer) in [
        (json!({}), "/baseRevision"),
        (json!(["a", null, 0]), ""),
        (with("baseRevision", json!(-1)), "/baseRevision"),
        (with("baseRevision", json!("1")), "/baseRevision"),
        (with("baseRevision", json!(1.5)), "/baseRevision"),
        (with("name", json!("")), "/name"),
        (with("name", json!("x".repeat(201))), "/name"),
        (with("name", json!("a\0b")), "/name"),
        (with("name", json!(7)), "/name"),
        (with("data", json!([1])), "/data"),
        (with("data", json!("text")), "/data"),
        (with("data", json!({ "deep": ["\0"] })), "/data/deep/0"),
        (with("parentId", json!("")), "/parentId"),
        (with("parentId", json!("x".repeat(129))), "/parentId"),
        (with("thumbnailAssetId", json!("")), "/thumbnailAssetId"),
        (with("clientUpdatedAt", json!("yesterday")), "/clientUpdatedAt"),
        (with("mutationId", json!("")), "/mutationId"),
        (with("mutationId", json!("x".repeat(129))), "/mutationId"),
        (with("owner", json!("ben")), "/owner"),
    ] {
        assert_problem(&anna.put(&path("p1"), &body).await, 422, "validation_failed", pointer);
    }
    for (body, pointer) in [
        (json!({ "id": "" }), "/id"),
        (json!({ "id": "x".repeat(129) }), "/id"),
        (json!({ "name": "" }), "/name"),
        (json!({ "data": 1 }), "/data"),
        (json!({ "baseRevision": 0 }), "/baseRevision"),
    ] {
        assert_problem(&anna.post("/api/projects", &body).await, 422, "validation_failed", pointer);
    }
    for (body, pointer) in
        [(json!({ "baseRevision": -1 }), "/baseRevision"), (json!({ "force": true }), "/force"), (json!([1]), "")]
    {
        let answer = send(anna.request(Method::DELETE, &path("p1")).json(&body)).await;
        assert_problem(&answer, 422, "validation_failed", pointer);
    }
    assert_eq!(app.db.version(&anna.id).await, 0);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM projects").await, 0);
}

#[tokio::test]
async fn documents_that_can_not_be_kept_exactly_are_refused_with_a_pointer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (data, pointer) in [
        (r#"{"n":1e131000}"#, "/data/n"),
        (r#"{"n":1e400}"#, "/data/n"),
        (r#"{"a":{"b":1,"b":2}}"#, "/data/a/b"),
        (r#"{"s":["\ud800"]}"#, "/data/s/0"),
    ] {
        let text = format!("{{\"baseRevision\":0,\"data\":{data}}}");
        let request = anna.request(Method::PUT, &path("p1")).header("content-type", "application/json").body(text);
        assert_problem(&send(request).await, 422, "validation_failed", pointer);
    }
}

#[tokio::test]
async fn ids_in_paths_are_checked_before_they_are_stored() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for id in ["x".repeat(129), "a%00b".to_owned()] {
        let put = anna.put(&path(&id), &json!({ "baseRevision": 0 })).await;
        assert_problem(&put, 422, "validation_failed", "/path/id");
        assert_problem(&anna.get(&path(&id)).await, 404, "not_found", "");
    }
    anna.put(&path(&"ü".repeat(128)), &json!({ "baseRevision": 0 })).await.expect(201);
}
