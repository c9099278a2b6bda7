//! The schema: up, down, up again; functions whose text changes; databases from before the first release; and diesel's tables against PostgreSQL's.

use diesel::prelude::*;
use diesel_async::SimpleAsyncConnection as _;
use landfall::db::functions::FUNCTIONS;
use landfall::db::migrate;
use secrecy::ExposeSecret as _;

use crate::support::{Process, TestDatabase, free_port};

#[tokio::test(flavor = "multi_thread")]
async fn every_migration_goes_up_and_down_again() {
    let db = TestDatabase::empty().await;
    let applied = migrate::run_pending(db.conn().await).await.unwrap();
    assert!(applied.len() >= 2 + FUNCTIONS.len(), "{applied:?}");
    assert_eq!(migrate::count_pending(db.conn().await).await.unwrap(), 0);
    assert_eq!(migrate::run_pending(db.conn().await).await.unwrap(), Vec::<String>::new());

    migrate::revert_all(db.conn().await).await.unwrap();
    let left = "SELECT count(*) AS n FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                WHERE s.nspname = 'public' AND c.relkind = 'r' AND c.relname <> '__diesel_schema_migrations'";
    assert_eq!(db.number(left).await, 0);
    let functions = "SELECT count(*) AS n FROM pg_proc WHERE pronamespace = 'public'::regnamespace";
    assert_eq!(db.number(functions).await, 0);
    assert_eq!(migrate::run_pending(db.conn().await).await.unwrap(), applied);
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_together_migrate_once() {
    let db = TestDatabase::empty().await;
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { migrate::run_pending(db.conn().await).await.unwrap().len() })
        })
        .collect();
    let mut counts = Vec::new();
    for start in starts {
        counts.push(start.await.unwrap());
    }
    counts.sort_unstable();
    assert!(counts[3] >= 2 && counts[..3] == [0, 0, 0], "{counts:?}");
}

/// The text of the functions with this name, in one.
async fn text_of(db: &TestDatabase, name: &str) -> String {
    db.text(&format!("SELECT string_agg(pg_get_functiondef(oid), '') AS sql FROM pg_proc WHERE proname = '{name}'"))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn function_is_applied_again_when_its_text_changes() {
    let db = TestDatabase::migrated().await;
    let text = text_of(&db, "store_project").await;
    // As the release before would have left it: another text, and its hash.
    let other = text.replace("'Untitled'", "'Unnamed'");
    assert_ne!(other, text);
    db.conn().await.batch_execute(&other).await.unwrap();
    db.execute("UPDATE schema_function SET sha256 = sha256('other') WHERE name = 'store_project'").await;

    assert_eq!(migrate::count_pending(db.conn().await).await.unwrap(), 1);
    assert_eq!(migrate::count_pending(db.as_server().conn().await).await.unwrap(), 1, "the server's role sees it too");
    assert_eq!(migrate::run_pending(db.conn().await).await.unwrap(), ["store_project"]);
    assert_eq!(text_of(&db, "store_project").await, text);
    assert_eq!(migrate::count_pending(db.conn().await).await.unwrap(), 0);
    assert_eq!(migrate::run_pending(db.conn().await).await.unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn function_with_other_parameters_or_another_result_is_replaced() {
    let db = TestDatabase::migrated().await;
    let text = text_of(&db, "store_project").await;
    let others = [
        "CREATE FUNCTION store_project(p_owner bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION store_project(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
        // The same parameters with another result can't be replaced in place.
        "DO $$ DECLARE f text := (SELECT oid::regprocedure FROM pg_proc WHERE proname = 'store_project'); BEGIN
             EXECUTE 'DROP FUNCTION ' || f;
             EXECUTE 'CREATE FUNCTION ' || f || ' RETURNS bigint LANGUAGE sql RETURN 1';
         END $$",
    ];
    for other in others {
        db.execute(other).await;
        assert_ne!(text_of(&db, "store_project").await, text, "{other}");
        db.execute("UPDATE schema_function SET sha256 = '' WHERE name = 'store_project'").await;
        assert_eq!(migrate::run_pending(db.conn().await).await.unwrap(), ["store_project"], "{other}");
        assert_eq!(text_of(&db, "store_project").await, text, "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn function_of_a_later_release_stays() {
    let db = TestDatabase::migrated().await;
    db.execute("UPDATE schema_function SET sha256 = '', release = '999.0.0' WHERE name = 'store_project'").await;
    assert_eq!(migrate::count_pending(db.conn().await).await.unwrap(), 0);
    assert_eq!(migrate::run_pending(db.conn().await).await.unwrap(), Vec::<String>::new());
}

/// Every command says what to do, and changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn database_from_before_the_first_release_is_refused() {
    let db = TestDatabase::empty().await;
    let as_diesel_makes_it = "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now())";
    db.execute(as_diesel_makes_it).await;
    db.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('20261121000001'), ('20261121000002')").await;
    let commands: [&[&str]; 8] = [
        &[],
        &["migrate"],
        &["restore"],
        &["sweep"],
        &["jobs"],
        &["keys", "rotate"],
        &["admin", "grant", "anna@example.com"],
        &["admin", "revoke", "anna@example.com"],
    ];
    for migrate_at_boot in ["true", "false"] {
        for arguments in commands {
            let data = tempfile::tempdir().unwrap();
            let port = free_port().to_string();
            let settings = [
                ("PORT", port.as_str()),
                ("DATABASE_URL", db.url.expose_secret()),
                ("LANDFALL_MIGRATE", migrate_at_boot),
                ("LANDFALL_DATA", data.path().to_str().unwrap()),
            ];
            let (status, text) = Process::run(&settings, arguments).await;
            assert_eq!(status.code(), Some(1), "{arguments:?}: {text}");
            let sentence = text.lines().last().unwrap_or_default();
            let expected = "landfall: This database was made by a development version of Landfall from before the first release: \
                            remove it (in development: the folder .landfall) and start again.";
            assert_eq!(sentence, expected, "{arguments:?}: {text}");
        }
    }
    let tables = "SELECT count(*) AS n FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    assert_eq!(db.number(tables).await, 1);
}

#[derive(QueryableByName, Debug, PartialEq)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

#[tokio::test]
async fn schema_rs_is_what_postgresql_has() {
    let db = TestDatabase::migrated().await;
    let source = include_str!("../../src/schema.rs");
    // The tables that schema.rs declares, as "table column type nullable".
    let sql = "SELECT table_name || ' ' || column_name || ' ' || udt_name || ' ' || is_nullable AS line
               FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";
    let rows: Vec<Column> =
        diesel_async::RunQueryDsl::load(diesel::sql_query(sql), &mut db.conn().await).await.unwrap();
    let mut declared = Vec::new();
    for block in source.split("diesel::table! {").skip(1) {
        let table = block.split('(').next().unwrap().trim();
        for line in block.lines().take_while(|line| *line != "}").filter(|line| line.contains(" -> ")) {
            let (name, kind) = line.trim().trim_end_matches(',').split_once(" -> ").unwrap();
            let (kind, nullable) = match kind.strip_prefix("Nullable<") {
                Some(inner) => (inner.trim_end_matches('>'), "YES"),
                None => (kind, "NO"),
            };
            let kind = match kind {
                "BigInt" => "int8".to_owned(),
                "Array<Nullable<Text>>" | "Array<Text>" => "_text".to_owned(),
                other => other.to_lowercase(),
            };
            declared.push(format!("{table} {name} {kind} {nullable}"));
        }
    }
    let tables: Vec<&str> = declared.iter().filter_map(|line| line.split(' ').next()).collect();
    let real: Vec<String> =
        rows.into_iter().map(|row| row.line).filter(|line| tables.contains(&line.split(' ').next().unwrap())).collect();
    declared.sort();
    let mut sorted = real;
    sorted.sort();
    assert_eq!(declared, sorted);
}
