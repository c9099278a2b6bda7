//! Bodies that unpack to much more than they are, that stand still, or that grow in memory.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::connections::{Sockets, head};
use super::setup::Setup;
use crate::support::{TestUser, packed_blanks, send, try_send};

const SIGN_IN: &str = "/api/auth/sign-in/social";
/// A bomb: a thousand times as large when it is unpacked.
const UNPACKED: usize = 256 * 1024 * 1024;
const BOMBS: usize = 40;
/// Longer than a body may stand still while the server has other work.
const STAND: Duration = Duration::from_secs(5);

/// Sends a packed body. The status, or nothing where the server ended the connection.
async fn post_packed(user: &TestUser, path: &str, coding: &str, body: Vec<u8>) -> Option<u16> {
    let request = user.request(Method::POST, path).header("content-type", "application/json");
    try_send(request.header("content-encoding", coding).body(body)).await.ok().map(|answer| answer.status)
}

async fn bombs(user: &TestUser, path: &str) -> usize {
    let bomb = packed_blanks(UNPACKED);
    let answers = join_all((0..BOMBS).map(|_| post_packed(user, path, "gzip", bomb.clone()))).await;
    assert!(
        answers.iter().flatten().all(|status| matches!(status, 400 | 401 | 413 | 415 | 422 | 429 | 503)),
        "{path}: {answers:?}"
    );
    BOMBS * bomb.len()
}

pub async fn brotli_of_a_stranger(setup: &Setup) -> usize {
    // The server does not look into it: the coding is refused.
    let body = vec![0x5b; 4_849];
    let anonymous = setup.anonymous();
    let answers = join_all((0..BOMBS).map(|_| post_packed(&anonymous, SIGN_IN, "br", body.clone()))).await;
    assert!(answers.iter().flatten().all(|status| *status == 415), "{answers:?}");
    BOMBS * body.len()
}

pub async fn bombs_of_a_stranger(setup: &Setup) -> usize {
    bombs(&setup.anonymous(), SIGN_IN).await
}

pub async fn bombs_of_a_person(setup: &Setup) -> usize {
    let anna = setup.attacker("anna").await;
    bombs(&anna, "/api/sync").await + bombs(&anna, "/api/chat/sessions").await
}

pub async fn bombs_to_the_import(setup: &Setup) -> usize {
    bombs(&setup.attacker("importer").await, "/api/import").await
}

/// Small packed bodies that unpack to almost the limit of a body.
pub async fn packed_bodies_that_stand_still(setup: &Setup) -> usize {
    let anna = setup.attacker("anna").await;
    let packed = packed_blanks(7_000_000);
    let part = &packed[..packed.len() - 4];
    let extra = "content-type: application/json\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n";
    let mut sockets = Sockets::open(setup, 90).await;
    let head = head(setup, "POST", "/api/chat/sessions", anna.token.as_deref(), extra);
    sockets.send(head.as_bytes()).await;
    sockets.send(format!("{:x}\r\n", part.len()).as_bytes()).await;
    sockets.send(part).await;
    sockets.send(b"\r\n").await;
    sockets.hold(STAND).await
}

pub async fn large_bodies_that_stand_still(setup: &Setup) -> usize {
    let anna = setup.attacker("anna").await;
    let extra = "content-type: application/json\r\ncontent-length: 8000000\r\n";
    let mut sockets = Sockets::open(setup, 90).await;
    sockets.send(head(setup, "POST", "/api/sync", anna.token.as_deref(), extra).as_bytes()).await;
    sockets.send(&vec![b' '; 1_000_000]).await;
    sockets.hold(STAND).await
}

pub async fn parts_that_stand_still(setup: &Setup) -> usize {
    let anna = setup.attacker("anna").await;
    let extra = "content-type: multipart/form-data; boundary=b\r\ncontent-length: 9000000\r\n";
    let part =
        "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\ncontent-type: text/plain\r\n\r\n";
    let mut sockets = Sockets::open(setup, 60).await;
    sockets.send(head(setup, "POST", "/api/media/assets", anna.token.as_deref(), extra).as_bytes()).await;
    sockets.send(part.as_bytes()).await;
    sockets.send(&vec![b'a'; 1_000_000]).await;
    sockets.hold(STAND).await
}

/// 5e-324 is written with 324 digits where a number is written out.
pub async fn numbers_that_grow(setup: &Setup) -> usize {
    let anna = setup.attacker("anna").await;
    let numbers = vec!["5e-324"; 200_000].join(",");
    let mut sent = 0;
    for number in 1..4 {
        let mutation = format!(
            r#"{{"id":{number},"collection":"projects","op":"put","key":"p{number}","value":{{"name":"n","data":{{"n":[{numbers}]}}}}}}"#
        );
        let body = format!(r#"{{"clientId":"grow","mutations":[{mutation}]}}"#);
        sent += body.len();
        let answer = anna.post_text("/api/sync", body).await;
        assert!(matches!(answer.status, 200 | 413 | 422), "{}", answer.text);
    }
    let page = send(anna.request(Method::GET, "/api/sync/changes")).await;
    assert!(page.text.len() < 16 * 1024 * 1024, "{} bytes", page.text.len());
    sent
}

pub async fn deep_nesting(setup: &Setup) -> usize {
    let anna = setup.attacker("anna").await;
    let deep = "[".repeat(7_000_000);
    let mut sent = 0;
    for (path, body) in [
        ("/api/sync", deep.clone()),
        ("/api/import", deep.clone()),
        ("/api/projects", format!(r#"{{"name":"n","data":{deep}"#)),
        ("/api/projects", json!({ "name": "n", "data": { "a".repeat(4_000_000): 1 } }).to_string()),
    ] {
        sent += body.len();
        let answer = anna.post_text(path, body).await;
        assert!(
            matches!(answer.status, 201 | 400 | 413 | 422),
            "{path}: {} {}",
            answer.status,
            &answer.text[..200.min(answer.text.len())]
        );
    }
    sent
}
