//! Email addresses that look alike: they join no accounts and make no administrators.

use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::Setting;
use crate::support::{Process, TestUser, send};

/// Addresses that Unicode's folding, a normal form or an eye takes for `mike@example.com`.
const LOOKALIKES: [&str; 7] = [
    "mi\u{212A}e@example.com",
    "mıke@example.com",
    "MİKE@example.com",
    "ｍike@example.com",
    "mike@ｅxample.com",
    "mike@example．com",
    "mik\u{0435}@example.com",
];

#[tokio::test]
async fn address_that_is_not_ascii_signs_in_as_a_user_of_its_own() {
    let setting = Setting::start().await;
    let mike = setting.sign_in("g-mike", "Mike@Example.com", |_| ()).await.unwrap();
    assert_eq!(mike["email"], "mike@example.com");
    for (number, address) in LOOKALIKES.into_iter().enumerate() {
        let subject = format!("g-{number}");
        let other = setting.sign_in(&subject, address, |_| ()).await.unwrap();
        assert_ne!(other["id"], mike["id"], "{address}");
        // The identity finds the same user again; another identity with the address does not join it.
        assert_eq!(setting.sign_in(&subject, address, |_| ()).await.unwrap()["id"], other["id"], "{address}");
        let joined = setting.sign_in(&format!("g-{number}-b"), address, |_| ()).await;
        assert_eq!(joined, Err("account_not_linked".to_owned()), "{address}");
    }
    // ASCII addresses join, whatever the case of their letters.
    assert_eq!(setting.sign_in("g-again", "MIKE@EXAMPLE.COM", |_| ()).await.unwrap()["id"], mike["id"]);
    for other in ["mike@example.com.", "mike+a@example.com", "m.ike@example.com"] {
        assert_ne!(setting.sign_in(&format!("g-{other}"), other, |_| ()).await.unwrap()["id"], mike["id"], "{other}");
    }
    for odd in [" mike@example.com", "mike@example.com\u{a0}", "mike@example.com\0", "mike", "@example.com"] {
        assert_eq!(setting.sign_in("g-odd", odd, |_| ()).await, Err("email_not_verified".to_owned()), "{odd:?}");
    }
}

#[tokio::test]
async fn concurrent_first_sign_ins_of_an_address_that_is_not_ascii_get_one_user() {
    let setting = Setting::start().await;
    for round in 0..5 {
        let (one, other) = (setting.begin(json!({})).await, setting.begin(json!({})).await);
        let subject = format!("g-{round}");
        let address = format!("müller{round}@example.com");
        let claims = [&one, &other].map(|begun| setting.claims(begun, &subject, &address));
        let answers = futures_util::join!(setting.finish(&one, &claims[0]), setting.finish(&other, &claims[1]));
        let (one, other) = (setting.user_of(&answers.0).await.unwrap(), setting.user_of(&answers.1).await.unwrap());
        assert_eq!(one["id"], other["id"]);
    }
}

#[tokio::test]
async fn administrators_have_the_listed_address_itself() {
    let setting = Setting::configured("LANDFALL_ADMIN_EMAILS", "Mike@example.com").await;
    for (number, address) in LOOKALIKES.into_iter().enumerate() {
        let user = setting.sign_in(&format!("g-{number}"), address, |_| ()).await.unwrap();
        assert_eq!(user["role"], "user", "{address}");
        let body = json!({ "email": address });
        let signed_in = setting.app.anonymous().post("/api/auth/dev/sign-in", &body).await.expect(200);
        assert_eq!(signed_in["user"]["role"], "user", "{address}");
    }
    assert_eq!(setting.sign_in("g-mike", "mike@example.com", |_| ()).await.unwrap()["role"], "admin");
}

#[tokio::test]
async fn command_grants_only_addresses_of_ascii() {
    let setting = Setting::start().await;
    setting.sign_in("g-1", "mike@example.com", |_| ()).await.unwrap();
    setting.sign_in("g-2", LOOKALIKES[0], |_| ()).await.unwrap();
    let settings = [("DATABASE_URL", setting.app.db.url.expose_secret())];
    for address in LOOKALIKES {
        let (status, text) = Process::run(&settings, &["admin", "grant", address]).await;
        assert!(!status.success() && text.contains("ASCII"), "{address}: {text}");
    }
    assert_eq!(setting.app.db.number("SELECT count(*) AS n FROM \"user\" WHERE role = 'admin'").await, 0);
}

/// The address of the session's user.
async fn email_of(user: &TestUser) -> Value {
    send(user.request(Method::GET, "/api/auth/get-session")).await.expect(200)["user"]["email"].clone()
}

#[tokio::test]
async fn development_sign_in_keeps_addresses_apart_too() {
    let setting = Setting::start().await;
    let anonymous = setting.app.anonymous();
    let mut seen = std::collections::BTreeSet::new();
    for address in LOOKALIKES.into_iter().chain(["mike@example.com"]) {
        let answer = anonymous.post("/api/auth/dev/sign-in", &json!({ "email": address })).await.expect(200);
        let user = TestUser { token: answer["token"].as_str().map(str::to_owned), ..anonymous.clone() };
        assert!(seen.insert(email_of(&user).await.to_string()), "{address}");
    }
}
