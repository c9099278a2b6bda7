//! Imports and their staged rows. Rules of collections are arguments: names and members come from their declarations, never from a request.

mod check;
mod mend;
mod names;
mod sql;
mod tree;
mod write;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use uuid::Uuid;

use super::synced_table::SyncedTable;
use crate::db::{UserConn, UserReader, UserTx};
use crate::json::Timestamp;

pub use check::{Fault, Link, faults, mark, mark_duplicate_ids, mark_kept, mark_missing, mark_places, unlink_deleted};
pub use mend::{MendedRow, rename_duplicates, unlink_places};
pub use names::{mark_duplicate_names, mark_same_names, name_edges, relink};
pub(in crate::models) use sql::{VALID, in_subquery};
pub use tree::{Edge, soft_delete_numbers, stored_edges, tree_edges};
pub use write::{insert, soft_delete_parts, soft_delete_unnamed, unlink, update};

/// A row that passed the checks of its own content.
#[derive(Debug)]
pub struct StagedRow {
    pub id: String,
    /// JSON text.
    pub value: String,
    pub unique_name: Option<String>,
    /// The ids that the row refers to, in the order of the section's references. At most four.
    pub links: Vec<Option<String>>,
}

/// A reference of a section's rows.
#[derive(Debug, Clone)]
pub struct ImportLink {
    /// The expression of the link in the stored row `r`.
    pub column: String,
    /// Whether that column is text.
    pub is_text: bool,
    /// The assignments of an unlink in a stored row `r`.
    pub unlink: String,
    /// The member of a staged value that holds the link too. `None` where the value does not hold it.
    pub member: Option<&'static str>,
}

/// The unique names of a section whose stored rows may change or free them. Ids are text.
#[derive(Debug, Clone)]
pub struct ImportNames {
    /// The expression of the name in the stored row `r`.
    pub column: String,
    /// The expression of the value in the stored row `r`.
    pub value: String,
    /// The expression of the name in the staged row `s`, from its value.
    pub of_value: String,
    /// The member with the id.
    pub id_member: &'static str,
    /// The member with the name, if it is a text of its own that may be changed. `None`: the name is made of several members or of links.
    pub member: Option<&'static str>,
}

impl ImportNames {
    /// A condition: both values are equal, except for the id and times.
    fn is_same(&self, one: &str, other: &str) -> String {
        let rest = |value: &str| format!("({value} - ARRAY['{}', 'createdAt', 'updatedAt'])", self.id_member);
        format!("{} = {}", rest(one), rest(other))
    }
}

/// The fault of a row that was not valid when it was read.
pub const SKIPPED: &str = "skipped";
/// The fault of a row that equals an earlier row of the same id.
pub const SAME_ROW: &str = "same_row";
/// The fault of a row that equals a row of the same name. Its value is the id of that row.
pub const SAME_NAME: &str = "same_name";

/// How the staged rows of a section are stored. All members are SQL from declarations: `r` is a stored row, `s` a staged one, `$3` the
/// section, `$4` the version, `$5` the first position of the version.
#[derive(Debug, Clone)]
pub struct ImportTable {
    pub section: &'static str,
    pub table: SyncedTable,
    /// The assignments of a soft delete.
    pub soft_delete: &'static str,
    /// The assignments of an update.
    pub update: String,
    /// A condition: the stored row and the staged row have different content.
    pub differs: String,
    /// The columns of an insert except the owner, and their values.
    pub columns: &'static str,
    pub values: String,
    /// In the order of the kind's references.
    pub links: Vec<ImportLink>,
    /// `None`: rows have no unique name, or the kind checks names against stored rows itself.
    pub names: Option<ImportNames>,
}

/// One section of one import.
#[derive(Debug, Clone, Copy)]
pub struct Staged<'a> {
    pub import: Uuid,
    pub table: &'a ImportTable,
}

/// The version and the positions of the rows that an import writes.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImportStamp {
    pub version: i64,
    /// The first position of the versions that the import uses.
    pub first_position: i64,
}

impl Staged<'_> {
    /// Runs a statement whose text comes from declarations, and returns the number of its rows. `$1` is the owner, `$2` the import, `$3` the section,
    /// `$4` and `$5` the stamp.
    pub(in crate::models) async fn run(self, tx: &mut UserTx, stamp: ImportStamp, sql: String) -> QueryResult<usize> {
        let (conn, owner) = tx.parts();
        diesel::sql_query(sql)
            .bind::<BigInt, _>(owner.key())
            .bind::<SqlUuid, _>(self.import)
            .bind::<Text, _>(self.table.section)
            .bind::<BigInt, _>(stamp.version)
            .bind::<BigInt, _>(stamp.first_position)
            .execute(conn)
            .await
    }
}

/// Begins an import. Returns false while another import of the user runs. An import without a change for two minutes is replaced.
pub async fn begin(user: UserConn<'_>, import: Uuid) -> QueryResult<bool> {
    let (conn, owner) = user.parts();
    let begun = diesel::sql_query(
        "INSERT INTO imports AS i (owner, id, phase) VALUES ($1, $2, 'reading')
         ON CONFLICT (owner) DO UPDATE SET id = excluded.id, phase = 'reading', row_count = 0, started_at = excluded.started_at,
             touched_at = excluded.touched_at
         WHERE excluded.touched_at - i.touched_at > interval '2 minutes'",
    )
    .bind::<BigInt, _>(owner.key())
    .bind::<SqlUuid, _>(import)
    .execute(conn)
    .await?;
    Ok(begun == 1)
}

/// Adds rows of a section. `places` are their indexes in the section, and `skipped` says which of them get the fault [`SKIPPED`], one for each row.
/// Returns false if the import was replaced or removed.
pub async fn stage(
    user: UserConn<'_>,
    import: Uuid,
    section: &str,
    (places, skipped): (&[i32], &[bool]),
    rows: &[StagedRow],
) -> QueryResult<bool> {
    let (conn, owner) = user.parts();
    let link = |n: usize| rows.iter().map(move |row| row.links.get(n).and_then(Option::as_deref)).collect::<Vec<_>>();
    // The insert is a part of the statement and not the statement itself: a cluster would send the rows of that by COPY, which row-level security refuses.
    let staged: Count = diesel::sql_query(format!(
        "WITH alive AS (
             UPDATE imports SET row_count = row_count + cardinality($4), touched_at = now() WHERE owner = $1 AND id = $2 RETURNING id
         ), staged AS (
             INSERT INTO import_rows (owner, import_id, section, place, id, value, unique_name, link_1, link_2, link_3, link_4, fault)
             SELECT $1, alive.id, $3, n.place, n.id, n.value::jsonb, n.unique_name, n.link_1, n.link_2, n.link_3, n.link_4,
                 CASE WHEN n.skipped THEN '{SKIPPED}' END
             FROM alive, unnest($4, $5, $6, $7, $8, $9, $10, $11, $12)
                 AS n (place, id, value, unique_name, link_1, link_2, link_3, link_4, skipped)
             RETURNING place
         ) SELECT count(*) AS n FROM staged",
    ))
    .bind::<BigInt, _>(owner.key())
    .bind::<SqlUuid, _>(import)
    .bind::<Text, _>(section)
    .bind::<Array<Integer>, _>(places)
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.value.as_str()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|row| row.unique_name.as_deref()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(link(0))
    .bind::<Array<Nullable<Text>>, _>(link(1))
    .bind::<Array<Nullable<Text>>, _>(link(2))
    .bind::<Array<Nullable<Text>>, _>(link(3))
    .bind::<Array<Bool>, _>(skipped)
    .get_result(conn)
    .await?;
    Ok(staged.n == rows.len() as i64)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Sets how the rest of the transaction is planned and how long its statements may take. `limit`: milliseconds, 0 for no limit.
///
/// PostgreSQL has no statistics of rows that were just staged or stored. It takes them for a few and nests loops over them, whose time is the square
/// of the rows. Hash joins and merge joins read each row once.
pub async fn prepare(tx: &mut UserTx, limit: u128) -> QueryResult<()> {
    tx.conn()
        .batch_execute(&format!(
            "SET LOCAL enable_nestloop = off; SET LOCAL jit = off; SET LOCAL work_mem = '16MB'; SET LOCAL statement_timeout = {limit};
             SET LOCAL idle_in_transaction_session_timeout = 0"
        ))
        .await
}

/// Locks the import until the end of the transaction, so that no other import replaces it. Returns the number of its rows, or `None` if it is gone.
pub async fn lock(tx: &mut UserTx, import: Uuid) -> QueryResult<Option<i64>> {
    let (conn, owner) = tx.parts();
    let locked: Option<Count> =
        diesel::sql_query("SELECT 1::bigint AS n FROM imports WHERE owner = $1 AND id = $2 FOR UPDATE")
            .bind::<BigInt, _>(owner.key())
            .bind::<SqlUuid, _>(import)
            .get_result(conn)
            .await
            .optional()?;
    if locked.is_none() {
        return Ok(None);
    }
    let rows: Count = diesel::sql_query("SELECT count(*) AS n FROM import_rows WHERE owner = $1 AND import_id = $2")
        .bind::<BigInt, _>(owner.key())
        .bind::<SqlUuid, _>(import)
        .get_result(conn)
        .await?;
    Ok(Some(rows.n))
}

/// The progress of an import.
#[derive(Debug, QueryableByName)]
pub struct ImportRecord {
    #[diesel(sql_type = Bool)]
    pub applying: bool,
    #[diesel(sql_type = BigInt)]
    /// The number of rows staged so far.
    pub row_count: i64,
    #[diesel(sql_type = Timestamptz)]
    pub started_at: Timestamp,
}

/// The user's import. `None` where none runs.
pub async fn find(reader: UserReader<'_>) -> QueryResult<Option<ImportRecord>> {
    let (mut conn, owner) = reader.parts();
    diesel::sql_query("SELECT phase = 'applying' AS applying, row_count, started_at FROM imports WHERE owner = $1")
        .bind::<BigInt, _>(owner.key())
        .get_result(&mut conn)
        .await
        .optional()
}

/// Sets the phase to `applying`, once all rows are staged. Returns the number of changed imports: 0 or 1.
pub async fn set_applying(user: UserConn<'_>, import: Uuid) -> QueryResult<usize> {
    let (conn, owner) = user.parts();
    diesel::sql_query("UPDATE imports SET phase = 'applying', touched_at = now() WHERE owner = $1 AND id = $2")
        .bind::<BigInt, _>(owner.key())
        .bind::<SqlUuid, _>(import)
        .execute(conn)
        .await
}

/// Removes at most 20 000 rows of the import, and returns their number.
pub async fn clear(user: UserConn<'_>, import: Uuid) -> QueryResult<usize> {
    let (conn, owner) = user.parts();
    diesel::sql_query(
        "DELETE FROM import_rows WHERE owner = $1 AND ctid = ANY (ARRAY(
             SELECT ctid FROM import_rows WHERE owner = $1 AND import_id = $2 LIMIT 20000))",
    )
    .bind::<BigInt, _>(owner.key())
    .bind::<SqlUuid, _>(import)
    .execute(conn)
    .await
}

/// Removes the import. Returns the number of removed imports: 0 or 1.
pub async fn end(user: UserConn<'_>, import: Uuid) -> QueryResult<usize> {
    let (conn, owner) = user.parts();
    diesel::sql_query("DELETE FROM imports WHERE owner = $1 AND id = $2")
        .bind::<BigInt, _>(owner.key())
        .bind::<SqlUuid, _>(import)
        .execute(conn)
        .await
}

/// Removes the imports of all users that were abandoned for six hours, and the rows without an import. Returns the number of these rows. Staged rows
/// are not user data yet.
pub async fn sweep(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    const ABANDONED: &str = "interval '6 hours'";
    diesel::sql_query(format!("DELETE FROM imports WHERE touched_at < now() - {ABANDONED}")).execute(conn).await?;
    diesel::sql_query(
        "DELETE FROM import_rows r WHERE NOT EXISTS (SELECT FROM imports i WHERE i.owner = r.owner AND i.id = r.import_id)",
    )
    .execute(conn)
    .await
}
