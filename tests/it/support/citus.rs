//! A Citus cluster in place of the tests' own PostgreSQL. `LANDFALL_TEST_CITUS_URL` names a database of the coordinator, in which the workers are known, and a
//! superuser: `postgres://postgres@127.0.0.1:5432/postgres`. Every test then has a distributed database on all nodes. They trust connections from here.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use landfall::db::connect;
use secrecy::SecretString;

use super::shared_postgres::{run, text, url_in};

/// The superuser of the tests on every node.
const SUPERUSER: &str = "DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall') THEN CREATE ROLE landfall SUPERUSER LOGIN; END IF;
END $$";

/// What sessions need (`landfall distribute` sets it). The settings of a database are no part of its copies.
pub const SETTINGS: [&str; 2] = ["citus.propagate_set_commands = 'local'", "citus.enable_unsafe_triggers = 'on'"];

/// A node: its host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node(String, u16);

impl Node {
    /// As libpq keywords.
    pub fn host(&self) -> String {
        format!("host={} port={}", self.0, self.1)
    }
}

/// The coordinator and its workers.
pub struct Cluster {
    pub coordinator: Node,
    pub workers: Vec<Node>,
}

/// What a document with assistants is answered on a cluster (docs/adr/0118-shards-are-on-workers.md).
pub const NO_ASSISTANTS: &str = "a document with assistants is not imported there";

/// Whether a test is left out because it runs on a cluster. It says why.
pub fn left_out_on_a_cluster(why: &str) -> bool {
    let is_cluster = address().is_some();
    if is_cluster {
        println!("left out on a cluster: {why}");
    }
    is_cluster
}

/// The address of the cluster, if the tests run on one.
pub fn address() -> Option<String> {
    std::env::var("LANDFALL_TEST_CITUS_URL").ok().filter(|url| !url.is_empty())
}

impl Cluster {
    /// Asks the coordinator for its workers, and makes the tests' superuser on each node.
    pub async fn find(address: &str) -> Self {
        let mut conn = connect(&SecretString::from(address.to_owned())).await.unwrap();
        let (login, rest) = address.strip_prefix("postgres://").unwrap().split_once('@').unwrap();
        let (place, _) = rest.split_once('/').unwrap();
        let node = |place: &str| {
            let (host, port) = place.split_once(':').unwrap();
            Node(host.to_owned(), port.parse().unwrap())
        };
        let known = "SELECT nodename || ':' || nodeport AS text FROM pg_dist_node
                     WHERE groupid > 0 AND noderole = 'primary' ORDER BY nodeid";
        let workers: Vec<Node> = text(&mut conn, known).await.iter().map(|place| node(place)).collect();
        assert!(!workers.is_empty(), "the coordinator at {place} knows no worker: citus_add_node");
        for Node(host, port) in &workers {
            let mut conn =
                connect(&SecretString::from(format!("postgres://{login}@{host}:{port}/postgres"))).await.unwrap();
            conn.batch_execute(SUPERUSER).await.unwrap();
        }
        conn.batch_execute(SUPERUSER).await.unwrap();
        Self { coordinator: node(place), workers }
    }

    /// Makes the cluster of a new database, which is on every node.
    pub async fn join(&self, database: &str) {
        for node in self.workers.iter().chain([&self.coordinator]) {
            run(&mut connect(&url_in(&node.host(), database)).await.unwrap(), "CREATE EXTENSION citus").await;
        }
        let mut conn = connect(&url_in(&self.coordinator.host(), database)).await.unwrap();
        let Node(host, port) = &self.coordinator;
        run(&mut conn, &format!("SELECT citus_set_coordinator_host('{host}', {port})")).await;
        for Node(host, port) in &self.workers {
            run(&mut conn, &format!("SELECT citus_add_node('{host}', {port})")).await;
        }
    }
}

/// Ends all connections to a database and lets no other in, so that it can be copied and renamed. The extension's daemon has one.
pub async fn close(conn: &mut AsyncPgConnection, database: &str) {
    run(conn, &format!("ALTER DATABASE {database} ALLOW_CONNECTIONS false")).await;
    let end = format!(
        "WITH of AS MATERIALIZED (SELECT pid FROM pg_stat_activity WHERE datname = '{database}')
         SELECT pid::text AS text FROM of WHERE pg_terminate_backend(pid)"
    );
    while !text(conn, &end).await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
