//! A server that is killed at a crash point of a write. The write was not answered. All of it is stored or nothing, and a repeat has one effect.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Process, TestApp, TestUser, message, send, try_send};

/// A kind of write.
#[derive(Clone, Copy, Debug)]
enum Write {
    /// One call of a database function.
    Batch,
    /// Several statements in a transaction.
    Push,
    Project,
    /// With an entry of the audit log.
    Assistant,
}

impl Write {
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
            Self::Assistant => {
                let body =
                    json!({ "title": "A", "desc": "d", "prompt": "p", "tempId": "pending-1-a", "mutationId": "m1" });
                (Method::POST, "/api/assistants", body)
            }
        }
    }

    /// The number of rows that the write stores.
    fn rows(self) -> i64 {
        match self {
            Self::Batch | Self::Push => 3,
            Self::Project | Self::Assistant => 1,
        }
    }
}

const STORED: &str =
    "SELECT (SELECT count(*) FROM chat_messages) + (SELECT count(*) FROM records) + (SELECT count(*) FROM projects)
    + (SELECT count(*) FROM assistants) AS n";
/// Entries of the audit log without their effects, and effects without their entries.
const UNLOGGED: &str = "SELECT count(*) AS n FROM (SELECT id FROM assistants) AS a
    FULL JOIN (SELECT entity_id FROM audit WHERE action = 'assistant.create') AS e ON e.entity_id = a.id WHERE a.id IS NULL OR e.entity_id IS NULL";

/// Kills the server at `point`, checks what is stored, and repeats the write.
async fn die_at(point: &str, write: Write, stores_all: bool) {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let before = app.db.version(&anna.id).await;
    let folder = tempfile::tempdir().unwrap();
    let mut server = Process::over(&app.db, folder.path(), &[("LANDFALL_DIE_AT", point)]).await;
    let request = |user: TestUser| {
        let (method, path, body) = write.request(&session);
        user.request(method, path).json(&body)
    };
    let answer = try_send(request(anna.at(&server.url))).await;
    assert!(answer.is_err(), "{point}, {write:?}: answered {answer:?}");
    assert!(!server.end().await.success());

    let rows = if stores_all { write.rows() } else { 0 };
    assert_eq!(app.db.number(STORED).await, rows, "{point}, {write:?}");
    assert_eq!(app.db.version(&anna.id).await, before + i64::from(stores_all), "{point}, {write:?}");

    assert_eq!(app.db.number(UNLOGGED).await, 0, "{point}, {write:?}");
    let again = send(request(anna.clone())).await;
    assert!(again.status < 300, "{point}, {write:?}: {}", again.text);
    assert_eq!(app.db.number(STORED).await, write.rows(), "{point}, {write:?}");
    assert_eq!(app.db.version(&anna.id).await, before + 1, "{point}, {write:?}");
    assert_eq!(app.db.number(UNLOGGED).await, 0, "{point}, {write:?}");
}

#[tokio::test]
async fn crash_before_the_transaction_stores_nothing() {
    for write in [Write::Batch, Write::Push, Write::Project, Write::Assistant] {
        die_at("before_begin", write, false).await;
    }
}

/// A batch is one call, so that the server has no crash point inside of it.
#[tokio::test]
async fn crash_in_the_transaction_stores_nothing() {
    for point in ["in_the_middle", "before_commit"] {
        for write in [Write::Push, Write::Project, Write::Assistant] {
            die_at(point, write, false).await;
        }
    }
}

#[tokio::test]
async fn crash_between_commit_and_answer_stores_everything() {
    for write in [Write::Batch, Write::Push, Write::Project, Write::Assistant] {
        die_at("after_commit", write, true).await;
    }
}
