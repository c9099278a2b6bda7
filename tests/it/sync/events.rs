//! `GET /api/sync/events`: every device of a user receives the versions of the user's writes at any server, and of no others.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, decode_header, encode};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, assert_problem, send};

/// The stream of a connected device.
pub struct Stream {
    response: Response,
    buffer: String,
}

impl Stream {
    pub async fn open(user: &TestUser, last_event_id: Option<&str>) -> Self {
        let request = user.request(Method::GET, "/api/sync/events").header("accept-encoding", "gzip, br");
        let request = match last_event_id {
            Some(id) => request.header("last-event-id", id),
            None => request,
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, buffer: String::new() }
    }

    /// The next event or comment. `None` if the stream ended.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let event = event.to_owned();
                self.buffer = rest.to_owned();
                return Some(event);
            }
            let patience = std::time::Duration::from_secs(5);
            let chunk =
                tokio::time::timeout(patience, self.response.chunk()).await.expect("an event within 5 s").unwrap()?;
            self.buffer.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The version and the id of the next event.
    pub async fn version(&mut self) -> (i64, String) {
        Self::read(&self.next().await.unwrap())
    }

    /// The same, over comments and silence. `None` if the stream ended or broke.
    pub async fn next_version(&mut self) -> Option<(i64, String)> {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.buffer = rest;
                if event.contains("event: version") {
                    return Some(Self::read(&event));
                }
                continue;
            }
            let chunk = self.response.chunk().await.ok()??;
            self.buffer.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    fn read(event: &str) -> (i64, String) {
        let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
        assert_eq!(line("event: "), "version", "{event}");
        let data: serde_json::Value = serde_json::from_str(&line("data: ")).unwrap();
        (data["version"].as_i64().unwrap(), line("id: "))
    }
}

#[tokio::test]
async fn write_at_one_server_reaches_a_device_at_another() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    let mut here = Stream::open(&anna, None).await;
    let mut there = Stream::open(&anna.at(&two.url), None).await;
    assert_eq!((here.version().await.0, there.version().await.0), (0, 0));
    anna.chat().await;
    assert_eq!((here.version().await.0, there.version().await.0), (1, 1));
    anna.at(&two.url).chat().await;
    assert_eq!((here.version().await.0, there.version().await.0), (2, 2));
}

#[tokio::test]
async fn writes_of_others_and_repeats_are_no_events() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let mut stream = Stream::open(&anna, None).await;
    stream.version().await;
    ben.chat().await;
    let body = json!({ "id": app.random_id(), "title": "Once" });
    anna.post("/api/chat/sessions", &body).await.expect(201);
    anna.post("/api/chat/sessions", &body).await.expect(200);
    anna.chat().await;
    let mut received = Vec::new();
    while received.last() != Some(&2) {
        received.push(stream.version().await.0);
    }
    assert!(received == [1, 2] || received == [2], "{received:?}");
}

#[tokio::test]
async fn resumed_stream_has_missed_versions_and_no_known_one() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.chat().await;
    let (version, id) = Stream::open(&anna, None).await.version().await;
    assert_eq!(version, 1);
    let known = Stream::open(&anna, Some(&id)).await.next().await.unwrap();
    assert_eq!(known.lines().last(), Some(": up to date"));
    anna.chat().await;
    assert_eq!(Stream::open(&anna, Some(&id)).await.version().await.0, 2);
    let other_epoch = format!("{}.2", app.random_id());
    assert_eq!(Stream::open(&anna, Some(&other_epoch)).await.version().await.0, 2);
    assert_eq!(Stream::open(&anna, Some("nonsense")).await.version().await.0, 2);
}

#[tokio::test]
async fn version_without_a_notification_is_found_by_the_reread() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut stream = Stream::open(&anna, None).await;
    stream.version().await;
    app.db.execute("UPDATE user_version SET version = 7").await;
    assert_eq!(stream.version().await.0, 7);
}

#[tokio::test]
async fn stream_ends_with_the_session_at_every_server_without_a_further_event() {
    let app = TestApp::start().await;
    let other = app.another().await;
    let anna = app.user("anna").await;
    let mut streams = [Stream::open(&anna, None).await, Stream::open(&anna.at(&other.url), None).await];
    for stream in &mut streams {
        stream.version().await;
    }
    // A change of the profile refreshes the session and ends no stream.
    anna.post("/api/auth/update-user", &json!({ "name": "Anna B." })).await.expect(200);
    anna.chat().await;
    for stream in &mut streams {
        stream.version().await;
    }
    anna.post("/api/auth/sign-out", &json!({})).await.expect(200);
    for stream in &mut streams {
        assert_eq!(stream.next().await, None);
    }
    assert_problem(&send(anna.request(Method::GET, "/api/sync/events")).await, 401, "unauthenticated", "");
}

#[tokio::test]
async fn stream_of_a_jwt_ends_with_it() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let token = anna.get("/api/auth/token").await.expect(200)["token"].as_str().unwrap().to_owned();
    // The same JWT with two seconds left, signed with the server's key.
    let mut claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    claims["exp"] = json!(chrono::Utc::now().timestamp() + 2);
    let key = EncodingKey::from_ed_der(&app.signing_key().await);
    let short = encode(&decode_header(&token).unwrap(), &claims, &key).unwrap();
    let by_jwt = |token: String| TestUser { token: Some(token), ..anna.clone() };
    let mut long_stream = Stream::open(&by_jwt(token), None).await;
    let mut stream = Stream::open(&by_jwt(short), None).await;
    stream.version().await;
    long_stream.version().await;
    assert_eq!(stream.next().await, None);
    anna.chat().await;
    assert_eq!(long_stream.version().await.0, 1);
}
