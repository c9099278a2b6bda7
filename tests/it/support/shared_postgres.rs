//! One PostgreSQL cluster for all tests of a run, in any number of processes (cargo-nextest has one per test). The first process starts it,
//! the other ones and later runs use it. `make test` stops it and removes its data at the end.
//!
//! It does not write durably (`fsync = off`), and its data is in memory if there is enough. Tests that stop PostgreSQL start their own cluster,
//! which writes durably.
//!
//! `LANDFALL_TEST_CITUS_NODE` names a node with Citus in its place, for example `host=127.0.0.1 port=5432`, with the superuser `landfall`: every test then
//! has a distributed database, whose shards are on this one node. `tests/it/distribute/citus.rs` has the tests with workers.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use landfall::db::{connect, migrate};
use landfall::distribute;
use landfall::embedded::postgres::{Cluster, RunAs};
use rustix::process::{Pid, test_kill_process};
use secrecy::SecretString;

const SETTINGS: [&str; 3] = ["fsync = off", "full_page_writes = off", "max_wal_size = '256MB'"];
/// A folder in memory. A database of 300 small files is copied there in a third of the time.
const MEMORY: &str = "/dev/shm";
/// The free memory that the folder needs, about three times that of a run.
const MEMORY_BYTES: u64 = 2 << 30;
/// How many templates of earlier builds are kept.
const MOST_TEMPLATES: usize = 8;
/// How many databases of ended processes are removed when a database is created.
const REMOVED_AT_ONCE: usize = 2;

pub struct SharedPostgres {
    /// The host as libpq keywords.
    host: String,
    /// The name of a migrated database without connections.
    pub template: String,
}

static SHARED: LazyLock<SharedPostgres> = LazyLock::new(|| {
    // It runs on its own thread and runtime, because a test's runtime ends with the test.
    std::thread::spawn(|| tokio::runtime::Runtime::new().unwrap().block_on(SharedPostgres::prepare())).join().unwrap()
});

pub fn shared() -> &'static SharedPostgres {
    &SHARED
}

impl SharedPostgres {
    pub fn url_of(&self, database: &str) -> SecretString {
        url_in(&self.host, database)
    }

    pub async fn execute(&self, sql: &str) {
        run(&mut connect(&self.url_of("postgres")).await.unwrap(), sql).await;
    }

    /// Creates a database for this process. First it removes unused ones: `unused` of this process, and some of ended processes.
    /// `name` begins with `prefix()`.
    pub async fn create_database(&self, name: &str, how: &str, unused: Vec<String>) {
        let mut conn = connect(&self.url_of("postgres")).await.unwrap();
        let ended = names(&mut conn, "it\\_%").await.into_iter().filter(|name| has_ended(name));
        for name in ended.take(REMOVED_AT_ONCE).chain(unused) {
            // Another process may have removed it.
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            let _ = diesel::sql_query(sql).execute(&mut conn).await;
        }
        // Copying files is faster than the write-ahead log, and several copies may run at once.
        run(&mut conn, &format!("CREATE DATABASE {name} {how} STRATEGY file_copy")).await;
        if citus_node().is_some() {
            // The settings of a database are not part of its copies.
            for setting in ["citus.propagate_set_commands = 'local'", "citus.enable_unsafe_triggers = 'on'"] {
                run(&mut conn, &format!("ALTER DATABASE {name} SET {setting}")).await;
            }
        }
    }

    async fn prepare() -> Self {
        if let Some(host) = citus_node() {
            let template = ensure_template(&host, true).await;
            return Self { host, template };
        }
        let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
        std::fs::create_dir_all(home).unwrap();
        let preparing = std::fs::File::create(home.join("postgres.preparing")).unwrap();
        preparing.lock().unwrap();
        let socket_dir = match running(home).await {
            Some(socket_dir) => socket_dir,
            None => start(home).await,
        };
        let host = host_of(&socket_dir);
        let template = ensure_template(&host, false).await;
        Self { host, template }
    }
}

/// The prefix of the names of this process's databases.
pub fn prefix() -> String {
    format!("it_{}", std::process::id())
}

/// True if the database is of an ended process. Templates belong to no process.
fn has_ended(database: &str) -> bool {
    let pid = database.split('_').nth(1).and_then(|pid| pid.parse().ok()).and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid).is_err())
}

/// The file with the cluster's socket folder, PostgreSQL's data folder and the folder of all data, for later processes and tools/test.mjs.
fn info_file(home: &Path) -> PathBuf {
    home.join("postgres.note")
}

/// The folder of the socket of a running cluster.
async fn running(home: &Path) -> Option<PathBuf> {
    let text = std::fs::read_to_string(info_file(home)).ok()?;
    let socket_dir = PathBuf::from(text.lines().next()?);
    connect(&url_in(&host_of(&socket_dir), "postgres")).await.ok().map(|_| socket_dir)
}

/// Starts a new cluster, because the data of one that crashed may be corrupt.
async fn start(home: &Path) -> PathBuf {
    let folder = folder(home);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let cluster = Cluster::start(&folder.canonicalize().unwrap(), None, RunAs::choose().await).await.unwrap();
    let mut conn = connect(&cluster.url_of("postgres")).await.unwrap();
    for setting in SETTINGS {
        run(&mut conn, &format!("ALTER SYSTEM SET {setting}")).await;
    }
    run(&mut conn, "SELECT pg_reload_conf()").await;
    let data_dir = text(&mut conn, "SELECT current_setting('data_directory') AS text").await.remove(0);
    let lines = format!("{}\n{data_dir}\n{}\n", cluster.socket_dir().display(), folder.display());
    std::fs::write(info_file(home), lines).unwrap();
    cluster.socket_dir().to_owned()
}

fn folder(home: &Path) -> PathBuf {
    let free = rustix::fs::statvfs(MEMORY).map_or(0, |memory| memory.f_bavail * memory.f_frsize);
    if free < MEMORY_BYTES {
        return home.join("postgres");
    }
    // Each checkout has its own folder.
    let mut hasher = DefaultHasher::new();
    home.hash(&mut hasher);
    Path::new(MEMORY).join(format!("landfall-tests-{:x}", hasher.finish()))
}

/// The template of this build of the tests, which contains the migrations. It is renamed when it is complete.
async fn ensure_template(host: &str, distributed: bool) -> String {
    let name = format!("it_template_{}", build_id());
    let mut conn = connect(&url_in(host, "postgres")).await.unwrap();
    // Of several processes, one makes the template of a node.
    run(&mut conn, "SELECT pg_advisory_lock(7)").await;
    let templates = names(&mut conn, "it\\_template\\_%").await;
    if templates.contains(&name) {
        return name;
    }
    for old in templates.iter().take_while(|_| templates.len() > MOST_TEMPLATES) {
        run(&mut conn, &format!("DROP DATABASE {old} WITH (FORCE)")).await;
    }
    run(&mut conn, "DROP DATABASE IF EXISTS it_unfinished WITH (FORCE)").await;
    run(&mut conn, "CREATE DATABASE it_unfinished").await;
    let url = url_in(host, "it_unfinished");
    if distributed {
        let mut unfinished = connect(&url).await.unwrap();
        run(&mut unfinished, "CREATE EXTENSION citus").await;
        run(&mut unfinished, "SELECT citus_set_coordinator_host('127.0.0.1', current_setting('port')::integer)").await;
        let shards = "SELECT citus_set_node_property(nodename, nodeport, 'shouldhaveshards', true) FROM pg_dist_node";
        run(&mut unfinished, shards).await;
    }
    migrate::run_pending(connect(&url).await.unwrap()).await.unwrap();
    run(&mut conn, "ALTER ROLE landfall_app LOGIN").await;
    if distributed {
        distribute::distribute(connect(&url).await.unwrap(), 4, distribute::Nodes::Any).await.unwrap();
        // The extension's daemon would keep the database from being copied.
        run(&mut conn, "ALTER DATABASE it_unfinished ALLOW_CONNECTIONS false").await;
        let end = "WITH of AS MATERIALIZED (SELECT pid FROM pg_stat_activity WHERE datname = 'it_unfinished')
                   SELECT pid::text AS text FROM of WHERE pg_terminate_backend(pid)";
        while !text(&mut conn, end).await.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
    run(&mut conn, &format!("ALTER DATABASE it_unfinished RENAME TO {name}")).await;
    name
}

/// The id of this program's build.
fn build_id() -> String {
    let program = std::env::current_exe().unwrap();
    let about = std::fs::metadata(&program).unwrap();
    let mut hasher = DefaultHasher::new();
    (program, about.len(), about.modified().unwrap()).hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

fn citus_node() -> Option<String> {
    std::env::var("LANDFALL_TEST_CITUS_NODE").ok().filter(|host| !host.is_empty())
}

fn host_of(socket_dir: &Path) -> String {
    format!("host='{}'", socket_dir.display())
}

fn url_in(host: &str, database: &str) -> SecretString {
    SecretString::from(format!("{host} user=landfall dbname={database}"))
}

async fn run(conn: &mut AsyncPgConnection, sql: &str) {
    diesel::sql_query(sql).execute(conn).await.unwrap();
}

/// The names of databases that are LIKE `pattern`, the oldest first.
async fn names(conn: &mut AsyncPgConnection, pattern: &str) -> Vec<String> {
    let sql = format!("SELECT datname::text AS text FROM pg_database WHERE datname LIKE '{pattern}' ORDER BY oid");
    text(conn, &sql).await
}

async fn text(conn: &mut AsyncPgConnection, sql: &str) -> Vec<String> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
    }
    let rows: Vec<Row> = diesel::sql_query(sql).load(conn).await.unwrap();
    rows.into_iter().map(|row| row.text).collect()
}
