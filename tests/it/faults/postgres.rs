//! Immediate shutdowns of PostgreSQL under load: requests are a 503 with Retry-After during the outage, and the servers continue after it without a
//! restart.

use landfall::embedded::postgres::{Cluster, RunAs};
use rustix::process::{Pid, Signal, kill_process};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::load::Load;
use super::load_state::Outage;
use crate::support::{Process, SeededRng, Verdict, assert_sound, figure};

/// The time in which the servers must detect that the database is back.
const RECOVERY_SECS: u64 = 10;
const TIMEOUT_SECS: u64 = 30;
/// The server logs every refused request, which is thousands of lines.
const QUIET: (&str, &str) = ("LANDFALL_LOG", "off");

/// A separate cluster, because stopping the shared one would break other tests.
struct Postgres {
    data: TempDir,
    cluster: Option<Cluster>,
}

impl Postgres {
    async fn start() -> Self {
        let mut postgres = Self { data: tempfile::tempdir().unwrap(), cluster: None };
        postgres.start_cluster().await;
        postgres
    }

    async fn start_cluster(&mut self) {
        self.cluster = Some(Cluster::start(self.data.path(), None, RunAs::choose().await).await.unwrap());
    }

    fn url(&self) -> String {
        self.cluster.as_ref().unwrap().url().expose_secret().to_owned()
    }

    /// PostgreSQL's immediate shutdown. The next start recovers from the write-ahead log.
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
    /// Stops the postmaster however the test ended.
    fn drop(&mut self) {
        self.quit();
    }
}

pub async fn stop_postgres_under_load(stops: usize, rng: &mut SeededRng) -> Verdict {
    let mut postgres = Postgres::start().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &[("DATABASE_URL", &postgres.url()), QUIET]).await;
    let load = Load::start(vec![server.url.clone()], Outage::Database, rng).await;
    for _ in 0..stops {
        load.state.until_acknowledged(rng.between(20, 60), TIMEOUT_SECS).await?;
        postgres.stop_at_once().await;
        // Every task was refused at least once.
        load.state.until_refused(20, TIMEOUT_SECS).await?;
        postgres.start_cluster().await;
        load.state.until_acknowledged(20, RECOVERY_SECS).await?;
    }
    let rows = load.finish().await?;
    println!("{stops} stops, {rows} rows acknowledged, none lost");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeatedly_stopped_database_is_a_503_and_loses_nothing() {
    let mut rng = SeededRng::new();
    let verdict = stop_postgres_under_load(figure("LANDFALL_POSTGRES_STOPS", 5), &mut rng).await;
    assert_sound(verdict, &rng.replay("faults::postgres"));
}
