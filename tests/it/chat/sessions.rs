//! `/api/chat/sessions`: success, repeats, malformed input, other users, limits.

use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, assert_problem};

const PATH: &str = "/api/chat/sessions";

#[tokio::test]
async fn created_session_is_listed_read_renamed_and_deleted() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let created = anna.post(PATH, &json!({ "title": "Harbour", "projectId": "p-1" })).await.expect(201);
    let path = format!("{PATH}/{}", created["id"].as_str().unwrap());
    assert_eq!(created["title"], "Harbour");
    assert_eq!(anna.get(&path).await.expect(200), created);
    assert_eq!(anna.get(PATH).await.expect(200)["sessions"], json!([created]));

    let renamed = anna.patch(&path, &json!({ "title": "Pier", "projectId": null })).await.expect(200);
    assert_eq!((&renamed["title"], &renamed["projectId"]), (&json!("Pier"), &Value::Null));
    assert_eq!(renamed["revision"], 2);

    anna.delete(&path).await.expect(204);
    assert_problem(&anna.get(&path).await, 404, "not_found", "");
    assert_eq!(anna.get(PATH).await.expect(200)["sessions"], json!([]));
    assert_problem(&anna.patch(&path, &json!({ "title": "Gone" })).await, 404, "not_found", "");
}

#[tokio::test]
async fn repeated_id_answers_the_stored_session_and_changes_nothing() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    let first = anna.post(PATH, &json!({ "id": id, "title": "Harbour" })).await.expect(201);
    anna.patch(&format!("{PATH}/{id}"), &json!({ "title": "Pier" })).await.expect(200);
    let version = app.db.version(&anna.id).await;

    let again = anna.post(PATH, &json!({ "id": id, "title": "Harbour" })).await.expect(200);
    assert_eq!((&again["id"], &again["title"]), (&first["id"], &json!("Pier")));
    assert_eq!(app.db.version(&anna.id).await, version);
}

#[tokio::test]
async fn repeated_rename_and_delete_raise_no_version() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let path = format!("{PATH}/{}", anna.chat().await);
    let change = json!({ "title": "Pier", "metadata": { "pinned": true, "order": 1.0 } });
    let renamed = anna.patch(&path, &change).await.expect(200);
    assert_eq!(anna.patch(&path, &change).await.expect(200), renamed);
    assert_eq!(app.db.version(&anna.id).await, 2);
    anna.delete(&path).await.expect(204);
    anna.delete(&path).await.expect(204);
    assert_eq!(app.db.version(&anna.id).await, 3);
}

#[tokio::test]
async fn id_of_a_deleted_session_is_refused() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = anna.chat().await;
    anna.delete(&format!("{PATH}/{id}")).await.expect(204);
    let again = anna.post(PATH, &json!({ "id": id, "title": "Harbour" })).await;
    assert_problem(&again, 409, "session_deleted", "/id");
}

#[tokio::test]
async fn session_of_another_user_is_not_found() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let hers = format!("{PATH}/{}", anna.chat().await);
    let none = format!("{PATH}/{}", app.random_id());
    let change = json!({ "title": "Mine now" });
    for (theirs, unknown) in [
        (ben.get(&hers).await, ben.get(&none).await),
        (ben.patch(&hers, &change).await, ben.patch(&none, &change).await),
        (ben.delete(&hers).await, ben.delete(&none).await),
    ] {
        assert_problem(&theirs, 404, "not_found", "");
        assert_eq!(theirs.without_request(), unknown.without_request());
    }
    assert_eq!(anna.get(&hers).await.expect(200)["title"], "Harbour");
}

#[tokio::test]
async fn two_users_may_use_the_same_id() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let id = app.random_id();
    for user in [&anna, &ben] {
        user.post(PATH, &json!({ "id": id, "title": user.id })).await.expect(201);
    }
    ben.delete(&format!("{PATH}/{id}")).await.expect(204);
    assert_eq!(anna.get(&format!("{PATH}/{id}")).await.expect(200)["title"], json!(anna.id));
}

#[tokio::test]
async fn malformed_input_is_refused_with_pointers_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (body, pointer) in [
        (json!({ "title": "" }), "/title"),
        (json!({ "title": "x".repeat(201) }), "/title"),
        (json!({ "title": "a\0b" }), "/title"),
        (json!({ "title": 7 }), "/title"),
        (json!({ "title": "a", "id": "no-uuid" }), "/id"),
        (json!({ "title": "a", "projectId": "" }), "/projectId"),
        (json!({ "title": "a", "metadata": [1] }), "/metadata"),
        (json!({ "title": "a", "metadata": { "deep": ["\0"] } }), "/metadata/deep/0"),
        (json!({ "title": "a", "owner": "ben" }), "/owner"),
    ] {
        assert_problem(&anna.post(PATH, &body).await, 422, "validation_failed", pointer);
    }
    let path = format!("{PATH}/{}", anna.chat().await);
    for (body, pointer) in [
        (json!({ "title": null, "id": "x" }), "/id"),
        (json!({ "title": "" }), "/title"),
        (json!({ "metadata": 1 }), "/metadata"),
    ] {
        assert_problem(&anna.patch(&path, &body).await, 422, "validation_failed", pointer);
    }
    assert_problem(&anna.get(&format!("{PATH}/no-uuid")).await, 422, "validation_failed", "/path/sessionId");
    assert_eq!(app.db.version(&anna.id).await, 1);
}

#[tokio::test]
async fn free_json_is_kept_exactly_or_refused() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let kept = r#"{"title":"a","metadata":{"big":12345678901234567890123456789012345678,"small":1.50,"π":"😀"}}"#;
    let created = anna.post_text(PATH, kept).await;
    let read = anna.get(&format!("{PATH}/{}", created.json["id"].as_str().unwrap())).await.text;
    assert!(
        read.contains("12345678901234567890123456789012345678") && read.contains("1.50") && read.contains("😀"),
        "{read}"
    );

    for (metadata, pointer) in [
        (r#"{"n":1e131000}"#, "/metadata/n"),
        (r#"{"n":[1e400]}"#, "/metadata/n/0"),
        (r#"{"n":123456789012345678901234567890123456789}"#, "/metadata/n"),
        (r#"{"a":1,"a":2}"#, "/metadata/a"),
        (r#"{"a":"\ud800"}"#, "/metadata/a"),
    ] {
        let answer = anna.post_text(PATH, format!(r#"{{"title":"a","metadata":{metadata}}}"#)).await;
        assert_problem(&answer, 422, "validation_failed", pointer);
    }
    let deep = format!(r#"{{"title":"a","metadata":{{"a":{}1{}}}}}"#, "[".repeat(200), "]".repeat(200));
    assert_eq!(anna.post_text(PATH, deep).await.status, 422);
}

#[tokio::test]
async fn pages_list_every_session_once_most_recently_changed_first() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(anna.chat().await);
    }
    anna.patch(&format!("{PATH}/{}", ids[0]), &json!({ "title": "Touched" })).await.expect(200);
    let expected = [&ids[0], &ids[4], &ids[3], &ids[2], &ids[1]];

    let mut seen = Vec::new();
    let mut next = format!("{PATH}?limit=2");
    loop {
        let page = anna.get(&next).await.expect(200);
        seen.extend(page["sessions"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        next = format!("{PATH}?limit=2&cursor={cursor}");
    }
    assert_eq!(seen.iter().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn list_is_filtered_by_project_and_checks_its_parameters() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.chat().await;
    anna.post(PATH, &json!({ "title": "In a project", "projectId": "p/1" })).await.expect(201);
    let page = anna.get(&format!("{PATH}?projectId=p%2F1")).await.expect(200);
    assert_eq!(page["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(anna.get(&format!("{PATH}?projectId=%00")).await.expect(200)["sessions"], json!([]));
    for (query, pointer) in [
        ("limit=0", "/query/limit"),
        ("limit=201", "/query/limit"),
        ("limit=x", "/query/limit"),
        ("cursor=x", "/query/cursor"),
    ] {
        assert_problem(&anna.get(&format!("{PATH}?{query}")).await, 422, "validation_failed", pointer);
    }
}

#[tokio::test]
async fn every_operation_requires_a_session() {
    let app = TestApp::start().await;
    let anonymous: TestUser = app.anonymous();
    let path = format!("{PATH}/{}", app.random_id());
    for answer in [
        anonymous.get(PATH).await,
        anonymous.post(PATH, &json!({ "title": "a" })).await,
        anonymous.get(&path).await,
        anonymous.patch(&path, &json!({ "title": "a" })).await,
        anonymous.delete(&path).await,
    ] {
        assert_problem(&answer, 401, "unauthenticated", "");
    }
}

#[tokio::test]
async fn chat_can_not_join_a_deleted_project() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.put("/api/projects/gone", &json!({ "name": "P", "baseRevision": 0 })).await.expect(201);
    anna.delete("/api/projects/gone").await.expect(204);
    let created = anna.post(PATH, &json!({ "title": "Late", "projectId": "gone" })).await.expect(201);
    assert_eq!(created["projectId"], Value::Null);
    let path = format!("{PATH}/{}", created["id"].as_str().unwrap());
    let patched = anna.patch(&path, &json!({ "projectId": "gone" })).await.expect(200);
    assert_eq!(patched, created, "it is in no project already, so nothing changed");
    let on_its_way = anna.patch(&path, &json!({ "projectId": "later" })).await.expect(200);
    assert_eq!(on_its_way["projectId"], "later");
    let put = json!({ "id": 1, "collection": "chatSessions", "op": "put", "key": created["id"], "value": { "title": "Late", "projectId": "gone" } });
    let body = json!({ "clientId": "device-1", "mutations": [put] });
    assert_eq!(anna.post("/api/sync", &body).await.expect(200)["results"][0]["status"], "applied");
    assert_eq!(anna.get(&path).await.expect(200)["projectId"], Value::Null);
}
