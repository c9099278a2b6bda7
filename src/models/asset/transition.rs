//! The state machine of a file, in the one place where `status` is written:
//!
//! ```text
//! pending -> completed -> deleted        pending -> failed -> pending (another try)
//! completed -> failed (its object was lost)      every state -> deleted
//! ```

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{AssetContent, AssetLabel, AssetRecord};
use crate::models::OwnerId;
use crate::schema::{asset_objects, assets};

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum AssetStatus {
    /// Announced; its bytes are on their way.
    Pending,
    /// Its bytes were looked at and are what was announced.
    Completed,
    /// Its bytes are wrong, lost, or never came.
    Failed,
    /// A tombstone.
    Deleted,
}

impl AssetStatus {
    const ALL: [Self; 4] = [Self::Pending, Self::Completed, Self::Failed, Self::Deleted];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Deleted => "deleted",
        }
    }

    pub fn may_become(self, next: Self) -> bool {
        use AssetStatus::{Completed, Deleted, Failed, Pending};
        matches!(
            (self, next),
            (Pending, Pending | Completed | Failed)
                | (Completed, Failed)
                | (Failed, Pending)
                | (Pending | Completed | Failed, Deleted)
        )
    }
}

impl FromSql<Text, Pg> for AssetStatus {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let word = std::str::from_utf8(value.as_bytes())?;
        let known = Self::ALL.into_iter().find(|status| status.as_str() == word);
        known.ok_or_else(|| format!("{word} is no state of an asset").into())
    }
}

impl ToSql<Text, Pg> for AssetStatus {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), &mut out.reborrow())
    }
}

/// What happens to a file.
#[derive(Debug, Clone)]
pub enum Transition {
    /// It is announced anew, perhaps as something else.
    Announce(AssetContent),
    /// Its bytes are stored and right.
    Complete {
        etag: String,
    },
    Fail {
        error: String,
    },
    Bury,
}

impl Transition {
    fn target(&self) -> AssetStatus {
        match self {
            Self::Announce(_) => AssetStatus::Pending,
            Self::Complete { .. } => AssetStatus::Completed,
            Self::Fail { .. } => AssetStatus::Failed,
            Self::Bury => AssetStatus::Deleted,
        }
    }
}

/// Announces a file: a pending row, with the keys that its bytes will have.
pub async fn create(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    id: Uuid,
    (content, label): (&AssetContent, &AssetLabel),
    (object_key, staging_key): (&str, &str),
    revision: i64,
) -> QueryResult<AssetRecord> {
    let row = diesel::insert_into(assets::table)
        .values((
            assets::user_id.eq(owner.as_str()),
            assets::id.eq(id),
            content.clone(),
            label.clone(),
            assets::status.eq(AssetStatus::Pending),
            assets::revision.eq(revision),
        ))
        .returning(AssetRecord::as_returning())
        .get_result(conn)
        .await?;
    diesel::insert_into(asset_objects::table)
        .values((
            asset_objects::user_id.eq(owner.as_str()),
            asset_objects::id.eq(id),
            asset_objects::object_key.eq(object_key),
            asset_objects::staging_key.eq(staging_key),
        ))
        .execute(conn)
        .await?;
    Ok(row)
}

/// Takes a file from its state to the next. `None` where that state doesn't allow it: nothing was changed. The caller holds the user's lock and has
/// read `current` under it.
pub async fn transition(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    current: &AssetRecord,
    change: Transition,
    revision: i64,
) -> QueryResult<Option<AssetRecord>> {
    let target = change.target();
    if !current.status.may_become(target) {
        return Ok(None);
    }
    let row = assets::table.find((owner.as_str(), current.id));
    let object = asset_objects::table.find((owner.as_str(), current.id));
    let nothing = None::<String>;
    let mut error = None;
    match &change {
        Transition::Announce(content) => {
            diesel::update(row).set(content.clone()).execute(conn).await?;
        }
        Transition::Complete { etag } => {
            let stored = (
                asset_objects::etag.eq(Some(etag)),
                asset_objects::upload_id.eq(nothing),
                asset_objects::part_size.eq(None::<i64>),
                asset_objects::claim.eq(None::<Uuid>),
                asset_objects::checked_at.eq(diesel::dsl::now),
            );
            diesel::update(object).set(stored).execute(conn).await?;
        }
        Transition::Fail { error: why } => error = Some(why.clone()),
        Transition::Bury => {}
    }
    if matches!(change, Transition::Fail { .. } | Transition::Bury) {
        let given_up = (asset_objects::upload_id.eq(None::<String>), asset_objects::part_size.eq(None::<i64>));
        diesel::update(object).set(given_up).execute(conn).await?;
    }
    let buried = (target == AssetStatus::Deleted).then(crate::wire::Timestamp::now);
    diesel::update(row)
        .set((
            assets::status.eq(target),
            assets::error.eq(error),
            assets::revision.eq(revision),
            assets::updated_at.eq(diesel::dsl::now),
            assets::deleted_at.eq(buried),
        ))
        .returning(AssetRecord::as_returning())
        .get_result(conn)
        .await
        .optional()
}

#[cfg(test)]
mod tests {
    use super::AssetStatus::{self, Completed, Deleted, Failed, Pending};

    #[test]
    fn nothing_comes_back_from_the_dead_and_nothing_is_completed_twice() {
        for next in AssetStatus::ALL {
            assert!(!Deleted.may_become(next));
        }
        assert!(!Completed.may_become(Completed) && !Completed.may_become(Pending) && !Failed.may_become(Completed));
        assert!(Pending.may_become(Completed) && Failed.may_become(Pending) && Completed.may_become(Deleted));
    }
}
