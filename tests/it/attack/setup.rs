//! The attacked server, the bystander beside it, and the table.

use std::path::Path;

use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::SLOWEST;
use super::bystander::Bystander;
use crate::support::{Process, TestDatabase, TestUser, allow_many_files, figure, free_port};

/// KiB of address space.
const ADDRESS_SPACE: u32 = 512 * 1024;
const MIB: u64 = 1024 * 1024;
/// What bodies, answers and the allocator may add to the resident memory, of the address space.
const MOST_ADDED: u64 = 400 * MIB;

pub struct Setup {
    server: Process,
    pub url: String,
    pub db: TestDatabase,
    bystander: Bystander,
    /// Whether durations are asserted.
    strict: bool,
    _data: TempDir,
}

impl Setup {
    pub async fn start() -> Self {
        allow_many_files();
        let (db, data) = (TestDatabase::migrated().await, tempfile::tempdir().unwrap());
        let (port, database) = (free_port().to_string(), db.url.expose_secret().to_owned());
        let settings = [
            ("DATABASE_URL", database.as_str()),
            ("LANDFALL_HEALTH_PORT", port.as_str()),
            // What docs/PROTECTION.md says for a server of this size.
            ("LANDFALL_BODY_MEMORY_BYTES", "67108864"),
            ("DATABASE_POOL_SIZE", "4"),
            ("LANDFALL_WRITE_TIMEOUT_SECS", "5"),
            // The C library reserves 64 MiB of address space for each thread that allocates through it, without using them.
            ("MALLOC_ARENA_MAX", "1"),
        ];
        let limited = format!("ulimit -v {ADDRESS_SPACE} && exec \"$0\"");
        let server = Process::start_program(Path::new("/bin/sh"), data.path(), &settings, |command| {
            command.args(["-c", &limited, env!("CARGO_BIN_EXE_landfall")])
        })
        .await;
        let url = server.url.clone();
        let bystander = Bystander::start(&url, &format!("http://127.0.0.1:{port}")).await;
        Self { server, url, db, bystander, strict: figure("LANDFALL_ATTACK_STRICT", 0) == 1, _data: data }
    }

    /// An attacker with an account.
    pub async fn attacker(&self, name: &str) -> TestUser {
        TestUser::sign_in(&self.url, name).await
    }

    pub fn anonymous(&self) -> TestUser {
        TestUser::anonymous(&self.url)
    }

    #[expect(clippy::unused_self, reason = "the head of this setup's table")]
    pub fn print_head(&self) {
        println!(
            "{:<46} {:>9} {:>11} {:>9} {:>11} {:>10}",
            "attack", "KiB sent", "MiB before", "MiB peak", "bystander", "slowest"
        );
    }

    /// Runs an attack, which returns the bytes that it sent, and prints its line.
    pub async fn measure(&self, name: &str, attack: impl Future<Output = usize>) {
        let before = self.server.resident_bytes();
        self.server.forget_peak();
        // What was before is not this attack's.
        self.bystander.look(name).await;
        let sent = attack.await;
        let (requests, slowest) = self.bystander.look(name).await;
        let peak = self.server.peak_bytes();
        let [before_mib, peak_mib] = [before, peak].map(|bytes| bytes / MIB);
        let name = name.replace("::", ": ").replace('_', " ");
        println!(
            "{name:<46} {:>9} {before_mib:>11} {peak_mib:>9} {requests:>11} {:>7} ms",
            sent.div_ceil(1024),
            slowest.as_millis()
        );
        assert!(peak < before.max(100 * MIB) + MOST_ADDED, "{name}: {before} bytes before, {peak} at the peak");
        assert!(!self.strict || slowest < SLOWEST, "{name}: the bystander waited for {slowest:?}");
    }

    pub async fn end(self) {
        drop(self.bystander);
        assert!(self.server.terminate().await.success());
    }
}
