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
