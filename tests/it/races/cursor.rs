//! Readers that pull while 16 writers of one user write at two servers. A row that became visible behind a cursor would be missed. Writers wait
//! after each batch until a reader has caught up, because a lagging reader would read after every gap has closed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Fault, FaultKind, TestApp, TestUser, Verdict, assert_sound, figure, message, require};

const WRITERS: usize = 16;
const READERS: usize = 2;
const ROWS_PER_BATCH: usize = 50;

/// The shared progress of writers and readers.
#[derive(Default)]
struct Progress {
    writers_done: AtomicUsize,
    /// The number of pulls that reached the end.
    caught_up: AtomicUsize,
}

/// Commits `rows` rows. Every reader must get each of them once.
pub async fn cursor_race(servers: [&str; 2], rows: usize) -> Verdict {
    let batches = rows.div_ceil(WRITERS * ROWS_PER_BATCH);
    let anna = TestUser::sign_in(servers[0], "anna").await;
    let session = anna.chat().await;
    let progress = Arc::new(Progress::default());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (anna, session, progress) = (anna.at(servers[writer % 2]), session.clone(), progress.clone());
            tokio::spawn(async move {
                let verdict = write(&anna, &session, writer, batches, &progress).await;
                progress.writers_done.fetch_add(1, Ordering::SeqCst);
                verdict
            })
        })
        .collect();
    let readers: Vec<_> =
        (0..READERS).map(|reader| tokio::spawn(read(anna.at(servers[reader % 2]), progress.clone()))).collect();
    for writer in writers {
        writer.await.unwrap()?;
    }
    let committed = WRITERS * batches * ROWS_PER_BATCH;
    for reader in readers {
        let seen = reader.await.unwrap();
        let twice = seen.values().filter(|times| **times > 1).count();
        let missed = committed - seen.len();
        require(missed == 0, FaultKind::Missed, || format!("a reader missed {missed} of {committed} rows"))?;
        require(twice == 0, FaultKind::Twice, || format!("{twice} of {committed} rows came twice"))?;
    }
    Ok(())
}

async fn write(anna: &TestUser, session: &str, writer: usize, batches: usize, progress: &Progress) -> Verdict {
    for batch in 0..batches {
        let rows = (0..ROWS_PER_BATCH).map(|row| format!("{writer}-{batch}-{row}"));
        let messages: Vec<Value> = rows.map(|name| message(session, &name, &name)).collect();
        let body = json!({ "messages": messages });
        loop {
            match anna.post("/api/chat/messages/batch", &body).await {
                stored if stored.status == 200 => break,
                // Many concurrent writes of one user may be a 503. The same request is sent again.
                busy if busy.status == 503 => {}
                other => return Err(Fault::new(FaultKind::Answer, other.text)),
            }
        }
        let caught_up = progress.caught_up.load(Ordering::SeqCst);
        while progress.caught_up.load(Ordering::SeqCst) == caught_up {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    Ok(())
}

/// Pulls until all writers have ended and a pull is empty. Returns how often each row arrived.
async fn read(anna: TestUser, progress: Arc<Progress>) -> BTreeMap<String, usize> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let all_written = progress.writers_done.load(Ordering::SeqCst) == WRITERS;
        let page = anna.get(&format!("/api/sync/changes?limit=200&collections=chatMessages{cursor}")).await.expect(200);
        let changes = page["changes"].as_array().unwrap();
        for change in changes {
            *seen.entry(change["value"]["content"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        cursor = format!("&cursor={}", page["cursor"].as_str().unwrap());
        if page["hasMore"] == false {
            progress.caught_up.fetch_add(1, Ordering::SeqCst);
        }
        if all_written && changes.is_empty() {
            return seen;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_concurrent_with_sixteen_writers_miss_no_row() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let verdict = cursor_race([&one.url, &two.url], figure("LANDFALL_RACE_ROWS", 20_000)).await;
    assert_sound(verdict, "cargo test --locked --test it races::cursor");
}
