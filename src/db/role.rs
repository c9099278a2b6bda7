//! As whom we are connected. A server that could change tables would give an intruder that power too.

use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl as _;

use super::{Database, DbError};

/// Lets the server's role log in. Whose database it is, an operator does this (docs/PROTECTION.md).
pub async fn let_in(db: &Database) -> Result<(), DbError> {
    diesel::sql_query("ALTER ROLE landfall_app LOGIN").execute(&mut db.dedicated().await?).await?;
    Ok(())
}

/// Whether this connection's role may change the schema, which only `landfall migrate` needs.
pub async fn can_change_schema(db: &Database) -> Result<bool, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        allowed: bool,
    }
    let mut conn = db.conn().await?;
    let sql = "SELECT has_schema_privilege('public', 'CREATE') OR pg_has_role(relowner, 'MEMBER') AS allowed
               FROM pg_class WHERE oid = 'space'::regclass";
    let row: Row = diesel::sql_query(sql).get_result(&mut conn).await?;
    Ok(row.allowed)
}
