//! The authorization matrix: every operation of the OpenAPI document with every id of another user, and with every kind of invalid token. An
//! operation without an entry in [`attempts`] fails the test.

mod attempts;
mod ids;
mod jwt;
mod tokens;
mod unauthenticated;

use serde_json::Value;

use crate::support::{Answer, TestApp, TestDatabase, TestUser};
use attempts::{Attempt, attempts};
use ids::{CANARY, Ids};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Every operation of the document, such as `GET /api/projects/{id}`, with its description.
async fn operations(app: &TestApp) -> Vec<(String, Value)> {
    let document = app.anonymous().get("/api/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        METHODS
            .iter()
            .filter_map(move |method| Some((format!("{} {path}", method.to_uppercase()), item.get(*method)?.clone())))
    });
    all.collect()
}

fn is_documented(operation: &Value, status: u16) -> bool {
    let responses = &operation["responses"];
    responses.get(status.to_string()).is_some() || (status >= 500 && responses.get("default").is_some())
}

/// The part of an answer that must be equal for an id of another user and for an unknown id.
fn comparable(answer: &Answer) -> (u16, Value, Vec<Value>) {
    let errors = answer.json["errors"].as_array().cloned().unwrap_or_default();
    let pointers = errors.into_iter().map(|error| serde_json::json!([error["pointer"], error["code"]])).collect();
    (answer.status, answer.json["code"].clone(), pointers)
}

async fn attempt(user: &TestUser, attempt: &Attempt) -> Answer {
    let request = user.request(attempt.method.clone(), &attempt.path);
    let request = match &attempt.body {
        Some(body) => request.json(body),
        None => request,
    };
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    // An event stream has no end.
    let is_stream = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
    let text = if is_stream { String::new() } else { response.text().await.unwrap() };
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status, headers, json, text }
}

#[tokio::test]
async fn ids_of_other_users_answer_like_unknown_ids_and_change_nothing() {
    // Runs with the server's database role, so that an operation with a missing grant fails.
    let app = TestApp::on(TestDatabase::migrated().await.as_server()).await;
    let ben = app.user("ben").await;
    let bens = Ids::of_everything(&ben).await;
    let unknown_ids = Ids::of_nothing(&app, &bens.cursor);
    let before = ids::everything(&ben).await;
    assert!(before.to_string().contains(CANARY));
    for (number, (operation, described)) in operations(&app).await.into_iter().enumerate() {
        let (eve, ewa) = (app.user(&format!("eve{number}")).await, app.user(&format!("ewa{number}")).await);
        let known = attempts(&operation, &bens)
            .unwrap_or_else(|| panic!("{operation} has no entry in tests/it/protection/authorization/attempts.rs"));
        let unknown = attempts(&operation, &unknown_ids).unwrap();
        for (known, unknown) in known.iter().zip(&unknown) {
            let (at_bens, at_unknown) = (attempt(&eve, known).await, attempt(&ewa, unknown).await);
            let what = format!("{operation}: {known:?} answers {}", at_bens.text);
            assert_eq!(comparable(&at_bens), comparable(&at_unknown), "{what} and not {}", at_unknown.text);
            assert!(!at_bens.text.contains(CANARY), "{what}");
            assert!(is_documented(&described, at_bens.status), "{what}: {} is not documented", at_bens.status);
            assert!(at_bens.status < 500, "{what}");
        }
    }
    assert_eq!(ids::everything(&ben).await, before, "Ben's data has changed");
}

#[tokio::test]
async fn invalid_tokens_are_refused_by_every_operation() {
    let app = TestApp::start().await;
    let ben = app.user("ben").await;
    let bens = Ids::of_everything(&ben).await;
    let invalid = tokens::invalid(&app, &ben).await;
    for (operation, described) in operations(&app).await {
        // `security(())` marks operations that need no session.
        let is_public = described["security"].as_array().is_some_and(|ways| ways.contains(&serde_json::json!({})));
        let Some(one) = attempts(&operation, &bens).unwrap().into_iter().next() else { continue };
        for (kind, way) in &invalid {
            let request = way(app.anonymous().request(one.method.clone(), &one.path));
            let request = match &one.body {
                Some(body) => request.json(body),
                None => request,
            };
            let answer = crate::support::send(request).await;
            let what = format!("{operation} with {kind} answers {} {}", answer.status, answer.text);
            assert!(!answer.text.contains(CANARY) && !answer.text.contains(&ben.id), "{what}");
            if !is_public {
                assert_eq!((answer.status, answer.code()), (401, "unauthenticated"), "{what}");
                assert!(answer.headers.contains_key("www-authenticate"), "{what}");
            }
        }
    }
    ben.get("/api/chat/sessions").await.expect(200);
}
