//! Row-level security: a query without an owner condition returns no rows of other users.

use std::collections::BTreeSet;

use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use landfall::db::Database;
use landfall::db::{OwnerId, OwnerKey};
use landfall::error::ApiError;
use landfall::models::row_security::EXEMPT;
use landfall::sync::user_tx;

use crate::support::{TestDatabase, left_out_on_a_cluster};

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

/// The owner keys of Anna and Ben.
const ANNA: i64 = 71;
const BEN: i64 = 72;

/// Anna and Ben, each with a row in every guarded table.
async fn with_two_users() -> (TestDatabase, Vec<String>) {
    let db = TestDatabase::migrated().await;
    let mut conn = db.conn().await;
    for (user, owner) in [("anna", ANNA), ("ben", BEN)] {
        let id = "00000000-0000-4000-8000-000000000001";
        let rows = format!(
            "INSERT INTO \"user\" (id, key, name, email) OVERRIDING SYSTEM VALUE VALUES ('{user}', {owner}, '{user}', '{user}@example.com');
             INSERT INTO chat_sessions (owner, id, title, revision, version, deleted_at) VALUES ({owner}, '{id}', 'Harbour', 1, 1, now());
             INSERT INTO expired_chat_sessions (owner, id) VALUES ({owner}, '{id}');
             INSERT INTO chat_messages (owner, id, session_id, role, content, position, version, created_at)
                 VALUES ({owner}, '{id}', '{id}', 'user', 'the words of {user}', 1, 1, now());
             INSERT INTO projects (owner, id, name, revision, version) VALUES ({owner}, 'p', 'p', 1, 1);
             INSERT INTO records (owner, collection, id, value, revision, version) VALUES ({owner}, 'tags', 't', '{{}}', 1, 1);
             INSERT INTO assistants (owner, id, author, title, description, emoji, prompt, tags, category, words, is_public, status, revision, version)
                 VALUES ({owner}, 'a-{user}', '{user}', 't', 'd', 'e', 'p', '{{}}', '{{}}', 't', true, 'pending', 1, 1);
             INSERT INTO idempotency_records (owner, mutation_id, request_hash, outcome, version) VALUES ({owner}, 'm', '\\x00', '{{}}', 1);
             INSERT INTO assets (owner, id, file_name, file_type, mime_type, size, status, revision, version, updated_at)
                 VALUES ({owner}, '{id}', 'a.png', 'image', 'image/png', 1, 'pending', 1, 1, now() - interval '9 days');
             INSERT INTO asset_objects (owner, id, object_key, staging_key) VALUES ({owner}, '{id}', 'k', 's');
             INSERT INTO upload_links (owner, id, staging_key, size, expires_at) VALUES ({owner}, '{id}', 's', 1, now());
             INSERT INTO imports (owner, id, phase) VALUES ({owner}, '{id}', 'reading');
             INSERT INTO import_rows (owner, import_id, section, place, id, value) VALUES ({owner}, '{id}', 'tags', 0, 't', '{{}}')"
        );
        conn.batch_execute(&rows).await.unwrap();
    }
    let tables = guarded(&mut conn).await;
    for table in &tables {
        let rows = count(&mut conn, &format!("SELECT count(*) AS n FROM {table} WHERE owner = {ANNA}")).await;
        assert!(rows > 0, "Anna has no row in {table}: nothing would be shown of it");
    }
    (db, tables)
}

/// Begins a transaction for Ben.
async fn begin_as_ben(conn: &mut AsyncPgConnection) {
    conn.batch_execute(&format!("BEGIN; SET LOCAL app.owner = {BEN}")).await.unwrap();
}

#[tokio::test]
async fn every_table_is_guarded_or_listed_with_a_reason() {
    let db = TestDatabase::migrated().await;
    let mut conn = db.conn().await;
    let all = lines(&mut conn, "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'").await;
    let by_owner = "SELECT tablename::text AS line FROM pg_policies WHERE policyname = 'owner' AND cmd = 'ALL' AND roles = '{public}'
        AND permissive = 'PERMISSIVE' AND qual = '(owner = (NULLIF(current_setting(''app.owner''::text, true), ''''::text))::bigint)' AND with_check IS NULL ORDER BY tablename";
    let guarded = guarded(&mut conn).await;
    assert_eq!(guarded, lines(&mut conn, by_owner).await, "a guarded table has the policy of its owner");
    let listed: BTreeSet<&str> =
        guarded.iter().map(String::as_str).chain(EXEMPT.iter().map(|(table, _)| *table)).collect();
    assert_eq!(listed.len(), guarded.len() + EXEMPT.len(), "a table is guarded or exempt");
    let all: BTreeSet<&str> = all.iter().map(String::as_str).collect();
    assert_eq!(
        all, listed,
        "a new table needs the policy `owner` (migrations/0012_roles_and_row_security), or a line in models/row_security.rs"
    );
    let others = "SELECT tablename || ' ' || policyname || ' ' || roles::text AS line FROM pg_policies WHERE policyname <> 'owner'
        AND NOT (policyname = 'jobs' AND roles = '{landfall_jobs}')";
    assert_eq!(lines(&mut conn, others).await, ["assistants published {public}"], "a policy that opens more");
}

#[tokio::test]
async fn query_without_an_owner_condition_returns_no_rows_of_others() {
    let (db, tables) = with_two_users().await;
    let mut conn = db.as_server().conn().await;
    for table in &tables {
        let everything = format!("SELECT count(*) AS n FROM {table}");
        assert_eq!(count(&mut conn, &everything).await, 0, "{table}: nothing was said");
        begin_as_ben(&mut conn).await;
        assert_eq!(count(&mut conn, &everything).await, 1, "{table}: Ben's own");
        let annas = format!("SELECT count(*) AS n FROM {table} WHERE owner = {ANNA}");
        assert_eq!(count(&mut conn, &annas).await, 0, "{table}: Anna's");
        conn.batch_execute("COMMIT").await.unwrap();
        assert_eq!(count(&mut conn, &everything).await, 0, "{table}: what was said ended with the transaction");
    }
}

#[tokio::test]
async fn write_without_an_owner_condition_changes_no_rows_of_others() {
    if left_out_on_a_cluster("Citus refuses a new owner of a row by itself") {
        return;
    }
    let (db, tables) = with_two_users().await;
    let mut conn = db.as_server().conn().await;
    for table in &tables {
        begin_as_ben(&mut conn).await;
        let give = format!("UPDATE {table} SET owner = {ANNA}");
        let refused = refusal(&mut conn, &give).await;
        assert!(refused.contains("row-level security"), "{table}: {refused}");
        conn.batch_execute("ROLLBACK").await.unwrap();
        // PostgreSQL computes the others.
        let columns = "SELECT string_agg(column_name, ', ') AS line FROM information_schema.columns WHERE is_generated = 'NEVER' AND table_name";
        let columns = lines(&mut conn, &format!("{columns} = '{table}'")).await.remove(0);
        let copy = format!("INSERT INTO {table} ({columns}) SELECT {columns} FROM c_{table}");
        let as_anna = format!(
            "BEGIN; SET LOCAL app.owner = {ANNA}; CREATE TEMP TABLE IF NOT EXISTS c_{table} AS SELECT * FROM {table}; COMMIT"
        );
        conn.batch_execute(&as_anna).await.unwrap();
        begin_as_ben(&mut conn).await;
        let refused = refusal(&mut conn, &copy).await;
        assert!(refused.contains("row-level security"), "{table}: {refused}");
        conn.batch_execute("ROLLBACK").await.unwrap();
        begin_as_ben(&mut conn).await;
        conn.batch_execute(&format!("DELETE FROM {table}; COMMIT")).await.unwrap();
        let left = db.number(&format!("SELECT count(*) AS n FROM {table} WHERE owner = {ANNA}")).await;
        assert_eq!(left, 1, "{table}");
    }
}

/// What is public and published is read in the transaction of any user, and changed in the owner's only.
#[tokio::test]
async fn published_assistants_are_read_by_users_and_changed_by_nobody_else() {
    let (db, _) = with_two_users().await;
    TestDatabase::execute(&db, "UPDATE assistants SET status = 'published'").await;
    let mut conn = db.as_server().conn().await;
    let everything = "SELECT count(*) AS n FROM assistants";
    assert_eq!(count(&mut conn, everything).await, 0, "without a user");
    begin_as_ben(&mut conn).await;
    assert_eq!(count(&mut conn, everything).await, 2);
    conn.batch_execute("UPDATE assistants SET title = 'ben was here'; DELETE FROM assistants; COMMIT").await.unwrap();
    let annas = format!("SELECT count(*) AS n FROM assistants WHERE owner = {ANNA} AND title = 't'");
    assert_eq!((db.number(&annas).await, db.number(everything).await), (1, 1));
    for hidden in
        ["is_public = false", "is_public = true, deleted_at = now()", "deleted_at = NULL, status = 'rejected'"]
    {
        TestDatabase::execute(&db, &format!("UPDATE assistants SET {hidden}")).await;
        begin_as_ben(&mut conn).await;
        assert_eq!(count(&mut conn, everything).await, 0, "{hidden}");
        conn.batch_execute("COMMIT").await.unwrap();
    }
}

#[tokio::test]
async fn jobs_role_sees_all_users_and_reads_no_content() {
    let (db, tables) = with_two_users().await;
    let mut conn = db.as_server().conn().await;
    let be_upkeep = "BEGIN; SET LOCAL ROLE landfall_jobs";
    conn.batch_execute(be_upkeep).await.unwrap();
    assert_eq!(count(&mut conn, "SELECT count(owner) AS n FROM chat_messages").await, 2);
    assert_eq!(count(&mut conn, "SELECT count(owner) AS n FROM asset_objects").await, 2);
    conn.batch_execute("COMMIT").await.unwrap();
    let forbidden = [
        "SELECT content FROM chat_messages",
        "SELECT title FROM chat_sessions",
        "SELECT data FROM projects",
        "SELECT value FROM records",
        "SELECT outcome FROM idempotency_records",
        "SELECT file_name FROM assets",
        "SELECT prompt FROM assistants",
        "SELECT prompt FROM list_assistants('review', NULL, NULL, NULL, 0, 0, 5)",
        "SELECT prompt FROM assistant_to_review('a-anna')",
        "SELECT value FROM import_rows",
        "SELECT email FROM \"user\"",
        "SELECT token_hash FROM session",
        "UPDATE asset_objects SET object_key = ''",
        "DELETE FROM chat_messages",
        "UPDATE user_version SET version = 9",
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

/// A client disconnects during a read. Its connection returns to the pool and is used by the next request.
#[tokio::test]
async fn cancelled_read_leaves_no_owner_on_its_connection() {
    let (db, _) = with_two_users().await;
    let url = db.as_server().url;
    let pool = Database::new(&url, &url, 1).unwrap();
    let all = "SELECT count(*) AS n FROM chat_messages";
    let see =
        async |mut conn: &AsyncPgConnection| diesel::sql_query(all).get_result::<Count>(&mut conn).await.unwrap().n;
    for _ in 0..20 {
        let (tell, told) = tokio::sync::oneshot::channel();
        let anna = OwnerId::of_authenticated(OwnerKey::new(ANNA), "anna");
        let endless = user_tx::read(&pool, &anna, async |reader| {
            let _ = tell.send(see(reader.parts().0).await);
            std::future::pending::<Result<(), ApiError>>().await
        });
        tokio::select! {
            _ = endless => panic!("it has no end"),
            seen = told => assert_eq!(seen, Ok(1)),
        }
        let mut conn = pool.conn().await.unwrap();
        assert_eq!(see(&conn).await, 0);
        // A write without an owner is visible to others at once.
        let job = "INSERT INTO job (id, kind, payload) VALUES (gen_random_uuid(), 'none', '{}')";
        conn.batch_execute(job).await.unwrap();
        drop(conn);
        let ben = OwnerId::of_authenticated(OwnerKey::new(BEN), "ben");
        assert_eq!(user_tx::read(&pool, &ben, async |reader| Ok(see(reader.parts().0).await)).await.ok(), Some(1));
    }
    assert_eq!(db.number("SELECT count(*) AS n FROM job").await, 20);
}
