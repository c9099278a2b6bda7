//! Log lines of an outage: one for its begin and one for its end, not one per request.

use std::path::Path;

use serde_json::json;

use crate::support::{Process, TestDatabase, TestUser, eventually};

fn lines(said: &Path, words: &[&str]) -> usize {
    let text = std::fs::read_to_string(said).unwrap();
    text.lines().filter(|line| words.iter().all(|word| line.contains(word))).count()
}

#[tokio::test]
async fn outage_of_the_database_is_two_log_lines_for_any_number_of_requests() {
    let db = TestDatabase::migrated().await;
    let folder = tempfile::tempdir().unwrap();
    let (server, said) = Process::start_logged(&db, folder.path(), &[]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let body = json!({ "title": "Harbour" });
    let write = || anna.post("/api/chat/sessions", &body);
    write().await.expect(201);
    for outage in 1..=2 {
        db.cut_off().await;
        eventually(10, "the outage is said", || async {
            write().await.expect(503);
            (lines(&said, &["ERROR", "Database", "outage"]) == outage).then_some(())
        })
        .await;
        for _ in 0..20 {
            write().await.expect(503);
        }
        db.let_in().await;
        eventually(10, "the end is said", || async {
            (lines(&said, &["INFO", "Database", "the outage has ended"]) == outage).then_some(())
        })
        .await;
        write().await.expect(201);
    }
    assert_eq!(lines(&said, &["ERROR"]), 2, "{}", std::fs::read_to_string(&said).unwrap());
    assert!(lines(&said, &["WARN", "unavailable"]) >= 40);
}
