//! Claims as providers write them: what can't harm is accepted, and what can is refused without a fault of the server.

use serde_json::{Value, json};

use super::Setting;

fn now() -> f64 {
    chrono::Utc::now().timestamp() as f64
}

#[tokio::test]
async fn clocks_and_forms_of_times_of_providers_are_accepted() {
    let setting = Setting::start().await;
    let accepted: [(&str, Value); 7] = [
        ("45 s ahead", json!({ "iat": now() + 45.0, "exp": now() + 345.0 })),
        ("45 s ahead, with nbf", json!({ "iat": now() + 45.0, "nbf": now() + 45.0, "exp": now() + 345.0 })),
        ("four minutes ahead", json!({ "iat": now() + 240.0, "exp": now() + 540.0 })),
        ("fractions", json!({ "iat": now() + 0.5, "exp": now() + 300.25, "nbf": now() - 0.1 })),
        ("floats", json!({ "iat": now(), "exp": now() + 300.0 })),
        ("texts", json!({ "iat": format!("{}", now()), "exp": format!("{}", now() + 300.0) })),
        ("45 s behind", json!({ "iat": now() - 45.0, "exp": now() + 15.0 })),
    ];
    for (number, (what, times)) in accepted.into_iter().enumerate() {
        let email = format!("time{number}@example.com");
        let user = setting.sign_in(&format!("g-{number}"), &email, |claims| extend(claims, &times)).await;
        assert_eq!(user.map(|user| user["email"].clone()), Ok(json!(email)), "{what}");
    }
    let refused: [(&str, Value); 7] = [
        ("an hour ahead", json!({ "iat": now() + 3600.0, "exp": now() + 7200.0 })),
        ("not valid for an hour", json!({ "nbf": now() + 3600.0 })),
        ("nbf is no time", json!({ "nbf": "soon" })),
        ("expired", json!({ "iat": now() - 300.0, "exp": now() - 60.0 })),
        ("an hour old", json!({ "iat": now() - 3600.0 })),
        ("iat is no time", json!({ "iat": [1] })),
        ("no exp", json!({ "exp": null })),
    ];
    for (what, times) in refused {
        let user = setting.sign_in("g-late", "late@example.com", |claims| extend(claims, &times)).await;
        assert_eq!(user, Err("invalid_token".to_owned()), "{what}");
    }
}

#[tokio::test]
async fn odd_names_and_pictures_refuse_no_sign_in() {
    let setting = Setting::start().await;
    let odd: [(&str, Value, &str, Value); 9] = [
        ("a number", json!({ "name": 5, "picture": 5 }), "odd", Value::Null),
        ("a list", json!({ "name": ["Anna"], "picture": ["https://x.example/a.png"] }), "odd", Value::Null),
        ("an object", json!({ "name": {}, "picture": { "url": "https://x.example" } }), "odd", Value::Null),
        ("null", json!({ "name": null, "picture": null }), "odd", Value::Null),
        ("NUL", json!({ "name": "An\0na", "picture": "https://x.example/\0" }), "Anna", Value::Null),
        ("a script", json!({ "name": "Anna", "picture": "javascript:alert(1)" }), "Anna", Value::Null),
        ("white space", json!({ "name": " \n ", "picture": "https://x.example/a b" }), "odd", Value::Null),
        (
            "10 KB",
            json!({ "name": "ä".repeat(10_240), "picture": format!("https://{}", "x".repeat(10_240)) }),
            "",
            Value::Null,
        ),
        (
            "usual",
            json!({ "name": "Anna", "picture": "https://x.example/a.png" }),
            "Anna",
            json!("https://x.example/a.png"),
        ),
    ];
    for (number, (what, members, name, image)) in odd.into_iter().enumerate() {
        let (sub, email) = (format!("g-{number}"), format!("odd@{number}.example"));
        let user = setting.sign_in(&sub, &email, |claims| extend(claims, &members)).await;
        let user = user.unwrap_or_else(|error| panic!("{what}: {error}"));
        let expected = if name.is_empty() { "ä".repeat(200) } else { name.to_owned() };
        assert_eq!((&user["name"], &user["image"]), (&json!(expected), &image), "{what}");
    }
    // A name that the provider cut in the middle of an emoji: half of a surrogate pair.
    let begun = setting.begin(json!({})).await;
    let claims = setting.claims(&begun, "g-half", "half@example.com").to_string();
    setting.provider.set_id_token(begun.state(), claims.replacen('{', r#"{"name":"Anna \ud83d","#, 1));
    let answer = setting.call_back(&begun).await;
    assert_eq!(setting.user_of(&answer).await.unwrap()["name"], "half");
}

#[tokio::test]
async fn verified_is_what_providers_call_so_and_nothing_else() {
    let setting = Setting::start().await;
    for (number, value) in [json!(true), json!("true"), json!("True"), json!(1), json!("1")].into_iter().enumerate() {
        let email = format!("verified{number}@example.com");
        let user =
            setting.sign_in(&format!("g-{number}"), &email, |claims| claims["email_verified"] = value.clone()).await;
        assert_eq!(user.map(|user| user["emailVerified"].clone()), Ok(json!(true)), "{value}");
    }
    for value in [json!(false), json!("false"), json!(0), json!("0"), json!("yes"), json!([true]), json!(null)] {
        let user = setting.sign_in("g-no", "no@example.com", |claims| claims["email_verified"] = value.clone()).await;
        assert_eq!(user, Err("email_not_verified".to_owned()), "{value}");
    }
}

#[tokio::test]
async fn subject_that_can_not_be_stored_is_refused_and_is_no_fault() {
    let setting = Setting::start().await;
    for sub in [json!("a\0b"), json!("\0"), json!("a".repeat(256)), json!("a".repeat(10_240)), json!(5), json!("")] {
        let user = setting.sign_in("", "sub@example.com", |claims| claims["sub"] = sub.clone()).await;
        assert_eq!(user, Err("invalid_subject".to_owned()), "{sub}");
    }
    // The library of JWTs refuses other types of the subject itself.
    assert_eq!(
        setting.sign_in("", "sub@example.com", |claims| claims["sub"] = json!(["a"])).await,
        Err("invalid_token".to_owned())
    );
    let longest = "a".repeat(255);
    assert_eq!(setting.sign_in(&longest, "longest@example.com", |_| ()).await.unwrap()["email"], "longest@example.com");
}

#[tokio::test]
async fn several_audiences_are_accepted_for_this_client_only() {
    let setting = Setting::start().await;
    let members = json!({ "aud": ["landfall", "other"], "azp": "landfall" });
    setting.sign_in("g-1", "aud@example.com", |claims| extend(claims, &members)).await.unwrap();
    for members in [
        json!({ "aud": ["landfall", "other"] }),
        json!({ "aud": ["landfall", "other"], "azp": "other" }),
        json!({ "aud": "landfall", "azp": ["landfall"] }),
        json!({ "aud": ["other"] }),
        json!({ "aud": [] }),
        json!({ "aud": { "landfall": true } }),
    ] {
        let user = setting.sign_in("g-1", "aud@example.com", |claims| extend(claims, &members)).await;
        assert_eq!(user, Err("invalid_token".to_owned()), "{members}");
    }
}

#[tokio::test]
async fn user_info_is_read_as_the_id_token_is() {
    let setting = Setting::start().await;
    let without_email = |claims: &mut Value| {
        claims.as_object_mut().unwrap().remove("email");
    };
    let info = json!({ "sub": "g-1", "email": "Info@example.com", "email_verified": "1", "name": ["x"], "picture": 5 });
    setting.provider.set_user_info(&info);
    let user = setting.sign_in("g-1", "", without_email).await.unwrap();
    assert_eq!(
        (&user["email"], &user["name"], &user["image"]),
        (&json!("info@example.com"), &json!("info"), &Value::Null)
    );
    for (info, code) in [
        (json!({ "sub": "g-3", "email": "b@example.com", "email_verified": true }), "invalid_token"),
        (json!({ "email": "b@example.com", "email_verified": true }), "invalid_token"),
        (json!({ "sub": "g-2\0", "email": "b@example.com", "email_verified": true }), "invalid_subject"),
        (json!({ "sub": "g-2", "email": "b@example.com" }), "email_not_verified"),
        (json!({ "sub": "g-2", "email": ["b@example.com"], "email_verified": true }), "email_not_verified"),
    ] {
        setting.provider.set_user_info(&info);
        assert_eq!(setting.sign_in("g-2", "", without_email).await, Err(code.to_owned()), "{info}");
    }
}

#[tokio::test]
async fn odd_members_of_the_token_response_refuse_no_sign_in() {
    let setting = Setting::start().await;
    for (number, members) in [
        json!({ "token_type": "bearer", "expires_in": "3600" }),
        json!({ "token_type": "Bearer", "expires_in": 3599.5, "scope": ["openid", "email"] }),
        json!({ "expires_in": null, "refresh_token": 5 }),
    ]
    .into_iter()
    .enumerate()
    {
        setting.provider.set_token_response(members.clone());
        let email = format!("response{number}@example.com");
        let user = setting.sign_in(&format!("g-{number}"), &email, |_| ()).await;
        assert!(user.is_ok(), "{members}: {user:?}");
    }
}

/// Sets members.
fn extend(claims: &mut Value, members: &Value) {
    let claims = claims.as_object_mut().unwrap();
    for (name, value) in members.as_object().unwrap() {
        claims.insert(name.clone(), value.clone());
    }
}
