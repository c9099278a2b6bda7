//! The effect of an import on other users: the latency of their writes while one user imports a document of 200 MB, and without an import.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::client::Connection;
use super::percentile;
use super::setup::Setup;
use super::workload::BATCH;

const DOCUMENT_BYTES: usize = 200_000_000;
/// Users who write at the pace of typing.
const WRITERS: usize = 8;
const PAUSE: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_secs(15);
/// The importing user, who is not one of the writers.
const IMPORTER: usize = 100;
const TURNS_IN_PIECE: usize = 10;

pub async fn measure(setup: &Setup) {
    let stop = Cell::new(false);
    let (mut idle, ()) = tokio::join!(write(setup, &stop), async {
        tokio::time::sleep(IDLE).await;
        stop.set(true);
    });
    stop.set(false);
    let started = Instant::now();
    let (mut beside, ()) = tokio::join!(write(setup, &stop), async {
        import(setup).await;
        stop.set(true);
    });
    let (before, during) = (percentile(&mut idle, 0.99), percentile(&mut beside, 0.99));
    println!(
        "\nimport of {} MB in {:.0} s: p99 of others' batches {during:.1} ms ({} of them), {before:.1} ms without it: {:.1} times",
        DOCUMENT_BYTES / 1_000_000,
        started.elapsed().as_secs_f64(),
        beside.len(),
        during / before,
    );
}

/// Writes until `stop` is set. Returns the milliseconds of each batch.
async fn write(setup: &Setup, stop: &Cell<bool>) -> Vec<f64> {
    let writers = (0..WRITERS).map(async |user| {
        let mut socket = Connection::open(setup.address()).await;
        let mut took = Vec::new();
        while !stop.get() {
            tokio::time::sleep(PAUSE).await;
            let unique = super::client::next_unique();
            let request = (BATCH.request)(user, setup.token(user), "", unique);
            let sent = Instant::now();
            let answer = socket.send(&request).await;
            assert_eq!(answer.status, BATCH.status, "{}", answer.head);
            took.push(sent.elapsed().as_secs_f64() * 1_000.0);
        }
        took
    });
    futures_util::future::join_all(writers).await.concat()
}

/// Imports conversations, and interactions of about 2 KB each.
async fn import(setup: &Setup) {
    let conversations: Vec<String> = (0..100).map(|n| format!(r#"{{"id":"c{n}","title":"Chat {n}"}}"#)).collect();
    let head = format!(r#"{{"conversations":[{}],"interactions":["#, conversations.join(","));
    let text = "Where the light stands, the water is deep. ".repeat(50);
    let piece = |number: usize| -> String {
        let turn = |n: usize| {
            let (id, comma) = (number * TURNS_IN_PIECE + n, if number + n == 0 { "" } else { "," });
            format!(
                r#"{comma}{{"id":"i{id:08}","conversationId":"c{}","index":{id},"response":"{text}"}}"#,
                number % 100
            )
        };
        (0..TURNS_IN_PIECE).map(turn).collect()
    };
    let pieces = DOCUMENT_BYTES / piece(1).len();
    let request = format!(
        "POST /api/import?mode=merge HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n",
        setup.token(IMPORTER)
    );
    let mut connection = Connection::open(setup.address()).await;
    let document = std::iter::once(head).chain((0..pieces).map(piece)).chain(std::iter::once("]}".to_owned()));
    let answer = connection.send_chunked(request.as_bytes(), document).await;
    assert_eq!(answer.status, "200", "{} {}", answer.head, answer.body);
}
