//! The write of messages: one call of `write_messages` (migrations), one round trip, prepared once per connection.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{POSITION_SHIFT, revision};
use crate::db::{DbError, OwnerKey, UserConn};
use crate::json::{FreeJson, Timestamp};
use crate::models::committed::committed;
use crate::models::row_quota::Limits;

/// The messages of a batch as parallel arrays, which are the parameters of `write_messages`.
#[derive(Debug, Default)]
pub struct MessageColumns {
    /// The id to store each message under. A message that is stored already keeps its id.
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
    /// Columns with room for `n` messages.
    pub fn with_capacity(n: usize) -> Self {
        Self {
            ids: Vec::with_capacity(n),
            id_given: Vec::with_capacity(n),
            temp_ids: Vec::with_capacity(n),
            session_ids: Vec::with_capacity(n),
            roles: Vec::with_capacity(n),
            contents: Vec::with_capacity(n),
            metadata: Vec::with_capacity(n),
            created_at: Vec::with_capacity(n),
        }
    }

    /// Appends the messages of another batch.
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

/// A message of the batch that is stored already. `index` is its index in the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMessage {
    pub index: usize,
    pub id: Uuid,
    pub temp_id: Option<String>,
    pub position: i64,
    /// The row's own counter.
    pub revision: i64,
}

/// The outcome of a stored batch.
#[derive(Debug, PartialEq, Eq)]
pub struct WrittenBatch {
    /// The user's version after the write.
    pub version: i64,
    first_index: i32,
    /// The repeated messages, in the batch's order. All others are new.
    pub known: Vec<KnownMessage>,
}

impl WrittenBatch {
    /// The position of the new message at `index` of the batch.
    pub fn position_of_new(&self, index: usize) -> i64 {
        (self.version << POSITION_SHIFT) + i64::from(self.first_index) + index as i64
    }
}

/// The reason why a batch was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageRefusal {
    /// An id or a temporary id is in use for other content.
    IdConflict,
    SessionDeleted,
    UnknownSession,
    UserGone,
}

/// The outcome of a batch.
#[derive(Debug)]
pub enum BatchWrite {
    Written(WrittenBatch),
    /// Nothing was stored. Holds the index of the message that is at fault.
    Refused(MessageRefusal, usize),
}

/// For a caller that holds the user's lock and raises the version itself: the version of the new rows, and the number of messages that have it
/// already.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    pub version: i64,
    pub first_index: i32,
}

/// Stores a batch whole or not at all. Without a stamp the call is a transaction of its own, which locks the user's version and raises it.
///
/// # Errors
/// An error of the database. A refusal is a value.
pub async fn write_batch(
    user: UserConn<'_>,
    columns: &MessageColumns,
    stamp: Option<Stamp>,
) -> Result<BatchWrite, DbError> {
    let quota = user.row_quota().filter(|_| stamp.is_none());
    let (conn, owner) = user.parts();
    type Row = (
        Option<i64>,
        Option<Vec<i32>>,
        Option<Vec<Uuid>>,
        Option<Vec<i64>>,
        Option<Vec<bool>>,
        Option<Vec<Option<String>>>,
        Option<String>,
        Option<i32>,
    );
    let first_index = stamp.map_or(0, |stamp| stamp.first_index);
    let call = WriteMessages {
        owner: owner.key(),
        columns,
        stamp: stamp.map(|stamp| stamp.version),
        first_index,
        quota: Limits::of(quota),
    };
    let (version, ords, ids, positions, deleted, temp_ids, refusal, refused_ord): Row =
        committed(call.load(conn).await.map_err(|error| DbError::of_function(error, quota))?)?;
    if let Some(word) = refusal {
        let index = usize::try_from(refused_ord.unwrap_or(1) - 1).unwrap_or_default();
        return Ok(BatchWrite::Refused(refusal_of(&word), index));
    }
    let known = ords
        .unwrap_or_default()
        .into_iter()
        .zip(ids.unwrap_or_default())
        .zip(positions.unwrap_or_default())
        .zip(deleted.unwrap_or_default())
        .zip(temp_ids.unwrap_or_default())
        .map(|((((ord, id), position), deleted), temp_id)| KnownMessage {
            index: ord as usize - 1,
            id,
            temp_id,
            position,
            revision: revision(deleted),
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

/// diesel prepares a `sql_query` on every call. A type with a static id is prepared once per connection.
struct WriteMessages<'a> {
    owner: OwnerKey,
    columns: &'a MessageColumns,
    stamp: Option<i64>,
    first_index: i32,
    quota: Limits,
}

impl Query for WriteMessages<'_> {
    type SqlType = (
        Nullable<BigInt>,
        Nullable<Array<Integer>>,
        Nullable<Array<SqlUuid>>,
        Nullable<Array<BigInt>>,
        Nullable<Array<Bool>>,
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
            "SELECT version, known_ords, known_ids, known_positions, known_deleted, known_temp_ids, refusal, refused_ord \
             FROM write_messages(",
        );
        out.push_bind_param::<BigInt, _>(&self.owner)?;
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
        self.quota.walk_ast(out)
    }
}
