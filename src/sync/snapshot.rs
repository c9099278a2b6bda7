//! The initial snapshot: what a new device shows first, all of one version. It has metadata and no file bytes.

use std::sync::Arc;
use std::time::Duration;

use futures_util::try_join;
use moka::future::Cache;
use uuid::Uuid;

use super::user_tx;
use crate::db::{Database, OwnerId, UserReader};
use crate::error::ApiError;
use crate::json::{FileSpace, FreeJson, PageLimit, RowSpace};
use crate::models::asset::{self, AssetFilter, AssetRecord};
use crate::models::assistant::{self, AssistantRecord};
use crate::models::chat_message::{self, ChatMessageRecord, Window};
use crate::models::chat_session::{self, ChatSessionRecord};
use crate::models::page_budget::ListBudget;
use crate::models::project::{self, ProjectSummaryRecord};
use crate::models::{record, user_version};
use crate::trace::{self, Attribute};

/// Chat sessions in the snapshot, the last changed first. A pull returns all.
const MAX_SESSIONS: PageLimit = PageLimit(PageLimit::DEFAULT);
/// Projects in the snapshot, the last changed first.
const MAX_PROJECTS: i64 = 200;
/// Settings in the snapshot, in order of their keys. A pull returns all.
pub const MAX_PREFERENCES: i64 = 500;
/// The size of a setting's row in the snapshot: 16 KiB for its value. Larger ones are left out.
pub const MAX_PREFERENCE_BYTES: i64 = 16 * 1024 + 200;

/// Assets in the snapshot, the last changed first.
const MAX_ASSETS: PageLimit = PageLimit(PageLimit::MAX);

/// Assistants in the snapshot, the last changed first. A pull returns all.
const MAX_ASSISTANTS: i64 = 50;

/// The parameters of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InitQuery {
    /// The chat session whose messages are included. `None`: the session that changed last.
    pub current_session_id: Option<Uuid>,
    /// The number of its newest messages.
    pub message_limit: u8,
}

/// What was read before a snapshot.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// The user's version.
    pub version: i64,
    /// The size of the user's largest row. A row that is written until the snapshot can be larger, by as much as one request holds.
    largest_row: i64,
}

/// One state of a user's data.
#[derive(Debug)]
pub struct Snapshot {
    /// The user's version.
    pub version: i64,
    pub sessions: Vec<ChatSessionRecord>,
    pub messages: Vec<ChatMessageRecord>,
    pub projects: Vec<ProjectSummaryRecord>,
    /// Keys and values, in order of the keys.
    pub preferences: Vec<(String, FreeJson)>,
    pub assets: Vec<AssetRecord>,
    pub assistants: Vec<AssistantRecord>,
    /// The bytes and the number of the user's files.
    pub files_used: FileSpace,
    /// The bytes and the number of the user's rows.
    pub rows_used: RowSpace,
}

type Key = (OwnerId, i64, InitQuery);

/// Computes snapshots. Concurrent requests of one user share one computation.
#[derive(Clone)]
pub struct Snapshots {
    db: Database,
    bytes: i64,
    in_flight: Cache<Key, Arc<Snapshot>>,
}

impl Snapshots {
    /// Snapshots of the users of this database. Their messages have about half of `bytes`, their sessions and settings a quarter each.
    pub fn new(db: Database, bytes: i64) -> Self {
        // An entry is removed when it is computed. The time to live removes an entry whose callers all disconnected.
        let in_flight = Cache::builder().max_capacity(1_000).time_to_live(Duration::from_secs(1)).build();
        Self { db, bytes, in_flight }
    }

    /// The user's version. An unchanged request reads this one row only.
    ///
    /// # Errors
    /// `unauthenticated` if the user is deleted.
    pub async fn seen(&self, owner: &OwnerId) -> Result<Seen, ApiError> {
        let conn = self.db.read_conn(owner).await?;
        let read = conn.run(user_version::version_and_largest_row(UserReader::new(&conn, owner))).await?;
        let (version, largest_row) = read.ok_or_else(ApiError::unauthenticated)?;
        Ok(Seen { version, largest_row })
    }

    /// A snapshot at the version that was seen, or later. The key has that version, so no caller gets a computation that began before a write that it
    /// has seen.
    ///
    /// # Errors
    /// `unauthenticated` if the user is deleted, and those of the database.
    pub async fn snapshot(&self, owner: &OwnerId, seen: Seen, query: InitQuery) -> Result<Arc<Snapshot>, ApiError> {
        let key = (owner.clone(), seen.version, query.clone());
        let compute = async {
            user_tx::snapshot(&self.db, owner, async |reader| read(reader, &query, self.bytes, seen.largest_row).await)
                .await
                .map(Arc::new)
        };
        let of_snapshot = || vec![Attribute::new("user.id", owner.user_id().to_owned())];
        let snapshot = self.in_flight.try_get_with(key.clone(), compute);
        let result = trace::span("snapshot", of_snapshot, snapshot).await;
        self.in_flight.invalidate(&key).await;
        result.map_err(|error: Arc<ApiError>| (*error).clone())
    }
}

/// Sends all queries but the messages' together: two round trips in all.
async fn read(reader: UserReader<'_>, query: &InitQuery, bytes: i64, largest_row: i64) -> Result<Snapshot, ApiError> {
    let size = |bytes| ListBudget { bytes, largest_row: Some(largest_row) };
    let (state, sessions, projects, preferences, mut assets, assistants, files_used) = try_join!(
        user_version::state(reader),
        chat_session::list(reader, None, None, MAX_SESSIONS, size(bytes / 4)),
        project::list(reader, false, None, MAX_PROJECTS),
        record::preferences(reader, MAX_PREFERENCE_BYTES, MAX_PREFERENCES, bytes / 4),
        asset::list(reader, AssetFilter::default(), None, MAX_ASSETS),
        assistant::recent(reader, MAX_ASSISTANTS),
        asset::used(reader),
    )?;
    let state = state.ok_or_else(ApiError::unauthenticated)?;
    let (version, rows_used, sessions) = (state.version, state.used(), sessions.rows);
    MAX_ASSETS.cut(&mut assets);
    let current = query.current_session_id.or(sessions.first().map(|session| session.id));
    let messages = match current {
        Some(id) => {
            chat_message::page(reader, id, Window::Newest, PageLimit(query.message_limit), size(bytes / 2)).await?.rows
        }
        None => Vec::new(),
    };
    Ok(Snapshot { version, sessions, messages, projects, preferences, assets, assistants, files_used, rows_used })
}
