//! What needs no cluster: the plan, the tables, and refusals on plain PostgreSQL.

use std::collections::BTreeSet;

use landfall::distribute::{DELEGATED, DISTRIBUTED, ON_COORDINATOR};
use secrecy::ExposeSecret as _;

use crate::support::{Process, TestDatabase, left_out_on_a_cluster};

#[tokio::test]
async fn plain_postgresql_is_refused_and_stays_as_it_is() {
    if left_out_on_a_cluster("its database is distributed already") {
        return;
    }
    let db = TestDatabase::migrated().await;
    let foreign_keys = "SELECT count(*) AS n FROM pg_constraint WHERE contype = 'f'";
    let before = db.number(foreign_keys).await;
    let settings = [("DATABASE_URL", db.url.expose_secret())];
    let (status, errors) = Process::run(&settings, &["distribute"]).await;
    assert_eq!(status.code(), Some(1));
    assert!(errors.contains("has no Citus: CREATE EXTENSION citus"), "{errors}");
    assert_eq!(db.number(foreign_keys).await, before);
}

#[tokio::test]
async fn schema_of_another_release_is_refused() {
    let db = TestDatabase::empty().await;
    let settings = [("DATABASE_URL", db.url.expose_secret())];
    let (status, errors) = Process::run(&settings, &["distribute"]).await;
    assert_eq!(status.code(), Some(1));
    assert!(errors.contains("run `landfall migrate` first"), "{errors}");
}

#[tokio::test]
async fn plan_is_printed_without_a_database() {
    let settings = [("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")];
    let (status, plan, errors) = Process::run_for_output(&settings, &["distribute", "--plan", "--shards", "64"]).await;
    assert!(status.success(), "{errors}");
    for expected in [
        "create_distributed_table('user_version', 'owner', shard_count => 64);",
        "create_distributed_table('import_rows', 'owner', colocate_with => 'user_version');",
        "ALTER DATABASE \"landfall\" SET citus.propagate_set_commands = 'local';",
        "proname = 'write_messages';",
        "assistants: ids are unique over all users",
        "truncate_local_data_after_distributing_table('user_version');\n",
    ] {
        assert!(plan.contains(expected), "{expected}\n{plan}");
    }
    let first = plan.find("'user_version', 'owner'").unwrap();
    assert!(first < plan.find("colocate_with").unwrap(), "the table of the shards comes first: {plan}");
}

#[tokio::test]
async fn every_table_and_function_has_a_place() {
    if left_out_on_a_cluster("its database is distributed already") {
        return;
    }
    let db = TestDatabase::migrated().await;
    let all = db.text("SELECT string_agg(tablename, ' ') AS sql FROM pg_tables WHERE schemaname = 'public'").await;
    let all: BTreeSet<&str> = all.split(' ').collect();
    let places: Vec<&str> =
        DISTRIBUTED.iter().map(|t| t.name).chain(ON_COORDINATOR.iter().map(|(name, _)| *name)).collect();
    assert_eq!(
        places.iter().copied().collect::<BTreeSet<_>>(),
        all,
        "a new table needs a line in src/distribute/tables.rs"
    );
    assert_eq!(places.len(), all.len(), "a table has one place");
    // What refers to a distributed table is distributed too.
    let keys = "SELECT coalesce(string_agg(conrelid::regclass || ' ' || confrelid::regclass, ','), '') AS sql FROM pg_constraint WHERE contype = 'f'";
    let is_distributed = |name: &str| DISTRIBUTED.iter().any(|table| table.name == name);
    let crossing: Vec<String> = db
        .text(keys)
        .await
        .split(',')
        .filter(|pair| pair.split_once(' ').is_some_and(|(from, to)| is_distributed(from) != is_distributed(to)))
        .map(str::to_owned)
        .collect();
    assert_eq!(crossing.len(), 2, "the plan replaces the foreign keys of user_version and assistants: {crossing:?}");
    for (name, parameter) in DELEGATED {
        let first = format!(
            "SELECT proargnames[1] AS sql FROM pg_proc WHERE proname = '{name}' AND pronamespace = 'public'::regnamespace"
        );
        assert_eq!(db.text(&first).await, *parameter, "{name}");
    }
}
