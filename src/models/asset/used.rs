//! What a person's files take up. Asked at every login and before every upload, so prepared once per connection.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::models::OwnerId;
use crate::wire::FileSpace;

/// What is announced and not yet stored counts too.
pub async fn used(mut conn: &AsyncPgConnection, owner: &OwnerId) -> QueryResult<FileSpace> {
    let (bytes, files): (i64, i64) = Used { owner: owner.as_str() }.get_result(&mut conn).await?;
    Ok(FileSpace { bytes, files })
}

struct Used<'a> {
    owner: &'a str,
}

impl Query for Used<'_> {
    type SqlType = (BigInt, BigInt);
}

impl QueryId for Used<'_> {
    type QueryId = Used<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for Used<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT coalesce(sum(size), 0)::bigint, count(*) FROM assets WHERE user_id = ");
        out.push_bind_param::<Text, _>(self.owner)?;
        out.push_sql(" AND status IN ('pending', 'completed')");
        Ok(())
    }
}
