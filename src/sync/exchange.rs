//! Push and pull in one request, on one connection. One write transaction checks the cursor and applies the mutations. A snapshot then reads
//! the page.

use std::sync::Arc;

use futures_util::FutureExt as _;

use super::UserWriter;
use super::pull::{Page, Pull};
use super::push::{PushRequest, PushResult, push};
use super::registry::Registry;
use crate::db::{Database, OwnerId};
use crate::error::ApiError;
use crate::trace::{self, Attribute};

/// Applies the mutations and reads the rows that changed since the cursor. Without mutations this is a pull. One result for each mutation.
///
/// # Errors
/// `resync_required` if the cursor can't be continued. The mutations may be stored then: retention may remove tombstones between the push and the pull.
/// Their outcomes are stored with them, so that a repeat has no second effect. The errors of [`push`] and [`Pull::next_page`].
pub async fn exchange(
    db: &Database,
    writer: &UserWriter,
    owner: &OwnerId,
    kinds: &Registry,
    request: PushRequest,
    pull: Pull,
) -> Result<(Vec<PushResult>, Page), ApiError> {
    pull.require_readable()?;
    if request.mutations.is_empty() {
        return Ok((Vec::new(), pull.next_page(db, owner).await?));
    }
    let (kinds, pull) = (kinds.clone(), Arc::new(pull));
    let check = pull.clone();
    let mutations = request.mutations.len();
    let pushed = writer.write_returning_conn(owner, move |tx| {
        async move {
            check.require_continuable(tx.version(), tx.horizon())?;
            push(tx, &kinds, request, check.size.bytes).await
        }
        .boxed()
    });
    let of_push = || {
        vec![
            Attribute::new("user.id", owner.user_id().to_owned()),
            Attribute::new("landfall.mutations", i64::try_from(mutations).unwrap_or(i64::MAX)),
        ]
    };
    let committed = trace::span("push", of_push, pushed).await?;
    let conn = db.for_reads(owner, committed.conn).await?;
    let page = trace::span("pull", Vec::new, pull.page_on(&conn, owner, committed.version)).await?;
    Ok((committed.value, page))
}
