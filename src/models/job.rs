//! Jobs: work after a commit, and its queue. `FOR UPDATE SKIP LOCKED` keeps two servers from taking the same job.

use std::time::Duration;

use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Int4, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::asset;
use super::committed::committed;
use crate::db::UserTx;
use crate::json::{FreeJson, Timestamp};
use crate::schema::job;

/// The number of failed runs after which a job is dead. Outages of storage or database do not count.
pub const MAX_ATTEMPTS: i32 = 12;

/// A kind of job with its parameters. Each job may run twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Job {
    /// Removes objects, and the parts of an abandoned resumable upload (key and id).
    Discard { keys: Vec<String>, upload: Option<(String, String)> },
    /// Removes all objects of a deleted user and the parts of the user's resumable uploads (key and id).
    DeleteUserObjects { user_id: String, uploads: Vec<(String, String)> },
    /// Recurring: fails pending assets whose upload was not completed in time.
    SweepUploads,
    /// Recurring: checks that the objects of completed assets exist.
    Reconcile,
}

impl Job {
    /// All kinds, as the table has them.
    pub const KINDS: [&'static str; 4] = ["discard", "delete_user_objects", "sweep_uploads", "reconcile"];

    /// The kind, as the table has it.
    pub fn kind(&self) -> &'static str {
        let [discard, delete_user_objects, sweep_uploads, reconcile] = Self::KINDS;
        match self {
            Self::Discard { .. } => discard,
            Self::DeleteUserObjects { .. } => delete_user_objects,
            Self::SweepUploads => sweep_uploads,
            Self::Reconcile => reconcile,
        }
    }

    /// The unique key of a recurring job, of which the queue holds one. `None` for other jobs.
    fn unique_key(&self) -> Option<&'static str> {
        match self {
            Self::SweepUploads => Some("sweep_uploads"),
            Self::Reconcile => Some("reconcile"),
            _ => None,
        }
    }
}

/// A job that this server has taken until its lock ends.
#[derive(Debug)]
pub struct TakenJob {
    pub id: Uuid,
    /// `None`: the kind is not known to this release.
    pub job: Option<Job>,
    pub attempts: i32,
}

/// Queues a job in the transaction that causes it, and returns its id. It is due after `delay`. A recurring job that is queued already does not
/// change.
pub async fn enqueue(conn: &mut AsyncPgConnection, work: &Job, delay: Duration) -> QueryResult<Uuid> {
    let id = Uuid::now_v7();
    let payload =
        serde_json::to_string(work).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let payload =
        FreeJson::from_database(payload).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    diesel::insert_into(job::table)
        .values((
            job::id.eq(id),
            job::kind.eq(work.kind()),
            job::payload.eq(payload),
            job::unique_key.eq(work.unique_key()),
            job::run_at.eq(Timestamp(Utc::now() + delay)),
        ))
        .on_conflict(job::unique_key)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(id)
}

/// Queues the removal of the user's objects twice: now, and after `links_end_in`, when the last presigned link has expired. The caller deletes the user
/// in the same transaction, after this call.
pub async fn enqueue_user_removal(tx: &mut UserTx, links_end_in: Duration) -> QueryResult<()> {
    let uploads = asset::open_uploads(tx).await?;
    let (conn, owner) = tx.parts();
    let work = Job::DeleteUserObjects { user_id: owner.user_id().to_owned(), uploads };
    enqueue(conn, &work, Duration::ZERO).await?;
    enqueue(conn, &work, links_end_in).await?;
    Ok(())
}

/// Takes the job that is due the longest and locks it for `lasts`. `None` where no job is due.
pub async fn take(conn: &mut AsyncPgConnection, lasts: Duration) -> QueryResult<Option<TakenJob>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = Jsonb)]
        payload: FreeJson,
        #[diesel(sql_type = Int4)]
        attempts: i32,
    }
    let take = diesel::sql_query(
        "UPDATE job SET locked_until = $1 WHERE id = (
             SELECT id FROM job WHERE NOT dead AND run_at <= now() AND (locked_until IS NULL OR locked_until < now())
             ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, payload, attempts",
    )
    .bind::<Timestamptz, _>(Timestamp(Utc::now() + lasts));
    let row: Option<Row> = committed(take.load(conn).await?).optional()?;
    Ok(row.map(|row| TakenJob {
        id: row.id,
        job: serde_json::from_str(row.payload.as_str()).ok(),
        attempts: row.attempts,
    }))
}

/// Removes a finished job.
pub async fn remove(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<usize> {
    diesel::delete(job::table.find(id)).execute(conn).await
}

/// Makes a taken job due after `delay` and unlocks it. It is dead if `attempts` reaches [`MAX_ATTEMPTS`].
pub async fn postpone(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    delay: Duration,
    attempts: i32,
    last_error: Option<&str>,
) -> QueryResult<usize> {
    diesel::sql_query(
        "UPDATE job SET run_at = $2, locked_until = NULL, attempts = $3, last_error = $4, dead = $3 >= $5 WHERE id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(Timestamp(Utc::now() + delay))
    .bind::<Int4, _>(attempts)
    .bind::<Nullable<Text>, _>(last_error)
    .bind::<Int4, _>(MAX_ATTEMPTS)
    .execute(conn)
    .await
}

/// Makes a job due now.
pub async fn hasten(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<usize> {
    diesel::update(job::table.find(id)).set(job::run_at.eq(diesel::dsl::now)).execute(conn).await
}

/// Unlocks a taken job without another change.
pub async fn unlock(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<usize> {
    diesel::update(job::table.find(id)).set(job::locked_until.eq(None::<Timestamp>)).execute(conn).await
}

/// The number of jobs of one kind: `waiting` includes `failing` (a run failed) and excludes `dead`.
#[derive(Debug, QueryableByName)]
pub struct QueueLine {
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = BigInt)]
    pub waiting: i64,
    #[diesel(sql_type = BigInt)]
    pub failing: i64,
    #[diesel(sql_type = BigInt)]
    pub dead: i64,
    #[diesel(sql_type = Nullable<Text>)]
    pub last_error: Option<String>,
}

/// The queue, one line for each kind, in order of the names.
pub async fn summary(conn: &mut AsyncPgConnection) -> QueryResult<Vec<QueueLine>> {
    diesel::sql_query(
        "SELECT kind, count(*) FILTER (WHERE NOT dead) AS waiting,
                count(*) FILTER (WHERE NOT dead AND last_error IS NOT NULL) AS failing,
                count(*) FILTER (WHERE dead) AS dead, max(last_error) AS last_error
         FROM job GROUP BY kind ORDER BY kind",
    )
    .load(conn)
    .await
}

#[cfg(test)]
mod tests {
    use super::Job;

    #[test]
    fn kind_of_the_table_is_the_kind_in_the_payload() -> serde_json::Result<()> {
        let jobs = [
            Job::Discard { keys: Vec::new(), upload: None },
            Job::DeleteUserObjects { user_id: String::new(), uploads: Vec::new() },
            Job::SweepUploads,
            Job::Reconcile,
        ];
        assert_eq!(jobs.each_ref().map(Job::kind), Job::KINDS);
        for job in jobs {
            assert_eq!(serde_json::to_value(&job)?["kind"], job.kind());
        }
        Ok(())
    }
}
