//! A real cluster. `LANDFALL_TEST_CITUS_URL` names a database of the coordinator, in which the workers are known, and a superuser:
//! `postgres://postgres@127.0.0.1:5432/postgres`. Each test makes its own database on every node.

use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use landfall::db::connect;
use secrecy::SecretString;

use super::traffic::{Stored, import, read_everything, write_everything};
use crate::support::{Process, SECRET, TestUser, storage_settings, test_storage};

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

async fn lines(conn: &mut AsyncPgConnection, sql: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(sql).load(conn).await.unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

async fn open(url: &str) -> AsyncPgConnection {
    connect(&SecretString::from(url.to_owned())).await.unwrap()
}

/// A database on every node of the cluster.
struct Site {
    /// Of the coordinator, as a superuser.
    url: String,
    /// The same database with the role of a server.
    server_url: String,
    data: tempfile::TempDir,
}

impl Site {
    /// `None`, and a printed line, where no cluster is named.
    async fn create(name: &str) -> Option<Self> {
        let Some(base) = std::env::var("LANDFALL_TEST_CITUS_URL").ok().filter(|url| !url.is_empty()) else {
            println!("skipped: LANDFALL_TEST_CITUS_URL names no cluster");
            return None;
        };
        let (login, at) = base.strip_prefix("postgres://").unwrap().split_once('@').unwrap();
        let (coordinator, _) = at.split_once('/').unwrap();
        let name = format!("it_{name}_{}", std::process::id());
        let nodes = "SELECT nodename || ':' || nodeport AS line FROM pg_dist_node WHERE groupid > 0 AND noderole = 'primary' ORDER BY nodeid";
        let workers = lines(&mut open(&base).await, nodes).await;
        for node in workers.iter().map(String::as_str).chain([coordinator]) {
            let mut conn = open(&format!("postgres://{login}@{node}/postgres")).await;
            conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
            conn.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
            open(&format!("postgres://{login}@{node}/{name}"))
                .await
                .batch_execute("CREATE EXTENSION citus")
                .await
                .unwrap();
        }
        let url = format!("postgres://{login}@{coordinator}/{name}");
        let mut conn = open(&url).await;
        let (host, port) = coordinator.split_once(':').unwrap();
        conn.batch_execute(&format!("SELECT citus_set_coordinator_host('{host}', {port})")).await.unwrap();
        for node in &workers {
            let (host, port) = node.split_once(':').unwrap();
            conn.batch_execute(&format!("SELECT citus_add_node('{host}', {port})")).await.unwrap();
        }
        let server_url = format!("postgres://landfall_app@{coordinator}/{name}");
        let site = Self { url, server_url, data: tempfile::tempdir().unwrap() };
        site.succeed(&["migrate"]).await;
        conn.batch_execute("ALTER ROLE landfall_app LOGIN").await.unwrap();
        Some(site)
    }

    async fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let storage = storage_settings(&test_storage());
        let mut settings = vec![("DATABASE_URL", self.url.as_str())];
        settings.extend(storage.iter().map(|(name, value)| (*name, value.as_str())));
        let (status, output, errors) = Process::run_for_output(&settings, arguments).await;
        (status.code(), output + &errors)
    }

    async fn succeed(&self, arguments: &[&str]) -> String {
        let (code, said) = self.run(arguments).await;
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
        said
    }

    async fn serve(&self) -> Process {
        let storage = storage_settings(&test_storage());
        let mut settings = vec![
            ("DATABASE_URL", self.server_url.as_str()),
            ("LANDFALL_MIGRATE", "false"),
            ("LANDFALL_SECRET", SECRET),
        ];
        settings.extend(storage.iter().map(|(name, value)| (*name, value.as_str())));
        Process::start(self.data.path(), &settings).await
    }

    /// The users whose counters differ from their rows, one line each.
    async fn wrong_counters(&self) -> Vec<String> {
        let counted = ["chat_sessions", "chat_messages", "projects", "records", "assistants"]
            .map(|table| format!("SELECT owner, bytes, deleted_at IS NULL AS lives FROM {table}"))
            .join(" UNION ALL ");
        let sql = format!(
            "WITH r AS MATERIALIZED (SELECT owner, sum(bytes) AS bytes, count(*) AS n, count(*) FILTER (WHERE lives) AS living FROM ({counted}) AS l GROUP BY owner),
                  u AS MATERIALIZED (SELECT * FROM user_version)
             SELECT concat_ws(' ', u.owner, u.stored_bytes, r.bytes, u.stored_count, r.n, u.row_count, r.living) AS line
             FROM u LEFT JOIN r USING (owner)
             WHERE (u.stored_bytes, u.stored_count, u.row_count) IS DISTINCT FROM (coalesce(r.bytes, 0), coalesce(r.n, 0), coalesce(r.living, 0))"
        );
        lines(&mut open(&self.url).await, &sql).await
    }

    async fn remove(self) {
        let (server, name) = self.url.rsplit_once('/').unwrap();
        let nodes = "SELECT nodename || ':' || nodeport AS line FROM pg_dist_node WHERE groupid > 0";
        let workers = lines(&mut open(&self.url).await, nodes).await;
        let (login, coordinator) = server.split_once('@').unwrap();
        for node in [coordinator].into_iter().chain(workers.iter().map(String::as_str)) {
            let mut conn = open(&format!("{login}@{node}/postgres")).await;
            conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
        }
    }
}

/// Signs in, writes, reads and imports.
async fn fill(server: &Process, name: &str) -> (TestUser, Stored) {
    let user = TestUser::sign_in(&server.url, name).await;
    let stored = write_everything(&user).await;
    read_everything(&user, &stored).await;
    import(&user).await;
    (user, stored)
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_database_is_distributed_and_serves() {
    let Some(site) = Site::create("empty").await else { return };
    assert!(site.succeed(&["distribute"]).await.contains("Distributed: user_version, chat_sessions"));
    let mut conn = open(&site.url).await;
    let shards = lines(
        &mut conn,
        "SELECT DISTINCT nodeport::text AS line FROM citus_shards WHERE table_name = 'user_version'::regclass",
    )
    .await;
    assert!(!shards.is_empty(), "some node has shards");
    let server = site.serve().await;
    let (anna, stored) = fill(&server, "anna").await;
    let (ben, bens) = fill(&server, "ben").await;
    assert_eq!(site.wrong_counters().await, [""; 0]);
    // Row-level security holds on the workers: a transaction of Anna sees her rows and no others.
    let mut as_server = open(&site.server_url).await;
    let owner =
        lines(&mut conn, &format!("SELECT key::text AS line FROM \"user\" WHERE id = '{}'", anna.id)).await.remove(0);
    let owners = "SELECT DISTINCT owner::text AS line FROM projects";
    assert_eq!(lines(&mut as_server, owners).await, [""; 0]);
    as_server.batch_execute(&format!("BEGIN; SET LOCAL app.owner = '{owner}'")).await.unwrap();
    assert_eq!(lines(&mut as_server, owners).await, std::slice::from_ref(&owner));
    as_server.batch_execute("COMMIT").await.unwrap();
    site.succeed(&["sweep", "--days", "0"]).await;
    assert_eq!(site.wrong_counters().await, [""; 0]);
    // The rows of a deleted user go from every shard.
    read_everything(&anna, &stored).await;
    anna.post("/api/auth/delete-user", &serde_json::json!({})).await.expect(200);
    for table in landfall::distribute::DISTRIBUTED.iter().filter(|table| table.name != "day_writes") {
        let left = format!("SELECT count(*)::text AS line FROM {} WHERE {} = {owner}", table.name, table.column);
        assert_eq!(lines(&mut conn, &left).await, ["0"], "{}", table.name);
    }
    read_everything(&ben, &bens).await;
    let (code, said) = site.run(&["distribute"]).await;
    assert!(code == Some(1) && said.contains("Stop all servers"), "{said}");
    assert!(server.terminate().await.success());
    drop((conn, as_server));
    site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filled_database_keeps_its_rows() {
    let Some(site) = Site::create("filled").await else { return };
    let server = site.serve().await;
    let (anna, stored) = fill(&server, "anna").await;
    assert!(server.terminate().await.success());
    site.succeed(&["distribute", "--shards", "8"]).await;
    let again = site.succeed(&["distribute"]).await;
    assert!(again.contains("All tables were distributed before"), "{again}");
    let folder = site.data.path().join("backups");
    let (code, said) = site.run(&["backup", folder.to_str().unwrap()]).await;
    assert!(code == Some(1) && said.contains("a snapshot is of one node"), "{said}");
    assert_eq!(site.wrong_counters().await, [""; 0]);
    let server = site.serve().await;
    read_everything(&anna.at(&server.url), &stored).await;
    fill(&server, "ben").await;
    assert_eq!(site.wrong_counters().await, [""; 0]);
    assert!(server.terminate().await.success());
    site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn distributed_database_is_migrated() {
    const BEFORE: &str = "DROP TRIGGER keep_content_revision ON chat_sessions; DROP FUNCTION keep_content_revision;
        ALTER TABLE chat_sessions DROP COLUMN content_revision; DELETE FROM __diesel_schema_migrations WHERE version >= '0023'";
    let Some(site) = Site::create("migrated").await else { return };
    site.succeed(&["distribute", "--shards", "4"]).await;
    let mut conn = open(&site.url).await;
    for statement in BEFORE.split(';') {
        conn.batch_execute(statement).await.unwrap();
    }
    drop(conn);
    site.succeed(&["migrate"]).await;
    site.succeed(&["distribute"]).await;
    let server = site.serve().await;
    fill(&server, "anna").await;
    assert!(server.terminate().await.success());
    site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn coordinator_with_shards_is_refused() {
    let Some(site) = Site::create("own_shards").await else { return };
    let mut conn = open(&site.url).await;
    let takes = |takes: bool| {
        format!(
            "SELECT citus_set_node_property(nodename, nodeport, 'shouldhaveshards', {takes}) FROM pg_dist_node WHERE groupid = 0"
        )
    };
    let refused = async || {
        let (code, said) = site.run(&["distribute", "--shards", "4"]).await;
        assert!(
            code == Some(1) && said.contains("The coordinator takes shards") && said.contains("citus_drain_node('"),
            "{said}"
        );
    };
    conn.batch_execute(&takes(true)).await.unwrap();
    refused().await;
    let tables = "SELECT logicalrelid::text AS line FROM pg_dist_partition WHERE partmethod = 'h'";
    assert_eq!(lines(&mut conn, tables).await, [""; 0], "nothing was changed");
    // Shards that are there already count too.
    conn.batch_execute("CREATE TABLE other (owner bigint); SELECT create_distributed_table('other', 'owner')")
        .await
        .unwrap();
    conn.batch_execute(&takes(false)).await.unwrap();
    refused().await;
    conn.batch_execute("DROP TABLE other").await.unwrap();
    site.succeed(&["distribute", "--shards", "4"]).await;
    drop(conn);
    site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn document_with_assistants_is_refused_and_nothing_of_it_is_stored() {
    let Some(site) = Site::create("assistants").await else { return };
    site.succeed(&["distribute", "--shards", "4"]).await;
    let server = site.serve().await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let market = serde_json::json!({ "id": "abcdefghijklmnopqrstu", "title": "Pilot", "desc": "d", "emoji": "e", "prompt": "p", "tags": [], "category": [] });
    let document = serde_json::json!({ "version": 1, "tags": [{ "id": "t", "name": "t" }], "assistants": [market] });
    let refused = anna.post("/api/import", &document).await;
    assert_eq!(
        (refused.status, refused.text.contains("leave the member `assistants` out")),
        (403, true),
        "{}",
        refused.text
    );
    assert_eq!(anna.get("/api/collections/tags/t").await.status, 404);
    assert!(server.terminate().await.success());
    site.remove().await;
}
