//! What the database has.

use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::DbError;

pub(super) async fn has_table(conn: &mut AsyncPgConnection, name: &str) -> Result<bool, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        there: bool,
    }
    let query = diesel::sql_query("SELECT to_regclass($1) IS NOT NULL AS there").bind::<Text, _>(name);
    let row: Row = query.get_result(conn).await?;
    Ok(row.there)
}

/// Whether the schema `public` has no tables, but those of extensions.
///
/// # Errors
/// A [`DbError`].
pub async fn is_empty(conn: &mut AsyncPgConnection) -> Result<bool, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        empty: bool,
    }
    let sql = "SELECT NOT EXISTS (
                   SELECT FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')) AS empty";
    let row: Row = diesel::sql_query(sql).get_result(conn).await?;
    Ok(row.empty)
}
