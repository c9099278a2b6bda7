//! Sessions of all users, cached for 10 s. A revocation takes effect at once in this process and through NOTIFY within a second in every other
//! process. Nothing is cached while the connection for notifications is down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use chrono::Utc;
use diesel_async::AsyncPgConnection;
use moka::future::Cache;
use uuid::Uuid;

use super::token::{SessionToken, TokenHash};
use crate::db::listen::{Event, listen, notify};
use crate::db::transaction::{BEGIN, transaction};
use crate::db::{Database, DbError, OwnerId};
use crate::error::ApiError;
use crate::json::Timestamp;
use crate::models::session::{self, NewSession, SessionRecord, Which};
use crate::models::user::UserRecord;

const CHANNEL: &str = "landfall_sessions";
const CACHE_TTL: Duration = Duration::from_secs(10);
/// A session expires this long after its last use.
const IDLE: chrono::Duration = chrono::Duration::days(7);
/// A session expires this long after the sign-in, even if it is used.
const LIFETIME: chrono::Duration = chrono::Duration::days(30);
/// The expiry is extended once per this time, so that a session costs one write an hour and not one per request.
const EXTEND_EVERY: chrono::Duration = chrono::Duration::hours(1);

/// An authenticated user with the session.
#[derive(Debug)]
pub struct Identity {
    pub user: UserRecord,
    pub session: SessionRecord,
    pub owner: OwnerId,
    pub token_hash: TokenHash,
}

#[derive(Clone)]
pub struct Sessions {
    db: Database,
    cache: Cache<TokenHash, Arc<Identity>>,
    /// From session id to the hash of its token. A session keeps its token, so that an entry never becomes wrong.
    hashes: Cache<String, TokenHash>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// True while revocations of other processes arrive.
    listening: AtomicBool,
    /// Counts evictions. A look-up that an eviction overtook does not cache its stale result.
    evictions: AtomicU64,
}

/// The client that started a session.
#[derive(Debug, Default)]
pub struct Client {
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
}

impl Sessions {
    pub fn new(db: Database) -> Self {
        let cache = Cache::builder().max_capacity(10_000).time_to_live(CACHE_TTL).build();
        let hashes = Cache::builder().max_capacity(10_000).build();
        Self { db, cache, hashes, shared: Arc::default() }
    }

    /// Evicts sessions that other processes revoke. Does not return.
    pub async fn watch_revocations(self) {
        let db = self.db.clone();
        listen(&db, CHANNEL, |event| match event {
            Event::Up => self.set_listening(true),
            Event::Down => self.set_listening(false),
            Event::Notified(payload) => {
                let mut hash = TokenHash::default();
                if hex::decode_to_slice(&payload, &mut hash).is_ok() {
                    self.evict(hash);
                }
            }
        })
        .await;
    }

    /// The identity of a session token. `None` where it is not valid.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn find(&self, token: &str) -> Result<Option<Arc<Identity>>, ApiError> {
        self.find_by_hash(super::token::hash(token)).await
    }

    async fn find_by_hash(&self, hash: TokenHash) -> Result<Option<Arc<Identity>>, ApiError> {
        if !self.shared.listening.load(Ordering::Acquire) {
            return self.look_up(hash).await;
        }
        if let Some(identity) = self.cache.get(&hash).await {
            return Ok((identity.session.expires_at.0 > Utc::now()).then_some(identity));
        }
        let before = self.shared.evictions.load(Ordering::Acquire);
        let identity = self.look_up(hash).await?;
        if let Some(identity) = &identity {
            self.cache.insert(hash, identity.clone()).await;
            if self.shared.evictions.load(Ordering::Acquire) != before {
                self.cache.invalidate(&hash).await;
            }
        }
        Ok(identity)
    }

    /// True if a session is still valid, for long-running answers.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn is_alive(&self, identity: &Identity) -> Result<bool, ApiError> {
        Ok(self.find_by_hash(identity.token_hash).await?.is_some())
    }

    /// The identity of a session id. The id is no secret, so callers must have authenticated the user in another way.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn find_by_id(&self, session_id: &str) -> Result<Option<Arc<Identity>>, ApiError> {
        let hash = match self.hashes.get(session_id).await {
            Some(hash) => hash,
            None => {
                let found = session::find_token_hash(&mut *self.db.conn().await?, session_id).await?;
                let Some(hash) = found.and_then(|hash| TokenHash::try_from(hash).ok()) else { return Ok(None) };
                self.hashes.insert(session_id.to_owned(), hash).await;
                hash
            }
        };
        self.find_by_hash(hash).await
    }

    /// Starts a session. The token is returned once and stored as a hash only.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn begin(&self, user: &UserRecord, client: &Client) -> Result<(SessionToken, SessionRecord), ApiError> {
        let token = SessionToken::generate().map_err(ApiError::internal)?;
        let new = NewSession {
            id: &Uuid::now_v7().to_string(),
            user_id: &user.id,
            token_hash: &token.hash(),
            expires_at: Timestamp(Utc::now() + IDLE),
            ip_address: client.ip_address.as_deref(),
            user_agent: client.user_agent.as_deref(),
        };
        let mut conn = self.db.conn().await?;
        session::delete_expired(&mut conn).await?;
        let session = new.insert(&mut conn).await?;
        Ok((token, session))
    }

    /// Ends a session in every process.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn revoke(&self, identity: &Identity) -> Result<(), ApiError> {
        self.revoke_of(&identity.owner, Which::One(&identity.session.id)).await
    }

    /// Ends the session of a token. A token without a session is no error. A repeated sign-in uses this, so that it leaves no second session.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn revoke_token(&self, token: &str) -> Result<(), ApiError> {
        match self.find(token).await? {
            Some(identity) => self.revoke(&identity).await,
            None => Ok(()),
        }
    }

    /// Ends sessions of a user in every process.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn revoke_of(&self, owner: &OwnerId, which: Which<'_>) -> Result<(), ApiError> {
        let mut conn = self.db.conn().await?;
        let end = async |conn: &mut AsyncPgConnection| -> Result<_, ApiError> {
            let hashes = known_hashes(session::delete(conn, owner, which).await?);
            // The notification is part of the transaction, so that a notified server finds the session deleted. Sign-outs are rare, so that the lock
            // of NOTIFY does not matter.
            notify_evicted(conn, &hashes).await?;
            Ok(hashes)
        };
        let hashes = transaction(&mut conn, BEGIN, end).await?;
        self.evict_all(&hashes).await;
        Ok(())
    }

    /// The living sessions of a user, newest first.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn list(&self, owner: &OwnerId) -> Result<Vec<SessionRecord>, ApiError> {
        Ok(session::list(&mut *self.db.conn().await?, owner).await?)
    }

    /// Evicts a changed user from the caches of all processes.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn refresh(&self, owner: &OwnerId) -> Result<(), ApiError> {
        let hashes = session::token_hashes(&mut *self.db.conn().await?, owner).await?;
        self.evict_everywhere(hashes).await
    }

    /// Evicts sessions from the caches of all processes, after their rows were changed or deleted and the transaction was committed.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn evict_everywhere(&self, hashes: Vec<Vec<u8>>) -> Result<(), ApiError> {
        let hashes = known_hashes(hashes);
        self.evict_all(&hashes).await;
        notify_evicted(&mut *self.db.conn().await?, &hashes).await?;
        Ok(())
    }

    async fn evict_all(&self, hashes: &[TokenHash]) {
        self.shared.evictions.fetch_add(1, Ordering::AcqRel);
        for hash in hashes {
            self.cache.invalidate(hash).await;
        }
    }

    async fn look_up(&self, hash: TokenHash) -> Result<Option<Arc<Identity>>, ApiError> {
        let mut conn = self.db.conn().await?;
        let Some((mut session, user)) = session::find_by_token_hash(&mut conn, &hash).await? else { return Ok(None) };
        let prolonged = (Utc::now() + IDLE).min(session.created_at.0 + LIFETIME);
        if prolonged - session.expires_at.0 > EXTEND_EVERY {
            session.expires_at = Timestamp(prolonged);
            session::prolong(&mut conn, &session.id, session.expires_at).await?;
        }
        let owner = user.owner();
        Ok(Some(Arc::new(Identity { user, session, owner, token_hash: hash })))
    }

    fn set_listening(&self, listening: bool) {
        // Revocations may have been missed while the connection was down, so that both transitions empty the cache.
        self.shared.listening.store(false, Ordering::Release);
        self.shared.evictions.fetch_add(1, Ordering::AcqRel);
        self.cache.invalidate_all();
        self.shared.listening.store(listening, Ordering::Release);
    }

    fn evict(&self, hash: TokenHash) {
        self.shared.evictions.fetch_add(1, Ordering::AcqRel);
        let cache = self.cache.clone();
        tokio::spawn(async move { cache.invalidate(&hash).await });
    }
}

fn known_hashes(hashes: Vec<Vec<u8>>) -> Vec<TokenHash> {
    hashes.into_iter().filter_map(|hash| hash.try_into().ok()).collect()
}

async fn notify_evicted(conn: &mut AsyncPgConnection, hashes: &[TokenHash]) -> Result<(), DbError> {
    for hash in hashes {
        notify(conn, CHANNEL, &hex::encode(hash)).await?;
    }
    Ok(())
}
