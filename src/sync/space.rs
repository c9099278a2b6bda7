//! The one way to write a user's data (rule 1): queue, take a connection, lock the user's row, then read and decide, raise the
//! version last and only for a change. Runs in a task of its own: a client that goes away can't stop it half way.

use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use futures_util::future::BoxFuture;

use super::door::{self, Access};
use super::events::Events;
use super::turnstile::Turnstile;
use crate::db::{Conn, Database, DbError};
use crate::error::ApiError;
use crate::models::{OwnerId, space};

/// What a write came to.
pub enum Outcome<T> {
    /// Rows changed: the version is raised.
    Changed(T),
    /// A repeat, or nothing to do: version, `updatedAt` and ETag stay as they are.
    Unchanged(T),
}

impl<T> Outcome<T> {
    /// The same outcome with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Changed(value) => Outcome::Changed(change(value)),
            Self::Unchanged(value) => Outcome::Unchanged(change(value)),
        }
    }
}

/// What a database function did by itself.
pub struct Written<T> {
    pub value: T,
    /// The version that it raised to, if it changed anything.
    pub raised_to: Option<i64>,
}

#[derive(Clone)]
pub struct Spaces {
    db: Database,
    turnstile: Turnstile,
    events: Events,
}

/// A transaction that holds the user's lock.
pub struct SpaceTransaction {
    conn: Conn,
    version: i64,
    /// By how many the version will rise.
    step: i64,
}

impl SpaceTransaction {
    pub fn conn(&mut self) -> &mut AsyncPgConnection {
        &mut self.conn
    }

    /// What every row changed here must be stamped with.
    pub fn next_version(&self) -> i64 {
        self.version + self.step
    }

    /// Leaves versions out, for a write that needs the positions of more than one (docs/adr/0001). Before anything is stamped.
    pub fn skip_versions(&mut self, count: i64) {
        self.step += count;
    }
}

impl Spaces {
    pub fn new(db: Database, events: Events) -> Self {
        Self { db, turnstile: Turnstile::default(), events }
    }

    /// Runs `work` under the user's lock. An error rolls everything back.
    pub async fn write<T, F>(&self, owner: &OwnerId, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut SpaceTransaction) -> BoxFuture<'t, Result<Outcome<T>, ApiError>> + Send + 'static,
    {
        let (spaces, owner) = (self.clone(), owner.clone());
        detached(async move {
            let _turn = spaces.turnstile.enter(&owner).await?;
            let mut conn = spaces.db.conn().await?;
            #[cfg(feature = "planted")]
            crate::planted::reach(crate::planted::Point::BeforeBegin);
            let begin = door::begin(&owner, Access::Write);
            AnsiTransactionManager::begin_transaction_sql(&mut *conn, &begin).await.map_err(DbError::from)?;
            let version = space::lock(&mut conn, &owner).await.map_err(DbError::from)?;
            let mut transaction =
                SpaceTransaction { conn, version: version.ok_or_else(ApiError::unauthenticated)?, step: 1 };
            match work(&mut transaction).await {
                Ok(outcome) => spaces.finish(transaction, &owner, outcome).await,
                Err(error) => {
                    // If even this fails, the pool throws the connection away, and PostgreSQL rolls back.
                    let _ = AnsiTransactionManager::rollback_transaction(transaction.conn()).await;
                    Err(error)
                }
            }
        })
        .await
    }

    /// For a write that is one call of a database function, which says whose rows it is about, locks, decides and raises the version itself.
    pub async fn call<T, F>(&self, owner: &OwnerId, call: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, Result<Written<T>, ApiError>> + Send + 'static,
    {
        let (spaces, owner) = (self.clone(), owner.clone());
        detached(async move {
            let _turn = spaces.turnstile.enter(&owner).await?;
            let mut conn = spaces.db.conn().await?;
            #[cfg(feature = "planted")]
            crate::planted::reach(crate::planted::Point::BeforeBegin);
            let written = call(&mut conn).await?;
            #[cfg(feature = "planted")]
            crate::planted::reach(crate::planted::Point::AfterCommit);
            if let Some(version) = written.raised_to {
                spaces.events.publish(&owner, version);
            }
            Ok(written.value)
        })
        .await
    }

    async fn finish<T>(
        &self,
        mut transaction: SpaceTransaction,
        owner: &OwnerId,
        outcome: Outcome<T>,
    ) -> Result<T, ApiError> {
        #[cfg(feature = "planted")]
        crate::planted::reach(crate::planted::Point::InTheMiddle);
        let version = transaction.next_version();
        let (value, changed) = match outcome {
            Outcome::Unchanged(value) => (value, false),
            Outcome::Changed(value) => {
                space::raise(transaction.conn(), owner, version).await.map_err(DbError::from)?;
                (value, true)
            }
        };
        #[cfg(feature = "planted")]
        crate::planted::reach(crate::planted::Point::BeforeCommit);
        #[cfg(feature = "planted")]
        if crate::planted::is(crate::planted::Bug::AnswerBeforeCommit) {
            crate::planted::commit_later(transaction);
            return Ok(value);
        }
        AnsiTransactionManager::commit_transaction(transaction.conn()).await.map_err(DbError::from)?;
        #[cfg(feature = "planted")]
        crate::planted::reach(crate::planted::Point::AfterCommit);
        if changed {
            self.events.publish(owner, version);
        }
        Ok(value)
    }
}

/// actix drops a handler whose client has gone; this goes on to its end.
async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    use tracing::Instrument as _;
    tokio::spawn(work.in_current_span()).await.unwrap_or_else(|panic| Err(ApiError::internal(panic)))
}
