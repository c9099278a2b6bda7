//! The embedded PostgreSQL in different folders, for different users, with different binaries.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use landfall::db::connect;
use landfall::embedded::data_dir::DataDir;
use landfall::embedded::postgres::{Cluster, RunAs};
use rustix::process::Signal;

use crate::support::{Process, http_client};

/// The number of processes whose working folder is `dir`.
fn processes_in(dir: &Path) -> usize {
    let dir = dir.canonicalize().unwrap();
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    all.filter(|process| std::fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(&dir))).count()
}

#[tokio::test]
async fn either_signal_stops_the_server_and_leaves_no_process() {
    let data = tempfile::tempdir().unwrap();
    for signal in [Signal::TERM, Signal::INT] {
        let mut server = Process::start(data.path(), &[]).await;
        assert!(processes_in(data.path()) > 0);
        server.signal(signal);
        assert!(server.end().await.success());
        assert_eq!(processes_in(data.path()), 0);
    }
}

#[tokio::test]
async fn two_servers_run_side_by_side() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = Process::start(one.path(), &[]).await;
    let second = Process::start(two.path(), &[]).await;
    assert!(first.terminate().await.success());
    assert!(http_client().get(format!("{}/health/ready", second.url)).send().await.unwrap().status().is_success());
    assert!(second.terminate().await.success());
}

#[tokio::test]
async fn npm_binaries_are_used_without_system_binaries() {
    // `make test` installs the package. PG_BIN=npm hides the system's PostgreSQL.
    let data = tempfile::tempdir().unwrap();
    let server = Process::start(data.path(), &[("PG_BIN", "npm")]).await;
    let version = std::fs::read_to_string(data.path().join("postgres/PG_VERSION")).unwrap();
    assert_eq!(version.trim(), "18");
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn closed_and_deep_data_folders_work() {
    let closed = tempfile::tempdir().unwrap();
    std::fs::set_permissions(closed.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let deep = closed.path().join("a-folder-with-a-long-name/".repeat(5));
    let server = Process::start(&deep, &[]).await;
    assert!(server.terminate().await.success());
}

async fn starts_as(run_as: RunAs, data: &Path) {
    let data_dir = DataDir::open(data).unwrap();
    let cluster = Cluster::start(data_dir.path(), None, run_as).await.unwrap();
    assert!(connect(&cluster.url()).await.is_ok());
    cluster.stop().await;
    // The second start finds the cluster of the first one.
    let cluster = Cluster::start(data_dir.path(), None, run_as).await.unwrap();
    cluster.stop().await;
}

#[tokio::test]
async fn root_without_user_namespaces_uses_another_user() {
    if !rustix::process::geteuid().is_root() {
        // Without root there is one way to run PostgreSQL, which all other tests cover.
        return starts_as(RunAs::Ourselves, tempfile::tempdir().unwrap().path()).await;
    }
    let open = tempfile::tempdir().unwrap();
    std::fs::set_permissions(open.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    starts_as(RunAs::Nobody, &open.path().join("data")).await;
    assert!(open.path().join("data/postgres/PG_VERSION").exists());

    let closed = tempfile::tempdir().unwrap();
    std::fs::set_permissions(closed.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    starts_as(RunAs::Nobody, &closed.path().join("data")).await;
    assert!(!closed.path().join("data/postgres").exists(), "the database went where the user can go");
    let elsewhere = std::fs::read_dir("/var/lib/landfall").unwrap().flatten();
    elsewhere.for_each(|entry| std::fs::remove_dir_all(entry.path()).unwrap());
}

#[tokio::test]
async fn server_starts_without_root() {
    if !rustix::process::geteuid().is_root() {
        // Without root every other test covers this.
        return starts_as(RunAs::Ourselves, tempfile::tempdir().unwrap().path()).await;
    }
    const NOBODY: u32 = 65534;
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    // The program is copied out of the build folder, which other users may be unable to enter.
    let program = dir.path().join("landfall");
    std::fs::copy(env!("CARGO_BIN_EXE_landfall"), &program).unwrap();
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::os::unix::fs::chown(&data, Some(NOBODY), Some(NOBODY)).unwrap();
    let server = Process::start_program(&program, &data, &[], |command| command.uid(NOBODY).gid(NOBODY)).await;
    let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(data.join("postgres/PG_VERSION")).unwrap());
    assert_eq!(owner, NOBODY);
    assert!(server.terminate().await.success());
}
