//! What an import has read and not yet applied, and the import itself. Rules of collections come as arguments: names and members from their
//! declarations, never from a request.

mod check;
mod write;
mod write_chat;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::OwnerId;
use crate::wire::Timestamp;

pub use check::{
    Fault, Link, faults, mark_cycles, mark_duplicate_ids, mark_duplicate_names, mark_known_messages, mark_missing,
    mark_names_in_use, unlink_buried,
};
pub use write::{bury_parts, bury_unnamed, free_names, insert, unlink, update};
pub use write_chat::{touch_sessions, unlink_sessions};

/// A row that was found good.
#[derive(Debug)]
pub struct StagedRow {
    pub id: String,
    /// JSON text.
    pub value: String,
    pub unique_name: Option<String>,
    pub links: Vec<Option<String>>,
}

/// One section of one import.
#[derive(Debug, Clone, Copy)]
pub struct Staged<'a> {
    pub owner: &'a OwnerId,
    pub import: Uuid,
    pub table: Table,
}

/// Where the rows of a section are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Projects,
    ChatSessions,
    ChatMessages,
    Records {
        collection: &'static str,
        primary_key: &'static str,
        /// Other members than the imported one stay.
        keeps_others: bool,
        links: usize,
    },
}

impl Table {
    /// The section's name.
    pub fn section(self) -> &'static str {
        match self {
            Self::Projects => "projects",
            Self::ChatSessions => "chatSessions",
            Self::ChatMessages => "chatMessages",
            Self::Records { collection, .. } => collection,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Projects => "projects",
            Self::ChatSessions => "chat_sessions",
            Self::ChatMessages => "chat_messages",
            Self::Records { .. } => "records",
        }
    }

    /// The column with the user's version.
    fn stamp(self) -> &'static str {
        match self {
            Self::Projects | Self::Records { .. } => "version",
            Self::ChatSessions | Self::ChatMessages => "revision",
        }
    }

    /// That a row of the table is one of this section, and the owner's.
    fn has(self, row: &str) -> String {
        match self {
            Self::Records { collection, .. } => format!("{row}.user_id = $1 AND {row}.collection = '{collection}'"),
            _ => format!("{row}.user_id = $1"),
        }
    }

    /// Text as the type of the table's ids.
    fn id(self, text: &str) -> String {
        match self {
            Self::ChatSessions | Self::ChatMessages => format!("{text}::uuid"),
            Self::Projects | Self::Records { .. } => text.to_owned(),
        }
    }
}

/// Of the staged rows `s`: those of the section that may be taken.
const SOUND: &str = "s.user_id = $1 AND s.import_id = $2 AND s.section = $3 AND s.fault IS NULL";

impl Staged<'_> {
    /// Runs a statement whose text is made of declarations. $1: the owner, $2: the import, $3: the section, $4: the stamp.
    async fn run(self, conn: &mut AsyncPgConnection, stamp: i64, sql: String) -> QueryResult<usize> {
        diesel::sql_query(sql)
            .bind::<Text, _>(self.owner.as_str())
            .bind::<SqlUuid, _>(self.import)
            .bind::<Text, _>(self.table.section())
            .bind::<BigInt, _>(stamp)
            .execute(conn)
            .await
    }
}

/// Begins an import; false while another one of this person is alive. One that was left behind gives way.
pub async fn begin(conn: &mut AsyncPgConnection, owner: &OwnerId, import: Uuid) -> QueryResult<bool> {
    let begun = diesel::sql_query(
        "INSERT INTO imports AS i (user_id, id, phase) VALUES ($1, $2, 'reading')
         ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, phase = 'reading', row_count = 0, started_at = now(), touched_at = now()
         WHERE i.touched_at < now() - interval '2 minutes'",
    )
    .bind::<Text, _>(owner.as_str())
    .bind::<SqlUuid, _>(import)
    .execute(conn)
    .await?;
    Ok(begun == 1)
}

/// Adds rows that follow each other in a section; false where the import has been given up meanwhile.
pub async fn stage(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    import: Uuid,
    section: &str,
    places: &[i32],
    rows: &[StagedRow],
) -> QueryResult<bool> {
    let link = |n: usize| rows.iter().map(move |row| row.links.get(n).and_then(Option::as_deref)).collect::<Vec<_>>();
    let staged = diesel::sql_query(
        "WITH alive AS (
             UPDATE imports SET row_count = row_count + cardinality($4), touched_at = now() WHERE user_id = $1 AND id = $2 RETURNING id
         )
         INSERT INTO import_rows (user_id, import_id, section, place, id, value, unique_name, link_1, link_2, link_3, link_4)
         SELECT $1, alive.id, $3, n.place, n.id, n.value::jsonb, n.unique_name, n.link_1, n.link_2, n.link_3, n.link_4
         FROM alive, unnest($4, $5, $6, $7, $8, $9, $10, $11)
             AS n (place, id, value, unique_name, link_1, link_2, link_3, link_4)",
    )
    .bind::<Text, _>(owner.as_str())
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
    .execute(conn)
    .await?;
    Ok(staged == rows.len())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Holds the import until the end of the transaction, and counts its rows; `None` where it is gone. Nobody else takes it over until then.
pub async fn hold(conn: &mut AsyncPgConnection, owner: &OwnerId, import: Uuid) -> QueryResult<Option<i64>> {
    let held: Option<Count> =
        diesel::sql_query("SELECT 1::bigint AS n FROM imports WHERE user_id = $1 AND id = $2 FOR UPDATE")
            .bind::<Text, _>(owner.as_str())
            .bind::<SqlUuid, _>(import)
            .get_result(conn)
            .await
            .optional()?;
    if held.is_none() {
        return Ok(None);
    }
    let rows: Count = diesel::sql_query("SELECT count(*) AS n FROM import_rows WHERE user_id = $1 AND import_id = $2")
        .bind::<Text, _>(owner.as_str())
        .bind::<SqlUuid, _>(import)
        .get_result(conn)
        .await?;
    Ok(Some(rows.n))
}

/// How far an import is.
#[derive(Debug, QueryableByName)]
pub struct ImportRecord {
    #[diesel(sql_type = Bool)]
    pub applying: bool,
    #[diesel(sql_type = BigInt)]
    pub row_count: i64,
    #[diesel(sql_type = Timestamptz)]
    pub started_at: Timestamp,
}

pub async fn find(mut conn: &AsyncPgConnection, owner: &OwnerId) -> QueryResult<Option<ImportRecord>> {
    diesel::sql_query("SELECT phase = 'applying' AS applying, row_count, started_at FROM imports WHERE user_id = $1")
        .bind::<Text, _>(owner.as_str())
        .get_result(&mut conn)
        .await
        .optional()
}

/// The rows are all there.
pub async fn set_applying(conn: &mut AsyncPgConnection, owner: &OwnerId, import: Uuid) -> QueryResult<usize> {
    diesel::sql_query("UPDATE imports SET phase = 'applying', touched_at = now() WHERE user_id = $1 AND id = $2")
        .bind::<Text, _>(owner.as_str())
        .bind::<SqlUuid, _>(import)
        .execute(conn)
        .await
}

/// Removes some of the rows; how many.
pub async fn clear(conn: &mut AsyncPgConnection, owner: &OwnerId, import: Uuid) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM import_rows WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM import_rows WHERE user_id = $1 AND import_id = $2 LIMIT 20000))",
    )
    .bind::<Text, _>(owner.as_str())
    .bind::<SqlUuid, _>(import)
    .execute(conn)
    .await
}

pub async fn end(conn: &mut AsyncPgConnection, owner: &OwnerId, import: Uuid) -> QueryResult<usize> {
    diesel::sql_query("DELETE FROM imports WHERE user_id = $1 AND id = $2")
        .bind::<Text, _>(owner.as_str())
        .bind::<SqlUuid, _>(import)
        .execute(conn)
        .await
}

/// Removes what servers that died have left behind, whoever's it was: nothing of it was ever anybody's data.
pub async fn sweep(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    const ABANDONED: &str = "interval '6 hours'";
    diesel::sql_query(format!("DELETE FROM imports WHERE touched_at < now() - {ABANDONED}")).execute(conn).await?;
    diesel::sql_query(
        "DELETE FROM import_rows r WHERE NOT EXISTS (SELECT FROM imports i WHERE i.user_id = r.user_id AND i.id = r.import_id)",
    )
    .execute(conn)
    .await
}
