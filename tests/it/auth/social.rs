//! Sign-in at a provider, as far as it can be tested without one. The end-to-end tests use a real provider.

use landfall::config::Env;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase, TestUser, assert_problem, free_port, send};

const PATH: &str = "/api/auth/sign-in/social";

/// A server with a provider that is not reachable.
async fn app() -> TestApp {
    let issuer = format!("http://127.0.0.1:{}", free_port());
    let env = Env::from_pairs([
        ("GOOGLE_CLIENT_ID", "client"),
        ("GOOGLE_CLIENT_SECRET", "canary"),
        ("GOOGLE_ISSUER", &issuer),
        ("LANDFALL_OIDC_ALLOW_LOOPBACK_HTTP", "true"),
    ]);
    TestApp::configured(TestDatabase::migrated().await, env).await
}

#[tokio::test]
async fn redirects_go_to_allowed_pages_only() {
    let app = app().await;
    for member in ["callbackURL", "errorCallbackURL", "newUserCallbackURL"] {
        for target in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
            let answer = app.anonymous().post(PATH, &json!({ "provider": "google", member: target })).await;
            assert_problem(&answer, 422, "validation_failed", &format!("/{member}"));
            assert_eq!(answer.json["errors"][0]["code"], "redirect_not_allowed");
        }
    }
}

#[tokio::test]
async fn unavailable_provider_is_a_503_and_stores_nothing() {
    let app = app().await;
    let answer = app.anonymous().post(PATH, &json!({ "provider": "google", "callbackURL": "/" })).await;
    assert_problem(&answer, 503, "provider_unavailable", "");
    assert!(answer.headers.contains_key("retry-after") && !answer.text.contains("127.0.0.1"));
    assert_eq!(app.db.number("SELECT count(*) AS n FROM verification").await, 0);
}

#[tokio::test]
async fn unknown_provider_and_origin_are_refused() {
    let app = app().await;
    assert_problem(&app.anonymous().post(PATH, &json!({ "provider": "oidc" })).await, 404, "not_found", "");
    let request = app.anonymous().request(Method::POST, PATH).header("origin", "https://evil.example");
    let answer = send(request.json(&json!({ "provider": "google" }))).await;
    assert_problem(&answer, 403, "origin_not_allowed", "");
    let link = app.anonymous().post("/api/auth/link-social", &json!({ "provider": "google" })).await;
    assert_problem(&link, 401, "unauthenticated", "");
}

#[tokio::test]
async fn callback_without_a_started_sign_in_is_refused() {
    let app = app().await;
    for (path, word) in [
        ("google", "state_mismatch"),
        ("google?code=c", "state_mismatch"),
        ("google?state=s&code=c", "state_mismatch"),
        ("google?error=access_denied", "state_mismatch"),
        ("oidc?state=s&code=c", "unknown_provider"),
    ] {
        let answer = app.anonymous().get(&format!("/api/auth/callback/{path}")).await;
        assert_eq!(answer.status, 302);
        let target = answer.headers["location"].to_str().unwrap();
        assert!(target.starts_with(&format!("{}/?error={word}&", app.url)), "{target}");
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn sign_in_methods_are_listed() {
    let app = app().await;
    let expected = json!({ "providers": [{ "id": "google", "name": "Google" }], "devSignIn": true });
    assert_eq!(app.anonymous().get("/api/auth/providers").await.expect(200), expected);
}

/// Adds the account that a sign-in would add.
async fn add_account(app: &TestApp, user: &TestUser, provider: &str, subject: &str) {
    let sql = format!(
        "INSERT INTO account (id, user_id, provider_id, issuer, account_id, scope)
         VALUES ('{provider}-{subject}', '{}', '{provider}', 'https://{provider}.example', '{subject}', 'openid email')",
        user.id
    );
    app.db.execute(&sql).await;
}

fn ids(accounts: &Value) -> Vec<&str> {
    accounts.as_array().unwrap().iter().map(|account| account["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn accounts_are_listed_and_unlinked_except_the_last() {
    let app = app().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    for (provider, subject) in [("google", "1"), ("google", "2"), ("oidc", "3")] {
        add_account(&app, &anna, provider, subject).await;
    }
    add_account(&app, &ben, "google", "9").await;
    let all = anna.get("/api/auth/list-accounts").await.expect(200);
    assert_eq!(ids(&all), ["google-1", "google-2", "oidc-3"]);
    assert_eq!(all[0]["scopes"], json!(["openid", "email"]));
    assert_eq!(ids(&anna.get("/api/auth/google/accounts").await.expect(200)), ["google-1", "google-2"]);

    // Another user's account is not found.
    let others = json!({ "providerId": "google", "accountId": "9" });
    assert_problem(&anna.post("/api/auth/unlink-account", &others).await, 404, "not_found", "");
    assert_problem(&anna.post("/api/auth/unlink-account", &json!({})).await, 422, "validation_failed", "/accountId");

    // Unlinks by the account's id (as Better Auth's client does), by provider and subject, and by provider alone.
    anna.post("/api/auth/unlink-account", &json!({ "accountId": "google-1" })).await.expect(200);
    send(anna.request(Method::DELETE, "/api/auth/google/accounts?accountId=2")).await.expect(200);
    assert_problem(&anna.delete("/api/auth/google/accounts").await, 404, "not_found", "");
    assert_problem(&anna.delete("/api/auth/oidc/accounts").await, 409, "last_account", "");
    assert_eq!(ids(&anna.get("/api/auth/list-accounts").await.expect(200)), ["oidc-3"]);
    assert_eq!(ids(&ben.get("/api/auth/list-accounts").await.expect(200)), ["google-9"]);
}

#[tokio::test]
async fn concurrent_unlinking_of_two_accounts_leaves_one() {
    let app = app().await;
    for round in 0..10 {
        let anna = app.user(&format!("anna{round}")).await;
        for subject in ["a", "b"] {
            add_account(&app, &anna, "google", &format!("{subject}{round}")).await;
        }
        let unlink = |subject: &str| {
            let (anna, path) = (anna.clone(), format!("/api/auth/google/accounts?accountId={subject}{round}"));
            async move { anna.delete(&path).await.status }
        };
        let (one, other) = futures_util::join!(unlink("a"), unlink("b"));
        let mut statuses = [one, other];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
}
