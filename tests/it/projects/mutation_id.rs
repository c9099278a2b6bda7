//! `mutationId`: a repeat gets the first answer, whatever was written since.

use reqwest::Method;
use serde_json::{Value, json};

use super::path;
use crate::support::{Answer, TestApp, TestUser, assert_problem, send};

async fn delete(user: &TestUser, id: &str, body: Value) -> Answer {
    send(user.request(Method::DELETE, &path(id)).json(&body)).await
}

const IDEMPOTENCY_RECORDS: &str = "SELECT count(*) AS n FROM idempotency_records";

#[tokio::test]
async fn repeated_put_gets_the_first_answer_and_has_no_second_effect() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = json!({ "name": "a", "data": { "n": 1 }, "baseRevision": 0, "mutationId": "m1" });
    let first = anna.put(&path("p1"), &body).await;
    assert_eq!(first.status, 201);
    anna.put(&path("p1"), &json!({ "name": "b", "baseRevision": 1 })).await.expect(200);
    let again = anna.put(&path("p1"), &body).await;
    assert_eq!((again.status, &again.json, again.etag()), (201, &first.json, first.etag()));
    assert_eq!(anna.get(&path("p1")).await.expect(200)["name"], "b");
    assert_eq!((app.db.version(&anna.id).await, app.db.number(IDEMPOTENCY_RECORDS).await), (2, 1));
}

#[tokio::test]
async fn same_mutation_id_for_another_request_is_refused() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = |name: &str| json!({ "name": name, "baseRevision": 0, "mutationId": "m1" });
    anna.put(&path("p1"), &body("a")).await.expect(201);
    for refused in [
        anna.put(&path("p1"), &body("b")).await,
        anna.put(&path("p2"), &body("a")).await,
        anna.post("/api/projects", &json!({ "id": "p3", "mutationId": "m1" })).await,
        delete(&anna, "p1", json!({ "mutationId": "m1" })).await,
    ] {
        assert_problem(&refused, 409, "id_conflict", "/mutationId");
    }
    assert_eq!(app.db.version(&anna.id).await, 1);
    assert_eq!(anna.get("/api/projects").await.expect(200).as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn mutation_ids_are_separate_per_user() {
    let app = TestApp::start().await;
    for name in ["anna", "ben"] {
        let user = app.user(name).await;
        let body = json!({ "name": name, "baseRevision": 0, "mutationId": "m1" });
        user.put(&path("p1"), &body).await.expect(201);
    }
}

#[tokio::test]
async fn repeated_refusal_is_refused_with_the_current_row() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.put(&path("p1"), &json!({ "name": "a", "baseRevision": 0 })).await.expect(201);
    let late = json!({ "name": "late", "baseRevision": 0, "mutationId": "m1" });
    let first = anna.put(&path("p1"), &late).await;
    assert_problem(&first, 409, "revision_conflict", "");
    anna.put(&path("p1"), &json!({ "name": "b", "baseRevision": 1 })).await.expect(200);
    let again = anna.put(&path("p1"), &late).await;
    assert_problem(&again, 409, "revision_conflict", "");
    assert_eq!((&first.json["server"]["name"], &again.json["server"]["name"]), (&json!("a"), &json!("b")));

    let orphan = json!({ "parentId": "none", "baseRevision": 0, "mutationId": "m2" });
    let first = anna.put(&path("p2"), &orphan).await;
    assert_problem(&first, 422, "validation_failed", "/parentId");
    anna.put(&path("none"), &json!({ "baseRevision": 0 })).await.expect(201);
    let again = anna.put(&path("p2"), &orphan).await;
    assert_eq!(again.without_request(), first.without_request());
    assert_eq!((app.db.version(&anna.id).await, app.db.number(IDEMPOTENCY_RECORDS).await), (3, 2));
}

#[tokio::test]
async fn repeated_delete_does_not_delete_a_restored_project() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.put(&path("p1"), &json!({ "name": "a", "baseRevision": 0 })).await.expect(201);
    let body = json!({ "mutationId": "m1" });
    let first = delete(&anna, "p1", body.clone()).await;
    assert_eq!((first.status, first.etag().as_str()), (204, "\"2\""));
    anna.put(&path("p1"), &json!({ "baseRevision": 2 })).await.expect(200);
    let again = delete(&anna, "p1", body).await;
    assert_eq!((again.status, again.etag().as_str()), (204, "\"2\""));
    assert_eq!(anna.get(&path("p1")).await.expect(200)["revision"], 3);
    let nothing = delete(&anna, "none", json!({ "mutationId": "m2" })).await;
    assert_problem(&nothing, 404, "not_found", "");
}

#[tokio::test]
async fn repeated_post_creates_one_project_with_a_server_chosen_id() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = json!({ "name": "a", "mutationId": "m1" });
    let first = anna.post("/api/projects", &body).await.expect(201);
    assert_eq!(anna.post("/api/projects", &body).await.expect(201), first);
    assert_eq!(app.db.version(&anna.id).await, 1);
}

#[tokio::test]
async fn idempotency_record_has_the_version_after_the_write() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.put(&path("p1"), &json!({ "baseRevision": 0, "mutationId": "m1" })).await.expect(201);
    anna.put(&path("p1"), &json!({ "baseRevision": 1, "mutationId": "m2" })).await.expect(200);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM idempotency_records WHERE version = 1").await, 2);
    assert_eq!(app.db.version(&anna.id).await, 1);
}
