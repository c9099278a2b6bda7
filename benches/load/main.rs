//! `make bench`: the server compared with PostgreSQL alone, in one run on one database. pgbench calls the same prepared function with the same users
//! and as many connections. The ratio is the result. The floor beside it is plain statements on plain tables. Rounds alternate, and medians are printed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that can't go on should say where"
)]

mod client;
mod cpu;
mod floor;
mod import;
mod import_rows;
mod pgbench;
mod setup;
mod uploads;
mod workload;

use std::time::Duration;

use client::Load;
use setup::Setup;
use workload::{BATCH, Workload};

const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(6);
const CONNECTIONS: usize = 16;

struct Round {
    /// Requests or transactions per second.
    rate: f64,
    server_ms: f64,
    postgres_ms: f64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let setup = Setup::start().await;
    println!("{}", setup.machine());
    println!(
        "{CONNECTIONS} connections, {ROUNDS} alternating rounds of {} s, medians; CPU is CPU-milliseconds per request\n",
        ROUND.as_secs()
    );
    println!(
        "{:<34} {:>10} {:>10} {:>7} {:>10} {:>9} {:>10} {:>10} {:>9} {:>9}",
        "", "server/s", "pgbench/s", "ratio", "floor/s", "of floor", "server CPU", "pg CPU", "p50 ms", "p99 ms"
    );
    // `cargo bench --bench load -- login` runs the workloads whose name contains `login`.
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    for workload in workload::ALL.iter().filter(|workload| workload.name.contains(&only)) {
        let users = if workload.long { workload::LONG_USERS } else { workload::USERS };
        measure(&setup, workload, CONNECTIONS, users).await;
    }
    if "uploads".contains(&only) {
        uploads::measure(&setup).await;
    }
    if "import".contains(&only) {
        import::measure(&setup).await;
        import_rows::measure(&setup).await;
    }
    if !only.is_empty() {
        return setup.tear_down().await;
    }
    measure(&setup, &BATCH, 1, 1).await;
    half_load(&setup).await;
    println!("\nmemory of the server after all that: {:.0} MiB", cpu::resident_mib(setup.server_pid()));
    setup.tear_down().await;
}

async fn measure(setup: &Setup, workload: &Workload, connections: usize, users: usize) {
    let load = Load { workload, connections, users };
    // Warm-up: statements are prepared and caches are filled.
    load.run(setup, &load.known(setup).await, Duration::from_secs(1)).await;
    let (same, floor) = ((workload.script)(), workload.floor.map(|script| script()));
    pgbench::run(setup, &same, connections, users, Duration::from_secs(1)).await;
    let (mut ours, mut latencies) = (Vec::new(), Vec::new());
    let (mut same_rates, mut floor_rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        same_rates.push(pgbench::run(setup, &same, connections, users, ROUND).await);
        if let Some(floor) = &floor {
            floor_rates.push(pgbench::run(setup, floor, connections, users, ROUND).await);
        }
        let known = load.known(setup).await;
        let before = setup.cpu();
        let mut done = load.run(setup, &known, ROUND).await;
        let after = setup.cpu();
        let requests = done.len() as f64;
        ours.push(Round {
            rate: requests / ROUND.as_secs_f64(),
            server_ms: (after.server_ms - before.server_ms) / requests,
            postgres_ms: (after.postgres_ms - before.postgres_ms) / requests,
        });
        latencies.append(&mut done);
    }
    let (rate, same) = (median(ours.iter().map(|round| round.rate)), median(same_rates.into_iter()));
    let (floor, of_floor) = if floor_rates.is_empty() {
        ("-".to_owned(), "-".to_owned())
    } else {
        let floor = median(floor_rates.into_iter());
        (format!("{floor:.0}"), format!("{:.2}", rate / floor))
    };
    let name = format!("{}, {users} user{}", workload.name, if users == 1 { "" } else { "s" });
    println!(
        "{name:<34} {rate:>10.0} {same:>10.0} {:>7.2} {floor:>10} {of_floor:>9} {:>10.3} {:>10.3} {:>9.2} {:>9.2}",
        rate / same,
        median(ours.iter().map(|round| round.server_ms)),
        median(ours.iter().map(|round| round.postgres_ms)),
        percentile(&mut latencies, 0.5),
        percentile(&mut latencies, 0.99),
    );
}

/// The latency distribution at half load, with two connections.
async fn half_load(setup: &Setup) {
    let load = Load { workload: &BATCH, connections: 2, users: workload::USERS };
    let mut latencies = load.run(setup, &load.known(setup).await, ROUND).await;
    let (p50, p99) = (percentile(&mut latencies, 0.5), percentile(&mut latencies, 0.99));
    let rate = latencies.len() as f64 / ROUND.as_secs_f64();
    println!("\nat 2 connections ({rate:.0} batches/s): p50 {p50:.2} ms, p99 {p99:.2} ms, {:.1} times p50", p99 / p50);
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn percentile(latencies_ms: &mut [f64], part: f64) -> f64 {
    latencies_ms.sort_by(f64::total_cmp);
    latencies_ms[((latencies_ms.len() - 1) as f64 * part) as usize]
}
