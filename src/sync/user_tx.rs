//! Transactions of a user's data. PostgreSQL's row-level security shows a transaction the rows of the owner that `app.owner` names, and no
//! others (docs/adr/0028). The setting is local to the transaction, so the next user of a pooled connection doesn't inherit it.
//!
//! A write queues in the process, takes a connection, locks the user's version, runs, and raises the version last, once, and only for a
//! change. It runs in its own task, so that a client's disconnect doesn't stop it half way. A read is cancelled with its request.

use std::time::{Duration, Instant};

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::events::Events;
use super::row_quota::raise_within_quota;
use super::write_queue::WriteQueue;
pub use super::written::{Committed, Outcome, Written};
use crate::config::RowSpace;
use crate::db::{Database, DbError, OwnerId, ReadConn, UserConn, UserReader, UserTx, renewal, transaction};
use crate::error::ApiError;
use crate::models::audit;
use crate::models::user_version::{self, UserVersion};
use crate::{request_id, trace};

/// What a transaction of a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Each statement sees what was committed before it.
    Read,
    /// All statements see one moment. Snapshots and writes don't wait for each other.
    Snapshot,
    /// For writes under the lock of the user's version, and for staged rows.
    Write,
}

impl Access {
    fn begin(self) -> &'static str {
        match self {
            Self::Read => "BEGIN READ ONLY",
            Self::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Self::Write => transaction::BEGIN,
        }
    }
}

/// The statements that begin a transaction of this owner, sent in one round trip.
pub fn begin(owner: &OwnerId, access: Access) -> String {
    format!("{}; SET LOCAL app.owner = '{}'", access.begin(), owner.key().get())
}

/// Runs reads of one user's rows. The first statement of `work` is pipelined with BEGIN, and the answer to COMMIT is not awaited, so a read
/// takes as many round trips as its statements.
///
/// # Errors
/// `database_unavailable`, and the errors of `work`.
pub async fn read<T>(
    db: &Database,
    owner: &OwnerId,
    work: impl AsyncFnOnce(UserReader<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    read_with(&db.read_conn(owner).await?, owner, Access::Read, work).await
}

/// [`read`] in which all statements see one moment.
///
/// # Errors
/// As [`read`].
pub async fn snapshot<T>(
    db: &Database,
    owner: &OwnerId,
    work: impl AsyncFnOnce(UserReader<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    read_with(&db.read_conn(owner).await?, owner, Access::Snapshot, work).await
}

/// [`read`] or [`snapshot`] on the caller's connection. Its statements are cancelled if the request ends first.
///
/// # Errors
/// As [`read`].
pub async fn read_with<T>(
    conn: &ReadConn,
    owner: &OwnerId,
    access: Access,
    work: impl AsyncFnOnce(UserReader<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    conn.run(read_in(UserReader::new(conn, owner), access, work)).await
}

/// [`read`] on the connection of a call of a database function. The call must have ended.
///
/// # Errors
/// As [`read`].
pub async fn read_after<T>(
    user: UserConn<'_>,
    work: impl AsyncFnOnce(UserReader<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    read_in(user.reader(), Access::Read, work).await
}

async fn read_in<T>(
    reader: UserReader<'_>,
    access: Access,
    work: impl AsyncFnOnce(UserReader<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let (mut conn, owner) = reader.parts();
    let _end = EndOfRead(conn);
    let begun = async { conn.batch_execute(&begin(owner, access)).await.map_err(ApiError::from) };
    // The future that is polled first is sent first. Before BEGIN, the statements of `work` would see no rows.
    let ((), value) = futures_util::try_join!(begun, work(reader))?;
    Ok(value)
}

/// Sends COMMIT when it is dropped.
struct EndOfRead<'c>(&'c AsyncPgConnection);

impl Drop for EndOfRead<'_> {
    /// Also runs if the request was cancelled. PostgreSQL executes in order, so COMMIT is sent and not awaited: later statements of the
    /// connection come after it. The read wrote nothing, so the answer is not needed.
    fn drop(&mut self) {
        let mut conn = self.0;
        let _ = conn.batch_execute("COMMIT").now_or_never();
    }
}

/// A transaction for rows without a version: the staged rows of an import.
///
/// # Errors
/// `database_unavailable`, and the errors of `work`, which roll back.
pub async fn staging_tx<T>(
    db: &Database,
    owner: &OwnerId,
    work: impl AsyncFnOnce(UserConn<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let mut conn = db.conn().await?;
    let work = async |conn: &mut AsyncPgConnection| work(UserConn::new(conn, owner)).await;
    transaction::transaction(&mut conn, &begin(owner, Access::Write), work).await
}

/// A job transaction over all users, as the role `landfall_jobs`, which may read the columns that jobs need and no content. A connection of
/// the tables' owner is not subject to the policies and keeps its role.
///
/// # Errors
/// `database_unavailable`, and the errors of `work`, which roll back.
pub async fn job_tx<T>(
    conn: &mut AsyncPgConnection,
    work: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    const BEGIN: &str = "BEGIN; SELECT set_config('role', 'landfall_jobs', true) WHERE row_security_active('assets')";
    transaction::transaction(conn, BEGIN, work).await
}

/// Opens the write transactions of users' data.
#[derive(Clone)]
pub struct UserWriter {
    db: Database,
    write_queue: WriteQueue,
    events: Events,
    row_quota: RowSpace,
    longest_statement: Duration,
}

impl UserWriter {
    /// A writer that publishes new versions to `events`. A write that leaves a user with more than `row_quota` is refused.
    pub fn new(db: Database, events: Events, row_quota: RowSpace) -> Self {
        let longest_statement = renewal::LONGEST_STATEMENT;
        Self { db, write_queue: WriteQueue::default(), events, row_quota, longest_statement }
    }

    /// The same writer for writes that set a `statement_timeout` of their own: work whose statements may run for `longest` is not taken for one whose
    /// connection hangs.
    pub fn with_longest_statement(self, longest: Duration) -> Self {
        Self { longest_statement: longest, ..self }
    }

    /// Runs `work` under the lock of the user's version. An error of `work` rolls everything back.
    ///
    /// # Errors
    /// `busy` if the user's other writes take more than two seconds, `unauthenticated` if the user is deleted, `quota_exceeded`,
    /// `database_unavailable`, and the errors of `work`.
    pub async fn write<T, F>(&self, owner: &OwnerId, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut UserTx) -> BoxFuture<'t, Result<Outcome<T>, ApiError>> + Send + 'static,
    {
        Ok(self.write_returning_conn(owner, work).await?.value)
    }

    /// [`Self::write`] for a caller that reads on the same connection afterwards.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_returning_conn<T, F>(&self, owner: &OwnerId, work: F) -> Result<Committed<T>, ApiError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut UserTx) -> BoxFuture<'t, Result<Outcome<T>, ApiError>> + Send + 'static,
    {
        let (writer, owner) = (self.clone(), owner.clone());
        detached(self.longest_statement, async move {
            let _permit = writer.write_queue.acquire(&owner).await?;
            let mut conn = writer.db.conn().await?;
            #[cfg(feature = "faults")]
            crate::faults::reach(crate::faults::Point::BeforeBegin);
            transaction::open(&mut conn, &begin(&owner, Access::Write)).await?;
            let locked = user_version::lock(UserConn::new(&mut conn, &owner)).await.map_err(DbError::from)?;
            let locked = locked.ok_or_else(ApiError::unauthenticated)?;
            let UserVersion { version, horizon, .. } = locked;
            let mut tx = UserTx::new(conn, owner, (version, horizon), locked.used(), writer.row_quota);
            match work(&mut tx).await {
                Ok(outcome) => writer.finish(tx, outcome).await,
                Err(error) => {
                    transaction::roll_back(tx.conn()).await;
                    Err(error)
                }
            }
        })
        .await
    }

    /// A write that is one call of a database function. The function sets the owner, locks and raises the version itself.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn call<T, F>(&self, owner: &OwnerId, call: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(UserConn<'c>) -> BoxFuture<'c, Result<Written<T>, ApiError>> + Send + 'static,
    {
        let (writer, owner) = (self.clone(), owner.clone());
        detached(self.longest_statement, async move {
            let _permit = writer.write_queue.acquire(&owner).await?;
            let mut conn = writer.db.conn().await?;
            #[cfg(feature = "faults")]
            crate::faults::reach(crate::faults::Point::BeforeBegin);
            let user = UserConn::new(&mut conn, &owner).with_row_quota(writer.row_quota);
            let written = call(user).await?;
            #[cfg(feature = "faults")]
            crate::faults::reach(crate::faults::Point::AfterCommit);
            if let Some(version) = written.raised_to {
                writer.events.publish(&owner, version);
            }
            Ok(written.value)
        })
        .await
    }

    async fn finish<T>(&self, mut tx: UserTx, outcome: Outcome<T>) -> Result<Committed<T>, ApiError> {
        audit::insert_added(&mut tx).await.map_err(DbError::from)?;
        #[cfg(feature = "faults")]
        crate::faults::reach(crate::faults::Point::InTheMiddle);
        let (value, version, changed) = match outcome {
            Outcome::Unchanged(value) => (value, tx.version(), false),
            Outcome::Changed(value) => (value, raise_within_quota(&mut tx).await?, true),
        };
        #[cfg(feature = "faults")]
        crate::faults::reach(crate::faults::Point::BeforeCommit);
        #[cfg(feature = "faults")]
        if crate::faults::is(crate::faults::Bug::AnswerBeforeCommit) {
            crate::faults::commit_later(tx);
            return Ok(Committed { value, version, conn: self.db.conn().await? });
        }
        transaction::commit(tx.conn()).await?;
        #[cfg(feature = "faults")]
        crate::faults::reach(crate::faults::Point::AfterCommit);
        if changed {
            self.events.publish(tx.owner(), version);
        }
        Ok(Committed { value, version, conn: tx.into_conn() })
    }
}

/// Runs `work` in its own task: actix drops the handler when the client disconnects, and the task runs to its end. Work whose connection hangs ends without
/// one, so that the user's later writes do not wait for it; the pool closes that connection.
async fn detached<T: Send + 'static>(
    longest_statement: Duration,
    work: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    use tracing::Instrument as _;
    let since = Instant::now();
    let work = async move {
        tokio::select! {
            result = work => result,
            () = renewal::hangs(since, longest_statement) => Err(DbError::Unavailable("the connection hangs".to_owned()).into()),
        }
    };
    let work = trace::scope(trace::current(), request_id::carried(request_id::current(), work));
    tokio::spawn(work.in_current_span()).await.unwrap_or_else(|panic| Err(ApiError::internal(panic)))
}
