//! The real server in this process, on a port of its own.

use std::net::TcpListener;
use std::sync::Arc;

use landfall::app::{self, AppState, Background};
use landfall::auth::seal::Sealer;
use landfall::config::{Config, Env, Secret};
use landfall::db::Database;
use landfall::storage::Storage;
use landfall::sync::collections::Definition;
use tokio::task::JoinHandle;

use super::cluster::TestDatabase;
use super::storage::test_storage;
use super::user::{Answer, TestUser};

pub const SECRET: &str = "the secret of all servers in these tests";

pub struct TestApp {
    pub url: String,
    pub db: TestDatabase,
    pub storage: Storage,
    background: Background,
    serving: JoinHandle<()>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::on(TestDatabase::migrated().await).await
    }

    /// A further server over the same database.
    pub async fn another(&self) -> Self {
        Self::on(self.db.clone()).await
    }

    /// A further server of the same public address, as behind a balancer: what one signs, the other takes.
    pub async fn another_at(&self, public_url: &str) -> Self {
        let adjust = |config: &mut Config| config.server.public_url = public_url.to_owned();
        Self::with_config(self.db.clone(), Env::from_pairs([("PORT", "80")]), adjust, |_| ()).await
    }

    pub async fn on(db: TestDatabase) -> Self {
        Self::configured(db, Env::from_pairs([("PORT", "80")])).await
    }

    pub async fn configured(db: TestDatabase, env: Env) -> Self {
        Self::adjusted(db, env, |_| ()).await
    }

    /// A server that knows further collections.
    pub async fn with_collections(further: &'static [Definition]) -> Self {
        let env = Env::from_pairs([("PORT", "80")]);
        let adjust = |state: &mut AppState| state.collections = state.collections.with(further);
        Self::adjusted(TestDatabase::migrated().await, env, adjust).await
    }

    /// A server that browsers reach by another address than ours.
    pub async fn with_public_url(db: TestDatabase, env: Env) -> Self {
        let public_url = Config::from_env(&env).unwrap().server.public_url;
        Self::with_config(db, env, |config| config.server.public_url = public_url, |_| ()).await
    }

    async fn adjusted(db: TestDatabase, env: Env, adjust: impl FnOnce(&mut AppState)) -> Self {
        Self::with_config(db, env, |_| (), adjust).await
    }

    async fn with_config(
        db: TestDatabase,
        env: Env,
        configure: impl FnOnce(&mut Config),
        adjust: impl FnOnce(&mut AppState),
    ) -> Self {
        let storage = Storage::new(&test_storage());
        storage.ensure_bucket().await.unwrap();
        Self::with_storage(db, env, storage, configure, adjust).await
    }

    /// A server on another storage than the one that all tests share.
    pub async fn on_storage(storage: Storage) -> Self {
        let env = Env::from_pairs([("PORT", "80")]);
        Self::with_storage(TestDatabase::migrated().await, env, storage, |_| (), |_| ()).await
    }

    async fn with_storage(
        db: TestDatabase,
        env: Env,
        storage: Storage,
        configure: impl FnOnce(&mut Config),
        adjust: impl FnOnce(&mut AppState),
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut config = Config::from_env(&env).unwrap();
        config.server.public_url = url.clone();
        config.limits.enabled &= env.get("LANDFALL_RATE_LIMITS").is_some();
        config.auth.secret.get_or_insert(Secret::new(SECRET));
        configure(&mut config);
        // Like a server in production: whose rows a query is about must be said everywhere.
        let as_server = db.as_server().url;
        let pool = Database::new(&as_server, &as_server, config.database.pool_size).unwrap();
        let mut state = AppState::new(Arc::new(config), pool, storage.clone()).await.unwrap();
        adjust(&mut state);
        let background = state.background();
        let server = app::serve(state, listener).unwrap();
        let serving = tokio::spawn(async move { server.await.unwrap() });
        Self { url, db, storage, background, serving }
    }

    /// The private key that signs JWTs, in PKCS #8: opened with the servers' secret.
    pub async fn signing_key(&self) -> Vec<u8> {
        let sealer = Sealer::new(&Secret::new(SECRET), "signing keys").unwrap();
        let sealed = "SELECT kid || ' ' || encode(sealed_private_key, 'hex') AS sql FROM signing_key WHERE verifies_until IS NULL";
        let row = self.db.text(sealed).await;
        let (kid, sealed) = row.split_once(' ').unwrap();
        sealer.open(kid, &hex::decode(sealed).unwrap()).unwrap()
    }

    /// Signs a person in; the same name is the same person.
    pub async fn user(&self, name: &str) -> TestUser {
        TestUser::sign_in(&self.url, name).await
    }

    /// A caller without a session.
    pub fn anonymous(&self) -> TestUser {
        TestUser::anonymous(&self.url)
    }

    /// Every id in it is a random one.
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
