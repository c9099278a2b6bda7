//! The storage that a user's files use. It is read at every login sync and before every upload, so the statement is prepared once per connection.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::db::{OwnerKey, UserReader};
use crate::json::FileSpace;

/// The bytes and the number of the user's files. Pending assets count too, and so do files that are gone while a link still allows to upload them.
pub async fn used(reader: UserReader<'_>) -> QueryResult<FileSpace> {
    let (mut conn, owner) = reader.parts();
    let (bytes, files): (i64, i64) = Used { owner: owner.key() }.get_result(&mut conn).await?;
    Ok(FileSpace { bytes, files })
}

/// The bytes of all completed files of all users, for a job transaction.
pub async fn completed_bytes(conn: &mut AsyncPgConnection) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Sum {
        #[diesel(sql_type = BigInt)]
        bytes: i64,
    }
    let sum: Sum = diesel::sql_query(
        "SELECT coalesce(sum(size), 0)::bigint AS bytes FROM assets WHERE deleted_at IS NULL AND status = 'completed'",
    )
    .get_result(conn)
    .await?;
    Ok(sum.bytes)
}

struct Used {
    owner: OwnerKey,
}

impl Query for Used {
    type SqlType = (BigInt, BigInt);
}

impl QueryId for Used {
    type QueryId = Used;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for Used {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // The link of an asset that counts itself does not count again.
        out.push_sql(
            "SELECT coalesce(sum(f.size), 0)::bigint, count(*) FROM ( \
                 SELECT size FROM assets WHERE owner = ",
        );
        out.push_bind_param::<BigInt, _>(&self.owner)?;
        out.push_sql(
            " AND status IN ('pending', 'completed') UNION ALL SELECT l.size FROM upload_links l WHERE l.owner = ",
        );
        out.push_bind_param::<BigInt, _>(&self.owner)?;
        out.push_sql(
            " AND l.expires_at > now() AND NOT EXISTS ( \
                 SELECT FROM asset_objects o JOIN assets a ON a.owner = o.owner AND a.id = o.id \
                 WHERE o.owner = l.owner AND o.id = l.id AND o.staging_key = l.staging_key AND a.status IN ('pending', 'completed'))) AS f",
        );
        Ok(())
    }
}
