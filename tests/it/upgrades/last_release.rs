//! The program of the last release and this one on one database, in the order of an upgrade and of the way back.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;

use crate::faults::balancer::Balancer;
use crate::faults::load::Load;
use crate::faults::load_state::Outage;
use crate::support::{
    Process, SECRET, SeededRng, TestDatabase, TestUser, assert_sound, storage_settings, test_storage,
};

/// The program of the last release. `None`, and a printed line, where none is named.
fn last_release() -> Option<PathBuf> {
    let named = std::env::var("LANDFALL_LAST_RELEASE_BIN").ok().filter(|path| !path.is_empty()).map(PathBuf::from);
    if named.is_none() {
        println!("skipped: LANDFALL_LAST_RELEASE_BIN names no program of the last release");
    }
    named
}

struct Site {
    db: TestDatabase,
    balancer: Balancer,
    data: tempfile::TempDir,
}

impl Site {
    async fn migrate(&self, program: &Path) {
        let settings = [("DATABASE_URL", self.db.url.expose_secret())];
        let (status, _, errors) = Process::run_program(program, &settings, &["migrate"]).await;
        assert!(status.success(), "{}: {errors}", program.display());
    }

    /// Starts a server that does not migrate, as in production, and gives it connections.
    async fn serve(&self, program: &Path) -> Process {
        let (storage, db) = (storage_settings(&test_storage()), self.db.as_server());
        let mut settings = vec![
            ("DATABASE_URL", db.url.expose_secret()),
            ("LANDFALL_MIGRATE", "false"),
            ("LANDFALL_PUBLIC_URL", self.balancer.url.as_str()),
            ("LANDFALL_SECRET", SECRET),
            ("LANDFALL_DRAIN_SECS", "2"),
        ];
        settings.extend(storage.iter().map(|(name, value)| (*name, value.as_str())));
        let server = Process::start_program(program, self.data.path(), &settings, |command| command).await;
        self.balancer.add(&server.url).await;
        server
    }

    async fn stop(&self, server: Process) {
        let url = server.url.clone();
        assert!(server.terminate().await.success());
        self.balancer.remove(&url);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_of_two_releases_serve_one_database_during_an_upgrade_and_back() {
    let Some(old) = last_release() else { return };
    let new = Path::new(env!("CARGO_BIN_EXE_landfall"));
    let rng = SeededRng::new();
    let site =
        Site { db: TestDatabase::empty().await, balancer: Balancer::start().await, data: tempfile::tempdir().unwrap() };
    site.migrate(&old).await;
    let old_server = site.serve(&old).await;
    let anna = TestUser::sign_in(&site.balancer.url, "anna").await;
    let file = anna.upload(200).await;
    // A program without optimisation starts beside the load, so that a write may wait for more than two seconds. `rules.rs` refuses migrations that would
    // lock tables for as long.
    let load = Load::with_users("user", vec![site.balancer.url.clone()], Outage::Overload, &rng).await;
    let acknowledged = async || assert_sound(load.state.until_acknowledged(30, 60).await, "upgrades");
    acknowledged().await;

    // The schema first, under the server of the last release.
    site.migrate(new).await;
    acknowledged().await;
    let new_server = site.serve(new).await;
    acknowledged().await;
    site.stop(old_server).await;
    acknowledged().await;
    assert!(anna.download(&file).await.len() == 200);

    // The way back: the program of the last release on the new schema.
    let old_server = site.serve(&old).await;
    acknowledged().await;
    site.stop(new_server).await;
    acknowledged().await;
    let rows = load.finish().await;
    assert_sound(rows.map(|rows| assert!(rows > 0)), "upgrades");
    let later = anna.upload(300).await;
    assert!(anna.download(&later).await.len() == 300);
    site.stop(old_server).await;
}
