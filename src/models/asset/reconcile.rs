//! Queries of the job that looks whether the objects of all users' assets exist. A change of an asset goes through a `UserTx` of its owner.

use std::time::Duration;

use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Int4, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::db::{OwnerId, OwnerKey};
use crate::json::Timestamp;
use crate::models::user;

/// An asset whose object is due for a look: a completed one, or one that failed because its object is missing.
#[derive(Debug)]
pub struct Unseen {
    pub owner: OwnerId,
    pub id: Uuid,
    pub object_key: String,
    pub etag: Option<String>,
    /// Bytes.
    pub size: i64,
    pub mime_type: String,
    pub sha256: Option<String>,
    pub is_failed: bool,
}

/// At most `limit` assets whose object was not looked for since `since`. The longest unchecked come first.
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
        #[diesel(sql_type = BigInt)]
        size: i64,
        #[diesel(sql_type = Text)]
        mime_type: String,
        #[diesel(sql_type = Nullable<Text>)]
        sha256: Option<String>,
        #[diesel(sql_type = Bool)]
        is_failed: bool,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT o.owner, o.id, o.object_key, o.etag, a.size, a.mime_type, a.sha256, a.status = 'failed' AS is_failed
         FROM asset_objects o JOIN assets a ON a.owner = o.owner AND a.id = o.id
         WHERE (a.status = 'completed' OR a.status = 'failed' AND o.missing_since IS NOT NULL) AND o.checked_at < $1
         ORDER BY o.checked_at LIMIT $2",
    )
    .bind::<Timestamptz, _>(Timestamp(Utc::now() - since))
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let owners = user::owners(conn, rows.iter().map(|row| row.owner)).await?;
    let unseen = |row: Row| {
        let Row { id, object_key, etag, size, mime_type, sha256, is_failed, .. } = row;
        let owner = owners.get(&row.owner)?.clone();
        Some(Unseen { owner, id, object_key, etag, size, mime_type, sha256, is_failed })
    };
    Ok(rows.into_iter().filter_map(unseen).collect())
}

/// The owner, the id and the etag of an asset whose object exists.
pub type Seen = (OwnerKey, Uuid, String);

/// Records that the objects exist, so that the next run starts with other assets. Returns the number of changed rows.
pub async fn mark_seen(conn: &mut AsyncPgConnection, seen: &[Seen]) -> QueryResult<usize> {
    let owners: Vec<OwnerKey> = seen.iter().map(|(owner, ..)| *owner).collect();
    let ids: Vec<Uuid> = seen.iter().map(|(_, id, _)| *id).collect();
    let etags: Vec<&str> = seen.iter().map(|(.., etag)| etag.as_str()).collect();
    diesel::sql_query(
        "UPDATE asset_objects o SET checked_at = now(), etag = seen.etag, missing_since = NULL, missing_looks = 0
         FROM unnest($1, $2, $3) AS seen (owner, id, etag) WHERE o.owner = seen.owner AND o.id = seen.id",
    )
    .bind::<Array<BigInt>, _>(owners)
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(etags)
    .execute(conn)
    .await
}

/// Records looks that did not find the objects as they were. The ids of those that were looked for at least `looks` times, the first time `for_long` ago.
pub async fn mark_missing(
    conn: &mut AsyncPgConnection,
    missing: &[(OwnerKey, Uuid)],
    looks: i32,
    for_long: Duration,
) -> QueryResult<Vec<Uuid>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = Bool)]
        is_lost: bool,
    }
    let (owners, ids): (Vec<OwnerKey>, Vec<Uuid>) = missing.iter().copied().unzip();
    let rows: Vec<Row> = diesel::sql_query(
        "UPDATE asset_objects o SET checked_at = now(), missing_since = coalesce(o.missing_since, $5), missing_looks = o.missing_looks + 1
         FROM unnest($1, $2) AS missing (owner, id) WHERE o.owner = missing.owner AND o.id = missing.id
         RETURNING o.id, o.missing_looks >= $3 AND o.missing_since <= $4 AS is_lost",
    )
    .bind::<Array<BigInt>, _>(owners)
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Int4, _>(looks)
    .bind::<Timestamptz, _>(Timestamp(Utc::now() - for_long))
    // A parameter, because a cluster refuses now() inside of an expression.
    .bind::<Timestamptz, _>(Timestamp::now())
    .load(conn)
    .await?;
    Ok(rows.into_iter().filter(|row| row.is_lost).map(|row| row.id).collect())
}

/// The object keys of at most `limit` completed assets, those that were seen last first.
pub async fn seen_last(conn: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<String>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        object_key: String,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT o.object_key FROM asset_objects o JOIN assets a ON a.owner = o.owner AND a.id = o.id
         WHERE a.status = 'completed' AND o.missing_since IS NULL ORDER BY o.checked_at DESC LIMIT $1",
    )
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.object_key).collect())
}

/// How many files are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Missing {
    /// Completed assets whose object was not found at the last look.
    #[diesel(sql_type = BigInt)]
    pub missing: i64,
    /// All files, counted up to 100,000.
    #[diesel(sql_type = BigInt)]
    pub files: i64,
}

/// How many files are missing, of how many.
pub async fn count_missing(conn: &mut AsyncPgConnection) -> QueryResult<Missing> {
    diesel::sql_query(
        "SELECT (SELECT count(*) FROM asset_objects o JOIN assets a ON a.owner = o.owner AND a.id = o.id
                 WHERE o.missing_since IS NOT NULL AND a.status = 'completed') AS missing,
                (SELECT count(*) FROM (SELECT owner FROM asset_objects LIMIT 100000) counted) AS files",
    )
    .get_result(conn)
    .await
}
