//! A client that learns of new collections: its old cursor must get all of their rows, however old they are.

use serde_json::{Value, json};

use crate::support::{FaultKind, TestApp, TestUser, Verdict, assert_sound, message, require};

const ROWS: usize = 30;

pub async fn upgrade_of_a_client(server: &str) -> Verdict {
    let anna = TestUser::sign_in(server, "anna").await;
    let session = anna.chat().await;
    let messages: Vec<Value> =
        (0..ROWS).map(|n| message(&session, &format!("t{n}"), &format!("message {n}"))).collect();
    anna.post("/api/chat/messages/batch", &json!({ "messages": messages })).await.expect(200);
    let (_, old_cursor) = pull(&anna, "chatSessions", "").await;
    // A collection that the old client follows changes again.
    anna.chat().await;
    let (_, old_cursor) = pull(&anna, "chatSessions", &old_cursor).await;
    let (rows, _) = pull(&anna, "chatSessions,chatMessages", &old_cursor).await;
    require(rows == ROWS, FaultKind::Missed, || format!("the client got {rows} of {ROWS} rows that are new to it"))
}

/// All pages from a cursor on. Returns the number of rows and the next cursor.
async fn pull(user: &TestUser, collections: &str, cursor: &str) -> (usize, String) {
    let mut rows = 0;
    let query = format!("limit=10&collections={collections}");
    let cursor = user.pull_pages(&query, cursor, |page| rows += page["changes"].as_array().unwrap().len()).await;
    (rows, cursor)
}

#[tokio::test]
async fn upgraded_client_gets_all_rows_of_new_collections() {
    let app = TestApp::start().await;
    assert_sound(upgrade_of_a_client(&app.url).await, "cargo test --locked --test it faults::client_upgrade");
}
