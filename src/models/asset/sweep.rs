//! Queries of the jobs over the assets of all users. Each result names its owner. A change of an asset goes through a `UserTx` of that owner.

use std::time::Duration;

use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::db::{OwnerId, OwnerKey, UserTx};
use crate::json::Timestamp;
use crate::models::user;
use crate::schema::asset_objects;

#[derive(QueryableByName)]
struct StaleRow {
    #[diesel(sql_type = BigInt)]
    owner: OwnerKey,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// At most `limit` pending assets that did not change for `whole`, or for `in_parts` if they have a resumable upload. Oldest first.
pub async fn stale(
    conn: &mut AsyncPgConnection,
    whole: Duration,
    in_parts: Duration,
    limit: i64,
) -> QueryResult<Vec<(OwnerId, Uuid)>> {
    let found: Vec<StaleRow> = diesel::sql_query(
        "SELECT a.owner, a.id FROM assets a JOIN asset_objects o ON o.owner = a.owner AND o.id = a.id
         WHERE a.status = 'pending' AND a.updated_at < CASE WHEN o.upload_id IS NULL THEN $1 ELSE $2 END
         ORDER BY a.updated_at LIMIT $3",
    )
    .bind::<Timestamptz, _>(Timestamp(Utc::now() - whole))
    .bind::<Timestamptz, _>(Timestamp(Utc::now() - in_parts))
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let owners = user::owners(conn, found.iter().map(|row| row.owner)).await?;
    Ok(found.into_iter().filter_map(|row| Some((owners.get(&row.owner)?.clone(), row.id))).collect())
}

/// The open resumable uploads of the user, as pairs of staging key and upload id.
pub async fn open_uploads(tx: &mut UserTx) -> QueryResult<Vec<(String, String)>> {
    let (conn, owner) = tx.parts();
    asset_objects::table
        .filter(asset_objects::owner.eq(owner.key()))
        .filter(asset_objects::upload_id.is_not_null())
        .select((asset_objects::staging_key, asset_objects::upload_id.assume_not_null()))
        .load(conn)
        .await
}
