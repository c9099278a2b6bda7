//! Uploads through the server: eight at a time, and the memory above that of an idle server. The storage is a separate process, so that its memory
//! is not counted.

use std::time::Instant;

use super::client::{Connection, Pieces};
use super::cpu;
use super::setup::Setup;

const PARALLEL: usize = 8;
const FILE_BYTES: usize = 100_000_000;
const PIECE_BYTES: usize = 256 * 1024;
const BOUNDARY: &str = "landfall-bench-boundary";

pub async fn measure(setup: &Setup) {
    let pid = setup.server_pid();
    let idle = cpu::resident_mib(pid);
    cpu::reset_peak(pid);
    let before = setup.cpu();
    let started = Instant::now();
    futures_util::future::join_all((0..PARALLEL).map(|user| upload(setup, user))).await;
    let seconds = started.elapsed().as_secs_f64();
    let megabytes = (PARALLEL * FILE_BYTES) as f64 / 1e6;
    println!(
        "\n{PARALLEL} uploads of {} MB at once: {:.0} MB/s, {:.2} CPU-ms per MB, at most {:.0} MiB over the idle {idle:.0} MiB",
        FILE_BYTES / 1_000_000,
        megabytes / seconds,
        (setup.cpu().server_ms - before.server_ms) / megabytes,
        cpu::peak_mib(pid) - idle,
    );
}

async fn upload(setup: &Setup, user: usize) {
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"mimeType\"\r\n\r\nvideo/mp4\r\n\
         --{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"film.mp4\"\r\ncontent-type: video/mp4\r\n\r\n"
    );
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    let request = format!(
        "POST /api/media/assets HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\ncontent-type: multipart/form-data; boundary={BOUNDARY}\r\n\
         content-length: {}\r\n\r\n{head}",
        setup.token(user),
        head.len() + FILE_BYTES + tail.len(),
    );
    let mut film = vec![b'.'; PIECE_BYTES];
    film[..16].copy_from_slice(b"\0\0\0\x18ftypisom\0\0\x02\0");
    let mut connection = Connection::open(setup.address()).await;
    let answer = connection
        .send_in(Pieces { head: request.as_bytes(), piece: &film, bytes: FILE_BYTES, tail: tail.as_bytes() })
        .await;
    assert_eq!(answer.status, "201", "{} {}", answer.head, answer.body);
}
