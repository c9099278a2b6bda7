//! The storage object of an asset and its upload. No client reads these rows, so a change does not raise the user's version.

use std::time::Duration;

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::{UserReader, UserTx};
use crate::json::Timestamp;
use crate::schema::asset_objects;

/// A row of `asset_objects`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = asset_objects)]
pub struct ObjectRecord {
    pub object_key: String,
    pub staging_key: String,
    /// The storage's id of an open resumable upload.
    pub upload_id: Option<String>,
    /// Bytes.
    pub part_size: Option<i64>,
    pub lease: Option<Uuid>,
    pub leased_until: Option<Timestamp>,
    /// The first look of the reconciler that did not find the object, if the last one did not either.
    pub missing_since: Option<Timestamp>,
}

/// The object of an asset. `None` where there is no asset.
pub async fn find_object(reader: UserReader<'_>, id: Uuid) -> QueryResult<Option<ObjectRecord>> {
    let (mut conn, owner) = reader.parts();
    asset_objects::table
        .find((owner.key(), id))
        .select(ObjectRecord::as_select())
        .get_result(&mut conn)
        .await
        .optional()
}

/// The object keys of these assets, in any order.
pub async fn object_keys(reader: UserReader<'_>, ids: &[Uuid]) -> QueryResult<Vec<(Uuid, String)>> {
    let (mut conn, owner) = reader.parts();
    asset_objects::table
        .filter(asset_objects::owner.eq(owner.key()))
        .filter(asset_objects::id.eq_any(ids))
        .select((asset_objects::id, asset_objects::object_key))
        .load(&mut conn)
        .await
}

/// Takes the lease of the object for `lasts`. Returns false while another lease is valid. The caller holds the user's lock.
pub async fn take_lease(tx: &mut UserTx, id: Uuid, lease: Uuid, lasts: Duration) -> QueryResult<bool> {
    let (conn, owner) = tx.parts();
    let taken = diesel::update(asset_objects::table.find((owner.key(), id)))
        .filter(asset_objects::lease.is_null().or(asset_objects::leased_until.lt(Timestamp::now())))
        .set((
            asset_objects::lease.eq(Some(lease)),
            asset_objects::leased_until.eq(Some(Timestamp(Utc::now() + lasts))),
        ))
        .execute(conn)
        .await?;
    Ok(taken == 1)
}

/// Ends the lease if it is still `lease`. Returns the number of changed rows: 0 or 1.
pub async fn release_lease(tx: &mut UserTx, id: Uuid, lease: Uuid) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    diesel::update(asset_objects::table.find((owner.key(), id)))
        .filter(asset_objects::lease.eq(lease))
        .set(asset_objects::lease.eq(None::<Uuid>))
        .execute(conn)
        .await
}

/// Sets the keys of a pending asset.
pub async fn set_keys(tx: &mut UserTx, id: Uuid, object_key: &str, staging_key: &str) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    diesel::update(asset_objects::table.find((owner.key(), id)))
        .set((asset_objects::object_key.eq(object_key), asset_objects::staging_key.eq(staging_key)))
        .execute(conn)
        .await
}

/// Stores the id and the part size (bytes) of the open resumable upload, or clears both.
pub async fn set_upload(tx: &mut UserTx, id: Uuid, upload: Option<(&str, i64)>) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    let (upload_id, part_size) = upload.unzip();
    diesel::update(asset_objects::table.find((owner.key(), id)))
        .set((asset_objects::upload_id.eq(upload_id), asset_objects::part_size.eq(part_size)))
        .execute(conn)
        .await
}
