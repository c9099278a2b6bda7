use serde_json::{Value, json};

use super::{admin, assistant, create, path, publish};
use crate::support::{TestApp, TestUser};

const ID: &str = "V1StGXR8_Z5jdHi6B-myT";

async fn push(user: &TestUser, client: &str, mutations: Value) -> Value {
    user.post("/api/sync", &json!({ "clientId": client, "mutations": mutations })).await.expect(200)
}

fn put(id: i64, key: &str, base: i64, value: &Value) -> Value {
    json!({ "id": id, "collection": "assistants", "op": "put", "key": key, "baseRevision": base, "value": value })
}

#[tokio::test]
async fn assistants_are_pushed_and_pulled_like_every_kind() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut body = assistant("Tides");
    body["tempId"] = json!("pending-1-a");
    let other = "AAAAAAAAAAAAAAAAAAAAA";
    let first = push(&anna, "laptop", json!([put(1, ID, 0, &body), put(2, other, 0, &body)])).await;
    assert_eq!(first["results"][0]["status"], "applied");
    assert_eq!((&first["results"][0]["key"], &first["results"][0]["revision"]), (&json!(ID), &json!(1)));
    let of_two = &first["results"][1];
    assert_eq!(
        (&of_two["status"], &of_two["key"]),
        (&json!("applied"), &json!(ID)),
        "a temporary id is known: {of_two}"
    );
    assert_eq!(first["changes"][0]["value"]["tempId"], "pending-1-a");
    assert_eq!(first["changes"][0]["value"]["version"], 1);
    let change = json!({ "title": "Tides of the harbour" });
    let second = push(&anna, "laptop", json!([put(3, ID, 1, &change), put(4, ID, 1, &change)])).await;
    assert_eq!(second["results"][0]["revision"], 2);
    assert_eq!(second["results"][1]["status"], "conflict");
    assert_eq!(second["results"][1]["server"]["value"]["title"], "Tides of the harbour");
    let bad = json!({ "status": "published", "desc": "d", "prompt": "p" });
    let refused = push(&anna, "phone", json!([put(1, ID, 2, &json!({ "title": "" })), put(2, "short", 0, &bad)])).await;
    let pointers = |index: usize| -> Vec<String> {
        let errors = refused["results"][index]["error"]["errors"].as_array().unwrap();
        errors.iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (pointers(0), pointers(1)),
        (vec!["/value/title".into()], vec!["/value/title".into(), "/value/status".into(), "/key".into()])
    );
    let absent = push(&anna, "tablet", json!([put(1, other, 3, &change)])).await;
    assert_eq!((&absent["results"][0]["status"], &absent["results"][0]["server"]), (&json!("conflict"), &Value::Null));
    let delete = json!([{ "id": 3, "collection": "assistants", "op": "delete", "key": ID, "baseRevision": 2 }]);
    let gone = push(&anna, "phone", delete).await;
    assert_eq!(gone["results"][0]["status"], "applied");
    let page = anna.get("/api/sync/changes?collections=assistants").await.expect(200);
    assert!(page["changes"][0]["deletedAt"].is_string() && page["changes"][0]["value"].is_null());
}

#[tokio::test]
async fn pull_has_no_published_assistants_of_others() {
    let app = TestApp::start().await;
    let (anna, ben, root) = (app.user("anna").await, app.user("ben").await, admin(&app, "root").await);
    let public = publish(&anna, &root, &assistant("Tides")).await;
    create(&ben, "bens").await;
    let page = ben.get("/api/sync/changes").await.expect(200);
    assert_eq!(page["changes"].as_array().unwrap().len(), 1, "{page}");
    let row = ben.get(&format!("/api/sync/row?collection=assistants&key={}", public["id"].as_str().unwrap())).await;
    assert_eq!(row.status, 404);
    let taken = push(&ben, "laptop", json!([put(1, public["id"].as_str().unwrap(), 0, &assistant("mine"))])).await;
    assert_eq!(taken["results"][0]["error"]["code"], "id_conflict");
    assert_eq!(taken["results"][0]["error"]["errors"][0]["pointer"], "/key");
    assert_eq!(anna.get(&path(&public)).await.expect(200), public);
}

#[tokio::test]
async fn assistants_count_for_the_quota_of_rows() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let made = create(&anna, "Tides").await;
    let owner = app.db.owner(&anna.id).await;
    let counted = format!("SELECT row_count AS n FROM user_version WHERE owner = {owner}");
    let bytes = format!(
        "SELECT row_bytes - (SELECT sum(bytes) FROM assistants WHERE deleted_at IS NULL) AS n FROM user_version WHERE owner = {owner}"
    );
    assert_eq!((app.db.number(&counted).await, app.db.number(&format!("SELECT ({bytes})::bigint AS n")).await), (1, 0));
    assert_eq!(anna.delete(&path(&made)).await.status, 204);
    assert_eq!(app.db.number(&counted).await, 0);
}
