//! The database role of this connection. A server must not be able to change the schema, so that a break-in into the server can't either.

use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl as _;

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
