//! What tests share: a cluster for all of them, a database and a server for each, callers, raw connections.

mod app;
mod cluster;
mod dice;
mod files;
mod lock;
mod process;
mod storage;
mod user;
mod verdict;

pub use app::{SECRET, TestApp, assert_problem};
pub use cluster::TestDatabase;
pub use dice::{Dice, figure};
pub use files::{asset, png, put};
pub use lock::HeldSpace;
pub use process::{Process, free_port};
pub use user::{Answer, TestUser, http_client, message, send, try_send};
pub use verdict::{Fault, FaultKind, Verdict, assert_sound, require};

use std::time::{Duration, Instant};

/// Polls until `check` answers something; says `what` was missing after `secs` seconds.
pub async fn eventually<T, F: Future<Output = Option<T>>>(secs: u64, what: &str, mut check: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + Duration::from_secs(secs);
    loop {
        if let Some(value) = check().await {
            return value;
        }
        assert!(Instant::now() < deadline, "after {secs} s still not: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
