//! A value just over its limit is refused in every way to store it with the same code, and one at its limit is stored in every way.

use reqwest::Method;
use serde_json::{Value, json};

use super::{configured, push, put};
use crate::support::{
    Answer, NO_ASSISTANTS, TestApp, TestUser, assert_problem, left_out_on_a_cluster, message, png, put as send_bytes,
    send,
};

/// A way to store a value. It returns the codes of the refusal, or nothing if the value is stored.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Rest,
    Patch,
    Push,
    Import,
}

/// A value with a limit: a row as it is put, by the size of the value.
struct Case {
    what: &'static str,
    collection: &'static str,
    /// The largest size that passes.
    limit: usize,
    code: &'static str,
    value: fn(usize, &str) -> Value,
}

/// JSON text of exactly `bytes` bytes.
fn text(bytes: usize) -> Value {
    json!({ "t": "x".repeat(bytes - r#"{"t":""}"#.len()) })
}

const CASES: &[Case] = &[
    Case {
        what: "document of a project",
        collection: "projects",
        limit: 20_000,
        code: "too_large",
        value: |size, _| json!({ "name": "P", "data": text(size) }),
    },
    Case {
        what: "name of a project",
        collection: "projects",
        limit: 200,
        code: "too_long",
        value: |size, _| json!({ "name": "x".repeat(size) }),
    },
    Case {
        what: "metadata of a chat session",
        collection: "chatSessions",
        limit: 1024 * 1024,
        code: "too_large",
        value: |size, _| json!({ "title": "T", "metadata": text(size) }),
    },
    Case {
        what: "title of a chat session",
        collection: "chatSessions",
        limit: 200,
        code: "too_long",
        value: |size, _| json!({ "title": "x".repeat(size) }),
    },
    Case {
        what: "metadata of a message",
        collection: "chatMessages",
        limit: 1024 * 1024,
        code: "too_large",
        value: |size, session| json!({ "sessionId": session, "role": "user", "content": "c", "createdAt": "2026-11-21T08:00:00.000Z", "metadata": text(size) }),
    },
    Case {
        what: "content of a message",
        collection: "chatMessages",
        limit: 1_000_000,
        code: "too_long",
        value: |size, session| json!({ "sessionId": session, "role": "user", "content": "x".repeat(size), "createdAt": "2026-11-21T08:00:00.000Z" }),
    },
    Case {
        what: "value of a collection",
        collection: "rules",
        limit: 1024 * 1024,
        code: "too_large",
        value: |size, _| {
            let frame = json!({ "name": "R", "content": "" }).to_string().len();
            json!({ "name": "R", "content": "x".repeat(size - frame) })
        },
    },
];

fn first_code(answer: &Answer) -> String {
    answer.json["errors"][0]["code"].as_str().unwrap_or_default().to_owned()
}

async fn at(way: Way, user: &TestUser, case: &Case, key: &str, session: &str, size: usize) -> Option<String> {
    let value = (case.value)(size, session);
    let answer = match (way, case.collection) {
        (Way::Rest, "projects") => {
            let mut body = value;
            body["baseRevision"] = json!(0);
            user.put(&format!("/api/projects/{key}"), &body).await
        }
        (Way::Patch, "projects") => {
            let mut body = value;
            body["id"] = json!(key);
            user.post("/api/projects", &body).await
        }
        (Way::Rest, "chatSessions") => {
            let mut body = value;
            body["id"] = json!(key);
            user.post("/api/chat/sessions", &body).await
        }
        (Way::Patch, "chatSessions") => user.patch(&format!("/api/chat/sessions/{session}"), &value).await,
        (Way::Rest, "chatMessages") => {
            let mut one = value;
            one["id"] = json!(key);
            user.post("/api/chat/messages/batch", &json!({ "messages": [one] })).await
        }
        (Way::Rest, collection) => {
            user.put(&format!("/api/collections/{collection}/{key}"), &json!({ "value": value, "baseRevision": 0 }))
                .await
        }
        (Way::Patch, _) => return None,
        (Way::Push, collection) => {
            let answer = push(user, &[put(1, collection, key, value)]).await;
            let result = &answer.json["results"][0];
            if result["status"] == "rejected" {
                return Some(result["error"]["errors"][0]["code"].as_str().unwrap_or_default().to_owned());
            }
            assert_eq!(result["status"], "applied", "{}", &answer.text[..answer.text.len().min(500)]);
            return None;
        }
        (Way::Import, collection) => {
            let mut row = value;
            row["id"] = json!(key);
            user.post("/api/import?dryRun=1", &json!({ collection: [row] })).await
        }
    };
    if way == Way::Import {
        let code = first_code(&answer);
        return (!code.is_empty()).then_some(code);
    }
    match answer.status {
        200 | 201 => None,
        _ => Some(first_code(&answer)),
    }
}

#[tokio::test]
async fn every_way_has_the_same_limit() {
    let app = configured([("PORT", "80"), ("LANDFALL_MAX_PROJECT_BYTES", "20000")]).await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    for case in CASES {
        for way in [Way::Rest, Way::Patch, Way::Push, Way::Import] {
            let what = format!("{} at {way:?}", case.what);
            if way == Way::Patch && !matches!(case.collection, "projects" | "chatSessions") {
                continue;
            }
            let over = at(way, &anna, case, &app.random_id(), &session, case.limit + 1).await;
            assert_eq!(over.as_deref(), Some(case.code), "{what}, one over");
            let key = app.random_id();
            assert_eq!(at(way, &anna, case, &key, &session, case.limit).await, None, "{what}, at the limit");
            // The name of a rule is unique.
            if case.collection == "rules" {
                anna.delete(&format!("/api/collections/rules/{key}")).await;
            }
        }
    }
}

#[tokio::test]
async fn size_is_that_of_the_written_value_in_every_way() {
    let app = configured([("PORT", "80"), ("LANDFALL_MAX_PROJECT_BYTES", "20000")]).await;
    let anna = app.user("anna").await;
    // Seven bytes each, and more than three hundred when PostgreSQL writes them out.
    let numbers = format!("{{\"n\":[{}]}}", vec!["5e-324"; 100].join(","));
    let direct = format!("{{\"baseRevision\":0,\"data\":{numbers}}}");
    let request = anna.request(Method::PUT, "/api/projects/p1").header("content-type", "application/json").body(direct);
    assert_eq!((send(request).await).code(), "payload_too_large");
    let pushed = format!(
        "{{\"clientId\":\"d\",\"mutations\":[{{\"id\":1,\"collection\":\"projects\",\"op\":\"put\",\"key\":\"p1\",\"baseRevision\":0,\"value\":{{\"name\":\"P\",\"data\":{numbers}}}}}]}}"
    );
    let answer = anna.post_text("/api/sync", pushed).await;
    let error = &answer.json["results"][0]["error"];
    assert_eq!((&error["code"], &error["errors"][0]["pointer"]), (&json!("payload_too_large"), &json!("/value/data")));
    let document = format!("{{\"projects\":[{{\"id\":\"p1\",\"name\":\"P\",\"data\":{numbers}}}]}}");
    let imported = anna.post_text("/api/import?dryRun=1", document).await;
    assert_eq!(
        (first_code(&imported).as_str(), &imported.json["errors"][0]["pointer"]),
        ("too_large", &json!("/projects/0/data"))
    );
}

/// The largest values are exported and imported again by another user.
#[tokio::test]
async fn what_is_stored_can_be_exported_and_imported() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let session = anna.chat().await;
    for case in CASES.iter().filter(|case| case.what != "document of a project") {
        assert_eq!(at(Way::Rest, &anna, case, &app.random_id(), &session, case.limit).await, None, "{}", case.what);
    }
    let small = format!("{{\"baseRevision\":0,\"data\":{{\"n\":[{}]}}}}", vec!["5e-324"; 10_000].join(","));
    let request =
        anna.request(Method::PUT, "/api/projects/numbers").header("content-type", "application/json").body(small);
    send(request).await.expect(201);
    let document = anna.get("/api/export").await.text;
    let imported = ben.post_text("/api/import", document.clone()).await;
    assert_eq!(imported.status, 200, "{}", imported.text);
    assert_eq!(ben.get("/api/chat/sessions").await.expect(200)["sessions"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn push_takes_a_document_that_is_larger_than_other_bodies() {
    let settings = [("PORT", "80"), ("LANDFALL_MAX_PROJECT_BYTES", "20000"), ("LANDFALL_MAX_BODY_BYTES", "10000")];
    let app = configured(settings).await;
    let anna = app.user("anna").await;
    let answer =
        push(&anna, &[put(1, "projects", "p1", json!({ "name": "P", "data": text(20_000) }))]).await.expect(200);
    assert_eq!(answer["results"][0]["status"], "applied");
}

#[tokio::test]
async fn limit_of_a_type_of_files_holds_in_every_way() {
    let app = configured([("PORT", "80"), ("LANDFALL_MAX_IMAGE_BYTES", "1000")]).await;
    let anna = app.user("anna").await;
    let file = |size: usize| crate::support::asset(&app.random_id(), size);
    let presign = |size| json!({ "operation": "upload", "assets": [file(size)] });
    assert_eq!(anna.post("/api/assets/presign", &presign(1001)).await.code(), "payload_too_large");
    anna.post("/api/assets/presign", &presign(1000)).await.expect(200);
    let in_parts = file(1001);
    let path = format!("/api/assets/{}/multipart", in_parts["id"].as_str().unwrap());
    assert_eq!(anna.post(&path, &in_parts).await.code(), "payload_too_large");
    let limits = anna.get("/api/sync/init").await.expect(200)["limits"].clone();
    assert_eq!((&limits["maxLinkBytes"]["image"], &limits["maxMediaBytes"]["image"]), (&json!(1000), &json!(1000)));
    assert_eq!(limits["maxLinkBytes"]["video"], limits["maxAssetBytes"]);
    for one in limits["files"]["types"].as_array().unwrap() {
        let kind = one["fileType"].as_str().unwrap();
        assert_eq!(one["maxBytes"], limits["maxLinkBytes"][kind], "{one}");
    }

    // Files whose type the bytes decide: by a link, in parts, and through the server.
    for (size, status) in [(1000, 201), (1001, 422)] {
        let mut unknown = file(size);
        (unknown["mimeType"], unknown["fileName"]) = (json!(""), json!("picture"));
        assert_eq!(send_bytes(&anna.upload_link(&unknown).await, png(size)).await, 200);
        let by_link = anna.post("/api/assets", &unknown).await;
        unknown["id"] = json!(app.random_id());
        let path = format!("/api/assets/{}/multipart", unknown["id"].as_str().unwrap());
        let parts = anna.post(&path, &unknown).await.expect(200);
        let part = json!({ "url": parts["parts"][0]["url"], "method": "PUT", "headers": {} });
        assert_eq!(send_bytes(&part, png(size)).await, 200);
        let in_parts = anna.post(&format!("{path}/complete"), &json!({})).await;
        for answer in [by_link, in_parts] {
            assert_eq!(answer.status, status, "{}", answer.text);
            if status == 422 {
                assert_problem(&answer, 422, "validation_failed", "/size");
                assert_eq!(answer.json["errors"][0]["code"], "too_large");
            }
        }
        let form = reqwest::multipart::Part::bytes(png(size)).file_name("picture");
        let form = reqwest::multipart::Form::new().part("file", form);
        let through = send(anna.request(Method::POST, "/api/media/assets").multipart(form)).await;
        assert_eq!(through.status, if size > 1000 { 413 } else { 201 }, "{}", through.text);
    }
}

#[tokio::test]
async fn limits_are_told() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let batch = json!({ "messages": [message(&session, "t1", "abc")] });
    anna.post("/api/chat/messages/batch", &batch).await.expect(200);
    let limits = anna.get("/api/sync/init").await.expect(200)["limits"].clone();
    assert_eq!(limits["maxProjectBytes"], 5 * 1024 * 1024);
    assert_eq!(limits["maxMetadataBytes"], 1024 * 1024);
    assert_eq!(limits["maxValueBytes"]["settings"], 1024 * 1024);
    assert_eq!(limits["rowQuota"], json!({ "bytes": 2_147_483_648_i64, "rows": 5_000_000 }));
    assert_eq!(limits["rowsUsed"], json!({ "bytes": 300 + 7 + 300 + 3, "rows": 2 }));
}
