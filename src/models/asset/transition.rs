//! The state machine of an asset. No other code writes `status`.
//!
//! ```text
//! pending -> completed -> deleted        pending -> failed -> pending (registered again)
//! completed -> failed (its object is missing) -> completed (found again)      every state -> deleted
//! ```

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use strum::{EnumString, IntoStaticStr};
use uuid::Uuid;

use super::{AssetContent, AssetLabel, AssetRecord};
use crate::db::UserTx;
use crate::json::Timestamp;
use crate::schema::{asset_objects, assets};

/// The column `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow, IntoStaticStr, EnumString)]
#[diesel(sql_type = Text)]
#[strum(serialize_all = "snake_case", const_into_str)]
#[cfg_attr(test, derive(strum::VariantArray))]
pub enum AssetStatus {
    /// The upload is registered and its bytes are not checked.
    Pending,
    /// The bytes match the registered description.
    Completed,
    /// The bytes are wrong, missing, or were never uploaded.
    Failed,
    /// A tombstone.
    Deleted,
}

impl AssetStatus {
    /// Whether the state machine allows the change to `next`.
    pub fn may_become(self, next: Self) -> bool {
        use AssetStatus::{Completed, Deleted, Failed, Pending};
        matches!(
            (self, next),
            (Pending, Pending | Completed | Failed)
                | (Completed, Failed)
                | (Failed, Pending | Completed)
                | (Pending | Completed | Failed, Deleted)
        )
    }
}

impl FromSql<Text, Pg> for AssetStatus {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let word = std::str::from_utf8(value.as_bytes())?;
        word.parse().map_err(|_| format!("{word} is not a status of an asset").into())
    }
}

impl ToSql<Text, Pg> for AssetStatus {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.into_str(), &mut out.reborrow())
    }
}

/// A change of an asset's status.
#[derive(Debug, Clone)]
pub enum Transition {
    /// The upload is registered again, possibly with another description.
    Register(AssetContent),
    /// The bytes are stored and match the description. `etag` is the storage's name for them.
    Complete { etag: String },
    /// The object of an asset that failed because it was missing was found again.
    FindAgain,
    /// The upload failed, for the reason in `error`.
    Fail { error: String },
    /// The asset becomes a tombstone.
    Delete,
}

impl Transition {
    fn target(&self) -> AssetStatus {
        match self {
            Self::Register(_) => AssetStatus::Pending,
            Self::Complete { .. } | Self::FindAgain => AssetStatus::Completed,
            Self::Fail { .. } => AssetStatus::Failed,
            Self::Delete => AssetStatus::Deleted,
        }
    }
}

/// Inserts a pending asset with the keys of its object, and returns the row.
pub async fn create(
    tx: &mut UserTx,
    id: Uuid,
    (content, label): (&AssetContent, &AssetLabel),
    (object_key, staging_key): (&str, &str),
    version: i64,
) -> QueryResult<AssetRecord> {
    let (conn, owner) = tx.parts();
    let row = diesel::insert_into(assets::table)
        .values((
            assets::owner.eq(owner.key()),
            assets::id.eq(id),
            content.clone(),
            label.clone(),
            assets::status.eq(AssetStatus::Pending),
            assets::revision.eq(1),
            assets::version.eq(version),
        ))
        .returning(AssetRecord::as_returning())
        .get_result(conn)
        .await?;
    diesel::insert_into(asset_objects::table)
        .values((
            asset_objects::owner.eq(owner.key()),
            asset_objects::id.eq(id),
            asset_objects::object_key.eq(object_key),
            asset_objects::staging_key.eq(staging_key),
        ))
        .execute(conn)
        .await?;
    Ok(row)
}

/// Sets the description of a pending asset, whose completion follows in the same transaction.
pub async fn set_content(tx: &mut UserTx, id: Uuid, content: &AssetContent) -> QueryResult<()> {
    let (conn, owner) = tx.parts();
    diesel::update(assets::table.find((owner.key(), id))).set(content.clone()).execute(conn).await?;
    Ok(())
}

/// Applies `change` to the asset and returns the new row. `None` if the status does not allow it; nothing is changed then. The caller holds the
/// user's lock and has read `current` under it.
pub async fn transition(
    tx: &mut UserTx,
    current: &AssetRecord,
    change: Transition,
    version: i64,
) -> QueryResult<Option<AssetRecord>> {
    let (conn, owner) = tx.parts();
    let target = change.target();
    let is_found = matches!(change, Transition::FindAgain);
    // Only a found object completes a failed asset: an upload that failed is registered again first.
    if !current.status.may_become(target)
        || (current.status == AssetStatus::Failed && target == AssetStatus::Completed) != is_found
    {
        return Ok(None);
    }
    let row = assets::table.find((owner.key(), current.id));
    let object = asset_objects::table.find((owner.key(), current.id));
    let nothing = None::<String>;
    let not_missing = (asset_objects::missing_since.eq(None::<Timestamp>), asset_objects::missing_looks.eq(0));
    let mut error = None;
    match &change {
        Transition::Register(content) => {
            diesel::update(row).set(content.clone()).execute(conn).await?;
        }
        Transition::Complete { etag } => {
            let stored = (
                asset_objects::etag.eq(Some(etag)),
                asset_objects::upload_id.eq(nothing),
                asset_objects::part_size.eq(None::<i64>),
                asset_objects::lease.eq(None::<Uuid>),
                asset_objects::checked_at.eq(diesel::dsl::now),
                not_missing,
            );
            diesel::update(object).set(stored).execute(conn).await?;
        }
        Transition::FindAgain => {}
        Transition::Fail { error: why } => error = Some(why.clone()),
        Transition::Delete => {}
    }
    if matches!(change, Transition::Fail { .. } | Transition::Delete) {
        let no_upload = (asset_objects::upload_id.eq(None::<String>), asset_objects::part_size.eq(None::<i64>));
        diesel::update(object).set(no_upload).execute(conn).await?;
    }
    if current.status == AssetStatus::Failed {
        diesel::update(object).set(not_missing).execute(conn).await?;
    }
    let deleted_at = (target == AssetStatus::Deleted).then(Timestamp::now);
    diesel::update(row)
        .set((
            assets::status.eq(target),
            assets::error.eq(error),
            assets::revision.eq(assets::revision + 1),
            assets::version.eq(version),
            assets::updated_at.eq(diesel::dsl::now),
            assets::deleted_at.eq(deleted_at),
        ))
        .returning(AssetRecord::as_returning())
        .get_result(conn)
        .await
        .optional()
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::AssetStatus::{self, Completed, Deleted, Failed, Pending};

    #[test]
    fn deleted_is_final_and_a_completed_asset_is_not_pending_again() {
        for next in AssetStatus::VARIANTS {
            assert!(!Deleted.may_become(*next));
        }
        assert!(!Completed.may_become(Completed) && !Completed.may_become(Pending));
        assert!(Pending.may_become(Completed) && Failed.may_become(Pending) && Completed.may_become(Deleted));
    }
}
