//! Finds out that another server answers at the database's address. A failover behind one address need not cut the connections that are open: they
//! lead to the server of before, which may even take writes that the new one never sees.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Database, DbError, renewal};

/// How often a new connection asks.
const EVERY: Duration = Duration::from_secs(5);
/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Who answers. Another start of the same server counts as another one.
#[derive(Debug, PartialEq, Eq, diesel::QueryableByName)]
struct Server {
    #[diesel(sql_type = Timestamptz)]
    started_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
    #[diesel(sql_type = Bool)]
    read_only: bool,
}

/// Renews the connections of the process when another server answers, or when the same one begins or ends to take writes. Does not return.
pub async fn watch(db: &Database) {
    let mut known: Option<Server> = None;
    loop {
        if let Ok(Ok(server)) = tokio::time::timeout(TIMEOUT, who_answers(db)).await {
            if known.as_ref().is_some_and(|known| *known != server) {
                tracing::info!("another server answers at the database's address: connections are opened again");
                renewal::request();
            }
            known = Some(server);
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn who_answers(db: &Database) -> Result<Server, DbError> {
    let sql = "SELECT pg_postmaster_start_time() AS started_at, host(inet_server_addr()) || ':' || inet_server_port() AS address,
                      current_setting('transaction_read_only')::boolean AS read_only";
    let mut conn: AsyncPgConnection = db.dedicated().await?;
    Ok(diesel::sql_query(sql).get_result(&mut conn).await?)
}
