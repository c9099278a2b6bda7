//! `GET /api/sync/changes`: nothing is missed, nothing comes twice, whatever is written meanwhile.

use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, assert_problem, message};

const PATH: &str = "/api/sync/changes";

async fn page(user: &TestUser, cursor: Option<&str>, rest: &str) -> Value {
    let cursor = cursor.map(|cursor| format!("cursor={cursor}&")).unwrap_or_default();
    user.get(&format!("{PATH}?{cursor}{rest}")).await.expect(200)
}

/// All pages from a cursor on: the changes, and the last cursor.
async fn pull(user: &TestUser, cursor: Option<&str>, limit: usize) -> (Vec<Value>, String) {
    let mut cursor = cursor.map(str::to_owned);
    let mut changes = Vec::new();
    loop {
        let next = page(user, cursor.as_deref(), &format!("limit={limit}")).await;
        let rows = next["changes"].as_array().unwrap();
        assert!(rows.len() <= limit);
        changes.extend(rows.iter().cloned());
        cursor = Some(next["cursor"].as_str().unwrap().to_owned());
        if next["hasMore"] == false {
            return (changes, cursor.unwrap());
        }
    }
}

fn names(changes: &[Value]) -> Vec<(&str, &str)> {
    changes.iter().map(|c| (c["collection"].as_str().unwrap(), c["key"].as_str().unwrap())).collect()
}

async fn send(user: &TestUser, session: &str, contents: &[String]) {
    let messages: Vec<Value> = contents.iter().map(|text| message(session, text, text)).collect();
    user.post("/api/chat/messages/batch", &json!({ "messages": messages })).await.expect(200);
}

#[tokio::test]
async fn new_device_gets_everything_and_then_only_what_changes() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    send(&anna, &session, &["a".into(), "b".into()]).await;
    anna.request(reqwest::Method::PUT, "/api/projects/p1")
        .json(&json!({ "name": "P", "data": { "n": 1 }, "baseRevision": 0 }))
        .send()
        .await
        .unwrap();
    anna.request(reqwest::Method::PUT, "/api/collections/tags/t1")
        .json(&json!({ "value": { "name": "todo" }, "baseRevision": 0 }))
        .send()
        .await
        .unwrap();

    let (all, cursor) = pull(&anna, None, 200).await;
    let collections: Vec<&str> = names(&all).iter().map(|(collection, _)| *collection).collect();
    assert_eq!(collections, ["projects", "chatSessions", "chatMessages", "chatMessages", "tags"]);
    assert_eq!((&all[0]["revision"], &all[0]["value"]["data"]), (&json!(1), &json!({ "n": 1 })));
    assert_eq!(all[1]["value"], anna.get(&format!("/api/chat/sessions/{session}")).await.json);
    assert_eq!(all[2]["value"]["content"], "a");
    assert_eq!(all[4]["value"]["name"], "todo");

    let idle = page(&anna, Some(&cursor), "").await;
    assert_eq!((&idle["changes"], &idle["cursor"], &idle["hasMore"]), (&json!([]), &json!(cursor), &json!(false)));
    send(&anna, &session, &["c".into()]).await;
    let (news, _) = pull(&anna, Some(&cursor), 200).await;
    assert_eq!(news.len(), 2, "the message, and its session that it touched: {news:?}");
}

#[tokio::test]
async fn deleted_rows_come_as_tombstones() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    send(&anna, &session, &["a".into()]).await;
    let (_, cursor) = pull(&anna, None, 200).await;
    anna.delete(&format!("/api/chat/sessions/{session}")).await.expect(204);
    let (changes, _) = pull(&anna, Some(&cursor), 200).await;
    assert_eq!(changes.len(), 2);
    for change in changes {
        assert!(change["deletedAt"].is_string() && change["value"].is_null(), "{change}");
    }
}

#[tokio::test]
async fn pages_cut_inside_one_version() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    send(&anna, &session, &(0..23).map(|n| format!("m{n}")).collect::<Vec<_>>()).await;
    let (all, _) = pull(&anna, None, 200).await;
    for limit in [1, 7] {
        let (in_pages, _) = pull(&anna, None, limit).await;
        assert_eq!(names(&in_pages), names(&all));
    }
}

#[tokio::test]
async fn page_of_large_rows_ends_early_and_goes_on() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    for n in 0..6 {
        let mut large = message(&session, &format!("t{n}"), &format!("{n}{}", "x".repeat(999_990)));
        large["metadata"] = json!({ "n": n });
        anna.post("/api/chat/messages/batch", &json!({ "messages": [large] })).await.expect(200);
    }
    let first = page(&anna, None, "limit=200").await;
    assert_eq!(first["hasMore"], true);
    assert!(first["changes"].as_array().unwrap().len() < 6);
    let (rest, _) = pull(&anna, first["cursor"].as_str(), 200).await;
    assert_eq!(first["changes"].as_array().unwrap().len() + rest.len(), 7);
}

#[tokio::test]
async fn collection_that_the_cursor_does_not_know_starts_from_the_beginning() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    send(&anna, &session, &["a".into()]).await;
    let old_client = page(&anna, None, "collections=chatSessions").await;
    let cursor = old_client["cursor"].as_str().unwrap();
    let after_upgrade = page(&anna, Some(cursor), "collections=chatSessions,chatMessages").await;
    assert_eq!(names(after_upgrade["changes"].as_array().unwrap()).len(), 1);
    assert_eq!(after_upgrade["changes"][0]["collection"], "chatMessages");
}

#[tokio::test]
async fn cursor_of_another_life_of_the_database_is_refused_with_its_reason() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.chat().await;
    let (_, cursor) = pull(&anna, None, 200).await;
    // As a restore to an older state without a new epoch would leave it.
    app.db.execute("UPDATE space SET version = 0").await;
    let ahead = anna.get(&format!("{PATH}?cursor={cursor}")).await;
    assert_problem(&ahead, 410, "resync_required", "");
    assert_eq!(ahead.json["reason"], "epoch");
    app.db.execute("UPDATE database_state SET epoch = gen_random_uuid()").await;
    let restored = app.another().await;
    let other = anna.at(&restored.url).get(&format!("{PATH}?cursor={cursor}")).await;
    assert_eq!((other.status, &other.json["reason"]), (410, &json!("epoch")));
}

#[tokio::test]
async fn another_persons_rows_never_come_even_with_their_cursor() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let session = anna.chat().await;
    send(&anna, &session, &["secret".into()]).await;
    let first = page(&anna, None, "limit=1").await;
    ben.chat().await;
    ben.chat().await;
    let (changes, _) = pull(&ben, first["cursor"].as_str(), 200).await;
    assert!(changes.iter().all(|change| change["value"]["title"] == "Harbour" && change["key"] != json!(session)));
}

#[tokio::test]
async fn parameters_and_caller_are_checked() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (query, pointer) in [
        ("cursor=x", "/query/cursor"),
        ("limit=0", "/query/limit"),
        ("collections=chatSessions,none", "/query/collections"),
        ("collections=%00", "/query/collections"),
    ] {
        assert_problem(&anna.get(&format!("{PATH}?{query}")).await, 422, "validation_failed", pointer);
    }
    assert_problem(&app.anonymous().get(PATH).await, 401, "unauthenticated", "");
}
