//! Secrets are stored sealed or not at all.

use serde_json::{Value, json};

use super::{create, put};
use crate::support::{TestApp, assert_problem};

const CANARY: &str = "sk-canary-4711";

fn sealed() -> Value {
    json!({
        "alg": "A256GCM", "kid": "anna-1", "iv": "MDEyMzQ1Njc4OWFi", "ciphertext": "MDEyMzQ1Njc4OWFiY2RlZg",
        "kdf": { "name": "PBKDF2", "salt": "c2FsdA", "iterations": 600_000 },
    })
}

#[tokio::test]
async fn clear_text_secret_is_refused_with_its_pointer_and_not_stored_or_repeated() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let repo = |url: &str| json!({ "name": "x", "remoteUrl": url });
    for (collection, value, pointer) in [
        ("apiKeys", json!({ "name": "x", "value": CANARY }), "/value/value"),
        ("apiKeys", json!({ "name": "x", "sealed": sealed(), "key": CANARY }), "/value/key"),
        ("providerConfigs", json!({ "name": "x", "type": "openai", "apiKey": CANARY }), "/value/apiKey"),
        (
            "providerConfigs",
            json!({ "name": "x", "type": "o", "headers": { "Authorization": CANARY } }),
            "/value/headers/Authorization",
        ),
        ("syncRepos", json!({ "name": "x", "remoteUrl": "u", "password": CANARY }), "/value/password"),
        (
            "syncRepos",
            json!({ "name": "x", "remoteUrl": "u", "auth": [{ "access_token": CANARY }] }),
            "/value/auth/0/access_token",
        ),
        ("syncRepos", repo(&format!("https://anna:{CANARY}@example.com/r.git")), "/value/remoteUrl"),
    ] {
        let refused = put(&anna, collection, "k1", value, 0).await;
        assert_problem(&refused, 422, "secret_in_clear", pointer);
        assert!(!refused.text.contains(CANARY), "{}", refused.text);
    }
    assert_eq!(app.db.number("SELECT count(*) AS n FROM records").await, 0);
}

#[tokio::test]
async fn sealed_secret_is_stored() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "apiKeys", "k1", json!({ "name": "work", "providerId": "openai", "sealed": sealed() })).await;
    let repo = json!({ "name": "x", "remoteUrl": "ssh://git@example.com/r.git", "password": null, "sealed": sealed() });
    create(&anna, "syncRepos", "s1", repo).await;
    let bare = put(&anna, "apiKeys", "k2", json!({ "name": "bare" }), 0).await;
    assert_problem(&bare, 422, "validation_failed", "/value/sealed");
}
