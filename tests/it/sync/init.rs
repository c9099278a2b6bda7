//! `GET /api/sync/init`: one snapshot, and an ETag that changes with the data only.

use reqwest::Method;
use serde_json::json;

use crate::support::{HeldUserLock, TestApp, TestUser, assert_problem, message, send};

const PATH: &str = "/api/sync/init";

async fn write(user: &TestUser, session: &str, temp_id: &str) {
    let body = json!({ "messages": [message(session, temp_id, temp_id)] });
    user.post("/api/chat/messages/batch", &body).await.expect(200);
}

async fn status_with(user: &TestUser, etag: &str) -> u16 {
    send(user.request(Method::GET, PATH).header("if-none-match", etag)).await.status
}

#[tokio::test]
async fn answer_has_sessions_and_the_messages_of_the_one_that_changed_last() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (first, second) = (anna.chat().await, anna.chat().await);
    write(&anna, &second, "in-second").await;
    write(&anna, &first, "in-first").await;

    let answer = anna.get(PATH).await;
    assert_eq!(answer.headers["cache-control"], "no-store", "a browser must not keep the snapshot on its disk");
    let init = answer.expect(200);
    let ids: Vec<_> = init["sessions"].as_array().unwrap().iter().map(|s| &s["id"]).collect();
    assert_eq!(ids, [&json!(first), &json!(second)]);
    assert_eq!(init["messages"][0]["content"], "in-first");
    assert_eq!(init["user"]["email"], "anna@example.com");
    assert_eq!(init["limits"]["maxBatchMessages"], 500);
    for later in ["projects", "assets", "assistants"] {
        assert_eq!(init[later], json!([]));
    }
    let asked = anna.get(&format!("{PATH}?currentSessionId={second}&messageLimit=1")).await.expect(200);
    assert_eq!(asked["messages"][0]["content"], "in-second");
}

#[tokio::test]
async fn unchanged_data_is_a_304_and_every_change_is_a_200() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let etag = anna.get(PATH).await.etag();
    assert_eq!(status_with(&anna, &etag).await, 304);
    assert_eq!(status_with(&anna, &format!("\"other\", W/{etag}")).await, 304);
    write(&anna, &session, "t1").await;
    assert_eq!(status_with(&anna, &etag).await, 200);

    let other_query = anna.get(&format!("{PATH}?messageLimit=2")).await.etag();
    assert_ne!(anna.get(PATH).await.etag(), other_query);
}

#[tokio::test]
async fn etag_of_one_user_does_not_match_for_another() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let hers = anna.get(PATH).await.etag();
    assert_eq!(status_with(&ben, &hers).await, 200);
    assert_eq!(ben.get(PATH).await.expect(200)["sessions"], json!([]));
}

#[tokio::test]
async fn refused_and_repeated_writes_do_not_change_the_etag() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    write(&anna, &session, "t1").await;
    let etag = anna.get(PATH).await.etag();
    write(&anna, &session, "t1").await;
    let unknown = json!({ "messages": [message(&app.random_id(), "t2", "x")] });
    assert_eq!(anna.post("/api/chat/messages/batch", &unknown).await.status, 422);
    let conflict = json!({ "messages": [message(&session, "t1", "other")] });
    assert_eq!(anna.post("/api/chat/messages/batch", &conflict).await.status, 409);
    assert_eq!(status_with(&anna, &etag).await, 304);
}

#[tokio::test]
async fn concurrent_requests_share_one_computation() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.chat().await;
    anna.get(PATH).await.expect(200);
    // A lock on the rows that the computation reads delays it, so that all requests join it.
    let mut blocker = app.db.conn().await;
    use diesel_async::RunQueryDsl;
    for sql in ["BEGIN", "LOCK TABLE chat_sessions IN ACCESS EXCLUSIVE MODE"] {
        diesel::sql_query(sql).execute(&mut blocker).await.unwrap();
    }
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let anna = anna.clone();
            tokio::spawn(async move { anna.get(PATH).await.expect(200) })
        })
        .collect();
    let waiting =
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    crate::support::eventually(5, "one reader waits", || async { (app.db.number(waiting).await >= 1).then_some(()) })
        .await;
    // All twenty requests have read the version or will join the same key. At no time may a second computation wait.
    for _ in 0..20 {
        assert_eq!(app.db.number(waiting).await, 1);
    }
    diesel::sql_query("COMMIT").execute(&mut blocker).await.unwrap();
    for call in calls {
        assert_eq!(call.await.unwrap()["sessions"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn reads_while_the_user_is_being_written_do_not_wait() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.chat().await;
    let held = HeldUserLock::of(&app.db, &anna.id).await;
    anna.get(PATH).await.expect(200);
    held.release().await;
}

#[tokio::test]
async fn answer_has_the_fifty_sessions_that_changed_last() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut chats = Vec::new();
    for n in 0..52 {
        let made = anna.post("/api/chat/sessions", &json!({ "title": format!("{n}") })).await.expect(201);
        chats.push(made["id"].clone());
    }
    anna.patch(&format!("/api/chat/sessions/{}", chats[0].as_str().unwrap()), &json!({ "title": "again" }))
        .await
        .expect(200);
    let init = anna.get(PATH).await.expect(200);
    let shown: Vec<_> = init["sessions"].as_array().unwrap().iter().map(|session| session["id"].clone()).collect();
    let expected: Vec<_> = [&chats[0]].into_iter().chain(chats[3..].iter().rev()).cloned().collect();
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn parameters_and_session_are_checked() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    assert_problem(&anna.get(&format!("{PATH}?messageLimit=0")).await, 422, "validation_failed", "/query/messageLimit");
    assert_problem(
        &anna.get(&format!("{PATH}?currentSessionId=x")).await,
        422,
        "validation_failed",
        "/query/currentSessionId",
    );
    assert_problem(&app.anonymous().get(PATH).await, 401, "unauthenticated", "");
}

#[tokio::test]
async fn preferences_are_the_small_living_settings() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let put = async |user: &TestUser, key: &str, value: serde_json::Value| {
        user.put(
            &format!("/api/collections/settings/{key}"),
            &json!({ "value": { "value": value }, "baseRevision": 0 }),
        )
        .await
        .expect(201);
    };
    put(&anna, "theme", json!({ "dark": true, "hue": 210 })).await;
    put(&anna, "nothing", json!(null)).await;
    put(&anna, "large", json!("x".repeat(20_000))).await;
    put(&anna, "deleted", json!(1)).await;
    put(&ben, "his", json!(1)).await;
    anna.delete("/api/collections/settings/deleted").await.expect(204);
    let answer = anna.get(PATH).await;
    assert_eq!(answer.json["preferences"], json!({ "theme": { "dark": true, "hue": 210 }, "nothing": null }));
    put(&anna, "zoom", json!(2)).await;
    assert_eq!(status_with(&anna, &answer.etag()).await, 200);
}

#[tokio::test]
async fn cursor_of_the_answer_pulls_all_rows() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.chat().await;
    let cursor = anna.get(PATH).await.expect(200)["cursor"].as_str().unwrap().to_owned();
    let page = anna.get(&format!("/api/sync/changes?cursor={cursor}")).await.expect(200);
    assert_eq!(page["changes"].as_array().unwrap().len(), 1);
}

/// A write that commits between two queries of the answer must not be in a part of it.
#[tokio::test]
async fn answer_is_of_one_version_during_concurrent_writes() {
    use diesel_async::RunQueryDsl;
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    // The delayed computation has read the sessions of the old version and not yet the messages.
    let mut blocker = app.db.conn().await;
    for sql in ["BEGIN", "LOCK TABLE projects IN ACCESS EXCLUSIVE MODE"] {
        diesel::sql_query(sql).execute(&mut blocker).await.unwrap();
    }
    let call = {
        let anna = anna.clone();
        tokio::spawn(async move { anna.get(PATH).await })
    };
    let waiting =
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    crate::support::eventually(5, "the reader waits", || async { (app.db.number(waiting).await == 1).then_some(()) })
        .await;
    write(&anna, &session, "meanwhile").await;
    diesel::sql_query("COMMIT").execute(&mut blocker).await.unwrap();
    let answer = call.await.unwrap();
    let init = &answer.json;
    assert_eq!(init["messages"], json!([]), "{init}");
    assert_eq!(init["sessions"][0]["revision"], 1);
    // The ETag is of that version too, so the device gets the message with its next request.
    assert_eq!(status_with(&anna, &answer.etag()).await, 200);
}
