//! Sessions: cookie and bearer token, sign-out, and requests from other origins.

use landfall::config::Env;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase, TestUser, assert_problem, eventually, http_client, send};

fn with_cookie(user: &TestUser, method: Method, path: &str) -> RequestBuilder {
    let anonymous = TestUser { token: None, ..user.clone() };
    anonymous.request(method, path).header("cookie", format!("a=b; {}", user.cookie()))
}

#[tokio::test]
async fn cookie_and_bearer_authenticate_the_same_user() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let by_bearer = anna.get("/api/auth/get-session").await.expect(200);
    let by_cookie = send(with_cookie(&anna, Method::GET, "/api/auth/get-session")).await.expect(200);
    assert_eq!(by_bearer, by_cookie);
    assert_eq!(by_bearer["user"]["id"], json!(anna.id));
    assert_eq!(app.anonymous().get("/api/auth/get-session").await.expect(200), Value::Null);
}

#[tokio::test]
async fn cookie_is_closed_to_scripts_and_token_is_stored_hashed() {
    let app = TestApp::start().await;
    let answer = app.anonymous().post("/api/auth/dev/sign-in", &json!({ "email": "anna@example.com" })).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    let token = answer.json["token"].as_str().unwrap();
    assert!(token.len() >= 43, "256 bits");
    let clear = format!("SELECT count(*) AS n FROM session WHERE session::text LIKE '%{token}%'");
    assert_eq!(app.db.number(&clear).await, 0);
}

#[tokio::test]
async fn cookie_is_secure_and_bound_to_this_host_behind_https() {
    let env = Env::from_pairs([("LANDFALL_PUBLIC_URL", "https://landfall.example")]);
    let app = TestApp::with_public_url(TestDatabase::migrated().await, env).await;
    let answer = app.anonymous().post("/api/auth/dev/sign-in", &json!({ "email": "anna@example.com" })).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(attributes.split("; ").any(|known| known == attribute), "{cookie}");
    }
    // Browsers accept a cookie with this prefix only without a domain.
    assert!(pair.starts_with("__Host-") && !attributes.contains("Domain"), "{cookie}");
    let whoever_has = async |cookie: &str| {
        let request = http_client().get(format!("{}/api/auth/get-session", app.url)).header("cookie", cookie);
        send(request).await.expect(200)["user"]["email"].clone()
    };
    assert_eq!(whoever_has(pair).await, "anna@example.com");
    assert_eq!(
        whoever_has(pair.trim_start_matches("__Host-")).await,
        Value::Null,
        "another page of the domain could set that"
    );
}

#[tokio::test]
async fn sign_out_ends_the_session_at_once() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.get("/api/chat/sessions").await.expect(200);
    assert_eq!(anna.post("/api/auth/sign-out", &json!({})).await.expect(200), json!({ "success": true }));
    assert_problem(&anna.get("/api/chat/sessions").await, 401, "unauthenticated", "");
    assert_eq!(anna.get("/api/auth/get-session").await.expect(200), Value::Null);
    anna.post("/api/auth/sign-out", &json!({})).await.expect(200);
}

#[tokio::test]
async fn sign_out_removes_the_cookie() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let answer = send(with_cookie(&anna, Method::POST, "/api/auth/sign-out").header("origin", &app.url)).await;
    assert!(answer.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(answer.status, 200);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM session").await, 0);
}

#[tokio::test]
async fn session_ended_at_one_server_ends_at_the_others_before_their_cache_expires() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    let anna_at_two = anna.at(&two.url);
    // Both servers listen, so both cache. The session ends after each has answered from its cache.
    for user in [&anna, &anna_at_two] {
        user.get("/api/chat/sessions").await.expect(200);
        user.get("/api/chat/sessions").await.expect(200);
    }
    anna.post("/api/auth/sign-out", &json!({})).await.expect(200);
    eventually(3, "the other server has evicted it", || async {
        (anna_at_two.get("/api/chat/sessions").await.status == 401).then_some(())
    })
    .await;
}

#[tokio::test]
async fn session_is_cached_only_while_the_server_listens() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let forget = format!("DELETE FROM session WHERE user_id = '{}'", anna.id);
    let session_of = |user: TestUser| async move { user.get("/api/auth/get-session").await.expect(200) };
    // While the server listens it answers from the cache: a row that was deleted directly in the database stays valid.
    eventually(5, "sessions are cached", || async {
        let fresh = app.user("anna").await;
        session_of(fresh.clone()).await;
        app.db.execute(&forget).await;
        (session_of(fresh).await != Value::Null).then_some(())
    })
    .await;
    // A lost listener empties the cache, and every look-up queries the database again.
    let cached = app.user("anna").await;
    session_of(cached.clone()).await;
    app.db.execute(&forget).await;
    app.db.cut_off().await;
    app.db.let_in().await;
    eventually(3, "the cache was emptied", || async {
        (session_of(cached.clone()).await == Value::Null).then_some(())
    })
    .await;
}

#[tokio::test]
async fn expired_session_is_invalid() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    app.db.execute("UPDATE session SET expires_at = now() - interval '1 second'").await;
    assert_problem(&anna.get("/api/chat/sessions").await, 401, "unauthenticated", "");
}

#[tokio::test]
async fn wrong_credentials_are_refused_and_do_not_fall_back_to_the_cookie() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for header in ["Bearer wrong", "Bearer ", "Basic YTpi", "nonsense"] {
        let request = with_cookie(&anna, Method::GET, "/api/chat/sessions").header("authorization", header);
        assert_problem(&send(request).await, 401, "unauthenticated", "");
    }
}

#[tokio::test]
async fn cookie_write_needs_an_origin_that_is_allowed() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let write = |origin: Option<&str>| {
        let request = with_cookie(&anna, Method::POST, "/api/chat/sessions").json(&json!({ "title": "a" }));
        match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        }
    };
    for origin in [None, Some("https://evil.example"), Some("null"), Some("http://localhost.evil.example")] {
        assert_problem(&send(write(origin)).await, 403, "origin_not_allowed", "");
    }
    send(write(Some(&app.url))).await.expect(201);
    // A read of a foreign origin carries the cookie, but the page can't read the answer.
    send(with_cookie(&anna, Method::GET, "/api/chat/sessions").header("origin", "https://evil.example"))
        .await
        .expect(200);
}

#[tokio::test]
async fn request_for_another_user_than_the_session_is_refused() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let write = |expected: &str| {
        let request = anna.request(Method::POST, "/api/chat/sessions").header("x-landfall-user", expected);
        send(request.json(&json!({ "title": "a" })))
    };
    assert_problem(&write(&ben.id).await, 401, "unauthenticated", "");
    assert_eq!(app.db.version(&anna.id).await, 0);
    write(&anna.id).await.expect(201);
}

#[tokio::test]
async fn id_of_the_cookies_session_as_bearer_leaves_the_cookie_to_count() {
    let app = TestApp::start().await;
    let (anna, again) = (app.user("anna").await, app.user("anna").await);
    let id = async |user: &TestUser| {
        let session = user.get("/api/auth/get-session").await.expect(200)["session"].clone();
        assert_eq!(session["token"], session["id"]);
        session["token"].as_str().unwrap().to_owned()
    };
    let (own, others) = (id(&anna).await, id(&again).await);
    let read = |bearer: &str| send(with_cookie(&anna, Method::GET, "/api/chat/sessions").bearer_auth(bearer));
    read(&own).await.expect(200);
    let write = |origin: Option<&str>| {
        let request = with_cookie(&anna, Method::POST, "/api/chat/sessions").bearer_auth(&own);
        let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
        send(request.json(&json!({ "title": "a" })))
    };
    write(Some(&app.url)).await.expect(201);
    // It is a request with the cookie: a foreign page can't write.
    assert_problem(&write(None).await, 403, "origin_not_allowed", "");
    assert_problem(&write(Some("https://evil.example")).await, 403, "origin_not_allowed", "");
    for bearer in [others.as_str(), &app.random_id(), &anna.id, &own.to_uppercase(), &format!("{own}x"), ""] {
        assert_problem(&read(bearer).await, 401, "unauthenticated", "");
    }
    let without_cookie = TestUser { token: Some(own), ..anna.clone() };
    assert_problem(&without_cookie.get("/api/chat/sessions").await, 401, "unauthenticated", "");
}

#[tokio::test]
async fn servers_on_two_ports_of_a_host_do_not_read_each_others_cookie() {
    let (one, two) = (TestApp::start().await, TestApp::start().await);
    let (anna, ben) = (one.user("anna").await, two.user("ben").await);
    // A browser sends both cookies to both servers.
    let both = format!("{}; {}", anna.cookie(), ben.cookie());
    for (app, email) in [(&one, "anna@example.com"), (&two, "ben@example.com")] {
        let request = app.anonymous().request(Method::GET, "/api/auth/get-session").header("cookie", &both);
        assert_eq!(send(request).await.expect(200)["user"]["email"], email);
    }
}
