//! The handler of each kind of job. Every step is idempotent: a server may die after it, and another server then repeats it.

use std::time::{Duration, Instant};

use super::Job;
use super::worker::{Step, Worker};
use crate::db::advisory::{self, Lock};
use crate::error::{ApiError, ErrorCode};
use crate::models::asset;
use crate::sync::user_tx;

const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// Uploads that are ended later than this in a step are left to the next one.
const ENDS_LAST: Duration = Duration::from_secs(15);
/// Rows in one step.
pub(super) const BATCH: i64 = 100;

impl Worker {
    pub(super) async fn run_step(&self, job: &Job) -> Result<Step, ApiError> {
        match job {
            Job::Discard { keys, upload } => self.discard(keys, upload.iter()).await,
            Job::DeleteUserObjects { user_id, uploads } => self.delete_user_objects(user_id, uploads).await,
            Job::SweepUploads => self.sweep_uploads().await,
            Job::Reconcile => self.reconcile().await,
        }
    }

    /// Postpones the removal of objects while a backup is made, which has rows that name them.
    async fn wait_for_backup(&self) -> Result<(), ApiError> {
        match advisory::is_exclusive(&mut *self.db.conn().await?, Lock::Backup).await? {
            true => Err(ApiError::new(ErrorCode::Busy, "A backup is being made.").caused_by("a backup is being made")),
            false => Ok(()),
        }
    }

    async fn discard(
        &self,
        keys: &[String],
        uploads: impl Iterator<Item = &(String, String)>,
    ) -> Result<Step, ApiError> {
        self.wait_for_backup().await?;
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
        let end = Instant::now() + ENDS_LAST;
        for (owner, id) in &stale {
            if Instant::now() > end {
                return Ok(Step::Again);
            }
            or_gone(self.files.end_upload(owner, *id).await)?;
        }
        Ok(if stale.len() as i64 == BATCH { Step::Again } else { Step::Next(SWEEP_EVERY) })
    }
}

/// A user or a row that no longer exists is no error of a job.
pub(super) fn or_gone(result: Result<(), ApiError>) -> Result<(), ApiError> {
    result.or_else(|error| if matches!(error.code.status(), 401 | 404) { Ok(()) } else { Err(error) })
}
