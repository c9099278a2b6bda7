//! The faults that are more than a line in the code that they are planted in.

use std::time::Duration;

use diesel_async::{AnsiTransactionManager, TransactionManager};
use futures_util::FutureExt as _;

use super::{Bug, is};
use crate::error::ApiError;
use crate::models::OwnerId;
use crate::models::chat_message::{MessageColumns, write_batch};
use crate::sync::Spaces;
use crate::sync::space::{SpaceTransaction, Written};

/// [`Bug::AnswerBeforeCommit`]: long enough for a kill to come between.
pub fn commit_later(mut transaction: SpaceTransaction) {
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let _ = AnsiTransactionManager::commit_transaction(transaction.conn()).await;
    });
}

/// [`Bug::BatchNotAtomic`]: the first half, committed before the whole is sent.
pub async fn store_half(spaces: &Spaces, owner: &OwnerId, columns: &MessageColumns) -> Result<(), ApiError> {
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
    let owner_id = owner.clone();
    spaces
        .call(owner, move |conn| {
            async move {
                write_batch(conn, &owner_id, &columns, None).await?;
                Ok(Written { value: (), raised_to: None })
            }
            .boxed()
        })
        .await
}
