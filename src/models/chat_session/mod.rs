//! Chat sessions: rows and queries.

mod export;
mod import;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::{UserReader, UserTx};
use crate::json::{FreeJson, PageCursor, PageLimit, Timestamp};
use crate::models::page_budget::{Cut, ListBudget, Measured, within_bytes};
use crate::models::synced_table::SyncedTable;
use crate::schema::{chat_messages, chat_sessions, expired_chat_sessions};

pub use export::export;
pub use import::{import_table, touch_after_import};

/// How the table syncs.
pub const SYNCED: SyncedTable = SyncedTable {
    name: "chat_sessions",
    id_type: "uuid",
    bytes: "bytes",
    collection: None,
    has_foreign_key: true,
    expired: Some("expired_chat_sessions"),
    status: None,
};

/// A row of `chat_sessions`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = chat_sessions)]
pub struct ChatSessionRecord {
    pub id: Uuid,
    pub title: String,
    pub project_id: Option<String>,
    pub metadata: Option<FreeJson>,
    /// Counts the changes of the row, the touch by a message batch included.
    pub revision: i64,
    /// The user's version that last changed the row.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    /// The revision that last set the title, the project or the metadata, by a trigger: messages raise only `revision`. `None` for a row from before
    /// the column.
    pub content_revision: Option<i64>,
}

impl ChatSessionRecord {
    /// Whether a client that knows the row as of revision `base` knows its content.
    pub fn has_content_of(&self, base: i64) -> bool {
        (self.content_revision.unwrap_or(self.revision)..=self.revision).contains(&base)
    }
}

/// The members that clients may set.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = chat_sessions)]
pub struct ChatSessionContent {
    pub title: String,
    pub project_id: Option<String>,
    pub metadata: Option<FreeJson>,
}

/// A page of living sessions, last changed first, of about `bytes` at most.
pub async fn list(
    reader: UserReader<'_>,
    project_id: Option<&str>,
    after: Option<PageCursor>,
    limit: PageLimit,
    size: ListBudget,
) -> QueryResult<Cut<ChatSessionRecord>> {
    let (mut conn, owner) = reader.parts();
    let mut query = chat_sessions::table
        .filter(chat_sessions::owner.eq(owner.key()))
        .filter(chat_sessions::deleted_at.is_null())
        .order((chat_sessions::version.desc(), chat_sessions::id.desc()))
        .limit(limit.with_lookahead())
        .select((chat_sessions::bytes, ChatSessionRecord::as_select()))
        .into_boxed();
    if let Some(project_id) = project_id {
        query = query.filter(chat_sessions::project_id.eq(project_id.to_owned()));
    }
    if let Some(PageCursor { version, id }) = after {
        query = query.filter(
            chat_sessions::version.lt(version).or(chat_sessions::version.eq(version).and(chat_sessions::id.lt(id))),
        );
    }
    if size.fits_any(limit.with_lookahead()) {
        return Ok(Cut::by_count(query.load(&mut conn).await?, limit.rows()));
    }
    let rows: Vec<Measured<ChatSessionRecord>> = within_bytes(query, size.bytes).load(&mut conn).await?;
    Ok(Cut::of(rows, limit.rows()))
}

/// The row, which may be a tombstone. `None` where there is none.
pub async fn find(reader: UserReader<'_>, id: Uuid) -> QueryResult<Option<ChatSessionRecord>> {
    let (mut conn, owner) = reader.parts();
    chat_sessions::table
        .find((owner.key(), id))
        .select(ChatSessionRecord::as_select())
        .get_result(&mut conn)
        .await
        .optional()
}

/// Whether the session existed and its tombstone was removed.
pub async fn is_expired(reader: UserReader<'_>, id: Uuid) -> QueryResult<bool> {
    let (mut conn, owner) = reader.parts();
    let expired = expired_chat_sessions::table.find((owner.key(), id));
    diesel::select(diesel::dsl::exists(expired)).get_result(&mut conn).await
}

/// The rows with these ids, tombstones included, in any order.
pub async fn load(reader: UserReader<'_>, ids: &[Uuid]) -> QueryResult<Vec<ChatSessionRecord>> {
    let (mut conn, owner) = reader.parts();
    chat_sessions::table
        .filter(chat_sessions::owner.eq(owner.key()))
        .filter(chat_sessions::id.eq_any(ids))
        .select(ChatSessionRecord::as_select())
        .load(&mut conn)
        .await
}

/// Inserts a session and returns the row.
pub async fn insert(
    tx: &mut UserTx,
    id: Uuid,
    content: &ChatSessionContent,
    version: i64,
) -> QueryResult<ChatSessionRecord> {
    let (conn, owner) = tx.parts();
    diesel::insert_into(chat_sessions::table)
        .values((
            chat_sessions::owner.eq(owner.key()),
            chat_sessions::id.eq(id),
            content.clone(),
            chat_sessions::revision.eq(1),
            chat_sessions::version.eq(version),
        ))
        .returning(ChatSessionRecord::as_returning())
        .get_result(conn)
        .await
}

/// Sets the content and returns the new row. `None` if the content is the same, because a repeat must not count as a change.
pub async fn update(
    tx: &mut UserTx,
    id: Uuid,
    content: ChatSessionContent,
    version: i64,
) -> QueryResult<Option<ChatSessionRecord>> {
    let (conn, owner) = tx.parts();
    use chat_sessions::dsl;
    let differs = dsl::title
        .ne(content.title.clone())
        .or(dsl::project_id.is_distinct_from(content.project_id.clone()))
        .or(dsl::metadata.is_distinct_from(content.metadata.clone()));
    diesel::update(dsl::chat_sessions.find((owner.key(), id)).filter(differs))
        .set((
            dsl::title.eq(content.title),
            dsl::project_id.eq(content.project_id),
            dsl::metadata.eq(content.metadata),
            dsl::revision.eq(dsl::revision + 1),
            dsl::version.eq(version),
            dsl::updated_at.eq(diesel::dsl::now),
        ))
        .returning(ChatSessionRecord::as_returning())
        .get_result(conn)
        .await
        .optional()
}

/// Turns the session and its messages into tombstones. Returns false if the session was not living.
pub async fn soft_delete(tx: &mut UserTx, id: Uuid, version: i64) -> QueryResult<bool> {
    let (conn, owner) = tx.parts();
    let deleted = diesel::update(chat_sessions::table.find((owner.key(), id)))
        .filter(chat_sessions::deleted_at.is_null())
        .set((
            chat_sessions::deleted_at.eq(diesel::dsl::now),
            chat_sessions::updated_at.eq(diesel::dsl::now),
            chat_sessions::revision.eq(chat_sessions::revision + 1),
            chat_sessions::version.eq(version),
        ))
        .execute(conn)
        .await?;
    if deleted == 0 {
        return Ok(false);
    }
    diesel::update(chat_messages::table)
        .filter(chat_messages::owner.eq(owner.key()))
        .filter(chat_messages::session_id.eq(id))
        .filter(chat_messages::deleted_at.is_null())
        .set((chat_messages::deleted_at.eq(diesel::dsl::now), chat_messages::version.eq(version)))
        .execute(conn)
        .await?;
    Ok(true)
}

/// Sets `project_id` of living sessions in these projects to null. Returns true if there were any.
pub async fn leave_projects(tx: &mut UserTx, project_ids: &[String], version: i64) -> QueryResult<bool> {
    let (conn, owner) = tx.parts();
    let changed = diesel::update(chat_sessions::table)
        .filter(chat_sessions::owner.eq(owner.key()))
        .filter(chat_sessions::project_id.eq_any(project_ids))
        .filter(chat_sessions::deleted_at.is_null())
        .set((
            chat_sessions::project_id.eq(None::<String>),
            chat_sessions::revision.eq(chat_sessions::revision + 1),
            chat_sessions::version.eq(version),
            chat_sessions::updated_at.eq(diesel::dsl::now),
        ))
        .execute(conn)
        .await?;
    Ok(changed > 0)
}
