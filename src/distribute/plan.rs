//! The statements that distribute the tables, in their order.

use super::tables::{DELEGATED, DISTRIBUTED, FIRST, ON_COORDINATOR};

/// Settings of the database, and why.
pub const SETTINGS: &[(&str, &str, &str)] = &[
    ("citus.propagate_set_commands", "local", "row-level security on a worker reads the owner of the transaction"),
    ("citus.enable_unsafe_triggers", "on", "the triggers that count rows write to the shard of the same owner"),
];

/// The role that jobs take on. The coordinator connects to workers as the role of the transaction.
pub const JOBS_LOGIN: &str = "ALTER ROLE landfall_jobs LOGIN";

/// One shard after the other, so that a transaction may change shards and then what refers to them. Rows that are copied to shards are counted already.
pub const BEGIN: &[&str] =
    &["SET LOCAL citus.multi_shard_modify_mode = 'sequential'", "SET LOCAL app.counts_rows = 'off'"];

/// What the coordinator needs before tables are distributed. A foreign key can't lead from a distributed table to one of the coordinator or back, so a
/// trigger deletes the rows of a deleted user, with the rights of the transaction: Citus allows one role to change a shard in a transaction.
pub const PREPARE: &[&str] = &[
    "ALTER TABLE user_version DROP CONSTRAINT IF EXISTS user_version_owner_fkey",
    "ALTER TABLE assistants DROP CONSTRAINT IF EXISTS assistants_owner_fkey",
    "CREATE OR REPLACE FUNCTION delete_user_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM assistants WHERE owner = OLD.key;
    DELETE FROM user_version WHERE owner = OLD.key;
    RETURN NULL;
END $$",
    "CREATE OR REPLACE TRIGGER user_has_rows AFTER DELETE ON \"user\" FOR EACH ROW EXECUTE FUNCTION delete_user_rows()",
    "ALTER TABLE day_writes ALTER COLUMN part TYPE bigint",
    "CREATE OR REPLACE TRIGGER keep_day_writes AFTER UPDATE ON user_version
    FOR EACH ROW WHEN (OLD.write_day <> NEW.write_day AND OLD.day_writes > 0) EXECUTE FUNCTION keep_day_writes('owner')",
    "CREATE OR REPLACE TRIGGER keep_day_writes_of_deleted AFTER DELETE ON user_version
    FOR EACH ROW WHEN (OLD.day_writes > 0) EXECUTE FUNCTION keep_day_writes('owner')",
];

/// Distributes one table. `shards` counts for the first one; the others have as many.
pub fn distribute(name: &str, column: &str, shards: u32) -> String {
    match name {
        FIRST => format!("SELECT create_distributed_table('{name}', '{column}', shard_count => {shards})"),
        _ => format!("SELECT create_distributed_table('{name}', '{column}', colocate_with => '{FIRST}')"),
    }
}

/// Removes the rows that the coordinator still has of a table after its shards have them.
pub fn empty_local(name: &str) -> String {
    format!("SELECT truncate_local_data_after_distributing_table('{name}')")
}

/// Lets a function run on the worker of its owner, in a transaction too. Its statements concern one owner, and are local there.
pub fn delegate(name: &str, parameter: &str) -> String {
    format!(
        "SELECT create_distributed_function(oid::regprocedure, '{parameter}', colocate_with => '{FIRST}', force_delegation => true)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = '{name}'"
    )
}

/// A setting of the database. Citus carries it to the workers.
pub fn set(database: &str, name: &str, value: &str) -> String {
    format!("ALTER DATABASE \"{}\" SET {name} = '{value}'", database.replace('"', "\"\""))
}

/// The plan as text, for a database `landfall` that has `shards` shards of each table.
pub fn describe(shards: u32) -> String {
    let mut text = String::from("Distributed by owner, on the workers:\n");
    for table in DISTRIBUTED {
        text += &format!("  {} ({})\n", table.name, table.column);
    }
    text += "\nOn the coordinator:\n";
    for (name, reason) in ON_COORDINATOR {
        text += &format!("  {name}: {reason}\n");
    }
    text += "\nFunctions that run on the worker of their owner:\n";
    for (name, parameter) in DELEGATED {
        text += &format!("  {name} ({parameter})\n");
    }
    text += "\nSettings of the database:\n";
    for (name, value, reason) in SETTINGS {
        text += &format!("  {name} = {value}: {reason}\n");
    }
    let before = [JOBS_LOGIN.to_owned()].into_iter();
    let before = before.chain(SETTINGS.iter().map(|(name, value, _)| set("landfall", name, value)));
    let together = BEGIN.iter().chain(PREPARE).map(|sql| (*sql).to_owned());
    let together = together.chain(DISTRIBUTED.iter().map(|table| distribute(table.name, table.column, shards)));
    let together = together.chain(DELEGATED.iter().map(|(name, parameter)| delegate(name, parameter)));
    let after = DISTRIBUTED.iter().rev().map(|table| empty_local(table.name));
    text += &section("Before", before);
    text += &section("In one transaction", together);
    text + &section("After", after)
}

fn section(title: &str, statements: impl Iterator<Item = String>) -> String {
    let mut text = format!("\n-- {title}\n");
    for sql in statements {
        text += &format!("{sql};\n");
    }
    text
}
