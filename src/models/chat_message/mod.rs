//! Chat messages: rows and reads. The write is one call of a database function: [`write_batch`].

mod write_batch;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::OwnerId;
use crate::schema::chat_messages;
use crate::wire::{FreeJson, PageLimit, Timestamp};

pub use write_batch::{BatchWrite, KnownMessage, MessageColumns, MessageRefusal, Stamp, WrittenBatch, write_batch};

/// How far a version is shifted left in a position: a version may hold about a million messages, and 2^33 versions of one user
/// still fit JavaScript's 2^53.
pub const POSITION_SHIFT: u32 = 20;

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
    pub revision: i64,
    pub created_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// Which part of a session to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Newest,
    Before(i64),
    After(i64),
}

/// A page in order of `position`, and whether there is more in the direction of the window.
pub async fn page(
    mut conn: &AsyncPgConnection,
    owner: &OwnerId,
    session_id: Uuid,
    window: Window,
    limit: PageLimit,
) -> QueryResult<(Vec<ChatMessageRecord>, bool)> {
    let in_session = chat_messages::table
        .filter(chat_messages::user_id.eq(owner.as_str()))
        .filter(chat_messages::session_id.eq(session_id))
        .filter(chat_messages::deleted_at.is_null())
        .limit(limit.with_lookahead())
        .select(ChatMessageRecord::as_select());
    let position = chat_messages::position;
    let mut rows = match window {
        Window::After(start) => in_session.filter(position.gt(start)).order(position.asc()).load(&mut conn).await?,
        Window::Before(end) => in_session.filter(position.lt(end)).order(position.desc()).load(&mut conn).await?,
        Window::Newest => in_session.order(position.desc()).load(&mut conn).await?,
    };
    let more = limit.cut(&mut rows);
    if !matches!(window, Window::After(_)) {
        rows.reverse();
    }
    Ok((rows, more))
}

/// The rows, tombstones too, in any order.
pub async fn load(mut conn: &AsyncPgConnection, owner: &OwnerId, ids: &[Uuid]) -> QueryResult<Vec<ChatMessageRecord>> {
    chat_messages::table
        .filter(chat_messages::user_id.eq(owner.as_str()))
        .filter(chat_messages::id.eq_any(ids))
        .select(ChatMessageRecord::as_select())
        .load(&mut conn)
        .await
}
