//! A server in this process, on its own port.

use std::net::TcpListener;
use std::sync::Arc;

use landfall::auth::seal::Sealer;
use landfall::config::{Config, Env};
use landfall::db::Database;
use landfall::kinds::{self, collections::Definition};
use landfall::limits::body_memory::BodyMemory;
use landfall::server;
use landfall::state::{AppState, Background};
use landfall::storage::Storage;
use landfall::sync::registry::Registry;
use secrecy::SecretString;
use tokio::task::JoinHandle;

use super::cluster::TestDatabase;
use super::eventually;
use super::storage::test_storage;
use super::user::{Answer, TestUser};

pub const SECRET: &str = "the secret of all servers in these tests";

/// A server in this process. It ends when it is dropped.
pub struct TestApp {
    pub url: String,
    /// The health listener, where `LANDFALL_HEALTH_PORT` is set. Its port is a free one.
    pub health_url: Option<String>,
    pub db: TestDatabase,
    /// The server's connections.
    pub pool: Database,
    pub storage: Storage,
    /// What bodies of requests take up in the server.
    pub body_memory: BodyMemory,
    background: Background,
    serving: JoinHandle<()>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::on(TestDatabase::migrated().await).await
    }

    /// Another server over the same database.
    pub async fn another(&self) -> Self {
        Self::on(self.db.clone()).await
    }

    /// Another server with the same public URL, as behind a load balancer. Each accepts what the other signs.
    pub async fn another_at(&self, public_url: &str) -> Self {
        let adjust = |config: &mut Config| config.server.public_url = public_url.to_owned();
        Self::with_config(self.db.clone(), Env::from_pairs([("PORT", "80")]), adjust).await
    }

    pub async fn on(db: TestDatabase) -> Self {
        Self::configured(db, Env::from_pairs([("PORT", "80")])).await
    }

    pub async fn configured(db: TestDatabase, env: Env) -> Self {
        Self::with_config(db, env, |_| ()).await
    }

    /// A server with additional collections.
    pub async fn with_collections(additional: &'static [Definition]) -> Self {
        Self::with_kinds(TestDatabase::migrated().await, kinds::registry().with(kinds::collections::kinds(additional)))
            .await
    }

    /// A server of these kinds.
    pub async fn with_kinds(db: TestDatabase, kinds: Registry) -> Self {
        let storage = Storage::new(&test_storage());
        storage.ensure_bucket().await.unwrap();
        Self::with_storage(db, Env::from_pairs([("PORT", "80")]), storage, |_| (), kinds).await
    }

    /// A server whose public URL is the configured one.
    pub async fn with_public_url(db: TestDatabase, env: Env) -> Self {
        let public_url = Config::from_env(&env).unwrap().server.public_url;
        Self::with_config(db, env, |config| config.server.public_url = public_url).await
    }

    async fn with_config(db: TestDatabase, env: Env, configure: impl FnOnce(&mut Config)) -> Self {
        let storage = Storage::new(&test_storage());
        storage.ensure_bucket().await.unwrap();
        Self::with_storage(db, env, storage, configure, kinds::registry()).await
    }

    /// A server with its own storage instead of the shared one.
    pub async fn on_storage(storage: Storage) -> Self {
        let env = Env::from_pairs([("PORT", "80")]);
        Self::with_storage(TestDatabase::migrated().await, env, storage, |_| (), kinds::registry()).await
    }

    /// A server over a database with its own storage.
    pub async fn over_storage(db: TestDatabase, storage: Storage) -> Self {
        Self::with_storage(db, Env::from_pairs([("PORT", "80")]), storage, |_| (), kinds::registry()).await
    }

    /// Ends the jobs and the other work beside requests.
    pub fn stop_background(&self) {
        self.background.abort();
    }

    async fn with_storage(
        db: TestDatabase,
        env: Env,
        storage: Storage,
        configure: impl FnOnce(&mut Config),
        kinds: Registry,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut config = Config::from_env(&env).unwrap();
        config.server.public_url = url.clone();
        config.limits.enabled &= env.get("LANDFALL_RATE_LIMITS").is_some();
        config.auth.secret.get_or_insert(SecretString::from(SECRET));
        configure(&mut config);
        let has_health_listener = config.server.health_port.is_some();
        // The role of a server in production, which row-level security restricts.
        let as_server = db.as_server().url;
        let pool = Database::new(&as_server, &as_server, config.database.pool_size).unwrap();
        let state = Arc::new(AppState::new(Arc::new(config), pool.clone(), storage.clone(), kinds).await.unwrap());
        let background = state.background();
        let body_memory = state.body_memory.clone();
        let server = server::serve(&state, listener).unwrap();
        let serving = tokio::spawn(async move { server.await.unwrap() });
        let health_url = has_health_listener.then(|| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            tokio::spawn(server::serve_health(&state, listener).unwrap());
            url
        });
        Self { url, health_url, db, pool, storage, body_memory, background, serving }
    }

    /// The private key that signs JWTs, in PKCS #8, decrypted with the servers' secret.
    pub async fn signing_key(&self) -> Vec<u8> {
        let sealer = Sealer::new(&SecretString::from(SECRET), "signing keys").unwrap();
        let sealed = "SELECT kid || ' ' || encode(sealed_private_key, 'hex') AS sql FROM signing_key WHERE verifies_until IS NULL";
        let row = self.db.text(sealed).await;
        let (kid, sealed) = row.split_once(' ').unwrap();
        sealer.open(kid, &hex::decode(sealed).unwrap()).unwrap()
    }

    /// Signs a user in. The same name is the same user.
    pub async fn user(&self, name: &str) -> TestUser {
        TestUser::sign_in(&self.url, name).await
    }

    /// A caller without a session.
    pub fn anonymous(&self) -> TestUser {
        TestUser::anonymous(&self.url)
    }

    /// The rows that PostgreSQL has visited for all requests so far, in tables and in indexes. A connection reports them when it ends, so the server's
    /// connections are ended.
    pub async fn visited_rows(&self, user: &TestUser) -> i64 {
        const END: &str = "SELECT count(pg_terminate_backend(pid, 5000)) AS n FROM pg_stat_activity
             WHERE datname = current_database() AND usename = 'landfall_app'";
        const VISITED: &str =
            "SELECT ((SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables)
             + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes))::bigint AS n";
        self.db.number(END).await;
        eventually(10, "the server has new connections", || async {
            (user.get("/api/import").await.status == 200).then_some(())
        })
        .await;
        self.db.number(VISITED).await
    }

    /// A random UUID.
    pub fn random_id(&self) -> String {
        uuid::Uuid::new_v4().to_string()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.background.abort();
        self.serving.abort();
    }
}

/// Asserts a problem's code and its first pointer ("" for none).
#[track_caller]
pub fn assert_problem(answer: &Answer, status: u16, code: &str, pointer: &str) {
    let first = answer.json["errors"][0]["pointer"].as_str().unwrap_or_default();
    assert_eq!((answer.status, answer.code(), first), (status, code, pointer), "{}", answer.json);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.json["status"], status);
    assert_eq!(answer.headers["x-request-id"].to_str().unwrap(), answer.json["requestId"]);
}
