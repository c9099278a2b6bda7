//! `POST /api/auth/dev/sign-in`.

use landfall::config::Env;
use reqwest::Method;
use serde_json::json;

use crate::support::{TestApp, TestDatabase, assert_problem, send};

const PATH: &str = "/api/auth/dev/sign-in";

#[tokio::test]
async fn address_is_case_insensitive() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    let first = anonymous.post(PATH, &json!({ "email": "Anna@Example.com" })).await.expect(200);
    let again = anonymous.post(PATH, &json!({ "email": "anna@example.com", "rememberMe": true })).await.expect(200);
    assert_eq!(first["user"], again["user"]);
    assert_eq!(first["user"]["name"], "anna");
    assert_ne!(first["token"], again["token"]);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM user_version").await, 1);
}

#[tokio::test]
async fn role_admin_makes_an_administrator() {
    let app = TestApp::start().await;
    let signed_in =
        app.anonymous().post(PATH, &json!({ "email": "root@example.com", "role": "admin" })).await.expect(200);
    assert_eq!(signed_in["user"]["role"], "admin");
}

#[tokio::test]
async fn malformed_input_is_a_422_with_pointers() {
    let app = TestApp::start().await;
    for (body, pointer) in [
        (json!({}), "/email"),
        (json!({ "email": "nobody" }), "/email"),
        (json!({ "email": "a b@c" }), "/email"),
        (json!({ "email": "a\0@c" }), "/email"),
        (json!({ "email": "a@c", "name": "" }), "/name"),
        (json!({ "email": "a@c", "role": "king" }), "/role"),
    ] {
        assert_problem(&app.anonymous().post(PATH, &body).await, 422, "validation_failed", pointer);
    }
}

#[tokio::test]
async fn foreign_origin_is_refused() {
    let app = TestApp::start().await;
    let request = app.anonymous().request(Method::POST, PATH).header("origin", "https://evil.example");
    let answer = send(request.json(&json!({ "email": "anna@example.com" }))).await;
    assert_problem(&answer, 403, "origin_not_allowed", "");
    assert!(!answer.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn route_does_not_exist_where_it_is_disabled() {
    let env = Env::from_pairs([("LANDFALL_DEV_SIGN_IN", "false")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let answer = app.anonymous().post(PATH, &json!({ "email": "anna@example.com" })).await;
    assert_problem(&answer, 404, "not_found", "");
    let document = app.anonymous().get("/api/openapi.json").await.expect(200);
    assert!(document["paths"].get(PATH).is_none());
}
