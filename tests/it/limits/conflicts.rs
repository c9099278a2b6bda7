//! The rows in the results of a push have a limit in bytes. A row that does not fit is read alone.

use serde_json::{Value, json};

use super::{configured, push};
use crate::support::{TestUser, assert_problem};

fn stale(id: i64, key: &str) -> Value {
    json!({ "id": id, "collection": "projects", "op": "put", "key": key, "baseRevision": 99, "value": { "name": "x" } })
}

async fn project(user: &TestUser, key: &str, bytes: usize) {
    let body = json!({ "baseRevision": 0, "name": key, "data": { "t": "x".repeat(bytes) } });
    user.put(&format!("/api/projects/{key}"), &body).await.expect(201);
}

#[tokio::test]
async fn conflicts_beyond_the_limit_come_without_their_row() {
    let app = configured([("PORT", "80"), ("LANDFALL_PAGE_BYTES", "20000")]).await;
    let anna = app.user("anna").await;
    project(&anna, "large", 30_000).await;
    for key in ["a", "b"] {
        project(&anna, key, 12_000).await;
    }
    let repeated: Vec<Value> = (1..=50).map(|n| stale(n, "large")).collect();
    let answer = push(&anna, &repeated).await;
    assert!(answer.text.len() < 100_000, "{} bytes", answer.text.len());
    let results = answer.json["results"].as_array().unwrap();
    assert!(results.iter().all(|result| result["status"] == "conflict"));
    assert_eq!(results[0]["server"]["value"]["name"], "large", "the first row always fits");
    assert!(results[0]["serverOmitted"].is_null());
    assert!(results[1..].iter().all(|result| result["server"].is_null() && result["serverOmitted"] == true));

    let answer = push(&anna, &[stale(1, "a"), stale(2, "b"), stale(3, "none")]).await.expect(200);
    assert_eq!(answer["results"][0]["server"]["key"], "a");
    assert_eq!(answer["results"][1]["serverOmitted"], true);
    assert_eq!((&answer["results"][2]["server"], &answer["results"][2]["serverOmitted"]), (&json!(null), &json!(null)));

    let row = anna.get("/api/sync/row?collection=projects&key=b").await.expect(200);
    assert_eq!((&row["collection"], &row["key"], &row["revision"]), (&json!("projects"), &json!("b"), &json!(1)));
    assert_eq!(row["value"]["data"]["t"].as_str().map(str::len), Some(12_000));
    assert_problem(&anna.get("/api/sync/row?collection=projects&key=none").await, 404, "not_found", "");
    assert_problem(&anna.get("/api/sync/row?collection=nothing&key=b").await, 404, "not_found", "");
    let ben = app.user("ben").await;
    assert_problem(&ben.get("/api/sync/row?collection=projects&key=b").await, 404, "not_found", "");
}

#[tokio::test]
async fn repeated_push_omits_rows_too() {
    let app = configured([("PORT", "80"), ("LANDFALL_PAGE_BYTES", "20000")]).await;
    let anna = app.user("anna").await;
    project(&anna, "large", 30_000).await;
    let body = json!({ "clientId": "d", "mutations": [stale(1, "large"), stale(2, "large")], "limit": 1 });
    let results = async || anna.post("/api/sync", &body).await.expect(200)["results"].clone();
    let first = results().await;
    assert_eq!((&first[0]["server"]["key"], &first[1]["serverOmitted"]), (&json!("large"), &json!(true)));
    assert_eq!(results().await, first);
}

#[tokio::test]
async fn rows_that_have_the_name_count_too() {
    let app = configured([("PORT", "80"), ("LANDFALL_PAGE_BYTES", "20000")]).await;
    let anna = app.user("anna").await;
    let rule = json!({ "baseRevision": 0, "value": { "name": "taken", "content": "x".repeat(15_000) } });
    anna.put("/api/collections/rules/r", &rule).await.expect(201);
    let again = |id: i64| super::put(id, "rules", &format!("n{id}"), json!({ "name": "taken", "content": "" }));
    let mutations: Vec<Value> = (1..=20).map(again).collect();
    let answer = push(&anna, &mutations).await;
    assert!(answer.text.len() < 60_000, "{} bytes", answer.text.len());
    let errors: Vec<&Value> =
        answer.json["results"].as_array().unwrap().iter().map(|result| &result["error"]).collect();
    assert!(errors.iter().all(|error| error["code"] == "duplicate_name"));
    assert_eq!((&errors[0]["server"]["id"], &errors[1]["server"]), (&json!("r"), &json!(null)));
}
