//! Reports of faults.

use serde_json::{Value, json};

use super::receiver::Receiver;
use crate::support::{Process, TestDatabase, TestUser, eventually};

#[tokio::test]
async fn faults_are_reported_by_code_route_and_request_and_without_their_text() {
    let (db, folder, receiver) = (TestDatabase::migrated().await, tempfile::tempdir().unwrap(), Receiver::start());
    db.execute("ALTER TABLE projects ADD CONSTRAINT odd CHECK (name NOT LIKE '%canary%')").await;
    db.execute(
        "INSERT INTO job (id, kind, payload, run_at)
         VALUES ('00000000-0000-4000-8000-000000000001', 'canary-kind', '{\"kind\": \"canary\"}', now())",
    )
    .await;
    let dsn = format!("{}/7", receiver.url.replace("http://", "http://canary-key@"));
    let server = Process::over(&db, folder.path(), &[("SENTRY_DSN", &dsn)]).await;
    let anna = TestUser::sign_in(&server.url, "canary-anna").await;
    anna.get("/api/projects/none").await.expect(404);
    let broken = anna.post("/api/projects", &json!({ "name": "canary name", "data": {} })).await;
    assert_eq!(broken.status, 500, "{}", broken.text);
    eventually(20, "the request and the job are reported", || async { (receiver.received().len() >= 2).then_some(()) })
        .await;
    let token = anna.token.clone().unwrap();
    assert!(server.terminate().await.success());

    let events: Vec<Value> = receiver.received().iter().map(|report| event_of(&report.body)).collect();
    assert!(receiver.received().iter().all(|report| report.path == "/api/7/envelope/"));
    let titles: Vec<&str> =
        events.iter().filter_map(|event| event["exception"]["values"][0]["type"].as_str()).collect();
    assert!(titles.contains(&"internal: POST /api/projects"), "{titles:?}");
    assert!(titles.contains(&"internal: job unknown"), "{titles:?}");
    let of_request = events.iter().find(|event| event["tags"]["route"] == "/api/projects").unwrap();
    assert_eq!(of_request["tags"]["request_id"], broken.json["requestId"]);
    assert_eq!(of_request["environment"], "development");
    assert!(!titles.iter().any(|title| title.contains("not_found")), "a refusal is no fault: {titles:?}");
    // The key of the project is how Sentry knows its sender: it is in one header.
    let said = receiver.text().replace("sentry_key=canary-key", "");
    for private in ["canary", token.as_str(), anna.id.as_str(), "example.com", "SELECT", "INSERT", "violates"] {
        assert!(!said.contains(private), "{private} was sent to Sentry: {said}");
    }
}

/// The event of an envelope: a line for the envelope, one for the item, and the item.
fn event_of(body: &[u8]) -> Value {
    let text = String::from_utf8(body.to_vec()).unwrap();
    serde_json::from_str(text.lines().nth(2).unwrap()).unwrap()
}
