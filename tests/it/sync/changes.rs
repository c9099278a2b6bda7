//! `GET /api/sync/changes`: no change is missed and none is delivered twice, also during writes.

use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, assert_problem, message};

const PATH: &str = "/api/sync/changes";

async fn page(user: &TestUser, cursor: Option<&str>, rest: &str) -> Value {
    let cursor = cursor.map(|cursor| format!("cursor={cursor}&")).unwrap_or_default();
    user.get(&format!("{PATH}?{cursor}{rest}")).await.expect(200)
}

/// The changes of all pages after a cursor, and the last cursor.
async fn pull(user: &TestUser, cursor: Option<&str>, limit: usize) -> (Vec<Value>, String) {
    let mut changes = Vec::new();
    let collect = |page: &Value| {
        let rows = page["changes"].as_array().unwrap();
        assert!(rows.len() <= limit);
        changes.extend(rows.iter().cloned());
    };
    let cursor = user.pull_pages(&format!("limit={limit}"), cursor.unwrap_or_default(), collect).await;
    (changes, cursor)
}

fn names(changes: &[Value]) -> Vec<(&str, &str)> {
    changes.iter().map(|c| (c["collection"].as_str().unwrap(), c["key"].as_str().unwrap())).collect()
}

async fn send(user: &TestUser, session: &str, contents: &[String]) {
    let messages: Vec<Value> = contents.iter().map(|text| message(session, text, text)).collect();
    user.post("/api/chat/messages/batch", &json!({ "messages": messages })).await.expect(200);
}

#[tokio::test]
async fn new_device_gets_all_rows_and_then_only_changed_ones() {
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
    let (changed, _) = pull(&anna, Some(&cursor), 200).await;
    assert_eq!(changed.len(), 2, "the message, and its session that it touched: {changed:?}");
}

#[tokio::test]
async fn deleted_rows_are_tombstones() {
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

/// Other writes raise the user's version, and no revision.
#[tokio::test]
async fn revision_counts_the_changes_of_its_row_alone() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (session, asset) = (anna.chat().await, anna.upload(100).await);
    let (session_path, asset_path) = (format!("/api/chat/sessions/{session}"), format!("/api/assets/{asset}"));
    let revision = async |path: &str| anna.get(path).await.expect(200)["revision"].as_i64().unwrap();
    let uploaded = revision(&asset_path).await;
    for n in 0..5 {
        anna.post("/api/projects", &json!({ "id": format!("p{n}") })).await.expect(201);
    }
    assert_eq!((revision(&session_path).await, revision(&asset_path).await), (1, uploaded));

    anna.patch(&session_path, &json!({ "title": "Pier", "projectId": "p0" })).await.expect(200);
    anna.patch(&session_path, &json!({ "title": "Pier", "projectId": "p0" })).await.expect(200);
    assert_eq!(revision(&session_path).await, 2, "a repeat changes nothing");
    send(&anna, &session, &["a".into(), "b".into()]).await;
    assert_eq!(revision(&session_path).await, 3, "a batch is one change of its session");
    send(&anna, &session, &["a".into(), "b".into()]).await;
    assert_eq!(revision(&session_path).await, 3, "a repeated batch is none");
    anna.delete("/api/projects/p0").await.expect(204);
    assert_eq!(revision(&session_path).await, 4, "the project that it was in is gone");
    anna.patch(&asset_path, &json!({ "fileName": "b.png" })).await.expect(200);
    anna.patch(&asset_path, &json!({ "fileName": "b.png" })).await.expect(200);
    assert_eq!(revision(&asset_path).await, uploaded + 1);

    let revisions = |changes: &[Value], collection: &str| {
        let of = changes.iter().filter(|change| change["collection"] == collection);
        of.map(|change| change["revision"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let (living, cursor) = pull(&anna, None, 200).await;
    assert_eq!(revisions(&living, "chatSessions"), [4]);
    assert_eq!(revisions(&living, "chatMessages"), [1, 1], "a message never changes");
    anna.delete(&session_path).await.expect(204);
    anna.delete(&asset_path).await.expect(204);
    let (deleted, _) = pull(&anna, Some(&cursor), 200).await;
    assert_eq!(revisions(&deleted, "chatSessions"), [5]);
    assert_eq!(revisions(&deleted, "chatMessages"), [2, 2]);
    assert_eq!(revisions(&deleted, "assets"), [uploaded + 2]);
}

#[tokio::test]
async fn pages_end_within_a_version() {
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
async fn page_of_large_rows_ends_before_its_limit() {
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
async fn collection_without_a_position_in_the_cursor_starts_from_the_beginning() {
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
async fn unknown_collection_is_left_out_and_named() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.chat().await;
    let page = page(&anna, None, "collections=chatSessions,dreams,%00").await;
    assert_eq!(page["unknownCollections"], json!(["dreams", "\u{0}"]));
    assert_eq!(page.get("unknownCollectionsOmitted"), None);
    assert_eq!(page["changes"].as_array().unwrap().len(), 1);
    let many: Vec<String> = (0..2_000).map(|n| format!("{n}")).collect();
    let answer = anna.get(&format!("{PATH}?collections=chatSessions,{}", many.join(","))).await;
    assert!(answer.text.len() < 5_000, "{}", answer.text.len());
    assert_eq!(answer.json["unknownCollections"].as_array().unwrap().len(), 50);
    assert_eq!(answer.json["unknownCollectionsOmitted"], 1_950);
}

#[tokio::test]
async fn cursor_of_another_epoch_is_refused_with_its_reason() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.chat().await;
    let (_, cursor) = pull(&anna, None, 200).await;
    // The state after a restore to an older backup without a new epoch.
    app.db.execute("UPDATE user_version SET version = 0").await;
    let ahead = anna.get(&format!("{PATH}?cursor={cursor}")).await;
    assert_problem(&ahead, 410, "resync_required", "");
    assert_eq!(ahead.json["reason"], "epoch");
    app.db.execute("UPDATE database_state SET epoch = gen_random_uuid()").await;
    let restored = app.another().await;
    let other = anna.at(&restored.url).get(&format!("{PATH}?cursor={cursor}")).await;
    assert_eq!((other.status, &other.json["reason"]), (410, &json!("epoch")));
}

#[tokio::test]
async fn cursor_of_another_user_returns_own_rows_only() {
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
async fn parameters_and_session_are_checked() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (query, pointer) in [("cursor=x", "/query/cursor"), ("limit=0", "/query/limit")] {
        assert_problem(&anna.get(&format!("{PATH}?{query}")).await, 422, "validation_failed", pointer);
    }
    assert_problem(&app.anonymous().get(PATH).await, 401, "unauthenticated", "");
}
