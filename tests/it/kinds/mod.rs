//! A kind is its folder and one line: no other code names it, and a server can have kinds that the library doesn't have.

mod bookmarks;
mod names;

use std::sync::Arc;

use landfall::json::RowSpace;
use landfall::kinds;
use landfall::sync::retention::remove_expired;
use landfall::sync::{Events, UserWriter};
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase, TestUser, assert_problem, left_out_on_a_cluster};

/// A server that also has bookmarks.
async fn start() -> TestApp {
    let db = TestDatabase::migrated().await;
    for sql in bookmarks::TABLE_SQL {
        db.execute(sql).await;
    }
    TestApp::with_kinds(db, kinds::registry().with([Arc::new(bookmarks::Bookmarks) as _])).await
}

fn put(id: i64, collection: &str, key: &str, base: i64, value: Value) -> Value {
    json!({ "id": id, "collection": collection, "op": "put", "key": key, "baseRevision": base, "value": value })
}

fn delete(id: i64, collection: &str, key: &str) -> Value {
    json!({ "id": id, "collection": collection, "op": "delete", "key": key })
}

async fn push(user: &TestUser, client: &str, cursor: &Value, mutations: &[Value]) -> Value {
    let body = json!({ "clientId": client, "cursor": cursor, "mutations": mutations, "limit": 200 });
    user.post("/api/sync", &body).await.expect(200)
}

fn of<'a>(answer: &'a Value, list: &str, member: &str) -> Vec<&'a str> {
    answer[list].as_array().unwrap().iter().map(|item| item[member].as_str().unwrap()).collect()
}

#[tokio::test]
async fn additional_kind_is_pushed_and_pulled_with_conflicts() {
    if left_out_on_a_cluster("the table that it makes is not distributed") {
        return;
    }
    let app = start().await;
    let anna = app.user("anna").await;
    let first = push(
        &anna,
        "laptop",
        &Value::Null,
        &[
            put(1, "bookmarks", "b1", 0, json!({ "url": "https://example.com" })),
            put(2, "bookmarks", "b2", 0, json!({ "url": "" })),
            put(3, "bookmarks", "b3", 7, json!({ "url": "https://example.org" })),
        ],
    )
    .await;
    assert_eq!(of(&first, "results", "status"), ["applied", "rejected", "conflict"]);
    assert_eq!(first["results"][1]["error"]["errors"][0]["pointer"], "/value/url");
    assert_eq!(first["results"][2]["server"], Value::Null);
    assert_eq!(
        first["changes"],
        json!([{ "collection": "bookmarks", "key": "b1", "revision": 1,
            "value": { "id": "b1", "url": "https://example.com", "projectId": null } }])
    );
    let stale = [put(1, "bookmarks", "b1", 0, json!({ "url": "https://example.net" }))];
    let phone = push(&anna, "phone", &Value::Null, &stale).await;
    let conflict = &phone["results"][0];
    assert_eq!(
        (&conflict["status"], &conflict["server"]["value"]["url"]),
        (&json!("conflict"), &json!("https://example.com"))
    );
    assert_eq!(push(&anna, "phone", &Value::Null, &stale).await["results"], phone["results"], "a repeat");
    let page = anna.get("/api/sync/changes?collections=bookmarks").await.expect(200);
    assert_eq!(of(&page, "changes", "key"), ["b1"]);
    let plain = TestApp::on(app.db.clone()).await;
    let page = anna.at(&plain.url).get("/api/sync/changes?collections=bookmarks").await.expect(200);
    assert_eq!(page["unknownCollections"], json!(["bookmarks"]), "a server without the kind names it as unknown");
}

#[tokio::test]
async fn deleted_rows_of_an_additional_kind_are_tombstones_until_they_expire() {
    if left_out_on_a_cluster("the table that it makes is not distributed") {
        return;
    }
    let app = start().await;
    let anna = app.user("anna").await;
    let created = push(
        &anna,
        "d",
        &Value::Null,
        &[
            put(1, "projects", "p1", 0, json!({ "name": "P" })),
            put(2, "bookmarks", "b1", 0, json!({ "url": "a", "projectId": "p1" })),
            put(3, "bookmarks", "b2", 0, json!({ "url": "b" })),
        ],
    )
    .await;
    assert_eq!(of(&created, "changes", "collection"), ["projects", "bookmarks", "bookmarks"]);
    let gone = push(&anna, "d", &created["cursor"], &[delete(4, "projects", "p1"), delete(5, "bookmarks", "b2")]).await;
    let [project, unlinked, tombstone] = gone["changes"].as_array().unwrap().as_slice() else { panic!("{gone}") };
    assert!(project["deletedAt"].is_string());
    assert_eq!((&unlinked["value"]["projectId"], &unlinked["revision"]), (&Value::Null, &json!(2)));
    assert!(tombstone["deletedAt"].is_string() && tombstone["value"].is_null());

    app.db.execute("UPDATE bookmarks SET deleted_at = now() - interval '91 days' WHERE deleted_at IS NOT NULL").await;
    let (db, events) = (app.pool.clone(), Events::default());
    let kinds = kinds::registry().with([Arc::new(bookmarks::Bookmarks) as _]);
    let removed = remove_expired(
        &db,
        &UserWriter::new(db.clone(), events, RowSpace { bytes: i64::MAX, rows: i64::MAX }),
        &kinds,
        90,
    )
    .await
    .unwrap()
    .unwrap();
    assert_eq!(removed.rows, 1);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM bookmarks").await, 1);
    let late = json!({ "clientId": "other", "cursor": created["cursor"] });
    assert_problem(&anna.post("/api/sync", &late).await, 410, "resync_required", "");
    let push_late =
        json!({ "clientId": "other", "cursor": created["cursor"], "mutations": [delete(1, "bookmarks", "b1")] });
    assert_problem(&anna.post("/api/sync", &push_late).await, 410, "resync_required", "");
    assert_eq!(
        app.db.number("SELECT count(*) AS n FROM bookmarks WHERE deleted_at IS NULL").await,
        1,
        "nothing was pushed"
    );
}

#[tokio::test]
async fn additional_kind_is_exported_and_imported() {
    if left_out_on_a_cluster("the table that it makes is not distributed") {
        return;
    }
    let app = start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let mutations = [
        put(1, "projects", "p1", 0, json!({ "name": "P" })),
        put(2, "bookmarks", "b1", 0, json!({ "url": "a", "projectId": "p1" })),
        put(3, "bookmarks", "b2", 0, json!({ "url": "b" })),
    ];
    push(&anna, "d", &Value::Null, &mutations).await;
    let document = anna.get("/api/export?include=projects,bookmarks").await.expect(200);
    let expected =
        json!([{ "id": "b1", "url": "a", "projectId": "p1" }, { "id": "b2", "url": "b", "projectId": null }]);
    assert_eq!(document["bookmarks"], expected);
    let report = ben.post("/api/import", &document).await.expect(200);
    assert_eq!(report["collections"]["bookmarks"]["created"], 2);
    assert_eq!(ben.get("/api/export").await.expect(200)["bookmarks"], expected);
    // A bookmark whose project is replaced by nothing is unlinked, as by a delete.
    let mut fewer = document.clone();
    fewer["projects"] = json!([]);
    fewer.as_object_mut().unwrap().remove("bookmarks");
    ben.post("/api/import?mode=replace", &fewer).await.expect(200);
    let left = ben.get("/api/export?include=bookmarks").await.expect(200);
    assert_eq!(left["bookmarks"][0], json!({ "id": "b1", "url": "a", "projectId": null }));
    let bad = json!({ "bookmarks": [{ "id": "b1", "url": "" }] });
    assert_problem(&ben.post("/api/import?strict=1", &bad).await, 422, "validation_failed", "/bookmarks/0/url");
}

#[tokio::test]
async fn additional_kind_is_only_in_the_openapi_document_of_its_server() {
    let app = start().await;
    let described = app.anonymous().get("/api/openapi.json").await.expect(200);
    assert_eq!(described["components"]["schemas"]["Bookmark"]["x-indexeddb"]["table"], "bookmarks");
    assert!(described["components"]["schemas"]["ExportDocument"]["properties"]["bookmarks"].is_object());
    let builtin = serde_json::to_value(landfall::openapi::document(true, &kinds::registry())).unwrap();
    assert!(builtin["components"]["schemas"].get("Bookmark").is_none());
}
