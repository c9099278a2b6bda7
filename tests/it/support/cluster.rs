//! One PostgreSQL for the whole run, left running for the next (which takes it over); `make test` stops it in the end.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use landfall::config::Secret;
use landfall::db::{connect, migrate};
use landfall::embedded::data_dir::DataDir;
use landfall::embedded::postgres::{Cluster, RunAs};

struct Shared {
    cluster: Cluster,
    /// Copying the template is quick, but only one may do it at a time.
    creating: tokio::sync::Mutex<()>,
    _data_dir: DataDir,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    // On a thread and runtime of its own: a test's runtime ends with the test.
    std::thread::spawn(|| tokio::runtime::Runtime::new().unwrap().block_on(prepare())).join().unwrap()
});

static NEXT: AtomicU32 = AtomicU32::new(0);

async fn prepare() -> Shared {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres");
    let data_dir = DataDir::open(&target).unwrap();
    let cluster = Cluster::start(data_dir.path(), None, RunAs::choose().await).await.unwrap();
    let mut conn = connect(&cluster.url_of("postgres")).await.unwrap();
    for name in leftovers(&mut conn).await {
        run(&mut conn, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
    run(&mut conn, "CREATE DATABASE it_template").await;
    migrate::run_pending(connect(&cluster.url_of("it_template")).await.unwrap()).await.unwrap();
    run(&mut conn, "ALTER ROLE landfall_app LOGIN").await;
    Shared { cluster, creating: tokio::sync::Mutex::default(), _data_dir: data_dir }
}

async fn leftovers(conn: &mut AsyncPgConnection) -> Vec<String> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        datname: String,
    }
    let sql = "SELECT datname::text FROM pg_database WHERE datname LIKE 'it\\_%'";
    let rows: Vec<Row> = diesel::sql_query(sql).load(conn).await.unwrap();
    rows.into_iter().map(|row| row.datname).collect()
}

async fn run(conn: &mut AsyncPgConnection, sql: &str) {
    diesel::sql_query(sql).execute(conn).await.unwrap();
}

/// A database of one test, migrated or empty.
#[derive(Clone)]
pub struct TestDatabase {
    pub url: Secret,
    name: String,
}

impl TestDatabase {
    pub async fn migrated() -> Self {
        Self::create("TEMPLATE it_template").await
    }

    /// The same database, as the role that a server in production has.
    pub fn as_server(&self) -> Self {
        let url = self.url.expose().replace("user=landfall ", "user=landfall_app ");
        Self { url: Secret::new(url), ..self.clone() }
    }

    pub async fn empty() -> Self {
        Self::create("").await
    }

    /// A copy of this one, as a backup would hold it. Nobody may be connected.
    pub async fn copy(&self) -> Self {
        Self::create(&format!("TEMPLATE {}", self.name)).await
    }

    async fn create(how: &str) -> Self {
        let shared = &*SHARED;
        let _turn = shared.creating.lock().await;
        let name = format!("it_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut conn = connect(&shared.cluster.url_of("postgres")).await.unwrap();
        run(&mut conn, &format!("CREATE DATABASE {name} {how}")).await;
        Self { url: shared.cluster.url_of(&name), name }
    }

    pub async fn conn(&self) -> AsyncPgConnection {
        connect(&self.url).await.unwrap()
    }

    pub async fn execute(&self, sql: &str) {
        run(&mut self.conn().await, sql).await;
    }

    /// As if the database went down: every connection ends, none is let in.
    pub async fn cut_off(&self) {
        let mut conn = connect(&SHARED.cluster.url_of("postgres")).await.unwrap();
        run(&mut conn, &format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", self.name)).await;
        let end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname =";
        run(&mut conn, &format!("{end_all} '{}'", self.name)).await;
    }

    pub async fn let_in(&self) {
        let mut conn = connect(&SHARED.cluster.url_of("postgres")).await.unwrap();
        run(&mut conn, &format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.name)).await;
    }

    /// The single number that `sql` answers (as `n`).
    pub async fn number(&self, sql: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let row: Row = diesel::sql_query(sql).get_result(&mut self.conn().await).await.unwrap();
        row.n
    }

    /// The single text that `sql` answers (as `sql`).
    pub async fn text(&self, sql: &str) -> String {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            sql: String,
        }
        let row: Row = diesel::sql_query(sql).get_result(&mut self.conn().await).await.unwrap();
        row.sql
    }

    /// The user's version.
    pub async fn version(&self, user_id: &str) -> i64 {
        self.number(&format!("SELECT version AS n FROM space WHERE user_id = '{user_id}'")).await
    }
}
