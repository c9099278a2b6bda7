//! The database role of this connection. A server must not be able to change the schema, so that a break-in into the server can't either.

use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};

use super::{Database, DbError};

/// Lets the role `landfall_app` log in. This is for the embedded database; an operator does it elsewhere (docs/PROTECTION.md).
///
/// # Errors
/// A [`DbError`].
pub async fn allow_login(db: &Database) -> Result<(), DbError> {
    diesel::sql_query("ALTER ROLE landfall_app LOGIN").execute(&mut db.dedicated().await?).await?;
    Ok(())
}

/// True if this connection's role may change the schema, which only `landfall migrate` needs.
///
/// # Errors
/// A [`DbError`].
pub async fn can_change_schema(db: &Database) -> Result<bool, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        allowed: bool,
    }
    let mut conn = db.conn().await?;
    let sql = "SELECT has_schema_privilege('public', 'CREATE') OR pg_has_role(relowner, 'MEMBER') AS allowed
               FROM pg_class WHERE oid = 'user_version'::regclass";
    let row: Row = diesel::sql_query(sql).get_result(&mut conn).await?;
    Ok(row.allowed)
}

/// The migration that makes the roles, and where its statements for a database begin.
const MIGRATION: &str = include_str!("../../migrations/0012_roles_and_row_security/up.sql");
const TABLES_BEGIN: &str = "-- Rows of all tables";

/// Makes the roles that a dump names, as the migration does, and says whether they exist: the role of this connection may be unable to make them.
///
/// # Errors
/// A [`DbError`].
pub async fn ensure(conn: &mut AsyncPgConnection) -> Result<bool, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        there: bool,
    }
    conn.batch_execute(MIGRATION.split(TABLES_BEGIN).next().unwrap_or_default()).await?;
    let sql = "SELECT to_regrole('landfall_app') IS NOT NULL AND to_regrole('landfall_jobs') IS NOT NULL AS there";
    let row: Row = diesel::sql_query(sql).get_result(conn).await?;
    Ok(row.there)
}

#[cfg(test)]
mod tests {
    use super::{MIGRATION, TABLES_BEGIN};

    #[test]
    fn statements_for_the_roles_are_those_before_the_tables() {
        let (roles, tables) = MIGRATION.split_once(TABLES_BEGIN).unwrap_or_default();
        assert!(roles.contains("CREATE ROLE landfall_app") && roles.contains("CREATE ROLE landfall_jobs"));
        assert!(!roles.contains("SCHEMA") && tables.contains("ENABLE ROW LEVEL SECURITY"));
    }
}
