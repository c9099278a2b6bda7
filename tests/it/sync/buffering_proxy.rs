//! Events behind proxies that hold answers back. nginx, which obeys `X-Accel-Buffering`, is in `frontend-sdk/test/e2e/nginx.test.mjs`, and a proxy that
//! passes nothing on in `frontend-sdk/test/unit/events.test.ts`: a poll finds what is new.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::events::Stream;
use crate::support::TestApp;

/// How much of an answer this proxy waits for.
const HELD_BACK: usize = 2048;

/// Starts a proxy that passes an answer's body on once it has [`HELD_BACK`] bytes of it. Its address.
async fn start(server: &str) -> String {
    let server = server.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = TcpStream::connect(&server).await.unwrap().into_split();
            tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
            tokio::spawn(async move {
                let mut held = Vec::new();
                while from_server.read_buf(&mut held).await.is_ok_and(|count| count > 0) {
                    let Some(head) = held.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
                    if held.len() >= head + 4 + HELD_BACK {
                        break;
                    }
                }
                to_client.write_all(&held).await?;
                tokio::io::copy(&mut from_server, &mut to_client).await
            });
        }
    });
    url
}

#[tokio::test]
async fn events_arrive_through_a_proxy_that_waits_for_the_beginning_of_an_answer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut stream = Stream::open(&anna.at(&start(&app.url).await), None).await;
    assert_eq!(stream.version().await.0, 0);
    anna.chat().await;
    let (version, id) = stream.version().await;
    assert_eq!(version, 1);
    // A stream that has missed nothing is open at once too.
    let mut again = Stream::open(&anna.at(&start(&app.url).await), Some(&id)).await;
    assert!(again.next().await.unwrap().ends_with(": up to date"));
}
