//! The database role of the server, which can't change the schema.

use diesel_async::RunQueryDsl as _;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::support::{HeldUserLock, Process, TestApp, TestDatabase, assert_problem};

#[tokio::test]
async fn server_role_reads_and_writes_every_table_and_changes_no_schema() {
    let db = TestDatabase::migrated().await.as_server();
    let without =
        "SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('__diesel_schema_migrations', 'schema_function')
        AND NOT (has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT')
            AND has_table_privilege(format('%I.%I', schemaname, tablename), 'INSERT')
            AND has_table_privilege(format('%I.%I', schemaname, tablename), 'UPDATE')
            AND has_table_privilege(format('%I.%I', schemaname, tablename), 'DELETE'))";
    assert_eq!(db.number(without).await, 0, "a table that the server can't use");
    let power = [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE chat_messages ADD COLUMN mine int",
        "DROP TABLE chat_messages",
        "TRUNCATE chat_messages",
        "CREATE OR REPLACE FUNCTION create_user_version() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE OR REPLACE FUNCTION store_project() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('mine')",
        "UPDATE schema_function SET sha256 = ''",
        "CREATE ROLE mine",
        "SET ROLE landfall",
        "COPY chat_messages TO PROGRAM 'true'",
    ];
    for sql in power {
        let refused = diesel::sql_query(sql).execute(&mut db.conn().await).await.map_err(|error| error.to_string());
        let refused = refused.expect_err(sql);
        let words = ["permission denied", "must be owner", "must be superuser"];
        assert!(words.iter().any(|word| refused.contains(word)), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn server_role_has_timeouts() {
    let db = TestDatabase::migrated().await.as_server();
    for (name, milliseconds) in
        [("lock_timeout", 2_000), ("statement_timeout", 60_000), ("idle_in_transaction_session_timeout", 60_000)]
    {
        let setting = format!("SELECT setting::bigint AS n FROM pg_settings WHERE name = '{name}'");
        assert_eq!(db.number(&setting).await, milliseconds, "{name}");
    }
}

/// Another server holds the user's row for too long, so the write is a 503.
#[tokio::test]
async fn write_that_waits_too_long_for_a_lock_is_a_503() {
    let db = TestDatabase::migrated().await;
    let app = TestApp::on(db.as_server()).await;
    let anna = app.user("anna").await;
    let held = HeldUserLock::of(&db, &anna.id).await;
    let answer = anna.post("/api/chat/sessions", &json!({ "title": "Harbour" })).await;
    assert_problem(&answer, 503, "busy", "");
    assert!(answer.headers.contains_key("retry-after"));
    held.release().await;
    anna.post("/api/chat/sessions", &json!({ "title": "Harbour" })).await.expect(201);
}

#[tokio::test]
async fn server_starts_with_a_role_that_can_not_migrate() {
    let db = TestDatabase::migrated().await.as_server();
    let data = tempfile::tempdir().unwrap();
    let settings = [("DATABASE_URL", db.url.expose_secret()), ("LANDFALL_MIGRATE", "false")];
    let server = Process::start(data.path(), &settings).await;
    assert!(server.terminate().await.success());
}
