//! A connection for reads whose statements end with their request. actix drops a handler when its client is gone or its time is over; PostgreSQL would continue
//! the statement, and the connection would be in use until its end.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};

use super::connect::Connector;
use super::pooled::Conn;
use super::queue::QueuePermit;
use super::{OwnerKey, renewal};

/// How long statements have to end by themselves. Most reads end within this time, and their connection stays open.
const GRACE: Duration = Duration::from_millis(100);
/// How long one cancel request, and the end of the statement after it, may take.
const CANCEL_WAIT: Duration = Duration::from_secs(1);
/// A cancel request that arrives between two statements cancels nothing, so it is sent again.
const CANCEL_ATTEMPTS: u32 = 5;

/// A pooled connection for reads.
pub struct ReadConn(Arc<Held>);

struct Held {
    conn: Conn,
    connector: Arc<Connector>,
    /// The user's place among the user's reads.
    _place: QueuePermit<Option<OwnerKey>>,
}

impl ReadConn {
    pub(super) fn new(conn: Conn, connector: Arc<Connector>, place: QueuePermit<Option<OwnerKey>>) -> Self {
        Self(Arc::new(Held { conn, connector, _place: place }))
    }

    /// Runs statements of this connection. If the future is dropped before its end, they have 100 ms to end. After that, PostgreSQL gets a cancel request, and
    /// the connection is closed.
    pub async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut running = Running { held: Some(self.0.clone()) };
        let value = work.await;
        running.held = None;
        value
    }
}

impl Deref for ReadConn {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.0.conn
    }
}

/// Holds the connection until the work has ended.
struct Running {
    held: Option<Arc<Held>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let (Some(held), Ok(runtime)) = (self.held.take(), tokio::runtime::Handle::try_current()) else { return };
        runtime.spawn(async move {
            if !end_statements(&held.conn, &held.connector).await
                && let Some(Held { conn, .. }) = Arc::into_inner(held)
            {
                drop(Conn::take(conn));
            }
        });
    }
}

/// Ends what runs on a connection, and its transaction. The connection returns to the pool if they end by themselves, or is closed.
pub(super) async fn release(conn: Conn, connector: &Connector) {
    if !end_statements(&conn, connector).await {
        drop(Conn::take(conn));
    }
}

/// False: the connection must be closed. A cancel request has no answer, so PostgreSQL may handle it after this returns, and would cancel a statement of the
/// connection's next user.
async fn end_statements(conn: &AsyncPgConnection, connector: &Connector) -> bool {
    if let Ok(Ok(())) = tokio::time::timeout(GRACE, roll_back(conn)).await {
        return true;
    }
    for _ in 0..CANCEL_ATTEMPTS {
        let _ = tokio::time::timeout(CANCEL_WAIT, connector.cancel(conn.cancel_token())).await;
        // The answer to ROLLBACK comes after those of all earlier statements, whether they were cancelled or not.
        if tokio::time::timeout(CANCEL_WAIT, roll_back(conn)).await.is_ok() {
            return false;
        }
    }
    tracing::warn!("a statement without a client could not be cancelled; its connection is closed");
    // It hangs, and others that are open may hang too.
    renewal::request();
    false
}

async fn roll_back(mut conn: &AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute("ROLLBACK").await
}
