//! The address of a client behind proxies: in every form that proxies write, it has its own budget, its own share, and its sessions note it.

use landfall::config::Env;
use reqwest::Method;
use serde_json::json;

use crate::support::{TestApp, TestDatabase, TestUser, assert_problem, eventually, send};

async fn app<const N: usize>(settings: [(&str, &str); N]) -> TestApp {
    TestApp::configured(TestDatabase::migrated().await, Env::from_pairs(settings)).await
}

/// Asks as a client behind a proxy. What is left of the client's budget.
async fn ask(anonymous: &TestUser, header: &str, value: &str) -> u32 {
    let answer = send(anonymous.request(Method::GET, "/api/chat/sessions").header(header, value)).await;
    assert_eq!(answer.status, 401);
    answer.headers["ratelimit-remaining"].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn every_form_of_a_forwarded_address_has_a_budget_of_its_own() {
    let settings = [
        ("LANDFALL_RATE_LIMITS", "true"),
        ("LANDFALL_LIMIT_READ", "1000/1"),
        ("LANDFALL_TRUSTED_PROXIES", "127.0.0.1"),
    ];
    let app = app(settings).await;
    let anonymous = app.anonymous();
    for (header, first, second) in [
        ("x-forwarded-for", "203.0.113.1", "198.51.100.1"),
        ("x-forwarded-for", "203.0.113.2:51234", "198.51.100.2:40000"),
        ("x-forwarded-for", "[2001:db8::1]:443", "[2001:db8:1::1]:443"),
        ("x-forwarded-for", "[2001:db8:2::1]", "[2001:db8:3::1]"),
        ("x-forwarded-for", "\"203.0.113.3\"", "\"198.51.100.3:80\""),
        ("forwarded", "for=203.0.113.4;proto=https", "proto=https;for=198.51.100.4"),
        ("forwarded", "for=\"[2001:db8:4::1]:443\"", "For=\"[2001:db8:5::1]\""),
        ("forwarded", "for=_one", "for=_two"),
    ] {
        assert_eq!(ask(&anonymous, header, first).await, 999, "{first}");
        assert_eq!(ask(&anonymous, header, second).await, 999, "{second}");
    }
    // Ports and forms of one client share a budget.
    let asks = (1..100).map(|port| {
        let anonymous = &anonymous;
        async move {
            match port % 2 {
                0 => ask(anonymous, "x-forwarded-for", &format!("203.0.113.77:{port}")).await,
                _ => ask(anonymous, "forwarded", &format!("for=\"203.0.113.77:{port}\"")).await,
            }
        }
    });
    // One request comes back each second.
    assert!(futures_util::future::join_all(asks).await.into_iter().min().unwrap() < 950);
}

#[tokio::test]
async fn sessions_note_the_client_and_not_the_proxy() {
    let app = app([("LANDFALL_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let noted = async |header: &str, value: &str| {
        let body = json!({ "email": "anna@example.com" });
        let request = app.anonymous().request(Method::POST, "/api/auth/dev/sign-in").header(header, value).json(&body);
        let token = send(request).await.expect(200)["token"].as_str().unwrap().to_owned();
        let anna = TestUser { token: Some(token), ..app.anonymous() };
        anna.get("/api/auth/get-session").await.expect(200)["session"]["ipAddress"].clone()
    };
    assert_eq!(noted("x-forwarded-for", "203.0.113.9:51234").await, json!("203.0.113.9"));
    assert_eq!(noted("forwarded", "for=\"[2001:db8::1]:443\"").await, json!("2001:db8::1"));
    assert_eq!(noted("x-other", "203.0.113.9").await, json!("127.0.0.1"));
}

/// Rate limits and sessions resolve the client alike, behind several proxies and with a header of the operator's choice.
#[tokio::test]
async fn session_has_the_address_whose_budget_its_sign_in_used() {
    let settings = [
        ("LANDFALL_RATE_LIMITS", "true"),
        ("LANDFALL_LIMIT_READ", "1000/1"),
        ("LANDFALL_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"),
        ("LANDFALL_FORWARDED_HEADER", "CF-Connecting-IP"),
    ];
    let app = app(settings).await;
    let chain = "192.0.2.66, 203.0.113.9:4000, 10.0.0.5";
    let request = app.anonymous().request(Method::POST, "/api/auth/dev/sign-in").header("cf-connecting-ip", chain);
    let request = request.header("x-forwarded-for", "198.51.100.7").json(&json!({ "email": "anna@example.com" }));
    let token = send(request).await.expect(200)["token"].as_str().unwrap().to_owned();
    let anna = TestUser { token: Some(token), ..app.anonymous() };
    let session = anna.get("/api/auth/get-session").await.expect(200);
    assert_eq!(session["session"]["ipAddress"], "203.0.113.9");
    let anonymous = app.anonymous();
    assert_eq!(ask(&anonymous, "cf-connecting-ip", chain).await, 999);
    assert!(ask(&anonymous, "cf-connecting-ip", "203.0.113.9").await < 999, "the same budget");
    assert_eq!(ask(&anonymous, "cf-connecting-ip", "192.0.2.66").await, 999, "a forged entry counts nothing");
}

#[tokio::test]
async fn untrusted_peer_forwards_no_address() {
    let app = app([]).await;
    let body = json!({ "email": "anna@example.com" });
    let request = app.anonymous().request(Method::POST, "/api/auth/dev/sign-in");
    let token = send(request.header("x-forwarded-for", "203.0.113.9").json(&body)).await.expect(200)["token"].clone();
    let anna = TestUser { token: token.as_str().map(str::to_owned), ..app.anonymous() };
    let session = anna.get("/api/auth/get-session").await.expect(200);
    assert_eq!(session["session"]["ipAddress"], json!("127.0.0.1"));
}

/// Asks for an event stream as a client behind a proxy.
async fn open_stream(user: &TestUser, address: &str) -> reqwest::Response {
    user.request(Method::GET, "/api/sync/events").header("x-forwarded-for", address).send().await.unwrap()
}

#[tokio::test]
async fn clients_behind_a_proxy_share_its_connections() {
    let settings = [("LANDFALL_TRUSTED_PROXIES", "127.0.0.1"), ("LANDFALL_MAX_CONNECTIONS_PER_ADDRESS", "2")];
    let app = app(settings).await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    // The proxy itself has more connections than one client may have.
    let mut held = vec![open_stream(&anna, "203.0.113.9").await, open_stream(&ben, "203.0.113.9").await];
    let request = anna.request(Method::GET, "/api/sync/events").header("x-forwarded-for", "203.0.113.9:4000");
    let refused = send(request).await;
    assert_problem(&refused, 429, "rate_limited", "");
    assert_eq!(refused.json["reason"], "connections");
    held.push(open_stream(&anna, "198.51.100.1").await);
    assert!(held.iter().all(|stream| stream.status() == 200));
    held.remove(0);
    eventually(5, "the place of an ended stream is free", || async {
        (open_stream(&anna, "203.0.113.9").await.status() == 200).then_some(())
    })
    .await;
}
