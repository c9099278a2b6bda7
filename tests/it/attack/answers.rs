//! Requests whose answers are much larger than themselves.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::connections::{Sockets, head};
use super::setup::Setup;
use crate::support::{message, try_send};

/// The longest answer of any route but the export.
const MAX_ANSWER: usize = 16 * 1024 * 1024;
const READERS: usize = 12;

/// 40 MB of messages, of which pages ask for 200.
pub async fn pages_of_large_messages(setup: &Setup) -> usize {
    let anna = setup.attacker("pages").await;
    let session = anna.chat().await;
    // Limits count characters, and a server bytes: 3.6 MB each.
    let text = "\u{1F600}".repeat(900_000);
    let mut sent = 0;
    for number in 0..11 {
        let body = json!({ "messages": [message(&session, &format!("t-{number}"), &text)] });
        sent += text.len();
        anna.post("/api/chat/messages/batch", &body).await.expect(200);
    }
    for path in [
        format!("/api/chat/{session}/messages?limit=200"),
        "/api/sync/init?messageLimit=200".to_owned(),
        "/api/sync/changes?limit=200".to_owned(),
    ] {
        let readers = (0..READERS).map(|_| try_send(anna.request(Method::GET, &path)));
        for answer in join_all(readers).await {
            let answer = answer.unwrap();
            assert!(matches!(answer.status, 200 | 429 | 503), "{path}: {}", answer.status);
            assert!(answer.text.len() < MAX_ANSWER, "{path}: {} bytes", answer.text.len());
        }
    }
    sent
}

/// Each of 50 conflicts with a document of 4.8 MB would carry the document.
pub async fn conflicts_of_a_large_document(setup: &Setup) -> usize {
    let anna = setup.attacker("conflicts").await;
    let document = json!({ "baseRevision": 0, "data": { "text": "y".repeat(4_800_000) } });
    assert!(anna.put("/api/projects/large", &document).await.status < 300);
    let conflict = |id| json!({ "id": id, "collection": "projects", "op": "put", "key": "large", "baseRevision": 99, "value": { "name": "x" } });
    let mut sent = 0;
    for client in 0..4 {
        let mutations: Vec<Value> = (1..=50).map(conflict).collect();
        let body = json!({ "clientId": format!("c-{client}"), "mutations": mutations, "collections": ["tags"] });
        sent += body.to_string().len();
        let answer = anna.post("/api/sync", &body).await;
        assert_eq!(answer.status, 200, "{}", &answer.text[..300.min(answer.text.len())]);
        assert!(answer.text.len() < MAX_ANSWER, "{} bytes", answer.text.len());
    }
    sent
}

/// Each of many secrets would have a pointer of its own, which repeats a name of 100 KB.
pub async fn pointers_to_many_secrets(setup: &Setup) -> usize {
    let anna = setup.attacker("pointers").await;
    let secrets: Map<String, Value> = (0..10_000).map(|n| (format!("{n}token"), json!("x"))).collect();
    let value = json!({ "name": "a", "type": "b", "k".repeat(100_000): secrets });
    let put = json!({ "baseRevision": 0, "value": value });
    let push = json!({ "clientId": "p", "mutations": [{ "id": 1, "collection": "providerConfigs", "op": "put", "key": "x", "value": value }] });
    let answers = [
        anna.put("/api/collections/providerConfigs/x", &put).await,
        anna.post("/api/sync", &push).await,
        // The stored outcome.
        anna.post("/api/sync", &push).await,
    ];
    for answer in answers {
        assert!(matches!(answer.status, 200 | 413 | 422), "{}", answer.status);
        assert!(answer.text.len() < 256 * 1024, "{} bytes", answer.text.len());
    }
    put.to_string().len() + 2 * push.to_string().len()
}

pub async fn answers_that_nobody_reads(setup: &Setup) -> usize {
    let anna = setup.attacker("unread").await;
    let document = json!({ "baseRevision": 0, "data": { "text": "y".repeat(4_800_000) } });
    assert!(anna.put("/api/projects/large", &document).await.status < 300);
    let token = anna.token.as_deref();
    let mut sockets = Sockets::open(setup, 60).await;
    sockets.send(head(setup, "GET", "/api/projects/large", token, "").as_bytes()).await;
    document.to_string().len() + sockets.hold(Duration::from_secs(7)).await
}
