//! Sessions of all users, cached for 10 s. A revocation takes effect at once in this process and through NOTIFY within a second in every other
//! process. One notification is about all sessions of a user, however many there are. Nothing is cached while the connection for notifications is down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use chrono::Utc;
use diesel_async::AsyncPgConnection;
use moka::future::Cache;
use uuid::Uuid;

use super::evictions::{Evictions, EvictionsOfUser};
use super::identity::Identity;
use super::token::{SessionToken, TokenHash};
use crate::db::listen::{Event, listen, notify};
use crate::db::transaction::{BEGIN, transaction};
use crate::db::{Database, OwnerId};
use crate::error::ApiError;
use crate::json::Timestamp;
use crate::models::audit;
use crate::models::session::{self, NewSession, SessionRecord, Which};
use crate::models::user::UserRecord;

const CHANNEL: &str = "landfall_sessions";
const CACHE_TTL: Duration = Duration::from_secs(10);
/// How long a token is recognised after its last use, and how many are.
const RECOGNISED_TTL: Duration = Duration::from_secs(24 * 3600);
const MAX_RECOGNISED: u64 = 100_000;
/// Tokens that were looked up and not found. A token is never presented before it is issued, so an entry never becomes wrong.
const MAX_UNKNOWN: u64 = 100_000;
/// A session expires this long after its last use.
const IDLE: chrono::Duration = chrono::Duration::days(7);
/// A session expires this long after the sign-in, even if it is used.
const LIFETIME: chrono::Duration = chrono::Duration::days(30);
/// The expiry is extended once per this time, so that a session costs one write an hour and not one per request.
const EXTEND_EVERY: chrono::Duration = chrono::Duration::hours(1);

#[derive(Clone)]
pub struct Sessions {
    db: Database,
    cache: Cache<TokenHash, Arc<Identity>>,
    /// From session id to the hash of its token. A session keeps its token, so that an entry never becomes wrong.
    hashes: Cache<String, TokenHash>,
    /// Credentials that were valid here. A request with one of them is a known caller's before its session is read.
    recognised: Cache<TokenHash, ()>,
    unknown: Cache<TokenHash, ()>,
    /// The limit of one user's sessions.
    max_per_user: u32,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// True while revocations of other processes arrive.
    listening: AtomicBool,
    /// Counts evictions. A look-up that an eviction overtook does not cache its stale result.
    evictions: AtomicU64,
    /// For long-running answers.
    published: Evictions,
}

/// The client that started a session.
#[derive(Debug, Default)]
pub struct Client {
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
}

impl Sessions {
    /// `max_per_user`: the limit of one user's sessions, at least 1.
    pub fn new(db: Database, max_per_user: u32) -> Self {
        let cache = Cache::builder().max_capacity(10_000).time_to_live(CACHE_TTL).build();
        let hashes = Cache::builder().max_capacity(10_000).build();
        let recognised = Cache::builder().max_capacity(MAX_RECOGNISED).time_to_idle(RECOGNISED_TTL).build();
        let unknown = Cache::builder().max_capacity(MAX_UNKNOWN).time_to_live(CACHE_TTL).build();
        Self { db, cache, hashes, recognised, unknown, max_per_user: max_per_user.max(1), shared: Arc::default() }
    }

    /// Whether this credential, the token of a session or a JWT, was valid here before. Reads nothing.
    pub fn recognises(&self, credential: &str) -> bool {
        self.recognised.contains_key(&super::token::hash(credential))
    }

    /// Notes that a JWT was valid.
    pub async fn recognise(&self, jwt: &str) {
        self.recognised.insert(super::token::hash(jwt), ()).await;
    }

    /// Evicts sessions that other processes revoke. Does not return.
    pub async fn watch_revocations(self) {
        let db = self.db.clone();
        listen(&db, CHANNEL, |event| match event {
            Event::Up => self.set_listening(true),
            Event::Down => self.set_listening(false),
            Event::Notified(user_id) => {
                self.shared.evictions.fetch_add(1, Ordering::AcqRel);
                let sessions = self.clone();
                tokio::spawn(async move { sessions.evict_user(&user_id).await });
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
        if self.unknown.contains_key(&hash) {
            return Ok(None);
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

    /// The evictions of the session's user from now on: after one, [`Self::is_alive`] may be false.
    pub fn evictions_of(&self, identity: &Identity) -> EvictionsOfUser {
        self.shared.published.of(&identity.user.id)
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

    /// Starts a session. The token is returned once and stored as a hash only. Beyond the limit of the user's sessions, the one that was unused the longest ends.
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
        let begin = async |conn: &mut AsyncPgConnection| -> Result<(SessionRecord, usize), ApiError> {
            let session = new.insert(conn).await?;
            audit::record(conn, &user.id, ("session.begin", "session"), Some(&session.id), &[]).await?;
            let ended = session::delete_surplus(conn, &user.id, &session.id, self.max_per_user).await?;
            Ok((session, ended))
        };
        let (session, ended) = transaction(&mut conn, BEGIN, begin).await?;
        if ended > 0 {
            self.evict_user(&user.id).await;
            notify(&mut conn, CHANNEL, &user.id).await?;
        }
        self.recognised.insert(token.hash(), ()).await;
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
        let end = async |conn: &mut AsyncPgConnection| -> Result<(), ApiError> {
            // The notification is part of the transaction, so that a notified server finds the session deleted.
            if session::delete(conn, owner, which).await? > 0 {
                let id = if let Which::One(id) = which { Some(id) } else { None };
                audit::record(conn, owner.user_id(), ("session.end", "session"), id, &[]).await?;
                notify(conn, CHANNEL, owner.user_id()).await?;
            }
            Ok(())
        };
        transaction(&mut conn, BEGIN, end).await?;
        self.evict_user(owner.user_id()).await;
        Ok(())
    }

    /// The living sessions of a user, newest first, at most as many as a user may have.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn list(&self, owner: &OwnerId) -> Result<Vec<SessionRecord>, ApiError> {
        Ok(session::list(&mut *self.db.conn().await?, owner, self.max_per_user).await?)
    }

    /// Evicts a user from the caches of all processes, after the user or the user's sessions were changed or deleted and the transaction was committed.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn refresh(&self, owner: &OwnerId) -> Result<(), ApiError> {
        self.evict_user(owner.user_id()).await;
        notify_changed(&self.db, owner).await
    }

    async fn look_up(&self, hash: TokenHash) -> Result<Option<Arc<Identity>>, ApiError> {
        // Look-ups of unknown callers, however many, leave most of the pool to known callers.
        let _place = match self.recognised.contains_key(&hash) {
            true => None,
            false => Some(self.db.unknown_caller_place().await?),
        };
        let mut conn = self.db.conn().await?;
        let Some((mut session, user)) = session::find_by_token_hash(&mut conn, &hash).await? else {
            self.unknown.insert(hash, ()).await;
            self.recognised.invalidate(&hash).await;
            return Ok(None);
        };
        self.recognised.insert(hash, ()).await;
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

    /// Evicts all sessions of a user from the cache of this process. Other sessions of the user are read again at their next use.
    async fn evict_user(&self, user_id: &str) {
        self.shared.evictions.fetch_add(1, Ordering::AcqRel);
        let of_user = |entry: &(Arc<TokenHash>, Arc<Identity>)| entry.1.user.id == user_id;
        let hashes: Vec<_> = self.cache.iter().filter(of_user).map(|(hash, _)| *hash).collect();
        for hash in hashes {
            self.cache.invalidate(&hash).await;
        }
        self.shared.published.publish(user_id);
    }
}

/// Evicts a changed user from the caches of all processes, from a program that has no cache.
///
/// # Errors
/// `database_unavailable` or `internal`.
pub async fn notify_changed(db: &Database, owner: &OwnerId) -> Result<(), ApiError> {
    Ok(notify(&mut *db.conn().await?, CHANNEL, owner.user_id()).await?)
}
