//! Requests with unknown tokens. Their address pays before a token is looked up, and known callers of the same address don't pay for them.

use futures_util::future::join_all;
use landfall::config::Env;
use serde_json::json;

use crate::support::{TestApp, TestDatabase, TestUser};

const ON: (&str, &str) = ("LANDFALL_RATE_LIMITS", "true");

async fn app<const N: usize>(settings: [(&str, &str); N]) -> TestApp {
    TestApp::configured(TestDatabase::migrated().await, Env::from_pairs(settings)).await
}

/// Statuses of requests with tokens that no session has.
async fn guess(app: &TestApp, token: impl Fn(usize) -> String) -> Vec<u16> {
    let anonymous = app.anonymous();
    let guesses = (0..300).map(|number| {
        let guesser = TestUser { token: Some(token(number)), ..anonymous.clone() };
        async move { guesser.get("/api/chat/sessions").await.status }
    });
    join_all(guesses).await
}

fn random(_: usize) -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// How often the pool gave a connection while `work` ran. Background work takes a few.
async fn taken(app: &TestApp, work: impl Future<Output = Vec<u16>>) -> (u64, Vec<u16>) {
    let before = app.pool.pool_use().taken;
    let statuses = work.await;
    (app.pool.pool_use().taken - before, statuses)
}

#[tokio::test]
async fn random_tokens_beyond_the_budget_of_the_address_are_not_looked_up() {
    let app = app([ON, ("LANDFALL_LIMIT_READ", "3/1")]).await;
    let (taken, statuses) = taken(&app, guess(&app, random)).await;
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert!(refused > 200 && statuses.iter().all(|status| matches!(status, 401 | 429)), "{statuses:?}");
    assert!(taken < 100, "{taken} look-ups for {} tokens within the budget", statuses.len() - refused);
}

#[tokio::test]
async fn forged_jwts_beyond_the_budget_of_the_address_are_not_looked_up() {
    let app = app([ON, ("LANDFALL_LIMIT_READ", "3/1")]).await;
    let (taken, statuses) = taken(&app, guess(&app, |number| format!("{}.{number}.x", random(0)))).await;
    assert!(statuses.iter().filter(|status| **status == 429).count() > 200, "{statuses:?}");
    assert!(taken < 100, "{taken} look-ups");
}

#[tokio::test]
async fn an_unknown_token_is_looked_up_once() {
    let app = app([]).await;
    let token = random(0);
    // The first request waits for the cache to be in use.
    guess(&app, |_| token.clone()).await;
    let (taken, statuses) = taken(&app, guess(&app, |_| token.clone())).await;
    assert!(statuses.iter().all(|status| *status == 401));
    assert!(taken < 100, "{taken} look-ups");
}

#[tokio::test]
async fn known_callers_do_not_pay_for_unknown_callers_of_their_address() {
    let app = app([ON, ("LANDFALL_LIMIT_READ", "20/1")]).await;
    let (anna, other_device) = (app.user("anna").await, app.user("anna").await);
    anna.get("/api/chat/sessions").await.expect(200);
    guess(&app, random).await;
    anna.get("/api/chat/sessions").await.expect(200);
    // The end of another session empties the cache of this user: the session is read again, and nobody is asked to pay for that.
    let handle = other_device.get("/api/auth/get-session").await.json["session"]["id"].clone();
    anna.post("/api/auth/revoke-session", &json!({ "token": handle })).await.expect(200);
    guess(&app, random).await;
    anna.get("/api/chat/sessions").await.expect(200);
}
