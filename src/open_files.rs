//! How many files and connections this process may have open. Database, storage and log must get theirs when clients hold all others.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Kept for what is not a client: database connections, storage, files.
const OURS: u64 = 256;

/// Raises the process's own limit as far as the system lets it, and answers how many connections of clients that allows, at most `wanted`.
pub fn cap_connections(wanted: usize) -> usize {
    let limit = getrlimit(Resource::Nofile);
    let needed = wanted as u64 + OURS;
    let mut allowed = limit.current.unwrap_or(u64::MAX);
    if allowed < needed {
        let raised = limit.maximum.map_or(needed, |most| most.min(needed));
        if setrlimit(Resource::Nofile, Rlimit { current: Some(raised), ..limit }).is_ok() {
            allowed = raised;
        }
    }
    let connections = usize::try_from(allowed.saturating_sub(OURS)).unwrap_or(usize::MAX).clamp(1, wanted.max(1));
    if connections < wanted {
        tracing::warn!(connections, wanted, "the limit of open files (ulimit -n) allows fewer connections");
    }
    connections
}
