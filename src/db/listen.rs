//! LISTEN on a dedicated connection for the lifetime of the process. A dead connection is detected within a second.

use std::pin::pin;
use std::time::{Duration, Instant};

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::StreamExt as _;

use super::{Database, DbError, renewal};

/// The interval at which a silent connection is checked.
const HEARTBEAT: Duration = Duration::from_secs(1);
const RECONNECT: Duration = Duration::from_millis(500);

/// What the connection tells.
pub enum Event {
    /// The connection listens: every later notification arrives.
    Up,
    /// The connection is lost: notifications may be missed until `Up`.
    Down,
    Notified(String),
}

/// Calls `on_event` for every event of `channel`, a constant and never input. It reconnects forever and does not return.
pub async fn listen(db: &Database, channel: &'static str, on_event: impl Fn(Event)) {
    // One warning is logged for an outage, however long it lasts.
    let mut warned = false;
    loop {
        let heard = |event| {
            warned &= !matches!(event, Event::Up);
            on_event(event);
        };
        if let Err(error) = listen_once(db, channel, heard).await {
            match warned {
                false => tracing::warn!(channel, %error, "not listening for events of other servers; trying again"),
                true => tracing::debug!(channel, %error, "still not listening"),
            }
            warned = true;
        }
        on_event(Event::Down);
        tokio::time::sleep(RECONNECT).await;
    }
}

/// Notifies every listening process. Inside a transaction the notification is sent with the commit and takes a lock that all notifying commits
/// share, so that it must not be part of a frequent write.
///
/// # Errors
/// A [`DbError`].
pub async fn notify(conn: &mut AsyncPgConnection, channel: &str, payload: &str) -> Result<(), DbError> {
    diesel::sql_query("SELECT pg_notify($1, $2)")
        .bind::<diesel::sql_types::Text, _>(channel)
        .bind::<diesel::sql_types::Text, _>(payload)
        .execute(conn)
        .await?;
    Ok(())
}

async fn listen_once(db: &Database, channel: &str, mut on_event: impl FnMut(Event)) -> Result<(), DbError> {
    let mut conn = db.dedicated().await?;
    let opened = Instant::now();
    diesel::sql_query(format!("LISTEN {channel}")).execute(&mut conn).await?;
    on_event(Event::Up);
    loop {
        if renewal::is_stale(opened) {
            return Err(DbError::Unavailable("the connections are renewed".into()));
        }
        let heard = tokio::time::timeout(HEARTBEAT, pin!(conn.notifications_stream()).next()).await;
        match heard {
            Ok(Some(notification)) => on_event(Event::Notified(notification?.payload)),
            Ok(None) => return Err(DbError::Unavailable("the connection ended".into())),
            Err(_silence) => ping(&mut conn).await?,
        }
    }
}

/// Checks that a connection answers.
///
/// # Errors
/// [`DbError::Unavailable`] where no answer comes within a heartbeat.
pub async fn ping(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    let answer = diesel::sql_query("SELECT 1").execute(conn);
    match tokio::time::timeout(HEARTBEAT, answer).await {
        Ok(result) => result.map(|_| ()).map_err(DbError::from),
        Err(_) => Err(DbError::Unavailable("no answer to a heartbeat".into())),
    }
}
