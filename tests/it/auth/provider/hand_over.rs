//! Sign-in of applications that keep no cookie: the browser returns with a code, and the application exchanges it with its secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use reqwest::Url;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::{Begun, Setting, query};
use crate::support::{Answer, TestUser, assert_problem};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const PATH: &str = "/api/auth/sign-in/code";

fn challenge(verifier: &str) -> String {
    BASE64.encode(digest(&SHA256, verifier.as_bytes()))
}

async fn begin(setting: &Setting) -> Begun {
    setting.begin(json!({ "codeChallenge": challenge(VERIFIER), "callbackURL": "capacitor://localhost/in?a=1" })).await
}

async fn setting() -> Setting {
    Setting::configured("LANDFALL_ALLOWED_ORIGINS", "capacitor://localhost,https://app.other.example").await
}

/// The code in the address to which the browser returns.
fn code_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{}", answer.text);
    let target = answer.headers["location"].to_str().unwrap();
    assert!(target.starts_with("capacitor://localhost/in?a=1&sign_in_code="), "{target}");
    assert!(!answer.headers.contains_key("set-cookie"), "the browser of the sign-in gets no session");
    query(&Url::parse(target).unwrap(), "sign_in_code").unwrap()
}

async fn redeem(setting: &Setting, code: &str, verifier: &str) -> Answer {
    setting.app.anonymous().post(PATH, &json!({ "code": code, "codeVerifier": verifier })).await
}

#[tokio::test]
async fn code_and_secret_give_a_session_without_a_cookie() {
    let setting = setting().await;
    let begun = begin(&setting).await;
    assert_eq!(begun.cookie, None);
    let answer = setting.finish(&begun, &setting.claims(&begun, "g-1", "shell@example.com")).await;
    let redeemed = redeem(&setting, &code_of(&answer), VERIFIER).await;
    assert!(!redeemed.headers.contains_key("set-cookie"));
    let signed_in = redeemed.expect(200);
    let user = TestUser { token: signed_in["token"].as_str().map(str::to_owned), ..setting.app.anonymous() };
    let session = user.get("/api/auth/get-session").await.expect(200);
    assert_eq!((&session["user"], &session["user"]["email"]), (&signed_in["user"], &json!("shell@example.com")));
    user.chat().await;
}

#[tokio::test]
async fn code_works_once_and_with_its_secret_only() {
    let setting = setting().await;
    let code = async || {
        let begun = begin(&setting).await;
        code_of(&setting.finish(&begun, &setting.claims(&begun, "g-1", "shell@example.com")).await)
    };
    let first = code().await;
    redeem(&setting, &first, VERIFIER).await.expect(200);
    assert_problem(&redeem(&setting, &first, VERIFIER).await, 422, "validation_failed", "/code");
    // A wrong secret uses the code up.
    let second = code().await;
    let other = "A".repeat(43);
    assert_problem(&redeem(&setting, &second, &other).await, 422, "validation_failed", "/code");
    assert_problem(&redeem(&setting, &second, VERIFIER).await, 422, "validation_failed", "/code");
    let late = code().await;
    setting.app.db.execute("UPDATE verification SET expires_at = now() - interval '1 second'").await;
    assert_problem(&redeem(&setting, &late, VERIFIER).await, 422, "validation_failed", "/code");
    assert_problem(&redeem(&setting, "unknown", VERIFIER).await, 422, "validation_failed", "/code");
    assert_eq!(setting.app.db.number("SELECT count(*) AS n FROM session").await, 1);
}

#[tokio::test]
async fn code_is_stored_hashed_and_failures_return_to_the_application() {
    let setting = setting().await;
    let begun = begin(&setting).await;
    let code = code_of(&setting.finish(&begun, &setting.claims(&begun, "g-1", "shell@example.com")).await);
    let clear = format!("SELECT count(*) AS n FROM verification v WHERE v::text LIKE '%{code}%'");
    assert_eq!(setting.app.db.number(&clear).await, 0);
    let more = json!({ "codeChallenge": challenge(VERIFIER), "errorCallbackURL": "capacitor://localhost/no" });
    let begun = setting.begin(more).await;
    let mut claims = setting.claims(&begun, "g-2", "x@example.com");
    claims["email_verified"] = json!(false);
    let answer = setting.finish(&begun, &claims).await;
    let target = answer.headers["location"].to_str().unwrap();
    assert!(target.starts_with("capacitor://localhost/no?error=email_not_verified&"), "{target}");
}

#[tokio::test]
async fn challenge_is_checked_and_links_no_account() {
    let setting = setting().await;
    let anonymous = setting.app.anonymous();
    for odd in ["", "short", &"=".repeat(43), &"a".repeat(44)] {
        let body = json!({ "provider": "oidc", "codeChallenge": odd });
        let answer = anonymous.post("/api/auth/sign-in/social", &body).await;
        assert_problem(&answer, 422, "validation_failed", "/codeChallenge");
    }
    let anna = setting.app.user("anna").await;
    let body = json!({ "provider": "oidc", "codeChallenge": challenge(VERIFIER) });
    let answer = anna.post("/api/auth/link-social", &body).await;
    assert_problem(&answer, 422, "validation_failed", "/codeChallenge");
}

#[tokio::test]
async fn sign_in_that_ends_where_the_browser_has_no_cookie_says_so() {
    let setting = setting().await;
    let begun = setting.begin(json!({})).await;
    let elsewhere = Begun { cookie: None, ..begun };
    let answer = setting.finish(&elsewhere, &setting.claims(&elsewhere, "g-1", "a@example.com")).await;
    let target = Url::parse(answer.headers["location"].to_str().unwrap()).unwrap();
    assert_eq!(query(&target, "error").as_deref(), Some("other_browser"));
    assert!(query(&target, "error_description").unwrap().contains("cookies"), "{target}");
    assert_eq!(setting.app.db.number("SELECT count(*) AS n FROM \"user\"").await, 0);
}

#[tokio::test]
async fn provider_texts_are_not_repeated() {
    let setting = setting().await;
    let begun = setting.begin(json!({})).await;
    let path = format!("error=server_error&error_description=Call+555+now&state={}", begun.state());
    let request = setting.app.anonymous().request(reqwest::Method::GET, &format!("/api/auth/callback/oidc?{path}"));
    let answer = crate::support::send(request.header("cookie", begun.cookie.as_deref().unwrap())).await;
    let target = answer.headers["location"].to_str().unwrap();
    assert!(target.contains("error=provider_error&") && !target.contains("555"), "{target}");
    assert_eq!(answer.json, Value::Null);
}
