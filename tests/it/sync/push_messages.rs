//! Messages in `POST /api/sync`: they are stored together, and each has its own result.

use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, left_out_on_a_cluster};

fn put(id: i64, session: &str, key: &str, content: &str) -> Value {
    json!({ "id": id, "collection": "chatMessages", "op": "put", "key": key, "value":
        { "sessionId": session, "role": "user", "content": content, "createdAt": "2026-11-21T08:00:00.000Z" } })
}

async fn push(user: &TestUser, client: &str, mutations: &[Value]) -> Value {
    user.post("/api/sync", &json!({ "clientId": client, "mutations": mutations, "limit": 200 })).await.expect(200)
}

fn statuses(answer: &Value) -> Vec<&str> {
    answer["results"].as_array().unwrap().iter().map(|result| result["status"].as_str().unwrap()).collect()
}

/// The contents of a session's messages, in order.
async fn contents(user: &TestUser, session: &str) -> Vec<String> {
    let page = user.get(&format!("/api/chat/{session}/messages?limit=200")).await.expect(200);
    let messages = page["messages"].as_array().unwrap();
    messages.iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

/// Makes PostgreSQL count the calls of functions in new connections.
async fn count_calls(app: &TestApp) -> TestApp {
    app.db
        .execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET track_functions = ''pl''', current_database()); END $$",
        )
        .await;
    app.another().await
}

async fn calls(app: &TestApp) -> i64 {
    // A backend reports its counts when it is idle for a while, and at once when it ends.
    app.db
        .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        .await;
    let gone = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%write_messages%' AND pid <> pg_backend_pid()";
    crate::support::eventually(5, "the counts are reported", || async {
        (app.db.number(gone).await == 0).then_some(())
    })
    .await;
    app.db.number("SELECT coalesce(sum(calls), 0)::bigint AS n FROM pg_stat_user_functions WHERE funcname LIKE 'write_messages%'").await
}

#[tokio::test]
async fn five_hundred_messages_are_one_call() {
    if left_out_on_a_cluster("the workers have the statistics of tables and functions") {
        return;
    }
    let app = count_calls(&TestApp::start().await).await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let messages: Vec<Value> = (1..=500).map(|n| put(n, &session, &format!("temp-{n}"), &n.to_string())).collect();
    let first = push(&anna, "device-1", &messages).await;
    assert_eq!(statuses(&first), ["applied"; 500]);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM idempotency_records").await, 500);
    assert_eq!(statuses(&push(&anna, "device-1", &messages).await), ["duplicate"; 500]);
    let newest = contents(&anna, &session).await;
    assert_eq!((newest.len(), &*newest[0], &*newest[199]), (200, "301", "500"));
    assert_eq!(calls(&app).await, 1);
}

#[tokio::test]
async fn refused_message_is_refused_alone_at_any_index() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (session, unknown) = (anna.chat().await, app.random_id());
    let stored = put(1, &session, "taken", "first");
    push(&anna, "other", &[stored]).await;
    let mut messages = vec![put(1, &session, "taken", "another content")];
    messages.extend(
        (2..=20).map(|n| put(n, if n == 9 { &unknown } else { &session }, &format!("temp-{n}"), &n.to_string())),
    );
    messages.push(put(21, &unknown, "temp-21", "21"));
    let answer = push(&anna, "device-1", &messages).await;
    let mut expected = vec!["applied"; 21];
    for refused in [0, 8, 20] {
        expected[refused] = "rejected";
    }
    assert_eq!(statuses(&answer), expected);
    let code = |index: usize| answer["results"][index]["error"]["code"].as_str().unwrap();
    assert_eq!((code(0), code(8), code(20)), ("id_conflict", "validation_failed", "validation_failed"));
    assert_eq!(answer["results"][8]["error"]["errors"][0]["pointer"], "/value/sessionId");
    let mut in_order = vec!["first".to_owned()];
    in_order.extend((2..=20).filter(|n| *n != 9).map(|n| n.to_string()));
    assert_eq!(contents(&anna, &session).await, in_order);
    let again = push(&anna, "device-1", &messages).await;
    assert_eq!(again["results"][8]["error"], answer["results"][8]["error"]);
}

#[tokio::test]
async fn same_id_twice_in_one_push_is_a_repeat_or_a_conflict() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let id = app.random_id();
    let messages = [
        put(1, &session, "temp-1", "a"),
        put(2, &session, "temp-1", "a"),
        put(3, &session, "temp-1", "b"),
        put(4, &session, &id, "c"),
        put(5, &session, &id, "d"),
        put(6, &session, "temp-6", "e"),
    ];
    let answer = push(&anna, "device-1", &messages).await;
    assert_eq!(statuses(&answer), ["applied", "applied", "rejected", "applied", "rejected", "applied"]);
    assert_eq!(answer["results"][0]["key"], answer["results"][1]["key"]);
    assert_eq!(contents(&anna, &session).await, ["a", "c", "e"]);
}

#[tokio::test]
async fn other_mutations_between_messages_keep_their_order() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (early, late) = (anna.chat().await, app.random_id());
    let delete = json!({ "id": 3, "collection": "chatSessions", "op": "delete", "key": early });
    let create =
        json!({ "id": 5, "collection": "chatSessions", "op": "put", "key": late, "value": { "title": "Late" } });
    let messages = [
        put(1, &early, "temp-1", "a"),
        put(2, &late, "temp-2", "too early"),
        delete,
        put(4, &early, "temp-4", "too late"),
        create,
        put(6, &late, "temp-6", "b"),
        put(7, &late, "temp-7", "c"),
    ];
    let answer = push(&anna, "device-1", &messages).await;
    assert_eq!(statuses(&answer), ["applied", "rejected", "applied", "rejected", "applied", "applied", "applied"]);
    assert_eq!(answer["results"][3]["error"]["code"], "session_deleted");
    assert_eq!(contents(&anna, &late).await, ["b", "c"]);
}
