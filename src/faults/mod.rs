//! Planted bugs and crash points for the tests that must detect them. They exist with the cargo feature `faults` only, which releases refuse. The
//! environment selects one when the process starts. Without a selection every hook does nothing.
//! Layers above call the hooks; this module knows only `db`.

mod functions;

use std::sync::LazyLock;
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};

use crate::db::{UserTx, transaction};
pub use functions::in_database;

/// The setting that selects a planted bug.
const BUG: &str = "LANDFALL_FAULT";
/// The setting that kills the process, as by `kill -9`, when a write first reaches a crash point.
const DIE_AT: &str = "LANDFALL_DIE_AT";

/// A planted bug. Each breaks one of the rules that keep data consistent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// A changed row keeps its old version.
    CursorNotStamped,
    /// Versions come from a sequence, so that they become visible in another order than they are assigned in.
    BigserialCursor,
    /// A collection that is missing in the cursor counts as read.
    UnknownCollectionSkipped,
    /// Tombstones are removed without raising the horizon, so that devices which missed them are not sent to a resync.
    SweepWithoutHorizon,
    /// Outcomes of writes are not stored.
    NoIdempotencyRecords,
    /// The answer is sent before the commit.
    AnswerBeforeCommit,
    /// Half of a batch is stored in its own transaction.
    BatchNotAtomic,
    /// One statement takes the lock and decides, so that it decides by the state before the wait.
    LockAndDecide,
    /// A write is accepted with any base revision.
    NoRevisionCheck,
}

const BUGS: [(&str, Bug); 9] = [
    ("cursor_not_stamped", Bug::CursorNotStamped),
    ("bigserial_cursor", Bug::BigserialCursor),
    ("unknown_collection_skipped", Bug::UnknownCollectionSkipped),
    ("sweep_without_horizon", Bug::SweepWithoutHorizon),
    ("no_idempotency_records", Bug::NoIdempotencyRecords),
    ("answer_before_commit", Bug::AnswerBeforeCommit),
    ("batch_not_atomic", Bug::BatchNotAtomic),
    ("lock_and_decide", Bug::LockAndDecide),
    ("no_revision_check", Bug::NoRevisionCheck),
];

/// A crash point in a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// Before the transaction begins.
    BeforeBegin,
    /// After the rows are written and before the version is raised.
    InTheMiddle,
    BeforeCommit,
    /// After the commit and before the answer.
    AfterCommit,
}

const POINTS: [(&str, Point); 4] = [
    ("before_begin", Point::BeforeBegin),
    ("in_the_middle", Point::InTheMiddle),
    ("before_commit", Point::BeforeCommit),
    ("after_commit", Point::AfterCommit),
];

static CHOSEN_BUG: LazyLock<Option<Bug>> = LazyLock::new(|| chosen(BUG, &BUGS).unwrap_or_default());
static CHOSEN_POINT: LazyLock<Option<Point>> = LazyLock::new(|| chosen(DIE_AT, &POINTS).unwrap_or_default());

/// True if this bug is selected in this process.
pub fn is(bug: Bug) -> bool {
    *CHOSEN_BUG == Some(bug)
}

/// Kills the process if this crash point is selected.
pub fn reach(point: Point) {
    if *CHOSEN_POINT == Some(point) {
        let _ = kill_process(getpid(), Signal::KILL);
    }
}

/// [`Bug::AnswerBeforeCommit`]: commits after 20 ms, so that a kill can come before.
pub fn commit_later(mut tx: UserTx) {
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let _ = transaction::commit(tx.conn()).await;
    });
}

/// Refuses an unknown name, which would otherwise pass for a server without faults.
fn check_choice() -> Result<(), String> {
    chosen(BUG, &BUGS)?;
    chosen(DIE_AT, &POINTS)?;
    Ok(())
}

fn chosen<T: Copy>(setting: &str, all: &[(&str, T)]) -> Result<Option<T>, String> {
    let Ok(name) = std::env::var(setting) else { return Ok(None) };
    match all.iter().find(|(known, _)| *known == name) {
        Some((_, choice)) => Ok(Some(*choice)),
        None => {
            let names: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
            Err(format!("{setting} is {name:?}: use one of {}", names.join(", ")))
        }
    }
}
