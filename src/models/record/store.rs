//! Writes one row: new, changed or restored. Whether that is right was decided before, under the user's lock.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Jsonb, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::models::OwnerId;
use crate::wire::{FreeJson, Timestamp};

/// What the row is to hold.
#[derive(Debug)]
pub struct NewContent<'a> {
    pub collection: &'a str,
    pub id: &'a str,
    pub value: &'a FreeJson,
    pub unique_name: Option<&'a str>,
    pub links: &'a [Option<String>],
}

/// What the database added.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct StoredRecord {
    pub revision: i64,
    pub updated_at: Timestamp,
}

/// Inserts, or replaces what was there; a tombstone lives again.
pub async fn store(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    content: &NewContent<'_>,
    version: i64,
) -> QueryResult<StoredRecord> {
    StoreQuery { owner: owner.as_str(), content, version }.get_result(conn).await
}

/// An upsert of diesel's own is prepared anew each time; a type with a static id is prepared once per connection.
struct StoreQuery<'a> {
    owner: &'a str,
    content: &'a NewContent<'a>,
    version: i64,
}

impl Query for StoreQuery<'_> {
    type SqlType = (BigInt, Timestamptz);
}

impl QueryId for StoreQuery<'_> {
    type QueryId = StoreQuery<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for StoreQuery<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO records (user_id, collection, id, value, unique_name, links, version, revision) VALUES (",
        );
        out.push_bind_param::<Text, _>(self.owner)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.content.collection)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.content.id)?;
        out.push_sql(", ");
        out.push_bind_param::<Jsonb, _>(self.content.value)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.content.unique_name)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.content.links)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.version)?;
        out.push_sql(
            ", 1) ON CONFLICT (user_id, collection, id) DO UPDATE SET value = excluded.value, unique_name = excluded.unique_name, \
             links = excluded.links, version = excluded.version, revision = records.revision + 1, updated_at = now(), \
             deleted_at = NULL RETURNING revision, updated_at",
        );
        Ok(())
    }
}
