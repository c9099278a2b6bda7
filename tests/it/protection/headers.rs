//! Security headers of every answer.

use landfall::config::Env;
use reqwest::Method;
use reqwest::header::HeaderMap;

use crate::support::{TestApp, TestDatabase, send};

const CSP: &str = "content-security-policy";

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_kind_of_answer_has_security_headers() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let preflight = anna
        .request(Method::OPTIONS, "/api/sync/init")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "GET");
    let answers = [
        ("an answer", anna.get("/api/chat/sessions").await),
        ("a refusal", app.anonymous().get("/api/chat/sessions").await),
        ("nothing", anna.get("/api/nothing").await),
        ("a file that is missing", anna.get("/nothing").await),
        ("the page", anna.get("/").await),
        ("the documentation", anna.get("/docs/").await),
        ("health", anna.get("/health/live").await),
        ("a refused preflight", send(preflight).await),
    ];
    for (what, answer) in answers {
        let headers = &answer.headers;
        assert_eq!(text(headers, "x-content-type-options"), "nosniff", "{what}");
        assert_eq!(text(headers, "referrer-policy"), "no-referrer", "{what}");
        assert!(text(headers, CSP).contains("frame-ancestors 'none'"), "{what}");
        assert!(text(headers, CSP).contains("default-src") && !text(headers, CSP).contains("unsafe"), "{what}");
        // With this header, browsers would use https for this host for a year.
        assert_eq!(text(headers, "strict-transport-security"), "", "{what}");
    }
}

#[tokio::test]
async fn private_answers_are_not_cached() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for path in [
        "/api/auth/get-session",
        "/api/chat/sessions",
        "/api/projects/none",
        "/api/collections/tags",
        "/%61pi/projects",
    ] {
        assert_eq!(text(&anna.get(path).await.headers, "cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn hsts_is_sent_where_the_public_url_is_https() {
    let app = TestApp::with_public_url(
        TestDatabase::migrated().await,
        Env::from_pairs([("LANDFALL_PUBLIC_URL", "https://landfall.example")]),
    )
    .await;
    let answer = app.anonymous().get("/api/auth/get-session").await;
    assert_eq!(text(&answer.headers, "strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn timed_out_answer_has_security_and_cors_headers() {
    let env = Env::from_pairs([("LANDFALL_REQUEST_TIMEOUT_SECS", "0")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let request = app.anonymous().request(Method::GET, "/health/ready").header("origin", &app.url);
    let answer = send(request).await;
    assert_eq!((answer.status, answer.code()), (504, "timeout"));
    assert_eq!(text(&answer.headers, "x-content-type-options"), "nosniff");
    assert_eq!(text(&answer.headers, "access-control-allow-origin"), app.url);
}
