//! Assets in sync: pulled like every row, changed and deleted by a push.

use serde_json::{Value, json};

use crate::support::TestApp;

#[tokio::test]
async fn assets_are_pulled_and_pushed_changes_apply_once() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = anna.upload(100).await;
    let init = anna.get("/api/sync/init").await.expect(200);
    assert_eq!(init["assets"][0], anna.get(&format!("/api/assets/{id}")).await.expect(200));

    let push = |mutations: Value| json!({ "clientId": "a", "collections": ["assets"], "mutations": mutations });
    let label = json!({ "id": 1, "collection": "assets", "op": "put", "key": id, "value": { "fileName": "Quay.png" } });
    let answer = anna.post("/api/sync", &push(json!([label]))).await.expect(200);
    assert_eq!(answer["results"][0]["status"], "applied", "{answer}");
    let change = &answer["changes"][0];
    assert_eq!((&change["collection"], &change["key"]), (&json!("assets"), &json!(id)));
    assert_eq!(
        (&change["value"]["fileName"], &change["value"]["uploadStatus"]),
        (&json!("Quay.png"), &json!("completed"))
    );

    let delete = json!({ "id": 2, "collection": "assets", "op": "delete", "key": id });
    let answer = anna.post("/api/sync", &push(json!([delete]))).await.expect(200);
    let change = &answer["changes"][0];
    assert!(change["deletedAt"].is_string() && change["value"].is_null(), "{change}");
    let again = anna.post("/api/sync", &push(json!([delete]))).await.expect(200);
    assert_eq!(again["results"][0]["status"], "duplicate");

    let late = json!({ "id": 3, "collection": "assets", "op": "put", "key": id, "value": { "fileName": "x.png" } });
    let unknown = json!({ "id": 4, "collection": "assets", "op": "delete", "key": app.random_id() });
    let answer = anna.post("/api/sync", &push(json!([late, unknown]))).await.expect(200);
    assert_eq!(answer["results"][0]["error"]["code"], "asset_deleted", "{answer}");
    assert_eq!(answer["results"][1]["error"]["code"], "not_found", "{answer}");
}
