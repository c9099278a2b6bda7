//! Invalid tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use landfall::auth::token;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::auth::jwt::signed_with_secret;
use crate::support::{TestApp, TestUser, session_cookie};

pub type Way = Box<dyn Fn(RequestBuilder) -> RequestBuilder>;

/// Each kind of invalid token, as a bearer token and as a cookie.
pub async fn invalid(app: &TestApp, ben: &TestUser) -> Vec<(String, Way)> {
    let good = ben.token.clone().unwrap();
    let claims = claims(app, ben).await;
    let kinds = [
        ("an expired session", expired(app, ben).await),
        ("a revoked session", revoked(app).await),
        ("a tampered token", tampered(&good)),
        ("a token that is cut short", good[..good.len() - 1].to_owned()),
        ("an empty token", String::new()),
        (
            "the session's id",
            ben.get("/api/auth/get-session").await.expect(200)["session"]["id"].as_str().unwrap().to_owned(),
        ),
        ("the user's id", ben.id.clone()),
        ("a JWT with `alg: none`", unsigned(&claims)),
        ("a JWT of a foreign key", foreign(app, &claims).await),
        ("a JWT signed with the public key as a secret", confused(app, &claims).await),
    ];
    let mut ways: Vec<(String, Way)> = vec![("no token".to_owned(), Box::new(|request| request))];
    for (kind, token) in kinds {
        let cookie = session_cookie(&app.url, &token);
        ways.push((format!("{kind} as cookie"), Box::new(move |request| request.header("cookie", &cookie))));
        ways.push((format!("{kind} as bearer"), Box::new(move |request| request.bearer_auth(&token))));
    }
    ways
}

fn tampered(token: &str) -> String {
    let (first, rest) = token.split_at(1);
    format!("{}{rest}", if first == "A" { "B" } else { "A" })
}

async fn expired(app: &TestApp, ben: &TestUser) -> String {
    let token = token::SessionToken::generate().unwrap();
    let hash = hex::encode(token.hash());
    let end = "now() - interval '1 second'";
    app.db
        .execute(&format!(
            "INSERT INTO session (id, user_id, token_hash, expires_at) VALUES ('{}', '{}', '\\x{hash}', {end})",
            uuid::Uuid::new_v4(),
            ben.id
        ))
        .await;
    token.expose().to_owned()
}

async fn revoked(app: &TestApp) -> String {
    let again = app.user("ben").await;
    again.get("/api/chat/sessions").await.expect(200);
    again.post("/api/auth/sign-out", &Value::Null).await.expect(200);
    again.token.unwrap()
}

/// The claims of a valid JWT of this server.
async fn claims(app: &TestApp, ben: &TestUser) -> Value {
    let session = ben.get("/api/auth/get-session").await.expect(200)["session"]["id"].clone();
    let now = chrono::Utc::now().timestamp();
    json!({ "iss": app.url, "aud": app.url, "sub": ben.id, "sid": session, "iat": now, "exp": now + 300 })
}

/// The first published key.
async fn published_key(app: &TestApp) -> Value {
    app.anonymous().get("/api/auth/jwks").await.json["keys"][0].clone()
}

fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({ "alg": "none", "typ": "JWT" })), part(claims))
}

fn header(algorithm: Algorithm, key: &Value) -> Header {
    Header { kid: Some(key["kid"].as_str().unwrap_or("key").to_owned()), ..Header::new(algorithm) }
}

/// A JWT signed with another Ed25519 key (PKCS #8) under the id of the server's key.
async fn foreign(app: &TestApp, claims: &Value) -> String {
    let mut der = hex::decode("302e020100300506032b657004220420").unwrap();
    der.extend_from_slice(&[7; 32]);
    encode(&header(Algorithm::EdDSA, &published_key(app).await), claims, &EncodingKey::from_ed_der(&der)).unwrap()
}

/// Algorithm confusion: an HMAC with the public key as its secret.
async fn confused(app: &TestApp, claims: &Value) -> String {
    let key = published_key(app).await;
    let public = key["x"].as_str().unwrap_or("public");
    signed_with_secret(&header(Algorithm::HS256, &key), claims, public.as_bytes())
}
