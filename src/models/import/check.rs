//! The checks of staged rows. A row that can't be imported gets a `fault`, and later statements skip it. Each check is one statement over all rows of
//! a section. Checks against stored rows run under the user's lock.

use crate::db::UserTx;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{ImportStamp, SAME_NAME, SAME_ROW, SKIPPED, Staged, VALID};
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

    /// A condition: the document names the stored row `r`, whether its own row is imported or not.
    fn is_named(self) -> String {
        format!(
            "EXISTS (SELECT FROM import_rows n WHERE n.owner = $1 AND n.import_id = $2 AND n.section = '{}' AND n.id = r.id::text)",
            self.to
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

/// Marks rows with these ids that are stored with other content. Returns their number.
pub async fn mark_kept(tx: &mut UserTx, staged: Staged<'_>, ids: &[&'static str]) -> QueryResult<usize> {
    let table = staged.table;
    let mut marked = 0;
    for id in ids {
        let differs = format!(
            "s.id = '{id}' AND EXISTS (
                 SELECT FROM {} r WHERE {} AND r.id = s.id::{} AND r.deleted_at IS NULL AND ({}))",
            table.table.name,
            table.table.rows("r"),
            table.table.id_type,
            table.differs,
        );
        marked += mark(tx, staged, "id_conflict", "", &differs).await?;
    }
    Ok(marked)
}

/// Sets `fault` and its member in the rows at these places. Returns their number.
pub async fn mark_places(
    tx: &mut UserTx,
    staged: Staged<'_>,
    fault: &str,
    member: &str,
    places: &[i32],
) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    diesel::sql_query(format!(
        "UPDATE import_rows s SET fault = '{fault}', fault_member = '{member}' FROM unnest($4) AS n (place)
         WHERE {VALID} AND s.place = n.place"
    ))
    .bind::<BigInt, _>(owner.key())
    .bind::<SqlUuid, _>(staged.import)
    .bind::<Text, _>(staged.table.section)
    .bind::<Array<Integer>, _>(places)
    .execute(conn)
    .await
}

/// Marks rows whose id an earlier row of the document has. `mend`: a row that equals the earlier one has the fault [`SAME_ROW`]. Returns their number.
pub async fn mark_duplicate_ids(tx: &mut UserTx, staged: Staged<'_>, member: &str, mend: bool) -> QueryResult<usize> {
    let equal = "s.value = f.value AND s.unique_name IS NOT DISTINCT FROM f.unique_name
         AND (s.link_1, s.link_2, s.link_3, s.link_4) IS NOT DISTINCT FROM (f.link_1, f.link_2, f.link_3, f.link_4)";
    let sql = format!(
        "UPDATE import_rows s SET fault_member = '{member}',
             fault = CASE WHEN {mend} AND {equal} THEN '{SAME_ROW}' ELSE 'duplicate' END
         FROM (SELECT s.id, min(s.place) AS place FROM import_rows s WHERE {VALID} GROUP BY s.id HAVING count(*) > 1) AS first
             JOIN import_rows f ON f.owner = $1 AND f.import_id = $2 AND f.section = $3 AND f.place = first.place
         WHERE {VALID} AND s.id = first.id AND s.place > first.place"
    );
    staged.run(tx, ImportStamp::default(), sql).await
}

/// Marks rows whose required link has no target after the import. Returns their number.
pub async fn mark_missing(tx: &mut UserTx, staged: Staged<'_>, link: Link, fault: &str) -> QueryResult<usize> {
    let mut stored = link.is_stored("r.deleted_at IS NULL");
    if link.to_is_replaced {
        stored = link.is_stored(&format!("r.deleted_at IS NULL AND {}", link.is_named()));
    }
    let condition = format!("{} IS NOT NULL AND NOT {} AND NOT {stored}", link.column(), link.is_staged());
    mark(tx, staged, fault, link.member, &condition).await
}

/// Sets links of staged rows to null whose target is a tombstone or becomes one, as a delete of the target does. Returns the number of changed rows.
pub async fn unlink_deleted(tx: &mut UserTx, staged: Staged<'_>, link: Link) -> QueryResult<usize> {
    let deleted = link.is_stored("r.deleted_at IS NOT NULL");
    let mut changed = unlink_where(tx, staged, link, &deleted).await?;
    if link.to_is_replaced {
        // One statement with OR would be a nested loop.
        let unnamed = link.is_stored(&format!("r.deleted_at IS NULL AND NOT {}", link.is_named()));
        changed += unlink_where(tx, staged, link, &unnamed).await?;
    }
    Ok(changed)
}

async fn unlink_where(tx: &mut UserTx, staged: Staged<'_>, link: Link, deleted: &str) -> QueryResult<usize> {
    // Some kinds store the link only in its column.
    let member = staged.table.links.get(link.position).and_then(|stored| stored.member);
    let value = member.map(|member| format!(", value = jsonb_set(s.value, ARRAY['{member}'], 'null')"));
    let sql = format!(
        "UPDATE import_rows s SET link_{} = NULL{} WHERE {VALID} AND {} IS NOT NULL AND NOT {} AND {deleted}",
        link.position + 1,
        value.unwrap_or_default(),
        link.column(),
        link.is_staged()
    );
    staged.run(tx, ImportStamp::default(), sql).await
}

/// A row that is not imported as it is.
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
    /// The document or the database has the row already: [`SAME_ROW`] or [`SAME_NAME`].
    #[diesel(sql_type = Bool)]
    pub is_same: bool,
    /// The number of the section's rows with the same `is_same`.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// The first `limit` faults of each section and of both values of `is_same`, in the document's order. Rows that were staged as [`SKIPPED`] are left out.
pub async fn faults(tx: &mut UserTx, import: Uuid, limit: i64) -> QueryResult<Vec<Fault>> {
    let (conn, owner) = tx.parts();
    diesel::sql_query(format!(
        "SELECT * FROM (
             SELECT section, place, id, fault, fault_member AS member, is_same, count(*) OVER (PARTITION BY section, is_same) AS count,
                 row_number() OVER (PARTITION BY section, is_same ORDER BY place) AS nth
             FROM (SELECT *, fault IN ('{SAME_ROW}', '{SAME_NAME}') AS is_same FROM import_rows
                 WHERE owner = $1 AND import_id = $2 AND fault <> '{SKIPPED}') AS marked) AS faults
         WHERE nth <= $3 ORDER BY section, place"
    ))
    .bind::<BigInt, _>(owner.key())
    .bind::<SqlUuid, _>(import)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await
}
