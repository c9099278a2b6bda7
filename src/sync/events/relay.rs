//! Sends versions between the processes of one database: a coalesced NOTIFY after commits. Every process also reads the versions of its
//! connected users once a second.

use std::time::{Duration, Instant};

use diesel_async::AsyncPgConnection;

use super::Events;
use crate::db::listen::{Event, listen, notify};
use crate::db::{Database, DbError, OwnerKey, renewal};
use crate::models::user_version;

const CHANNEL: &str = "landfall_versions";
/// Commits that notify take one lock in turn, so NOTIFY is sent rarely and never inside a write.
const COALESCE: Duration = Duration::from_millis(50);
/// How long a version stays unknown if its NOTIFY is lost.
const REREAD: Duration = Duration::from_secs(1);
/// PostgreSQL refuses payloads of 8000 bytes or more.
const MAX_PAYLOAD_BYTES: usize = 7_900;

/// Sends and receives the versions of this process's events.
pub struct Relay {
    events: Events,
    db: Database,
}

impl Relay {
    pub fn new(events: Events, db: Database) -> Self {
        Self { events, db }
    }

    /// Runs until the process ends.
    pub async fn run(self) {
        futures_util::join!(self.receive(), self.send_all(), self.reread());
    }

    async fn receive(&self) {
        listen(&self.db, CHANNEL, |event| {
            if let Event::Notified(payload) = event {
                for (owner, version) in decode(&payload) {
                    self.events.deliver(owner, version);
                }
            }
        })
        .await;
    }

    async fn send_all(&self) {
        let mut conn = None;
        loop {
            self.events.0.written.notified().await;
            tokio::time::sleep(COALESCE).await;
            let unsent = self.events.take_unsent();
            for payload in encode(unsent) {
                if let Err(error) = self.send(&mut conn, &payload).await {
                    // The other processes find the version when they read versions again.
                    tracing::debug!(%error, "other servers were not notified");
                    conn = None;
                }
            }
        }
    }

    async fn send(&self, open: &mut Option<(AsyncPgConnection, Instant)>, payload: &str) -> Result<(), DbError> {
        let (conn, _) = match open {
            Some(open) if !renewal::is_stale(open.1) => open,
            _ => open.insert((self.db.dedicated().await?, Instant::now())),
        };
        notify(conn, CHANNEL, payload).await
    }

    async fn reread(&self) {
        loop {
            tokio::time::sleep(REREAD).await;
            let owners = self.events.connected();
            if owners.is_empty() {
                continue;
            }
            match self.versions(&owners).await {
                Ok(versions) => versions.iter().for_each(|(owner, version)| self.events.deliver(*owner, *version)),
                Err(error) => tracing::debug!(%error, "versions could not be read again"),
            }
        }
    }

    async fn versions(&self, owners: &[OwnerKey]) -> Result<Vec<(OwnerKey, i64)>, DbError> {
        let mut conn = self.db.conn().await?;
        Ok(user_version::versions(&mut conn, owners).await?)
    }
}

/// Payloads of `version owner` lines, each small enough for PostgreSQL.
fn encode(versions: impl IntoIterator<Item = (OwnerKey, i64)>) -> Vec<String> {
    let mut payloads = vec![String::new()];
    for (owner, version) in versions {
        let line = format!("{version} {}\n", owner.get());
        if payloads.last().is_none_or(|last| last.len() + line.len() > MAX_PAYLOAD_BYTES) {
            payloads.push(String::new());
        }
        if let Some(last) = payloads.last_mut() {
            last.push_str(&line);
        }
    }
    payloads.retain(|payload| !payload.is_empty());
    payloads
}

fn decode(payload: &str) -> impl Iterator<Item = (OwnerKey, i64)> {
    payload.lines().filter_map(|line| {
        let (version, owner) = line.split_once(' ')?;
        Some((OwnerKey::new(owner.parse().ok()?), version.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_versions_are_split_into_payloads_within_the_limit() {
        let many: Vec<_> = (0..1_000).map(|n| (OwnerKey::new(1_000_000 + n), n)).collect();
        let payloads = encode(many.clone());
        assert!(payloads.len() > 1 && payloads.iter().all(|payload| payload.len() < 8_000));
        let decoded: Vec<_> = payloads.iter().flat_map(|payload| decode(payload).collect::<Vec<_>>()).collect();
        assert_eq!(decoded, many);
        assert_eq!(encode([]), Vec::<String>::new());
    }
}
