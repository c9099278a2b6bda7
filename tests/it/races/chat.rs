//! Concurrent chat writes. Each test fails for a statement that decides before it holds the lock.

use serde_json::json;

use crate::support::{Answer, HeldUserLock, TestApp, TestUser, message};

async fn send(user: TestUser, body: serde_json::Value) -> Answer {
    user.post("/api/chat/messages/batch", &body).await
}

#[tokio::test]
async fn batch_after_a_concurrent_delete_of_its_session_is_refused() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    let session = anna.chat().await;
    let held = HeldUserLock::of(&one.db, &anna.id).await;
    let delete = {
        let (anna, path) = (anna.clone(), format!("/api/chat/sessions/{session}"));
        tokio::spawn(async move { anna.delete(&path).await })
    };
    held.until_waiting(1).await;
    let batch = tokio::spawn(send(anna.at(&two.url), json!({ "messages": [message(&session, "t1", "a")] })));
    held.until_waiting(2).await;
    held.release().await;

    assert_eq!(delete.await.unwrap().status, 204);
    let refused = batch.await.unwrap();
    assert_eq!((refused.status, refused.code()), (409, "session_deleted"));
    let live_orphans =
        "SELECT count(*) AS n FROM chat_messages m JOIN chat_sessions s ON s.owner = m.owner AND s.id = m.session_id
                        WHERE m.deleted_at IS NULL AND s.deleted_at IS NOT NULL";
    assert_eq!(one.db.number(live_orphans).await, 0);
    assert_eq!(one.db.version(&anna.id).await, 2);
}

#[tokio::test]
async fn delete_after_a_concurrent_batch_cascades_to_its_messages() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    let session = anna.chat().await;
    let held = HeldUserLock::of(&one.db, &anna.id).await;
    let batch = tokio::spawn(send(anna.clone(), json!({ "messages": [message(&session, "t1", "a")] })));
    held.until_waiting(1).await;
    let delete = {
        let (anna, path) = (anna.at(&two.url), format!("/api/chat/sessions/{session}"));
        tokio::spawn(async move { anna.delete(&path).await })
    };
    held.until_waiting(2).await;
    held.release().await;

    assert_eq!(batch.await.unwrap().status, 200);
    assert_eq!(delete.await.unwrap().status, 204);
    assert_eq!(one.db.number("SELECT count(*) AS n FROM chat_messages WHERE deleted_at IS NULL").await, 0);
    let stamped = "SELECT count(*) AS n FROM chat_messages WHERE version = 3 AND deleted_at IS NOT NULL";
    assert_eq!(one.db.number(stamped).await, 1, "the tombstone carries the version that made it");
}

#[tokio::test]
async fn batch_after_a_concurrent_create_of_its_session_is_stored() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    let session = one.random_id();
    let held = HeldUserLock::of(&one.db, &anna.id).await;
    let create = {
        let (anna, body) = (anna.clone(), json!({ "id": session, "title": "Harbour" }));
        tokio::spawn(async move { anna.post("/api/chat/sessions", &body).await })
    };
    held.until_waiting(1).await;
    let batch = tokio::spawn(send(anna.at(&two.url), json!({ "messages": [message(&session, "t1", "a")] })));
    held.until_waiting(2).await;
    held.release().await;

    assert_eq!(create.await.unwrap().status, 201);
    assert_eq!(batch.await.unwrap().expect(200)["messages"][0]["revision"], 1);
}

/// Sends the same tempId to two servers at the same time. The texts may differ.
async fn send_concurrently(second_text: &str) -> (TestApp, Answer, Answer) {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    let session = anna.chat().await;
    let held = HeldUserLock::of(&one.db, &anna.id).await;
    let first = tokio::spawn(send(anna.clone(), json!({ "messages": [message(&session, "t1", "a")] })));
    held.until_waiting(1).await;
    let second = tokio::spawn(send(anna.at(&two.url), json!({ "messages": [message(&session, "t1", second_text)] })));
    held.until_waiting(2).await;
    held.release().await;
    let answers = (first.await.unwrap(), second.await.unwrap());
    assert_eq!(one.db.number("SELECT count(*) AS n FROM chat_messages").await, 1);
    assert_eq!(one.db.version(&anna.id).await, 2);
    (one, answers.0, answers.1)
}

#[tokio::test]
async fn concurrent_equal_messages_are_stored_once() {
    let (_app, first, second) = send_concurrently("a").await;
    assert_eq!(first.expect(200)["messages"], second.expect(200)["messages"]);
}

#[tokio::test]
async fn concurrent_messages_with_one_temp_id_and_other_text_are_a_conflict() {
    let (_app, first, second) = send_concurrently("b").await;
    assert_eq!(first.expect(200)["messages"][0]["content"], "a");
    assert_eq!((second.status, second.code()), (409, "id_conflict"));
    assert_eq!(second.json["errors"][0]["pointer"], "/messages/0");
}

#[tokio::test]
async fn concurrent_creates_of_one_session_are_one() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    let body = json!({ "id": one.random_id(), "title": "Harbour" });
    let held = HeldUserLock::of(&one.db, &anna.id).await;
    let create = |anna: TestUser| {
        let body = body.clone();
        tokio::spawn(async move { anna.post("/api/chat/sessions", &body).await })
    };
    let first = create(anna.clone());
    held.until_waiting(1).await;
    let second = create(anna.at(&two.url));
    held.until_waiting(2).await;
    held.release().await;
    assert_eq!(first.await.unwrap().expect(201), second.await.unwrap().expect(200));
    assert_eq!(one.db.version(&anna.id).await, 1);
}

#[tokio::test]
async fn too_many_concurrent_writes_of_one_user_are_a_503_and_others_succeed() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let held = HeldUserLock::of(&app.db, &anna.id).await;
    // Far more writes than the pool has connections.
    let writes: Vec<_> = (0..40)
        .map(|n| {
            let anna = anna.clone();
            tokio::spawn(async move { anna.post("/api/chat/sessions", &json!({ "title": n.to_string() })).await })
        })
        .collect();
    held.until_waiting(1).await;
    ben.chat().await;
    let mut refused = 0;
    let mut answers = Vec::new();
    for (n, write) in writes.into_iter().enumerate() {
        // The first write holds a connection and waits for the lock. The others time out in the queue.
        if n == 0 {
            answers.push(write);
            continue;
        }
        let answer = write.await.unwrap();
        if answer.status == 503 {
            assert_eq!((answer.code(), answer.headers["retry-after"].to_str().unwrap()), ("busy", "1"));
            refused += 1;
        }
    }
    held.release().await;
    for write in answers {
        assert!(matches!(write.await.unwrap().status, 201 | 503));
    }
    assert!(refused >= 38, "{refused}");
    assert!(app.db.number("SELECT count(*) AS n FROM chat_sessions WHERE title <> 'Harbour'").await <= 2);
}
