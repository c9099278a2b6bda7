//! Attacks with links and file names.

use landfall::config::Env;
use landfall::storage::Storage;
use reqwest::Method;
use serde_json::json;

use crate::support::{TestApp, TestDatabase, asset, eventually, http_client, png, put};

/// Storages answer 400 or 403 for a link that does not fit.
fn refused(status: u16) -> bool {
    matches!(status, 400 | 403)
}

#[tokio::test]
async fn link_is_bound_to_size_type_checksum_and_key() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut asset = asset(&app.random_id(), 100);
    let bytes = png(100);
    asset["sha256"] = json!(hex::encode(ring::digest::digest(&ring::digest::SHA256, &bytes)));
    let link = anna.upload_link(&asset).await;
    assert!(refused(put(&link, png(99)).await));
    assert!(refused(put(&link, png(101)).await));
    let mut other_type = link.clone();
    other_type["headers"]["content-type"] = json!("text/html");
    assert!(refused(put(&other_type, bytes.clone()).await));
    let mut other_bytes = bytes.clone();
    other_bytes[50] ^= 1;
    assert_eq!(put(&link, other_bytes).await, 400, "the checksum was signed");
    let mut no_checksum = link.clone();
    no_checksum["headers"].as_object_mut().unwrap().remove("x-amz-checksum-sha256");
    assert!(refused(put(&no_checksum, bytes.clone()).await));
    let mut other_key = link.clone();
    other_key["url"] = json!(link["url"].as_str().unwrap().replace("/staging/", "/"));
    assert!(refused(put(&other_key, bytes.clone()).await));
    // An upload link does not allow reading.
    let read = http_client().get(link["url"].as_str().unwrap()).send().await.unwrap();
    assert!(refused(read.status().as_u16()));
    assert_eq!(put(&link, bytes).await, 200);
}

#[tokio::test]
async fn link_for_an_upload_does_not_copy_another_object() {
    let app = TestApp::start().await;
    let (anna, eve) = (app.user("anna").await, app.user("eve").await);
    let annas = anna.upload(100).await;
    let read = anna.get(&format!("/api/assets/{annas}/download-url")).await.expect(200);
    let source = reqwest::Url::parse(read["url"].as_str().unwrap()).unwrap().path().to_owned();
    let asset = asset(&app.random_id(), 100);
    let link = eve.upload_link(&asset).await;
    let mut request = http_client().put(link["url"].as_str().unwrap()).header("x-amz-copy-source", &source);
    for (name, value) in link["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    let answer = request.body(png(100)).send().await.unwrap();
    assert!(refused(answer.status().as_u16()), "{}", answer.text().await.unwrap());
    assert_eq!(eve.post("/api/assets", &asset).await.status, 422);
}

#[tokio::test]
async fn link_expires() {
    let env = Env::from_pairs([("PORT", "80"), ("LANDFALL_LINK_SECS", "1")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let link = anna.upload_link(&asset(&app.random_id(), 100)).await;
    // A PUT that comes in time is accepted, and the next one is tried.
    eventually(20, "the link has expired", || async { refused(put(&link, png(100)).await).then_some(()) }).await;
    assert!(refused(put(&link, png(100)).await), "it stays expired");
}

#[tokio::test]
async fn hostile_file_names_are_sanitised_in_keys_and_headers() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for name in
        ["../../etc/passwd.png", "..\\..\\x.png", "\u{202e}gnp.exe.png", "%2e%2e%2f.png", "a;b=\"c\".png", "🐙.png"]
    {
        let id = app.random_id();
        let mut asset = asset(&id, 100);
        asset["fileName"] = json!(name);
        assert_eq!(put(&anna.upload_link(&asset).await, png(100)).await, 200);
        assert_eq!(anna.post("/api/assets", &asset).await.expect(201)["fileName"], name, "shown as it was given");
        let link = anna.get(&format!("/api/assets/{id}/download-url")).await.expect(200);
        let object = http_client().get(link["url"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(object.status(), 200);
        let disposition = object.headers()["content-disposition"].to_str().unwrap().to_owned();
        assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
        assert!(!disposition.contains('/') && !disposition.contains('\\'), "{disposition}");
        let keys = app.storage.list(&format!("{}/{id}", anna.id)).await.unwrap();
        let [key] = keys.as_slice() else { panic!("{keys:?}") };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
        assert!(key.chars().all(plain) && !key.contains("..") && key.matches('/').count() == 1, "{key}");
    }
}

#[tokio::test]
async fn polyglots_and_markup_named_png_are_refused() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut polyglot = png(100);
    polyglot[60..67].copy_from_slice(b"<script");
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    let bomb = {
        use std::io::Write as _;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&vec![0; 10_000_000]).unwrap();
        gzip.finish().unwrap()
    };
    for bytes in [polyglot, svg, bomb] {
        let asset = asset(&app.random_id(), bytes.len());
        assert_eq!(put(&anna.upload_link(&asset).await, bytes).await, 200);
        let answer = anna.post("/api/assets", &asset).await;
        assert_eq!((answer.status, &answer.json["errors"][0]["code"]), (422, &json!("wrong_type")), "{}", answer.text);
    }
}

#[tokio::test]
async fn links_work_from_other_origins() {
    let app = TestApp::start().await;
    app.storage.allow_pages(&["*".to_owned()]).await.or_else(not_implemented).unwrap();
    let anna = app.user("anna").await;
    let link = anna.upload_link(&asset(&app.random_id(), 100)).await;
    let preflight = http_client()
        .request(Method::OPTIONS, link["url"].as_str().unwrap())
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "content-type")
        .send()
        .await
        .unwrap();
    assert!(preflight.status().is_success(), "{}", preflight.status());
    let headers = preflight.headers();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert!(headers["access-control-allow-methods"].to_str().unwrap().contains("PUT"));
    let allowed = headers["access-control-allow-headers"].to_str().unwrap().to_lowercase();
    assert!(allowed == "*" || allowed.contains("content-type"), "{allowed}");
    let put = http_client().put(link["url"].as_str().unwrap()).header("origin", "https://app.example");
    let answer = put.header("content-type", "image/png").body(png(100)).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["access-control-allow-origin"]),
        (200, &"*".parse().unwrap())
    );
    let exposed = answer.headers()["access-control-expose-headers"].to_str().unwrap().to_lowercase();
    assert!(exposed.contains("etag"), "{exposed}");
}

/// The embedded storage has no CORS rules: it allows every origin.
fn not_implemented(error: landfall::storage::StorageError) -> Result<(), landfall::storage::StorageError> {
    if error.to_string().contains("NotImplemented") { Ok(()) } else { Err(error) }
}

#[tokio::test]
async fn user_can_be_removed_with_all_objects() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let ben = app.user("ben").await;
    for user in [&anna, &ben] {
        user.upload(100).await;
    }
    anna.post("/api/auth/delete-user", &json!({})).await.expect(200);
    let storage: &Storage = &app.storage;
    eventually(20, "her objects are gone", || async {
        storage.list(&format!("{}/", anna.id)).await.unwrap().is_empty().then_some(())
    })
    .await;
    assert!(!storage.list(&format!("{}/", ben.id)).await.unwrap().is_empty());
}
