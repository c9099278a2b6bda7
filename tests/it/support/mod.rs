//! Shared code of the tests: a PostgreSQL cluster for all of them, a database and a server for each, and clients.

mod app;
mod citus;
mod cluster;
mod file_limit;
mod files;
mod lock;
mod nginx;
mod packed;
mod ports;
mod process;
mod rng;
mod samples;
mod shared_postgres;
mod storage;
mod user;
mod verdict;

pub use app::{SECRET, TestApp, assert_problem};
pub use citus::{NO_ASSISTANTS, left_out_on_a_cluster};
pub use cluster::TestDatabase;
pub use file_limit::allow_many_files;
pub use files::{asset, png, put};
pub use lock::{HeldTableLock, HeldUserLock};
pub use nginx::Nginx;
pub use packed::{gzip, packed_blanks};
pub use ports::free_port;
pub use process::Process;
pub use rng::{SeededRng, figure};
pub use samples::{Sample, iso_media, samples};
pub use storage::{storage_settings, test_storage};
pub use user::{Answer, TestUser, http_client, http_client_builder, message, send, session_cookie, try_send};
pub use verdict::{Fault, FaultKind, Verdict, assert_sound, require};

use std::time::{Duration, Instant};

/// Polls until `check` returns a value. Panics with `what` after `secs` seconds.
pub async fn eventually<T, F: Future<Output = Option<T>>>(secs: u64, what: &str, mut check: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + Duration::from_secs(secs);
    loop {
        if let Some(value) = check().await {
            return value;
        }
        assert!(Instant::now() < deadline, "not within {secs} s: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
