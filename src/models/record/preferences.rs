//! The user's settings in the login sync, as keys and values. They are read at every login, so the statement is prepared once per connection.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text};
use diesel_async::RunQueryDsl;

use crate::db::{OwnerKey, UserReader};
use crate::json::FreeJson;
use crate::models::page_budget::{Cut, Measured, within_bytes};

/// The values of at most `limit` living rows of `settings` that have at most `max_bytes` each, in order of their keys. They have about `bytes` together.
pub async fn preferences(
    reader: UserReader<'_>,
    max_bytes: i64,
    limit: i64,
    bytes: i64,
) -> QueryResult<Vec<(String, FreeJson)>> {
    let (mut conn, owner) = reader.parts();
    let query = Preferences { owner: owner.key(), max_bytes, limit };
    let rows: Vec<Measured<(String, Option<FreeJson>)>> = within_bytes(query, bytes).load(&mut conn).await?;
    let rows = Cut::of(rows, limit as usize).rows;
    Ok(rows.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
}

struct Preferences {
    owner: OwnerKey,
    max_bytes: i64,
    limit: i64,
}

impl Query for Preferences {
    type SqlType = (BigInt, (Text, Nullable<Jsonb>));
}

impl QueryId for Preferences {
    type QueryId = Preferences;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for Preferences {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT bytes, id, value -> 'value' AS value FROM records WHERE owner = ");
        out.push_bind_param::<BigInt, _>(&self.owner)?;
        out.push_sql(" AND collection = 'settings' AND deleted_at IS NULL AND bytes <= ");
        out.push_bind_param::<BigInt, _>(&self.max_bytes)?;
        out.push_sql(" ORDER BY id LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        Ok(())
    }
}
