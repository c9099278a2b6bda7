//! Reports of faults.

use landfall::config::Environment;
use landfall::ops::faults::Reports;
use landfall::request_id;
use secrecy::SecretString;
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

#[tokio::test]
async fn panic_is_reported_by_its_place_and_request_and_without_its_message() {
    let receiver = Receiver::start();
    let dsn = SecretString::from(format!("{}/7", receiver.url.replace("http://", "http://key@")));
    let reports = Reports::start(Some(&dsn), Environment::Production).unwrap();
    let line = line!() + 1;
    let in_request = request_id::scope("request-17".to_owned(), async { panic!("canary of a row") });
    assert!(tokio::spawn(in_request).await.is_err_and(|error| error.is_panic()));
    assert!(std::thread::spawn(|| panic!("canary of a thread")).join().is_err());
    reports.stop().await;

    let events: Vec<Value> = receiver.received().iter().map(|report| event_of(&report.body)).collect();
    let title = |event: &Value| event["exception"]["values"][0]["type"].as_str().unwrap().to_owned();
    assert_eq!(events.len(), 2, "{events:?}");
    assert_eq!(title(&events[0]), format!("panic at {}:{line}", file!()));
    assert_eq!(events[0]["tags"]["request_id"], "request-17");
    assert_eq!(title(&events[1]), format!("panic at {}:{}", file!(), line + 2));
    assert_eq!(events[1]["tags"].get("request_id"), None);
    assert_eq!(events[0]["environment"], "production");
    assert!(!receiver.text().contains("canary"), "the message of a panic was sent: {}", receiver.text());
}

/// The event of an envelope: a line for the envelope, one for the item, and the item.
fn event_of(body: &[u8]) -> Value {
    let text = String::from_utf8(body.to_vec()).unwrap();
    serde_json::from_str(text.lines().nth(2).unwrap()).unwrap()
}
