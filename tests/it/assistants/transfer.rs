use serde_json::json;

use super::{admin, assistant, create, path, publish};
use crate::support::{NO_ASSISTANTS, TestApp, left_out_on_a_cluster};

#[tokio::test]
async fn export_comes_back_in_another_account_without_the_reviewers_decision() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::start().await;
    let (anna, root) = (app.user("anna").await, admin(&app, "root").await);
    let mut body = assistant("Tides");
    body["tempId"] = json!("pending-1-a");
    body["category"] = json!(["sailing"]);
    let public = publish(&anna, &root, &body).await;
    let public = anna.get(&path(&public)).await.expect(200);
    create(&anna, "Draft").await;
    let document = anna.get("/api/export?include=assistants").await.expect(200);
    assert_eq!(document["assistants"].as_array().unwrap().len(), 2);
    let same = anna.post("/api/import", &document).await.expect(200);
    assert_eq!(same["collections"]["assistants"]["unchanged"], 2, "{same}");

    let ben = app.user("ben").await;
    let taken = ben.post("/api/import", &document).await.expect(200);
    assert_eq!(taken["collections"]["assistants"]["skipped"], 2, "the ids are Anna's: {taken}");
    assert_eq!(taken["errors"][0]["code"], "id_conflict");

    anna.post("/api/auth/delete-user", &json!({})).await.expect(200);
    let report = ben.post("/api/import", &document).await.expect(200);
    assert_eq!(report["collections"]["assistants"]["created"], 2, "{report}");
    let imported = ben.get(&path(&public)).await.expect(200);
    assert_eq!((&imported["status"], &imported["author"]), (&json!("pending"), &json!("ben")));
    for member in ["title", "desc", "emoji", "prompt", "tags", "category", "isPublic", "createdAt", "tempId"] {
        assert_eq!(imported[member], public[member], "{member}");
    }
}

#[tokio::test]
async fn odd_assistants_of_a_document_are_listed_and_the_others_are_taken() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let good = json!({ "id": "V1StGXR8_Z5jdHi6B-myT", "title": "Tides", "desc": "d", "prompt": "p", "rating": 4.5, "status": "rejected" });
    let document = json!({ "version": 1, "assistants": [good, { "id": "short", "title": "" }, 7] });
    let report = anna.post("/api/import", &document).await.expect(200);
    let counts = &report["collections"]["assistants"];
    assert_eq!((&counts["created"], &counts["skipped"]), (&json!(1), &json!(2)), "{report}");
    let mine = anna.get("/api/assistants").await.expect(200);
    assert_eq!((&mine["data"][0]["status"], mine["data"][0].get("rating")), (&json!("draft"), None));
}
