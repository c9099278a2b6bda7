//! The first sync of a device for a user with 100,000 messages and 1,000 projects. The server's memory stays flat, lost answers and a killed server
//! lose no row and repeat none, and an idle pull costs one row.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{Process, TestDatabase, TestUser, eventually, left_out_on_a_cluster};

const MESSAGES: usize = 100_000;
const PROJECTS: usize = 1_000;
/// The allowed growth of the server's memory. A page has about 4 MiB at most.
const MAX_GROWTH_MIB: u64 = 32;

/// Versions of 50 messages each in 100 chats, then one for each project. About 100 MB.
async fn fill(db: &TestDatabase, user: &str) {
    let owner = db.owner(user).await;
    db.execute(&format!(
        "INSERT INTO chat_sessions (owner, id, title, revision, version)
         SELECT {owner}, md5('s' || n)::uuid, 'Chat ' || n, 1, 1 FROM generate_series(0, 99) n"
    ))
    .await;
    db.execute(&format!(
        "INSERT INTO chat_messages (owner, id, session_id, temp_id, role, content, position, version, created_at)
         SELECT {owner}, gen_random_uuid(), md5('s' || n % 100)::uuid, 't' || n, 'user', n || repeat(' x', 400),
                ((2 + n / 50)::bigint << 20) + n % 50, 2 + n / 50, now()
         FROM generate_series(0, {MESSAGES} - 1) n"
    ))
    .await;
    db.execute(&format!(
        "INSERT INTO projects (owner, id, name, data, revision, version)
         SELECT {owner}, 'p' || n, 'Project ' || n, jsonb_build_object('text', repeat('y ', 1000)), 1, {MESSAGES} / 50 + 2 + n
         FROM generate_series(0, {PROJECTS} - 1) n"
    ))
    .await;
    db.execute(&format!("UPDATE user_version SET version = (SELECT max(version) FROM projects) WHERE owner = {owner}"))
        .await;
    db.execute("ANALYZE").await;
}

/// A new device during its first sync.
#[derive(Default)]
struct Device {
    cursor: Option<String>,
    pages: usize,
    rows: BTreeSet<(String, String)>,
    done: bool,
}

impl Device {
    /// Pulls `pages` pages, or to the end. Every tenth answer is dropped and requested again with the old cursor.
    async fn pull(&mut self, user: &TestUser, pages: usize) {
        for _ in 0..pages {
            let cursor = self.cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let path = format!("/api/sync/changes?limit=200{cursor}");
            if self.pages % 10 == 9 {
                user.get(&path).await.expect(200);
            }
            let page = user.get(&path).await.expect(200);
            for change in page["changes"].as_array().unwrap() {
                let name = |member: &str| change[member].as_str().unwrap().to_owned();
                assert!(self.rows.insert((name("collection"), name("key"))), "twice: {change}");
            }
            self.cursor = page["cursor"].as_str().map(str::to_owned);
            self.pages += 1;
            self.done = page["hasMore"] == false;
            if self.done {
                return;
            }
        }
    }

    fn count(&self, collection: &str) -> usize {
        self.rows.iter().filter(|(of, _)| of == collection).count()
    }
}

/// A line of /proc/PID/status in KiB: `VmRSS` is the present memory, `VmHWM` its peak.
pub fn memory_kib(process: &Process, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let value = status.lines().find_map(|text| text.strip_prefix(line)).unwrap();
    value.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
}

/// Resets `VmHWM`.
fn reset_peak(process: &Process) {
    std::fs::write(format!("/proc/{}/clear_refs", process.id()), "5").unwrap();
}

async fn server(db: &TestDatabase, folder: &Path) -> Process {
    Process::over(db, folder, &[]).await
}

#[tokio::test]
async fn first_sync_of_a_hundred_thousand_messages_is_flat_and_resumable_and_idle_pulls_cost_a_row() {
    if left_out_on_a_cluster("the workers have the statistics of tables and functions") {
        return;
    }
    let db = TestDatabase::migrated().await;
    let folder = tempfile::tempdir().unwrap();
    let first = server(&db, folder.path()).await;
    let anna = TestUser::sign_in(&first.url, "anna").await;
    fill(&db, &anna.id).await;

    let mut device = Device::default();
    device.pull(&anna, 40).await;
    first.kill().await;
    let second = server(&db, folder.path()).await;
    let anna = anna.at(&second.url);
    // Warms up what every server needs: connections, prepared statements, a page in each worker.
    device.pull(&anna, 20).await;
    let before = memory_kib(&second, "VmRSS");
    reset_peak(&second);
    device.pull(&anna, usize::MAX).await;
    let peak = memory_kib(&second, "VmHWM");
    assert!(device.done);
    assert_eq!((device.count("chatMessages"), device.count("projects")), (MESSAGES, PROJECTS));
    let (before, peak) = (before / 1024, peak / 1024);
    assert!(peak < before + MAX_GROWTH_MIB, "it grew from {before} to {peak} MiB");
    println!("{} pages; {before} MiB at first, at most {peak} MiB", device.pages);
    second.kill().await;
    assert_idle_pulls_cost_a_row_each(&db, folder.path(), &anna, device.cursor.as_deref().unwrap()).await;
}

/// Checks PostgreSQL's own count of rows that were read from tables of user data.
async fn assert_idle_pulls_cost_a_row_each(db: &TestDatabase, folder: &Path, anna: &TestUser, cursor: &str) {
    const PULLS: i64 = 20;
    let before = rows_read(db).await;
    let server = server(db, folder).await;
    let anna = anna.at(&server.url);
    for _ in 0..PULLS {
        let page = anna.get(&format!("/api/sync/changes?limit=200&cursor={cursor}")).await.expect(200);
        assert_eq!(page["changes"].as_array().unwrap().len(), 0);
    }
    assert!(server.terminate().await.success());
    let after = rows_read(db).await;
    assert_eq!((after.0 - before.0, after.1 - before.1), (PULLS, 0), "rows of `user_version`, and of all else");
}

/// The rows read so far from the table of user versions and from the other tables of user data. Connections report what they read at the latest when
/// they end, so this waits until they have ended.
async fn rows_read(db: &TestDatabase) -> (i64, i64) {
    const CONNECTED: &str = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()
                             AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
    const READ: &str = "SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::bigint AS n
                        FROM pg_stat_user_tables WHERE relname";
    const OTHERS: &str = "'chat_sessions', 'chat_messages', 'projects', 'records', 'idempotency_records'";
    eventually(10, "all connections have ended", || async { (db.number(CONNECTED).await == 0).then_some(()) }).await;
    (db.number(&format!("{READ} = 'user_version'")).await, db.number(&format!("{READ} IN ({OTHERS})")).await)
}
