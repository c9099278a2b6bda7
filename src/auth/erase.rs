//! Deletes a user. Rows, sessions and accounts are deleted in one transaction, and objects by a job. An audit line without a name stays.

use std::time::Duration;

use futures_util::FutureExt as _;

use super::Sessions;
use crate::db::OwnerId;
use crate::error::ApiError;
use crate::models::{audit, job, user};
use crate::sync::UserWriter;
use crate::sync::registry::Registry;
use crate::sync::user_tx::Outcome;

/// Deletes a user after the running writes of that user. Later writes find no user. Presigned URLs stay valid for `links_end_in`, after which the
/// job deletes the objects.
///
/// # Errors
/// The errors of a write.
pub async fn erase(
    writer: &UserWriter,
    sessions: &Sessions,
    kinds: &Registry,
    owner: &OwnerId,
    links_end_in: Duration,
) -> Result<(), ApiError> {
    let tables = kinds.tables();
    writer
        .write(owner, move |tx| {
            async move {
                job::enqueue_user_removal(tx, links_end_in).await?;
                user::delete(tx, &tables).await?;
                audit::record_deleted_user(tx).await?;
                // The user version is deleted too, so that it can't be raised.
                Ok(Outcome::Unchanged(()))
            }
            .boxed()
        })
        .await?;
    sessions.refresh(owner).await
}
