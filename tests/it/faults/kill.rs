//! `kill -9` of servers under load: acknowledged writes are stored, each request is stored whole or not at all, and a repeat has no second effect.

use std::time::Duration;

use tempfile::TempDir;

use super::load::Load;
use super::load_state::Outage;
use crate::support::{Process, SeededRng, TestDatabase, Verdict, assert_sound, figure};

/// Includes the start of a server on a busy machine.
const TIMEOUT_SECS: u64 = 30;

/// Repeatedly kills one of `servers` during requests and starts it again.
pub async fn kill_under_load(servers: usize, kills: usize, settings: &[(&str, &str)], rng: &mut SeededRng) -> Verdict {
    let db = TestDatabase::migrated().await;
    let folders: Vec<TempDir> = (0..servers).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut fleet = Vec::new();
    for folder in &folders {
        fleet.push(Process::over(&db, folder.path(), settings).await);
    }
    let load = Load::start(fleet.iter().map(|server| server.url.clone()).collect(), Outage::Servers, rng).await;
    for _ in 0..kills {
        load.state.until_acknowledged(rng.between(5, 40), TIMEOUT_SECS).await?;
        // A random moment of a request.
        tokio::time::sleep(Duration::from_micros(rng.between(0, 5_000) as u64)).await;
        let victim = rng.between(0, servers - 1);
        fleet.remove(victim).kill().await;
        fleet.insert(victim, Process::over(&db, folders[victim].path(), settings).await);
        load.set_url(victim, &fleet[victim].url);
    }
    load.state.until_acknowledged(20, TIMEOUT_SECS).await?;
    let rows = load.finish().await?;
    println!("{kills} kills, {rows} rows acknowledged, none lost");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeatedly_killed_server_loses_no_acknowledged_write() {
    let mut rng = SeededRng::new();
    let verdict = kill_under_load(1, figure("LANDFALL_KILLS", 20), &[], &mut rng).await;
    assert_sound(verdict, &rng.replay("faults::kill"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeatedly_killed_servers_on_one_database_lose_no_acknowledged_write() {
    let mut rng = SeededRng::new();
    let verdict = kill_under_load(2, figure("LANDFALL_KILLS", 20) / 4, &[], &mut rng).await;
    assert_sound(verdict, &rng.replay("faults::kill"));
}
