//! A long mixed load (`make soak`): batches, projects, pushes, pulls, init, event streams. No request fails and the server's memory does not grow.
//! Users come in generations, and the data of each is compared at its end.

use std::time::{Duration, Instant};

use reqwest::Method;

use super::first_sync::memory_kib;
use super::load::Load;
use super::load_state::Outage;
use crate::support::{
    Fault, FaultKind, Process, SeededRng, TestDatabase, TestUser, Verdict, assert_sound, figure, require, send,
};
use crate::sync::events::Stream;

/// The duration of a generation.
const GENERATION: Duration = Duration::from_secs(20);
/// Generations until caches, pools and buffers are full.
const WARM_UP: usize = 3;
const MAX_GROWTH_KIB: u64 = 32 * 1024;

async fn soak(minutes: usize, rng: &SeededRng) -> Verdict {
    let db = TestDatabase::migrated().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Process::over(&db, folder.path(), &[]).await;
    let end = Instant::now() + Duration::from_secs(minutes as u64 * 60);
    let (mut rows, mut before) = (0, 0);
    for generation in 0.. {
        rows += run_generation(&server, &rng.of_task(generation * 1_000), generation).await?;
        let now = memory_kib(&server, "VmRSS");
        println!("generation {generation}: {rows} rows so far, {} MiB", now / 1024);
        if generation < WARM_UP {
            before = now;
        }
        require(now < before + MAX_GROWTH_KIB, FaultKind::Stuck, || {
            format!("the server grew from {} to {} MiB", before / 1024, now / 1024)
        })?;
        if Instant::now() > end {
            break;
        }
    }
    Ok(())
}

/// Runs one generation. Returns the number of written rows.
async fn run_generation(server: &Process, rng: &SeededRng, generation: usize) -> Result<usize, Fault> {
    let load = Load::with_users(&format!("g{generation}"), vec![server.url.clone()], Outage::None, rng).await;
    let reader = TestUser::sign_in(&server.url, &format!("g{generation}-0")).await;
    let mut events = Stream::open(&reader, None).await;
    let end = Instant::now() + GENERATION;
    while Instant::now() < end {
        // An event stream receives the writes of the same user's tabs.
        events.version().await;
        let init = send(reader.request(Method::GET, "/api/sync/init")).await;
        require(init.status == 200, FaultKind::Answer, || format!("init was answered {}", init.text))?;
        load.state.until_acknowledged(1, 30).await?;
    }
    load.finish().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long: make soak"]
async fn long_mixed_load_has_no_error_and_flat_memory() {
    let rng = SeededRng::new();
    let verdict = soak(figure("LANDFALL_SOAK_MINUTES", 60), &rng).await;
    assert_sound(verdict, &rng.replay("faults::soak -- --ignored"));
}
