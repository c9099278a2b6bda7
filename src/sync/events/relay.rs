//! Carries versions between the processes of one database: a coalesced NOTIFY after commits, and a re-read every second as the net.

use std::time::Duration;

use diesel_async::AsyncPgConnection;

use super::Events;
use crate::db::listen::{Event, listen, notify};
use crate::db::{Database, DbError};
use crate::models::{OwnerId, space};

const CHANNEL: &str = "landfall_versions";
/// NOTIFY takes a lock that all notifying commits share, so it is sent rarely and never inside a write.
const COALESCE: Duration = Duration::from_millis(50);
/// How old the news of a lost NOTIFY may be.
const REREAD: Duration = Duration::from_secs(1);
/// PostgreSQL refuses payloads of 8000 bytes or more.
const MAX_PAYLOAD_BYTES: usize = 7_900;

pub struct Relay {
    events: Events,
    db: Database,
}

impl Relay {
    pub fn new(events: Events, db: Database) -> Self {
        Self { events, db }
    }

    /// Works until the process ends.
    pub async fn run(self) {
        futures_util::join!(self.hear(), self.tell(), self.reread());
    }

    async fn hear(&self) {
        listen(&self.db, CHANNEL, |event| {
            if let Event::Notified(payload) = event {
                for (owner, version) in decode(&payload) {
                    self.events.deliver(&owner, version);
                }
            }
        })
        .await;
    }

    async fn tell(&self) {
        let mut conn = None;
        loop {
            self.events.0.written.notified().await;
            tokio::time::sleep(COALESCE).await;
            let untold = self.events.take_untold();
            for payload in encode(untold) {
                if let Err(error) = self.send(&mut conn, &payload).await {
                    // The re-read of the others makes up for it.
                    tracing::debug!(%error, "other servers were not told");
                    conn = None;
                }
            }
        }
    }

    async fn send(&self, kept: &mut Option<AsyncPgConnection>, payload: &str) -> Result<(), DbError> {
        let conn = match kept {
            Some(conn) => conn,
            None => kept.insert(self.db.dedicated().await?),
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
                Ok(versions) => versions.iter().for_each(|(owner, version)| self.events.deliver(owner, *version)),
                Err(error) => tracing::debug!(%error, "versions could not be read again"),
            }
        }
    }

    async fn versions(&self, owners: &[OwnerId]) -> Result<Vec<(OwnerId, i64)>, DbError> {
        let mut conn = self.db.conn().await?;
        Ok(space::versions(&mut conn, owners).await?)
    }
}

/// `version user` lines, as many payloads as it takes.
fn encode(versions: impl IntoIterator<Item = (OwnerId, i64)>) -> Vec<String> {
    let mut payloads = vec![String::new()];
    for (owner, version) in versions {
        let line = format!("{version} {}\n", owner.as_str());
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

fn decode(payload: &str) -> impl Iterator<Item = (OwnerId, i64)> {
    payload.lines().filter_map(|line| {
        let (version, user) = line.split_once(' ')?;
        // Sent by a process that had authenticated the writer.
        Some((OwnerId::of_authenticated(user), version.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_versions_travel_in_payloads_that_postgresql_takes() {
        let many: Vec<_> = (0..1_000).map(|n| (OwnerId::of_authenticated(format!("user-{n}")), n)).collect();
        let payloads = encode(many.clone());
        assert!(payloads.len() > 1 && payloads.iter().all(|payload| payload.len() < 8_000));
        let arrived: Vec<_> = payloads.iter().flat_map(|payload| decode(payload).collect::<Vec<_>>()).collect();
        assert_eq!(arrived, many);
        assert_eq!(encode([]), Vec::<String>::new());
    }
}
