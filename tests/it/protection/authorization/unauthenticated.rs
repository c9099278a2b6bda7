//! A request without a session gets 401 before any other error of the request is reported, with and without rate limits.

use reqwest::Method;
use serde_json::Value;

use crate::support::{TestApp, TestUser, assert_problem, send};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Bodies with every kind of error that is detected before a handler runs.
const BODIES: [(&str, &str); 5] = [
    ("application/json", "{"),
    ("application/json", "[1]"),
    ("application/json", r#"{"unknown":1}"#),
    ("text/plain", "{}"),
    ("multipart/form-data", "no boundary"),
];

#[tokio::test]
async fn request_without_a_session_is_a_401_whatever_else_is_wrong() {
    let app = TestApp::start().await;
    let document: Value = serde_json::from_str(include_str!("../../../../openapi/openapi.json")).unwrap();
    let guesser = TestUser { token: Some("guessed".to_owned()), ..app.anonymous() };
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in METHODS.iter().filter(|method| item.get(**method).is_some()) {
            // Operations that need no session: `security` begins with an empty requirement.
            if item[*method]["security"][0] == serde_json::json!({}) {
                continue;
            }
            let parts = path.split('/').map(|part| if part.starts_with('{') { "no-id" } else { part });
            let address = format!("{}?limit=-1&cursor=%00", parts.collect::<Vec<_>>().join("/"));
            let method: Method = method.to_uppercase().parse().unwrap();
            for (kind, body) in BODIES {
                for caller in [&app.anonymous(), &guesser] {
                    // The same path with a percent-encoded letter.
                    for address in [&address, &address.replacen("/api/", "/%61pi/", 1)] {
                        let request = caller.request(method.clone(), address).header("content-type", kind).body(body);
                        assert_problem(&send(request).await, 401, "unauthenticated", "");
                        seen += 1;
                    }
                }
            }
        }
    }
    assert!(seen > 600, "{seen}");
}
