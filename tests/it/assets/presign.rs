//! `POST /api/assets/presign`.

use serde_json::json;

use crate::support::{TestApp, assert_problem, asset, png, put};

#[tokio::test]
async fn upload_links_accept_exactly_the_registered_file() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (one, two) = (app.random_id(), app.random_id());
    let body = json!({ "operation": "upload", "assets": [asset(&one, 100), asset(&two, 200)] });
    let answer = anna.post("/api/assets/presign", &body).await.expect(200);
    assert_eq!(answer.get("url"), None, "only where one file was asked for");
    assert_eq!((&answer["urls"][0]["assetId"], &answer["urls"][1]["assetId"]), (&json!(one), &json!(two)));
    assert_eq!(put(&answer["urls"][1], png(200)).await, 200);
    assert_eq!(anna.get(&format!("/api/assets/{one}")).await.expect(200)["uploadStatus"], "pending");

    let single =
        anna.post("/api/assets/presign", &json!({ "operation": "upload", "assetIds": [one] })).await.expect(200);
    assert_eq!(single["url"], single["urls"][0]["url"], "a pending one by its id alone");
    assert_eq!(put(&single["urls"][0], png(100)).await, 200);
}

#[tokio::test]
async fn ids_of_other_users_get_an_error_and_no_link() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let (hers, missing) = (anna.upload(100).await, app.random_id());
    let version = app.db.version(&ben.id).await;
    for operation in ["upload", "download"] {
        let body = json!({ "operation": operation, "assetIds": [hers, missing] });
        let answer = ben.post("/api/assets/presign", &body).await.expect(200);
        let (foreign, unknown) = (&answer["urls"][0], &answer["urls"][1]);
        assert_eq!((foreign.get("url"), unknown.get("url")), (None, None), "{answer}");
        assert_eq!(foreign["error"]["code"], "not_found");
        assert_eq!(foreign["error"], unknown["error"], "what is another's looks like nothing at all");
    }
    assert_eq!(app.db.version(&ben.id).await, version);
}

#[tokio::test]
async fn completed_and_deleted_assets_get_no_upload_link() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = anna.upload(100).await;
    let code = |asset| {
        let anna = anna.clone();
        async move { anna.upload_link(&asset).await["error"]["code"].clone() }
    };
    assert_eq!(code(asset(&id, 100)).await, "already_uploaded");
    assert_eq!(code(asset(&id, 101)).await, "id_conflict");
    anna.delete(&format!("/api/assets/{id}")).await.expect(204);
    assert_eq!(code(asset(&id, 100)).await, "asset_deleted");
}

#[tokio::test]
async fn registering_an_upload_again_keeps_it_and_another_size_replaces_it() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    anna.upload_link(&asset(&id, 100)).await;
    let version = app.db.version(&anna.id).await;
    anna.upload_link(&asset(&id, 100)).await;
    assert_eq!(app.db.version(&anna.id).await, version);
    let link = anna.upload_link(&asset(&id, 150)).await;
    assert_eq!(put(&link, png(150)).await, 200);
    anna.post("/api/assets", &asset(&id, 150)).await.expect(201);
}

#[tokio::test]
async fn invalid_files_are_refused_with_a_pointer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    for (member, value, code, pointer) in [
        ("mimeType", json!("text/html"), "unsupported_type", "/assets/0/mimeType"),
        ("mimeType", json!("image/svg+xml"), "unsupported_type", "/assets/0/mimeType"),
        ("fileType", json!("video"), "invalid_value", "/assets/0/fileType"),
        ("size", json!(-1), "invalid_value", "/assets/0/size"),
        ("fileName", json!("a\r\nb.png"), "control_character", "/assets/0/fileName"),
        ("fileName", json!(""), "too_short", "/assets/0/fileName"),
        ("fileName", json!("a\u{0}.png"), "nul_character", "/assets/0/fileName"),
        ("sha256", json!("zz"), "invalid_value", "/assets/0/sha256"),
        ("width", json!(-1), "invalid_value", "/assets/0/width"),
        ("color", json!("red"), "unknown_member", "/assets/0/color"),
    ] {
        let mut asset = asset(&id, 100);
        asset[member] = value;
        let answer = anna.post("/api/assets/presign", &json!({ "operation": "upload", "assets": [asset] })).await;
        assert_problem(&answer, 422, "validation_failed", pointer);
        assert_eq!(answer.json["errors"][0]["code"], code);
    }
    for body in [
        json!({ "operation": "upload" }),
        json!({ "operation": "upload", "assetIds": [] }),
        json!({ "operation": "upload", "assetIds": ["../etc"] }),
        json!({ "operation": "download", "assets": [asset(&id, 1)] }),
        json!({ "operation": "upload", "assets": [asset(&id, 1), asset(&id, 1)] }),
        json!({ "operation": "upload", "assets": [asset(&id, 1)], "assetIds": [id] }),
        json!({ "operation": "delete", "assetIds": [id] }),
    ] {
        assert_eq!(anna.post("/api/assets/presign", &body).await.status, 422, "{body}");
    }
    let huge = json!({ "operation": "upload", "assets": [asset(&id, 6_000_000_000)] });
    assert_problem(&anna.post("/api/assets/presign", &huge).await, 413, "payload_too_large", "/assets/0/size");
    assert_eq!(app.db.version(&anna.id).await, 0, "nothing was registered");
}
