//! Concurrent writes of rows. Each test fails for a statement that decides before it holds the lock.

use serde_json::{Value, json};

use crate::collections::{address, create, put, read};
use crate::support::{Answer, HeldUserLock, TestApp, TestUser};

/// Sends two writes in this order, each to its own server.
async fn one_after_the_other<A, B>(app: &TestApp, user: &TestUser, first: A, second: B) -> (Answer, Answer)
where
    A: Future<Output = Answer> + Send + 'static,
    B: Future<Output = Answer> + Send + 'static,
{
    let held = HeldUserLock::of(&app.db, &user.id).await;
    let first = tokio::spawn(first);
    held.until_waiting(1).await;
    let second = tokio::spawn(second);
    held.until_waiting(2).await;
    held.release().await;
    (first.await.unwrap(), second.await.unwrap())
}

fn putting(
    user: &TestUser,
    collection: &'static str,
    id: &'static str,
    value: Value,
    base: i64,
) -> impl Future<Output = Answer> + use<> {
    let user = user.clone();
    async move { put(&user, collection, id, value, base).await }
}

fn deleting(user: &TestUser, collection: &'static str, id: &'static str) -> impl Future<Output = Answer> + use<> {
    let user = user.clone();
    async move { user.delete(&address(collection, id)).await }
}

#[tokio::test]
async fn interaction_after_a_concurrent_delete_of_its_conversation_is_refused() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    create(&anna, "conversations", "c1", json!({ "title": "x" })).await;
    let child = putting(&anna.at(&two.url), "interactions", "i1", json!({ "conversationId": "c1", "index": 0 }), 0);
    let (deleted, refused) = one_after_the_other(&one, &anna, deleting(&anna, "conversations", "c1"), child).await;
    assert_eq!(deleted.status, 204);
    assert_eq!((refused.status, &refused.json["errors"][0]["code"]), (422, &json!("unknown_reference")));
    assert_eq!(one.db.version(&anna.id).await, 2);
}

#[tokio::test]
async fn delete_after_a_concurrent_interaction_cascades_to_it() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    create(&anna, "conversations", "c1", json!({ "title": "x" })).await;
    let child = putting(&anna, "interactions", "i1", json!({ "conversationId": "c1", "index": 0 }), 0);
    let delete = deleting(&anna.at(&two.url), "conversations", "c1");
    let (stored, deleted) = one_after_the_other(&one, &anna, child, delete).await;
    assert_eq!((stored.status, deleted.status), (201, 204));
    assert!(read(&anna, "interactions", "i1").await.expect(200)["deletedAt"].is_string());
    assert_eq!(one.db.number("SELECT version AS n FROM records WHERE id = 'i1'").await, 3);
}

#[tokio::test]
async fn concurrent_tags_of_one_name_are_one_and_the_loser_gets_it() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    let winner = putting(&anna, "tags", "t1", json!({ "name": "todo", "shade": "red" }), 0);
    let loser = putting(&anna.at(&two.url), "tags", "t2", json!({ "name": "todo" }), 0);
    let (stored, refused) = one_after_the_other(&one, &anna, winner, loser).await;
    assert_eq!(stored.status, 201);
    assert_eq!((refused.status, refused.code()), (409, "duplicate_name"));
    assert_eq!(refused.json["server"], read(&anna, "tags", "t1").await.expect(200));
    assert_eq!(one.db.version(&anna.id).await, 1);
}

#[tokio::test]
async fn losing_create_and_put_get_the_stored_row() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    for base in [0, 1] {
        let name = |who: &str| json!({ "name": format!("{who} {base}") });
        let winner = putting(&anna, "tags", "t1", name("first"), base);
        let loser = putting(&anna.at(&two.url), "tags", "t1", name("second"), base);
        let (stored, refused) = one_after_the_other(&one, &anna, winner, loser).await;
        assert!(matches!(stored.status, 200 | 201));
        assert_eq!((refused.status, refused.code()), (409, "revision_conflict"));
        assert_eq!(refused.json["server"]["value"], name("first"));
        assert_eq!(refused.json["server"], read(&anna, "tags", "t1").await.expect(200));
    }
    assert_eq!(one.db.version(&anna.id).await, 2);
}

#[tokio::test]
async fn concurrent_named_write_at_two_servers_has_one_effect() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    let named = |user: TestUser| async move {
        let body = json!({ "value": { "name": "todo" }, "baseRevision": 0, "mutationId": "m1" });
        crate::collections::put_body(&user, "tags", "t1", body).await
    };
    let (first, second) = one_after_the_other(&one, &anna, named(anna.clone()), named(anna.at(&two.url))).await;
    assert_eq!(first.expect(201), second.expect(201));
    assert_eq!(one.db.version(&anna.id).await, 1);
}
