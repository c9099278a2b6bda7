//! `POST /api/media/assets`.

use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::{form, post};
use crate::support::{TestApp, assert_problem, http_client, png};

#[tokio::test]
async fn file_is_stored_and_read_back_unchanged() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    // A small file is one request to the storage. A large one has parts, of which the last is exactly full.
    for size in [100, 5 * 1024 * 1024, 10 * 1024 * 1024 - 1] {
        let answer = post(&anna, form(png(size), "image/png", "image")).await.expect(201);
        assert_eq!(answer["id"], answer["cloudId"]);
        assert_eq!((&answer["userId"], &answer["fileName"]), (&json!(anna.id), &json!("Boat 1.png")));
        assert_eq!((&answer["fileType"], &answer["mimeType"]), (&json!("image"), &json!("image/png")));
        assert_eq!((&answer["size"], &answer["width"], answer.get("height")), (&json!(size), &json!(640), None));
        let stored = http_client().get(answer["cloudUrl"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(stored.headers()["content-type"], "image/png");
        assert!(stored.bytes().await.unwrap() == png(size), "{size} bytes");
        let asset = anna.get(&format!("/api/assets/{}", answer["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(asset["uploadStatus"], "completed", "the same file is an asset");
    }
    assert_eq!(app.db.number("SELECT count(*) AS n FROM job WHERE kind = 'discard' AND unique_key IS NULL").await, 0);
}

#[tokio::test]
async fn fields_may_precede_the_file_and_most_are_optional() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let file = || Part::bytes(png(100)).file_name("quay.png").mime_str("image/png").unwrap();
    let answer = post(&anna, Form::new().part("file", file())).await.expect(201);
    assert_eq!((&answer["fileName"], &answer["mimeType"]), (&json!("quay.png"), &json!("image/png")));
    let answer = post(&anna, Form::new().text("fileName", "x.png").part("file", file())).await.expect(201);
    assert_eq!(answer["fileName"], "x.png");
}

#[tokio::test]
async fn repeat_with_the_same_id_stores_no_second_asset() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    let with_id =
        |bytes| Form::new().text("id", id.clone()).part("file", Part::bytes(bytes).mime_str("image/png").unwrap());
    let first = post(&anna, with_id(png(100))).await.expect(201);
    let again = post(&anna, with_id(png(100))).await.expect(200);
    assert_eq!((&first["id"], &again["id"]), (&json!(id), &json!(id)));
    assert_problem(&post(&anna, with_id(png(101))).await, 409, "id_conflict", "/size");
    crate::support::eventually(20, "one object is left", || async {
        (app.storage.list(&format!("{}/", anna.id)).await.unwrap().len() == 1).then_some(())
    })
    .await;
    assert_eq!(anna.download(&id).await, png(100));
    anna.delete(&format!("/api/media/assets/{id}")).await.expect(204);
    assert_problem(&post(&anna, with_id(png(100))).await, 409, "asset_deleted", "");
}
