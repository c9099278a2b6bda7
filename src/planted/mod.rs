//! Known faults and places to die, for the tests that must notice them: cargo feature `planted`, which releases refuse. One is chosen by the
//! environment when the process starts; without a choice every hook does nothing.

mod functions;
mod hooks;

use std::sync::LazyLock;

use rustix::process::{Signal, getpid, kill_process};

pub use functions::in_database;
pub use hooks::{commit_later, store_half};

/// The setting that plants a bug.
const BUG: &str = "LANDFALL_PLANTED";
/// The setting that lets the process die, as by `kill -9`, when a write first comes to a place.
const DIE_AT: &str = "LANDFALL_DIE_AT";

/// A fault, each against one of the rules that hold the data together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// A row is changed without the new version.
    CursorNotStamped,
    /// Versions come from a sequence, and so become visible in another order than they are given out in.
    BigserialCursor,
    /// A collection that the cursor doesn't know counts as read.
    UnknownCollectionSkipped,
    /// Deletes are swept, and devices that may have missed them go on.
    SweepWithoutHorizon,
    /// What writes came to is not kept.
    NoReceipts,
    /// The answer goes out, and then comes the commit.
    AnswerBeforeCommit,
    /// Half of a batch is stored in a transaction of its own.
    BatchNotAtomic,
    /// One statement takes the lock and decides: by what was before it waited.
    LockAndDecide,
    /// Whatever the base revision is, the write is accepted.
    NoRevisionCheck,
}

const BUGS: [(&str, Bug); 9] = [
    ("cursor_not_stamped", Bug::CursorNotStamped),
    ("bigserial_cursor", Bug::BigserialCursor),
    ("unknown_collection_skipped", Bug::UnknownCollectionSkipped),
    ("sweep_without_horizon", Bug::SweepWithoutHorizon),
    ("no_receipts", Bug::NoReceipts),
    ("answer_before_commit", Bug::AnswerBeforeCommit),
    ("batch_not_atomic", Bug::BatchNotAtomic),
    ("lock_and_decide", Bug::LockAndDecide),
    ("no_revision_check", Bug::NoRevisionCheck),
];

/// A place in the life of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    BeforeBegin,
    /// The rows are written, the version is not raised.
    InTheMiddle,
    BeforeCommit,
    /// And before the answer.
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

/// Whether this bug is planted in this process.
pub fn is(bug: Bug) -> bool {
    *CHOSEN_BUG == Some(bug)
}

/// Ends the process here and now, if this is the place.
pub fn reach(point: Point) {
    if *CHOSEN_POINT == Some(point) {
        let _ = kill_process(getpid(), Signal::KILL);
    }
}

/// A misspelt choice must not pass for a sound server.
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
