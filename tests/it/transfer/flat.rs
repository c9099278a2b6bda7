//! The memory of exports and imports is independent of the document's size.

use serde_json::json;

use super::streamed::Upload;
use crate::support::{Process, TestUser, eventually, figure, message};

const MIB: u64 = 1024 * 1024;
/// What buffers, the allocator and a debug build may add.
const ALLOWANCE: u64 = 32 * MIB;

/// Stores about this many bytes of messages.
async fn fill(user: &TestUser, bytes: u64) {
    let session = user.chat().await;
    let text = "The tide turns at six. ".repeat(2_000);
    let per_batch = 7 * MIB / text.len() as u64;
    for batch in 0..bytes / (per_batch * text.len() as u64) + 1 {
        let messages: Vec<_> = (0..per_batch).map(|n| message(&session, &format!("t-{batch}-{n}"), &text)).collect();
        user.post("/api/chat/messages/batch", &json!({ "messages": messages })).await.expect(200);
    }
}

#[tokio::test]
async fn export_of_40_mb_takes_no_more_memory_than_a_small_one() {
    let data = tempfile::tempdir().unwrap();
    let server = Process::start(data.path(), &[]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    fill(&anna, 40 * MIB).await;
    let before = server.resident_bytes();
    server.forget_peak();
    let mut response = anna.request(reqwest::Method::GET, "/api/export").send().await.unwrap();
    let mut size = 0;
    let mut last = Vec::new();
    while let Some(chunk) = response.chunk().await.unwrap() {
        size += chunk.len() as u64;
        last = chunk.to_vec();
    }
    assert!(size > 40 * MIB && last.ends_with(b"}\n"), "{size}");
    let peak = server.peak_bytes();
    println!("{} MiB exported, {} KiB more memory", size / MIB, peak.saturating_sub(before) / 1024);
    assert!(peak < before + ALLOWANCE, "{before} before, {peak} at most");
    assert!(server.terminate().await.success());
}

/// The pieces of a document of about this many bytes. A piece is a conversation or ten interactions.
fn pieces(bytes: u64) -> impl Iterator<Item = String> {
    const PIECE: u64 = 10 * 2_300;
    let text = "Where the light stands, the water is deep. ".repeat(50);
    let conversations =
        (0..100).map(|n| format!(r#"{}{{"id":"c{n}","title":"Chat {n}"}}"#, if n == 0 { "" } else { "," }));
    let interactions = (0..bytes / PIECE + 1).map(move |piece| {
        let turn = |n: u64| {
            let (id, conversation) = (piece * 10 + n, piece % 100);
            let comma = if id == 0 { "" } else { "," };
            format!(r#"{comma}{{"id":"i{id}","conversationId":"c{conversation}","index":{id},"response":"{text}"}}"#)
        };
        (0..10).map(turn).collect::<String>()
    });
    let head = std::iter::once(r#"{"conversations":["#.to_owned());
    head.chain(conversations)
        .chain(std::iter::once(r#"],"interactions":["#.to_owned()))
        .chain(interactions)
        .chain(std::iter::once("]}".to_owned()))
}

/// Sends messages in sequence until `stop`, and repeats those that get a 503. The duration of each, in milliseconds.
async fn write_until_stopped(
    user: TestUser,
    session: String,
    stop: tokio::sync::watch::Receiver<bool>,
    name: &str,
) -> Vec<u64> {
    let mut took = Vec::new();
    while !*stop.borrow() {
        let batch =
            json!({ "messages": [message(&session, &format!("{name}-{}", took.len()), &format!("{}", took.len()))] });
        let started = std::time::Instant::now();
        let answer = user.post("/api/chat/messages/batch", &batch).await;
        assert!(matches!(answer.status, 200 | 503), "{}", answer.text);
        if answer.status == 200 {
            took.push(started.elapsed().as_millis() as u64);
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    took
}

fn percentile(took: &[u64], share: f64) -> u64 {
    let mut sorted = took.to_vec();
    sorted.sort_unstable();
    sorted
        .get(((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

async fn stored(user: &TestUser, session: &str) -> usize {
    let mut count = 0;
    let mut after = "0".to_owned();
    loop {
        let page = user.get(&format!("/api/chat/{session}/messages?limit=200&after={after}")).await.expect(200);
        count += page["messages"].as_array().unwrap().len();
        match page["nextCursor"].as_str() {
            Some(next) => after = next.to_owned(),
            None => return count,
        }
    }
}

/// `LANDFALL_IMPORT_MIB` makes it larger.
#[tokio::test]
async fn large_import_takes_no_more_memory_than_a_small_one_and_no_write_is_lost() {
    let mib = figure("LANDFALL_IMPORT_MIB", 40) as u64;
    let data = tempfile::tempdir().unwrap();
    let server = Process::start(data.path(), &[]).await;
    let (anna, ben) = (TestUser::sign_in(&server.url, "anna").await, TestUser::sign_in(&server.url, "ben").await);
    let (hers, his) = (anna.chat().await, ben.chat().await);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let idle = tokio::spawn(write_until_stopped(ben.clone(), his.clone(), stopped, "idle"));
    eventually(60, "there are enough writes to compare with", || async {
        (stored(&ben, &his).await >= 60).then_some(())
    })
    .await;
    stop.send(true).unwrap();
    let idle = idle.await.unwrap();

    let (stop, stopped) = tokio::sync::watch::channel(false);
    let own = tokio::spawn(write_until_stopped(anna.clone(), hers.clone(), stopped.clone(), "own"));
    let others = tokio::spawn(write_until_stopped(ben.clone(), his.clone(), stopped, "others"));
    let before = server.resident_bytes();
    server.forget_peak();
    let started = std::time::Instant::now();
    let mut upload = Upload::begin(&anna, "", "").await;
    for piece in pieces(mib * MIB) {
        assert!(upload.send(piece).await);
    }
    let (status, report) = upload.end().await;
    assert_eq!(status, 200, "{report}");
    let secs = started.elapsed().as_secs();
    let peak = server.peak_bytes();
    stop.send(true).unwrap();
    let (own, others) = (own.await.unwrap(), others.await.unwrap());
    println!(
        "{mib} MiB imported in {secs} s, {} KiB more memory; p99 of another's writes {} ms, idle {} ms; the importer's own: {} stored, slowest {} ms",
        peak.saturating_sub(before) / 1024,
        percentile(&others, 0.99),
        percentile(&idle, 0.99),
        own.len(),
        own.iter().max().unwrap_or(&0),
    );
    assert!(peak < before + ALLOWANCE, "{before} before, {peak} at most");
    assert_eq!(stored(&anna, &hers).await, own.len());
    assert_eq!(stored(&ben, &his).await, idle.len() + others.len());
    let rows = report["collections"]["interactions"]["created"].as_u64().unwrap();
    assert_eq!(rows, (mib * MIB / 23_000 + 1) * 10);
    // All rows have one version, so pages end within it.
    let mut pulled = 0;
    let count = |page: &serde_json::Value| pulled += page["changes"].as_array().unwrap().len() as u64;
    anna.pull_pages("collections=interactions&limit=200", "", count).await;
    assert_eq!(pulled, rows);
    assert!(server.terminate().await.success());
}

/// A full export of LiteChat of about this many bytes, whose prompts have files as base64: pictures of 4 MiB of text, and beside
/// each tenth one a film of 13 MiB, which is too large for its row.
fn export_with_files(bytes: u64) -> (impl Iterator<Item = String>, u64) {
    let picture = "/9j/4AAQ".repeat(512 * 1024);
    let film = "AAAAIGZ0".repeat(2 * 832 * 1024);
    let mean = (picture.len() + film.len() / 10) as u64;
    let rows = bytes / mean + 1;
    let head = r#"{"version":1,"exportedAt":"2026-05-01T08:00:00.000Z","settings":{"theme":"dark"},"conversations":[{"id":"c","title":"Chat"}],"interactions":["#;
    let interactions = (0..rows).flat_map(move |n| {
        let comma = if n == 0 { "" } else { "," };
        let film = if n % 10 == 9 { format!(r#",{{"name":"b.mp4","contentBase64":"{film}"}}"#) } else { String::new() };
        [
            format!(r#"{comma}{{"id":"i{n}","conversationId":"c","index":{n},"response":null,"prompt":{{"content":"x","metadata":{{"attachedFiles":["#),
            format!(r#"{{"name":"a.jpg","contentBase64":"{picture}"}}{film}]}}}}}}"#),
        ]
    });
    (std::iter::once(head.to_owned()).chain(interactions).chain(std::iter::once("]}".to_owned())), rows)
}

/// `LANDFALL_IMPORT_MIB` makes it larger.
#[tokio::test]
async fn export_of_litechat_with_files_is_imported_in_flat_memory_and_comes_back() {
    /// Rows of 18 MiB are in memory as text, without their film, as staged rows and in a statement, and one batch is read while another is stored.
    const ROWS: u64 = 160 * MIB;
    let mib = figure("LANDFALL_IMPORT_MIB", 80) as u64;
    let data = tempfile::tempdir().unwrap();
    let server = Process::start(data.path(), &[]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let before = server.resident_bytes();
    let mut peaks = Vec::new();
    for (import, size) in [40, mib].into_iter().enumerate() {
        server.forget_peak();
        let started = std::time::Instant::now();
        let mut upload = Upload::begin(&anna, "?mode=replace", "").await;
        let (pieces, rows) = export_with_files(size * MIB);
        for piece in pieces {
            assert!(upload.send(piece).await);
        }
        let (status, report) = upload.end().await;
        assert_eq!(status, 200, "{report}");
        let interactions = &report["collections"]["interactions"];
        let stored = interactions["created"].as_u64().unwrap() + interactions["unchanged"].as_u64().unwrap();
        assert_eq!(stored, rows, "{import}: {report}");
        assert_eq!(report["totals"]["errors"], rows / 10, "{report}");
        assert!(report["errors"].as_array().unwrap().iter().all(|one| one["code"] == "file_left_out"), "{report}");
        peaks.push(server.peak_bytes().saturating_sub(before));
        println!(
            "{size} MiB with files imported in {} s, {} MiB more memory",
            started.elapsed().as_secs(),
            peaks[import] / MIB
        );
    }
    assert!(peaks.iter().all(|peak| *peak < ROWS), "{peaks:?}");
    let first = anna.get("/api/collections/interactions/i0").await.expect(200);
    let file = &first["value"]["prompt"]["metadata"]["attachedFiles"][0];
    assert_eq!(file["contentBase64"].as_str().map(str::len), Some(4 * 1024 * 1024), "{}", file["name"]);
    assert!(server.terminate().await.success());
}
