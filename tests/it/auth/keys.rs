//! The signing keys of JWTs: rotation, several servers, sealed storage.

use jsonwebtoken::decode_header;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::support::{Process, SECRET, TestApp, TestDatabase, TestUser, eventually};

async fn kid_of(user: &TestUser) -> (String, String) {
    let token = user.get("/api/auth/token").await.expect(200)["token"].as_str().unwrap().to_owned();
    (decode_header(&token).unwrap().kid.unwrap(), token)
}

async fn published(app: &TestApp) -> Vec<String> {
    let keys = app.anonymous().get("/api/auth/jwks").await.expect(200);
    keys["keys"].as_array().unwrap().iter().map(|key: &Value| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn rotation_signs_with_a_new_key_and_the_old_one_still_verifies() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (old_kid, old_token) = kid_of(&anna).await;
    let settings = [("DATABASE_URL", app.db.url.expose_secret()), ("LANDFALL_SECRET", SECRET)];
    let (status, text) = Process::run(&settings, &["keys", "rotate"]).await;
    assert!(status.success(), "{text}");

    // A server that starts now signs with the new key and accepts JWTs of both.
    let fresh = app.another_at(&app.url).await;
    let anna_there = anna.at(&fresh.url);
    let (new_kid, new_token) = kid_of(&anna_there).await;
    assert_ne!(old_kid, new_kid);
    let mut both = vec![old_kid.clone(), new_kid.clone()];
    both.sort();
    assert_eq!(published(&fresh).await, both);
    for token in [old_token.clone(), new_token.clone()] {
        let caller = TestUser { token: Some(token), ..anna_there.clone() };
        caller.get("/api/chat/sessions").await.expect(200);
    }
    // A running server reads the new key when it sees its id.
    let here = TestUser { token: Some(new_token), ..anna.clone() };
    eventually(5, "the running server takes the new key's token", || async {
        (here.get("/api/chat/sessions").await.status == 200).then_some(())
    })
    .await;
    // After the overlap the old key verifies nothing.
    app.db
        .execute("UPDATE signing_key SET verifies_until = now() - interval '1 s' WHERE verifies_until IS NOT NULL")
        .await;
    let later = app.another_at(&app.url).await;
    assert_eq!(published(&later).await, [new_kid]);
    let caller = TestUser { token: Some(old_token), ..anna.at(&later.url) };
    assert_eq!(caller.get("/api/chat/sessions").await.status, 401);
}

#[tokio::test]
async fn servers_that_start_together_create_one_key() {
    let db = TestDatabase::migrated().await;
    let apps = [TestApp::on(db.clone()).await, TestApp::on(db.clone()).await, TestApp::on(db.clone()).await];
    let asked = futures_util::future::join_all(apps.iter().map(published)).await;
    assert_eq!(asked[0].len(), 1);
    assert!(asked.iter().all(|keys| *keys == asked[0]), "{asked:?}");
    assert_eq!(db.number("SELECT count(*) AS n FROM signing_key").await, 1);
}

#[tokio::test]
async fn private_key_is_sealed_in_the_database() {
    let app = TestApp::start().await;
    published(&app).await;
    let private = hex::encode(&app.signing_key().await[16..]);
    let found = format!("SELECT count(*) AS n FROM signing_key WHERE signing_key::text LIKE '%{private}%'");
    assert_eq!(app.db.number(&found).await, 0);
}
