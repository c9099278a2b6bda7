//! `GET /api/sync/events`: every device of a user receives the versions of the user's writes at any server, and of no others.

use reqwest::{Method, Response};
use serde_json::json;

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
        let event = self.next().await.unwrap();
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
    assert_eq!(Stream::open(&anna, Some(&id)).await.next().await.unwrap(), ": up to date");
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
async fn stream_ends_with_the_session() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let second_device = app.user("anna").await;
    let mut stream = Stream::open(&anna, None).await;
    stream.version().await;
    anna.post("/api/auth/sign-out", &json!({})).await.expect(200);
    second_device.chat().await;
    assert_eq!(stream.next().await, None);
    assert_problem(&send(anna.request(Method::GET, "/api/sync/events")).await, 401, "unauthenticated", "");
}
