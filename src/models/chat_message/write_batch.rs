//! The hot write: one call of `write_messages_v1` (migrations), one round trip, prepared once per connection.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::POSITION_SHIFT;
use crate::db::DbError;
use crate::models::OwnerId;
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
    /// Repeats, in the batch's order. All others are new and have `version` as their revision.
    pub known: Vec<KnownMessage>,
}

impl WrittenBatch {
    /// Where a new message of this batch stands.
    pub fn position_of_new(&self, index: usize) -> i64 {
        (self.version << POSITION_SHIFT) + index as i64
    }
}

/// All or nothing. Refusals come as [`DbError::Refused`] with the message's index.
pub async fn write_batch(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    columns: &MessageColumns,
) -> Result<WrittenBatch, DbError> {
    type Row =
        (i64, Option<Vec<i32>>, Option<Vec<Uuid>>, Option<Vec<i64>>, Option<Vec<i64>>, Option<Vec<Option<String>>>);
    let (version, ords, ids, positions, revisions, temp_ids): Row =
        WriteMessages { owner: owner.as_str(), columns }.get_result(conn).await?;
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
    Ok(WrittenBatch { version, known })
}

/// diesel prepares `sql_query` anew on every call; a type with a static id is prepared once.
struct WriteMessages<'a> {
    owner: &'a str,
    columns: &'a MessageColumns,
}

impl Query for WriteMessages<'_> {
    type SqlType = (
        BigInt,
        Nullable<Array<Integer>>,
        Nullable<Array<SqlUuid>>,
        Nullable<Array<BigInt>>,
        Nullable<Array<BigInt>>,
        Nullable<Array<Nullable<Text>>>,
    );
}

impl QueryId for WriteMessages<'_> {
    type QueryId = WriteMessages<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for WriteMessages<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT version, known_ords, known_ids, known_positions, known_revisions, known_temp_ids FROM write_messages_v1(",
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
        out.push_sql(")");
        Ok(())
    }
}
