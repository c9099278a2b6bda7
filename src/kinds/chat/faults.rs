//! A fault of message batches (cargo feature `faults`).

use std::time::Duration;

use futures_util::FutureExt as _;

use crate::db::OwnerId;
use crate::error::ApiError;
use crate::faults::{Bug, is};
use crate::models::chat_message::{MessageColumns, write_batch};
use crate::sync::UserWriter;
use crate::sync::Written;

/// [`Bug::BatchNotAtomic`]: commits the first half of a batch before the whole batch is written.
pub async fn store_half(writer: &UserWriter, owner: &OwnerId, columns: &MessageColumns) -> Result<(), ApiError> {
    let half = columns.ids.len() / 2;
    if !is(Bug::BatchNotAtomic) || half == 0 {
        return Ok(());
    }
    let columns = MessageColumns {
        ids: columns.ids.iter().take(half).copied().collect(),
        id_given: columns.id_given.iter().take(half).copied().collect(),
        temp_ids: columns.temp_ids.iter().take(half).cloned().collect(),
        session_ids: columns.session_ids.iter().take(half).copied().collect(),
        roles: columns.roles.iter().take(half).copied().collect(),
        contents: columns.contents.iter().take(half).cloned().collect(),
        metadata: columns.metadata.iter().take(half).cloned().collect(),
        created_at: columns.created_at.iter().take(half).copied().collect(),
    };
    writer
        .call(owner, move |user| {
            async move {
                write_batch(user, &columns, None).await?;
                Ok(Written { value: (), raised_to: None })
            }
            .boxed()
        })
        .await?;
    // The time in which a kill leaves half of the batch: a commit without fsync alone would rarely be long enough.
    tokio::time::sleep(Duration::from_millis(5)).await;
    Ok(())
}
