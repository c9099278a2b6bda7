//! A person leaves: their rows, sessions and accounts go in one transaction; their objects are left to a job. What stays is a line that
//! somebody was deleted, without saying who.

use std::time::Duration;

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::Sessions;
use crate::error::ApiError;
use crate::models::audit::NewAudit;
use crate::models::{OwnerId, job, session, user};
use crate::sync::Spaces;
use crate::sync::space::Outcome;

/// Waits for the person's writes under way; those that come after it find nobody. Links to objects that were given out hold for
/// `links_end_in` more.
pub async fn erase(
    spaces: &Spaces,
    sessions: &Sessions,
    owner: &OwnerId,
    links_end_in: Duration,
) -> Result<(), ApiError> {
    let person = owner.clone();
    let hashes = spaces
        .write(owner, move |tx| {
            async move {
                let conn = tx.conn();
                let hashes = session::token_hashes(conn, &person).await?;
                job::enqueue_user_removal(conn, &person, links_end_in).await?;
                user::delete(conn, &person).await?;
                let line = NewAudit {
                    id: Uuid::now_v7(),
                    actor: None,
                    action: "user.delete",
                    entity: "user",
                    entity_id: None,
                };
                line.insert(conn).await?;
                // There is no version left to raise.
                Ok(Outcome::Unchanged(hashes))
            }
            .boxed()
        })
        .await?;
    sessions.forget_everywhere(hashes).await
}
