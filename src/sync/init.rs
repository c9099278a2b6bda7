//! The login sync: what a device shows first, all of one version. Metadata only, no blobs.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use futures_util::try_join;
use moka::future::Cache;
use uuid::Uuid;

use super::door;
use crate::db::Database;
use crate::error::ApiError;
use crate::models::asset::{self, AssetFilter, AssetRecord};
use crate::models::chat_message::{self, ChatMessageRecord, Window};
use crate::models::chat_session::{self, ChatSessionRecord};
use crate::models::project::{self, ProjectSummaryRecord};
use crate::models::{OwnerId, record, space};
use crate::wire::{FileSpace, FreeJson, PageLimit};

/// Sessions that the login sync lists, the last changed first: what a first screen shows. The pull brings all.
const MAX_SESSIONS: PageLimit = PageLimit(PageLimit::DEFAULT);
/// Projects that it lists, the last changed first.
const MAX_PROJECTS: i64 = 200;
/// Settings that it brings, in order of their keys, and the size that one may have: a first screen needs what is small. The pull brings all.
pub const MAX_PREFERENCES: i64 = 500;
pub const MAX_PREFERENCE_BYTES: i32 = 16 * 1024;

/// Files that it lists, the last changed first.
const MAX_ASSETS: PageLimit = PageLimit(PageLimit::MAX);

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InitQuery {
    /// Whose messages to bring; unset: the session that changed last.
    pub current_session_id: Option<Uuid>,
    pub message_limit: u8,
}

/// One state of a user's data.
#[derive(Debug)]
pub struct Snapshot {
    pub version: i64,
    pub sessions: Vec<ChatSessionRecord>,
    pub messages: Vec<ChatMessageRecord>,
    pub projects: Vec<ProjectSummaryRecord>,
    /// By key, in its order.
    pub preferences: Vec<(String, FreeJson)>,
    pub assets: Vec<AssetRecord>,
    /// What the person's files take up.
    pub files_used: FileSpace,
}

type Key = (OwnerId, i64, InitQuery);

/// Computes snapshots; calls of one user that come together share one computation.
#[derive(Clone)]
pub struct LoginSync {
    db: Database,
    under_way: Cache<Key, Arc<Snapshot>>,
}

impl LoginSync {
    pub fn new(db: Database) -> Self {
        // Entries live while they are computed: the time to live is for a computation whose callers all went away.
        let under_way = Cache::builder().max_capacity(1_000).time_to_live(Duration::from_secs(1)).build();
        Self { db, under_way }
    }

    /// The user's version now. One row: all that an unchanged login sync reads.
    pub async fn version(&self, owner: &OwnerId) -> Result<i64, ApiError> {
        space::version(&*self.db.conn().await?, owner).await?.ok_or_else(ApiError::unauthenticated)
    }

    /// A snapshot at `version` or later. The key holds the version that the caller has seen, so nobody is answered from a
    /// computation that began before a write that they know of.
    pub async fn snapshot(&self, owner: &OwnerId, version: i64, query: InitQuery) -> Result<Arc<Snapshot>, ApiError> {
        let key = (owner.clone(), version, query.clone());
        let compute =
            async { door::snapshot(&self.db, owner, async |conn| read(conn, owner, &query).await).await.map(Arc::new) };
        let result = self.under_way.try_get_with(key.clone(), compute).await;
        self.under_way.invalidate(&key).await;
        result.map_err(|error: Arc<ApiError>| (*error).clone())
    }
}

/// Everything but the messages is asked at once: two round trips for all of it.
async fn read(conn: &AsyncPgConnection, owner: &OwnerId, query: &InitQuery) -> Result<Snapshot, ApiError> {
    let (version, mut sessions, projects, preferences, mut assets, files_used) = try_join!(
        space::version(conn, owner),
        chat_session::list(conn, owner, None, None, MAX_SESSIONS),
        project::list(conn, owner, false, Some(MAX_PROJECTS)),
        record::preferences(conn, owner, MAX_PREFERENCE_BYTES, MAX_PREFERENCES),
        asset::list(conn, owner, AssetFilter::default(), None, MAX_ASSETS),
        asset::used(conn, owner),
    )?;
    let version = version.ok_or_else(ApiError::unauthenticated)?;
    MAX_SESSIONS.cut(&mut sessions);
    MAX_ASSETS.cut(&mut assets);
    let current = query.current_session_id.or(sessions.first().map(|session| session.id));
    let messages = match current {
        Some(id) => chat_message::page(conn, owner, id, Window::Newest, PageLimit(query.message_limit)).await?.0,
        None => Vec::new(),
    };
    Ok(Snapshot { version, sessions, messages, projects, preferences, assets, files_used })
}
