//! The door to what people own in the database: a transaction that says whose rows it is about. Row-level security shows and takes no others, and to a
//! statement that comes by another way it shows none (docs/adr/0028). What is said ends with the transaction, so a pooled connection carries
//! nobody's name to the next.

use diesel_async::{AnsiTransactionManager, AsyncPgConnection, SimpleAsyncConnection as _, TransactionManager};
use futures_util::FutureExt as _;

use crate::db::{Database, DbError};
use crate::error::ApiError;
use crate::models::OwnerId;

/// What a transaction of a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Each statement sees what was committed before it.
    Read,
    /// All of it sees one moment. It waits for no writer and no writer waits for it.
    Snapshot,
    /// Only under the user's lock (`space`), or for what is nobody's data yet.
    Write,
}

impl Access {
    fn begin(self) -> &'static str {
        match self {
            Self::Read => "BEGIN READ ONLY",
            Self::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Self::Write => "BEGIN",
        }
    }
}

/// Begins a transaction of this person: one round trip.
pub fn begin(owner: &OwnerId, access: Access) -> String {
    format!("{}; SET LOCAL app.user_id = {}", access.begin(), literal(owner.as_str()))
}

/// As a constant of SQL, whatever it holds and however the database is set.
fn literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// Reads of this person's rows. What `work` asks first travels with the beginning, and nobody waits for the end: a read costs no more round trips than
/// its questions.
pub async fn read<T>(
    db: &Database,
    owner: &OwnerId,
    work: impl AsyncFnOnce(&AsyncPgConnection) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    read_on(&*db.conn().await?, owner, work).await
}

/// The same on a connection that is there already.
pub async fn read_on<T>(
    conn: &AsyncPgConnection,
    owner: &OwnerId,
    work: impl AsyncFnOnce(&AsyncPgConnection) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    visit(conn, &begin(owner, Access::Read), work).await
}

/// The same, all of one moment.
pub async fn snapshot<T>(
    db: &Database,
    owner: &OwnerId,
    work: impl AsyncFnOnce(&AsyncPgConnection) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    visit(&*db.conn().await?, &begin(owner, Access::Snapshot), work).await
}

async fn visit<T>(
    conn: &AsyncPgConnection,
    begin: &str,
    work: impl AsyncFnOnce(&AsyncPgConnection) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let _visit = Visit(conn);
    let begun = async {
        let mut conn = conn;
        conn.batch_execute(begin).await.map_err(ApiError::from)
    };
    // In this order: what is polled first is sent first. Its answer counts too; without the beginning the rest would have seen nothing.
    let ((), value) = futures_util::try_join!(begun, work(conn))?;
    Ok(value)
}

/// A read under way, on its connection.
struct Visit<'c>(&'c AsyncPgConnection);

impl Drop for Visit<'_> {
    /// However it ended, a caller who went away included. PostgreSQL answers in order, so this is sent and not waited for: whoever has the connection
    /// next comes after it. Nothing was written, so there is nothing to learn from the answer.
    fn drop(&mut self) {
        let mut conn = self.0;
        let _ = conn.batch_execute("COMMIT").now_or_never();
    }
}

/// Writes of what is not a person's data yet, so that no version is raised for it: what an import puts aside.
pub async fn set_aside<T>(
    db: &Database,
    owner: &OwnerId,
    work: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    transaction(&mut *db.conn().await?, &begin(owner, Access::Write), work).await
}

/// Upkeep over all people, as the role that may read the few columns which tell what there is to do (migration 20), and no content. Who owns the
/// tables is not subject to their policies and stays who they are.
pub async fn tend<T>(
    conn: &mut AsyncPgConnection,
    work: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    const BEGIN: &str = "BEGIN; SELECT set_config('role', 'landfall_jobs', true) WHERE row_security_active('assets')";
    transaction(conn, BEGIN, work).await
}

async fn transaction<T>(
    conn: &mut AsyncPgConnection,
    begin: &str,
    work: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    AnsiTransactionManager::begin_transaction_sql(conn, begin).await.map_err(DbError::from)?;
    match work(conn).await {
        Ok(value) => {
            AnsiTransactionManager::commit_transaction(conn).await.map_err(DbError::from)?;
            Ok(value)
        }
        Err(error) => {
            // If even this fails, the pool throws the connection away, and PostgreSQL rolls back.
            let _ = AnsiTransactionManager::rollback_transaction(conn).await;
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_end_no_constant() {
        let begin = begin(&OwnerId::of_authenticated(r"o'neill\'; --"), Access::Read);
        assert_eq!(begin, r"BEGIN READ ONLY; SET LOCAL app.user_id = E'o''neill\\''; --'");
    }
}
