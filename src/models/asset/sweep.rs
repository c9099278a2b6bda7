//! Queries of the jobs over the assets of all users. Each result names its owner. A change of an asset goes through a `UserTx` of that owner.

use std::time::Duration;

use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
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

/// A completed asset whose object is due for a check.
#[derive(Debug)]
pub struct Unseen {
    pub owner: OwnerId,
    pub id: Uuid,
    pub object_key: String,
    pub etag: Option<String>,
}

/// At most `limit` completed assets whose object was not checked for `since`. The longest unchecked come first.
pub async fn unseen(conn: &mut AsyncPgConnection, since: Duration, limit: i64) -> QueryResult<Vec<Unseen>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        owner: OwnerKey,
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = Text)]
        object_key: String,
        #[diesel(sql_type = Nullable<Text>)]
        etag: Option<String>,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT o.owner, o.id, o.object_key, o.etag
         FROM asset_objects o JOIN assets a ON a.owner = o.owner AND a.id = o.id
         WHERE a.status = 'completed' AND o.checked_at < $1 ORDER BY o.checked_at LIMIT $2",
    )
    .bind::<Timestamptz, _>(Timestamp(Utc::now() - since))
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let owners = user::owners(conn, rows.iter().map(|row| row.owner)).await?;
    let unseen = |row: Row| {
        let owner = owners.get(&row.owner)?.clone();
        Some(Unseen { owner, id: row.id, object_key: row.object_key, etag: row.etag })
    };
    Ok(rows.into_iter().filter_map(unseen).collect())
}

/// The owner and the id of an asset whose object exists.
pub type Seen = (OwnerId, Uuid);

/// Sets `checked_at = now()`, so that the next run starts with other assets. Returns the number of changed rows.
pub async fn mark_seen(conn: &mut AsyncPgConnection, seen: &[Seen]) -> QueryResult<usize> {
    let (owners, ids): (Vec<OwnerKey>, Vec<Uuid>) = seen.iter().map(|(owner, id)| (owner.key(), *id)).unzip();
    diesel::sql_query(
        "UPDATE asset_objects o SET checked_at = now() FROM unnest($1, $2) AS seen (owner, id)
         WHERE o.owner = seen.owner AND o.id = seen.id",
    )
    .bind::<Array<BigInt>, _>(owners)
    .bind::<Array<SqlUuid>, _>(ids)
    .execute(conn)
    .await
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
