//! The work of an import grows with its rows and those of the account, and not with their product. It is measured in rows that PostgreSQL visits.

use serde_json::{Value, json};

use super::import;
use crate::support::TestApp;

const FEW: usize = 100;
const TIMES: usize = 10;
/// Work by the product would be a hundred times.
const MOST_TIMES: i64 = 25;

/// Rows with an id, which `row` makes from their number.
fn rows(count: usize, row: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..count).map(row).collect()
}

fn project(id: usize, parent: Option<String>) -> Value {
    json!({ "id": format!("p{id}"), "name": "x", "parentId": parent })
}

/// A document with this many rows.
type Document = fn(usize) -> Value;

const DOCUMENTS: [(&str, Document); 7] = [
    (
        "chain without its root",
        |count| json!({ "projects": rows(count, |id| project(id, Some(if id == 0 { "none".into() } else { format!("p{}", id - 1) }))) }),
    ),
    ("chain", |count| json!({ "projects": rows(count, |id| project(id, (id > 0).then(|| format!("p{}", id - 1)))) })),
    ("circle", |count| json!({ "projects": rows(count, |id| project(id, Some(format!("p{}", (id + 1) % count)))) })),
    ("interactions", |count| {
        let turns =
            rows(count, |id| json!({ "id": format!("i{id}"), "conversationId": format!("c{}", id % 7), "index": id }));
        json!({ "conversations": rows(5, |id| json!({ "id": format!("c{id}"), "title": "x" })), "interactions": turns })
    }),
    ("messages", |count| {
        let session = "00000000-0000-7000-8000-000000000001";
        let messages = rows(count, |id| {
            json!({ "id": format!("{id:08x}-0000-7000-8000-000000000002"), "tempId": format!("t{id}"), "sessionId": session,
                "role": "user", "content": "x", "createdAt": "2026-01-01T00:00:00Z" })
        });
        json!({ "chatSessions": [{ "id": session, "title": "x" }], "chatMessages": messages })
    }),
    (
        "one name",
        |count| json!({ "tags": rows(count, |id| json!({ "id": format!("t{id}"), "name": "n0", "description": id.to_string() })) }),
    ),
    (
        "names that move by one",
        |count| json!({ "tags": rows(count, |id| json!({ "id": format!("t{id}"), "name": format!("n{}", (id + 1) % count) })) }),
    ),
];

/// The rows that are visited by a first import of a document, by a repeat, and by one that deletes and needs all of its rows.
async fn costs(app: &TestApp, name: &str, document: &Value) -> Vec<i64> {
    let user = app.user(&format!("u{}", app.random_id())).await;
    let tags: Vec<Value> = document["tags"].as_array().into_iter().flatten().cloned().collect();
    let stored = rows(tags.len(), |id| json!({ "id": format!("t{id}"), "name": format!("n{id}") }));
    import(&user, "", &json!({ "tags": stored })).await.expect(200);
    let mut costs = Vec::new();
    for query in ["", "", "?mode=replace"] {
        let mut document = document.clone();
        if let Some(projects) = document["projects"].as_array_mut().filter(|_| query == "?mode=replace") {
            // The stored rows are below the deleted root.
            projects.remove(0);
        }
        let before = app.visited_rows(&user).await;
        let answer = import(&user, query, &document).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        costs.push(app.visited_rows(&user).await - before);
    }
    costs
}

#[tokio::test]
async fn visited_rows_grow_with_the_rows_and_not_with_their_square() {
    let app = TestApp::start().await;
    for (name, document) in DOCUMENTS {
        let few = costs(&app, name, &document(FEW)).await;
        let many = costs(&app, name, &document(FEW * TIMES)).await;
        println!("{name}: {few:?} rows visited, {many:?} with {TIMES} times the rows");
        for (few, many) in few.iter().zip(&many) {
            // A fixed part does not grow at all.
            assert!(
                *many < few.max(&5_000) * MOST_TIMES,
                "{name}: {few} rows visited, {many} with {TIMES} times the rows"
            );
        }
    }
}
