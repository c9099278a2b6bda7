//! The example of docs/COLLECTIONS.md, word for word: one file (`notes.rs`) and one line declare one more collection.

use landfall::kinds::collections::common;
use serde_json::{Value, json};

use super::{address, create, put, read};
use crate::support::{NO_ASSISTANTS, TestApp, assert_problem, left_out_on_a_cluster};

landfall::collections! {
    #[expect(dead_code, reason = "in the library such a file is public")]
    notes: Note,
}

#[test]
fn guide_shows_this_file_and_line() {
    let guide = include_str!("../../../../docs/COLLECTIONS.md");
    let file = include_str!("notes.rs");
    assert!(
        guide.contains(&format!("```rust\n{file}```\n")),
        "docs/COLLECTIONS.md shows another notes.rs than the test runs"
    );
    assert!(guide.contains("\n    notes: Note,\n"));
    let registry = include_str!("../../../../src/kinds/collections/mod.rs");
    assert!(
        registry.contains("\n    installed_marketplace_items: InstalledMarketplaceItem,\n}"),
        "the guide's place for the line"
    );
}

#[tokio::test]
async fn further_collection_has_all_that_its_file_declares() {
    let app = TestApp::with_collections(COLLECTIONS).await;
    let anna = app.user("anna").await;
    let listed = anna.get("/api/collections").await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 16);
    assert_eq!((&listed["items"][15]["name"], &listed["items"][15]["policy"]), (&json!("notes"), &json!("ask")));

    create(&anna, "conversations", "c1", json!({ "title": "x" })).await;
    create(&anna, "tags", "t1", json!({ "name": "todo" })).await;
    let note = json!({ "conversationId": "c1", "title": "Tide", "tagId": "t1", "colour": "blue" });
    for (value, code, pointer) in [
        (json!({ "conversationId": "c1" }), "missing_member", "/value/title"),
        (json!({ "conversationId": "c1", "title": "" }), "too_short", "/value/title"),
        (json!({ "conversationId": "c2", "title": "a" }), "unknown_reference", "/value/conversationId"),
    ] {
        let refused = put(&anna, "notes", "n1", value, 0).await;
        assert_problem(&refused, 422, "validation_failed", pointer);
        assert_eq!(refused.json["errors"][0]["code"], code);
    }
    create(&anna, "notes", "n1", note.clone()).await;
    assert_problem(&put(&anna, "notes", "n2", note, 0).await, 409, "duplicate_name", "/value/title");
    anna.delete(&address("tags", "t1")).await.expect(204);
    let unlinked = read(&anna, "notes", "n1").await.expect(200);
    assert_eq!((&unlinked["value"]["tagId"], &unlinked["value"]["colour"]), (&Value::Null, &json!("blue")));
    anna.delete(&address("conversations", "c1")).await.expect(204);
    assert!(read(&anna, "notes", "n1").await.expect(200)["deletedAt"].is_string());
}

#[tokio::test]
async fn further_collection_is_pushed_pulled_exported_imported_and_unlinked_like_ours() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::with_collections(COLLECTIONS).await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let push = |id: i64, collection: &str, key: &str, value: Value| json!({ "id": id, "collection": collection, "op": "put", "key": key, "baseRevision": 0, "value": value });
    let note = json!({ "conversationId": "c1", "title": "Tide", "tagId": "t1" });
    let body = json!({ "clientId": "d", "limit": 200, "mutations": [
        push(1, "conversations", "c1", json!({ "title": "x" })),
        push(2, "tags", "t1", json!({ "name": "todo" })),
        push(3, "notes", "n1", note.clone()),
        push(4, "notes", "n2", note.clone()),
    ] });
    let answer = anna.post("/api/sync", &body).await.expect(200);
    let statuses: Vec<&Value> = answer["results"].as_array().unwrap().iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["applied", "applied", "applied", "rejected"]);
    assert_eq!(answer["results"][3]["error"]["code"], "duplicate_name");
    let pulled = anna.get("/api/sync/changes?collections=notes").await.expect(200);
    assert_eq!((&pulled["changes"][0]["key"], &pulled["changes"][0]["value"]), (&json!("n1"), &note));
    assert_eq!(pulled["unknownCollections"], json!([]));

    let document = anna.get("/api/export").await.expect(200);
    assert_eq!(document["notes"], json!([{ "id": "n1", "conversationId": "c1", "title": "Tide", "tagId": "t1" }]));
    let report = ben.post("/api/import", &document).await.expect(200);
    assert_eq!(report["collections"]["notes"]["created"], 1);
    let mut tagless = document.clone();
    tagless["tags"] = json!([]);
    tagless["conversations"] = json!([]);
    tagless.as_object_mut().unwrap().remove("notes");
    let report = ben.post("/api/import?mode=replace", &tagless).await.expect(200);
    assert_eq!(report["collections"]["notes"]["deleted"], 1, "with its conversation");

    let delete = json!({ "clientId": "d", "cursor": answer["cursor"], "mutations": [{ "id": 5, "collection": "tags", "op": "delete", "key": "t1" }] });
    let unlinked = anna.post("/api/sync", &delete).await.expect(200);
    let note = unlinked["changes"].as_array().unwrap().iter().find(|change| change["collection"] == "notes").unwrap();
    assert_eq!((&note["value"]["tagId"], &note["revision"]), (&Value::Null, &json!(2)));

    let described = app.anonymous().get("/api/openapi.json").await.expect(200);
    assert_eq!(described["components"]["schemas"]["Note"]["x-indexeddb"]["collection"], "notes");
    assert!(described["components"]["schemas"]["ExportDocument"]["properties"]["notes"].is_object());
}
