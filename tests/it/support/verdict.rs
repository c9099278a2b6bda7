//! What a harness comes to. It answers instead of asserting, so that the same harness shows two things: that the server passes, and that
//! it would have noticed a planted bug.

/// Nothing went wrong, or this did.
pub type Verdict = Result<(), Fault>;

/// What a harness watches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A device did not get a row that was committed.
    Missed,
    /// A row came, or was stored, twice.
    Twice,
    /// What was acknowledged is not there.
    Lost,
    /// Part of a request was stored without the rest, or at another version than the rest.
    Torn,
    /// Not exactly one of those who raced won.
    Winners,
    /// An answer that must not be: an error where there is none, or not the error that there is.
    Answer,
    /// It did not go on by itself.
    Stuck,
}

#[derive(Debug, Clone)]
pub struct Fault {
    pub kind: FaultKind,
    pub detail: String,
}

impl Fault {
    pub fn new(kind: FaultKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}

/// A fault of this kind unless `holds`.
pub fn require(holds: bool, kind: FaultKind, detail: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Fault::new(kind, detail())) }
}

/// Fails the test with the fault and the way to see it again.
#[track_caller]
pub fn assert_sound(verdict: Verdict, replay: &str) {
    if let Err(Fault { kind, detail }) = verdict {
        panic!("{kind:?}: {detail}\n  again: {replay}");
    }
}
