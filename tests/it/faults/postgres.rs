//! PostgreSQL stops at once, as in a crash, and comes back: 503 with Retry-After meanwhile, and then the servers go on by themselves.

use landfall::embedded::postgres::{Cluster, RunAs};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::load::Load;
use super::shared::Outage;
use crate::support::{Dice, Process, Verdict, assert_sound, figure};

/// What the servers have to notice that the database is back.
const RECOVERY_SECS: u64 = 10;
const PATIENCE_SECS: u64 = 30;
/// The server says of every refused request that the database is away: thousands of lines.
const QUIET: (&str, &str) = ("LANDFALL_LOG", "off");

/// A cluster of the test's own: the others' must not stop.
struct Postgres {
    data: TempDir,
    cluster: Option<Cluster>,
}

impl Postgres {
    async fn start() -> Self {
        let mut postgres = Self { data: tempfile::tempdir().unwrap(), cluster: None };
        postgres.come_back().await;
        postgres
    }

    async fn come_back(&mut self) {
        self.cluster = Some(Cluster::start(self.data.path(), None, RunAs::choose().await).await.unwrap());
    }

    fn url(&self) -> String {
        self.cluster.as_ref().unwrap().url().expose().to_owned()
    }

    /// PostgreSQL's immediate shutdown: nothing is finished or written; the next start recovers from its log.
    async fn stop_at_once(&mut self) {
        self.quit();
        self.cluster.take().unwrap().stop().await;
    }

    fn quit(&self) {
        let text = std::fs::read_to_string(self.data.path().join("postgres/postmaster.pid")).unwrap_or_default();
        if let Some(pid) = text.lines().next().and_then(|line| line.parse().ok()).and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::QUIT);
        }
    }
}

impl Drop for Postgres {
    /// No postmaster outlives its test, however that ended.
    fn drop(&mut self) {
        self.quit();
    }
}

pub async fn stop_postgres_under_load(stops: usize, dice: &mut Dice) -> Verdict {
    let mut postgres = Postgres::start().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &[("DATABASE_URL", &postgres.url()), QUIET]).await;
    let load = Load::start(vec![server.url.clone()], Outage::OfDatabase, dice).await;
    for _ in 0..stops {
        load.shared.until_acknowledged(dice.between(20, 60), PATIENCE_SECS).await?;
        postgres.stop_at_once().await;
        // Everybody has heard it, some twice.
        load.shared.until_turned_away(20, PATIENCE_SECS).await?;
        postgres.come_back().await;
        load.shared.until_acknowledged(20, RECOVERY_SECS).await?;
    }
    let rows = load.finish().await?;
    println!("{stops} stops, {rows} rows acknowledged, none lost");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn database_stopped_again_and_again_is_a_503_meanwhile_and_loses_nothing() {
    let mut dice = Dice::new();
    let verdict = stop_postgres_under_load(figure("LANDFALL_POSTGRES_STOPS", 5), &mut dice).await;
    assert_sound(verdict, &dice.replay("faults::postgres"));
}
