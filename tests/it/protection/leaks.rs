//! Leak tests: secrets appear in no refusal, in no log line and in no metric.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Process, TestDatabase, TestUser, http_client, send, session_cookie};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// Secrets in the server's settings.
const SETTINGS: [(&str, &str); 10] = [
    ("LANDFALL_SECRET", "canary-of-the-server-0123456789abcdef"),
    ("GOOGLE_CLIENT_ID", "client"),
    ("GOOGLE_CLIENT_SECRET", "canary-of-the-provider"),
    // This address does not answer.
    ("GOOGLE_ISSUER", "http://127.0.0.1:9"),
    ("LANDFALL_OIDC_ALLOW_LOOPBACK_HTTP", "true"),
    ("LANDFALL_LOG", "debug"),
    ("LANDFALL_METRICS_TOKEN", WATCHER),
    // The receivers of traces and faults don't answer either. `observe` has the tests of what they get.
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=canary-of-the-traces"),
    ("SENTRY_DSN", "http://canary-of-the-faults@127.0.0.1:9/1"),
];
/// Part of every path.
const ID: &str = "00000000-0000-4000-8000-000000000001";
const WATCHER: &str = "canary-of-the-metrics-0123456789abcdef";
/// The secret in bodies. It is a value, because as a member's name it would be the pointer of the error.
const VALUE: &str = "canary-of-the-body";

/// Bodies with the secret as a value of a wrong type and of a right type, at every place that an operation knows.
fn bodies() -> [Value; 4] {
    let members = [
        "title",
        "id",
        "role",
        "name",
        "value",
        "data",
        "messages",
        "mutations",
        "assetIds",
        "assets",
        "operation",
        "provider",
        "callbackURL",
        "email",
        "baseRevision",
        "sessionId",
        "token",
        "image",
        "clientId",
        "cursor",
        "size",
        "apiKey",
        "secret",
        "metadata",
        "limit",
        "collections",
        "password",
        "fileName",
        "mimeType",
        "sha256",
    ];
    let all_of = |value: Value| Value::Object(members.iter().map(|name| ((*name).to_owned(), value.clone())).collect());
    [
        json!(VALUE),
        all_of(json!(VALUE)),
        all_of(json!([{ "apiKey": VALUE, "role": VALUE }])),
        json!({ "value": { "apiKey": VALUE, "secret": VALUE } }),
    ]
}

fn assert_quiet(answer: &Answer, what: &str) {
    // A successful answer may contain its input.
    if answer.status < 300 {
        return;
    }
    assert!(!answer.text.contains("canary"), "{what}: {}", answer.text);
    assert!(!format!("{:?}", answer.headers).contains("canary"), "{what}: {:?}", answer.headers);
}

#[tokio::test]
async fn secrets_appear_in_no_refusal_log_or_metric() {
    let db = TestDatabase::migrated().await;
    let folder = tempfile::tempdir().unwrap();
    let (server, said) = Process::start_logged(&db, folder.path(), &SETTINGS).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let guesser = TestUser { token: Some("canary-of-the-token".to_owned()), ..TestUser::anonymous(&server.url) };
    let document: Value = serde_json::from_str(include_str!("../../../openapi/openapi.json")).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in METHODS.iter().filter(|method| item.get(**method).is_some()) {
            // Event streams do not end, and these operations would end the session of the others.
            if path.ends_with("/events")
                || path.contains("/sign-out")
                || path.contains("revoke")
                || path.contains("delete-user")
            {
                continue;
            }
            let parts = path.split('/').map(|part| if part.starts_with('{') { ID } else { part });
            let address = format!(
                "{}?code=canary-of-the-code&state=canary-of-the-state&limit=x",
                parts.collect::<Vec<_>>().join("/")
            );
            let method: Method = method.to_uppercase().parse().unwrap();
            for body in bodies() {
                for (who, caller) in [("Anna", &anna), ("a guesser", &guesser)] {
                    let what = format!("{method} {address} by {who}");
                    assert_quiet(&send(caller.request(method.clone(), &address).json(&body)).await, &what);
                }
                let session = session_cookie(&server.url, "canary-of-the-cookie");
                let cookie =
                    format!("{session}; {}", session.replace("session", "sign_in").replace("cookie", "browser"));
                let request = http_client().request(method.clone(), format!("{}{address}", server.url));
                assert_quiet(&send(request.header("cookie", cookie).json(&body)).await, &address);
            }
        }
    }
    let said = std::fs::read_to_string(said).unwrap();
    assert!(said.matches("request").count() > 500, "there is a log");
    let token = anna.token.clone().unwrap();
    assert!(!said.contains(&token), "a session's token is in the log");
    let line = said.lines().find(|line| line.contains("canary"));
    assert_eq!(line, None);
    let watcher = TestUser { token: Some(WATCHER.to_owned()), ..TestUser::anonymous(&server.url) };
    let page = watcher.get("/metrics").await;
    assert!(page.text.matches("landfall_http_requests_total").count() > 100, "{}", page.text);
    let session = anna.get("/api/auth/get-session").await.expect(200);
    for private in ["canary", token.as_str(), session["user"]["id"].as_str().unwrap(), "anna", ID] {
        assert!(!page.text.contains(private), "{private} is in the metrics");
    }
}
