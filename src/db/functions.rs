//! The database functions of the hot writes. Their text stands in files beside the migrations of their tables. A migration runs once; a function is
//! applied after the migrations, and again whenever its text changes, so that the file always shows what the database runs.
//!
//! A changed function keeps its name and its parameters while servers of the release before may still call it; otherwise it gets a new name
//! (docs/adr/0031).

use diesel::sql_types::{Binary, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use ring::digest::{SHA256, digest};

use super::DbError;
use super::catalog::has_table;

/// A function and the statement that makes it.
#[derive(Debug, Clone, Copy)]
pub struct DatabaseFunction {
    pub name: &'static str,
    /// One `CREATE OR REPLACE FUNCTION`.
    pub sql: &'static str,
}

/// All functions of this release.
pub const FUNCTIONS: &[DatabaseFunction] = &[
    DatabaseFunction {
        name: "assistant_to_review",
        sql: include_str!("../../migrations/0015_assistants/assistant_to_review.sql"),
    },
    DatabaseFunction {
        name: "assistants_condition",
        sql: include_str!("../../migrations/0015_assistants/assistants_condition.sql"),
    },
    DatabaseFunction {
        name: "count_assistants",
        sql: include_str!("../../migrations/0015_assistants/count_assistants.sql"),
    },
    DatabaseFunction {
        name: "list_assistants",
        sql: include_str!("../../migrations/0015_assistants/list_assistants.sql"),
    },
    DatabaseFunction { name: "store_project", sql: include_str!("../../migrations/0004_projects/store_project.sql") },
    DatabaseFunction {
        name: "taken_assistants",
        sql: include_str!("../../migrations/0015_assistants/taken_assistants.sql"),
    },
    DatabaseFunction { name: "write_messages", sql: include_str!("../../migrations/0003_chat/write_messages.sql") },
];

const RELEASE: &str = env!("CARGO_PKG_VERSION");

/// Applies the functions whose text is not the one that was applied last; their names. The caller holds the lock of migrations.
///
/// # Errors
/// Where a text is no valid SQL, or the database is away. A function is applied whole or not at all.
pub(super) async fn apply_changed(conn: &mut AsyncPgConnection) -> Result<Vec<String>, DbError> {
    let changed = changed(conn).await?;
    for function in &changed {
        apply(conn, function).await?;
    }
    Ok(changed.iter().map(|function| function.name.to_owned()).collect())
}

/// The functions whose text is not the one that was applied last. All of them where none was ever applied.
pub(super) async fn changed(conn: &mut AsyncPgConnection) -> Result<Vec<DatabaseFunction>, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Applied {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Binary)]
        sha256: Vec<u8>,
        #[diesel(sql_type = Text)]
        release: String,
    }
    if !has_table(conn, "schema_function").await? {
        return Ok(FUNCTIONS.to_vec());
    }
    let applied: Vec<Applied> =
        diesel::sql_query("SELECT name, sha256, release FROM schema_function").load(conn).await?;
    let is_current = |function: &&DatabaseFunction| {
        applied.iter().any(|row| {
            row.name == function.name && (row.sha256 == function.sha256() || is_later(&row.release, RELEASE))
        })
    };
    Ok(FUNCTIONS.iter().filter(|function| !is_current(function)).copied().collect())
}

impl DatabaseFunction {
    fn sha256(&self) -> Vec<u8> {
        digest(&SHA256, self.sql.as_bytes()).as_ref().to_vec()
    }
}

/// Replaces the function in place, which keeps what was granted on it. PostgreSQL refuses that where the result has changed: it is dropped before then.
async fn apply(conn: &mut AsyncPgConnection, function: &DatabaseFunction) -> Result<(), DbError> {
    let DatabaseFunction { name, sql } = function;
    // What has the name and other parameters is not replaced, and goes. `xmin` is the transaction that wrote a row.
    let drop_where = |condition: &str| {
        format!(
            "DO $do$ DECLARE f regprocedure; BEGIN
                 FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = '{name}' AND {condition} LOOP
                     EXECUTE format('DROP FUNCTION %s', f);
                 END LOOP;
             END $do$"
        )
    };
    let others = drop_where("xmin <> pg_current_xact_id()::xid");
    // PostgreSQL lets every role call a new function. Some have the rights of the tables' owner (docs/PROTECTION.md).
    let grant = format!(
        "DO $do$ DECLARE f regprocedure; BEGIN
             FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = '{name}' LOOP
                 EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
                 IF to_regrole('landfall_app') IS NOT NULL THEN EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO landfall_app', f); END IF;
             END LOOP;
         END $do$"
    );
    let record = format!(
        "INSERT INTO schema_function (name, sha256, release) VALUES ('{name}', '\\x{}', '{RELEASE}')
         ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, release = excluded.release, applied_at = excluded.applied_at",
        hex::encode(function.sha256())
    );
    // Statements that are sent together are one transaction.
    if conn.batch_execute(&format!("{sql};\n{others};\n{grant};\n{record}")).await.is_err() {
        let all = drop_where("true");
        conn.batch_execute(&format!("{all};\n{sql};\n{grant};\n{record}")).await?;
    }
    Ok(())
}

/// Whether `release` comes after `than`; both are like `1.20.3`.
fn is_later(release: &str, than: &str) -> bool {
    let numbers = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u64>>();
    numbers(release) > numbers(than)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn releases_are_compared_by_number() {
        assert!(is_later("0.10.0", "0.9.3") && is_later("1.0.0", "0.10.0"));
        assert!(!is_later("0.9.3", "0.9.3") && !is_later("0.9.2", "0.9.3"));
    }

    #[test]
    fn every_file_of_a_function_is_applied() {
        let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let folders = std::fs::read_dir(migrations).unwrap();
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
        let mut names: Vec<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "up.sql" && name != "down.sql")
            .collect();
        names.sort();
        assert_eq!(names, FUNCTIONS.iter().map(|function| format!("{}.sql", function.name)).collect::<Vec<_>>());
        for function in FUNCTIONS {
            let made = format!("CREATE OR REPLACE FUNCTION {}(", function.name);
            assert_eq!(function.sql.matches("CREATE OR REPLACE FUNCTION ").count(), 1, "{}", function.name);
            assert!(function.sql.contains(&made), "{}", function.name);
        }
    }
}
