//! Each harness must detect its planted bug. A harness that never fails proves nothing.

use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::client_upgrade::upgrade_of_a_client;
use super::kill::kill_under_load;
use super::past_horizon::pull_past_the_horizon;
use crate::races::cursor::cursor_race;
use crate::races::revision::revision_race;
use crate::support::{FaultKind, Process, SeededRng, TestDatabase, Verdict, left_out_on_a_cluster};

const SETTING: &str = "LANDFALL_FAULT";

/// Two servers with the bug on one database.
struct Planted {
    db: TestDatabase,
    servers: [(Process, TempDir); 2],
}

impl Planted {
    async fn with(bug: &str) -> Self {
        let db = TestDatabase::migrated().await;
        let servers = [Self::server(&db, bug).await, Self::server(&db, bug).await];
        Self { db, servers }
    }

    async fn server(db: &TestDatabase, bug: &str) -> (Process, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (Process::over(db, folder.path(), &[(SETTING, bug), ("LANDFALL_LOG", "off")]).await, folder)
    }

    fn urls(&self) -> [&str; 2] {
        [&self.servers[0].0.url, &self.servers[1].0.url]
    }
}

#[track_caller]
fn assert_detected(verdict: Verdict, kind: FaultKind) {
    match verdict {
        Ok(()) => panic!("the harness detected no fault"),
        Err(fault) => assert_eq!(fault.kind, kind, "{}", fault.detail),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_without_the_new_version_are_detected() {
    let planted = Planted::with("cursor_not_stamped").await;
    assert_detected(cursor_race(planted.urls(), 4_000).await, FaultKind::Missed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_visible_out_of_order_are_detected() {
    if left_out_on_a_cluster("the planted fault reads a sequence, which a shard has not") {
        return;
    }
    let planted = Planted::with("bigserial_cursor").await;
    assert_detected(cursor_race(planted.urls(), 4_000).await, FaultKind::Missed);
}

#[tokio::test]
async fn collection_skipped_by_an_old_cursor_is_detected() {
    let planted = Planted::with("unknown_collection_skipped").await;
    assert_detected(upgrade_of_a_client(planted.urls()[0]).await, FaultKind::Missed);
}

#[tokio::test]
async fn tombstone_removed_before_an_absent_device_is_detected() {
    let verdict = pull_past_the_horizon(&[(SETTING, "sweep_without_horizon")]).await;
    assert_detected(verdict, FaultKind::Missed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decision_before_the_lock_is_detected() {
    let planted = Planted::with("lock_and_decide").await;
    // The first detection ends the rounds. A loaded machine may need many.
    assert_detected(revision_race(&planted.db, planted.urls(), 60).await, FaultKind::Winners);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unchecked_base_revision_is_detected() {
    let planted = Planted::with("no_revision_check").await;
    assert_detected(revision_race(&planted.db, planted.urls(), 60).await, FaultKind::Winners);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answer_before_the_commit_is_detected() {
    let verdict = kill_under_load(1, 20, &[(SETTING, "answer_before_commit")], &mut SeededRng::new()).await;
    assert_detected(verdict, FaultKind::Lost);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batch_stored_in_parts_is_detected() {
    let verdict = kill_under_load(1, 20, &[(SETTING, "batch_not_atomic")], &mut SeededRng::new()).await;
    assert_detected(verdict, FaultKind::Torn);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn write_without_an_idempotency_record_is_detected() {
    let verdict = kill_under_load(1, 20, &[(SETTING, "no_idempotency_records")], &mut SeededRng::new()).await;
    assert_detected(verdict, FaultKind::Lost);
}

#[tokio::test]
async fn unknown_bug_is_refused() {
    let db = TestDatabase::migrated().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("DATABASE_URL", db.url.expose_secret()),
        ("LANDFALL_DATA", folder.path().to_str().unwrap()),
        ("PORT", "0"),
        (SETTING, "no_such_bug"),
    ];
    let (status, output) = Process::run(&settings, &[]).await;
    assert!(!status.success() && output.contains("no_such_bug"), "{output}");
}

/// The other half of tools/check-release.mjs, which shows that the program of `make run` is built without the faults.
#[test]
fn build_contains_the_word_that_releases_must_not_contain() {
    let program = std::fs::read(env!("CARGO_BIN_EXE_landfall")).unwrap();
    assert!(program.windows(SETTING.len()).any(|window| window == SETTING.as_bytes()));
}
