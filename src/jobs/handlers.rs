//! The handler of each kind of job. Every step is idempotent: a server may die after it, and another server then repeats it.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};

use super::Job;
use super::worker::{Step, Worker};
use crate::db::OwnerId;
use crate::error::ApiError;
use crate::kinds::assets;
use crate::models::asset::{self, AssetStatus, Unseen};
use crate::storage::StorageError;
use crate::sync::user_tx;

const SWEEP_EVERY: Duration = Duration::from_secs(60);
const RECONCILE_EVERY: Duration = Duration::from_secs(600);
/// The interval at which each object is checked.
const CHECK_EVERY: Duration = Duration::from_secs(24 * 3600);
/// Rows in one step.
const BATCH: i64 = 100;
const CONCURRENT_CHECKS: usize = 8;

impl Worker {
    pub(super) async fn run_step(&self, job: &Job) -> Result<Step, ApiError> {
        match job {
            Job::Discard { keys, upload } => self.discard(keys, upload.iter()).await,
            Job::DeleteUserObjects { user_id, uploads } => self.delete_user_objects(user_id, uploads).await,
            Job::SweepUploads => self.sweep_uploads().await,
            Job::Reconcile => self.reconcile().await,
        }
    }

    async fn discard(
        &self,
        keys: &[String],
        uploads: impl Iterator<Item = &(String, String)>,
    ) -> Result<Step, ApiError> {
        for (key, upload) in uploads {
            self.files.storage.abort_parts(key, upload).await?;
        }
        self.files.storage.delete(keys).await?;
        Ok(Step::Done)
    }

    async fn delete_user_objects(&self, user_id: &str, uploads: &[(String, String)]) -> Result<Step, ApiError> {
        let storage = &self.files.storage;
        let prefix = crate::storage::keys::prefix(user_id);
        let open = storage.open_uploads(&prefix).await?;
        let keys = storage.list(&prefix).await?;
        self.discard(&keys, uploads.iter().chain(&open)).await?;
        Ok(if keys.is_empty() { Step::Done } else { Step::Again })
    }

    async fn sweep_uploads(&self) -> Result<Step, ApiError> {
        let config = &self.files.config;
        let (whole, in_parts) = (config.sweep_after, config.multipart_sweep_after);
        let stale = user_tx::job_tx(&mut *self.db.conn().await?, async |conn| {
            Ok(asset::stale(conn, whole, in_parts, BATCH).await?)
        })
        .await?;
        for (owner, id) in &stale {
            let why = "The upload was not finished in time.".to_owned();
            self.fail(owner, *id, AssetStatus::Pending, why).await?;
        }
        Ok(if stale.len() as i64 == BATCH { Step::Again } else { Step::Next(SWEEP_EVERY) })
    }

    async fn reconcile(&self) -> Result<Step, ApiError> {
        let unseen = user_tx::job_tx(&mut *self.db.conn().await?, async |conn| {
            Ok(asset::unseen(conn, CHECK_EVERY, BATCH).await?)
        })
        .await?;
        if unseen.is_empty() {
            return Ok(Step::Next(RECONCILE_EVERY));
        }
        // A missing bucket would make every object look lost, so the bucket is checked first.
        self.files.storage.check().await?;
        let more = unseen.len() as i64 == BATCH;
        let checks = stream::iter(unseen.into_iter().map(|one| async move { (self.lost(&one).await, one) }));
        let checked: Vec<(Result<Option<String>, StorageError>, Unseen)> =
            checks.buffer_unordered(CONCURRENT_CHECKS).collect().await;
        let mut seen = Vec::new();
        for (lost, one) in checked {
            match lost? {
                Some(why) => {
                    tracing::error!(asset = %one.id, why, "a stored file was lost");
                    self.fail(&one.owner, one.id, AssetStatus::Completed, why).await?;
                }
                None => seen.push((one.owner, one.id)),
            }
        }
        user_tx::job_tx(&mut *self.db.conn().await?, async |conn| Ok(asset::mark_seen(conn, &seen).await?)).await?;
        Ok(if more { Step::Again } else { Step::Next(RECONCILE_EVERY) })
    }

    async fn lost(&self, one: &Unseen) -> Result<Option<String>, StorageError> {
        let found = self.files.storage.head(&one.object_key).await?;
        Ok(match (found, &one.etag) {
            (None, _) => Some("The stored file is missing.".to_owned()),
            (Some(object), Some(etag)) if object.etag != *etag => Some("The stored file was changed.".to_owned()),
            _ => None,
        })
    }

    /// Marks an asset as failed. A user or a row that no longer exists is no error.
    async fn fail(&self, owner: &OwnerId, id: uuid::Uuid, expected: AssetStatus, why: String) -> Result<(), ApiError> {
        match assets::fail(self.files.writer(), owner, id, expected, None, why).await {
            Err(error) if matches!(error.code.status(), 401 | 404) => Ok(()),
            other => other,
        }
    }
}
