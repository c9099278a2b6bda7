//! Rules that no collection of the server uses: parts of parts, and rows that only the server writes.

use landfall::kinds::collections::common;
use serde_json::json;

use super::{address, create, put, read};
use crate::support::{TestApp, assert_problem};

landfall::collections! {
    #[expect(dead_code, reason = "in the library such a file is public")]
    folders: Folder,
    #[expect(dead_code, reason = "in the library such a file is public")]
    prices: Price,
}

#[tokio::test]
async fn delete_cascades_to_parts_of_parts_and_ends_at_cycles() {
    let app = TestApp::with_collections(COLLECTIONS).await;
    let anna = app.user("anna").await;
    create(&anna, "folders", "a", json!({})).await;
    for (id, parent) in [("b", "a"), ("c", "b"), ("d", "c"), ("e", "c")] {
        create(&anna, "folders", id, json!({ "parentId": parent })).await;
    }
    create(&anna, "folders", "z", json!({ "parentId": null })).await;
    put(&anna, "folders", "a", json!({ "parentId": "d" }), 1).await.expect(200);
    anna.delete(&address("folders", "b")).await.expect(204);
    for (id, gone) in [("a", true), ("b", true), ("c", true), ("d", true), ("e", true), ("z", false)] {
        assert_eq!(read(&anna, "folders", id).await.expect(200)["deletedAt"].is_string(), gone, "{id}");
    }
    assert_eq!(app.db.version(&anna.id).await, 8);
}

#[tokio::test]
async fn rows_written_by_the_server_only_refuse_writes() {
    let app = TestApp::with_collections(COLLECTIONS).await;
    let anna = app.user("anna").await;
    assert_problem(&put(&anna, "prices", "p1", json!({ "cents": 1 }), 0).await, 403, "forbidden", "");
    assert_problem(&anna.delete(&address("prices", "p1")).await, 403, "forbidden", "");
    assert_eq!(anna.get("/api/collections/prices").await.expect(200)["items"], json!([]));
}
