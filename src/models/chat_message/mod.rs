//! Chat messages: rows and reads. [`write_batch`] writes them with one call of a database function.

mod export;
mod import;
mod write_batch;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::UserReader;
use crate::json::{FreeJson, PageLimit, Timestamp};
use crate::models::page_budget::{Cut, ListBudget, Measured, within_bytes};
use crate::models::synced_table::SyncedTable;
use crate::schema::chat_messages;

pub use export::export;
pub use import::{import_table, mark_known_messages};
pub use write_batch::{BatchWrite, KnownMessage, MessageColumns, MessageRefusal, Stamp, WrittenBatch, write_batch};

/// How the table syncs.
pub const SYNCED: SyncedTable = SyncedTable {
    name: "chat_messages",
    id_type: "uuid",
    bytes: "bytes",
    collection: None,
    has_foreign_key: false,
    expired: None,
    status: None,
};

/// The left shift of a version in a position, in bits. A version may hold about a million messages, and 2^33 versions of one user fit the largest
/// integer of JavaScript (2^53).
pub const POSITION_SHIFT: u32 = 20;

/// A row of `chat_messages`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = chat_messages)]
pub struct ChatMessageRecord {
    pub id: Uuid,
    pub temp_id: Option<String>,
    pub session_id: Uuid,
    pub role: String,
    pub content: String,
    pub metadata: Option<FreeJson>,
    pub position: i64,
    /// The user's version that stored or deleted the row.
    pub version: i64,
    pub created_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

impl ChatMessageRecord {
    /// The row's own counter.
    pub fn revision(&self) -> i64 {
        revision(self.deleted_at.is_some())
    }
}

/// The revision of a message. A message never changes, so it has no column: it is 1, and 2 as a tombstone.
pub fn revision(deleted: bool) -> i64 {
    if deleted { 2 } else { 1 }
}

/// The part of a session to read. `Before` and `After` hold a position, which is not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Newest,
    Before(i64),
    After(i64),
}

/// A page of living messages in order of `position`, of about `bytes` at most. More may follow in the direction of the window.
pub async fn page(
    reader: UserReader<'_>,
    session_id: Uuid,
    window: Window,
    limit: PageLimit,
    size: ListBudget,
) -> QueryResult<Cut<ChatMessageRecord>> {
    let (mut conn, owner) = reader.parts();
    let in_session = chat_messages::table
        .filter(chat_messages::owner.eq(owner.key()))
        .filter(chat_messages::session_id.eq(session_id))
        .filter(chat_messages::deleted_at.is_null())
        .limit(limit.with_lookahead())
        .select((chat_messages::bytes, ChatMessageRecord::as_select()));
    let position = chat_messages::position;
    let bytes = size.bytes;
    let rows: Vec<Measured<ChatMessageRecord>> = match window {
        Window::After(start) => {
            within_bytes(in_session.filter(position.gt(start)).order(position.asc()), bytes).load(&mut conn).await?
        }
        Window::Before(end) => {
            within_bytes(in_session.filter(position.lt(end)).order(position.desc()), bytes).load(&mut conn).await?
        }
        Window::Newest if size.fits_any(limit.with_lookahead()) => {
            let mut page = Cut::by_count(in_session.order(position.desc()).load(&mut conn).await?, limit.rows());
            page.rows.reverse();
            return Ok(page);
        }
        Window::Newest => within_bytes(in_session.order(position.desc()), bytes).load(&mut conn).await?,
    };
    let mut page = Cut::of(rows, limit.rows());
    if !matches!(window, Window::After(_)) {
        page.rows.reverse();
    }
    Ok(page)
}

/// The rows with these ids, tombstones included, in any order.
pub async fn load(reader: UserReader<'_>, ids: &[Uuid]) -> QueryResult<Vec<ChatMessageRecord>> {
    let (mut conn, owner) = reader.parts();
    chat_messages::table
        .filter(chat_messages::owner.eq(owner.key()))
        .filter(chat_messages::id.eq_any(ids))
        .select(ChatMessageRecord::as_select())
        .load(&mut conn)
        .await
}
