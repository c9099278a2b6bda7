//! The session of a sign-in at a provider notes the address of the client behind the proxies, which is the one that the rate limits count.

use reqwest::Method;
use serde_json::json;

use super::Setting;
use crate::support::{TestUser, send};

#[tokio::test]
async fn session_of_a_provider_sign_in_notes_the_client_behind_the_proxies() {
    let setting = Setting::configured("LANDFALL_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8").await;
    let begun = setting.begin(json!({})).await;
    setting.provider.set_id_token(begun.state(), setting.claims(&begun, "g-1", "anna@example.com").to_string());
    let path = format!("/api/auth/callback/oidc?code={0}&state={0}", begun.state());
    // The first entry is the client's own, the last one is a trusted proxy's.
    let request = setting.app.anonymous().request(Method::GET, &path);
    let request = request.header("x-forwarded-for", "192.0.2.66, 203.0.113.9:4000, 10.0.0.5");
    let answer = send(request.header("cookie", begun.cookie.as_deref().unwrap())).await;
    let target = answer.headers["location"].to_str().unwrap();
    assert!(answer.status == 302 && target.ends_with("/ok"), "{target}");
    let token = answer.headers["set-cookie"].to_str().unwrap().split(['=', ';']).nth(1).unwrap().to_owned();
    let anna = TestUser { token: Some(token), ..setting.app.anonymous() };
    let session = anna.get("/api/auth/get-session").await.expect(200);
    assert_eq!(session["session"]["ipAddress"], "203.0.113.9");
    assert_eq!(anna.get("/api/auth/list-sessions").await.expect(200)[0]["ipAddress"], "203.0.113.9");
}
