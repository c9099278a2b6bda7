//! One PostgreSQL cluster for all tests of a run, in any number of processes (cargo-nextest has one per test). The first process starts it,
//! the other ones and later runs use it. `make test` stops it and removes its data at the end.
//!
//! It does not write durably (`fsync = off`), and its data is in memory if there is enough. Tests that stop PostgreSQL start their own cluster,
//! which writes durably.
//!
//! With `LANDFALL_TEST_CITUS_URL` a Citus cluster is in its place ([`super::citus`]).

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use landfall::db::{connect, migrate};
use landfall::distribute;
use landfall::embedded::postgres::{Cluster, RunAs};
use rustix::process::{Pid, test_kill_process};
use secrecy::SecretString;

use super::citus;

const SETTINGS: [&str; 3] = ["fsync = off", "full_page_writes = off", "max_wal_size = '256MB'"];
/// A folder in memory. A database of 300 small files is copied there in a third of the time.
const MEMORY: &str = "/dev/shm";
/// The free memory that the folder needs, about three times that of a run.
const MEMORY_BYTES: u64 = 2 << 30;
/// How many templates of earlier builds are kept.
const MOST_TEMPLATES: usize = 8;
/// Shards of each table in a cluster.
const SHARDS: u32 = 4;
/// How many databases of ended processes are removed when a database is created.
const REMOVED_AT_ONCE: usize = 2;

pub struct SharedPostgres {
    /// The host as libpq keywords.
    host: String,
    /// The same of the other nodes of a cluster.
    workers: Vec<String>,
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

    /// Creates a database for this process, on every node. First it removes unused ones: `unused` of this process, and some of ended processes.
    /// `name` begins with `prefix()`.
    pub async fn create_database(&self, name: &str, how: &str, unused: Vec<String>) {
        for host in self.workers.iter().chain([&self.host]) {
            let mut conn = connect(&url_in(host, "postgres")).await.unwrap();
            let ended = names(&mut conn, "it\\_%").await.into_iter().filter(|name| has_ended(name));
            for name in ended.take(REMOVED_AT_ONCE).chain(unused.iter().cloned()) {
                // Another process may have removed it.
                let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                let _ = diesel::sql_query(sql).execute(&mut conn).await;
            }
            // Copying files is faster than the write-ahead log, and several copies may run at once.
            run(&mut conn, &format!("CREATE DATABASE {name} {how} STRATEGY file_copy")).await;
            let settings = if self.workers.is_empty() { &[][..] } else { &citus::SETTINGS };
            for setting in settings {
                run(&mut conn, &format!("ALTER DATABASE {name} SET {setting}")).await;
            }
        }
    }

    async fn prepare() -> Self {
        if let Some(address) = citus::address() {
            return Self::prepare_cluster(&citus::Cluster::find(&address).await).await;
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
        let template = ensure_template(&host, None).await;
        Self { host, workers: Vec::new(), template }
    }

    async fn prepare_cluster(cluster: &citus::Cluster) -> Self {
        let host = cluster.coordinator.host();
        let template = ensure_template(&host, Some(cluster)).await;
        Self { host, workers: cluster.workers.iter().map(citus::Node::host).collect(), template }
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

/// The template of this build of the tests, which contains the migrations. It is renamed when it is complete. In a cluster it is distributed, and on every
/// node.
async fn ensure_template(host: &str, cluster: Option<&citus::Cluster>) -> String {
    let name = format!("it_template_{}", build_id());
    let mut conn = connect(&url_in(host, "postgres")).await.unwrap();
    // Of several processes, one makes the template.
    run(&mut conn, "SELECT pg_advisory_lock(7)").await;
    if names(&mut conn, "it\\_template\\_%").await.contains(&name) {
        return name;
    }
    let workers = cluster.into_iter().flat_map(|cluster| &cluster.workers).map(citus::Node::host);
    let hosts: Vec<String> = workers.chain([host.to_owned()]).collect();
    let mut nodes = Vec::new();
    for host in &hosts {
        let mut conn = connect(&url_in(host, "postgres")).await.unwrap();
        let templates = names(&mut conn, "it\\_template\\_%").await;
        for old in templates.iter().take_while(|_| templates.len() > MOST_TEMPLATES) {
            run(&mut conn, &format!("DROP DATABASE {old} WITH (FORCE)")).await;
        }
        run(&mut conn, "DROP DATABASE IF EXISTS it_unfinished WITH (FORCE)").await;
        run(&mut conn, "CREATE DATABASE it_unfinished").await;
        nodes.push(conn);
    }
    let url = url_in(host, "it_unfinished");
    if let Some(cluster) = cluster {
        cluster.join("it_unfinished").await;
    }
    migrate::run_pending(connect(&url).await.unwrap()).await.unwrap();
    run(&mut connect(&url).await.unwrap(), "ALTER ROLE landfall_app LOGIN").await;
    if cluster.is_some() {
        distribute::distribute(connect(&url).await.unwrap(), SHARDS).await.unwrap();
    }
    // The coordinator, which is last, has the template when all nodes have it.
    for conn in &mut nodes {
        citus::close(conn, "it_unfinished").await;
        run(conn, &format!("ALTER DATABASE it_unfinished RENAME TO {name}")).await;
    }
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

fn host_of(socket_dir: &Path) -> String {
    format!("host='{}'", socket_dir.display())
}

pub fn url_in(host: &str, database: &str) -> SecretString {
    SecretString::from(format!("{host} user=landfall dbname={database}"))
}

pub async fn run(conn: &mut AsyncPgConnection, sql: &str) {
    diesel::sql_query(sql).execute(conn).await.unwrap();
}

/// The names of databases that are LIKE `pattern`, the oldest first.
async fn names(conn: &mut AsyncPgConnection, pattern: &str) -> Vec<String> {
    let sql = format!("SELECT datname::text AS text FROM pg_database WHERE datname LIKE '{pattern}' ORDER BY oid");
    text(conn, &sql).await
}

pub async fn text(conn: &mut AsyncPgConnection, sql: &str) -> Vec<String> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
    }
    let rows: Vec<Row> = diesel::sql_query(sql).load(conn).await.unwrap();
    rows.into_iter().map(|row| row.text).collect()
}
