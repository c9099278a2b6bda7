//! PgBouncer itself, where it is installed.

use std::path::Path;
use std::process::Stdio;

use landfall::db::Database;
use landfall::db::pooler::Pooling;
use landfall::embedded::postgres::RunAs;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::process::Child;

use super::pooler::{parts, url, use_everything};
use crate::support::{Process, SECRET, TestDatabase, TestUser, eventually, free_port, left_out_on_a_cluster};
use crate::sync::events::Stream;

/// What PgBouncer says of its version. `None`, and a printed line, where it is not installed.
fn version() -> Option<String> {
    let output = std::process::Command::new("pgbouncer").arg("--version").output();
    let version = output.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    if version.is_none() {
        println!("skipped: pgbouncer is not installed (tools/ensure-pgbouncer.sh)");
    }
    version
}

/// Versions since 1.21 know the names of prepared statements.
fn knows_names(version: &str) -> bool {
    let minor = version.split_whitespace().nth(1).and_then(|number| number.split('.').nth(1)?.parse::<u32>().ok());
    minor.is_some_and(|minor| minor >= 21)
}

struct PgBouncer {
    url: String,
    _running: Child,
    _folder: tempfile::TempDir,
}

impl PgBouncer {
    /// `statements`: the setting `max_prepared_statements`, where the version has it.
    async fn start(db: &TestDatabase, mode: &str, statements: Option<u32>) -> Self {
        let (socket_dir, name) = parts(db);
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let limit = statements.map(|limit| format!("max_prepared_statements = {limit}\n")).unwrap_or_default();
        let text = format!(
            "[databases]\n{name} = user=landfall_app host={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = {mode}\ndefault_pool_size = 60\n{limit}",
            socket_dir.display(),
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, text).unwrap();
        for path in [folder.path(), &file] {
            std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        }
        // As the user of PostgreSQL, whose socket is closed to others. PgBouncer refuses to run as root.
        let mut command = RunAs::choose().await.command(Path::new("pgbouncer"));
        let running = command.arg(&file).kill_on_drop(true).stderr(Stdio::null()).spawn().unwrap();
        eventually(10, "PgBouncer listens", || async {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok().map(|_| ())
        })
        .await;
        Self { url: url(port, &name), _running: running, _folder: folder }
    }
}

#[tokio::test]
async fn pgbouncer_is_recognised_in_each_of_its_modes() {
    if left_out_on_a_cluster("its proxies lead to the socket of the own PostgreSQL") {
        return;
    }
    let Some(version) = version() else { return };
    let db = TestDatabase::migrated().await;
    let knows_names = knows_names(&version);
    for (mode, statements, expected) in [
        ("session", 0, Pooling::Session),
        ("transaction", 0, Pooling::Transaction { named_statements: false }),
        ("transaction", 100, Pooling::Transaction { named_statements: knows_names }),
    ] {
        let pooler = PgBouncer::start(&db, mode, knows_names.then_some(statements)).await;
        let url = SecretString::from(pooler.url.as_str());
        let pool = Database::new(&url, &url, 1).unwrap();
        let found = eventually(10, "it answers", || async { pool.pooling().await.ok() }).await;
        assert_eq!(found, expected, "{mode} with {statements} statements, {version}");
    }
}

/// Two servers behind PgBouncer serve every request, and each learns of the other's writes.
async fn two_servers(db: &TestDatabase, settings: &[(&str, &str)]) {
    let (data, other_data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let settings =
        [settings, &[("LANDFALL_MIGRATE", "false"), ("LANDFALL_SECRET", SECRET), ("DATABASE_POOL_SIZE", "4")]].concat();
    let server = Process::start(data.path(), &settings).await;
    let other = Process::start(other_data.path(), &settings).await;
    use_everything(&server.url).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let mut device = Stream::open(&anna.at(&other.url), None).await;
    assert_eq!(device.version().await.0, 0);
    anna.chat().await;
    assert_eq!(device.version().await.0, 1);
    assert_eq!(db.version(&anna.id).await, 1);
    assert!(server.terminate().await.success() && other.terminate().await.success());
}

#[tokio::test]
async fn servers_behind_pgbouncer_in_session_mode_need_no_direct_address() {
    if left_out_on_a_cluster("its proxies lead to the socket of the own PostgreSQL") {
        return;
    }
    let Some(_) = version() else { return };
    let db = TestDatabase::migrated().await;
    let pooler = PgBouncer::start(&db, "session", None).await;
    two_servers(&db, &[("DATABASE_URL", &pooler.url)]).await;
}

#[tokio::test]
async fn servers_behind_pgbouncer_in_transaction_mode_listen_at_the_direct_address() {
    if left_out_on_a_cluster("its proxies lead to the socket of the own PostgreSQL") {
        return;
    }
    let Some(version) = version() else { return };
    let statements: &[Option<u32>] = if knows_names(&version) { &[Some(0), Some(200)] } else { &[None] };
    for statements in statements {
        let db = TestDatabase::migrated().await;
        let (pooler, direct) = (PgBouncer::start(&db, "transaction", *statements).await, db.as_server());
        let settings = [("DATABASE_URL", pooler.url.as_str()), ("DATABASE_DIRECT_URL", direct.url.expose_secret())];
        two_servers(&db, &settings).await;
    }
}
