//! LISTEN on a connection of its own, for as long as the process lives. A dead connection is noticed within a second.

use std::pin::pin;
use std::time::Duration;

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::StreamExt as _;

use super::{Database, DbError};

/// How often a silent connection is asked whether it lives.
const HEARTBEAT: Duration = Duration::from_secs(1);
const RECONNECT: Duration = Duration::from_millis(500);

pub enum Event {
    /// From now on nothing is missed.
    Up,
    /// From now on anything may be missed, until `Up`.
    Down,
    Notified(String),
}

/// Tells `on_event` what comes over `channel` (a name of ours, never input). Does not return.
pub async fn listen(db: &Database, channel: &'static str, on_event: impl Fn(Event)) {
    // Said once for an outage, however long it is.
    let mut told = false;
    loop {
        let heard = |event| {
            told &= !matches!(event, Event::Up);
            on_event(event);
        };
        if let Err(error) = listen_once(db, channel, heard).await {
            match told {
                false => tracing::warn!(channel, %error, "not listening for events of other servers; trying again"),
                true => tracing::debug!(channel, %error, "still not listening"),
            }
            told = true;
        }
        on_event(Event::Down);
        tokio::time::sleep(RECONNECT).await;
    }
}

/// Tells every process that listens. Inside a transaction it goes out with the commit, and takes a lock that all commits with
/// notifications share: never in a hot write.
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
    diesel::sql_query(format!("LISTEN {channel}")).execute(&mut conn).await?;
    on_event(Event::Up);
    loop {
        let heard = tokio::time::timeout(HEARTBEAT, pin!(conn.notifications_stream()).next()).await;
        match heard {
            Ok(Some(notification)) => on_event(Event::Notified(notification?.payload)),
            Ok(None) => return Err(DbError::Unavailable("the connection ended".into())),
            Err(_silence) => ping(&mut conn).await?,
        }
    }
}

/// Errors where a connection doesn't answer within a heartbeat.
pub async fn ping(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    let answer = diesel::sql_query("SELECT 1").execute(conn);
    match tokio::time::timeout(HEARTBEAT, answer).await {
        Ok(result) => result.map(|_| ()).map_err(DbError::from),
        Err(_) => Err(DbError::Unavailable("no answer to a heartbeat".into())),
    }
}
