//! Nobody reaches what is someone else's: every operation of the document, with every id of another person, and with every kind of token
//! that is not good. An operation without an entry in [`attempts`] fails the test.

mod attempts;
mod first;
mod ids;
mod tokens;

use serde_json::Value;

use crate::support::{Answer, TestApp, TestDatabase, TestUser};
use attempts::{Attempt, attempts};
use ids::{CANARY, Ids};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Every operation of the document: `GET /api/projects/{id}`, and what it says.
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

/// What must not differ between somebody else's id and one that nobody has.
fn gist(answer: &Answer) -> (u16, Value, Vec<Value>) {
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
    // A stream of events has no end.
    let is_stream = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
    let text = if is_stream { String::new() } else { response.text().await.unwrap() };
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status, headers, json, text }
}

#[tokio::test]
async fn ids_of_others_answer_like_ids_of_nobody_and_change_nothing() {
    // As the role that serves: what it may not do shows here, at whatever operation.
    let app = TestApp::on(TestDatabase::migrated().await.as_server()).await;
    let ben = app.user("ben").await;
    let his = Ids::of_everything(&ben).await;
    let nobodys = Ids::of_nothing(&app, &his.cursor);
    let before = ids::everything(&ben).await;
    assert!(before.to_string().contains(CANARY));
    for (number, (operation, described)) in operations(&app).await.into_iter().enumerate() {
        let (eve, ewa) = (app.user(&format!("eve{number}")).await, app.user(&format!("ewa{number}")).await);
        let known = attempts(&operation, &his)
            .unwrap_or_else(|| panic!("{operation} has no entry in tests/it/protection/strangers/attempts.rs"));
        let unknown = attempts(&operation, &nobodys).unwrap();
        for (known, unknown) in known.iter().zip(&unknown) {
            let (at_his, at_nobodys) = (attempt(&eve, known).await, attempt(&ewa, unknown).await);
            let what = format!("{operation}: {known:?} answers {}", at_his.text);
            assert_eq!(gist(&at_his), gist(&at_nobodys), "{what} and not {}", at_nobodys.text);
            assert!(!at_his.text.contains(CANARY), "{what}");
            assert!(is_documented(&described, at_his.status), "{what}: {} is not documented", at_his.status);
            assert!(at_his.status < 500, "{what}");
        }
    }
    assert_eq!(ids::everything(&ben).await, before, "what is Ben's has changed");
}

#[tokio::test]
async fn tokens_that_are_not_good_open_nothing() {
    let app = TestApp::start().await;
    let ben = app.user("ben").await;
    let his = Ids::of_everything(&ben).await;
    let bad = tokens::bad(&app, &ben).await;
    for (operation, described) in operations(&app).await {
        // `security(())` stands at what strangers may do.
        let for_strangers = described["security"].as_array().is_some_and(|ways| ways.contains(&serde_json::json!({})));
        let Some(one) = attempts(&operation, &his).unwrap().into_iter().next() else { continue };
        for (kind, way) in &bad {
            let request = way(app.anonymous().request(one.method.clone(), &one.path));
            let request = match &one.body {
                Some(body) => request.json(body),
                None => request,
            };
            let answer = crate::support::send(request).await;
            let what = format!("{operation} with {kind} answers {} {}", answer.status, answer.text);
            assert!(!answer.text.contains(CANARY) && !answer.text.contains(&ben.id), "{what}");
            if !for_strangers {
                assert_eq!((answer.status, answer.code()), (401, "unauthenticated"), "{what}");
                assert!(answer.headers.contains_key("www-authenticate"), "{what}");
            }
        }
    }
    ben.get("/api/chat/sessions").await.expect(200);
}
