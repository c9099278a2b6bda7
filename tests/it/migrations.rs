//! The schema: up, down, up again; and diesel's picture of it against PostgreSQL's.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use landfall::db::migrate;

use crate::support::TestDatabase;

#[tokio::test(flavor = "multi_thread")]
async fn every_migration_goes_up_and_down_again() {
    let db = TestDatabase::empty().await;
    let applied = migrate::run_pending(db.conn().await).await.unwrap();
    assert!(applied.len() >= 2);
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
    let rows: Vec<Column> = diesel::sql_query(sql).load(&mut db.conn().await).await.unwrap();
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
                "Array<Nullable<Text>>" => "_text".to_owned(),
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
