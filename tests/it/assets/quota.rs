//! The quota of a user.

use landfall::config::Env;
use serde_json::json;

use crate::support::{TestApp, TestDatabase, assert_problem, asset};

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

    anna.delete(&format!("/api/assets/{first}")).await.expect(204);
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
