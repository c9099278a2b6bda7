//! Sessions of a user on several devices: lifetime, list, revocation.

use landfall::config::Env;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase, TestUser, assert_problem, eventually, send};

async fn listed(user: &TestUser) -> Vec<Value> {
    user.get("/api/auth/list-sessions").await.expect(200).as_array().unwrap().clone()
}

async fn is_in(user: &TestUser) -> bool {
    user.get("/api/auth/get-session").await.expect(200) != Value::Null
}

async fn id_of(user: &TestUser) -> String {
    user.get("/api/auth/get-session").await.expect(200)["session"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn sessions_are_listed_newest_first_without_their_secrets() {
    let app = TestApp::start().await;
    let (phone, laptop) = (app.user("anna").await, app.user("anna").await);
    app.user("ben").await;
    let sessions = listed(&phone).await;
    let ids: Vec<&str> = sessions.iter().map(|session| session["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [id_of(&laptop).await, id_of(&phone).await]);
    let text = json!(sessions).to_string();
    for device in [&phone, &laptop] {
        assert!(!text.contains(device.token.as_deref().unwrap()));
    }
    // The handle authenticates no request.
    let handle = sessions[0]["token"].as_str().unwrap().to_owned();
    let thief = TestUser { token: Some(handle), ..phone.clone() };
    assert_problem(&thief.get("/api/chat/sessions").await, 401, "unauthenticated", "");
}

#[tokio::test]
async fn session_is_ended_by_its_handle_and_other_users_sessions_are_not() {
    let app = TestApp::start().await;
    let (phone, laptop, ben) = (app.user("anna").await, app.user("anna").await, app.user("ben").await);
    for (caller, device) in [(&ben, &laptop), (&phone, &laptop)] {
        let body = json!({ "token": id_of(device).await });
        let answer = caller.post("/api/auth/revoke-session", &body).await.expect(200);
        assert_eq!(answer, json!({ "status": true }));
        assert_eq!(is_in(&laptop).await, caller.id == ben.id);
    }
    assert!(is_in(&phone).await && is_in(&ben).await);
    assert_problem(&phone.post("/api/auth/revoke-session", &json!({})).await, 422, "validation_failed", "/token");
}

#[tokio::test]
async fn revoking_sessions_ends_them_at_every_server() {
    let app = TestApp::start().await;
    let other = app.another().await;
    let devices = [app.user("anna").await, app.user("anna").await, app.user("anna").await];
    let there: Vec<TestUser> = devices.iter().map(|device| device.at(&other.url)).collect();
    for device in &there {
        assert!(is_in(device).await);
    }
    devices[0].post("/api/auth/revoke-other-sessions", &json!({})).await.expect(200);
    assert!(is_in(&devices[0]).await && !is_in(&devices[1]).await && !is_in(&devices[2]).await);
    eventually(3, "the other server has evicted both", || async {
        (is_in(&there[0]).await && !is_in(&there[1]).await && !is_in(&there[2]).await).then_some(())
    })
    .await;
    // Without a body, as a program may send it.
    send(devices[0].request(Method::POST, "/api/auth/revoke-sessions")).await.expect(200);
    assert!(!is_in(&devices[0]).await);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM session").await, 0);
}

#[tokio::test]
async fn sign_in_ends_the_previous_session_of_the_browser() {
    let app = TestApp::start().await;
    let (browser, elsewhere) = (app.user("anna").await, app.user("anna").await);
    let request = app.anonymous().request(Method::POST, "/api/auth/dev/sign-in");
    let again = request.header("cookie", browser.cookie()).json(&json!({ "email": "anna@example.com" }));
    let answer = send(again).await.expect(200);
    assert_ne!(answer["token"], json!(browser.token));
    assert!(!is_in(&browser).await && is_in(&elsewhere).await);
}

/// Hours until the session expires.
async fn hours_left(app: &TestApp) -> i64 {
    app.db.number("SELECT round(extract(epoch FROM expires_at - now()) / 3600)::bigint AS n FROM session").await
}

#[tokio::test]
async fn session_expires_seven_days_after_its_last_use_and_thirty_after_sign_in() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    assert_eq!(hours_left(&app).await, 7 * 24);
    // One use after six days extends the session to seven days from now.
    app.db
        .execute("UPDATE session SET created_at = now() - interval '6 days', expires_at = now() + interval '1 day'")
        .await;
    let fresh = app.another().await;
    assert!(is_in(&anna.at(&fresh.url)).await);
    assert_eq!(hours_left(&app).await, 7 * 24);
    // On day 29 the session is extended to day 30 and no further.
    app.db
        .execute("UPDATE session SET created_at = now() - interval '29 days', expires_at = now() + interval '1 hour'")
        .await;
    let fresh = app.another().await;
    assert!(is_in(&anna.at(&fresh.url)).await);
    assert_eq!(hours_left(&app).await, 24);
    app.db.execute("UPDATE session SET expires_at = now() - interval '1 second'").await;
    let fresh = app.another().await;
    assert!(!is_in(&anna.at(&fresh.url)).await);
}

#[tokio::test]
async fn session_is_extended_once_an_hour_and_not_at_every_request() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let noted = "SELECT (extract(epoch FROM updated_at) * 1000)::bigint AS n FROM session";
    let before = app.db.number(noted).await;
    for server in [app.another().await, app.another().await] {
        assert!(is_in(&anna.at(&server.url)).await);
    }
    assert_eq!(app.db.number(noted).await, before);
}

#[tokio::test]
async fn old_session_links_nothing_and_deletes_nobody() {
    let env = Env::from_pairs([("LANDFALL_FRESH_SESSION_SECS", "600")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let risky = [
        (Method::POST, "/api/auth/link-social"),
        (Method::POST, "/api/auth/unlink-account"),
        (Method::DELETE, "/api/auth/google/accounts"),
        (Method::POST, "/api/auth/delete-user"),
    ];
    app.db.execute("UPDATE session SET created_at = now() - interval '11 minutes'").await;
    for (method, path) in risky {
        let answer = send(anna.request(method, path).json(&json!({}))).await;
        assert_problem(&answer, 403, "session_not_fresh", "");
        assert_eq!(answer.json["message"], answer.json["detail"], "Better Auth's client shows it");
    }
    // What is no risk needs no fresh session.
    anna.post("/api/auth/update-user", &json!({ "name": "Anna" })).await.expect(200);
    anna.chat().await;
    // A new sign-in is fresh.
    app.user("anna").await.post("/api/auth/delete-user", &json!({})).await.expect(200);
}

#[tokio::test]
async fn session_of_any_age_is_fresh_where_the_setting_says_so() {
    let env = Env::from_pairs([("LANDFALL_FRESH_SESSION_SECS", "0")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    app.db.execute("UPDATE session SET created_at = now() - interval '20 days'").await;
    anna.post("/api/auth/delete-user", &json!({})).await.expect(200);
}

#[tokio::test]
async fn sign_in_beyond_the_limit_ends_the_session_that_was_unused_the_longest() {
    let env = Env::from_pairs([("LANDFALL_MAX_SESSIONS_PER_USER", "3")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let other = app.another().await;
    let mut devices = Vec::new();
    for _ in 0..3 {
        devices.push(app.user("anna").await);
        assert!(is_in(&devices[devices.len() - 1].at(&other.url)).await);
    }
    app.user("ben").await;
    // The first device was used last.
    app.db
        .execute(&format!(
            "UPDATE session SET updated_at = now() + interval '1 hour' WHERE id = '{}'",
            id_of(&devices[0]).await
        ))
        .await;
    devices.push(app.user("anna").await);
    for (device, is_alive) in devices.iter().zip([true, false, true, true]) {
        assert_eq!(is_in(device).await, is_alive);
        eventually(3, "the other server has evicted it", || async {
            (is_in(&device.at(&other.url)).await == is_alive).then_some(())
        })
        .await;
    }
    assert_eq!(listed(&devices[0]).await.len(), 3);
}

/// Sessions from before there was a limit.
#[tokio::test]
async fn hundred_thousand_sessions_of_one_user_slow_nothing() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    app.db.add_many_sessions(&anna.id).await;
    anna.post("/api/auth/update-user", &json!({ "name": "Anna B." })).await.expect(200);
    assert_eq!(anna.get("/api/auth/get-session").await.expect(200)["user"]["name"], "Anna B.");
    assert_eq!(listed(&anna).await.len(), 100);
    anna.post("/api/auth/revoke-other-sessions", &json!({})).await.expect(200);
    assert_eq!(listed(&anna).await.len(), 1);
    app.db.add_many_sessions(&anna.id).await;
    // A sign-in ends 1,000 at most.
    let before = app.db.number("SELECT count(*) AS n FROM session").await;
    let again = app.user("anna").await;
    assert!(is_in(&again).await);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM session").await, before + 1 - 1_000);
}
