//! A long mixed load (`make soak`): batches, projects, pushes, pulls, init, event streams, at one server and at two behind nginx. No request fails and the
//! servers' memory does not grow. Users come in generations, and the data of each is compared at its end.

use std::time::{Duration, Instant};

use reqwest::Method;

use super::balancer::Balancer;
use super::first_sync::memory_kib;
use super::load::Load;
use super::load_state::{Outage, Request};
use crate::support::{
    Fault, FaultKind, Nginx, Process, SECRET, SeededRng, TestDatabase, TestUser, Verdict, assert_sound, figure, require,
};
use crate::sync::events::Stream;

/// The duration of a generation.
const GENERATION: Duration = Duration::from_secs(20);
/// Generations until caches, pools and buffers are full.
const WARM_UP: usize = 3;
const MAX_GROWTH_KIB: u64 = 32 * 1024;

/// What the last third of the samples may have more than the first, in percent.
const MAX_GROWTH_PERCENT: u64 = 5;

async fn soak(servers: usize, minutes: usize, rng: &SeededRng) -> Verdict {
    let (db, balancer) = (TestDatabase::migrated().await, Balancer::start().await);
    let folders: Vec<_> = (0..servers).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut running = Vec::new();
    for folder in &folders {
        let server = Process::over(&db, folder.path(), &[("LANDFALL_SECRET", SECRET)]).await;
        balancer.add(&server.url).await;
        running.push(server);
    }
    let nginx = match &running[..] {
        [one, two] => Nginx::start([&one.url, &two.url]).await,
        _ => None,
    };
    let url = nginx.as_ref().map_or(&balancer.url, |nginx| &nginx.url);
    let end = Instant::now() + Duration::from_secs(minutes as u64 * 60);
    let (mut rows, mut busy, mut samples) = (0, 0, Vec::new());
    for generation in 0.. {
        let written = run_generation(url, &rng.of_task(generation * 1_000), generation).await?;
        rows += written.rows;
        busy += written.busy;
        let now: u64 = running.iter().map(|server| memory_kib(server, "VmRSS")).sum();
        let memory = now / 1024;
        println!(
            "generation {generation}: {rows} rows and {busy} times busy so far, {memory} MiB in {servers} servers"
        );
        if generation >= WARM_UP {
            samples.push(now);
        }
        let before = samples.first().copied().unwrap_or(now);
        require(now < before + MAX_GROWTH_KIB * servers as u64, FaultKind::Stuck, || {
            format!("the servers grew from {} to {} MiB", before / 1024, now / 1024)
        })?;
        if Instant::now() > end {
            break;
        }
    }
    compare_thirds(&samples)
}

/// Checks that the average of the last third is not larger than that of the first.
fn compare_thirds(samples: &[u64]) -> Verdict {
    let third = samples.len() / 3;
    if third == 0 {
        return Ok(());
    }
    let average = |part: &[u64]| part.iter().sum::<u64>() / part.len() as u64;
    let (first, last) = (average(&samples[..third]), average(&samples[samples.len() - third..]));
    require(last * 100 <= first * (100 + MAX_GROWTH_PERCENT), FaultKind::Stuck, || {
        format!(
            "the servers had {} MiB in the first third of the time and {} MiB in the last",
            first / 1024,
            last / 1024
        )
    })
}

#[test]
fn growth_between_the_thirds_is_a_fault() {
    assert!(compare_thirds(&[100, 102, 300, 300, 104, 105]).is_ok());
    assert!(compare_thirds(&[100, 102, 90, 90, 108, 110]).is_err_and(|fault| fault.kind == FaultKind::Stuck));
}

/// What a generation has written.
struct Written {
    rows: usize,
    /// Requests that were answered `busy` and were repeated.
    busy: usize,
}

async fn run_generation(url: &str, rng: &SeededRng, generation: usize) -> Result<Written, Fault> {
    let load = Load::with_users(&format!("g{generation}"), vec![url.to_owned()], Outage::Overload, rng).await;
    let reader = TestUser::sign_in(url, &format!("g{generation}-0")).await;
    let mut events = Stream::open(&reader, None).await;
    let end = Instant::now() + GENERATION;
    while Instant::now() < end {
        // An event stream receives the writes of the same user's tabs.
        events.version().await;
        let init = Request { method: Method::GET, path: "/api/sync/init".to_owned(), body: None };
        let (init, _) = load.state.until_answered(&reader, &init).await?;
        require(init.status == 200, FaultKind::Answer, || format!("init was answered {}", init.text))?;
        load.state.until_acknowledged(1, 30).await?;
    }
    let state = load.state.clone();
    let rows = load.finish().await?;
    Ok(Written { rows, busy: state.refused() })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long: make soak"]
async fn long_mixed_load_has_no_error_and_flat_memory() {
    let rng = SeededRng::new();
    let verdict = soak(1, figure("LANDFALL_SOAK_MINUTES", 60), &rng).await;
    assert_sound(verdict, &rng.replay("faults::soak -- --ignored"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long: make soak"]
async fn long_mixed_load_at_two_servers_has_no_error_and_flat_memory() {
    let rng = SeededRng::new();
    let verdict = soak(2, figure("LANDFALL_TWO_SERVERS_MINUTES", 10), &rng).await;
    assert_sound(verdict, &rng.replay("faults::soak -- --ignored"));
}
