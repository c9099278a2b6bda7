//! Work to be done after a commit: what there is, and the queue. `FOR UPDATE SKIP LOCKED` keeps several servers from taking one twice.

use std::time::Duration;

use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Int4, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::committed::committed;
use super::{OwnerId, asset};
use crate::schema::job;
use crate::wire::{FreeJson, Timestamp};

/// Runs of a job that failed by its own fault before it is given up.
pub const MAX_ATTEMPTS: i32 = 12;

/// What is to be done. Every one may be done twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Job {
    /// Removes objects, and the parts of an upload (key and id) that will not be finished.
    Discard { keys: Vec<String>, upload: Option<(String, String)> },
    /// Removes everything that a deleted user stored.
    DeleteUserObjects { user_id: String, uploads: Vec<(String, String)> },
    /// Recurring: gives up uploads that were never registered.
    SweepUploads,
    /// Recurring: looks whether the objects of completed assets are still there.
    Reconcile,
}

impl Job {
    /// There is one of each recurring job.
    fn unique_key(&self) -> Option<&'static str> {
        match self {
            Self::SweepUploads => Some("sweep_uploads"),
            Self::Reconcile => Some("reconcile"),
            _ => None,
        }
    }
}

/// A job that is ours until its lock ends.
#[derive(Debug)]
pub struct TakenJob {
    pub id: Uuid,
    /// `None`: of a kind that this version doesn't know.
    pub job: Option<Job>,
    pub attempts: i32,
}

/// Queues work, in the transaction that causes it; the id. A recurring job that is queued already stays as it is.
pub async fn enqueue(conn: &mut AsyncPgConnection, work: &Job, delay: Duration) -> QueryResult<Uuid> {
    let id = Uuid::now_v7();
    let payload =
        serde_json::to_string(work).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let payload =
        FreeJson::from_database(payload).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let kind = serde_json::to_value(work).ok().and_then(|value| value["kind"].as_str().map(str::to_owned));
    diesel::insert_into(job::table)
        .values((
            job::id.eq(id),
            job::kind.eq(kind.unwrap_or_default()),
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

/// For who deletes a user, in that transaction and before the rows go: removes the user's objects now, and once more when the last link that was given
/// out has ended.
pub async fn enqueue_user_removal(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    links_end_in: Duration,
) -> QueryResult<()> {
    let uploads = asset::open_uploads(conn, owner).await?;
    let work = Job::DeleteUserObjects { user_id: owner.as_str().to_owned(), uploads };
    enqueue(conn, &work, Duration::ZERO).await?;
    enqueue(conn, &work, links_end_in).await?;
    Ok(())
}

/// Takes the job that has been due the longest, for so long.
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

/// It is done.
pub async fn remove(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<usize> {
    diesel::delete(job::table.find(id)).execute(conn).await
}

/// It is to run (again) after `delay`.
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

/// It is due now, whatever it was waiting for.
pub async fn hasten(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<usize> {
    diesel::update(job::table.find(id)).set(job::run_at.eq(diesel::dsl::now)).execute(conn).await
}

/// Gives a job back untouched.
pub async fn unlock(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<usize> {
    diesel::update(job::table.find(id)).set(job::locked_until.eq(None::<Timestamp>)).execute(conn).await
}

/// The queue in one line for each kind, and what was given up.
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
