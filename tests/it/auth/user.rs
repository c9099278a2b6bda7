//! `POST /api/auth/update-user`, and the administrator role.

use landfall::config::Env;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::{Process, TestApp, TestDatabase, assert_problem, eventually};

#[tokio::test]
async fn name_and_picture_change_in_every_session_at_every_server() {
    let app = TestApp::start().await;
    let other = app.another().await;
    let (phone, laptop) = (app.user("anna").await, app.user("anna").await.at(&other.url));
    laptop.get("/api/auth/get-session").await.expect(200);
    let etag = phone.get("/api/sync/init").await.etag();
    let body = json!({ "name": "Anna B.", "image": "https://example.com/anna.png" });
    assert_eq!(phone.post("/api/auth/update-user", &body).await.expect(200), json!({ "status": true }));
    let user = phone.get("/api/auth/get-session").await.expect(200)["user"].clone();
    assert_eq!((&user["name"], &user["image"]), (&body["name"], &body["image"]));
    assert_ne!(phone.get("/api/sync/init").await.etag(), etag);
    eventually(3, "the other server has the change", || async {
        (laptop.get("/api/auth/get-session").await.expect(200)["user"] == user).then_some(())
    })
    .await;
    phone.post("/api/auth/update-user", &json!({ "image": null })).await.expect(200);
    let user = phone.get("/api/auth/get-session").await.expect(200)["user"].clone();
    assert_eq!((&user["name"], &user["image"]), (&json!("Anna B."), &Value::Null));
}

#[tokio::test]
async fn id_role_and_email_can_not_be_changed() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let before = anna.get("/api/auth/get-session").await.expect(200)["user"].clone();
    let body = json!({ "role": "admin", "email": "root@example.com", "emailVerified": false, "id": "x" });
    anna.post("/api/auth/update-user", &body).await.expect(200);
    assert_eq!(anna.get("/api/auth/get-session").await.expect(200)["user"], before);
    for (body, pointer) in [
        (json!({ "name": "" }), "/name"),
        (json!({ "name": "a\0" }), "/name"),
        (json!({ "name": null, "image": "javascript:alert(1)" }), "/image"),
        (json!({ "image": "http://example.com/a.png" }), "/image"),
    ] {
        assert_problem(&anna.post("/api/auth/update-user", &body).await, 422, "validation_failed", pointer);
    }
}

#[tokio::test]
async fn problem_has_the_message_member_of_better_auth() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/api/auth/list-sessions").await;
    assert_eq!((answer.status, &answer.json["message"]), (401, &answer.json["detail"]));
    assert!(app.anonymous().get("/api/chat/sessions").await.json.get("message").is_none());
}

#[tokio::test]
async fn role_granted_on_the_command_line_takes_effect_at_once() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let role = async || anna.get("/api/auth/get-session").await.expect(200)["user"]["role"].clone();
    assert_eq!(role().await, "user");
    let settings = [("DATABASE_URL", app.db.url.expose_secret())];
    for (command, expected) in [("grant", "admin"), ("revoke", "user")] {
        let (status, text) = Process::run(&settings, &["admin", command, "Anna@example.com"]).await;
        assert!(status.success(), "{text}");
        eventually(3, expected, || async { (role().await == expected).then_some(()) }).await;
    }
    let (status, text) = Process::run(&settings, &["admin", "grant", "nobody@example.com"]).await;
    assert!(!status.success() && text.contains("Nobody has signed in as nobody@example.com yet"), "{text}");
}

#[tokio::test]
async fn configured_address_is_administrator_after_the_next_sign_in() {
    let db = TestDatabase::migrated().await;
    let plain = TestApp::on(db.clone()).await;
    plain.user("anna").await;
    let env = Env::from_pairs([("LANDFALL_ADMIN_EMAILS", "boss@example.com, Anna@Example.com")]);
    let app = TestApp::configured(db, env).await;
    for (name, role) in [("anna", "admin"), ("boss", "admin"), ("ben", "user")] {
        let user = app.user(name).await.get("/api/auth/get-session").await.expect(200)["user"].clone();
        assert_eq!(user["role"], role, "{name}");
    }
}
