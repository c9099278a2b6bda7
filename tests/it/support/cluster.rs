//! A database for each test, copied from a migrated template.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use std::time::SystemTime;

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use landfall::db::connect;
use secrecy::{ExposeSecret as _, SecretString};

use super::shared_postgres::{prefix, shared};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The time at which this process began. Another process may have had the same id before.
static BEGAN_MS: LazyLock<u128> =
    LazyLock::new(|| SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis());

/// The databases of this process, and their users.
static MADE: Mutex<Vec<(String, Weak<()>)>> = Mutex::new(Vec::new());

async fn run(conn: &mut AsyncPgConnection, sql: &str) {
    diesel::sql_query(sql).execute(conn).await.unwrap();
}

/// A database of one test, migrated or empty. It is removed after the last clone is dropped.
#[derive(Clone)]
pub struct TestDatabase {
    pub url: SecretString,
    name: String,
    _used: Arc<()>,
}

impl TestDatabase {
    pub async fn migrated() -> Self {
        Self::create(&format!("TEMPLATE {}", shared().template)).await
    }

    /// The same database with the role of a server in production.
    pub fn as_server(&self) -> Self {
        let url = self.url.expose_secret().replace("user=landfall ", "user=landfall_app ");
        Self { url: SecretString::from(url), ..self.clone() }
    }

    pub async fn empty() -> Self {
        Self::create("").await
    }

    /// A copy of this database, like a backup. There must be no connections.
    pub async fn copy(&self) -> Self {
        Self::create(&format!("TEMPLATE {}", self.name)).await
    }

    async fn create(how: &str) -> Self {
        let name = format!("{}_{}_{}", prefix(), *BEGAN_MS, NEXT.fetch_add(1, Ordering::Relaxed));
        shared().create_database(&name, how, take_unused()).await;
        let used = Arc::new(());
        MADE.lock().unwrap_or_else(PoisonError::into_inner).push((name.clone(), Arc::downgrade(&used)));
        Self { url: shared().url_of(&name), name, _used: used }
    }

    pub async fn conn(&self) -> AsyncPgConnection {
        connect(&self.url).await.unwrap()
    }

    pub async fn execute(&self, sql: &str) {
        run(&mut self.conn().await, sql).await;
    }

    /// Stores 100,000 sessions of a user, as from before they were limited.
    pub async fn add_many_sessions(&self, user_id: &str) {
        self.execute(&format!(
            "INSERT INTO session (id, user_id, token_hash, expires_at)
             SELECT 'many-' || n, '{user_id}', sha256(n::text::bytea), now() + interval '1 day' FROM generate_series(1, 100000) n"
        ))
        .await;
    }

    /// Simulates an outage: all connections end, and new ones are refused.
    pub async fn cut_off(&self) {
        shared().execute(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", self.name)).await;
        let end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname =";
        shared().execute(&format!("{end_all} '{}'", self.name)).await;
    }

    pub async fn let_in(&self) {
        shared().execute(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.name)).await;
    }

    /// The single number that `sql` returns (as `n`).
    pub async fn number(&self, sql: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let row: Row = diesel::sql_query(sql).get_result(&mut self.conn().await).await.unwrap();
        row.n
    }

    /// The single text that `sql` returns (as `sql`).
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
        let owner = self.owner(user_id).await;
        self.number(&format!("SELECT version AS n FROM user_version WHERE owner = {owner}")).await
    }

    /// The owner key of the user's rows.
    pub async fn owner(&self, user_id: &str) -> i64 {
        self.number(&format!("SELECT key AS n FROM \"user\" WHERE id = '{user_id}'")).await
    }
}

fn take_unused() -> Vec<String> {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.extract_if(.., |(_, used)| used.strong_count() == 0).map(|(name, _)| name).collect()
}
