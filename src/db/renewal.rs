//! When the connections of this process have to be opened again. After a failover behind one address the open ones lead to the server of before, or
//! keep what that server said when they were opened. The time of the last request is one number for the process, because errors are understood
//! where no pool is at hand; a renewal that wasn't needed costs some new connections.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Requests within this time are one, so that an outage doesn't renew the connections of a busy server again and again.
const APART_MS: u64 = 1_000;

/// The same for signs that may have another reason, so that a slow server is not slowed by new connections.
const RARELY_MS: u64 = 60_000;
/// Longer than the role of servers lets a statement run (`statement_timeout`).
pub const LONGEST_STATEMENT: Duration = Duration::from_secs(65);

/// How often work that goes on asks whether its connection hangs.
const LOOK_EVERY: Duration = Duration::from_secs(5);

static START: LazyLock<Instant> = LazyLock::new(Instant::now);
/// Milliseconds after [`START`]; 0: never.
static REQUESTED: AtomicU64 = AtomicU64::new(0);

/// Connections that are open now are to be replaced: those of a pool before their next use, others by their holders.
pub fn request() {
    request_after(APART_MS);
}

/// The same for a sign that may have another reason: a request that took too long. Its connection may hang, or the server may be slow.
pub fn request_rarely() {
    request_after(RARELY_MS);
}

fn request_after(apart_ms: u64) {
    let now = ms(Instant::now());
    let last = REQUESTED.load(Ordering::Relaxed);
    if last == 0 || now >= last + apart_ms {
        REQUESTED.store(now, Ordering::Relaxed);
    }
}

/// Returns when work that began at `since` has not ended although the connections were renewed and its `longest` statement would have ended: its
/// connection hangs.
pub async fn hangs(since: Instant, longest: Duration) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let renewed = REQUESTED.load(Ordering::Relaxed);
        if is_stale(since) && ms(Instant::now()) >= renewed.saturating_add(longest.as_millis() as u64) {
            return;
        }
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
