//! `kill -9` of servers under load: what was acknowledged is there, each request is stored whole or not at all, and a repeat has no second
//! effect.

use std::time::Duration;

use tempfile::TempDir;

use super::load::Load;
use super::shared::Outage;
use crate::support::{Dice, Process, TestDatabase, Verdict, assert_sound, figure};

/// Long enough for a server that starts on a busy machine.
const PATIENCE_SECS: u64 = 30;

/// Kills one of `servers` again and again, each time with requests under way, and starts it anew.
pub async fn kill_under_load(servers: usize, kills: usize, settings: &[(&str, &str)], dice: &mut Dice) -> Verdict {
    let db = TestDatabase::migrated().await;
    let folders: Vec<TempDir> = (0..servers).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut fleet = Vec::new();
    for folder in &folders {
        fleet.push(Process::over(&db, folder.path(), settings).await);
    }
    let load = Load::start(fleet.iter().map(|server| server.url.clone()).collect(), Outage::OfServers, dice).await;
    for _ in 0..kills {
        load.shared.until_acknowledged(dice.between(5, 40), PATIENCE_SECS).await?;
        // Anywhere in the life of a request.
        tokio::time::sleep(Duration::from_micros(dice.between(0, 5_000) as u64)).await;
        let victim = dice.between(0, servers - 1);
        fleet.remove(victim).kill().await;
        fleet.insert(victim, Process::over(&db, folders[victim].path(), settings).await);
        load.moved(victim, &fleet[victim].url);
    }
    load.shared.until_acknowledged(20, PATIENCE_SECS).await?;
    let rows = load.finish().await?;
    println!("{kills} kills, {rows} rows acknowledged, none lost");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_killed_again_and_again_loses_nothing_that_it_acknowledged() {
    let mut dice = Dice::new();
    let verdict = kill_under_load(1, figure("LANDFALL_KILLS", 20), &[], &mut dice).await;
    assert_sound(verdict, &dice.replay("faults::kill"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_of_which_either_is_killed_lose_nothing() {
    let mut dice = Dice::new();
    let verdict = kill_under_load(2, figure("LANDFALL_KILLS", 20) / 4, &[], &mut dice).await;
    assert_sound(verdict, &dice.replay("faults::kill"));
}
