//! The writes of an import: one statement for all rows of a section. The caller holds the user's lock and has checked the rows. Rows that are stored
//! with the same content are not changed.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::{Count, ImportStamp, Staged, VALID};
use crate::db::UserTx;
use crate::models::synced_table::SyncedTable;

/// Deletes the stored rows that the document does not name, except those with an id of `kept`. Returns their number.
pub async fn soft_delete_unnamed(
    tx: &mut UserTx,
    staged: Staged<'_>,
    kept: &[&'static str],
    stamp: ImportStamp,
) -> QueryResult<usize> {
    let table = staged.table;
    let others: String = kept.iter().map(|id| format!(" AND r.id::text <> '{id}'")).collect();
    let sql = format!(
        "UPDATE {} r SET {} WHERE {} AND r.deleted_at IS NULL{others} AND NOT EXISTS (
             SELECT FROM import_rows s WHERE s.owner = $1 AND s.import_id = $2 AND s.section = $3 AND s.id = r.id::text)",
        table.table.name,
        table.soft_delete,
        table.table.rows("r"),
    );
    staged.run(tx, stamp, sql).await
}

/// Updates the stored rows that are deleted or have other content. Returns their number.
pub async fn update(tx: &mut UserTx, staged: Staged<'_>, stamp: ImportStamp) -> QueryResult<usize> {
    let table = staged.table;
    let sql = format!(
        "UPDATE {} r SET {} FROM import_rows s WHERE {VALID} AND {} AND r.id = s.id::{} AND (r.deleted_at IS NOT NULL OR {})",
        table.table.name,
        table.update,
        table.table.rows("r"),
        table.table.id_type,
        table.differs,
    );
    staged.run(tx, stamp, sql).await
}

/// Inserts the rows that are not stored. Returns their number.
pub async fn insert(tx: &mut UserTx, staged: Staged<'_>, stamp: ImportStamp) -> QueryResult<usize> {
    let table = staged.table;
    // The insert is a part of the statement and not the statement itself: a cluster would send the rows of that by COPY, which row-level security refuses.
    let sql = format!(
        "WITH inserted AS (
             INSERT INTO {name} (owner, {}) SELECT s.owner, {} FROM import_rows s
             WHERE {VALID} AND NOT EXISTS (SELECT FROM {name} r WHERE {} AND r.id = s.id::{}) RETURNING 1
         ) SELECT count(*) AS n FROM inserted",
        table.columns,
        table.values,
        table.table.rows("r"),
        table.table.id_type,
        name = table.table.name,
    );
    let (conn, owner) = tx.parts();
    let inserted: Count = diesel::sql_query(sql)
        .bind::<BigInt, _>(owner.key())
        .bind::<SqlUuid, _>(staged.import)
        .bind::<Text, _>(staged.table.section)
        .bind::<BigInt, _>(stamp.version)
        .bind::<BigInt, _>(stamp.first_position)
        .get_result(conn)
        .await?;
    Ok(inserted.n as usize)
}

/// Deletes the rows of the section whose link at `position` is a row of `parent` that was deleted with this stamp. Returns
/// their number.
pub async fn soft_delete_parts(
    tx: &mut UserTx,
    staged: Staged<'_>,
    position: usize,
    parent: SyncedTable,
    stamp: ImportStamp,
) -> QueryResult<usize> {
    let soft_delete = staged.table.soft_delete;
    update_referring(tx, staged, position, parent, soft_delete, stamp).await
}

/// Unlinks the rows of the section whose link at `position` is a row of `target` that was deleted with this stamp. Returns
/// their number.
pub async fn unlink(
    tx: &mut UserTx,
    staged: Staged<'_>,
    position: usize,
    target: SyncedTable,
    stamp: ImportStamp,
) -> QueryResult<usize> {
    let Some(link) = staged.table.links.get(position) else { return Ok(0) };
    update_referring(tx, staged, position, target, &link.unlink, stamp).await
}

async fn update_referring(
    tx: &mut UserTx,
    staged: Staged<'_>,
    position: usize,
    target: SyncedTable,
    set: &str,
    stamp: ImportStamp,
) -> QueryResult<usize> {
    let Some(link) = staged.table.links.get(position) else { return Ok(0) };
    // A link of another type than the ids is compared as text.
    let id = if link.is_text && target.id_type != "text" { "p.id::text" } else { "p.id" };
    let table = staged.table.table;
    let sql = format!(
        "UPDATE {} r SET {set} FROM {} p WHERE {} AND r.deleted_at IS NULL AND {id} = {} AND {} AND p.version = $4 AND p.deleted_at IS NOT NULL",
        table.name,
        target.name,
        table.rows("r"),
        link.column,
        target.rows("p"),
    );
    staged.run(tx, stamp, sql).await
}
