//! Traces of requests and jobs.

use reqwest::Method;
use serde_json::json;

use super::receiver::Receiver;
use super::spans::{Span, below, only, spans_of};
use crate::support::{Process, TestDatabase, TestUser, asset, png, put, send};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

fn names<'s>(spans: &[&'s Span]) -> Vec<&'s str> {
    spans.iter().map(|span| span.name.as_str()).collect()
}

/// A push with content at every place where a device can put some.
fn push(session: &str) -> serde_json::Value {
    json!({ "clientId": "canary-device", "limit": 200, "mutations": [
        { "id": 1, "collection": "chatSessions", "op": "put", "key": session, "value": { "title": "canary title" } },
        { "id": 2, "collection": "chatMessages", "op": "put", "key": "canary-temp", "value":
            { "sessionId": session, "role": "user", "content": "canary content", "createdAt": "2026-11-21T08:00:00.000Z" } },
        { "id": 3, "collection": "tags", "op": "put", "key": "canary-key", "baseRevision": 0, "value": { "name": "canary name" } },
        { "id": 4, "collection": "canaryCollection", "op": "put", "key": "k", "value": { "a": "canary value" } },
    ] })
}

#[tokio::test]
async fn request_is_a_trace_from_the_caller_to_the_sql_without_content() {
    let (db, folder, receiver) = (TestDatabase::migrated().await, tempfile::tempdir().unwrap(), Receiver::start());
    let settings = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic%20to-the-receiver"),
        ("LANDFALL_METRICS_TOKEN", "canary-of-the-metrics-0123456789abcdef"),
        ("LANDFALL_SECRET", "canary-of-the-server-0123456789abcdef"),
    ];
    let server = Process::over(&db, folder.path(), &settings).await;
    let anna = TestUser::sign_in(&server.url, "canary-anna").await;
    let session = uuid::Uuid::new_v4().to_string();
    let traceparent = format!("00-{TRACE}-{CALLER}-01");
    let request = anna.request(Method::POST, "/api/sync").header("traceparent", traceparent);
    let pushed = send(request.json(&push(&session)).header("x-canary", "canary header")).await;
    pushed.expect(200);
    anna.get("/api/sync/init?messageLimit=7").await.expect(200);
    anna.get("/api/sync/changes?collections=canaryCollection").await.expect(200);
    let file = asset(&uuid::Uuid::new_v4().to_string(), 100);
    assert_eq!(put(&anna.upload_link(&file).await, png(100)).await, 200);
    anna.post("/api/assets", &file).await.expect(201);
    let document = json!({ "version": 1, "tags": [{ "id": "canary-row", "name": "canary tag" }] });
    anna.post("/api/import", &document).await.expect(200);
    anna.get("/api/projects/canary-project?canary=1").await;
    let not_sampled = format!("00-{}-{CALLER}-00", "a".repeat(32));
    send(anna.request(Method::GET, "/api/chat/sessions").header("traceparent", not_sampled)).await.expect(200);
    let guesser = TestUser { token: Some("canary-of-the-token".to_owned()), ..TestUser::anonymous(&server.url) };
    guesser.get("/api/projects").await.expect(401);
    let token = anna.token.clone().unwrap();
    assert!(server.terminate().await.success(), "the last spans are sent before the end");

    let (spans, service) = spans_of(&receiver);
    assert_eq!(
        (service["service.name"].as_str(), service["langfuse.environment"].as_str()),
        ("landfall", "development")
    );
    let root = only(&spans, "POST /api/sync");
    assert_eq!((root.trace.as_str(), root.parent.as_str()), (TRACE, CALLER));
    for (name, value) in
        [("http.route", "/api/sync"), ("http.response.status_code", "200"), ("langfuse.trace.name", "POST /api/sync")]
    {
        assert_eq!(root.attributes[name], value, "{name}");
    }
    let steps = below(&spans, root);
    let of_subjects: Vec<&Span> =
        steps.iter().copied().filter(|span| matches!(span.name.as_str(), "push" | "pull")).collect();
    assert_eq!(names(&of_subjects), ["push", "pull"]);
    let pushing = below(&spans, of_subjects[0]);
    assert_eq!((pushing[0].name.as_str(), pushing.last().unwrap().name.as_str()), ("BEGIN", "COMMIT"));
    assert!(pushing.len() > 5, "{:?}", names(&pushing));
    assert_eq!(of_subjects[0].attributes["user.id"], anna.id);
    assert_eq!(of_subjects[0].attributes["landfall.mutations"], "4");
    for span in pushing {
        assert!(span.attributes["db.query.text"].starts_with(&span.name), "{span:?}");
        assert!(root.start <= span.start && span.end <= root.end, "{span:?}");
    }
    assert!(!below(&spans, of_subjects[1]).is_empty(), "the pull has its statements");
    for (request, subject) in [
        ("GET /api/sync/init", "snapshot"),
        ("GET /api/sync/changes", "pull"),
        ("POST /api/assets", "upload"),
        ("POST /api/import", "import"),
    ] {
        let root = only(&spans, request);
        assert!(names(&below(&spans, root)).contains(&subject), "{request}: {:?}", names(&below(&spans, root)));
    }
    let upload = only(&spans, "upload");
    let uploading = below(&spans, upload);
    assert!(
        names(&uploading).contains(&"S3 HeadObject") && names(&uploading).contains(&"COMMIT"),
        "{:?}",
        names(&uploading)
    );
    let job = spans.iter().find(|span| span.name == "job sweep_uploads").expect("jobs are traced");
    assert!(job.parent.is_empty() && !below(&spans, job).is_empty(), "{job:?}");
    assert_eq!(only(&spans, "GET /api/projects/{id}").parent, "");
    assert!(!spans.iter().any(|span| span.name == "GET /api/chat/sessions"), "the caller wants no trace");
    let refused =
        spans.iter().find(|span| span.attributes.get("error.type").is_some_and(|code| code == "unauthenticated"));
    assert_eq!(refused.map(|span| span.name.as_str()), Some("GET /api/projects"));

    let said = receiver.text();
    assert!(said.contains("Basic to-the-receiver"), "the headers of the settings are sent");
    let port = server_port(&anna.base);
    for private in ["canary", token.as_str(), session.as_str(), "example.com", "127.0.0.1:", "Boat", port.as_str()] {
        let said = said.replace(&receiver.url.replace("http://", ""), "");
        assert!(!said.contains(private), "{private} was sent to the receiver of traces");
    }
}

/// The port as an address has it.
fn server_port(base: &str) -> String {
    format!(":{}", base.rsplit(':').next().unwrap())
}

#[tokio::test]
async fn ratio_decides_and_not_the_caller() {
    let (db, folder, receiver) = (TestDatabase::migrated().await, tempfile::tempdir().unwrap(), Receiver::start());
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url.as_str()), ("LANDFALL_TRACE_RATIO", "0")];
    let server = Process::over(&db, folder.path(), &settings).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let wanted = format!("00-{TRACE}-{CALLER}-01");
    send(anna.request(Method::GET, "/api/chat/sessions").header("traceparent", wanted)).await.expect(200);
    assert!(server.terminate().await.success());
    assert_eq!(spans_of(&receiver).0.len(), 0);
}

#[tokio::test]
async fn receiver_that_is_away_delays_and_breaks_nothing() {
    let (db, folder) = (TestDatabase::migrated().await, tempfile::tempdir().unwrap());
    // Nothing listens there.
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"), ("SENTRY_DSN", "http://key@127.0.0.1:9/1")];
    let server = Process::over(&db, folder.path(), &settings).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let session = uuid::Uuid::new_v4().to_string();
    anna.post("/api/sync", &push(&session)).await.expect(200);
    assert!(server.terminate().await.success());
}
