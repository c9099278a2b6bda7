//! Unique members of living rows.

use serde_json::{Value, json};

use super::{address, create, put, read};
use crate::support::{TestApp, TestUser, assert_problem};

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

async fn push(user: &TestUser, client: &str, mutations: &[Value]) -> Vec<String> {
    let answer = user.post("/api/sync", &json!({ "clientId": client, "mutations": mutations })).await.expect(200);
    answer["results"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect()
}

fn tag(id: i64, key: &str, base: i64, name: &str) -> Value {
    json!({ "id": id, "collection": "tags", "op": "put", "key": key, "baseRevision": base, "value": { "name": name } })
}

#[tokio::test]
async fn names_of_a_push_are_judged_by_its_end() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (key, name) in [("a", "short"), ("b", "long"), ("c", "third")] {
        create(&anna, "tags", key, json!({ "name": name })).await;
    }
    let name = async |key: &str| read(&anna, "tags", key).await.expect(200)["value"]["name"].clone();
    // An exchange, and a circle of three.
    assert_eq!(push(&anna, "1", &[tag(1, "a", 1, "long"), tag(2, "b", 1, "short")]).await, ["applied"; 2]);
    let circle = [tag(1, "a", 2, "short"), tag(2, "b", 2, "third"), tag(3, "c", 1, "long")];
    assert_eq!(push(&anna, "2", &circle).await, ["applied"; 3]);
    assert_eq!((name("a").await, name("b").await, name("c").await), (json!("short"), json!("third"), json!("long")));
    // A name that a later mutation frees.
    let delete = json!({ "id": 2, "collection": "tags", "op": "delete", "key": "a", "baseRevision": 3 });
    assert_eq!(push(&anna, "3", &[tag(1, "n", 0, "short"), delete]).await, ["applied"; 2]);
    assert_eq!(name("n").await, json!("short"));
}

#[tokio::test]
async fn name_that_stays_in_use_is_refused_whatever_follows() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "tags", "a", json!({ "name": "short" })).await;
    let delete = |base: i64| json!({ "id": 2, "collection": "tags", "op": "delete", "key": "a", "baseRevision": base });
    // The later mutation is in conflict, is refused, or changes nothing.
    assert_eq!(push(&anna, "1", &[tag(1, "n", 0, "short"), delete(9)]).await, ["rejected", "conflict"]);
    assert_eq!(push(&anna, "2", &[tag(1, "n", 0, "short"), tag(2, "a", 1, "short")]).await, ["rejected", "applied"]);
    let later = [tag(1, "n", 0, "short"), tag(2, "m", 0, "free"), tag(3, "a", 9, "x"), tag(4, "o", 0, "other")];
    assert_eq!(push(&anna, "3", &later).await, ["rejected", "applied", "conflict", "applied"]);
    let stored = read(&anna, "tags", "a").await.expect(200);
    assert_eq!((&stored["value"]["name"], &stored["revision"]), (&json!("short"), &json!(1)));
    assert_problem(&put(&anna, "tags", "p", json!({ "name": "short" }), 0).await, 409, "duplicate_name", "/value/name");
}
