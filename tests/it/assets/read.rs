//! Lists, reads, changes and deletes assets.

use reqwest::Method;
use serde_json::json;

use crate::support::{TestApp, assert_problem, eventually, http_client, png};

#[tokio::test]
async fn content_redirects_to_an_attachment_of_the_checked_type() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = anna.upload(100).await;
    anna.patch(&format!("/api/assets/{id}"), &json!({ "fileName": "Böot \"1\".html" })).await.expect(200);
    let answer = anna.request(Method::GET, &format!("/api/assets/{id}/content")).send().await.unwrap();
    assert_eq!(answer.status(), 302);
    assert_eq!(answer.headers()["content-security-policy"], "default-src 'none'; sandbox");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let object = http_client().get(answer.headers()["location"].to_str().unwrap()).send().await.unwrap();
    assert_eq!(object.status(), 200);
    assert_eq!(object.headers()["content-type"], "image/png");
    let disposition = object.headers()["content-disposition"].to_str().unwrap();
    let expected = "attachment; filename=\"B_ot _1_.html.png\"; filename*=UTF-8''B%C3%B6ot%20%221%22.html.png";
    assert_eq!(disposition, expected);
    assert_eq!(object.bytes().await.unwrap(), png(100));
}

#[tokio::test]
async fn lists_are_paged_filtered_and_of_one_user() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let ids = [anna.upload(100).await, anna.upload(101).await, anna.upload(102).await];
    anna.patch(&format!("/api/assets/{}", ids[1]), &json!({ "projectId": "p" })).await.expect(200);
    let page = anna.get("/api/assets?limit=2").await.expect(200);
    let listed = |page: &serde_json::Value| {
        page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&page), [ids[1].clone(), ids[2].clone()]);
    let next = format!("/api/assets?limit=2&cursor={}", page["nextCursor"].as_str().unwrap());
    let last = anna.get(&next).await.expect(200);
    assert_eq!((listed(&last), &last["nextCursor"]), (vec![ids[0].clone()], &json!(null)));
    assert_eq!(listed(&anna.get("/api/assets?projectId=p").await.expect(200)), [ids[1].clone()]);
    assert_eq!(ben.get("/api/assets").await.expect(200)["items"], json!([]));
    for path in ["", "/download-url", "/content", "/multipart"] {
        let foreign = ben.get(&format!("/api/assets/{}{path}", ids[0])).await;
        assert_problem(&foreign, 404, "not_found", "");
    }
    assert_problem(&ben.delete(&format!("/api/assets/{}", ids[0])).await, 404, "not_found", "");
    assert_problem(&ben.patch(&format!("/api/assets/{}", ids[0]), &json!({})).await, 404, "not_found", "");
    anna.get(&format!("/api/assets/{}", ids[0])).await.expect(200);
}

#[tokio::test]
async fn deleted_asset_is_not_found_and_its_object_is_removed() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = anna.upload(100).await;
    assert!(!app.storage.list(&format!("{}/", anna.id)).await.unwrap().is_empty());
    anna.delete(&format!("/api/assets/{id}")).await.expect(204);
    let version = app.db.version(&anna.id).await;
    for path in ["", "/download-url", "/content"] {
        assert_eq!(anna.get(&format!("/api/assets/{id}{path}")).await.status, 404, "{path}");
    }
    anna.delete(&format!("/api/assets/{id}")).await.expect(204);
    assert_eq!(app.db.version(&anna.id).await, version, "a second time changes nothing");
    assert_problem(&anna.patch(&format!("/api/assets/{id}"), &json!({})).await, 409, "asset_deleted", "");
    eventually(20, "the object is removed", || async {
        app.storage.list(&format!("{}/", anna.id)).await.unwrap().is_empty().then_some(())
    })
    .await;
}
