//! A disk that is full: the database is on a small file system in memory. The write-ahead log is on another one, as PostgreSQL ends when that is full.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use diesel_async::SimpleAsyncConnection as _;
use landfall::db::connect;
use landfall::embedded::postgres::{Cluster, RunAs};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::support::{Answer, Process, TestUser, assert_problem, eventually};

/// A small file system. It is unmounted when it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None`, and a printed line, where the tests may mount nothing.
    fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(at).output();
        if !mounted.is_ok_and(|output| output.status.success()) {
            println!("skipped: a small file system can't be mounted here");
            return None;
        }
        Some(Self(at.to_owned()))
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let mut file = File::create(self.0.join("filler")).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
    }

    fn free(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test]
async fn full_disk_is_a_503_and_writes_work_again_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let run_as = RunAs::choose().await;
    let Some(disk) = SmallDisk::mount(&folder.path().join("small")) else { return };
    let tables = disk.0.join("tables");
    run_as.own(&tables).unwrap();
    let cluster = Cluster::start(folder.path(), None, run_as).await.unwrap();
    let mut conn = connect(&cluster.url_of("postgres")).await.unwrap();
    conn.batch_execute(&format!("CREATE TABLESPACE small LOCATION '{}'", tables.display())).await.unwrap();
    conn.batch_execute("CREATE DATABASE small TABLESPACE small").await.unwrap();
    let database = cluster.url_of("small");
    let server = Process::start(folder.path(), &[("DATABASE_URL", database.expose_secret())]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let anna = &anna;
    let write = || async {
        // Compression would make little of it.
        let text: String = (0..2000).map(|_| uuid::Uuid::new_v4().simple().to_string()).collect();
        let id = uuid::Uuid::new_v4();
        let row = json!({ "value": { "name": id, "text": text }, "baseRevision": 0 });
        anna.put(&format!("/api/collections/tags/{id}"), &row).await
    };
    let word = || async { anna.get("/health/ready").await.json["checks"]["database"].clone() };
    assert_eq!(write().await.status, 201);

    disk.fill();
    let refused: Answer = eventually(20, "a write finds no room", || async {
        let answer = write().await;
        (answer.status != 201).then_some(answer)
    })
    .await;
    assert_problem(&refused, 503, "database_unavailable", "");
    assert_eq!(refused.headers["retry-after"], "1");
    eventually(10, "readiness says it", || async { (word().await == "full").then_some(()) }).await;
    // What was stored is readable.
    anna.get("/api/collections/tags").await.expect(200);

    disk.free();
    eventually(20, "there is room again", || async { (word().await == "ok").then_some(()) }).await;
    assert_eq!(write().await.status, 201);
    assert!(server.terminate().await.success());
    cluster.stop().await;
}
