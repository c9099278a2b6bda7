//! Types of files: what is known before an upload is refused before it, and the bytes decide the rest.

use serde_json::{Value, json};

use crate::support::{Sample, TestApp, TestUser, assert_problem, iso_media, png, put, samples};

fn described(id: &str, name: &str, mime_type: &str, bytes: &[u8]) -> Value {
    json!({ "id": id, "fileName": name, "mimeType": mime_type, "size": bytes.len() })
}

async fn by_link(app: &TestApp, user: &TestUser, sample: &Sample) -> Value {
    let asset = described(&app.random_id(), sample.name, sample.declared, &sample.bytes);
    assert_eq!(put(&user.upload_link(&asset).await, sample.bytes.clone()).await, 200);
    user.post("/api/assets", &asset).await.expect(201)
}

#[tokio::test]
async fn files_of_real_devices_are_taken_by_a_link_and_read_back_unchanged() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for sample in samples() {
        let what = format!("{} as {:?}", sample.name, sample.declared);
        let stored = by_link(&app, &anna, &sample).await;
        assert_eq!(
            (&stored["mimeType"], &stored["fileType"]),
            (&json!(sample.stored), &json!(sample.file_type)),
            "{what}"
        );
        assert!(anna.download(stored["id"].as_str().unwrap()).await == sample.bytes, "{what}");
    }
}

#[tokio::test]
async fn file_without_a_type_gets_it_from_its_bytes_and_keeps_its_id() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let bytes = iso_media(&["heic", "mif1"]);
    for declared in ["application/octet-stream", ""] {
        let id = app.random_id();
        let asset = described(&id, "IMG_1.HEIC", declared, &bytes);
        assert_eq!(put(&anna.upload_link(&asset).await, bytes.clone()).await, 200);
        let pending = anna.get(&format!("/api/assets/{id}")).await.expect(200);
        assert_eq!((&pending["mimeType"], &pending["fileType"]), (&json!("application/octet-stream"), &json!("image")));
        let stored = anna.post("/api/assets", &asset).await.expect(201);
        assert_eq!((&stored["mimeType"], &stored["fileType"]), (&json!("image/heic"), &json!("image")));
        assert_eq!(anna.post("/api/assets", &asset).await.expect(200), stored, "a repeat");
        assert_eq!(anna.upload_link(&asset).await["error"]["code"], "already_uploaded");
        let other = described(&id, "IMG_1.HEIC", "image/png", &bytes);
        assert_problem(&anna.post("/api/assets", &other).await, 409, "id_conflict", "/mimeType");
    }
    // In parts, where the second request describes nothing.
    let id = app.random_id();
    let asset = described(&id, "notes", "", b"# x");
    let parts = anna.post(&format!("/api/assets/{id}/multipart"), &asset).await.expect(200);
    let part = json!({ "url": parts["parts"][0]["url"], "method": "PUT", "headers": {} });
    assert_eq!(put(&part, b"# x".to_vec()).await, 200);
    let stored = anna.post(&format!("/api/assets/{id}/multipart/complete"), &json!({})).await.expect(201);
    assert_eq!((&stored["mimeType"], &stored["fileType"]), (&json!("text/plain"), &json!("document")));
}

#[tokio::test]
async fn types_that_are_never_taken_and_empty_files_are_refused_before_the_upload() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (name, mime_type, size, code, pointer, detail) in [
        ("logo.svg", "image/svg+xml", 10, "unsupported_type", "/assets/0/mimeType", "image/svg+xml"),
        ("logo.svg", "", 10, "unsupported_type", "/assets/0/mimeType", ".svg"),
        ("page.html", "application/octet-stream", 10, "unsupported_type", "/assets/0/mimeType", ".html"),
        ("setup.exe", "", 10, "unsupported_type", "/assets/0/mimeType", ".exe"),
        ("a.xls", "application/vnd.ms-excel", 10, "unsupported_type", "/assets/0/mimeType", "application/vnd.ms-excel"),
        ("a.png", "image/png", 0, "empty_file", "/assets/0/size", "0 bytes"),
        ("a.png", "", 0, "empty_file", "/assets/0/size", "0 bytes"),
        ("a", "", 0, "empty_file", "/assets/0/size", "0 bytes"),
    ] {
        let asset = json!({ "id": app.random_id(), "fileName": name, "mimeType": mime_type, "size": size });
        let answer = anna.post("/api/assets/presign", &json!({ "operation": "upload", "assets": [asset] })).await;
        assert_problem(&answer, 422, "validation_failed", pointer);
        let error = &answer.json["errors"][0];
        assert_eq!(error["code"], code, "{name}");
        assert!(error["detail"].as_str().unwrap().contains(detail), "{error}");
        let parts = anna.post(&format!("/api/assets/{}/multipart", asset["id"].as_str().unwrap()), &asset).await;
        assert_eq!((parts.status, &parts.json["errors"][0]["code"]), (422, &json!(code)), "{name}");
    }
    assert_eq!(app.db.version(&anna.id).await, 0, "nothing was registered");
}

#[tokio::test]
async fn bytes_outside_the_family_of_the_declared_type_are_refused() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (name, mime_type, bytes) in [
        ("a.m4a", "audio/mp4", png(100)),
        ("a.m4a", "audio/mp4", iso_media(&["heic", "mif1"])),
        ("a.m4a", "audio/mp4", iso_media(&["zzzz", "yyyy"])),
        ("a.heic", "image/heic", iso_media(&["isom", "mp42"])),
        ("a.mp3", "audio/mp3", b"<html><script>1</script></html>".to_vec()),
        ("a.txt", "text/plain", png(100)),
        ("a.csv", "application/vnd.ms-excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0".to_vec()),
        ("a", "", b"\x7fELF\x02\x01\x01\0\0\0".to_vec()),
        ("a.png", "", b"MZ\x90\0\x03\0\0\0".to_vec()),
    ] {
        let asset = described(&app.random_id(), name, mime_type, &bytes);
        assert_eq!(put(&anna.upload_link(&asset).await, bytes).await, 200);
        let answer = anna.post("/api/assets", &asset).await;
        assert_problem(&answer, 422, "validation_failed", "/mimeType");
        assert_eq!(answer.json["errors"][0]["code"], "wrong_type", "{name}");
    }
}

#[tokio::test]
async fn init_lists_the_types_with_the_names_that_uploads_take() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let init = anna.get("/api/sync/init").await.expect(200);
    let files = &init["limits"]["files"];
    let mut asked = Vec::new();
    for one in files["types"].as_array().unwrap() {
        assert_eq!(one["maxBytes"], init["limits"]["maxAssetBytes"]);
        let name = format!("a.{}", one["extensions"][0].as_str().unwrap());
        let names = [one["mimeType"].clone()].into_iter();
        let names = names.chain(one["aliases"].as_array().unwrap().clone());
        for alias in names.chain(one["sharedAliases"].as_array().unwrap().clone()) {
            let asset = json!({ "id": app.random_id(), "fileName": name, "mimeType": alias, "size": one["minBytes"] });
            asked.push((one["mimeType"].clone(), asset));
        }
    }
    assert!(asked.len() > 100, "{}", asked.len());
    for some in asked.chunks(100) {
        let assets: Vec<&Value> = some.iter().map(|(_, asset)| asset).collect();
        let body = json!({ "operation": "upload", "assets": assets });
        let urls = anna.post("/api/assets/presign", &body).await.expect(200)["urls"].clone();
        for ((expected, asset), url) in some.iter().zip(urls.as_array().unwrap()) {
            assert_eq!(url["headers"]["content-type"], *expected, "{asset}");
        }
    }
    assert!(files["refusedExtensions"].as_array().unwrap().contains(&json!("html")));
}
