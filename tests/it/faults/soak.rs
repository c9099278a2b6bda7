//! A long mixed load (`make soak`): batches, projects, pushes, pulls, login syncs, event streams. No error, and the server's memory stays
//! where it was. People come and go by generations, whose data is compared and then left alone.

use std::time::{Duration, Instant};

use reqwest::Method;

use super::first_sync::memory_kib;
use super::load::Load;
use super::shared::Outage;
use crate::support::{
    Dice, Fault, FaultKind, Process, TestDatabase, TestUser, Verdict, assert_sound, figure, require, send,
};
use crate::sync::events::Stream;

/// How long people stay.
const GENERATION: Duration = Duration::from_secs(20);
/// Until caches, pools and buffers have their size.
const WARM_UP: usize = 3;
const MAX_GROWTH_KIB: u64 = 32 * 1024;

async fn soak(minutes: usize, dice: &Dice) -> Verdict {
    let db = TestDatabase::migrated().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Process::over(&db, folder.path(), &[]).await;
    let end = Instant::now() + Duration::from_secs(minutes as u64 * 60);
    let (mut rows, mut before) = (0, 0);
    for generation in 0.. {
        rows += live(&server, &dice.of_task(generation * 1_000), generation).await?;
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

/// One generation; how many rows it wrote.
async fn live(server: &Process, dice: &Dice, generation: usize) -> Result<usize, Fault> {
    let load = Load::of_people(&format!("g{generation}"), vec![server.url.clone()], Outage::None, dice).await;
    let visitor = TestUser::sign_in(&server.url, &format!("g{generation}-0")).await;
    let mut events = Stream::open(&visitor, None).await;
    let end = Instant::now() + GENERATION;
    while Instant::now() < end {
        // Whoever is connected hears of the writes of the same person's tabs.
        events.version().await;
        let init = send(visitor.request(Method::GET, "/api/sync/init")).await;
        require(init.status == 200, FaultKind::Answer, || format!("a login sync was answered {}", init.text))?;
        load.shared.until_acknowledged(1, 30).await?;
    }
    load.finish().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long: make soak"]
async fn long_mixed_load_has_no_error_and_flat_memory() {
    let dice = Dice::new();
    let verdict = soak(figure("LANDFALL_SOAK_MINUTES", 60), &dice).await;
    assert_sound(verdict, &dice.replay("faults::soak -- --ignored"));
}
