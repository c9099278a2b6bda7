//! Invalid rows. The error has a pointer, and nothing is stored.

use reqwest::Method;
use serde_json::{Value, json};

use super::{address, create, put, put_body};
use crate::support::{TestApp, assert_problem, send};

#[tokio::test]
async fn invalid_value_is_refused_with_its_pointer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (collection, value, pointer) in [
        ("tags", json!([]), "/value"),
        ("tags", json!("todo"), "/value"),
        ("tags", json!({}), "/value/name"),
        ("tags", json!({ "name": 1 }), "/value/name"),
        ("tags", json!({ "name": "" }), "/value/name"),
        ("tags", json!({ "name": "x".repeat(201) }), "/value/name"),
        ("tags", json!({ "name": "x", "createdAt": "yesterday" }), "/value/createdAt"),
        ("tags", json!({ "name": "x", "more": ["\0"] }), "/value/more/0"),
        ("tags", json!({ "name": "x", "id": "another" }), "/value/id"),
        ("conversations", json!({ "title": "x".repeat(10_001) }), "/value/title"),
        ("settings", json!({ "key": "another", "value": 1 }), "/value/key"),
        ("conversations", json!({ "title": "x", "projectId": "" }), "/value/projectId"),
        ("conversations", json!({ "title": "x", "projectId": "p".repeat(129) }), "/value/projectId"),
        ("interactions", json!({ "conversationId": "c", "index": "1" }), "/value/index"),
        ("promptTemplates", json!({ "name": "x", "prompt": "y", "tags": ["a", 1] }), "/value/tags/1"),
        (
            "apiKeys",
            json!({ "name": "x", "sealed": { "alg": "none", "iv": "", "ciphertext": "" } }),
            "/value/sealed/alg",
        ),
        (
            "apiKeys",
            json!({ "name": "x", "sealed": { "alg": "A256GCM", "iv": "short", "ciphertext": "" } }),
            "/value/sealed/iv",
        ),
    ] {
        assert_problem(&put(&anna, collection, "k", value, 0).await, 422, "validation_failed", pointer);
    }
    assert_eq!(app.db.number("SELECT count(*) AS n FROM records").await, 0);
    assert_eq!(app.db.version(&anna.id).await, 0);
}

#[tokio::test]
async fn malformed_body_is_refused_with_its_pointer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let value = json!({ "name": "x" });
    for (body, pointer) in [
        (json!({ "baseRevision": 0 }), "/value"),
        (json!({ "value": value, "baseRevision": -1 }), "/baseRevision"),
        (json!({ "value": value, "baseRevision": 0, "mutationId": "" }), "/mutationId"),
        (json!({ "value": value, "baseRevision": 0, "revision": 1 }), "/revision"),
    ] {
        assert_problem(&put_body(&anna, "tags", "t1", body).await, 422, "validation_failed", pointer);
    }
    let text = r#"{"baseRevision":0,"value":{"name":"x","n":1e400,"a":{"b":1,"b":2}}}"#;
    let put = anna.request(Method::PUT, &address("tags", "t1")).header("content-type", "application/json").body(text);
    assert_problem(&send(put).await, 422, "validation_failed", "/value/n");
    for id in ["x".repeat(129), "%00".to_owned()] {
        let answer = put_body(&anna, "tags", &id, json!({ "value": value, "baseRevision": 0 })).await;
        assert_problem(&answer, 422, "validation_failed", "/path/id");
    }
}

#[tokio::test]
async fn value_is_measured_as_it_is_written_out() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let of_size = |bytes: usize| json!({ "value": "x".repeat(bytes - r#"{"value":""}"#.len()) });
    create(&anna, "settings", "largest", of_size(1_048_576)).await;
    let larger = put(&anna, "settings", "larger", of_size(1_048_577), 0).await;
    assert_problem(&larger, 413, "payload_too_large", "/value");
    let numbers: Vec<Value> = vec![json!(1e308); 4_000];
    let grown = put(&anna, "settings", "numbers", json!({ "value": numbers }), 0).await;
    assert_problem(&grown, 413, "payload_too_large", "/value");
}

#[tokio::test]
async fn setting_may_have_any_value() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (n, value) in [json!(null), json!(1), json!("x"), json!([1]), json!({ "a": null })].into_iter().enumerate() {
        create(&anna, "settings", &format!("settings:k{n}"), json!({ "value": value })).await;
    }
    assert_eq!(anna.get("/api/collections/settings").await.expect(200)["items"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn setting_without_a_value_is_cleared_and_in_no_export() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "settings", "theme", json!({ "value": "dark" })).await;
    create(&anna, "settings", "language", json!({ "value": null })).await;
    put(&anna, "settings", "theme", json!({}), 1).await.expect(200);
    let first = anna.get("/api/sync/init").await.expect(200);
    assert_eq!(first["preferences"], json!({ "language": null }));
    let document = anna.get("/api/export?include=settings").await.expect(200);
    assert_eq!(document["settings"], json!({ "language": null }));
}

#[tokio::test]
async fn rows_with_files_and_long_titles_are_stored_up_to_their_limits() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let limits = anna.get("/api/sync/init").await.expect(200)["limits"].clone();
    assert_eq!(
        (&limits["maxTitleChars"], &limits["maxValueBytes"]["interactions"]),
        (&json!(10_000), &json!(5_242_880))
    );
    create(&anna, "conversations", "c", json!({ "title": "\u{1f600}".repeat(10_000) })).await;
    let of_size = |bytes: usize| {
        let mut row = json!({ "conversationId": "c", "index": 0, "prompt": { "metadata": { "attachedFiles": [{ "contentBase64": "" }] } } });
        let rest = row.to_string().len();
        row["prompt"]["metadata"]["attachedFiles"][0]["contentBase64"] = json!("x".repeat(bytes - rest));
        row
    };
    create(&anna, "interactions", "largest", of_size(5_242_880)).await;
    let larger = put(&anna, "interactions", "larger", of_size(5_242_881), 0).await;
    assert_problem(&larger, 413, "payload_too_large", "/value");
}
