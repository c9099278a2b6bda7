//! Memory does not grow with the document.

use serde_json::json;

use crate::support::{Process, TestUser, message};

const MIB: u64 = 1024 * 1024;
/// What buffers, an allocator's habits and a debug build may add.
const ALLOWANCE: u64 = 24 * MIB;

/// Fills a chat with about this many bytes.
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
