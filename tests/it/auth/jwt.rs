//! `GET /api/auth/token`, `GET /api/auth/jwks`, and requests with a JWT.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::Utc;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, assert_problem};

async fn jwt_of(user: &TestUser) -> String {
    user.get("/api/auth/token").await.expect(200)["token"].as_str().unwrap().to_owned()
}

fn with_token(user: &TestUser, token: impl Into<String>) -> TestUser {
    TestUser { token: Some(token.into()), ..user.clone() }
}

fn claims_of(token: &str) -> Value {
    serde_json::from_slice(&BASE64.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn jwt_verifies_with_the_published_keys_and_authenticates_requests() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let token = jwt_of(&anna).await;
    let keys: JwkSet = serde_json::from_value(app.anonymous().get("/api/auth/jwks").await.expect(200)).unwrap();
    let header = decode_header(&token).unwrap();
    assert_eq!(header.alg, Algorithm::EdDSA);
    let key = DecodingKey::from_jwk(keys.find(&header.kid.unwrap()).unwrap()).unwrap();
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_issuer(&[&app.url]);
    rules.set_audience(&[&app.url]);
    let claims = decode::<Value>(&token, &key, &rules).unwrap().claims;
    assert_eq!(claims["sub"], json!(anna.id));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    let session = anna.get("/api/auth/get-session").await.expect(200);
    assert_eq!(claims["sid"], session["session"]["id"]);

    let by_jwt = with_token(&anna, token);
    assert_eq!(by_jwt.get("/api/auth/get-session").await.expect(200), session);
    by_jwt.get("/api/sync/init").await.expect(200);
    by_jwt.chat().await;
}

#[tokio::test]
async fn jwt_ends_with_its_session_at_every_server() {
    let app = TestApp::start().await;
    let other = app.another().await;
    let anna = app.user("anna").await;
    let by_jwt = with_token(&anna, jwt_of(&anna).await);
    // Issuer and audience differ per server, so that the other server issues its own JWT. The session is shared.
    let there = anna.at(&other.url);
    let by_jwt_there = with_token(&there, jwt_of(&there).await);
    for caller in [&by_jwt, &by_jwt_there] {
        caller.get("/api/chat/sessions").await.expect(200);
    }
    anna.post("/api/auth/sign-out", &json!({})).await.expect(200);
    assert_problem(&by_jwt.get("/api/chat/sessions").await, 401, "unauthenticated", "");
    crate::support::eventually(3, "the other server has evicted it", || async {
        (by_jwt_there.get("/api/chat/sessions").await.status == 401).then_some(())
    })
    .await;
}

#[tokio::test]
async fn jwt_gives_no_further_jwt_and_does_not_end_its_session() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let by_jwt = with_token(&anna, jwt_of(&anna).await);
    assert_problem(&by_jwt.get("/api/auth/token").await, 403, "session_required", "");
    assert_problem(&by_jwt.post("/api/auth/sign-out", &json!({})).await, 403, "session_required", "");
    by_jwt.get("/api/chat/sessions").await.expect(200);
}

/// A JWT with an HMAC, which the server's library can't make.
pub fn signed_with_secret(header: &Header, claims: &Value, secret: &[u8]) -> String {
    let message = format!("{}.{}", BASE64.encode(json!(header).to_string()), BASE64.encode(claims.to_string()));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
    format!("{message}.{}", BASE64.encode(ring::hmac::sign(&key, message.as_bytes())))
}

/// Each way in which a JWT can be invalid, signed with the server's own key.
#[tokio::test]
async fn invalid_jwt_is_a_401() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let ben = app.user("ben").await;
    let good = jwt_of(&anna).await;
    let (claims, header) = (claims_of(&good), decode_header(&good).unwrap());
    let private = app.signing_key().await;
    let key = EncodingKey::from_ed_der(&private);
    let sign = |claims: &Value| encode(&header, claims, &key).unwrap();
    // A JWT of this test without an error is accepted.
    with_token(&anna, sign(&claims)).get("/api/chat/sessions").await.expect(200);

    let now = Utc::now().timestamp();
    let changed = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        sign(&changed)
    };
    let without = |name: &str| {
        let mut fewer = claims.clone();
        fewer.as_object_mut().unwrap().remove(name);
        sign(&fewer)
    };
    let foreign_key = EncodingKey::from_ed_der(&[&private[..16], &[7; 32]].concat());
    let parts: Vec<&str> = good.split('.').collect();
    let none = BASE64.encode(json!({ "alg": "none", "typ": "JWT", "kid": header.kid }).to_string());
    let by_public_key = {
        // Algorithm confusion: the public key used as an HMAC secret.
        let keys = app.anonymous().get("/api/auth/jwks").await.expect(200);
        let public = BASE64.decode(keys["keys"][0]["x"].as_str().unwrap()).unwrap();
        let header = Header { kid: header.kid.clone(), ..Header::new(Algorithm::HS256) };
        signed_with_secret(&header, &claims, &public)
    };
    let wrong = [
        ("expired", changed("exp", json!(now - 1))),
        ("longer than ten minutes", changed("exp", json!(now + 3600))),
        ("from the future", changed("iat", json!(now + 60))),
        ("another issuer", changed("iss", json!("https://evil.example"))),
        ("another audience", changed("aud", json!("https://evil.example"))),
        ("another user", changed("sub", json!(ben.id))),
        ("another session", changed("sid", json!("nothing"))),
        ("no exp", without("exp")),
        ("no iat", without("iat")),
        ("no iss", without("iss")),
        ("no aud", without("aud")),
        ("no sub", without("sub")),
        ("no sid", without("sid")),
        ("another key", encode(&header, &claims, &foreign_key).unwrap()),
        ("unknown kid", encode(&Header { kid: Some("x".into()), ..header.clone() }, &claims, &key).unwrap()),
        ("no kid", encode(&Header { kid: None, ..header.clone() }, &claims, &key).unwrap()),
        ("alg none", format!("{none}.{}.", parts[1])),
        ("HMAC with the public key", by_public_key),
        ("other claims under the same signature", {
            let claims = BASE64.encode(json!({ "sub": ben.id }).to_string());
            format!("{}.{claims}.{}", parts[0], parts[2])
        }),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("not base64", "a.b.c".to_owned()),
    ];
    for (what, token) in wrong {
        let answer = with_token(&anna, token).get("/api/chat/sessions").await;
        assert_eq!((answer.status, answer.code()), (401, "unauthenticated"), "{what}");
    }
}
