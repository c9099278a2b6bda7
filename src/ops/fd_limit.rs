//! The limit of open files and connections. Some are reserved, so that database, storage and log work when clients use all others.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Reserved for database connections, storage and files.
const RESERVED: u64 = 256;

/// Raises the process's limit as far as the system allows, and returns the number of client connections that it leaves, at most `wanted`.
pub fn cap_connections(wanted: usize) -> usize {
    let limit = getrlimit(Resource::Nofile);
    let needed = wanted as u64 + RESERVED;
    let mut allowed = limit.current.unwrap_or(u64::MAX);
    if allowed < needed {
        let raised = limit.maximum.map_or(needed, |most| most.min(needed));
        if setrlimit(Resource::Nofile, Rlimit { current: Some(raised), ..limit }).is_ok() {
            allowed = raised;
        }
    }
    let connections = usize::try_from(allowed.saturating_sub(RESERVED)).unwrap_or(usize::MAX).clamp(1, wanted.max(1));
    if connections < wanted {
        tracing::warn!(connections, wanted, "the limit of open files (ulimit -n) allows fewer connections");
    }
    connections
}
