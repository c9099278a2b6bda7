//! Answers with several rows end by bytes.

use serde_json::{Value, json};

use super::configured;
use crate::support::{TestApp, TestUser, message};

const PAGE: usize = 20_000;

async fn small_pages() -> TestApp {
    configured([("PORT", "80"), ("LANDFALL_PAGE_BYTES", "20000")]).await
}

/// All items of a list, page by page. No page with several rows is much larger than the limit.
async fn walk(user: &TestUser, path: &str, items: &str, cursor: &str) -> Vec<Value> {
    let (mut all, mut next) = (Vec::new(), String::new());
    for _ in 0..100 {
        let answer = user.get(&format!("{path}{next}")).await;
        let size = answer.text.len();
        let page = answer.expect(200);
        let rows = page[items].as_array().unwrap();
        assert!(rows.len() == 1 || size < PAGE * 12 / 10, "{path}: {} rows of {size} bytes", rows.len());
        assert!(!rows.is_empty() || page["nextCursor"].is_null(), "a page makes progress");
        all.extend(rows.iter().cloned());
        match page["nextCursor"].as_str() {
            Some(text) => next = format!("&{cursor}={text}"),
            None => return all,
        }
    }
    panic!("{path} has no end");
}

#[tokio::test]
async fn messages_end_by_bytes_in_both_directions() {
    let app = small_pages().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    for n in 0..12 {
        // Some are larger than a page, and control characters are six bytes each in JSON.
        let content = match n % 4 {
            0 => "x".repeat(PAGE + 1),
            1 => "\u{1}".repeat(1_500),
            _ => "y".repeat(3_000),
        };
        let batch = json!({ "messages": [message(&session, &format!("t{n}"), &content)] });
        anna.post("/api/chat/messages/batch", &batch).await.expect(200);
    }
    let ids = |rows: Vec<Value>| rows.into_iter().map(|row| row["tempId"].clone()).collect::<Vec<_>>();
    let path = format!("/api/chat/{session}/messages?limit=200");
    let backwards = ids(walk(&anna, &path, "messages", "before").await);
    assert_eq!(backwards.len(), 12);
    let mut sorted = backwards;
    sorted.sort_by_key(|id| id.as_str().unwrap()[1..].parse::<i32>().unwrap());
    sorted.dedup();
    assert_eq!(sorted.len(), 12, "each message once");
    let first = anna.get(&format!("/api/chat/{session}/messages?after=0&limit=200")).await.expect(200);
    assert_eq!((first["messages"].as_array().unwrap().len(), &first["messages"][0]["tempId"]), (1, &json!("t0")));
    assert!(first["nextCursor"].is_string());
}

#[tokio::test]
async fn sessions_and_rows_of_collections_end_by_bytes() {
    let app = small_pages().await;
    let anna = app.user("anna").await;
    for n in 0..9 {
        let size = if n == 4 { 30_000 } else { 5_000 };
        let chat = json!({ "title": format!("{n}"), "metadata": { "t": "x".repeat(size) } });
        anna.post("/api/chat/sessions", &chat).await.expect(201);
        let rule = json!({ "baseRevision": 0, "value": { "name": format!("{n}"), "content": "x".repeat(size) } });
        anna.put(&format!("/api/collections/rules/r{n}"), &rule).await.expect(201);
    }
    assert_eq!(walk(&anna, "/api/chat/sessions?limit=200", "sessions", "cursor").await.len(), 9);
    assert_eq!(walk(&anna, "/api/collections/rules?limit=200", "items", "cursor").await.len(), 9);
}

#[tokio::test]
async fn initial_snapshot_is_bounded() {
    let app = small_pages().await;
    let anna = app.user("anna").await;
    for n in 0..9 {
        let setting = json!({ "baseRevision": 0, "value": { "value": "x".repeat(2_000) } });
        anna.put(&format!("/api/collections/settings/s{n}"), &setting).await.expect(201);
        let chat = json!({ "title": format!("{n}"), "metadata": { "t": "x".repeat(2_000) } });
        anna.post("/api/chat/sessions", &chat).await.expect(201);
    }
    let session = anna.chat().await;
    for n in 0..9 {
        let batch = json!({ "messages": [message(&session, &format!("t{n}"), &"x".repeat(3_000))] });
        anna.post("/api/chat/messages/batch", &batch).await.expect(200);
    }
    let answer = anna.get("/api/sync/init?messageLimit=200").await;
    assert!(answer.text.len() < PAGE + 15_000, "{} bytes", answer.text.len());
    let init = answer.expect(200);
    let count =
        |member: &str| init[member].as_array().map_or(init[member].as_object().map_or(0, |all| all.len()), Vec::len);
    assert!(
        (1..9).contains(&count("messages"))
            && (1..9).contains(&count("sessions"))
            && (1..9).contains(&count("preferences"))
    );
    assert_eq!(init["messages"].as_array().unwrap().last().unwrap()["tempId"], "t8", "the newest ones");
}

#[tokio::test]
async fn list_of_projects_names_its_next_page() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let owner = app.db.owner(&anna.id).await;
    anna.put("/api/projects/newest", &json!({ "baseRevision": 0, "name": "N" })).await.expect(201);
    app.db
        .execute(&format!(
            "INSERT INTO projects (owner, id, name, revision, version) SELECT {owner}, 'p' || n, 'P', 1, 0 FROM generate_series(1, 2000) AS n"
        ))
        .await;
    let first = anna.get("/api/projects").await;
    assert_eq!((first.json.as_array().unwrap().len(), &first.json[0]["id"]), (2_000, &json!("newest")));
    let link = first.headers["link"].to_str().unwrap();
    let next = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap();
    let second = anna.get(next).await;
    assert_eq!(second.json.as_array().unwrap().len(), 1);
    assert!(!second.headers.contains_key("link"));
}

#[tokio::test]
async fn pull_measures_what_is_written() {
    let app = small_pages().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let messages: Vec<Value> = (0..10).map(|n| message(&session, &format!("t{n}"), &"\u{1}".repeat(1_000))).collect();
    anna.post("/api/chat/messages/batch", &json!({ "messages": messages })).await.expect(200);
    let (mut cursor, mut seen) = (String::new(), 0);
    loop {
        let answer = anna.get(&format!("/api/sync/changes?limit=200&collections=chatMessages{cursor}")).await;
        assert!(answer.text.len() < PAGE * 12 / 10, "{} bytes", answer.text.len());
        let page = answer.expect(200);
        seen += page["changes"].as_array().unwrap().len();
        cursor = format!("&cursor={}", page["cursor"].as_str().unwrap());
        if page["hasMore"] == false {
            break;
        }
    }
    assert_eq!(seen, 10);
}
