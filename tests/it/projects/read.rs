//! `GET /api/projects`, `GET /api/projects/{id}`, and projects in init.

use serde_json::{Value, json};

use super::path;
use crate::support::{TestApp, TestUser, assert_problem};

async fn names(user: &TestUser, address: &str) -> Vec<String> {
    let list = user.get(address).await.expect(200);
    list.as_array().unwrap().iter().map(|project| project["name"].as_str().unwrap().to_owned()).collect()
}

async fn three(user: &TestUser) {
    for name in ["a", "b", "c"] {
        let body = json!({ "name": name, "data": { "large": true }, "baseRevision": 0 });
        user.put(&path(name), &body).await.expect(201);
    }
}

#[tokio::test]
async fn list_is_an_array_without_documents_most_recently_changed_first() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    assert_eq!(anna.get("/api/projects").await.expect(200), json!([]));
    three(&anna).await;
    anna.put(&path("a"), &json!({ "name": "a2", "parentId": "c", "baseRevision": 1 })).await.expect(200);
    assert_eq!(names(&anna, "/api/projects").await, ["a2", "c", "b"]);
    let list = anna.get("/api/projects").await.expect(200);
    let first = list[0].as_object().unwrap();
    assert!(!first.contains_key("data") && !first.contains_key("deletedAt"), "{first:?}");
    assert_eq!((&first["parentId"], &first["revision"]), (&json!("c"), &json!(2)));
}

#[tokio::test]
async fn deleted_projects_are_listed_on_request_only() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    three(&anna).await;
    anna.delete(&path("b")).await.expect(204);
    assert_eq!(names(&anna, "/api/projects").await, ["c", "a"]);
    assert_eq!(names(&anna, "/api/projects?includeDeleted=0").await, ["c", "a"]);
    let all = anna.get("/api/projects?includeDeleted=1").await.expect(200);
    assert_eq!((&all[0]["id"], all[0]["deletedAt"].is_string(), all.as_array().unwrap().len()), (&json!("b"), true, 3));

    assert_problem(&anna.get(&path("b")).await, 404, "not_found", "");
    let deleted = anna.get(&format!("{}?includeDeleted=1", path("b"))).await;
    assert_eq!((deleted.etag().as_str(), &deleted.json["data"]), ("\"2\"", &json!({ "large": true })));
    for address in ["/api/projects?includeDeleted=yes", "/api/projects/b?includeDeleted=2"] {
        assert_problem(&anna.get(address).await, 422, "validation_failed", "/query/includeDeleted");
    }
}

#[tokio::test]
async fn init_has_projects_without_documents() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    three(&anna).await;
    anna.delete(&path("b")).await.expect(204);
    let init = anna.get("/api/sync/init").await;
    assert_eq!(init.json["projects"], anna.get("/api/projects").await.expect(200));
    assert_eq!(init.json["limits"]["maxProjectBytes"], 5_242_880);
    anna.put(&path("a"), &json!({ "name": "a2", "baseRevision": 1 })).await.expect(200);
    assert_ne!(anna.get("/api/sync/init").await.etag(), init.etag());
}

#[tokio::test]
async fn init_has_two_hundred_projects_at_most() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let insert = format!(
        "INSERT INTO projects (owner, id, name, revision, version)
         SELECT {}, 'p' || n, 'p' || n, 1, n FROM generate_series(1, 205) n",
        app.db.owner(&anna.id).await
    );
    app.db.execute(&insert).await;
    let init = anna.get("/api/sync/init").await.expect(200);
    let projects = init["projects"].as_array().unwrap();
    assert_eq!((projects.len(), &projects[0]["id"], &projects[199]["id"]), (200, &json!("p205"), &json!("p6")));
    assert_eq!(anna.get("/api/projects").await.expect(200).as_array().map(Vec::len), Some(205));
}

#[tokio::test]
async fn two_users_may_use_the_same_id_and_see_their_own() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    for (user, name) in [(&anna, "hers"), (&ben, "his")] {
        user.put(&path("p1"), &json!({ "name": name, "baseRevision": 0 })).await.expect(201);
    }
    ben.delete(&path("p1")).await.expect(204);
    assert_eq!(names(&anna, "/api/projects?includeDeleted=1").await, ["hers"]);
    assert_eq!(anna.get(&path("p1")).await.expect(200)["deletedAt"], Value::Null);
}
