//! The links that still allow an upload. They count against the quota until they have expired.

use std::time::Duration;

use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::{UserReader, UserTx};
use crate::json::Timestamp;

/// How much longer than its lifetime a link counts: clocks differ, and an upload that has begun may end later.
pub const LINK_MARGIN: Duration = Duration::from_secs(300);

/// The key that a link allows to write.
#[derive(Debug, Clone, Copy)]
pub struct LinkedKey<'a> {
    pub id: Uuid,
    pub staging_key: &'a str,
    /// The bytes that the links to this key allow together.
    pub size: i64,
}

/// Stores that links to these keys are signed now and valid for `lasts`. Removes the user's expired ones. Returns the number of stored keys.
pub async fn note_links(tx: &mut UserTx, links: &[LinkedKey<'_>], lasts: Duration) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    diesel::sql_query(
        "WITH expired AS (DELETE FROM upload_links WHERE owner = $1 AND expires_at <= now())
         INSERT INTO upload_links AS l (owner, id, staging_key, size, expires_at)
         SELECT $1, n.id, n.staging_key, n.size, $5 FROM unnest($2, $3, $4) AS n (id, staging_key, size)
         ON CONFLICT (owner, id, staging_key) DO UPDATE
         SET size = greatest(l.size, excluded.size), expires_at = greatest(l.expires_at, excluded.expires_at)",
    )
    .bind::<BigInt, _>(owner.key())
    .bind::<Array<SqlUuid>, _>(links.iter().map(|link| link.id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(links.iter().map(|link| link.staging_key).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(links.iter().map(|link| link.size).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(Timestamp(Utc::now() + lasts + LINK_MARGIN))
    .execute(conn)
    .await
}

/// The time after which no link to the asset's keys is valid. `None` if none is valid now.
pub async fn links_end(reader: UserReader<'_>, id: Uuid) -> QueryResult<Option<Timestamp>> {
    #[derive(QueryableByName)]
    struct End {
        #[diesel(sql_type = Nullable<Timestamptz>)]
        at: Option<Timestamp>,
    }
    let (mut conn, owner) = reader.parts();
    let end: End = diesel::sql_query(
        "SELECT max(expires_at) AS at FROM upload_links WHERE owner = $1 AND id = $2 AND expires_at > now()",
    )
    .bind::<BigInt, _>(owner.key())
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await?;
    Ok(end.at)
}
