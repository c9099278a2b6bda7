//! A server that dies at a chosen place in a write. It never answered; what it leaves is all of the request or nothing of it, and the
//! request, sent again, has one effect.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Process, TestApp, TestUser, message, send, try_send};

/// A write, the way it is asked for.
#[derive(Clone, Copy, Debug)]
enum Door {
    /// One call of a database function.
    Batch,
    /// Several statements in a transaction.
    Push,
    Project,
}

impl Door {
    fn request(self, session: &str) -> (Method, &'static str, Value) {
        let one = |key: &str| message(session, key, key);
        match self {
            Self::Batch => {
                let body = json!({ "messages": [one("t1"), one("t2"), one("t3")] });
                (Method::POST, "/api/chat/messages/batch", body)
            }
            Self::Push => {
                let tag = |id: i64, key: &str| json!({ "id": id, "collection": "tags", "op": "put", "key": key, "baseRevision": 0, "value": { "name": key } });
                let body = json!({ "clientId": "device", "mutations": [tag(1, "t1"), tag(2, "t2"), tag(3, "t3")] });
                (Method::POST, "/api/sync", body)
            }
            Self::Project => {
                let body = json!({ "name": "P", "data": { "n": 1 }, "baseRevision": 0, "mutationId": "m1" });
                (Method::PUT, "/api/projects/p1", body)
            }
        }
    }

    /// Rows that the whole of it stores.
    fn rows(self) -> i64 {
        match self {
            Self::Batch | Self::Push => 3,
            Self::Project => 1,
        }
    }
}

const STORED: &str = "SELECT (SELECT count(*) FROM chat_messages) + (SELECT count(*) FROM records) + (SELECT count(*) FROM projects) AS n";

/// Dies at the place, with this much of the write stored; then the write is sent again.
async fn die_at(point: &str, door: Door, stores_all: bool) {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let before = app.db.version(&anna.id).await;
    let folder = tempfile::tempdir().unwrap();
    let mut doomed = Process::over(&app.db, folder.path(), &[("LANDFALL_DIE_AT", point)]).await;
    let go = |user: TestUser| {
        let (method, path, body) = door.request(&session);
        user.request(method, path).json(&body)
    };
    let answer = try_send(go(anna.at(&doomed.url))).await;
    assert!(answer.is_err(), "{point}, {door:?}: answered {answer:?}");
    assert!(!doomed.end().await.success());

    let rows = if stores_all { door.rows() } else { 0 };
    assert_eq!(app.db.number(STORED).await, rows, "{point}, {door:?}");
    assert_eq!(app.db.version(&anna.id).await, before + i64::from(stores_all), "{point}, {door:?}");

    let again = send(go(anna.clone())).await;
    assert!(again.status < 300, "{point}, {door:?}: {}", again.text);
    assert_eq!(app.db.number(STORED).await, door.rows(), "{point}, {door:?}");
    assert_eq!(app.db.version(&anna.id).await, before + 1, "{point}, {door:?}");
}

#[tokio::test]
async fn death_before_the_transaction_stores_nothing() {
    for door in [Door::Batch, Door::Push, Door::Project] {
        die_at("before_begin", door, false).await;
    }
}

/// The batch is one call, and so has no middle in the server.
#[tokio::test]
async fn death_in_the_transaction_stores_nothing() {
    for point in ["in_the_middle", "before_commit"] {
        for door in [Door::Push, Door::Project] {
            die_at(point, door, false).await;
        }
    }
}

#[tokio::test]
async fn death_after_the_commit_and_before_the_answer_stores_everything() {
    for door in [Door::Batch, Door::Push, Door::Project] {
        die_at("after_commit", door, true).await;
    }
}
