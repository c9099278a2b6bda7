//! Runs one job at a time. A step has 30 s. A failed step is repeated with a growing delay. A job that always fails stays in the queue, where
//! `landfall jobs` lists it.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::Job;
use crate::counts::Counts;
use crate::db::Database;
use crate::error::{ApiError, ErrorCode};
use crate::models::job::{self, TakenJob};
use crate::ops::faults;
use crate::trace;
use crate::uploads::Files;

/// The interval at which an idle worker reads the queue.
const IDLE: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_secs(30);
/// The lock on a job, longer than a step: no other worker takes the job while it runs.
const LOCK: Duration = Duration::from_secs(60);
/// The delay of a job while the storage or the database is unavailable.
const OUTAGE: Duration = Duration::from_secs(15);
/// The time between two counts of the queue for the metrics.
const COUNT_EVERY: Duration = Duration::from_secs(30);
const MAX_BACKOFF: Duration = Duration::from_secs(3600);

/// The result of a step.
pub enum Step {
    /// The job is finished.
    Done,
    /// The job has more work.
    Again,
    /// A recurring job runs again after this time.
    Next(Duration),
}

/// Runs jobs until `stop` is set.
pub struct Worker {
    pub(super) files: Files,
    pub(super) db: Database,
    /// The log says that too many files are missing.
    pub(super) said_missing: AtomicBool,
    counts: Counts,
    stop: CancellationToken,
}

impl Worker {
    pub fn new(files: Files, db: Database, counts: Counts, stop: CancellationToken) -> Self {
        Self { files, db, said_missing: AtomicBool::new(false), counts, stop }
    }

    pub async fn run(self) {
        let (mut warned, mut queued) = (false, false);
        let mut counted: Option<Instant> = None;
        loop {
            let worked = match queued {
                true => self.work_once().await,
                false => Self::queue_recurring(&self.db).await.map(|()| true),
            };
            if worked.is_ok() && !queued {
                queued = true;
                if let Err(error) = self.check_bucket().await {
                    tracing::debug!(cause = error.cause, "the bucket could not be checked");
                }
            }
            warned = match &worked {
                Err(error) if !warned => {
                    tracing::warn!(cause = error.cause, "background jobs wait for the database");
                    true
                }
                Err(_) => true,
                Ok(_) => false,
            };
            if worked.is_ok() && counted.is_none_or(|last| last.elapsed() >= COUNT_EVERY) {
                counted = Some(Instant::now());
                if let Err(error) = self.count_queue().await {
                    tracing::debug!(cause = error.cause, "the queue could not be counted");
                }
            }
            let pause = if matches!(worked, Ok(true)) { Duration::ZERO } else { IDLE };
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Runs one due job. False if none is due.
    async fn work_once(&self) -> Result<bool, ApiError> {
        let Some(taken) = job::take(&mut *self.db.conn().await?, LOCK).await? else { return Ok(false) };
        let began = Instant::now();
        let kind = taken.job.as_ref().map_or("unknown", Job::kind);
        let trace = trace::is_on().then(|| trace::job(format!("job {kind}"))).flatten();
        let result = tokio::select! {
            result = tokio::time::timeout(STEP, trace::scope(trace.clone(), self.step(&taken))) => {
                result.unwrap_or_else(|_| Err(ApiError::internal("the step took longer than 30 s")))
            }
            () = self.stop.cancelled() => {
                // The job is unlocked, so that another server continues it at once.
                job::unlock(&mut *self.db.conn().await?, taken.id).await?;
                return Ok(false);
            }
        };
        let word = word_of(&result);
        self.counts.job(kind, word, began.elapsed());
        if let Some(trace) = trace {
            trace::end(&trace, Vec::new(), result.as_ref().err().map(|error| error.code.into_str()));
        }
        if let ("failed", Err(error)) = (word, &result) {
            faults::job(kind, error.code);
        }
        self.finish_job(taken, result).await?;
        Ok(true)
    }

    async fn step(&self, taken: &TakenJob) -> Result<Step, ApiError> {
        match &taken.job {
            Some(job) => self.run_step(job).await,
            None => Err(ApiError::internal("no job of this kind is known")),
        }
    }

    async fn finish_job(&self, taken: TakenJob, result: Result<Step, ApiError>) -> Result<(), ApiError> {
        let mut conn = self.db.conn().await?;
        let TakenJob { id, attempts, job } = taken;
        match result {
            Ok(Step::Done) => job::remove(&mut conn, id).await?,
            Ok(Step::Again) => job::postpone(&mut conn, id, Duration::ZERO, 0, None).await?,
            Ok(Step::Next(delay)) => job::postpone(&mut conn, id, delay, 0, None).await?,
            Err(error) => {
                let cause = error.cause.as_deref().unwrap_or(&error.detail);
                if waits_for_an_outage(&error) {
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

    /// Counts the queue of all servers. Kinds that have left the queue are counted as 0.
    async fn count_queue(&self) -> Result<(), ApiError> {
        let lines = job::summary(&mut *self.db.conn().await?).await?;
        self.counts.jobs.reset();
        for line in lines {
            let kind = Job::KINDS.iter().find(|kind| **kind == line.kind).copied().unwrap_or("unknown");
            for (state, count) in [("waiting", line.waiting), ("failing", line.failing), ("dead", line.dead)] {
                self.counts.jobs.with_label_values(&[kind, state]).add(count);
            }
        }
        Ok(())
    }

    /// Queues the recurring jobs that are not queued.
    async fn queue_recurring(db: &Database) -> Result<(), ApiError> {
        let mut conn = db.conn().await?;
        for work in [Job::SweepUploads, Job::Reconcile] {
            job::enqueue(&mut conn, &work, Duration::ZERO).await?;
        }
        Ok(())
    }
}

fn waits_for_an_outage(error: &ApiError) -> bool {
    matches!(error.code, ErrorCode::StorageUnavailable | ErrorCode::DatabaseUnavailable | ErrorCode::Busy)
}

/// The result of a step in the metrics.
fn word_of(result: &Result<Step, ApiError>) -> &'static str {
    match result {
        Ok(_) => "done",
        Err(error) if waits_for_an_outage(error) => "waits",
        Err(_) => "failed",
    }
}

fn backoff(attempts: i32) -> Duration {
    Duration::from_secs(1 << attempts.clamp(0, 12)).min(MAX_BACKOFF)
}
