//! Retention: expired rows are removed, no device misses a delete, and no deleted row is restored.

use landfall::db::Database;
use landfall::db::advisory::{Lock, try_exclusive};
use landfall::json::RowSpace;
use landfall::sync::retention::{Removed, remove_expired};
use landfall::sync::{Events, UserWriter};
use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::{Answer, Process, TestApp, TestUser, assert_problem, message, send};

const TABLES: [&str; 4] = ["chat_sessions", "chat_messages", "projects", "records"];

/// Makes all tombstones and idempotency records a hundred days older.
async fn age_by_100_days(app: &TestApp) {
    for table in TABLES {
        app.db.execute(&format!("UPDATE {table} SET deleted_at = (deleted_at AT TIME ZONE 'UTC' - interval '100 days') AT TIME ZONE 'UTC'")).await;
    }
    app.db.execute("UPDATE idempotency_records SET created_at = (created_at AT TIME ZONE 'UTC' - interval '100 days') AT TIME ZONE 'UTC'").await;
}

async fn remove_old(app: &TestApp) -> Option<Removed> {
    let db = Database::new(&app.db.url, &app.db.url, 2).unwrap();
    remove_expired(
        &db,
        &UserWriter::new(db.clone(), Events::default(), RowSpace { bytes: i64::MAX, rows: i64::MAX }),
        &landfall::kinds::registry(),
        90,
    )
    .await
    .unwrap()
}

async fn rows(app: &TestApp, table: &str) -> i64 {
    app.db.number(&format!("SELECT count(*) AS n FROM {table}")).await
}

async fn horizon(app: &TestApp) -> i64 {
    app.db.number("SELECT max(horizon) AS n FROM user_version").await
}

async fn put_tag(user: &TestUser, key: &str) {
    user.put(&format!("/api/collections/tags/{key}"), &json!({ "value": { "name": key }, "baseRevision": 0 }))
        .await
        .expect(201);
}

async fn put_project(user: &TestUser, id: &str) {
    user.put(&format!("/api/projects/{id}"), &json!({ "name": id, "baseRevision": 0 })).await.expect(201);
}

async fn write(user: &TestUser, session: &str, temp_id: &str) -> Answer {
    user.post("/api/chat/messages/batch", &json!({ "messages": [message(session, temp_id, "x")] })).await
}

async fn page(user: &TestUser, cursor: Option<&str>, limit: usize) -> Answer {
    let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    user.get(&format!("/api/sync/changes?limit={limit}{cursor}")).await
}

fn cursor_of(page: &Value) -> String {
    page["cursor"].as_str().unwrap().to_owned()
}

/// Keys of all pages from the beginning.
async fn pull_all(user: &TestUser, limit: usize) -> Vec<String> {
    let mut keys = Vec::new();
    let collect = |page: &Value| {
        let key = |change: &Value| change["key"].as_str().unwrap().to_owned();
        keys.extend(page["changes"].as_array().unwrap().iter().map(key));
    };
    user.pull_pages(&format!("limit={limit}"), "", collect).await;
    keys
}

#[tokio::test]
async fn only_expired_tombstones_and_their_messages_are_removed() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let (old, living) = (anna.chat().await, anna.chat().await);
    for (session, temp_id) in [(&old, "a"), (&old, "b"), (&living, "c")] {
        write(&anna, session, temp_id).await.expect(200);
    }
    for id in ["old", "living", "young"] {
        put_project(&anna, id).await;
        put_tag(&anna, id).await;
    }
    put_tag(&ben, "old").await;
    anna.delete(&format!("/api/chat/sessions/{old}")).await.expect(204);
    for path in ["/api/projects/old", "/api/collections/tags/old"] {
        anna.delete(path).await.expect(204);
    }
    let newest_old = app.db.version(&anna.id).await;
    age_by_100_days(&app).await;
    for path in ["/api/projects/young", "/api/collections/tags/young"] {
        anna.delete(path).await.expect(204);
    }
    let (version, etag) = (app.db.version(&anna.id).await, anna.get("/api/sync/init").await.etag());

    assert_eq!(remove_old(&app).await, Some(Removed { users: 1, rows: 5 }));
    let mut left = Vec::new();
    for table in TABLES {
        left.push(rows(&app, table).await);
    }
    assert_eq!(left, [1, 1, 2, 3]);
    assert_eq!((horizon(&app).await, app.db.version(&anna.id).await), (newest_old, version));
    let unchanged = send(anna.request(Method::GET, "/api/sync/init").header("if-none-match", etag)).await;
    assert_eq!(unchanged.status, 304);
    assert_eq!(remove_old(&app).await, Some(Removed::default()), "no expired row is left");
}

#[tokio::test]
async fn cursor_that_may_have_missed_a_delete_is_refused_and_others_continue() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    put_tag(&anna, "gone").await;
    put_tag(&anna, "stays").await;
    let away = cursor_of(&page(&anna, None, 200).await.expect(200));
    let other_collection = anna.get("/api/sync/changes?collections=projects").await.expect(200);
    anna.delete("/api/collections/tags/gone").await.expect(204);
    let in_time = cursor_of(&page(&anna, Some(&away), 200).await.expect(200));
    age_by_100_days(&app).await;
    assert_eq!(page(&anna, Some(&away), 200).await.status, 200, "no tombstone is removed yet");
    remove_old(&app).await;

    let pulled = page(&anna, Some(&away), 200).await;
    assert_problem(&pulled, 410, "resync_required", "");
    assert_eq!(pulled.json["reason"], "horizon");
    let unsent = json!({ "id": 1, "collection": "tags", "op": "put", "key": "mine", "baseRevision": 0, "value": { "name": "mine" } });
    let with =
        |cursor: Option<&str>| json!({ "clientId": "away", "cursor": cursor, "mutations": [unsent], "limit": 200 });
    let pushed = anna.post("/api/sync", &with(Some(&away))).await;
    assert_eq!((pushed.status, &pushed.json["reason"]), (410, &json!("horizon")));
    assert_eq!(rows(&app, "records").await, 1, "nothing was pushed");
    assert_eq!(page(&anna, Some(&in_time), 200).await.expect(200)["changes"], json!([]));
    let projects = format!("/api/sync/changes?collections=projects&cursor={}", cursor_of(&other_collection));
    assert_eq!(anna.get(&projects).await.status, 410, "its position in projects is before the horizon");

    let reloaded = anna.post("/api/sync", &with(None)).await.expect(200);
    assert_eq!(reloaded["results"][0]["status"], "applied");
    let keys: Vec<&Value> = reloaded["changes"].as_array().unwrap().iter().map(|change| &change["key"]).collect();
    assert_eq!(keys, [&json!("stays"), &json!("mine")]);
}

#[tokio::test]
async fn first_sync_completes_unless_rows_that_it_has_read_are_removed() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for key in ["a", "b", "c", "gone", "gone-later"] {
        put_tag(&anna, key).await;
    }
    anna.delete("/api/collections/tags/gone").await.expect(204);
    let begun = cursor_of(&page(&anna, None, 1).await.expect(200));
    age_by_100_days(&app).await;
    remove_old(&app).await;
    assert_eq!(page(&anna, Some(&begun), 1).await.status, 410, "it may have a row whose tombstone is removed");

    // All of its positions are below the horizon, and no row is missing.
    assert_eq!(pull_all(&anna, 1).await, ["a", "b", "c", "gone-later"]);
    let begun = cursor_of(&page(&anna, None, 1).await.expect(200));
    anna.delete("/api/collections/tags/gone-later").await.expect(204);
    age_by_100_days(&app).await;
    remove_old(&app).await;
    assert_eq!(page(&anna, Some(&begun), 1).await.status, 410);
}

#[tokio::test]
async fn mutation_that_is_repeated_after_its_outcome_expired_is_refused() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let put = |id: i64| json!({ "id": id, "collection": "tags", "op": "put", "key": "t", "baseRevision": 0, "value": { "name": "t" } });
    let delete = |id: i64| json!({ "id": id, "collection": "tags", "op": "delete", "key": "t" });
    let push =
        async |mutations: Value| anna.post("/api/sync", &json!({ "clientId": "d", "mutations": mutations })).await;
    push(json!([put(1), delete(2)])).await.expect(200);
    age_by_100_days(&app).await;
    remove_old(&app).await;
    assert_eq!(rows(&app, "idempotency_records").await, 1, "the record of the highest number stays");

    for late in [json!([put(1), delete(2)]), json!([put(1)]), json!([delete(2)]), json!([put(4)])] {
        assert_problem_code(&push(late).await, "mutation_gap");
    }
    assert_eq!(rows(&app, "records").await, 0, "no row was restored");
    assert_eq!(push(json!([put(3)])).await.expect(200)["results"][0]["status"], "applied");
}

fn assert_problem_code(answer: &Answer, code: &str) {
    assert_eq!((answer.status, answer.code()), (409, code), "{}", answer.text);
}

#[tokio::test]
async fn named_write_that_is_repeated_after_its_outcome_expired_is_refused() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let create = json!({ "id": "p", "name": "P", "mutationId": "m-1" });
    let put = json!({ "value": { "name": "t" }, "baseRevision": 0, "mutationId": "m-2" });
    anna.post("/api/projects", &create).await.expect(201);
    anna.put("/api/collections/tags/t", &put).await.expect(201);
    anna.delete("/api/projects/p").await.expect(204);
    anna.delete("/api/collections/tags/t").await.expect(204);
    age_by_100_days(&app).await;
    remove_old(&app).await;
    assert_problem_code(&anna.post("/api/projects", &create).await, "mutation_gap");
    assert_problem_code(&anna.put("/api/collections/tags/t", &put).await, "mutation_gap");
    assert_eq!((rows(&app, "projects").await, rows(&app, "records").await), (0, 0));
    assert_eq!(remove_old(&app).await, Some(Removed::default()), "a record without an outcome is not removed");
}

#[tokio::test]
async fn expired_chat_session_is_not_restored_by_any_write() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let create = json!({ "id": app.random_id(), "title": "Harbour" });
    let session = create["id"].as_str().unwrap();
    anna.post("/api/chat/sessions", &create).await.expect(201);
    write(&anna, session, "temp-1").await.expect(200);
    anna.delete(&format!("/api/chat/sessions/{session}")).await.expect(204);
    age_by_100_days(&app).await;
    remove_old(&app).await;

    assert_problem(&anna.post("/api/chat/sessions", &create).await, 409, "session_deleted", "/id");
    assert_problem(&write(&anna, session, "temp-1").await, 409, "session_deleted", "/messages/0/sessionId");
    let mutations = json!([
        { "id": 1, "collection": "chatSessions", "op": "put", "key": session, "value": { "title": "Harbour" } },
        { "id": 2, "collection": "chatMessages", "op": "put", "key": "temp-1", "value":
            { "sessionId": session, "role": "user", "content": "x", "createdAt": "2026-11-21T08:00:00.000Z" } },
    ]);
    let pushed = anna.post("/api/sync", &json!({ "clientId": "late", "mutations": mutations })).await.expect(200);
    for result in pushed["results"].as_array().unwrap() {
        assert_eq!(result["error"]["code"], "session_deleted");
    }
    assert_eq!((rows(&app, "chat_sessions").await, rows(&app, "chat_messages").await), (0, 0));
    // Another user may have a session with that id.
    app.user("ben").await.post("/api/chat/sessions", &create).await.expect(201);
}

#[tokio::test]
async fn thousands_of_tombstones_are_removed_in_steps() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    app.db
        .execute(&format!(
            "INSERT INTO chat_messages (owner, id, session_id, role, content, position, version, created_at)
             SELECT {}, gen_random_uuid(), '{session}', 'user', 'x', n, 1, now() FROM generate_series(1, 5000) n",
            app.db.owner(&anna.id).await
        ))
        .await;
    anna.delete(&format!("/api/chat/sessions/{session}")).await.expect(204);
    age_by_100_days(&app).await;
    assert_eq!(remove_old(&app).await, Some(Removed { users: 1, rows: 5001 }));
    assert_eq!(rows(&app, "chat_messages").await, 0);
}

#[tokio::test]
async fn one_process_removes_rows_at_a_time() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    put_tag(&anna, "gone").await;
    anna.delete("/api/collections/tags/gone").await.expect(204);
    age_by_100_days(&app).await;
    let mut other = app.db.conn().await;
    assert!(try_exclusive(&mut other, Lock::Retention).await.unwrap());
    assert_eq!(remove_old(&app).await, None);
    assert_eq!(rows(&app, "records").await, 1);
}

#[tokio::test]
async fn counts_of_writes_are_kept_for_sixty_days() {
    let app = TestApp::start().await;
    app.db
        .execute("INSERT INTO day_writes (day, part, writes) SELECT (now() AT TIME ZONE 'UTC')::date - back, 0, back FROM unnest(ARRAY[1, 60, 61, 90]) AS back")
        .await;
    remove_old(&app).await;
    assert_eq!(rows(&app, "day_writes").await, 2);
    assert_eq!(app.db.number("SELECT max(writes) AS n FROM day_writes").await, 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn command_sweep_removes_rows_older_than_the_given_days() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    put_tag(&anna, "gone").await;
    anna.delete("/api/collections/tags/gone").await.expect(204);
    let settings = [("DATABASE_URL", app.db.url.expose_secret())];
    for (arguments, left) in [(&["sweep"][..], 1), (&["sweep", "--days", "0"][..], 0)] {
        let (status, text) = Process::run(&settings, arguments).await;
        assert!(status.success(), "{text}");
        assert_eq!(rows(&app, "records").await, left);
    }
    assert_eq!(horizon(&app).await, app.db.version(&anna.id).await);
}
