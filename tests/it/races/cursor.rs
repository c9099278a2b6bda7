//! Readers that pull all the while 16 writers of one person write, at two servers: a row that becomes visible behind a cursor would be
//! missed for ever.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::support::{Fault, FaultKind, TestApp, TestUser, Verdict, assert_sound, figure, message, require};

const WRITERS: usize = 16;
const READERS: usize = 2;
const ROWS_PER_BATCH: usize = 50;

/// `rows` committed rows; every reader must get each of them once.
pub async fn cursor_race(servers: [&str; 2], rows: usize) -> Verdict {
    let batches = rows.div_ceil(WRITERS * ROWS_PER_BATCH);
    let anna = TestUser::sign_in(servers[0], "anna").await;
    let session = anna.chat().await;
    let writing = Arc::new(AtomicUsize::new(WRITERS));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (anna, session, writing) = (anna.at(servers[writer % 2]), session.clone(), writing.clone());
            tokio::spawn(async move {
                let verdict = write(&anna, &session, writer, batches).await;
                writing.fetch_sub(1, Ordering::SeqCst);
                verdict
            })
        })
        .collect();
    let readers: Vec<_> =
        (0..READERS).map(|reader| tokio::spawn(read(anna.at(servers[reader % 2]), writing.clone()))).collect();
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

async fn write(anna: &TestUser, session: &str, writer: usize, batches: usize) -> Verdict {
    for batch in 0..batches {
        let rows = (0..ROWS_PER_BATCH).map(|row| format!("{writer}-{batch}-{row}"));
        let messages: Vec<Value> = rows.map(|name| message(session, &name, &name)).collect();
        let body = json!({ "messages": messages });
        loop {
            match anna.post("/api/chat/messages/batch", &body).await {
                stored if stored.status == 200 => break,
                // A crowd of one person's writes may be told to wait: the same request again.
                busy if busy.status == 503 => {}
                other => return Err(Fault::new(FaultKind::Answer, other.text)),
            }
        }
    }
    Ok(())
}

/// How often each row came, until nothing came after the last writer was done.
async fn read(anna: TestUser, writing: Arc<AtomicUsize>) -> BTreeMap<String, usize> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let all_written = writing.load(Ordering::SeqCst) == 0;
        let page = anna.get(&format!("/api/sync/changes?limit=200&collections=chatMessages{cursor}")).await.expect(200);
        let changes = page["changes"].as_array().unwrap();
        for change in changes {
            *seen.entry(change["value"]["content"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        cursor = format!("&cursor={}", page["cursor"].as_str().unwrap());
        if all_written && changes.is_empty() {
            return seen;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_race_with_sixteen_writers_miss_nothing() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let verdict = cursor_race([&one.url, &two.url], figure("LANDFALL_RACE_ROWS", 20_000)).await;
    assert_sound(verdict, "cargo test --locked --test it races::cursor");
}
