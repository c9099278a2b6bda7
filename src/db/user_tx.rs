//! The handles for all SQL of a user's data. Each carries its connection and its owner, so that a statement can't concern another user than its
//! transaction. `sync::user_tx` creates them and `models` take them.

use diesel_async::AsyncPgConnection;

use super::{AuditEntry, Conn, DbError, OwnerId, transaction};
use crate::config::RowSpace;

/// Reads of one user's rows, inside a transaction whose row-level security is set to that user.
#[derive(Clone, Copy)]
pub struct UserReader<'c> {
    conn: &'c AsyncPgConnection,
    owner: &'c OwnerId,
}

impl<'c> UserReader<'c> {
    pub(crate) fn new(conn: &'c AsyncPgConnection, owner: &'c OwnerId) -> Self {
        Self { conn, owner }
    }

    pub fn owner(self) -> &'c OwnerId {
        self.owner
    }

    /// The connection and the owner, for a statement of a model.
    pub fn parts(self) -> (&'c AsyncPgConnection, &'c OwnerId) {
        (self.conn, self.owner)
    }
}

/// A connection that is bound to one user, for SQL that does not raise the user's version: staged rows, streams, and functions that are a
/// transaction of their own.
pub struct UserConn<'c> {
    conn: &'c mut AsyncPgConnection,
    owner: &'c OwnerId,
    row_quota: Option<RowSpace>,
}

impl<'c> UserConn<'c> {
    pub(crate) fn new(conn: &'c mut AsyncPgConnection, owner: &'c OwnerId) -> Self {
        Self { conn, owner, row_quota: None }
    }

    /// The same handle for a function that is a transaction of its own and checks the quota itself.
    pub(crate) fn with_row_quota(self, row_quota: RowSpace) -> Self {
        Self { row_quota: Some(row_quota), ..self }
    }

    /// What the user's rows may take up, if the statement has to check it.
    pub fn row_quota(&self) -> Option<RowSpace> {
        self.row_quota
    }

    pub fn owner(&self) -> &'c OwnerId {
        self.owner
    }

    /// A handle with a shorter lifetime.
    pub fn reborrow(&mut self) -> UserConn<'_> {
        UserConn { conn: self.conn, owner: self.owner, row_quota: self.row_quota }
    }

    pub fn reader(&self) -> UserReader<'_> {
        UserReader { conn: self.conn, owner: self.owner }
    }

    /// The connection and the owner, for a statement of a model.
    pub fn parts(self) -> (&'c mut AsyncPgConnection, &'c OwnerId) {
        (self.conn, self.owner)
    }
}

/// A write transaction that holds the lock on one user's version.
pub struct UserTx {
    conn: Conn,
    owner: OwnerId,
    version: i64,
    horizon: i64,
    /// By how much the transaction raises the version.
    step: i64,
    /// How many positions of the next version are taken.
    positions: i32,
    used: RowSpace,
    row_quota: RowSpace,
    entries: Vec<AuditEntry>,
    writes: i64,
}

/// A place in a transaction to which it can go back.
#[derive(Debug)]
#[must_use]
pub struct Savepoint {
    /// The number of audit entries before it.
    entries: usize,
}

impl UserTx {
    /// `version`, `horizon` and `used` are the user's, read under the lock.
    pub(crate) fn new(
        conn: Conn,
        owner: OwnerId,
        (version, horizon): (i64, i64),
        used: RowSpace,
        row_quota: RowSpace,
    ) -> Self {
        let entries = Vec::new();
        Self { conn, owner, version, horizon, step: 1, positions: 0, used, row_quota, entries, writes: 1 }
    }

    /// What the user's rows took up before this transaction.
    pub fn used(&self) -> RowSpace {
        self.used
    }

    /// What they may take up.
    pub fn row_quota(&self) -> RowSpace {
        self.row_quota
    }

    pub fn owner(&self) -> &OwnerId {
        &self.owner
    }

    /// The user's version before this transaction.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// Some tombstones of this version and older are removed.
    pub fn horizon(&self) -> i64 {
        self.horizon
    }

    /// How many writes the transaction counts as.
    pub fn writes(&self) -> i64 {
        self.writes
    }

    /// Says that the transaction makes `count` writes. Without it, one that changes a row is one write.
    pub fn count_writes(&mut self, count: i64) {
        self.writes = count.max(1);
    }

    /// Adds an entry to the audit log. All entries of the transaction are inserted together at its end.
    pub fn add_entry(&mut self, entry: AuditEntry) {
        self.entries.push(entry);
    }

    /// The entries that were added, which the caller inserts.
    pub(crate) fn take_entries(&mut self) -> Vec<AuditEntry> {
        std::mem::take(&mut self.entries)
    }

    /// Opens a savepoint. [`Self::release`] or [`Self::roll_back_to`] ends it.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn open_savepoint(&mut self) -> Result<Savepoint, DbError> {
        transaction::open_savepoint(&mut self.conn).await?;
        Ok(Savepoint { entries: self.entries.len() })
    }

    /// Ends a savepoint, and what was done since stays.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn release(&mut self, _savepoint: Savepoint) -> Result<(), DbError> {
        transaction::commit(&mut self.conn).await
    }

    /// Undoes what was done since the savepoint, audit entries included.
    pub(crate) async fn roll_back_to(&mut self, savepoint: Savepoint) {
        transaction::roll_back(&mut self.conn).await;
        self.entries.truncate(savepoint.entries);
    }

    /// The version that every row changed in this transaction gets.
    pub fn next_version(&self) -> i64 {
        self.version + self.step
    }

    /// Skips `count` versions, for a write that needs the message positions of more than one (docs/adr/0001). It must be called before
    /// [`Self::next_version`] is used.
    pub fn skip_versions(&mut self, count: i64) {
        self.step += count;
    }

    /// The index, in the next version, of the first position that is free (docs/adr/0001).
    pub fn free_position(&self) -> i32 {
        self.positions
    }

    /// Takes `count` positions of the next version.
    pub fn take_positions(&mut self, count: i32) {
        self.positions += count;
    }

    pub fn reader(&self) -> UserReader<'_> {
        UserReader { conn: &self.conn, owner: &self.owner }
    }

    pub fn as_conn(&mut self) -> UserConn<'_> {
        UserConn { conn: &mut self.conn, owner: &self.owner, row_quota: None }
    }

    /// The connection and the owner, for a statement of a model.
    pub fn parts(&mut self) -> (&mut AsyncPgConnection, &OwnerId) {
        (&mut self.conn, &self.owner)
    }

    /// The connection, after the end of the transaction.
    pub(crate) fn into_conn(self) -> Conn {
        self.conn
    }

    /// The connection alone, for statements that concern no rows: savepoints, timeouts, commit.
    pub(crate) fn conn(&mut self) -> &mut AsyncPgConnection {
        &mut self.conn
    }
}
