//! The five operations: success, no session, other users, repeats.

use reqwest::Method;
use serde_json::{Value, json};

use super::{address, create, put, put_body, read};
use crate::support::{TestApp, assert_problem, send};

#[tokio::test]
async fn each_write_of_a_row_raises_its_revision_once() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let created = put(&anna, "tags", "t1", json!({ "name": "todo" }), 0).await;
    assert_eq!((created.status, created.etag().as_str()), (201, "\"1\""));
    assert_eq!((&created.json["id"], &created.json["revision"]), (&json!("t1"), &json!(1)));
    let changed = put(&anna, "tags", "t1", json!({ "name": "later" }), 1).await.expect(200);
    assert_eq!(changed["revision"], 2);

    let row = anna.get(&address("tags", "t1")).await;
    assert_eq!(row.etag(), "\"2\"");
    assert_eq!(
        row.json,
        json!({ "id": "t1", "value": { "name": "later" }, "revision": 2, "updatedAt": changed["updatedAt"] })
    );

    let deleted = anna.delete(&address("tags", "t1")).await;
    assert_eq!((deleted.status, deleted.etag().as_str()), (204, "\"3\""));
    assert_problem(&anna.get(&address("tags", "t1")).await, 404, "not_found", "");
    let tombstone = read(&anna, "tags", "t1").await.expect(200);
    assert_eq!(tombstone["revision"], 3);
    assert!(tombstone["deletedAt"].is_string());

    assert_eq!(put(&anna, "tags", "t1", json!({ "name": "later" }), 3).await.expect(200)["revision"], 4);
    assert!(anna.get(&address("tags", "t1")).await.expect(200).get("deletedAt").is_none());
    assert_eq!(app.db.version(&anna.id).await, 4);
    assert_eq!(app.db.number("SELECT version AS n FROM records").await, 4, "stamped with the user's version");
}

#[tokio::test]
async fn repeats_change_no_version_revision_and_time() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "settings", "theme", json!({ "key": "theme", "value": { "dark": true, "size": 1 } })).await;
    let before = read(&anna, "settings", "theme").await.expect(200);
    let same = json!({ "value": { "size": 1.0, "dark": true }, "key": "theme" });
    assert_eq!(put(&anna, "settings", "theme", same, 1).await.expect(200)["revision"], 1);
    assert_eq!(read(&anna, "settings", "theme").await.expect(200), before);

    anna.delete(&address("settings", "theme")).await.expect(204);
    let tombstone = read(&anna, "settings", "theme").await.expect(200);
    anna.delete(&address("settings", "theme")).await.expect(204);
    assert_eq!(read(&anna, "settings", "theme").await.expect(200), tombstone);
    assert_eq!(app.db.version(&anna.id).await, 2);
}

#[tokio::test]
async fn write_with_another_revision_is_a_conflict_with_the_stored_row() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "tags", "t1", json!({ "name": "todo", "shade": [1, 2] })).await;
    let stored = read(&anna, "tags", "t1").await.expect(200);
    for base_revision in [0, 2] {
        let refused = put(&anna, "tags", "t1", json!({ "name": "mine" }), base_revision).await;
        assert_problem(&refused, 409, "revision_conflict", "");
        assert_eq!(refused.json["server"], stored);
    }
    let delete = anna.request(Method::DELETE, &address("tags", "t1")).json(&json!({ "baseRevision": 2 }));
    let refused = send(delete).await;
    assert_problem(&refused, 409, "revision_conflict", "");
    assert_eq!(refused.json["server"], stored);

    anna.delete(&address("tags", "t1")).await.expect(204);
    let refused = put(&anna, "tags", "t1", json!({ "name": "mine" }), 1).await;
    assert_eq!(refused.json["server"], read(&anna, "tags", "t1").await.expect(200), "the tombstone");
    let refused = put(&anna, "tags", "never", json!({ "name": "mine" }), 1).await;
    assert_problem(&refused, 409, "revision_conflict", "");
    assert_eq!(refused.json.get("server"), Some(&Value::Null));
    assert_eq!(app.db.version(&anna.id).await, 2);
}

#[tokio::test]
async fn if_match_replaces_the_base_revision() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "tags", "t1", json!({ "name": "todo" })).await;
    let with = |tag: &str, body: Value| {
        send(anna.request(Method::PUT, &address("tags", "t1")).header("if-match", tag).json(&body))
    };
    with("\"1\"", json!({ "value": { "name": "a" } })).await.expect(200);
    assert_problem(&with("\"1\"", json!({ "value": { "name": "b" } })).await, 409, "revision_conflict", "");
    let both = with("\"2\"", json!({ "value": { "name": "b" }, "baseRevision": 1 })).await;
    assert_problem(&both, 422, "validation_failed", "/baseRevision");
    let neither = put_body(&anna, "tags", "t1", json!({ "value": { "name": "b" } })).await;
    assert_problem(&neither, 422, "validation_failed", "/baseRevision");
    let delete = anna.request(Method::DELETE, &address("tags", "t1")).header("if-match", "\"1\"");
    assert_problem(&send(delete).await, 409, "revision_conflict", "");
}

#[tokio::test]
async fn unknown_members_of_a_row_are_kept() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = r#"{"baseRevision":0,"value":{"name":"x","big":12345678901234567890123456789012345678,"ü/~":[null,{"a":1e300}]}}"#;
    let put = anna.request(Method::PUT, &address("tags", "t1")).header("content-type", "application/json").body(body);
    send(put).await.expect(201);
    let answer = anna.get(&address("tags", "t1")).await;
    assert!(answer.text.contains("12345678901234567890123456789012345678"), "{}", answer.text);
    assert_eq!(answer.json["value"]["ü/~"], json!([null, { "a": 1e300 }]));
}

#[tokio::test]
async fn list_has_living_rows_and_tombstones_only_on_request() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for n in 0..5 {
        create(&anna, "tags", &format!("t{n}"), json!({ "name": n.to_string() })).await;
    }
    create(&anna, "rules", "r0", json!({ "name": "other", "content": "" })).await;
    anna.delete(&address("tags", "t3")).await.expect(204);
    let ids_of = async |query: &str| {
        let (mut ids, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let page = anna.get(&format!("/api/collections/tags?limit=2{query}{cursor}")).await.expect(200);
            ids.extend(page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            pages += 1;
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return (ids.join(" "), pages),
            }
        }
    };
    assert_eq!(ids_of("").await, ("t0 t1 t2 t4".to_owned(), 2));
    assert_eq!(ids_of("&includeDeleted=1").await, ("t0 t1 t2 t3 t4".to_owned(), 3));
    for (query, pointer) in
        [("limit=0", "/query/limit"), ("cursor=!", "/query/cursor"), ("includeDeleted=x", "/query/includeDeleted")]
    {
        let answer = anna.get(&format!("/api/collections/tags?{query}")).await;
        assert_problem(&answer, 422, "validation_failed", pointer);
    }
}

#[tokio::test]
async fn row_of_another_user_is_not_found() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    create(&anna, "tags", "hers", json!({ "name": "todo" })).await;
    let (hers, none) = (address("tags", "hers"), address("tags", "none"));
    for (theirs, unknown) in [
        (ben.get(&hers).await, ben.get(&none).await),
        (ben.delete(&hers).await, ben.delete(&none).await),
        (
            put(&ben, "tags", "hers", json!({ "name": "x" }), 1).await,
            put(&ben, "tags", "none", json!({ "name": "x" }), 1).await,
        ),
    ] {
        assert_eq!(theirs.status, unknown.status);
        assert_eq!(theirs.without_request(), unknown.without_request());
    }
    assert_eq!(ben.get("/api/collections/tags").await.expect(200)["items"], json!([]));
    create(&ben, "tags", "hers", json!({ "name": "todo" })).await;
    assert_eq!(read(&anna, "tags", "hers").await.expect(200)["revision"], 1, "the same id, the same name, another row");
}

#[tokio::test]
async fn requests_without_a_session_are_a_401_and_unknown_collections_a_404() {
    let app = TestApp::start().await;
    let (anna, anonymous) = (app.user("anna").await, app.anonymous());
    let row = address("tags", "t1");
    for answer in [
        anonymous.get("/api/collections/tags").await,
        anonymous.get(&row).await,
        put(&anonymous, "tags", "t1", json!({ "name": "x" }), 0).await,
        anonymous.delete(&row).await,
    ] {
        assert_problem(&answer, 401, "unauthenticated", "");
    }
    for answer in [
        anna.get("/api/collections/nothing").await,
        anna.get(&address("nothing", "t1")).await,
        put(&anna, "nothing", "t1", json!({}), 0).await,
        anna.delete(&address("nothing", "t1")).await,
    ] {
        assert_problem(&answer, 404, "not_found", "");
    }
}

#[tokio::test]
async fn repeated_named_write_has_one_effect_and_the_same_answer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = |name: &str| json!({ "value": { "name": name }, "baseRevision": 0, "mutationId": "m1" });
    let first = put_body(&anna, "tags", "t1", body("todo")).await.expect(201);
    put(&anna, "tags", "t1", json!({ "name": "later" }), 1).await.expect(200);
    assert_eq!(
        put_body(&anna, "tags", "t1", body("todo")).await.expect(201),
        first,
        "though another write came after it"
    );
    assert_problem(&put_body(&anna, "tags", "t1", body("other")).await, 409, "id_conflict", "/mutationId");
    assert_eq!(read(&anna, "tags", "t1").await.expect(200)["value"]["name"], "later");

    let delete = || {
        send(
            anna.request(Method::DELETE, &address("tags", "t1"))
                .json(&json!({ "baseRevision": 2, "mutationId": "m2" })),
        )
    };
    let deleted = delete().await;
    put(&anna, "tags", "t1", json!({ "name": "again" }), 3).await.expect(200);
    assert_eq!((delete().await.status, delete().await.etag()), (204, deleted.etag()));
    assert!(read(&anna, "tags", "t1").await.expect(200).get("deletedAt").is_none(), "it was restored, and stays");
    assert_eq!(app.db.version(&anna.id).await, 4);
}

#[tokio::test]
async fn repeated_refused_write_is_refused_with_the_current_row() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "tags", "t1", json!({ "name": "todo" })).await;
    let late = json!({ "value": { "name": "mine" }, "baseRevision": 0, "mutationId": "m1" });
    let twin = json!({ "value": { "name": "todo" }, "baseRevision": 0, "mutationId": "m2" });
    assert_eq!(put_body(&anna, "tags", "t1", late.clone()).await.code(), "revision_conflict");
    assert_eq!(put_body(&anna, "tags", "t2", twin.clone()).await.json["server"]["revision"], 1);
    put(&anna, "tags", "t1", json!({ "name": "todo", "shade": "red" }), 1).await.expect(200);
    for (id, body, code) in [("t1", late, "revision_conflict"), ("t2", twin, "duplicate_name")] {
        let again = put_body(&anna, "tags", id, body).await;
        assert_eq!((again.status, again.code()), (409, code));
        assert_eq!(again.json["server"], read(&anna, "tags", "t1").await.expect(200));
    }
    assert_eq!(app.db.version(&anna.id).await, 2);
}
