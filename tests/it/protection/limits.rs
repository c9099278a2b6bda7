//! Rate limits: requests over the budget are refused with a wait, and other budgets are unaffected.

use std::collections::BTreeSet;

use landfall::config::{Env, LimitClass};
use reqwest::Method;
use serde_json::{Value, json};
use strum::VariantArray as _;

use crate::support::{Answer, TestApp, TestDatabase, TestUser, assert_problem, eventually, send};

/// Test servers have no rate limits by default, because tests send many requests.
const ON: (&str, &str) = ("LANDFALL_RATE_LIMITS", "true");

async fn app<const N: usize>(settings: [(&str, &str); N]) -> TestApp {
    TestApp::configured(TestDatabase::migrated().await, Env::from_pairs(settings)).await
}

fn number(answer: &Answer, header: &str) -> u32 {
    answer.headers[header].to_str().unwrap().parse().unwrap()
}

async fn write(user: &TestUser) -> Answer {
    user.post("/api/chat/sessions", &json!({ "title": "Harbour" })).await
}

#[tokio::test]
async fn empty_budget_is_a_429_with_retry_after() {
    let app = app([ON, ("LANDFALL_LIMIT_WRITE", "3/1")]).await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let first = write(&anna).await;
    assert_eq!((first.status, number(&first, "ratelimit-limit"), number(&first, "ratelimit-remaining")), (201, 3, 2));
    assert_eq!(first.headers["ratelimit-policy"], "\"write\";q=3;w=3");
    until_refused(|_| write(&anna)).await;
    let answer =
        eventually(30, "a refusal", || async { Some(write(&anna).await).filter(|answer| answer.status == 429) }).await;
    assert_problem(&answer, 429, "rate_limited", "");
    assert_eq!((number(&answer, "retry-after"), number(&answer, "ratelimit-remaining")), (1, 0));
    assert!(number(&answer, "ratelimit-reset") >= 1);
    // Reads have another budget, and so have other users.
    anna.get("/api/chat/sessions").await.expect(200);
    write(&ben).await.expect(201);
}

#[tokio::test]
async fn percent_encoded_path_uses_the_same_budget() {
    let app = app([ON]).await;
    let anna = app.user("anna").await;
    for (path, otherwise) in [
        ("/api/projects", "/%61pi/projects"),
        ("/api/sync/changes", "/api/%73ync/changes"),
        ("/api/auth/providers", "/api/auth/provider%73?a=%61"),
    ] {
        let (one, other) = (anna.get(path).await, anna.get(otherwise).await);
        assert_eq!((one.status, other.status), (200, 200), "{otherwise}");
        let policy = |answer: &Answer| answer.headers.get("ratelimit-policy").cloned();
        assert!(policy(&one).is_some(), "{path}");
        assert_eq!(policy(&one), policy(&other), "{otherwise}");
    }
}

#[tokio::test]
async fn budget_refills_with_time() {
    let app = app([ON, ("LANDFALL_LIMIT_WRITE", "1/20")]).await;
    let anna = app.user("anna").await;
    write(&anna).await.expect(201);
    eventually(5, "a request came back", || async { (write(&anna).await.status == 201).then_some(()) }).await;
}

/// Sends many requests at the same time, more than the budget refills on any machine. Returns the status before the refusals and the number of
/// accepted requests.
async fn until_refused<F: Future<Output = Answer>>(ask: impl Fn(usize) -> F) -> (u16, usize) {
    let answers = futures_util::future::join_all((0..60).map(ask)).await;
    let (refused, passed): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 429);
    assert!(!refused.is_empty(), "never refused");
    (passed.first().map_or(0, |answer| answer.status), passed.len())
}

#[tokio::test]
async fn requests_without_a_valid_token_use_the_budget_of_the_address() {
    let app = app([ON, ("LANDFALL_LIMIT_READ", "4/1"), ("LANDFALL_LIMIT_AUTH", "3/1")]).await;
    let anna = app.user("anna").await;
    let guesser = TestUser { token: Some("guessed".to_owned()), ..app.anonymous() };
    let (before, passed) = until_refused(|_| guesser.get("/api/chat/sessions")).await;
    assert_eq!(before, 401);
    assert!(passed >= 4);
    let anonymous = app.anonymous();
    // A forwarded address of an unlisted proxy changes nothing.
    until_refused(|number| ask_for(&anonymous, format!("203.0.113.{number}"))).await;
    anna.get("/api/chat/sessions").await.expect(200);

    let body = json!({ "email": "eve@example.com" });
    let (before, _) = until_refused(|_| anna.post("/api/auth/dev/sign-in", &body)).await;
    assert_eq!(before, 200);
}

#[tokio::test]
async fn address_is_taken_from_a_listed_proxy() {
    let app = app([ON, ("LANDFALL_LIMIT_READ", "2/1"), ("LANDFALL_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let anonymous = app.anonymous();
    until_refused(|number| ask_for(&anonymous, format!("2001:db8:1:2::{number}"))).await;
    assert_eq!(number(&ask_for(&anonymous, "2001:db8:1:3::7".into()).await, "ratelimit-remaining"), 1);
    // Entries that the client wrote are further left and are not trusted.
    until_refused(|number| ask_for(&anonymous, format!("198.51.100.{number}, 203.0.113.9"))).await;
}

async fn ask_for(anonymous: &TestUser, address: String) -> Answer {
    send(anonymous.request(Method::GET, "/api/chat/sessions").header("x-forwarded-for", address)).await
}

/// A page that requests many links or sends many files can still read and write.
#[tokio::test]
async fn links_and_uploads_have_separate_budgets() {
    let app = app([ON, ("LANDFALL_LIMIT_PRESIGN", "2/1"), ("LANDFALL_LIMIT_UPLOAD", "3/1")]).await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    let links = json!({ "operation": "download", "assetIds": [id] });
    let first = anna.post("/api/assets/presign", &links).await;
    assert_eq!(first.headers["ratelimit-policy"], "\"presign\";q=2;w=2");
    until_refused(|_| anna.post("/api/assets/presign", &links)).await;
    // The parts of a large file count as links.
    let parts = format!("/api/assets/{id}/multipart");
    until_refused(|_| anna.get(&parts)).await;
    let upload = anna.post("/api/media/assets", &json!({})).await;
    assert_eq!(upload.headers["ratelimit-policy"], "\"upload\";q=3;w=3");
    let no_form = json!({});
    until_refused(|_| anna.post("/api/media/assets", &no_form)).await;
    anna.get("/api/assets").await.expect(200);
    write(&anna).await.expect(201);
}

#[tokio::test]
async fn every_class_has_an_operation() {
    let app = app([ON]).await;
    let document = app.anonymous().get("/api/openapi.json").await.expect(200);
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let used: BTreeSet<&str> = operations.filter_map(|operation| operation["x-rate-limit"].as_str()).collect();
    assert_eq!(used, LimitClass::VARIANTS.iter().map(|class| class.into_str()).collect());
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// Monitoring requests have no limit.
const EXEMPT: [&str; 3] = ["/health/live", "/health/ready", "/metrics"];

/// Every operation has a documented class, and a request uses the budget of that class.
#[tokio::test]
async fn every_operation_is_limited_as_documented() {
    let app = app([ON]).await;
    let anna = app.user("anna").await;
    let document = app.anonymous().get("/api/openapi.json").await.expect(200);
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let class = operation["x-rate-limit"].as_str();
            assert_eq!(class.is_none(), EXEMPT.contains(&path.as_str()), "{method} {path} has no class");
            let Some(class) = class else { continue };
            assert!(operation["responses"].get("429").is_some(), "{method} {path} does not document 429");
            let address = filled(path);
            let request = anna.request(method.to_uppercase().parse().unwrap(), &address).json(&Value::Null);
            let answer = request.send().await.unwrap();
            let policy = answer.headers()["ratelimit-policy"].to_str().unwrap();
            assert!(policy.starts_with(&format!("\"{class}\"")), "{method} {path} takes from {policy}, not {class}");
            seen += 1;
        }
    }
    assert!(seen > 20);
}

fn filled(path: &str) -> String {
    let id = uuid::Uuid::new_v4().to_string();
    path.split('/').map(|part| if part.starts_with('{') { id.as_str() } else { part }).collect::<Vec<_>>().join("/")
}
