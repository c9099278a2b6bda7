//! The content type of JSON. Browsers send a text body as `text/plain`; with a session, it is taken as JSON.

use reqwest::Method;
use serde_json::json;

use crate::support::{TestApp, TestUser, assert_problem, send};

const SESSIONS: &str = "/api/chat/sessions";

fn post(user: &TestUser, path: &str, kind: Option<&str>) -> reqwest::RequestBuilder {
    let request = user.request(Method::POST, path).body(json!({ "title": "a" }).to_string());
    kind.into_iter().fold(request, |request, kind| request.header("content-type", kind))
}

#[tokio::test]
async fn text_and_no_type_are_json_with_a_bearer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for kind in [None, Some("text/plain;charset=UTF-8"), Some("Text/Plain"), Some("application/json; charset=utf-8")] {
        send(post(&anna, SESSIONS, kind)).await.expect(201);
    }
    for kind in
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/html", "application/xml", "json"]
    {
        assert_problem(&send(post(&anna, SESSIONS, Some(kind))).await, 415, "unsupported_media_type", "");
    }
}

#[tokio::test]
async fn text_is_json_with_a_cookie_from_an_allowed_page_only() {
    let app = TestApp::start().await;
    let sign_in = json!({ "email": "anna@example.com" });
    let signed_in = app.anonymous().post("/api/auth/dev/sign-in", &sign_in).await;
    let cookie = signed_in.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let with_cookie = |origin: Option<&str>| {
        let request = post(&app.anonymous(), SESSIONS, Some("text/plain;charset=UTF-8")).header("cookie", &cookie);
        origin.into_iter().fold(request, |request, origin| request.header("origin", origin))
    };
    send(with_cookie(Some(&app.url))).await.expect(201);
    assert_problem(&send(with_cookie(Some("https://evil.example"))).await, 403, "origin_not_allowed", "");
    assert_problem(&send(with_cookie(None)).await, 403, "origin_not_allowed", "");
    assert_eq!(app.db.number("SELECT count(*) AS n FROM chat_sessions").await, 1);
}

#[tokio::test]
async fn text_is_no_json_without_a_session() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    for kind in [None, Some("text/plain")] {
        let answer = send(post(&anonymous, "/api/auth/dev/sign-in", kind)).await;
        assert_problem(&answer, 415, "unsupported_media_type", "");
        assert_problem(&send(post(&anonymous, SESSIONS, kind)).await, 401, "unauthenticated", "");
    }
}
