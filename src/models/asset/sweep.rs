//! What the jobs ask: over all users, since a sweep is nobody's request. Each answer names its owner, and every change goes through that owner's
//! space.

use std::time::Duration;

use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::models::OwnerId;
use crate::schema::asset_objects;
use crate::wire::Timestamp;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    user_id: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Pending assets that nothing has happened to for this long; those that come in parts have longer.
pub async fn stale(
    conn: &mut AsyncPgConnection,
    whole: Duration,
    in_parts: Duration,
    limit: i64,
) -> QueryResult<Vec<(OwnerId, Uuid)>> {
    let found: Vec<Found> = diesel::sql_query(
        "SELECT a.user_id, a.id FROM assets a JOIN asset_objects o ON o.user_id = a.user_id AND o.id = a.id
         WHERE a.status = 'pending' AND a.updated_at < CASE WHEN o.upload_id IS NULL THEN $1 ELSE $2 END
         ORDER BY a.updated_at LIMIT $3",
    )
    .bind::<Timestamptz, _>(Timestamp(Utc::now() - whole))
    .bind::<Timestamptz, _>(Timestamp(Utc::now() - in_parts))
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    Ok(found.into_iter().map(|row| (OwnerId::of_authenticated(row.user_id), row.id)).collect())
}

/// A completed asset whose object nobody has looked at for a while.
#[derive(Debug)]
pub struct Unseen {
    pub owner: OwnerId,
    pub id: Uuid,
    pub object_key: String,
    pub etag: Option<String>,
}

pub async fn unseen(conn: &mut AsyncPgConnection, since: Duration, limit: i64) -> QueryResult<Vec<Unseen>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        user_id: String,
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = Text)]
        object_key: String,
        #[diesel(sql_type = Nullable<Text>)]
        etag: Option<String>,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT o.user_id, o.id, o.object_key, o.etag
         FROM asset_objects o JOIN assets a ON a.user_id = o.user_id AND a.id = o.id
         WHERE a.status = 'completed' AND o.checked_at < $1 ORDER BY o.checked_at LIMIT $2",
    )
    .bind::<Timestamptz, _>(Timestamp(Utc::now() - since))
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let unseen = |row: Row| Unseen {
        owner: OwnerId::of_authenticated(row.user_id),
        id: row.id,
        object_key: row.object_key,
        etag: row.etag,
    };
    Ok(rows.into_iter().map(unseen).collect())
}

/// An asset whose object was there.
pub type Seen = (OwnerId, Uuid);

/// Puts them at the end of the line.
pub async fn mark_seen(conn: &mut AsyncPgConnection, seen: &[Seen]) -> QueryResult<usize> {
    let (users, ids): (Vec<&str>, Vec<Uuid>) = seen.iter().map(|(owner, id)| (owner.as_str(), *id)).unzip();
    diesel::sql_query(
        "UPDATE asset_objects o SET checked_at = now() FROM unnest($1, $2) AS seen (user_id, id)
         WHERE o.user_id = seen.user_id AND o.id = seen.id",
    )
    .bind::<Array<Text>, _>(users)
    .bind::<Array<SqlUuid>, _>(ids)
    .execute(conn)
    .await
}

/// The resumable uploads of a user that are under way, as key and id.
pub async fn open_uploads(conn: &mut AsyncPgConnection, owner: &OwnerId) -> QueryResult<Vec<(String, String)>> {
    asset_objects::table
        .filter(asset_objects::user_id.eq(owner.as_str()))
        .filter(asset_objects::upload_id.is_not_null())
        .select((asset_objects::staging_key, asset_objects::upload_id.assume_not_null()))
        .load(conn)
        .await
}
