//! `kill -9` of a server under load: acknowledged writes are stored, others are stored whole or not at all, and the next start continues.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{Process, TestUser, message};

async fn write(user: &TestUser, session: &str, batch: usize) -> Option<Value> {
    let messages: Vec<Value> =
        (0..15).map(|n| message(session, &format!("t-{batch}-{n}"), &format!("{batch} {n}"))).collect();
    let request =
        user.request(reqwest::Method::POST, "/api/chat/messages/batch").json(&json!({ "messages": messages }));
    let response = request.send().await.ok()?;
    response.status().is_success().then_some(())?;
    response.json().await.ok()
}

async fn stored(user: &TestUser, session: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = "0".to_owned();
    loop {
        let page = user.get(&format!("/api/chat/{session}/messages?limit=200&after={after}")).await.expect(200);
        all.extend(page["messages"].as_array().unwrap().iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => after = next.to_owned(),
            None => return all,
        }
    }
}

fn postmaster(data: &Path) -> Pid {
    let text = std::fs::read_to_string(data.join("postgres/postmaster.pid")).unwrap();
    Pid::from_raw(text.lines().next().unwrap().parse().unwrap()).unwrap()
}

#[tokio::test]
async fn killed_server_loses_no_acknowledged_write_and_repeats_store_nothing_twice() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Process::start(data.path(), &[]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let session = anna.chat().await;
    let mut next_batch = 0;
    for round in 0..3 {
        // The writer stops at its first failure. The kill happens concurrently.
        let writer = {
            let (anna, session) = (anna.at(&server.url), session.clone());
            let (signal, started) = tokio::sync::oneshot::channel();
            let task = tokio::spawn(async move {
                let mut signal = Some(signal);
                let mut batch = next_batch;
                while write(&anna, &session, batch).await.is_some() {
                    batch += 1;
                    if let Some(signal) = signal.take_if(|_| batch >= next_batch + 5) {
                        let _ = signal.send(());
                    }
                }
                batch
            });
            started.await.unwrap();
            task
        };
        server.kill().await;
        let unanswered = writer.await.unwrap();
        if round == 1 {
            // PostgreSQL is killed too.
            kill_process(postmaster(data.path()), Signal::KILL).unwrap();
        }
        server = Process::start(data.path(), &[]).await;
        let anna = anna.at(&server.url);
        let before: Vec<Value> = stored(&anna, &session).await;
        assert!(before.len() == unanswered * 15 || before.len() == (unanswered + 1) * 15, "all or nothing");
        // The client repeats the unanswered batch and the one before it.
        for batch in unanswered - 1..=unanswered {
            assert!(write(&anna, &session, batch).await.is_some());
        }
        let after = stored(&anna, &session).await;
        let expected: Vec<String> = (0..=unanswered).flat_map(|b| (0..15).map(move |n| format!("{b} {n}"))).collect();
        let contents: Vec<&str> = after.iter().map(|m| m["content"].as_str().unwrap()).collect();
        assert_eq!(contents, expected);
        next_batch = unanswered + 1;
    }
    assert!(server.terminate().await.success());
}
