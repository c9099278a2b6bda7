//! Takes one job after the other. A step has 30 s; what fails comes again later and later, and what never works is kept for people to see.

use std::time::Duration;

use tokio::sync::watch;

use super::Job;
use crate::db::Database;
use crate::error::{ApiError, ErrorCode};
use crate::files::Files;
use crate::models::job::{self, TakenJob};

/// How often an idle worker looks.
const IDLE: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_secs(30);
/// Longer than a step: nobody else takes the job while it runs.
const LOCK: Duration = Duration::from_secs(60);
/// While the storage or the database is away.
const OUTAGE: Duration = Duration::from_secs(15);
const MAX_BACKOFF: Duration = Duration::from_secs(3600);

/// What a step came to.
pub enum Step {
    Done,
    /// There is more of it.
    Again,
    /// Recurring: next time after this.
    Next(Duration),
}

/// Works until it is told to stop.
pub struct Worker {
    pub(super) files: Files,
    pub(super) db: Database,
    stop: watch::Receiver<bool>,
}

impl Worker {
    pub fn new(files: Files, db: Database, stop: watch::Receiver<bool>) -> Self {
        Self { files, db, stop }
    }

    pub async fn run(mut self) {
        let (mut told, mut queued) = (false, false);
        loop {
            let worked = match queued {
                true => self.work_once().await,
                false => Self::queue_recurring(&self.db).await.map(|()| true),
            };
            queued |= worked.is_ok();
            told = match &worked {
                Err(error) if !told => {
                    tracing::warn!(cause = error.cause, "background jobs wait for the database");
                    true
                }
                Err(_) => true,
                Ok(_) => false,
            };
            let pause = if matches!(worked, Ok(true)) { Duration::ZERO } else { IDLE };
            tokio::select! {
                () = stopped(&mut self.stop) => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Does one job, if one is due; true if there was one.
    async fn work_once(&mut self) -> Result<bool, ApiError> {
        let Some(taken) = job::take(&mut *self.db.conn().await?, LOCK).await? else { return Ok(false) };
        let mut stop = self.stop.clone();
        let result = tokio::select! {
            result = tokio::time::timeout(STEP, self.step(&taken)) => {
                result.unwrap_or_else(|_| Err(ApiError::internal("the step took longer than 30 s")))
            }
            () = stopped(&mut stop) => {
                // Every step can be done twice: another server goes on with it at once.
                job::unlock(&mut *self.db.conn().await?, taken.id).await?;
                return Ok(false);
            }
        };
        self.settle(taken, result).await?;
        Ok(true)
    }

    async fn step(&self, taken: &TakenJob) -> Result<Step, ApiError> {
        match &taken.job {
            Some(job) => self.tend(job).await,
            None => Err(ApiError::internal("no job of this kind is known")),
        }
    }

    async fn settle(&self, taken: TakenJob, result: Result<Step, ApiError>) -> Result<(), ApiError> {
        let mut conn = self.db.conn().await?;
        let TakenJob { id, attempts, job } = taken;
        match result {
            Ok(Step::Done) => job::remove(&mut conn, id).await?,
            Ok(Step::Again) => job::postpone(&mut conn, id, Duration::ZERO, 0, None).await?,
            Ok(Step::Next(delay)) => job::postpone(&mut conn, id, delay, 0, None).await?,
            Err(error) => {
                let cause = error.cause.as_deref().unwrap_or(&error.detail);
                if matches!(
                    error.code,
                    ErrorCode::StorageUnavailable | ErrorCode::DatabaseUnavailable | ErrorCode::Busy
                ) {
                    tracing::debug!(?job, cause, "a job waits for an outage to end");
                    job::postpone(&mut conn, id, OUTAGE, attempts, Some(cause)).await?
                } else {
                    tracing::warn!(?job, cause, attempts, "a job failed");
                    job::postpone(&mut conn, id, backoff(attempts), attempts + 1, Some(cause)).await?
                }
            }
        };
        Ok(())
    }

    /// Queues the recurring work, where it is not queued yet.
    async fn queue_recurring(db: &Database) -> Result<(), ApiError> {
        let mut conn = db.conn().await?;
        for work in [Job::SweepUploads, Job::Reconcile] {
            job::enqueue(&mut conn, &work, Duration::ZERO).await?;
        }
        Ok(())
    }
}

/// Until somebody says stop, or nobody is left who could.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopped| *stopped).await;
}

fn backoff(attempts: i32) -> Duration {
    Duration::from_secs(1 << attempts.clamp(0, 12)).min(MAX_BACKOFF)
}
