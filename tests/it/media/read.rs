//! Lists, reads and deletes media assets.

use serde_json::json;

use super::{form, post};
use crate::support::{TestApp, assert_problem, http_client, png};

#[tokio::test]
async fn media_assets_are_listed_with_links_and_deleted_for_both_apis() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let media = post(&anna, form(png(100), "image/png", "image")).await.expect(201);
    let id = media["id"].as_str().unwrap();
    let direct = anna.upload(100).await;
    anna.upload_link(&crate::support::asset(&app.random_id(), 100)).await;
    let listed = anna.get("/api/media/assets").await.expect(200);
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [direct.as_str(), id], "what is pending has no bytes to show");
    for one in listed["items"].as_array().unwrap() {
        let bytes = http_client().get(one["cloudUrl"].as_str().unwrap()).send().await.unwrap().bytes().await.unwrap();
        assert_eq!(bytes, png(100));
    }
    assert_eq!(anna.get(&format!("/api/media/assets/{id}")).await.expect(200)["size"], 100);
    assert_eq!(ben.get("/api/media/assets").await.expect(200)["items"], json!([]));
    for path in ["", "/content"] {
        assert_problem(&ben.get(&format!("/api/media/assets/{id}{path}")).await, 404, "not_found", "");
    }
    assert_problem(&ben.delete(&format!("/api/media/assets/{id}")).await, 404, "not_found", "");
    anna.delete(&format!("/api/media/assets/{id}")).await.expect(204);
    anna.delete(&format!("/api/media/assets/{id}")).await.expect(204);
    assert_problem(&anna.get(&format!("/api/media/assets/{id}")).await, 404, "not_found", "");
    assert_problem(&anna.get(&format!("/api/assets/{id}")).await, 404, "not_found", "");
}
