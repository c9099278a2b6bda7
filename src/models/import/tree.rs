//! Links of a section to itself, as numbers: chains of any length are followed in memory, one pass over four bytes for each row. A statement that follows
//! them level by level would read all rows once for each level.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::{ImportStamp, Staged, VALID};
use crate::db::UserTx;

/// A row and what it needs.
#[derive(Debug, Clone, Copy, QueryableByName)]
pub struct Edge {
    /// The place of a staged row. Higher numbers are stored rows.
    #[diesel(sql_type = Integer)]
    pub number: i32,
    /// The number of the row that it needs. -1: none. -2: a row that is not there.
    #[diesel(sql_type = Integer)]
    pub need: i32,
    /// A stored row stays in its place if it can't be imported. Without `replace` stored rows stay, and so do the rows that they need.
    #[diesel(sql_type = Bool)]
    pub has_stored: bool,
}

/// The edges that `sql` returns. `$1` to `$3` are those of [`Staged::run`], `$4` is `number`.
pub(super) async fn edges(tx: &mut UserTx, staged: Staged<'_>, sql: String, number: i64) -> QueryResult<Vec<Edge>> {
    let (conn, owner) = tx.parts();
    diesel::sql_query(sql)
        .bind::<BigInt, _>(owner.key())
        .bind::<SqlUuid, _>(staged.import)
        .bind::<Text, _>(staged.table.section)
        .bind::<BigInt, _>(number)
        .load(conn)
        .await
}

/// The rows of a section as they will be after the import, each with the row that its link at `position` (from 0) refers to: staged rows by their places,
/// then stored rows from `rows`, the number of places, on. `replaced`: stored rows that the document does not name are deleted.
pub async fn tree_edges(
    tx: &mut UserTx,
    staged: Staged<'_>,
    position: usize,
    rows: u64,
    replaced: bool,
) -> QueryResult<Vec<Edge>> {
    let Some(link) = staged.table.links.get(position) else { return Ok(Vec::new()) };
    let table = staged.table.table;
    let named = "EXISTS (SELECT FROM import_rows n WHERE n.owner = $1 AND n.import_id = $2 AND n.section = $3 AND n.id = r.id::text)";
    let sql = format!(
        "WITH stored AS (
             SELECT r.id::text AS id, ({column})::text AS need, row_number() OVER () - 1 AS nth FROM {name} r
             WHERE {mine} AND r.deleted_at IS NULL AND NOT EXISTS (
                 SELECT FROM import_rows t WHERE t.owner = $1 AND t.import_id = $2 AND t.section = $3 AND t.id = r.id::text
                 AND t.fault IS NULL) {kept}
         ), node AS MATERIALIZED (
             SELECT s.place AS number, s.id, s.link_{link} AS need, {has_stored} FROM import_rows s {join} WHERE {VALID}
             UNION ALL SELECT ($4 + nth)::integer, id, need, false FROM stored
         )
         SELECT c.number, CASE WHEN c.need IS NULL THEN -1 ELSE coalesce(p.number, -2) END AS need, c.has_stored
         FROM node c LEFT JOIN node p ON p.id = c.need",
        column = link.column,
        name = table.name,
        mine = table.rows("r"),
        has_stored = if replaced { "false AS has_stored" } else { "k.id IS NOT NULL AS has_stored" },
        join = match replaced {
            true => String::new(),
            false => format!(
                "LEFT JOIN {} k ON {} AND k.deleted_at IS NULL AND k.id::text = s.id",
                table.name,
                table.rows("k")
            ),
        },
        kept = if replaced { format!("AND {named}") } else { String::new() },
        link = position + 1,
    );
    edges(tx, staged, sql, rows as i64).await
}

/// Numbers the living rows of a section and those that were deleted with the version `$4`.
fn numbered(staged: Staged<'_>, column: &str) -> String {
    let table = staged.table.table;
    format!(
        "node AS MATERIALIZED (
             SELECT r.id, ({column})::text AS need, r.deleted_at IS NOT NULL AS is_deleted, (row_number() OVER (ORDER BY r.id) - 1)::integer AS number
             FROM {} r WHERE {} AND (r.deleted_at IS NULL OR r.version = $4)
         )",
        table.name,
        table.rows("r"),
    )
}

/// The stored rows of a section, living or deleted with this stamp, each with the row that its link at `position` refers to. A deleted row is -2.
pub async fn stored_edges(
    tx: &mut UserTx,
    staged: Staged<'_>,
    position: usize,
    stamp: ImportStamp,
) -> QueryResult<Vec<Edge>> {
    let Some(link) = staged.table.links.get(position) else { return Ok(Vec::new()) };
    let sql = format!(
        "WITH {}
         SELECT c.number, CASE WHEN c.is_deleted THEN -2 ELSE coalesce(p.number, -1) END AS need, false AS has_stored
         FROM node c LEFT JOIN node p ON p.id::text = c.need WHERE $2 IS NOT NULL AND $3 IS NOT NULL",
        numbered(staged, &link.column),
    );
    edges(tx, staged, sql, stamp.version).await
}

/// Deletes the living rows with these numbers of [`stored_edges`]. Returns how many.
pub async fn soft_delete_numbers(
    tx: &mut UserTx,
    staged: Staged<'_>,
    position: usize,
    stamp: ImportStamp,
    numbers: &[i32],
) -> QueryResult<usize> {
    let Some(link) = staged.table.links.get(position) else { return Ok(0) };
    let table = staged.table.table;
    let sql = format!(
        "WITH {}
         UPDATE {} r SET {} FROM node JOIN unnest($5) AS n (number) ON n.number = node.number
         WHERE {} AND r.id = node.id AND r.deleted_at IS NULL AND $2 IS NOT NULL AND $3 IS NOT NULL",
        numbered(staged, &link.column),
        table.name,
        staged.table.soft_delete,
        table.rows("r"),
    );
    let (conn, owner) = tx.parts();
    diesel::sql_query(sql)
        .bind::<BigInt, _>(owner.key())
        .bind::<SqlUuid, _>(staged.import)
        .bind::<Text, _>(staged.table.section)
        .bind::<BigInt, _>(stamp.version)
        .bind::<Array<Integer>, _>(numbers)
        .execute(conn)
        .await
}
