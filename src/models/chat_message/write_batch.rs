//! The hot write: one call of `write_messages_v2` (migrations), one round trip, prepared once per connection.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::POSITION_SHIFT;
use crate::db::DbError;
use crate::models::OwnerId;
use crate::models::committed::committed;
use crate::wire::{FreeJson, Timestamp};

/// The messages of a batch as parallel arrays, the way they travel to PostgreSQL.
#[derive(Debug, Default)]
pub struct MessageColumns {
    /// Where to store each; a message that is known keeps the id it has.
    pub ids: Vec<Uuid>,
    /// Whether the client chose the id.
    pub id_given: Vec<bool>,
    pub temp_ids: Vec<Option<String>>,
    pub session_ids: Vec<Uuid>,
    pub roles: Vec<&'static str>,
    pub contents: Vec<String>,
    pub metadata: Vec<Option<FreeJson>>,
    pub created_at: Vec<Timestamp>,
}

impl MessageColumns {
    /// Adds the messages of another batch behind these.
    pub fn extend_from(&mut self, other: &Self) {
        self.ids.extend_from_slice(&other.ids);
        self.id_given.extend_from_slice(&other.id_given);
        self.temp_ids.extend_from_slice(&other.temp_ids);
        self.session_ids.extend_from_slice(&other.session_ids);
        self.roles.extend_from_slice(&other.roles);
        self.contents.extend_from_slice(&other.contents);
        self.metadata.extend_from_slice(&other.metadata);
        self.created_at.extend_from_slice(&other.created_at);
    }
}

/// A message of the batch that was stored before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMessage {
    pub index: usize,
    pub id: Uuid,
    pub temp_id: Option<String>,
    pub position: i64,
    pub revision: i64,
}

/// What the batch came to.
#[derive(Debug, PartialEq, Eq)]
pub struct WrittenBatch {
    /// The user's version afterwards.
    pub version: i64,
    first_index: i32,
    /// Repeats, in the batch's order. All others are new and have `version` as their revision.
    pub known: Vec<KnownMessage>,
}

impl WrittenBatch {
    /// Where a new message of this batch stands.
    pub fn position_of_new(&self, index: usize) -> i64 {
        (self.version << POSITION_SHIFT) + i64::from(self.first_index) + index as i64
    }
}

/// Why a batch was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageRefusal {
    /// An id or temporary id is in use for other content.
    IdConflict,
    SessionDeleted,
    UnknownSession,
    UserGone,
}

#[derive(Debug)]
pub enum BatchWrite {
    Written(WrittenBatch),
    /// Nothing was stored; the index of the message that was at fault.
    Refused(MessageRefusal, usize),
}

/// For a caller that holds the user's lock and raises the version itself: the version to stamp, and how many messages it has stamped with
/// that already.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    pub version: i64,
    pub first_index: i32,
}

/// All or nothing. Without a stamp it is a transaction of its own, which locks and raises.
pub async fn write_batch(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    columns: &MessageColumns,
    stamp: Option<Stamp>,
) -> Result<BatchWrite, DbError> {
    type Row = (
        Option<i64>,
        Option<Vec<i32>>,
        Option<Vec<Uuid>>,
        Option<Vec<i64>>,
        Option<Vec<i64>>,
        Option<Vec<Option<String>>>,
        Option<String>,
        Option<i32>,
    );
    let first_index = stamp.map_or(0, |stamp| stamp.first_index);
    let call = WriteMessages { owner: owner.as_str(), columns, stamp: stamp.map(|stamp| stamp.version), first_index };
    let (version, ords, ids, positions, revisions, temp_ids, refusal, refused_ord): Row =
        committed(call.load(conn).await?)?;
    if let Some(word) = refusal {
        let index = usize::try_from(refused_ord.unwrap_or(1) - 1).unwrap_or_default();
        return Ok(BatchWrite::Refused(refusal_of(&word), index));
    }
    let known = ords
        .unwrap_or_default()
        .into_iter()
        .zip(ids.unwrap_or_default())
        .zip(positions.unwrap_or_default())
        .zip(revisions.unwrap_or_default())
        .zip(temp_ids.unwrap_or_default())
        .map(|((((ord, id), position), revision), temp_id)| KnownMessage {
            index: ord as usize - 1,
            id,
            temp_id,
            position,
            revision,
        })
        .collect();
    Ok(BatchWrite::Written(WrittenBatch { version: version.unwrap_or_default(), first_index, known }))
}

fn refusal_of(word: &str) -> MessageRefusal {
    match word {
        "id_conflict" => MessageRefusal::IdConflict,
        "session_deleted" => MessageRefusal::SessionDeleted,
        "unknown_session" => MessageRefusal::UnknownSession,
        _ => MessageRefusal::UserGone,
    }
}

/// diesel prepares `sql_query` anew on every call; a type with a static id is prepared once.
struct WriteMessages<'a> {
    owner: &'a str,
    columns: &'a MessageColumns,
    stamp: Option<i64>,
    first_index: i32,
}

impl Query for WriteMessages<'_> {
    type SqlType = (
        Nullable<BigInt>,
        Nullable<Array<Integer>>,
        Nullable<Array<SqlUuid>>,
        Nullable<Array<BigInt>>,
        Nullable<Array<BigInt>>,
        Nullable<Array<Nullable<Text>>>,
        Nullable<Text>,
        Nullable<Integer>,
    );
}

impl QueryId for WriteMessages<'_> {
    type QueryId = WriteMessages<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for WriteMessages<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT version, known_ords, known_ids, known_positions, known_revisions, known_temp_ids, refusal, refused_ord \
             FROM write_messages_v2(",
        );
        out.push_bind_param::<Text, _>(self.owner)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.columns.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Bool>, _>(&self.columns.id_given)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.columns.temp_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.columns.session_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.columns.roles)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.columns.contents)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Jsonb>>, _>(&self.columns.metadata)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Timestamptz>, _>(&self.columns.created_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.stamp)?;
        out.push_sql(", ");
        out.push_bind_param::<Integer, _>(&self.first_index)?;
        out.push_sql(")");
        Ok(())
    }
}
