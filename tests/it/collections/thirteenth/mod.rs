//! The example of docs/COLLECTIONS.md, word for word: one file (`notes.rs`) and one line make a thirteenth collection.

use landfall::sync::collections::common;
use serde_json::{Value, json};

use super::{address, create, put, read};
use crate::support::{TestApp, assert_problem};

landfall::collections! {
    #[expect(dead_code, reason = "in the library such a file is public")]
    notes: Note,
}

#[test]
fn guide_shows_this_very_file_and_line() {
    let guide = include_str!("../../../../docs/COLLECTIONS.md");
    let file = include_str!("notes.rs");
    assert!(
        guide.contains(&format!("```rust\n{file}```\n")),
        "docs/COLLECTIONS.md shows another notes.rs than the test runs"
    );
    assert!(guide.contains("\n    notes: Note,\n"));
    let registry = include_str!("../../../../src/sync/collections/mod.rs");
    assert!(registry.contains("\n    workflows: Workflow,\n}"), "the guide's place for the line");
}

#[tokio::test]
async fn thirteenth_collection_has_all_that_its_file_declares() {
    let app = TestApp::with_collections(COLLECTIONS).await;
    let anna = app.user("anna").await;
    let listed = anna.get("/api/collections").await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 13);
    assert_eq!((&listed["items"][12]["name"], &listed["items"][12]["policy"]), (&json!("notes"), &json!("ask")));

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
