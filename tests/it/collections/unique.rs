//! Unique members of living rows.

use serde_json::json;

use super::{address, create, put, read};
use crate::support::{TestApp, assert_problem};

#[tokio::test]
async fn duplicate_name_is_refused_with_the_other_row() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "tags", "t1", json!({ "name": "todo", "shade": "red" })).await;
    create(&anna, "tags", "t2", json!({ "name": "later" })).await;
    let first = read(&anna, "tags", "t1").await.expect(200);
    for refused in [
        put(&anna, "tags", "t3", json!({ "name": "todo" }), 0).await,
        put(&anna, "tags", "t2", json!({ "name": "todo" }), 1).await,
    ] {
        assert_problem(&refused, 409, "duplicate_name", "/value/name");
        assert_eq!(refused.json["server"], first);
    }
    assert_eq!(app.db.version(&anna.id).await, 2);
    create(&anna, "rules", "r1", json!({ "name": "todo", "content": "" })).await;
    put(&anna, "tags", "t1", json!({ "name": "todo", "shade": "blue" }), 1).await.expect(200);
}

#[tokio::test]
async fn name_of_a_deleted_or_renamed_row_is_free() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "tags", "t1", json!({ "name": "todo" })).await;
    anna.delete(&address("tags", "t1")).await.expect(204);
    create(&anna, "tags", "t2", json!({ "name": "todo" })).await;
    let restored = put(&anna, "tags", "t1", json!({ "name": "todo" }), 2).await;
    assert_problem(&restored, 409, "duplicate_name", "/value/name");
    put(&anna, "tags", "t2", json!({ "name": "later" }), 1).await.expect(200);
    put(&anna, "tags", "t1", json!({ "name": "todo" }), 2).await.expect(200);
}

#[tokio::test]
async fn tag_and_rule_are_linked_once() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for id in ["1", "2"] {
        create(&anna, "tags", id, json!({ "name": id })).await;
        create(&anna, "rules", id, json!({ "name": id, "content": "" })).await;
    }
    create(&anna, "tagRuleLinks", "a", json!({ "tagId": "1", "ruleId": "2" })).await;
    create(&anna, "tagRuleLinks", "b", json!({ "tagId": "2", "ruleId": "1" })).await;
    let again = put(&anna, "tagRuleLinks", "c", json!({ "tagId": "1", "ruleId": "2" }), 0).await;
    assert_problem(&again, 409, "duplicate_name", "/value/tagId");
    assert_eq!(again.json["server"]["id"], "a");
}
