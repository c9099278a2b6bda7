//! The verdict of a harness. A harness returns it instead of asserting, so that one test requires that the server passes and another one
//! that a fault is detected.

/// Success, or the detected fault.
pub type Verdict = Result<(), Fault>;

/// The faults that a harness detects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A device did not get a row that was committed.
    Missed,
    /// A row was delivered or stored twice.
    Twice,
    /// An acknowledged write is not stored.
    Lost,
    /// Part of a request was stored without the rest, or at another version than the rest.
    Torn,
    /// Not exactly one of the concurrent writes won.
    Winners,
    /// A wrong answer: an unexpected error, or not the expected one.
    Answer,
    /// The server did not recover by itself.
    Stuck,
}

/// A detected fault.
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

/// A fault of this kind if `holds` is false.
pub fn require(holds: bool, kind: FaultKind, detail: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Fault::new(kind, detail())) }
}

/// Fails the test with the fault and the command that repeats it.
#[track_caller]
pub fn assert_sound(verdict: Verdict, replay: &str) {
    if let Err(Fault { kind, detail }) = verdict {
        panic!("{kind:?}: {detail}\n  again: {replay}");
    }
}
