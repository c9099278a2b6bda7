//! Writes one row: new, changed or restored. The caller has checked the write under the user's lock.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Jsonb, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use crate::db::{OwnerKey, UserTx};
use crate::json::{FreeJson, Timestamp};
use crate::schema::records;

/// The content of the row.
#[derive(Debug)]
pub struct NewContent<'a> {
    pub collection: &'a str,
    pub id: &'a str,
    pub value: &'a FreeJson,
    pub unique_name: Option<&'a str>,
    pub links: &'a [Option<String>],
}

/// The columns that the database sets.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct StoredRecord {
    pub revision: i64,
    pub updated_at: Timestamp,
}

/// Inserts the row, or replaces its content. A tombstone is restored.
pub async fn store(tx: &mut UserTx, content: &NewContent<'_>, version: i64) -> QueryResult<StoredRecord> {
    let (conn, owner) = tx.parts();
    StoreQuery { owner: owner.key(), content, version }.get_result(conn).await
}

/// Takes the unique name from a living row, so that another row can have it. A later statement of the transaction stores the row.
pub async fn release_name(tx: &mut UserTx, collection: &str, id: &str) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    diesel::update(records::table.find((owner.key(), collection, id)))
        .set(records::unique_name.eq(None::<String>))
        .execute(conn)
        .await
}

/// diesel prepares its own upsert on every call. A type with a static id is prepared once per connection.
struct StoreQuery<'a> {
    owner: OwnerKey,
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
            "INSERT INTO records (owner, collection, id, value, unique_name, links, version, revision, updated_at) VALUES (",
        );
        out.push_bind_param::<BigInt, _>(&self.owner)?;
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
            ", 1, now()) ON CONFLICT (owner, collection, id) DO UPDATE SET value = excluded.value, unique_name = excluded.unique_name, \
             links = excluded.links, version = excluded.version, revision = records.revision + 1, updated_at = excluded.updated_at, \
             deleted_at = NULL RETURNING revision, updated_at",
        );
        Ok(())
    }
}
