//! Locks that no row stands for, between the processes of one database. They last as long as the connection: a process that is killed
//! lets go of them. The connection must be a dedicated one, past any pooler.

use diesel::sql_types::{BigInt, Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::DbError;

/// What is locked. The keys are ASCII.
#[derive(Debug, Clone, Copy)]
pub enum Lock {
    /// Held by every server as long as it serves; alone by whoever needs all of them stopped.
    Serving,
    /// Held by the one that sweeps.
    Sweeping,
}

impl Lock {
    fn key(self) -> i64 {
        i64::from_be_bytes(match self {
            Self::Serving => *b"lf-serve",
            Self::Sweeping => *b"lf-sweep",
        })
    }
}

/// Waits for whoever has it alone, and then has it together with others.
pub async fn share(conn: &mut AsyncPgConnection, lock: Lock) -> Result<(), DbError> {
    diesel::sql_query("SELECT pg_advisory_lock_shared($1)").bind::<BigInt, _>(lock.key()).execute(conn).await?;
    Ok(())
}

/// Takes it alone, or answers false at once where anybody has it.
pub async fn try_alone(conn: &mut AsyncPgConnection, lock: Lock) -> Result<bool, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        taken: bool,
    }
    let query = diesel::sql_query("SELECT pg_try_advisory_lock($1) AS taken").bind::<BigInt, _>(lock.key());
    let row: Row = query.get_result(conn).await?;
    Ok(row.taken)
}
