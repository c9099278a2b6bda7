//! What the log says of an outage: when it began, and when it ended. Not an alarm for every request that met it.

use std::path::Path;

use serde_json::json;

use crate::support::{Process, TestDatabase, TestUser, eventually};

fn lines(said: &Path, words: &[&str]) -> usize {
    let text = std::fs::read_to_string(said).unwrap();
    text.lines().filter(|line| words.iter().all(|word| line.contains(word))).count()
}

#[tokio::test]
async fn outage_of_the_database_is_two_lines_in_the_log_however_many_requests_meet_it() {
    let db = TestDatabase::migrated().await;
    let folder = tempfile::tempdir().unwrap();
    let (server, said) = Process::talkative(&db, folder.path(), &[]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let body = json!({ "title": "Harbour" });
    let write = || anna.post("/api/chat/sessions", &body);
    write().await.expect(201);
    for outage in 1..=2 {
        db.cut_off().await;
        eventually(10, "the outage is said", || async {
            write().await.expect(503);
            (lines(&said, &["ERROR", "Database", "away"]) == outage).then_some(())
        })
        .await;
        for _ in 0..20 {
            write().await.expect(503);
        }
        db.let_in().await;
        eventually(10, "the end is said", || async {
            (lines(&said, &["INFO", "Database", "back"]) == outage).then_some(())
        })
        .await;
        write().await.expect(201);
    }
    assert_eq!(lines(&said, &["ERROR"]), 2, "{}", std::fs::read_to_string(&said).unwrap());
    assert!(lines(&said, &["WARN", "turned away"]) >= 40);
}
