//! A test that can't fail proves nothing: each bug is planted in a server, and the harness that watches for it must report it.

use tempfile::TempDir;

use super::away::away_beyond_the_horizon;
use super::kill::kill_under_load;
use super::upgrade::upgrade_of_a_client;
use crate::races::cursor::cursor_race;
use crate::races::revision::revision_race;
use crate::support::{Dice, FaultKind, Process, TestDatabase, Verdict};

const SETTING: &str = "LANDFALL_PLANTED";

/// Two servers over one database, both with the bug.
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
fn assert_noticed(verdict: Verdict, kind: FaultKind) {
    match verdict {
        Ok(()) => panic!("the harness saw nothing wrong"),
        Err(fault) => assert_eq!(fault.kind, kind, "{}", fault.detail),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_without_the_new_version_are_noticed() {
    let planted = Planted::with("cursor_not_stamped").await;
    assert_noticed(cursor_race(planted.urls(), 4_000).await, FaultKind::Missed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_that_become_visible_out_of_order_are_noticed() {
    let planted = Planted::with("bigserial_cursor").await;
    assert_noticed(cursor_race(planted.urls(), 4_000).await, FaultKind::Missed);
}

#[tokio::test]
async fn collection_that_an_old_cursor_skips_is_noticed() {
    let planted = Planted::with("unknown_collection_skipped").await;
    assert_noticed(upgrade_of_a_client(planted.urls()[0]).await, FaultKind::Missed);
}

#[tokio::test]
async fn delete_that_was_swept_behind_an_absent_device_is_noticed() {
    let verdict = away_beyond_the_horizon(&[(SETTING, "sweep_without_horizon")]).await;
    assert_noticed(verdict, FaultKind::Missed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decision_from_before_the_lock_is_noticed() {
    let planted = Planted::with("lock_and_decide").await;
    assert_noticed(revision_race(&planted.db, planted.urls(), 5).await, FaultKind::Winners);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revision_that_nobody_checks_is_noticed() {
    let planted = Planted::with("no_revision_check").await;
    assert_noticed(revision_race(&planted.db, planted.urls(), 5).await, FaultKind::Winners);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answer_that_comes_before_the_commit_is_noticed() {
    let verdict = kill_under_load(1, 20, &[(SETTING, "answer_before_commit")], &mut Dice::new()).await;
    assert_noticed(verdict, FaultKind::Lost);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batch_that_is_stored_in_parts_is_noticed() {
    let verdict = kill_under_load(1, 20, &[(SETTING, "batch_not_atomic")], &mut Dice::new()).await;
    assert_noticed(verdict, FaultKind::Torn);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn write_without_a_receipt_is_noticed() {
    let verdict = kill_under_load(1, 20, &[(SETTING, "no_receipts")], &mut Dice::new()).await;
    assert_noticed(verdict, FaultKind::Lost);
}

#[tokio::test]
async fn misspelt_bug_does_not_pass_for_a_sound_server() {
    let db = TestDatabase::migrated().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("DATABASE_URL", db.url.expose()),
        ("LANDFALL_DATA", folder.path().to_str().unwrap()),
        ("PORT", "0"),
        (SETTING, "no_such_bug"),
    ];
    let (status, said) = Process::run(&settings, &[]).await;
    assert!(!status.success() && said.contains("no_such_bug"), "{said}");
}

/// The other half of tools/check-unplanted.sh, which looks for the same word where it must not be.
#[test]
fn this_build_has_the_word_that_releases_must_not_have() {
    let program = std::fs::read(env!("CARGO_BIN_EXE_landfall")).unwrap();
    assert!(program.windows(SETTING.len()).any(|window| window == SETTING.as_bytes()));
}
