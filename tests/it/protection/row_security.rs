//! The second wall: what a query forgets to ask for, the database does not show.

use std::collections::BTreeSet;

use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use landfall::db::Database;
use landfall::error::ApiError;
use landfall::models::OwnerId;
use landfall::models::row_security::EXEMPT;
use landfall::sync::door;

use crate::support::TestDatabase;

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

async fn lines(conn: &mut AsyncPgConnection, sql: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(sql).load(conn).await.unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

async fn count(conn: &mut AsyncPgConnection, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(conn).await.unwrap().n
}

async fn refusal(conn: &mut AsyncPgConnection, sql: &str) -> String {
    conn.batch_execute(sql).await.expect_err(sql).to_string()
}

/// The tables with row-level security.
async fn guarded(conn: &mut AsyncPgConnection) -> Vec<String> {
    lines(conn, "SELECT relname::text AS line FROM pg_class WHERE relrowsecurity ORDER BY relname").await
}

/// Anna and Ben, each with a row in every table that is guarded.
async fn inhabited() -> (TestDatabase, Vec<String>) {
    let db = TestDatabase::migrated().await;
    let mut conn = db.conn().await;
    for user in ["anna", "ben"] {
        let id = "00000000-0000-4000-8000-000000000001";
        let rows = format!(
            "INSERT INTO \"user\" (id, name, email) VALUES ('{user}', '{user}', '{user}@example.com');
             INSERT INTO chat_sessions (user_id, id, title, revision, deleted_at) VALUES ('{user}', '{id}', 'Harbour', 1, now());
             INSERT INTO swept_chat_sessions (user_id, id) VALUES ('{user}', '{id}');
             INSERT INTO chat_messages (user_id, id, session_id, role, content, position, revision, created_at)
                 VALUES ('{user}', '{id}', '{id}', 'user', 'the words of {user}', 1, 1, now());
             INSERT INTO projects (user_id, id, name, revision, version) VALUES ('{user}', 'p', 'p', 1, 1);
             INSERT INTO records (user_id, collection, id, value, revision, version) VALUES ('{user}', 'tags', 't', '{{}}', 1, 1);
             INSERT INTO receipts (user_id, mutation_id, request_hash, outcome, version) VALUES ('{user}', 'm', '\\x00', '{{}}', 1);
             INSERT INTO assets (user_id, id, file_name, file_type, mime_type, size, status, revision, updated_at)
                 VALUES ('{user}', '{id}', 'a.png', 'image', 'image/png', 1, 'pending', 1, now() - interval '9 days');
             INSERT INTO asset_objects (user_id, id, object_key, staging_key) VALUES ('{user}', '{id}', 'k', 's');
             INSERT INTO imports (user_id, id, phase) VALUES ('{user}', '{id}', 'reading');
             INSERT INTO import_rows (user_id, import_id, section, place, id, value) VALUES ('{user}', '{id}', 'tags', 0, 't', '{{}}')"
        );
        conn.batch_execute(&rows).await.unwrap();
    }
    let tables = guarded(&mut conn).await;
    for table in &tables {
        let rows = count(&mut conn, &format!("SELECT count(*) AS n FROM {table} WHERE user_id = 'anna'")).await;
        assert!(rows > 0, "Anna has no row in {table}: nothing would be shown of it");
    }
    (db, tables)
}

/// Begins a transaction of Ben's.
async fn be_ben(conn: &mut AsyncPgConnection) {
    conn.batch_execute("BEGIN; SET LOCAL app.user_id = 'ben'").await.unwrap();
}

#[tokio::test]
async fn every_table_is_guarded_or_stands_on_the_list_with_its_reason() {
    let mut conn = TestDatabase::migrated().await.conn().await;
    let all = lines(&mut conn, "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'").await;
    let by_owner = "SELECT tablename::text AS line FROM pg_policies WHERE policyname = 'owner' AND cmd = 'ALL' AND roles = '{public}'
        AND permissive = 'PERMISSIVE' AND qual = '(user_id = current_setting(''app.user_id''::text, true))' AND with_check IS NULL ORDER BY tablename";
    let guarded = guarded(&mut conn).await;
    assert_eq!(guarded, lines(&mut conn, by_owner).await, "a guarded table has the policy of its owner");
    let listed: BTreeSet<&str> =
        guarded.iter().map(String::as_str).chain(EXEMPT.iter().map(|(table, _)| *table)).collect();
    assert_eq!(listed.len(), guarded.len() + EXEMPT.len(), "a table is guarded or exempt");
    let all: BTreeSet<&str> = all.iter().map(String::as_str).collect();
    assert_eq!(
        all, listed,
        "a new table needs the policy `owner` (like migration 20), or a line in models/row_security.rs"
    );
    let others = "SELECT tablename || ' ' || policyname || ' ' || roles::text AS line FROM pg_policies WHERE policyname <> 'owner'
        AND NOT (policyname = 'jobs' AND roles = '{landfall_jobs}')";
    assert_eq!(lines(&mut conn, others).await, Vec::<String>::new(), "a policy that opens more");
}

#[tokio::test]
async fn query_that_forgets_its_owner_sees_nobody_else() {
    let (db, tables) = inhabited().await;
    let mut conn = db.as_server().conn().await;
    for table in &tables {
        let everything = format!("SELECT count(*) AS n FROM {table}");
        assert_eq!(count(&mut conn, &everything).await, 0, "{table}: nothing was said");
        be_ben(&mut conn).await;
        assert_eq!(count(&mut conn, &everything).await, 1, "{table}: Ben's own");
        let annas = format!("SELECT count(*) AS n FROM {table} WHERE user_id = 'anna'");
        assert_eq!(count(&mut conn, &annas).await, 0, "{table}: Anna's");
        conn.batch_execute("COMMIT").await.unwrap();
        assert_eq!(count(&mut conn, &everything).await, 0, "{table}: what was said ended with the transaction");
    }
}

#[tokio::test]
async fn write_that_forgets_its_owner_changes_nobody_else() {
    let (db, tables) = inhabited().await;
    let mut conn = db.as_server().conn().await;
    for table in &tables {
        be_ben(&mut conn).await;
        let give = format!("UPDATE {table} SET user_id = 'anna'");
        let refused = refusal(&mut conn, &give).await;
        assert!(refused.contains("row-level security"), "{table}: {refused}");
        conn.batch_execute("ROLLBACK").await.unwrap();
        let copy = format!("INSERT INTO {table} SELECT * FROM {table}");
        let as_anna = format!(
            "BEGIN; SET LOCAL app.user_id = 'anna'; CREATE TEMP TABLE IF NOT EXISTS c_{table} AS SELECT * FROM {table}; COMMIT"
        );
        conn.batch_execute(&as_anna).await.unwrap();
        be_ben(&mut conn).await;
        let refused = refusal(&mut conn, &copy.replace(&format!("FROM {table}"), &format!("FROM c_{table}"))).await;
        assert!(refused.contains("row-level security"), "{table}: {refused}");
        conn.batch_execute("ROLLBACK").await.unwrap();
        be_ben(&mut conn).await;
        conn.batch_execute(&format!("DELETE FROM {table}; COMMIT")).await.unwrap();
        let left = db.number(&format!("SELECT count(*) AS n FROM {table} WHERE user_id = 'anna'")).await;
        assert_eq!(left, 1, "{table}");
    }
}

#[tokio::test]
async fn role_of_upkeep_looks_over_all_people_and_reads_no_content() {
    let (db, tables) = inhabited().await;
    let mut conn = db.as_server().conn().await;
    let be_upkeep = "BEGIN; SET LOCAL ROLE landfall_jobs";
    conn.batch_execute(be_upkeep).await.unwrap();
    assert_eq!(count(&mut conn, "SELECT count(user_id) AS n FROM chat_messages").await, 2);
    assert_eq!(count(&mut conn, "SELECT count(user_id) AS n FROM asset_objects").await, 2);
    conn.batch_execute("COMMIT").await.unwrap();
    let forbidden = [
        "SELECT content FROM chat_messages",
        "SELECT title FROM chat_sessions",
        "SELECT data FROM projects",
        "SELECT value FROM records",
        "SELECT outcome FROM receipts",
        "SELECT file_name FROM assets",
        "SELECT value FROM import_rows",
        "SELECT email FROM \"user\"",
        "SELECT token_hash FROM session",
        "UPDATE asset_objects SET object_key = ''",
        "DELETE FROM chat_messages",
        "UPDATE space SET version = 9",
    ];
    for sql in forbidden {
        conn.batch_execute(be_upkeep).await.unwrap();
        let refused = refusal(&mut conn, sql).await;
        assert!(refused.contains("permission denied"), "{sql}: {refused}");
        conn.batch_execute("ROLLBACK").await.unwrap();
    }
    for table in &tables {
        assert_eq!(
            count(&mut conn, &format!("SELECT count(*) AS n FROM {table}")).await,
            0,
            "not before it is taken on"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_wait_for_servers_that_do_not_know_of_them() {
    let db = TestDatabase::migrated().await;
    let latest =
        db.text("SELECT max(version) AS sql FROM __diesel_schema_migrations WHERE version LIKE '%000020'").await;
    db.conn()
        .await
        .batch_execute(include_str!("../../../migrations/2026-11-21-000020_row_security/down.sql"))
        .await
        .unwrap();
    let forget = format!("DELETE FROM __diesel_schema_migrations WHERE version = '{latest}'");
    db.conn().await.batch_execute(&forget).await.unwrap();
    let old_server = db.as_server().conn().await;
    let refused =
        landfall::db::migrate::run_pending(db.conn().await).await.expect_err("an older server runs").to_string();
    assert!(refused.contains("stop them, migrate, start the new ones"), "{refused}");
    drop(old_server);
    crate::support::eventually(10, "the connection has ended", || async {
        let connected = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND usename = 'landfall_app'";
        (db.number(connected).await == 0).then_some(())
    })
    .await;
    assert_eq!(landfall::db::migrate::run_pending(db.conn().await).await.unwrap().len(), 1);
}

/// A caller goes away in the middle of a read; the connection goes back to the pool at once and the next one has it.
#[tokio::test]
async fn read_that_is_given_up_leaves_nothing_of_its_person_behind() {
    let (db, _) = inhabited().await;
    let url = db.as_server().url;
    let pool = Database::new(&url, &url, 1).unwrap();
    let all = "SELECT count(*) AS n FROM chat_messages";
    let see =
        async |mut conn: &AsyncPgConnection| diesel::sql_query(all).get_result::<Count>(&mut conn).await.unwrap().n;
    for _ in 0..20 {
        let (tell, told) = tokio::sync::oneshot::channel();
        let anna = OwnerId::of_authenticated("anna");
        let endless = door::read(&pool, &anna, async |conn| {
            let _ = tell.send(see(conn).await);
            std::future::pending::<Result<(), ApiError>>().await
        });
        tokio::select! {
            _ = endless => panic!("it has no end"),
            seen = told => assert_eq!(seen, Ok(1)),
        }
        let mut conn = pool.conn().await.unwrap();
        assert_eq!(see(&conn).await, 0);
        // In nobody's transaction: what is written is there for others at once.
        let job = "INSERT INTO job (id, kind, payload) VALUES (gen_random_uuid(), 'none', '{}')";
        conn.batch_execute(job).await.unwrap();
        drop(conn);
        let ben = OwnerId::of_authenticated("ben");
        assert_eq!(door::read(&pool, &ben, async |conn| Ok(see(conn).await)).await.ok(), Some(1));
    }
    assert_eq!(db.number("SELECT count(*) AS n FROM job").await, 20);
}
