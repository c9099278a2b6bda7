//! Looks whether the objects of completed assets still exist. A loss is confirmed by several looks over days, and nothing is deleted because it was not
//! found: the storage may be away in part, moved, or another one than before. When too many are missing at once, the bucket is likely to be the wrong
//! one, and no asset is changed (docs/adr/0043).

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use tokio::time::{Instant, timeout_at};

use super::handlers::{BATCH, or_gone};
use super::worker::{Step, Worker};
use crate::error::{ApiError, ErrorCode};
use crate::kinds::assets;
use crate::models::asset::{self, Missing, Unseen};
use crate::storage::{MediaType, StorageError};
use crate::sync::user_tx;

const EVERY: Duration = Duration::from_secs(600);
/// The interval at which each object is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(24 * 3600);
/// The number of looks that confirm a loss, and the time between the first and the last of them.
const LOOKS: i32 = 3;
const LOST_AFTER: Duration = Duration::from_secs(3 * 24 * 3600);
/// More missing files than this, and than one in a hundred, are no loss of single files.
const FEW: i64 = 10;
/// Files that are asked for at the start.
const SAMPLE: i64 = 10;
const CONCURRENT_LOOKS: usize = 8;
/// Objects that are looked for later than this in a step are left to the next one.
const LOOKS_LAST: Duration = Duration::from_secs(15);
/// Larger objects are not read as a whole: the SDK has no checksum of them either.
const MAX_HASHED_BYTES: i64 = 8 * 1024 * 1024;

/// What a look found.
enum Look {
    /// The object, with this etag.
    Same(String),
    /// The object is missing or another one.
    Lost(&'static str),
}

impl Worker {
    pub(super) async fn reconcile(&self) -> Result<Step, ApiError> {
        let unseen =
            user_tx::job_tx(
                &mut *self.db.conn().await?,
                async |conn| Ok(asset::unseen(conn, LOOK_EVERY, BATCH).await?),
            )
            .await?;
        if unseen.is_empty() {
            return Ok(Step::Next(EVERY));
        }
        // A storage that is away would make every object look lost, so the bucket is asked for first.
        let away = |error| ApiError::new(ErrorCode::StorageUnavailable, "The bucket does not answer.").caused_by(error);
        self.files.storage.check().await.map_err(away)?;
        let more = unseen.len() as i64 == BATCH;
        let looked = self.look_for(unseen).await?;
        let (mut seen, mut missing) = (Vec::new(), Vec::new());
        for (look, one) in &looked {
            match look {
                Look::Same(etag) => {
                    if one.is_failed {
                        tracing::warn!(asset = %one.id, "a stored file that was missing was found again");
                        or_gone(assets::find_again(self.files.writer(), &one.owner, one.id).await)?;
                    }
                    seen.push((one.owner.key(), one.id, etag.clone()));
                }
                Look::Lost(_) => missing.push((one.owner.key(), one.id)),
            }
        }
        let (lost, count) = user_tx::job_tx(&mut *self.db.conn().await?, async |conn| {
            asset::mark_seen(conn, &seen).await?;
            let lost = asset::mark_missing(conn, &missing, LOOKS, LOST_AFTER).await?;
            Ok((lost, asset::count_missing(conn).await?))
        })
        .await?;
        if !self.are_too_many(count) {
            for (look, one) in &looked {
                if let Look::Lost(why) = look
                    && !one.is_failed
                    && lost.contains(&one.id)
                {
                    tracing::error!(asset = %one.id, why, "a stored file was lost");
                    or_gone(assets::lose(self.files.writer(), &one.owner, one.id, (*why).to_owned()).await)?;
                }
            }
        }
        Ok(if more { Step::Again } else { Step::Next(EVERY) })
    }

    /// Asks for the files that were seen last. A bucket that has none of them is said in the log, because uploads go there.
    pub(super) async fn check_bucket(&self) -> Result<(), ApiError> {
        let sample =
            user_tx::job_tx(&mut *self.db.conn().await?, async |conn| Ok(asset::seen_last(conn, SAMPLE).await?))
                .await?;
        for key in &sample {
            if self.files.storage.head(key).await?.is_some() {
                return Ok(());
            }
        }
        if !sample.is_empty() {
            let asked = sample.len();
            tracing::error!(asked, "the bucket has none of the files that were seen last: it may be the wrong one");
        }
        Ok(())
    }

    /// Says it once in the log, and all the time in the metrics.
    fn are_too_many(&self, Missing { missing, files }: Missing) -> bool {
        let too_many = missing > FEW && missing * 100 > files;
        self.files.missing.store(missing, Ordering::Relaxed);
        let said = self.said_missing.swap(too_many, Ordering::Relaxed);
        if too_many && !said {
            tracing::error!(
                missing,
                "so many stored files are not in the bucket that it may be the wrong one: no file is given up; check the settings of the storage"
            );
        }
        too_many
    }

    async fn look_for(&self, unseen: Vec<Unseen>) -> Result<Vec<(Look, Unseen)>, StorageError> {
        let looks = stream::iter(unseen).map(|one| async move { self.look(&one).await.map(|look| (look, one)) });
        let mut looks = looks.buffer_unordered(CONCURRENT_LOOKS);
        let (mut looked, end) = (Vec::new(), Instant::now() + LOOKS_LAST);
        while let Ok(Some(look)) = timeout_at(end, looks.next()).await {
            looked.push(look?);
        }
        Ok(looked)
    }

    /// Size and bytes count before the etag: a storage that was moved gives the same bytes another one.
    async fn look(&self, one: &Unseen) -> Result<Look, StorageError> {
        let storage = &self.files.storage;
        let Some(object) = storage.head(&one.object_key).await? else {
            return Ok(Look::Lost("The stored file is missing."));
        };
        let is_same = match &one.sha256 {
            _ if object.size != one.size => false,
            _ if one.etag.as_ref().is_none_or(|etag| *etag == object.etag) || one.size == 0 => true,
            Some(sha256) if one.size <= MAX_HASHED_BYTES => storage.sha256(&one.object_key).await? == *sha256,
            _ => {
                let head = storage.first_bytes(&one.object_key).await?;
                MediaType::named(&one.mime_type).is_some_and(|media| media.check(&head).is_ok())
            }
        };
        Ok(if is_same { Look::Same(object.etag) } else { Look::Lost("The stored file was changed.") })
    }
}
