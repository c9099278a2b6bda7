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
        ("syncRepos", repo(&format!("https://example.com/r.git?access_token={CANARY}")), "/value/remoteUrl"),
        (
            "mods",
            json!({ "name": "x", "sourceUrl": format!("https://anna:{CANARY}@example.com/m.js") }),
            "/value/sourceUrl",
        ),
    ] {
        let refused = put(&anna, collection, "k1", value, 0).await;
        assert_problem(&refused, 422, "secret_in_clear", pointer);
        assert!(!refused.text.contains(CANARY), "{}", refused.text);
    }
    assert_eq!(app.db.number("SELECT count(*) AS n FROM records").await, 0);
}

/// Settings with a secret: the key, the value, and the pointer into the value.
fn settings_with_secrets() -> Vec<(&'static str, Value, &'static str)> {
    let server = |member: &str, value: Value| json!([{ "id": "m", "name": "M", (member): value }]);
    vec![
        ("gitGlobalPat", json!(CANARY), ""),
        ("openaiApiKey", json!(CANARY), ""),
        ("proxy", json!({ "password": CANARY }), "/password"),
        ("homepage", json!(format!("https://anna:{CANARY}@example.com/")), ""),
        ("mcpServers", server("headers", json!({ "X-Custom": CANARY })), "/0/headers/X-Custom"),
        ("mcpServers", server("headers", json!([{ "name": "X-Custom", "value": CANARY }])), "/0/headers/0/value"),
        ("mcpServers", server("url", json!(format!("https://{CANARY}@mcp.example/"))), "/0/url"),
        ("mcpServers", server("url", json!(format!("https://mcp.example/sse?key={CANARY}"))), "/0/url"),
        ("mcpServers", server("url", json!("https://mcp.example/6f1c2a34-8b9d-4e5f-a012-3456789abcde/sse")), "/0/url"),
        ("mcpServers", server("env", json!({ "GITHUB_PAT": CANARY })), "/0/env/GITHUB_PAT"),
    ]
}

#[tokio::test]
async fn known_secrets_in_settings_are_refused_at_every_door() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let fine = json!([{ "id": "m", "name": "M", "url": "http://localhost:1", "headers": { "Accept": "text/plain" }, "env": {} }]);
    for (number, (key, value, pointer)) in (1..).zip(settings_with_secrets()) {
        let setting = json!({ "value": value });
        let refused = put(&anna, "settings", key, setting.clone(), 0).await;
        assert_problem(&refused, 422, "secret_in_clear", &format!("/value/value{pointer}"));

        let mutation = json!({ "id": number, "collection": "settings", "op": "put", "key": key, "baseRevision": 0, "value": setting });
        let pushed = anna.post("/api/sync", &json!({ "clientId": "d", "mutations": [mutation] })).await;
        let result = &pushed.json["results"][0];
        assert_eq!(
            (&result["status"], &result["error"]["code"]),
            (&json!("rejected"), &json!("secret_in_clear")),
            "{key}"
        );
        assert_eq!(result["error"]["errors"][0]["pointer"], format!("/value/value{pointer}"));

        let document = json!({ "settings": { (key): value, "theme": "dark" }, "tags": [{ "id": "t", "name": "t" }] });
        let strict = anna.post("/api/import?strict=1", &document).await;
        assert_problem(&strict, 422, "secret_in_clear", &format!("/settings/{key}{pointer}"));
        let imported = anna.post("/api/import", &document).await;
        let note = &imported.json["errors"][0];
        assert_eq!(
            (&note["code"], &note["pointer"]),
            (&json!("secret_in_clear"), &json!(format!("/settings/{key}{pointer}")))
        );
        assert_eq!((&note["section"], &note["id"]), (&json!("settings"), &json!(key)), "{}", imported.text);
        for answer in [refused, pushed, strict, imported] {
            assert!(!answer.text.contains(CANARY), "{}", answer.text);
        }
        assert_eq!(app.db.number("SELECT count(*) AS n FROM records WHERE id NOT IN ('theme', 't')").await, 0, "{key}");
    }
    create(&anna, "settings", "mcpServers", json!({ "value": fine })).await;
    create(&anna, "settings", "gitGlobalPat", json!({ "value": sealed() })).await;
    let stored = app.db.text("SELECT string_agg(value::text, ' ') AS sql FROM records").await;
    assert!(!stored.contains(CANARY));
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
    let whole = json!({ "title": "", "sealed": sealed() });
    create(&anna, "conversations", "c1", whole).await;
    create(&anna, "conversations", "c2", json!({ "title": "", "sealed": true })).await;
}

#[tokio::test]
async fn sealed_value_has_its_form_in_every_collection() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let with = |member: &str, value: Value| {
        let mut sealed = sealed();
        sealed[member] = value;
        sealed
    };
    for (member, value) in [
        ("iv", json!("MDEy")),
        ("ciphertext", json!("no base64url")),
        ("kid", json!("k".repeat(129))),
        ("kid", json!("")),
    ] {
        let wrong = with(member, value);
        for (collection, row, pointer) in [
            ("conversations", json!({ "title": "", "sealed": wrong }), "/value/sealed"),
            ("syncRepos", json!({ "name": "x", "remoteUrl": "", "sealed": wrong }), "/value/sealed"),
            ("settings", json!({ "value": wrong }), "/value/value"),
        ] {
            let refused = put(&anna, collection, "k1", row, 0).await;
            assert_problem(&refused, 422, "validation_failed", &format!("{pointer}/{member}"));
        }
    }
}

/// A device names `apiKeys` when its user has a passphrase. Without the name nothing of it is pulled.
#[tokio::test]
async fn sealed_keys_of_providers_are_pushed_and_pulled_by_name() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let value = json!({ "name": "work", "sealed": sealed() });
    let put = json!({ "id": 1, "collection": "apiKeys", "op": "put", "key": "k1", "baseRevision": 0, "value": value });
    let body = json!({ "clientId": "d", "collections": ["apiKeys", "tags"], "mutations": [put] });
    let pushed = anna.post("/api/sync", &body).await.expect(200);
    assert_eq!((&pushed["results"][0]["status"], &pushed["unknownCollections"]), (&json!("applied"), &json!([])));
    let changes = |answer: &Value| (answer["changes"].as_array().unwrap().len(), answer["changes"][0]["value"].clone());
    assert_eq!(changes(&pushed), (1, value.clone()));
    let named = anna.get("/api/sync/changes?collections=apiKeys").await.expect(200);
    assert_eq!(changes(&named), (1, value.clone()));
    assert_eq!(changes(&anna.get("/api/sync/changes").await.expect(200)).0, 0);
    let row = anna.get("/api/sync/row?collection=apiKeys&key=k1").await.expect(200);
    assert_eq!(row["value"], value);
}
