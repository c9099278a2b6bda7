//! Ways to come without a good token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use landfall::auth::token;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::support::{TestApp, TestUser};

pub type Way = Box<dyn Fn(RequestBuilder) -> RequestBuilder>;

/// Each kind, as a bearer's and as a cookie's.
pub async fn bad(app: &TestApp, ben: &TestUser) -> Vec<(String, Way)> {
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
        ("the person's id", ben.id.clone()),
        ("a JWT with `alg: none`", unsigned(&claims)),
        ("a JWT of a foreign key", foreign(app, &claims).await),
        ("a JWT signed with the public key as a secret", confused(app, &claims).await),
    ];
    let mut ways: Vec<(String, Way)> = vec![("no token".to_owned(), Box::new(|request| request))];
    for (kind, token) in kinds {
        let cookie = format!("landfall_session={token}");
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

/// What a good JWT of this server would say.
async fn claims(app: &TestApp, ben: &TestUser) -> Value {
    let session = ben.get("/api/auth/get-session").await.expect(200)["session"]["id"].clone();
    let now = chrono::Utc::now().timestamp();
    json!({ "iss": app.url, "aud": app.url, "sub": ben.id, "sid": session, "iat": now, "exp": now + 300 })
}

/// The first key that the server publishes.
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

/// An Ed25519 key of ours (PKCS #8), under the name of the server's.
async fn foreign(app: &TestApp, claims: &Value) -> String {
    let mut der = hex::decode("302e020100300506032b657004220420").unwrap();
    der.extend_from_slice(&[7; 32]);
    encode(&header(Algorithm::EdDSA, &published_key(app).await), claims, &EncodingKey::from_ed_der(&der)).unwrap()
}

/// The old trick: HMAC with what everyone may know.
async fn confused(app: &TestApp, claims: &Value) -> String {
    let key = published_key(app).await;
    let public = key["x"].as_str().unwrap_or("public");
    encode(&header(Algorithm::HS256, &key), claims, &EncodingKey::from_secret(public.as_bytes())).unwrap()
}
