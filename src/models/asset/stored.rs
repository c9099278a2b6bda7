//! The files of all users, for a backup.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::db::OwnerKey;

/// A file that may have an object under its final key.
#[derive(Debug, QueryableByName)]
pub struct StoredFile {
    #[diesel(sql_type = BigInt)]
    pub owner: OwnerKey,
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub object_key: String,
    /// Bytes.
    #[diesel(sql_type = BigInt)]
    pub size: i64,
    #[diesel(sql_type = Text)]
    pub mime_type: String,
    /// Lower-case hex.
    #[diesel(sql_type = Nullable<Text>)]
    pub sha256: Option<String>,
    /// False: the upload is pending or has failed, and the object may be absent.
    #[diesel(sql_type = Bool)]
    pub is_completed: bool,
    /// The reconciler has not found the object.
    #[diesel(sql_type = Bool)]
    pub is_missing: bool,
}

/// The first `limit` living files after `after`, by owner and id. The connection's role must be the owner of the tables: it sees all users.
pub async fn stored(conn: &mut AsyncPgConnection, after: (OwnerKey, Uuid), limit: i64) -> QueryResult<Vec<StoredFile>> {
    diesel::sql_query(
        "SELECT a.owner, a.id, o.object_key, a.size, a.mime_type, a.sha256, a.status = 'completed' AS is_completed,
                o.missing_since IS NOT NULL AS is_missing
         FROM assets a JOIN asset_objects o ON o.owner = a.owner AND o.id = a.id
         WHERE a.deleted_at IS NULL AND (a.owner, a.id) > ($1, $2) ORDER BY a.owner, a.id LIMIT $3",
    )
    .bind::<BigInt, _>(after.0)
    .bind::<SqlUuid, _>(after.1)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await
}
