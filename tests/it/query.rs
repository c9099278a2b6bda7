//! Query parameters: unknown and repeated ones are refused, all errors are named, and forged cursors are input like any other.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, assert_problem, send};

fn pointers(answer: &Answer) -> Vec<(&str, &str)> {
    // The market's first client has its own envelope.
    let listed = answer.json["errors"].as_array().or(answer.json["error"]["details"].as_array());
    let errors = listed.into_iter().flatten();
    errors.map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn every_operation_refuses_an_unknown_parameter() {
    let app = TestApp::start().await;
    // An administrator reaches every operation.
    let anna = crate::assistants::admin(&app, "anna").await;
    let document = app.anonymous().get("/api/openapi.json").await.expect(200);
    let id = app.random_id();
    for (path, item) in document["paths"].as_object().unwrap() {
        let filled =
            path.split('/').map(|part| if part.starts_with('{') { id.as_str() } else { part }).collect::<Vec<_>>();
        // Some of these end the session that they are called with.
        let user = if path.starts_with("/api/auth/") { &app.user("ben").await } else { &anna };
        for method in ["get", "post", "put", "patch", "delete"].into_iter().filter(|method| item.get(*method).is_some())
        {
            let method: Method = method.to_uppercase().parse().unwrap();
            let address = format!("{}?sort=name", filled.join("/"));
            let request = user.request(method.clone(), &address).header("content-type", "application/json").body("{}");
            let answer = send(request).await;
            let refused = pointers(&answer).contains(&("/query/sort", "unknown_parameter"));
            assert_eq!(refused, !path.starts_with("/api/auth/"), "{method} {path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn all_errors_of_a_query_are_named_at_once() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let answer = anna.get("/api/chat/sessions?name=a&limit=0&sort=b&sort=c&cursor=x&projectId=p&projectId=q").await;
    assert_problem(&answer, 422, "validation_failed", "/query/name");
    let expected = [
        ("/query/name", "unknown_parameter"),
        ("/query/sort", "unknown_parameter"),
        ("/query/projectId", "duplicate_parameter"),
        ("/query/limit", "invalid_value"),
        ("/query/cursor", "invalid_value"),
    ];
    assert_eq!(pointers(&answer), expected);
    assert_eq!(answer.json["errors"][3]["detail"], "must be a number from 1 to 200");
    let known = answer.json["errors"][0]["detail"].as_str().unwrap();
    assert_eq!(known, "is not known here; known are projectId, limit, cursor");
}

#[tokio::test]
async fn list_of_unknown_parameters_is_bounded() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let query: Vec<String> = (0..500).map(|number| format!("p{number}=1")).collect();
    let answer = anna.get(&format!("/api/projects?{}", query.join("&"))).await;
    assert_eq!((answer.status, pointers(&answer).len()), (422, 50));
}

/// Cursors that no server made.
fn forged(epoch: &str) -> Vec<String> {
    let position = |position: Value| json!({ "e": epoch, "p": { "chatMessages": position, "projects": position } });
    let texts = [
        json!({}).to_string(),
        json!([1]).to_string(),
        position(json!([1, "no-uuid"])).to_string(),
        position(json!([0, ""])).to_string(),
        position(json!([1, "a\u{0}b"])).to_string(),
        position(json!([1, "x".repeat(5_000)])).to_string(),
        position(json!([-1, null])).to_string(),
        position(json!([i64::MAX, null])).to_string(),
        position(json!([i64::MAX, "k", i64::MAX])).to_string(),
        position(json!([1, "00000000000000000000000000000000"])).to_string(),
        position(json!([1, null, i64::MAX])).to_string(),
        position(json!("1")).to_string(),
        position(json!([1.5, null])).to_string(),
        position(json!([1e300, null])).to_string(),
        "\u{0}".to_owned(),
        "settings:\u{fffd}".to_owned(),
        i64::MIN.to_string(),
    ];
    let encoded = texts.iter().map(|text| URL_SAFE_NO_PAD.encode(text));
    let bytes = [vec![0; 24], vec![255; 24], vec![255; 8], vec![0; 100], b"\xff\xfe".to_vec()];
    let plain = ["x", "%00", "-1", "9223372036854775808", "==", "a+b", "\u{e9}"].map(str::to_owned);
    encoded.chain(bytes.map(|bytes| URL_SAFE_NO_PAD.encode(bytes))).chain(plain).collect()
}

#[tokio::test]
async fn forged_cursors_are_never_a_fault_of_the_server() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    anna.put("/api/projects/p", &json!({ "name": "Harbour", "baseRevision": 0 })).await.expect(201);
    let epoch = anna.get("/api/sync/init").await.expect(200)["epoch"].as_str().unwrap().to_owned();
    for cursor in forged(&epoch) {
        let reads = [
            format!("/api/chat/sessions?cursor={cursor}"),
            format!("/api/assets?cursor={cursor}"),
            format!("/api/media/assets?cursor={cursor}"),
            format!("/api/collections/tags?cursor={cursor}"),
            format!("/api/chat/{session}/messages?before={cursor}"),
            format!("/api/chat/{session}/messages?after={cursor}"),
            format!("/api/sync/changes?cursor={cursor}"),
        ];
        for read in reads {
            let answer = anna.get(&read).await;
            assert!(answer.status < 500, "{read}: {}", answer.text);
        }
        let events = anna.request(Method::HEAD, "/api/sync/events").header("last-event-id", cursor.as_bytes());
        assert!(send(events).await.status < 500, "{cursor}");
        let push = json!({ "clientId": "d", "cursor": cursor, "mutations": [] });
        let answer = anna.post("/api/sync", &push).await;
        assert!(answer.status < 500, "{cursor}: {}", answer.text);
    }
}

#[tokio::test]
async fn cursor_after_something_that_is_no_id_is_refused_with_its_pointer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.chat().await;
    let epoch = anna.get("/api/sync/init").await.expect(200)["epoch"].clone();
    let cursor = json!({ "e": epoch, "p": { "chatSessions": [1, "no-uuid"] } }).to_string();
    let cursor = URL_SAFE_NO_PAD.encode(cursor);
    let answer = anna.get(&format!("/api/sync/changes?cursor={cursor}")).await;
    assert_problem(&answer, 422, "validation_failed", "/query/cursor");
    let mutation =
        json!({ "id": 1, "collection": "tags", "op": "put", "key": "a", "baseRevision": 0, "value": { "name": "a" } });
    let push = json!({ "clientId": "d", "cursor": cursor, "mutations": [mutation] });
    assert_problem(&anna.post("/api/sync", &push).await, 422, "validation_failed", "/cursor");
    // Nothing was stored.
    anna.get("/api/collections/tags/a").await.expect(404);
}
