//! `POST /api/assets`: an asset is completed only after its object was checked.

use ring::digest::{SHA256, digest};
use serde_json::json;

use crate::support::{TestApp, assert_problem, asset, eventually, png, put};

#[tokio::test]
async fn uploaded_file_is_completed_and_read_back_unchanged() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (id, bytes) = (app.random_id(), png(70_000));
    let mut asset = asset(&id, bytes.len());
    asset["sha256"] = json!(hex::encode(digest(&SHA256, &bytes)));
    asset["width"] = json!(640);
    assert_eq!(put(&anna.upload_link(&asset).await, bytes.clone()).await, 200);
    let stored = anna.post("/api/assets", &asset).await.expect(201);
    let url = format!("/api/assets/{id}/content");
    for (member, value) in [
        ("id", json!(id)),
        ("projectId", json!(null)),
        ("fileName", json!("Boat 1.png")),
        ("fileType", json!("image")),
        ("mimeType", json!("image/png")),
        ("size", json!(70_000)),
        ("width", json!(640)),
        ("height", json!(null)),
        ("sha256", asset["sha256"].clone()),
        ("uploadStatus", json!("completed")),
        ("storageUrl", json!(url)),
        ("error", json!(null)),
    ] {
        assert_eq!(stored[member], value, "{member}");
    }
    let version = app.db.version(&anna.id).await;
    assert_eq!(anna.post("/api/assets", &asset).await.expect(200), stored, "again");
    assert_eq!(app.db.version(&anna.id).await, version);
    assert_eq!(anna.download(&id).await, bytes);
}

#[tokio::test]
async fn asset_without_bytes_is_a_422_and_can_be_uploaded_later() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    let link = anna.upload_link(&asset(&id, 100)).await;
    let early = anna.post("/api/assets", &asset(&id, 100)).await;
    assert_problem(&early, 422, "validation_failed", "/id");
    assert_eq!(early.json["errors"][0]["code"], "not_uploaded");
    assert_eq!(anna.get(&format!("/api/assets/{id}")).await.expect(200)["uploadStatus"], "pending");
    assert_eq!(put(&link, png(100)).await, 200);
    anna.post("/api/assets", &asset(&id, 100)).await.expect(201);
}

#[tokio::test]
async fn upload_after_a_failed_one_survives_the_removal_of_the_first() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    let asset = asset(&id, 300);
    assert_eq!(put(&anna.upload_link(&asset).await, vec![b'x'; 300]).await, 200);
    let wrong = anna.post("/api/assets", &asset).await;
    assert_eq!(wrong.json["errors"][0]["code"], "wrong_type");
    // At once, before the first removal may have run. A second removal follows after the last link has expired.
    assert_eq!(put(&anna.upload_link(&asset).await, png(300)).await, 200);
    anna.post("/api/assets", &asset).await.expect(201);
    app.db.execute("UPDATE job SET run_at = now() WHERE kind = 'discard'").await;
    eventually(20, "all removals are done", || async {
        (app.db.number("SELECT count(*) AS n FROM job WHERE kind = 'discard'").await == 0).then_some(())
    })
    .await;
    assert_eq!(anna.download(&id).await, png(300));
    assert_eq!(app.storage.list(&format!("{}/", anna.id)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn asset_missing_in_a_restored_backup_is_registered_again() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = anna.upload(200).await;
    app.db.execute("DELETE FROM asset_objects").await;
    app.db.execute("DELETE FROM assets").await;
    let asset = asset(&id, 200);
    anna.upload_link(&asset).await;
    assert_eq!(anna.post("/api/assets", &asset).await.expect(201)["uploadStatus"], "completed");
    assert_eq!(anna.download(&id).await, png(200));
    // The object is checked like any other.
    app.db.execute("DELETE FROM asset_objects").await;
    app.db.execute("DELETE FROM assets").await;
    let larger = crate::support::asset(&id, 201);
    anna.upload_link(&larger).await;
    assert_eq!(anna.post("/api/assets", &larger).await.json["errors"][0]["code"], "wrong_size");
}

#[tokio::test]
async fn unknown_and_foreign_assets_are_not_found() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let hers = anna.upload(100).await;
    let unknown = ben.post("/api/assets", &asset(&app.random_id(), 100)).await;
    let foreign = ben.post("/api/assets", &asset(&hers, 100)).await;
    assert_problem(&foreign, 404, "not_found", "");
    assert_eq!(foreign.without_request(), unknown.without_request());
}

#[tokio::test]
async fn other_content_than_registered_is_a_conflict() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = anna.upload(100).await;
    assert_problem(&anna.post("/api/assets", &asset(&id, 101)).await, 409, "id_conflict", "/size");
    let mut other = asset(&id, 100);
    other["mimeType"] = json!("image/jpeg");
    assert_problem(&anna.post("/api/assets", &other).await, 409, "id_conflict", "/mimeType");
}

#[tokio::test]
async fn bytes_of_another_type_fail_the_asset_and_are_removed() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    let page = b"<html><script>alert(1)</script></html>".to_vec();
    let spoof = asset(&id, page.len());
    assert_eq!(put(&anna.upload_link(&spoof).await, page).await, 200);
    let answer = anna.post("/api/assets", &spoof).await;
    assert_problem(&answer, 422, "validation_failed", "/mimeType");
    assert_eq!(answer.json["errors"][0]["code"], "wrong_type");
    let row = anna.get(&format!("/api/assets/{id}")).await.expect(200);
    assert_eq!((&row["uploadStatus"], &row["storageUrl"]), (&json!("failed"), &json!(null)));
    assert!(row["error"].as_str().is_some_and(|why| why.contains("text/html")), "{row}");
    assert_eq!(anna.get(&format!("/api/assets/{id}/content")).await.status, 404);
    eventually(20, "its objects are removed", || async {
        app.storage.list(&format!("{}/", anna.id)).await.unwrap().is_empty().then_some(())
    })
    .await;
    // Another upload is accepted.
    assert_eq!(put(&anna.upload_link(&asset(&id, 100)).await, png(100)).await, 200);
    anna.post("/api/assets", &asset(&id, 100)).await.expect(201);
}

#[tokio::test]
async fn bytes_with_another_checksum_are_refused() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    // Registered without a checksum, so that the storage accepts the bytes.
    assert_eq!(put(&anna.upload_link(&asset(&id, 100)).await, png(100)).await, 200);
    let mut asset = asset(&id, 100);
    asset["sha256"] = json!("0".repeat(64));
    let answer = anna.post("/api/assets", &asset).await;
    assert_problem(&answer, 422, "validation_failed", "/sha256");
    assert_eq!(answer.json["errors"][0]["code"], "wrong_checksum");
}

#[tokio::test]
async fn upload_link_can_not_change_a_registered_asset() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (id, first) = (app.random_id(), png(5_000));
    let link = anna.upload_link(&asset(&id, first.len())).await;
    assert_eq!(put(&link, first.clone()).await, 200);
    anna.post("/api/assets", &asset(&id, first.len())).await.expect(201);
    let mut second = first.clone();
    second[4_000] ^= 0xff;
    assert_eq!(put(&link, second.clone()).await, 200, "the link still holds, and leads elsewhere");
    anna.post("/api/assets", &asset(&id, first.len())).await.expect(200);
    assert_eq!(anna.download(&id).await, first);
}

#[tokio::test]
async fn concurrent_registering_completes_the_asset_once() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    assert_eq!(put(&anna.upload_link(&asset(&id, 100)).await, png(100)).await, 200);
    let asset = asset(&id, 100);
    let answers = futures_util::future::join_all((0..8).map(|_| anna.post("/api/assets", &asset))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1, "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 201 | 503)), "{answers:?}");
    anna.post("/api/assets", &asset).await.expect(200);
}
