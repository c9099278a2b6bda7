//! The work of a request grows with its answer, and not with what the user has stored. It is measured in rows that PostgreSQL visits.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, figure, message, send};

const INIT: &str = "/api/sync/init";
/// The most rows that each request may visit: what its answer has, the counters of the user, and what a new connection reads.
const MOST: [(&str, i64); 6] =
    [("304", 20), ("idle pull", 20), ("login sync", 600), ("batch", 50), ("pull of 16 changes", 150), ("project", 50)];

/// Stores this many messages in the chat, a chat and a project for every tenth, and a signed-in device for every twentieth. With fewer, PostgreSQL would read
/// whole tables, which costs less than an index. The rows are of the first version, so that a device which has pulled the second knows them.
async fn fill(app: &TestApp, user: &TestUser, chat: &str, count: usize) {
    let owner = app.db.owner(&user.id).await;
    let version = 1;
    let rows = format!("generate_series(1, {count}) n");
    for sql in [
        format!(
            "INSERT INTO chat_messages (owner, id, session_id, temp_id, role, content, position, version, created_at)
             SELECT {owner}, gen_random_uuid(), '{chat}', 't' || n, 'user', 'x', ({version}::bigint << 20) + n, {version}, now() FROM {rows}"
        ),
        format!(
            "INSERT INTO chat_sessions (owner, id, title, revision, version) SELECT {owner}, gen_random_uuid(), 'x', 1, {version} FROM {rows} WHERE n % 10 = 1"
        ),
        format!(
            "INSERT INTO projects (owner, id, name, data, revision, version) SELECT {owner}, 'p' || n, 'x', '{{}}', 1, {version} FROM {rows} WHERE n % 10 = 1"
        ),
        format!(
            "INSERT INTO session (id, user_id, token_hash, expires_at)
             SELECT 'device-' || n, '{}', sha256(n::text::bytea), now() + interval '1 day' FROM {rows} WHERE n % 20 = 0",
            user.id
        ),
        "ANALYZE".to_owned(),
    ] {
        app.db.execute(&sql).await;
    }
}

fn batch(chat: &str) -> Value {
    let messages: Vec<Value> = (0..15).map(|n| message(chat, &format!("new-{n}"), "x")).collect();
    json!({ "messages": messages })
}

#[tokio::test]
async fn requests_of_a_large_account_visit_the_rows_of_their_answers() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let chat = anna.chat().await;
    anna.chat().await;
    let cursor = anna.pull_pages("limit=200", "", |_| {}).await;
    fill(&app, &anna, &chat, figure("LANDFALL_GROWTH_ROWS", 20_000)).await;
    let idle = format!("/api/sync/changes?cursor={cursor}");
    let etag = anna.get(INIT).await.etag();

    let mut before = app.visited_rows(&anna).await;
    let mut work = Vec::new();
    let mut count = async || {
        let after = app.visited_rows(&anna).await;
        work.push(after - before);
        before = after;
    };
    assert_eq!(send(anna.request(Method::GET, INIT).header("if-none-match", etag)).await.status, 304);
    count().await;
    anna.get(&idle).await.expect(200);
    count().await;
    anna.get(INIT).await.expect(200);
    count().await;
    anna.post("/api/chat/messages/batch", &batch(&chat)).await.expect(200);
    count().await;
    assert_eq!(anna.get(&idle).await.expect(200)["changes"].as_array().unwrap().len(), 16);
    count().await;
    let document = json!({ "baseRevision": 1, "data": { "changed": true } });
    anna.put("/api/projects/p1", &document).await.expect(200);
    count().await;

    println!("{work:?}");
    for (visited, (what, most)) in work.into_iter().zip(MOST) {
        assert!(visited <= most, "{what}: {visited} rows");
    }
}
