//! Sign-in sessions of all callers, cached for seconds. A revocation holds at once here and, by NOTIFY, within a second in every
//! other process; while that channel is down nothing is cached.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use chrono::Utc;
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use moka::future::Cache;
use uuid::Uuid;

use super::token::{SessionToken, TokenHash};
use crate::db::listen::{Event, listen, notify};
use crate::db::{Database, DbError};
use crate::error::ApiError;
use crate::models::OwnerId;
use crate::models::session::{self, NewSession, SessionRecord, Which};
use crate::models::user::UserRecord;
use crate::wire::Timestamp;

const CHANNEL: &str = "landfall_sessions";
const CACHED_FOR: Duration = Duration::from_secs(10);
/// A session ends this long after its last use ...
const IDLE: chrono::Duration = chrono::Duration::days(7);
/// ... and this long after sign-in, however much it is used.
const LIFETIME: chrono::Duration = chrono::Duration::days(30);
/// A use is noted when the last note is older than this: a write an hour, not one a request.
const NOTED_EVERY: chrono::Duration = chrono::Duration::hours(1);

/// A caller whom we know.
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
    /// Session id -> hash of its token. A session keeps its token for life, so this can't be wrong.
    hashes: Cache<String, TokenHash>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Whether revocations of other processes reach us.
    listening: AtomicBool,
    /// Counts evictions, so that a look-up which one overtook does not put its stale answer into the cache.
    evictions: AtomicU64,
}

/// Where a session was begun.
#[derive(Debug, Default)]
pub struct Client {
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
}

impl Sessions {
    pub fn new(db: Database) -> Self {
        let cache = Cache::builder().max_capacity(10_000).time_to_live(CACHED_FOR).build();
        let hashes = Cache::builder().max_capacity(10_000).build();
        Self { db, cache, hashes, shared: Arc::default() }
    }

    /// Hears of revocations elsewhere, until the process ends.
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

    /// The caller behind a token, or `None`.
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

    /// Whether a session that was alive still is: for answers that go on for long.
    pub async fn is_alive(&self, identity: &Identity) -> Result<bool, ApiError> {
        Ok(self.find_by_hash(identity.token_hash).await?.is_some())
    }

    /// The caller behind a session's id, which is no secret: for those who proved otherwise that it is theirs.
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

    /// Begins a session; the token is told to nobody else and never again.
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

    /// Ends a session everywhere.
    pub async fn revoke(&self, identity: &Identity) -> Result<(), ApiError> {
        self.revoke_of(&identity.owner, Which::One(&identity.session.id)).await
    }

    /// Ends the session behind a token, if there is one: whoever signs in again leaves no second session behind.
    pub async fn revoke_token(&self, token: &str) -> Result<(), ApiError> {
        match self.find(token).await? {
            Some(identity) => self.revoke(&identity).await,
            None => Ok(()),
        }
    }

    /// Ends sessions of a person everywhere.
    pub async fn revoke_of(&self, owner: &OwnerId, which: Which<'_>) -> Result<(), ApiError> {
        let mut conn = self.db.conn().await?;
        AnsiTransactionManager::begin_transaction(&mut *conn).await.map_err(DbError::from)?;
        let hashes = known_hashes(session::delete(&mut conn, owner, which).await?);
        // In the transaction: who hears of it, must find it gone. Sign-outs are rare, so the lock that NOTIFY takes is no matter.
        tell(&mut conn, &hashes).await?;
        AnsiTransactionManager::commit_transaction(&mut *conn).await.map_err(DbError::from)?;
        self.forget(&hashes).await;
        Ok(())
    }

    /// A person's living sessions, the newest first.
    pub async fn list(&self, owner: &OwnerId) -> Result<Vec<SessionRecord>, ApiError> {
        Ok(session::list(&mut *self.db.conn().await?, owner).await?)
    }

    /// What is known of a person has changed: nobody may go on with the old.
    pub async fn refresh(&self, owner: &OwnerId) -> Result<(), ApiError> {
        let hashes = session::token_hashes(&mut *self.db.conn().await?, owner).await?;
        self.forget_everywhere(hashes).await
    }

    /// The rows behind these hashes were changed or deleted, and that is committed.
    pub async fn forget_everywhere(&self, hashes: Vec<Vec<u8>>) -> Result<(), ApiError> {
        let hashes = known_hashes(hashes);
        self.forget(&hashes).await;
        tell(&mut *self.db.conn().await?, &hashes).await?;
        Ok(())
    }

    async fn forget(&self, hashes: &[TokenHash]) {
        self.shared.evictions.fetch_add(1, Ordering::AcqRel);
        for hash in hashes {
            self.cache.invalidate(hash).await;
        }
    }

    async fn look_up(&self, hash: TokenHash) -> Result<Option<Arc<Identity>>, ApiError> {
        let mut conn = self.db.conn().await?;
        let Some((mut session, user)) = session::find_by_token_hash(&mut conn, &hash).await? else { return Ok(None) };
        let prolonged = (Utc::now() + IDLE).min(session.created_at.0 + LIFETIME);
        if prolonged - session.expires_at.0 > NOTED_EVERY {
            session.expires_at = Timestamp(prolonged);
            session::prolong(&mut conn, &session.id, session.expires_at).await?;
        }
        let owner = OwnerId::of_authenticated(&user.id);
        Ok(Some(Arc::new(Identity { user, session, owner, token_hash: hash })))
    }

    fn set_listening(&self, listening: bool) {
        // What was revoked while nobody listened is not known: forget everything, in both directions.
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

async fn tell(conn: &mut AsyncPgConnection, hashes: &[TokenHash]) -> Result<(), DbError> {
    for hash in hashes {
        notify(conn, CHANNEL, &hex::encode(hash)).await?;
    }
    Ok(())
}
