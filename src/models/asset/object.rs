//! Where an asset's bytes are and how they get there. No device reads this, so no version is raised for it.

use std::time::Duration;

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::models::OwnerId;
use crate::schema::asset_objects;
use crate::wire::Timestamp;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = asset_objects)]
pub struct ObjectRecord {
    pub object_key: String,
    pub staging_key: String,
    /// A resumable upload that is under way.
    pub upload_id: Option<String>,
    pub part_size: Option<i64>,
    pub claim: Option<Uuid>,
    pub claimed_until: Option<Timestamp>,
}

pub async fn find_object(mut conn: &AsyncPgConnection, owner: &OwnerId, id: Uuid) -> QueryResult<Option<ObjectRecord>> {
    asset_objects::table
        .find((owner.as_str(), id))
        .select(ObjectRecord::as_select())
        .get_result(&mut conn)
        .await
        .optional()
}

/// Where the bytes of these assets are.
pub async fn object_keys(
    mut conn: &AsyncPgConnection,
    owner: &OwnerId,
    ids: &[Uuid],
) -> QueryResult<Vec<(Uuid, String)>> {
    asset_objects::table
        .filter(asset_objects::user_id.eq(owner.as_str()))
        .filter(asset_objects::id.eq_any(ids))
        .select((asset_objects::id, asset_objects::object_key))
        .load(&mut conn)
        .await
}

/// Takes the right to write the object for a while; false where another has it. The caller holds the user's lock.
pub async fn claim(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    id: Uuid,
    claim: Uuid,
    lasts: Duration,
) -> QueryResult<bool> {
    let taken = diesel::update(asset_objects::table.find((owner.as_str(), id)))
        .filter(asset_objects::claim.is_null().or(asset_objects::claimed_until.lt(Timestamp::now())))
        .set((
            asset_objects::claim.eq(Some(claim)),
            asset_objects::claimed_until.eq(Some(Timestamp(Utc::now() + lasts))),
        ))
        .execute(conn)
        .await?;
    Ok(taken == 1)
}

/// Gives the right back, if it is still this one's.
pub async fn release_claim(conn: &mut AsyncPgConnection, owner: &OwnerId, id: Uuid, claim: Uuid) -> QueryResult<usize> {
    diesel::update(asset_objects::table.find((owner.as_str(), id)))
        .filter(asset_objects::claim.eq(claim))
        .set(asset_objects::claim.eq(None::<Uuid>))
        .execute(conn)
        .await
}

/// Gives an announced file other keys.
pub async fn set_keys(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    id: Uuid,
    object_key: &str,
    staging_key: &str,
) -> QueryResult<usize> {
    diesel::update(asset_objects::table.find((owner.as_str(), id)))
        .set((asset_objects::object_key.eq(object_key), asset_objects::staging_key.eq(staging_key)))
        .execute(conn)
        .await
}

/// Notes the resumable upload that is under way, or that there is none.
pub async fn set_upload(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    id: Uuid,
    upload: Option<(&str, i64)>,
) -> QueryResult<usize> {
    let (upload_id, part_size) = upload.unzip();
    diesel::update(asset_objects::table.find((owner.as_str(), id)))
        .set((asset_objects::upload_id.eq(upload_id), asset_objects::part_size.eq(part_size)))
        .execute(conn)
        .await
}
