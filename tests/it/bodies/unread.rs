//! A request that is refused before its body was read ends its connection, and the rest of the body is not read.

use super::socket::Socket;
use crate::support::TestApp;

const SESSIONS: &str = "/api/chat/sessions";

#[tokio::test]
async fn refused_requests_with_an_endless_body_end() {
    let app = TestApp::start().await;
    let (anna, anonymous) = (app.user("anna").await, app.anonymous());
    for (user, path, headers, status) in [
        (&anonymous, SESSIONS, "", 401),
        (&anna, SESSIONS, "content-type: text/html\r\n", 415),
        (&anna, SESSIONS, "content-encoding: br\r\n", 415),
        (&anna, "/api/nothing", "", 404),
        (&anna, "/api/sync/init", "", 405),
        (&anna, "/api/chat/sessions/no-uuid", "", 422),
    ] {
        let method = if status == 422 { "PATCH" } else { "POST" };
        let headers = format!("{headers}transfer-encoding: chunked\r\n");
        let mut socket = Socket::request(&app, user, method, path, &headers).await;
        socket.send_chunk(b" ").await;
        let head = socket.head().await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {head}");
        assert!(head.to_lowercase().contains("connection: close"), "{path}: {head}");
        socket.ends().await;
    }
}
