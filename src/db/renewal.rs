//! When the connections of this process have to be opened again. After a failover behind one address the open ones lead to the server of before, or
//! keep what that server said when they were opened. The time of the last request is one number for the process, because errors are understood
//! where no pool is at hand; a renewal that wasn't needed costs some new connections.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Requests within this time are one, so that an outage doesn't renew the connections of a busy server again and again.
const APART_MS: u64 = 1_000;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);
/// Milliseconds after [`START`]; 0: never.
static REQUESTED: AtomicU64 = AtomicU64::new(0);

/// Connections that are open now are to be replaced: those of a pool before their next use, others by their holders.
pub fn request() {
    let now = ms(Instant::now());
    let last = REQUESTED.load(Ordering::Relaxed);
    if last == 0 || now >= last + APART_MS {
        REQUESTED.store(now, Ordering::Relaxed);
    }
}

/// Whether a connection that was opened at `opened` is to be replaced.
pub fn is_stale(opened: Instant) -> bool {
    ms(opened) <= REQUESTED.load(Ordering::Relaxed)
}

/// Rounded up to 1, because 0 stands for "never".
fn ms(at: Instant) -> u64 {
    u64::try_from(at.saturating_duration_since(*START).as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}
