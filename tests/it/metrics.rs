//! `/metrics`.

use std::time::Duration;

use landfall::config::Env;
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestApp, TestDatabase, TestUser, assert_problem, asset, eventually, png, put, send};

const TOKEN: &str = "what Prometheus sends to be let in";

/// The value of the line that begins with `line`.
fn value(page: &Answer, line: &str) -> Option<f64> {
    page.text.lines().find_map(|known| known.strip_prefix(line)?.trim().parse().ok())
}

fn requests(method: &str, route: &str, status: u16) -> String {
    format!("landfall_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}")
}

#[tokio::test]
async fn requests_are_counted_and_timed_by_their_route() {
    let app = TestApp::start().await;
    let (anna, anonymous) = (app.user("anna").await, app.anonymous());
    for title in ["Harbour", "Quay"] {
        anna.post("/api/chat/sessions", &json!({ "title": title })).await.expect(201);
    }
    for id in ["one", "two", "three"] {
        assert_problem(&anna.get(&format!("/api/projects/{id}")).await, 404, "not_found", "");
    }
    anonymous.get("/api/projects").await.expect(401);
    let page = anonymous.get("/metrics").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["content-type"], "text/plain; version=0.0.4");
    assert_eq!(value(&page, &requests("POST", "/api/chat/sessions", 201)), Some(2.0), "{}", page.text);
    assert_eq!(value(&page, &requests("GET", "/api/projects/{id}", 404)), Some(3.0));
    assert_eq!(value(&page, &requests("GET", "/api/projects", 401)), Some(1.0));
    let timed = "landfall_http_request_duration_seconds_count{method=\"GET\",route=\"/api/projects/{id}\"}";
    assert_eq!(value(&page, timed), Some(3.0));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_one_line_per_status() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    for made_up in ["/api/nothing", "/api/nothing/else", "/api/projects/a/b/c"] {
        anonymous.get(made_up).await.expect(404);
    }
    let method = Method::from_bytes(b"MADEUP").unwrap();
    send(anonymous.request(method, "/api/projects")).await.expect(405);
    let page = anonymous.get("/metrics").await;
    assert_eq!(value(&page, &requests("other", "other", 404)), Some(3.0), "{}", page.text);
    assert_eq!(value(&page, &requests("other", "other", 405)), Some(1.0));
    assert!(!page.text.contains("nothing") && !page.text.contains("MADEUP"));
}

#[tokio::test]
async fn metrics_have_connections_listeners_and_outages_during_an_outage() {
    let app = TestApp::start().await;
    let (anna, anonymous) = (app.user("anna").await, app.anonymous());
    let events = anna.request(Method::GET, "/api/sync/events").send().await.unwrap();
    let page = anonymous.get("/metrics").await;
    assert_eq!(value(&page, "landfall_event_listeners"), Some(1.0), "{}", page.text);
    assert_eq!(value(&page, "landfall_dependency_up{dependency=\"database\"}"), Some(1.0));
    assert_eq!(value(&page, "landfall_database_waiting"), Some(0.0));
    // Background tasks use connections too.
    eventually(10, "a connection is idle", || async {
        let page = app.anonymous().get("/metrics").await;
        value(&page, "landfall_database_connections{state=\"idle\"}").filter(|idle| *idle >= 1.0)
    })
    .await;
    drop(events);

    app.db.cut_off().await;
    until_database_is(&app, &anna, 0.0).await;
    app.db.let_in().await;
    until_database_is(&app, &anna, 1.0).await;
}

async fn until_database_is(app: &TestApp, anna: &TestUser, up: f64) {
    eventually(10, "the page tells of the outage", || async {
        anna.post("/api/chat/sessions", &json!({ "title": "a" })).await;
        let page = app.anonymous().get("/metrics").await;
        assert_eq!(page.status, 200);
        (value(&page, "landfall_dependency_up{dependency=\"database\"}") == Some(up)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn metrics_require_the_configured_token() {
    let env = Env::from_pairs([("LANDFALL_METRICS_TOKEN", TOKEN), ("LANDFALL_RATE_LIMITS", "true")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let with = |token: &str| TestUser { token: Some(token.to_owned()), ..app.anonymous() };
    assert_problem(&app.anonymous().get("/metrics").await, 401, "unauthenticated", "");
    assert_problem(&anna.get("/metrics").await, 401, "unauthenticated", "");
    assert_problem(&with(&TOKEN[1..]).get("/metrics").await, 401, "unauthenticated", "");
    with(TOKEN).get("/metrics").await.expect(200);
    assert_problem(&with(TOKEN).get("/api/projects").await, 401, "unauthenticated", "");
}

fn tag(id: i64, key: &str, base: i64, value: &serde_json::Value) -> serde_json::Value {
    json!({ "id": id, "collection": "tags", "op": "put", "key": key, "baseRevision": base, "value": value })
}

#[tokio::test]
async fn outcomes_of_mutations_and_refusals_are_counted() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let name = json!({ "name": "tide" });
    let elsewhere = json!({ "id": 4, "collection": "madeUp", "op": "put", "key": "k", "value": {} });
    let mutations = [tag(1, "t1", 0, &name), tag(2, "t1", 7, &name), tag(3, "t2", 0, &json!({ "name": 1 })), elsewhere];
    let push = json!({ "clientId": "device", "mutations": mutations });
    for _ in 0..2 {
        anna.post("/api/sync", &push).await.expect(200);
    }
    assert_problem(&anna.get("/api/projects/none").await, 404, "not_found", "");
    let page = app.anonymous().get("/metrics").await;
    let of = |collection: &str, outcome: &str| {
        let line = format!("landfall_sync_mutations_total{{collection=\"{collection}\",outcome=\"{outcome}\"}}");
        value(&page, &line)
    };
    assert_eq!((of("tags", "applied"), of("tags", "duplicate")), (Some(1.0), Some(1.0)), "{}", page.text);
    assert_eq!((of("tags", "conflict"), of("tags", "rejected")), (Some(2.0), Some(2.0)));
    assert_eq!(of("unknown", "rejected"), Some(2.0));
    let refused =
        |of: &str, code: &str| value(&page, &format!("landfall_refusals_total{{code=\"{code}\",of=\"{of}\"}}"));
    assert_eq!(refused("request", "not_found"), Some(1.0));
    assert_eq!(refused("mutation", "validation_failed"), Some(4.0));
    assert!(!page.text.contains("madeUp") && !page.text.contains("t1"), "{}", page.text);
}

#[tokio::test]
async fn event_streams_and_their_events_are_counted() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let events = "landfall_events_sent_total";
    let stream = anna.request(Method::GET, "/api/sync/events").send().await.unwrap();
    eventually(10, "the first event is counted", || async {
        let page = app.anonymous().get("/metrics").await;
        (value(&page, "landfall_event_streams") == Some(1.0) && value(&page, events) == Some(1.0)).then_some(())
    })
    .await;
    anna.post("/api/chat/sessions", &json!({ "title": "Harbour" })).await.expect(201);
    eventually(10, "the new version is counted", || async {
        (value(&app.anonymous().get("/metrics").await, events) == Some(2.0)).then_some(())
    })
    .await;
    drop(stream);
}

#[tokio::test]
async fn jobs_and_requests_to_the_storage_are_counted() {
    let db = TestDatabase::migrated().await;
    db.execute(
        "INSERT INTO job (id, kind, payload, run_at, attempts, dead)
         VALUES ('00000000-0000-4000-8000-000000000001', 'discard', '{}', now(), 12, true)",
    )
    .await;
    let app = TestApp::on(db).await;
    let page = eventually(20, "the queue is counted and a job has run", || async {
        let page = app.anonymous().get("/metrics").await;
        let ran = value(&page, "landfall_job_runs_total{kind=\"sweep_uploads\",result=\"done\"}");
        (ran >= Some(1.0) && page.text.contains("landfall_jobs{")).then_some(page)
    })
    .await;
    assert_eq!(value(&page, "landfall_jobs{kind=\"discard\",state=\"dead\"}"), Some(1.0), "{}", page.text);
    let waiting = value(&page, "landfall_jobs{kind=\"reconcile\",state=\"waiting\"}");
    assert_eq!(waiting, Some(1.0), "{}", page.text);
    let timed = value(&page, "landfall_job_duration_seconds_count{kind=\"sweep_uploads\"}");
    assert!(timed >= Some(1.0), "{}", page.text);

    let anna = app.user("anna").await;
    let upload = asset(&app.random_id(), 100);
    assert_eq!(put(&anna.upload_link(&upload).await, png(100)).await, 200);
    anna.post("/api/assets", &upload).await.expect(201);
    let page = app.anonymous().get("/metrics").await;
    let requests = |operation: &str, result: &str| {
        let line = format!("landfall_storage_requests_total{{operation=\"{operation}\",result=\"{result}\"}}");
        value(&page, &line)
    };
    assert!(requests("HeadObject", "ok") >= Some(1.0), "{}", page.text);
    let timed = value(&page, "landfall_storage_request_duration_seconds_count{operation=\"HeadObject\"}");
    assert!(timed >= Some(1.0), "{}", page.text);
    assert!(!page.text.contains(&anna.id) && !page.text.contains("Boat"), "{}", page.text);
}

#[tokio::test]
async fn runs_of_retention_and_the_rows_that_they_remove_are_counted() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let row = json!({ "value": { "name": "tide" }, "baseRevision": 0 });
    anna.put("/api/collections/tags/t", &row).await.expect(201);
    anna.delete("/api/collections/tags/t").await.expect(204);
    app.db.execute("UPDATE records SET deleted_at = now() - interval '100 days'").await;
    // The first run is a minute after the start.
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    let page = eventually(20, "retention has run", || async {
        let page = app.anonymous().get("/metrics").await;
        value(&page, "landfall_last_sweep_timestamp_seconds{work=\"retention\"}").is_some().then_some(page)
    })
    .await;
    assert!(value(&page, "landfall_swept_rows_total{work=\"retention\"}") >= Some(1.0), "{}", page.text);
    assert_eq!(value(&page, "landfall_sweeps_total{result=\"done\",work=\"retention\"}"), Some(1.0), "{}", page.text);
}
