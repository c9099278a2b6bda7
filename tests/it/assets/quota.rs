//! The quota of a user.

use landfall::config::Env;
use serde_json::json;

use crate::support::{TestApp, TestDatabase, assert_problem, asset, png, put};

async fn small(bytes: &str, files: &str) -> TestApp {
    let env = Env::from_pairs([("PORT", "80"), ("LANDFALL_QUOTA_BYTES", bytes), ("LANDFALL_QUOTA_FILES", files)]);
    TestApp::configured(TestDatabase::migrated().await, env).await
}

#[tokio::test]
async fn too_many_bytes_are_a_413_with_used_and_allowed() {
    let app = small("1000", "10").await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let first = anna.upload(600).await;
    let body = json!({ "operation": "upload", "assets": [asset(&app.random_id(), 401)] });
    let refused = anna.post("/api/assets/presign", &body).await;
    assert_problem(&refused, 413, "quota_exceeded", "");
    assert_eq!(refused.json["used"], json!({ "bytes": 600, "files": 1 }));
    assert_eq!(refused.json["allowed"], json!({ "bytes": 1000, "files": 10 }));
    let limits = anna.get("/api/sync/init").await.expect(200)["limits"].clone();
    assert_eq!((&limits["used"], &limits["quota"]), (&refused.json["used"], &refused.json["allowed"]));
    ben.post("/api/assets/presign", &body).await.expect(200);

    // The link of the deleted file could still upload it.
    anna.delete(&format!("/api/assets/{first}")).await.expect(204);
    assert_problem(&anna.post("/api/assets/presign", &body).await, 413, "quota_exceeded", "");
    app.db.execute("UPDATE upload_links SET expires_at = now()").await;
    anna.post("/api/assets/presign", &body).await.expect(200);
}

#[tokio::test]
async fn too_many_files_are_refused_together() {
    let app = small("1000000", "2").await;
    let anna = app.user("anna").await;
    let three: Vec<_> = (0..3).map(|_| asset(&app.random_id(), 100)).collect();
    let refused = anna.post("/api/assets/presign", &json!({ "operation": "upload", "assets": three })).await;
    assert_problem(&refused, 413, "quota_exceeded", "");
    assert_eq!(anna.get("/api/assets").await.expect(200)["items"], json!([]));
    anna.post("/api/assets/presign", &json!({ "operation": "upload", "assets": three[..2] })).await.expect(200);
}

#[tokio::test]
async fn what_a_living_link_allows_counts_after_a_delete() {
    let app = small("1000", "100").await;
    let anna = app.user("anna").await;
    let mut stored = 0;
    for _ in 0..8 {
        let file = asset(&app.random_id(), 250);
        let answer = anna.post("/api/assets/presign", &json!({ "operation": "upload", "assets": [file] })).await;
        if answer.status != 200 {
            assert_problem(&answer, 413, "quota_exceeded", "");
            continue;
        }
        anna.delete(&format!("/api/assets/{}", file["id"].as_str().unwrap())).await.expect(204);
        assert_eq!(put(&answer.json["urls"][0], png(250)).await, 200);
        stored += 250;
    }
    assert_eq!(stored, 1000);
    let used = anna.get("/api/sync/init").await.expect(200)["limits"]["used"].clone();
    assert_eq!(used, json!({ "bytes": 1000, "files": 4 }));
}

#[tokio::test]
async fn each_key_that_a_link_allows_to_write_counts() {
    let app = small("1000", "100").await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    // Other content of one asset has another key, and the link to the first key is still valid.
    anna.upload_link(&asset(&id, 400)).await;
    anna.upload_link(&asset(&id, 400)).await;
    anna.upload_link(&asset(&id, 500)).await;
    let third = json!({ "operation": "upload", "assets": [asset(&id, 401)] });
    assert_problem(&anna.post("/api/assets/presign", &third).await, 413, "quota_exceeded", "");
}

#[tokio::test]
async fn parts_count_until_their_links_have_expired() {
    let app = small("20000000", "100").await;
    let anna = app.user("anna").await;
    let file = asset(&app.random_id(), 17_000_000);
    let path = format!("/api/assets/{}", file["id"].as_str().unwrap());
    anna.post(&format!("{path}/multipart"), &file).await.expect(200);
    anna.get(&format!("{path}/multipart")).await.expect(200);
    anna.delete(&path).await.expect(204);
    let other = json!({ "operation": "upload", "assets": [asset(&app.random_id(), 4_000_000)] });
    assert_problem(&anna.post("/api/assets/presign", &other).await, 413, "quota_exceeded", "");
}
