//! The settings of a person, as the login sync brings them along: keys and what they hold. Asked at every login, so prepared once per
//! connection.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::models::OwnerId;
use crate::wire::FreeJson;

/// The values of the living rows of `settings` whose row has at most `max_bytes`, in order of their keys, `limit` at most.
pub async fn preferences(
    mut conn: &AsyncPgConnection,
    owner: &OwnerId,
    max_bytes: i32,
    limit: i64,
) -> QueryResult<Vec<(String, FreeJson)>> {
    let rows: Vec<(String, Option<FreeJson>)> =
        Preferences { owner: owner.as_str(), max_bytes, limit }.load(&mut conn).await?;
    Ok(rows.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
}

struct Preferences<'a> {
    owner: &'a str,
    max_bytes: i32,
    limit: i64,
}

impl Query for Preferences<'_> {
    type SqlType = (Text, Nullable<Jsonb>);
}

impl QueryId for Preferences<'_> {
    type QueryId = Preferences<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for Preferences<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT id, value -> 'value' FROM records WHERE user_id = ");
        out.push_bind_param::<Text, _>(self.owner)?;
        out.push_sql(" AND collection = 'settings' AND deleted_at IS NULL AND octet_length(value::text) <= ");
        out.push_bind_param::<Integer, _>(&self.max_bytes)?;
        out.push_sql(" ORDER BY id LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        Ok(())
    }
}
