//! Imports that are refused: errors have pointers, and nothing is stored.

use landfall::config::Env;
use serde_json::{Value, json};

use super::streamed::Upload;
use super::{export, import};
use crate::collections::create;
use crate::support::{TestApp, TestDatabase, TestUser, assert_problem, eventually, message};

/// Asserts that no row is stored and no staged row is left.
async fn assert_untouched(app: &TestApp, user: &TestUser) {
    assert_eq!(app.db.version(&user.id).await, 0);
    const LEFT: &str = "SELECT (SELECT count(*) FROM import_rows) + (SELECT count(*) FROM imports) AS n";
    eventually(10, "nothing is left of an import", || async { (app.db.number(LEFT).await == 0).then_some(()) }).await;
}

#[tokio::test]
async fn rows_that_refuse_a_strict_import_have_pointers_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    let good = json!({ "id": "good", "name": "good" });
    let orphan =
        json!({ "id": id, "sessionId": id, "role": "user", "content": "x", "createdAt": "2024-05-01T08:00:00Z" });
    for (document, pointer, code) in [
        (json!({ "tags": [good, { "id": "b" }] }), "/tags/1/name".to_owned(), "missing_member"),
        (json!({ "tags": [{ "name": "x" }] }), "/tags/0/id".to_owned(), "missing_member"),
        (json!({ "tags": [{ "id": "", "name": "x" }] }), "/tags/0/id".to_owned(), "too_short"),
        (json!({ "tags": [good, 7] }), "/tags/1".to_owned(), "invalid_type"),
        (json!({ "tags": { "a": 1 } }), "/tags".to_owned(), "invalid_type"),
        (json!({ "tags": [good, { "id": "good", "name": "y" }] }), "/tags/1/id".to_owned(), "duplicate"),
        (json!({ "tags": [good, { "id": "b", "name": "good" }] }), "/tags/1/name".to_owned(), "duplicate_name"),
        (
            json!({ "tags": [good], "settings": { "a/b": { "x": "\u{0}" } } }),
            "/settings/a~1b/x".to_owned(),
            "nul_character",
        ),
        (
            json!({ "tags": [good], "interactions": [{ "id": "i", "conversationId": "none", "index": 0 }] }),
            "/interactions/0/conversationId".to_owned(),
            "unknown_reference",
        ),
        (
            json!({ "projects": [{ "id": "p", "name": "x", "parentId": "p" }] }),
            "/projects/0/parentId".to_owned(),
            "cycle",
        ),
        (
            json!({ "projects": [{ "id": "a", "name": "x", "parentId": "b" }, { "id": "b", "name": "x", "parentId": "a" }] }),
            "/projects/0/parentId".to_owned(),
            "cycle",
        ),
        (
            json!({ "projects": [{ "id": "p", "name": "x", "parentId": "q" }] }),
            "/projects/0/parentId".to_owned(),
            "unknown_parent",
        ),
        (
            json!({ "projects": [{ "id": "p", "name": "x", "data": [] }] }),
            "/projects/0/data".to_owned(),
            "invalid_type",
        ),
        (json!({ "chatSessions": [{ "id": "no", "title": "x" }] }), "/chatSessions/0/id".to_owned(), "invalid_value"),
        (
            json!({ "chatSessions": [{ "id": id, "title": "x", "more": 1 }] }),
            "/chatSessions/0/more".to_owned(),
            "unknown_member",
        ),
        (json!({ "chatMessages": [orphan] }), "/chatMessages/0/sessionId".to_owned(), "unknown_session"),
    ] {
        let refused = import(&anna, "?strict=1", &document).await;
        assert_problem(&refused, 422, "validation_failed", &pointer);
        assert_eq!(refused.json["errors"][0]["code"], code, "{pointer}");
    }
    let number = anna.post_text("/api/import?strict=1", r#"{"settings":{"k":[1e400]}}"#).await;
    assert_problem(&number, 422, "validation_failed", "/settings/k/0");
    let twice = anna.post_text("/api/import?strict=1", r#"{"tags":[],"tags":[]}"#).await;
    assert_problem(&twice, 422, "validation_failed", "/tags");
    assert_untouched(&app, &anna).await;
}

#[tokio::test]
async fn bodies_that_are_no_document_are_a_400_and_leave_no_staged_rows() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (body, pointer) in [
        ("", ""),
        ("tags", ""),
        (r#"{"tags":[{"id":"a","name":"a"}]"#, ""),
        (r#"{"tags":[{"id":"a","name":"a"},{"id":}]}"#, "/tags/1"),
    ] {
        assert_problem(&anna.post_text("/api/import", body).await, 400, "malformed_json", pointer);
    }
    let mut packed = anna.request(reqwest::Method::POST, "/api/import").header("content-type", "application/json");
    packed = packed.header("content-encoding", "gzip").body("not packed at all");
    assert_problem(&crate::support::send(packed).await, 400, "bad_request", "");
    let other = anna.request(reqwest::Method::POST, "/api/import").header("content-type", "text/html").body("{}");
    assert_problem(&crate::support::send(other).await, 415, "unsupported_media_type", "");
    for query in ["mode=all", "dryRun=x", "include=nothing"] {
        let answer = anna.post_text(&format!("/api/import?{query}"), "{}").await;
        assert_problem(&answer, 422, "validation_failed", &format!("/query/{}", query.split('=').next().unwrap()));
    }
    assert_problem(&app.anonymous().post_text("/api/import", "{}").await, 401, "unauthenticated", "");
    assert_untouched(&app, &anna).await;
}

#[tokio::test]
async fn conflicts_with_stored_names_and_messages_have_pointers() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "tags", "t1", json!({ "name": "todo" })).await;
    let other = json!({ "tags": [{ "id": "t2", "name": "todo", "description": "other" }] });
    let refused = import(&anna, "?strict=1", &other).await;
    assert_problem(&refused, 422, "validation_failed", "/tags/0/name");
    let session = anna.chat().await;
    let batch = json!({ "messages": [message(&session, "t-1", "as it was said")] });
    anna.post("/api/chat/messages/batch", &batch).await.expect(200);
    let before = export(&anna).await;
    for (member, value) in [("content", json!("otherwise")), ("id", json!(app.random_id()))] {
        let mut document = json!({ "chatMessages": before["chatMessages"] });
        document["chatMessages"][0][member] = value;
        let refused = import(&anna, "?strict=1", &document).await;
        let blamed = if member == "id" { "/chatMessages/0/tempId" } else { "/chatMessages/0/id" };
        assert_problem(&refused, 422, "validation_failed", blamed);
        assert_eq!(refused.json["errors"][0]["code"], "id_conflict");
    }
    assert_eq!(export(&anna).await["chatMessages"], before["chatMessages"]);
}

#[tokio::test]
async fn too_large_document_is_refused_while_it_is_read_compressed_or_not() {
    let env = Env::from_pairs([("PORT", "80"), ("LANDFALL_MAX_IMPORT_BYTES", "100000")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let long = json!({ "settings": { "long": "x".repeat(200_000) } });
    assert_problem(&import(&anna, "", &long).await, 413, "payload_too_large", "");

    let mut upload = Upload::begin(&anna, "", "").await;
    upload.send(r#"{"skipped":[""#).await;
    // Ignored sections count too.
    for _ in 0..30 {
        upload.send("x".repeat(10_000)).await;
    }
    upload.send(r#""]}"#).await;
    let (status, answer) = upload.end().await;
    assert_eq!((status, answer["code"].as_str()), (413, Some("payload_too_large")));

    // Members without content are bytes too.
    let empty = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best()).finish().unwrap();
    let mut upload = Upload::begin(&anna, "", "content-encoding: gzip\r\n").await;
    upload.send(empty.repeat(10_000)).await;
    let (status, answer) = upload.end().await;
    assert_eq!((status, answer["code"].as_str()), (413, Some("payload_too_large")));

    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut bomb, long.to_string().as_bytes()).unwrap();
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 1_000);
    let mut upload = Upload::begin(&anna, "", "content-encoding: gzip\r\n").await;
    upload.send(bomb).await;
    let (status, answer) = upload.end().await;
    assert_eq!((status, answer["code"].as_str()), (413, Some("payload_too_large")));
    assert_untouched(&app, &anna).await;
}

#[tokio::test]
async fn one_import_runs_at_a_time_without_blocking_writes_and_an_aborted_one_leaves_nothing() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    assert_eq!(anna.get("/api/import").await.expect(200), Value::Null);
    let mut upload = Upload::begin(&anna, "", "").await;
    upload.send(r#"{"tags":[{"id":"t1","name":"one"},"#).await;
    // Enough rows for two batches: the first one is staged.
    for n in 0..2_600 {
        upload.send(format!(r#"{{"id":"n{n}","name":"name {n}"}},"#)).await;
    }
    let progress = eventually(10, "the import is reported", || async {
        let progress = anna.get("/api/import").await.expect(200);
        (progress["rowCount"] == 2_000).then_some(progress)
    })
    .await;
    assert_eq!(progress["phase"], "reading");
    let refused = import(&anna, "", &json!({ "tags": [] })).await;
    assert_problem(&refused, 429, "rate_limited", "");
    assert!(refused.headers.contains_key("retry-after") && refused.text.contains("import"), "{}", refused.text);
    create(&anna, "tags", "mine", json!({ "name": "mine" })).await;
    upload.send(r#"{"id":"t2","name":"two"}]}"#).await;
    let (status, report) = upload.end().await;
    assert_eq!((status, &report["collections"]["tags"]["created"]), (200, &json!(2_602)));
    assert_eq!(anna.get("/api/import").await.expect(200), Value::Null);
    assert_eq!(app.db.version(&anna.id).await, 2);

    let ben = app.user("ben").await;
    let mut broken = Upload::begin(&ben, "?mode=replace", "").await;
    broken.send(r#"{"tags":[{"id":"t1","name":"one"}]}"#).await;
    eventually(10, "the import has begun", || async {
        (!ben.get("/api/import").await.expect(200).is_null()).then_some(())
    })
    .await;
    drop(broken);
    assert_untouched(&app, &ben).await;
}
