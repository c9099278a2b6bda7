//! What is mended in staged rows as sets: a name that is in use gets a number, and a row whose parent is not there goes to the top. The first rows are
//! returned for the report, and all are counted.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::{ImportNames, Staged, VALID, in_subquery};
use crate::db::UserTx;
use crate::json::DataLimits;

/// A mended row.
#[derive(Debug, QueryableByName)]
pub struct MendedRow {
    /// The index (from 0) of the row in its section.
    #[diesel(sql_type = Integer)]
    pub place: i32,
    #[diesel(sql_type = Text)]
    pub id: String,
    /// The number of rows that the statement mended.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// The number at the end of a name, as this module writes it.
const NUMBER: &str = r" \((\d{1,6})\)$";
/// The end of a statement whose `done` has the mended rows. As many rows as a report lists are read.
const FIRST: &str = "SELECT place, id, count(*) OVER () AS count FROM done ORDER BY place LIMIT 100";

/// Gives rows with the fault `duplicate_name` the name with the next free number ("Name (2)"), and removes the fault. A row that is stored under such a
/// name keeps it, so that a repeat changes nothing. Names that would be too long, and names of several members, stay faults.
pub async fn rename_duplicates(tx: &mut UserTx, staged: Staged<'_>) -> QueryResult<Vec<MendedRow>> {
    let Some(ImportNames { column, member: Some(member), .. }) = &staged.table.names else { return Ok(Vec::new()) };
    let table = staged.table.table;
    let base = |name: &str| format!("regexp_replace({name}, '{NUMBER}', '')");
    let sql = format!(
        "WITH used AS (
             SELECT {base_of_name} AS base, max(coalesce(substring(name FROM '{NUMBER}')::integer, 1)) AS number FROM (
                 SELECT s.unique_name AS name FROM import_rows s WHERE {VALID} AND s.unique_name IS NOT NULL
                 UNION ALL SELECT {column} FROM {name} r WHERE {rows} AND r.deleted_at IS NULL AND {column} IS NOT NULL
             ) AS names GROUP BY 1
         ), again AS (
             SELECT s.place, {base_of_staged} AS base, {column} AS kept
             FROM import_rows s LEFT JOIN {name} r ON {rows} AND r.id = s.id AND r.deleted_at IS NULL
                 AND {base_of_stored} = {base_of_staged} AND NOT EXISTS (
                     SELECT FROM import_rows v WHERE v.owner = $1 AND v.import_id = $2 AND v.section = $3 AND v.fault IS NULL
                     AND v.unique_name = {column})
             WHERE s.owner = $1 AND s.import_id = $2 AND s.section = $3 AND s.fault = 'duplicate_name'
         ), named AS (
             SELECT a.place, coalesce(a.kept, a.base || ' (' ||
                 coalesce(u.number, 1) + row_number() OVER (PARTITION BY a.base, a.kept IS NULL ORDER BY a.place) || ')') AS name
             FROM again a LEFT JOIN used u ON u.base = a.base
         ), done AS (
             UPDATE import_rows s SET fault = NULL, unique_name = n.name, value = jsonb_set(s.value, ARRAY['{member}'], {json_name})
             FROM named n WHERE s.owner = $1 AND s.import_id = $2 AND s.section = $3 AND s.place = n.place
             AND char_length(n.name) <= {most}
             RETURNING s.place, s.id
         ) {FIRST}",
        base_of_name = base("name"),
        base_of_staged = base("s.unique_name"),
        base_of_stored = base(column),
        name = table.name,
        rows = table.rows("r"),
        json_name = in_subquery("to_jsonb(n.name)"),
        most = DataLimits::NAME_CHARS,
    );
    let (conn, owner) = tx.parts();
    diesel::sql_query(sql)
        .bind::<BigInt, _>(owner.key())
        .bind::<SqlUuid, _>(staged.import)
        .bind::<Text, _>(staged.table.section)
        .load(conn)
        .await
}

/// Sets the link at `position` (from 0) of the rows at these places to null.
pub async fn unlink_places(
    tx: &mut UserTx,
    staged: Staged<'_>,
    position: usize,
    places: &[i32],
) -> QueryResult<Vec<MendedRow>> {
    // Some kinds store the link only in its column.
    let member = staged.table.links.get(position).and_then(|stored| stored.member);
    let value = member.map(|member| format!(", value = jsonb_set(s.value, ARRAY['{member}'], 'null')"));
    let sql = format!(
        "WITH done AS (
             UPDATE import_rows s SET link_{} = NULL{} FROM unnest($4) AS n (place) WHERE {VALID} AND s.place = n.place
             RETURNING s.place, s.id
         ) {FIRST}",
        position + 1,
        value.unwrap_or_default(),
    );
    let (conn, owner) = tx.parts();
    diesel::sql_query(sql)
        .bind::<BigInt, _>(owner.key())
        .bind::<SqlUuid, _>(staged.import)
        .bind::<Text, _>(staged.table.section)
        .bind::<Array<Integer>, _>(places)
        .load(conn)
        .await
}
