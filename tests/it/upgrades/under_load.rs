//! A migration while servers serve: what docs/UPGRADES.md allows fails no request, on the tables that requests write.

use secrecy::ExposeSecret as _;

use crate::faults::load::Load;
use crate::faults::load_state::Outage;
use crate::support::{Process, SECRET, SeededRng, TestDatabase, assert_sound};

const TABLES: [&str; 6] = ["chat_sessions", "chat_messages", "projects", "records", "user_version", "session"];

/// Statements of a migration that expands, of which each runs on its own.
fn expansion(table: &str) -> [String; 4] {
    [
        format!("ALTER TABLE {table} ADD COLUMN of_later text DEFAULT 'later'"),
        format!("CREATE INDEX CONCURRENTLY {table}_of_later ON {table} (of_later)"),
        format!("ALTER TABLE {table} ADD CONSTRAINT of_later CHECK (length(of_later) < 100) NOT VALID"),
        format!("ALTER TABLE {table} VALIDATE CONSTRAINT of_later"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn migration_under_servers_fails_no_request() {
    let (db, rng) = (TestDatabase::migrated().await, SeededRng::new());
    let (as_server, folders) = (db.as_server(), [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()]);
    let mut servers = Vec::new();
    for folder in &folders {
        let settings = [("LANDFALL_MIGRATE", "false"), ("LANDFALL_SECRET", SECRET)];
        servers.push(Process::over(&as_server, folder.path(), &settings).await);
    }
    let urls = servers.iter().map(|server| server.url.clone()).collect();
    let load = Load::with_users("user", urls, Outage::Overload, &rng).await;
    let acknowledged = async |more| assert_sound(load.state.until_acknowledged(more, 60).await, "upgrades");
    acknowledged(20).await;

    // Every function is another one than before.
    db.execute("UPDATE schema_function SET sha256 = sha256('of the release before')").await;
    let (status, errors) = Process::run(&[("DATABASE_URL", db.url.expose_secret())], &["migrate"]).await;
    assert!(status.success(), "{errors}");
    acknowledged(20).await;
    for table in TABLES {
        for statement in expansion(table) {
            db.execute(&statement).await;
            acknowledged(4).await;
        }
    }
    let rows = load.finish().await;
    assert_sound(rows.map(|rows| assert!(rows > 0)), "upgrades");
    for server in servers {
        assert!(server.terminate().await.success());
    }
}
