//! The checks of staged rows. A row that can't be imported gets a `fault`, and later statements skip it. Each check is one statement over all rows of
//! a section. Checks against stored rows run under the user's lock.

use crate::db::UserTx;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{ImportStamp, Staged, VALID};
use crate::models::synced_table::SyncedTable;

/// A member that refers to rows of `to`. `position` (from 0) is its index among the section's links.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    pub member: &'static str,
    pub position: usize,
    /// The name of the kind that the member refers to, and its table.
    pub to: &'static str,
    pub to_table: SyncedTable,
    /// The import deletes the stored rows of `to` that the document does not name.
    pub to_is_replaced: bool,
}

impl Link {
    fn column(self) -> String {
        format!("s.link_{}", self.position + 1)
    }

    /// A condition: the document has the target of the link.
    fn is_staged(self) -> String {
        format!(
            "EXISTS (SELECT FROM import_rows t WHERE t.owner = $1 AND t.import_id = $2 AND t.section = '{}' AND t.id = {} AND t.fault IS NULL)",
            self.to,
            self.column(),
        )
    }

    /// A condition: the target of the link is stored, and `how` holds for it (`r`).
    fn is_stored(self, how: &str) -> String {
        format!(
            "EXISTS (SELECT FROM {} r WHERE {} AND r.id = {} AND {how})",
            self.to_table.name,
            self.to_table.rows("r"),
            self.to_table.id(&self.column())
        )
    }
}

/// Sets `fault` and its member in the rows of the section for which `condition` holds. Returns their number.
pub async fn mark(
    tx: &mut UserTx,
    staged: Staged<'_>,
    fault: &str,
    member: &str,
    condition: &str,
) -> QueryResult<usize> {
    let sql = format!(
        "UPDATE import_rows s SET fault = '{fault}', fault_member = '{member}' WHERE {VALID} AND ({condition})"
    );
    staged.run(tx, ImportStamp::default(), sql).await
}

/// Marks all rows that have the same `column` as an earlier row.
async fn mark_repeats(
    tx: &mut UserTx,
    staged: Staged<'_>,
    column: &str,
    fault: &str,
    member: &str,
) -> QueryResult<usize> {
    // `IS TRUE` keeps the planner from a join. PostgreSQL has no statistics of rows that were just staged, and as the inner side of a nested loop all of
    // them would be sorted again for each row. With `IS TRUE` the subquery runs once, into a hash.
    let condition = format!(
        "(s.place IN (SELECT again.place FROM (
             SELECT s.place, row_number() OVER (PARTITION BY s.{column} ORDER BY s.place) AS nth
             FROM import_rows s WHERE {VALID} AND s.{column} IS NOT NULL) AS again WHERE again.nth > 1)) IS TRUE"
    );
    mark(tx, staged, fault, member, &condition).await
}

/// Marks rows whose id an earlier row of the document has. Returns their number.
pub async fn mark_duplicate_ids(tx: &mut UserTx, staged: Staged<'_>, member: &str) -> QueryResult<usize> {
    mark_repeats(tx, staged, "id", "duplicate", member).await
}

/// Marks rows whose unique name an earlier row of the document has. Returns their number.
pub async fn mark_duplicate_names(tx: &mut UserTx, staged: Staged<'_>, member: &str) -> QueryResult<usize> {
    mark_repeats(tx, staged, "unique_name", "duplicate_name", member).await
}

/// Marks rows whose required link has no target after the import. Returns their number.
pub async fn mark_missing(tx: &mut UserTx, staged: Staged<'_>, link: Link, fault: &str) -> QueryResult<usize> {
    let stored = if link.to_is_replaced { "false".to_owned() } else { link.is_stored("r.deleted_at IS NULL") };
    let condition = format!("{} IS NOT NULL AND NOT {} AND NOT {stored}", link.column(), link.is_staged());
    mark(tx, staged, fault, link.member, &condition).await
}

/// Sets links of staged rows to null whose target is a tombstone or becomes one, as a delete of the target does. Returns the number of changed rows.
pub async fn unlink_deleted(tx: &mut UserTx, staged: Staged<'_>, link: Link) -> QueryResult<usize> {
    let deleted = link.is_stored(if link.to_is_replaced { "true" } else { "r.deleted_at IS NOT NULL" });
    // Some kinds store the link only in its column.
    let value = staged.table.links.get(link.position).and_then(|stored| stored.unlink_value.as_ref());
    let value = value.map(|value| format!(", value = {value}")).unwrap_or_default();
    let sql = format!(
        "UPDATE import_rows s SET link_{} = NULL{value} WHERE {VALID} AND {} IS NOT NULL AND NOT {} AND {deleted}",
        link.position + 1,
        link.column(),
        link.is_staged()
    );
    staged.run(tx, ImportStamp::default(), sql).await
}

/// A row that can't be imported.
#[derive(Debug, QueryableByName)]
pub struct Fault {
    #[diesel(sql_type = Text)]
    pub section: String,
    #[diesel(sql_type = Integer)]
    /// The index (from 0) of the row in its section.
    pub place: i32,
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Text)]
    pub fault: String,
    #[diesel(sql_type = Text)]
    pub member: String,
    /// The number of faults in the row's section.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// The first `limit` faults of each section, in the document's order.
pub async fn faults(tx: &mut UserTx, import: Uuid, limit: i64) -> QueryResult<Vec<Fault>> {
    let (conn, owner) = tx.parts();
    diesel::sql_query(
        "SELECT * FROM (
             SELECT section, place, id, fault, fault_member AS member, count(*) OVER (PARTITION BY section) AS count,
                 row_number() OVER (PARTITION BY section ORDER BY place) AS nth
             FROM import_rows WHERE owner = $1 AND import_id = $2 AND fault IS NOT NULL) AS faults
         WHERE nth <= $3 ORDER BY section, place",
    )
    .bind::<BigInt, _>(owner.key())
    .bind::<SqlUuid, _>(import)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await
}
