//! CORS: listed origins read and write with credentials, and others can do neither.

use landfall::config::Env;
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestApp, TestDatabase, assert_problem, send};

const FRIEND: &str = "https://app.example.com";

async fn app() -> TestApp {
    TestApp::configured(TestDatabase::migrated().await, Env::from_pairs([("LANDFALL_ALLOWED_ORIGINS", FRIEND)])).await
}

async fn preflight(app: &TestApp, origin: &str, method: &str, headers: &str) -> Answer {
    let request = app.anonymous().request(Method::OPTIONS, "/api/projects/p");
    let request = request.header("origin", origin).header("access-control-request-method", method);
    send(request.header("access-control-request-headers", headers)).await
}

fn allows(answer: &Answer, origin: &str) -> bool {
    answer.headers.get("access-control-allow-origin").is_some_and(|value| value == origin)
}

#[tokio::test]
async fn allowed_origin_may_send_credentials_and_read_its_headers() {
    let app = app().await;
    let anna = app.user("anna").await;
    let answer = preflight(&app, FRIEND, "PUT", "content-type, if-match, x-landfall-user, authorization").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(allows(&answer, FRIEND));
    assert_eq!(answer.headers["access-control-allow-credentials"], "true");

    let read = send(anna.request(Method::GET, "/api/sync/init").header("origin", FRIEND)).await;
    assert!(allows(&read, FRIEND));
    assert!(read.headers["vary"].to_str().unwrap().to_lowercase().contains("origin"));
    let exposed = read.headers["access-control-expose-headers"].to_str().unwrap();
    for name in ["etag", "x-request-id", "retry-after", "ratelimit-remaining", "ratelimit-reset"] {
        assert!(exposed.split(',').any(|known| known.trim().eq_ignore_ascii_case(name)), "{name} is not in {exposed}");
    }
}

#[tokio::test]
async fn foreign_origin_is_refused_and_can_read_nothing() {
    let app = app().await;
    let anna = app.user("anna").await;
    for origin in ["https://evil.example", "https://app.example.com.evil.example", "http://app.example.com", "null"] {
        let answer = preflight(&app, origin, "PUT", "content-type").await;
        assert!(answer.status >= 400 && !answer.headers.contains_key("access-control-allow-origin"), "{origin}");
        let read = send(anna.request(Method::GET, "/api/sync/init").header("origin", origin)).await;
        assert!(!read.headers.contains_key("access-control-allow-origin"), "{origin}");
    }
}

#[tokio::test]
async fn refused_preflight_is_a_problem_that_names_the_setting() {
    let app = app().await;
    let cases = [
        ("https://evil.example", "PUT", "content-type", "origin_not_allowed", "LANDFALL_ALLOWED_ORIGINS"),
        (FRIEND, "BREW", "content-type", "forbidden", "GET, HEAD, POST, PUT, PATCH, DELETE"),
        (FRIEND, "PUT", "x-other", "forbidden", "authorization, content-type"),
    ];
    for (origin, method, headers, code, detail) in cases {
        let answer = preflight(&app, origin, method, headers).await;
        assert_problem(&answer, 403, code, "");
        assert!(answer.json["detail"].as_str().unwrap().contains(detail), "{}", answer.text);
        assert_eq!(answer.json["instance"], "/api/projects/p");
        assert!(answer.headers["vary"].to_str().unwrap().contains("Origin"));
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
}

#[tokio::test]
async fn foreign_origin_can_not_write_with_the_cookie_and_an_allowed_one_can() {
    let app = app().await;
    let anna = app.user("anna").await;
    let cookie = anna.cookie();
    let write = |origin: &'static str| {
        let request = app.anonymous().request(Method::POST, "/api/chat/sessions").header("cookie", &cookie);
        send(request.header("origin", origin).json(&json!({ "title": "Harbour" })))
    };
    assert_eq!(write("https://evil.example").await.code(), "origin_not_allowed");
    assert_eq!(write(FRIEND).await.status, 201);
}

/// Every documented request and response header is allowed for other origins.
#[tokio::test]
async fn every_documented_header_is_allowed_across_origins() {
    let app = app().await;
    let document = app.anonymous().get("/api/openapi.json").await.expect(200);
    let exposed = exposed_names(&app).await;
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let mut seen = 0;
    for operation in operations {
        for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "header") {
            let name = parameter["name"].as_str().unwrap();
            let answer = preflight(&app, FRIEND, "POST", &name.to_lowercase()).await;
            assert_eq!(answer.status, 200, "{name} is not in REQUEST_HEADERS: {}", answer.text);
            seen += 1;
        }
        for response in operation["responses"].as_object().unwrap().values() {
            for name in response["headers"].as_object().into_iter().flat_map(|headers| headers.keys()) {
                let always = ["cache-control", "content-type", "content-length", "set-cookie"];
                let name = name.to_lowercase();
                assert!(
                    always.contains(&name.as_str()) || exposed.contains(&name),
                    "{name} is not in RESPONSE_HEADERS"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 5, "the document names headers");
}

async fn exposed_names(app: &TestApp) -> Vec<String> {
    let read = send(app.anonymous().request(Method::GET, "/api/auth/get-session").header("origin", FRIEND)).await;
    let exposed = read.headers["access-control-expose-headers"].to_str().unwrap();
    exposed.split(',').map(|name| name.trim().to_lowercase()).collect()
}
