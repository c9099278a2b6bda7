//! Chat sessions: rows, forms, queries.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::OwnerId;
use crate::schema::{chat_messages, chat_sessions, swept_chat_sessions};
use crate::wire::{FreeJson, PageCursor, PageLimit, Timestamp};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = chat_sessions)]
pub struct ChatSessionRecord {
    pub id: Uuid,
    pub title: String,
    pub project_id: Option<String>,
    pub metadata: Option<FreeJson>,
    /// The user's version that last changed the row.
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// What a person may set.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = chat_sessions)]
pub struct ChatSessionContent {
    pub title: String,
    pub project_id: Option<String>,
    pub metadata: Option<FreeJson>,
}

/// Living sessions, the last changed first; one more than the page, so that the caller sees whether another page follows.
pub async fn list(
    mut conn: &AsyncPgConnection,
    owner: &OwnerId,
    project_id: Option<&str>,
    after: Option<PageCursor>,
    limit: PageLimit,
) -> QueryResult<Vec<ChatSessionRecord>> {
    let mut query = chat_sessions::table
        .filter(chat_sessions::user_id.eq(owner.as_str()))
        .filter(chat_sessions::deleted_at.is_null())
        .order((chat_sessions::revision.desc(), chat_sessions::id.desc()))
        .limit(limit.with_lookahead())
        .select(ChatSessionRecord::as_select())
        .into_boxed();
    if let Some(project_id) = project_id {
        query = query.filter(chat_sessions::project_id.eq(project_id.to_owned()));
    }
    if let Some(PageCursor { revision, id }) = after {
        query = query.filter(
            chat_sessions::revision.lt(revision).or(chat_sessions::revision.eq(revision).and(chat_sessions::id.lt(id))),
        );
    }
    query.load(&mut conn).await
}

/// The row, tombstone or not.
pub async fn find(mut conn: &AsyncPgConnection, owner: &OwnerId, id: Uuid) -> QueryResult<Option<ChatSessionRecord>> {
    chat_sessions::table
        .find((owner.as_str(), id))
        .select(ChatSessionRecord::as_select())
        .get_result(&mut conn)
        .await
        .optional()
}

/// Whether there was such a session and its tombstone is swept.
pub async fn is_swept(mut conn: &AsyncPgConnection, owner: &OwnerId, id: Uuid) -> QueryResult<bool> {
    let swept = swept_chat_sessions::table.find((owner.as_str(), id));
    diesel::select(diesel::dsl::exists(swept)).get_result(&mut conn).await
}

/// The rows, tombstones too, in any order.
pub async fn load(mut conn: &AsyncPgConnection, owner: &OwnerId, ids: &[Uuid]) -> QueryResult<Vec<ChatSessionRecord>> {
    chat_sessions::table
        .filter(chat_sessions::user_id.eq(owner.as_str()))
        .filter(chat_sessions::id.eq_any(ids))
        .select(ChatSessionRecord::as_select())
        .load(&mut conn)
        .await
}

pub async fn insert(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    id: Uuid,
    content: &ChatSessionContent,
    revision: i64,
) -> QueryResult<ChatSessionRecord> {
    diesel::insert_into(chat_sessions::table)
        .values((
            chat_sessions::user_id.eq(owner.as_str()),
            chat_sessions::id.eq(id),
            content.clone(),
            chat_sessions::revision.eq(revision),
        ))
        .returning(ChatSessionRecord::as_returning())
        .get_result(conn)
        .await
}

/// `None` where the row holds exactly this already: a repeat must not look like a change.
pub async fn update(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    id: Uuid,
    content: ChatSessionContent,
    revision: i64,
) -> QueryResult<Option<ChatSessionRecord>> {
    use chat_sessions::dsl;
    let differs = dsl::title
        .ne(content.title.clone())
        .or(dsl::project_id.is_distinct_from(content.project_id.clone()))
        .or(dsl::metadata.is_distinct_from(content.metadata.clone()));
    diesel::update(dsl::chat_sessions.find((owner.as_str(), id)).filter(differs))
        .set((
            dsl::title.eq(content.title),
            dsl::project_id.eq(content.project_id),
            dsl::metadata.eq(content.metadata),
            dsl::revision.eq(revision),
            dsl::updated_at.eq(diesel::dsl::now),
        ))
        .returning(ChatSessionRecord::as_returning())
        .get_result(conn)
        .await
        .optional()
}

/// Turns the session and its messages into tombstones; false where it was not alive.
pub async fn bury(conn: &mut AsyncPgConnection, owner: &OwnerId, id: Uuid, revision: i64) -> QueryResult<bool> {
    let buried = diesel::update(chat_sessions::table.find((owner.as_str(), id)))
        .filter(chat_sessions::deleted_at.is_null())
        .set((
            chat_sessions::deleted_at.eq(diesel::dsl::now),
            chat_sessions::updated_at.eq(diesel::dsl::now),
            chat_sessions::revision.eq(revision),
        ))
        .execute(conn)
        .await?;
    if buried == 0 {
        return Ok(false);
    }
    diesel::update(chat_messages::table)
        .filter(chat_messages::user_id.eq(owner.as_str()))
        .filter(chat_messages::session_id.eq(id))
        .filter(chat_messages::deleted_at.is_null())
        .set((chat_messages::deleted_at.eq(diesel::dsl::now), chat_messages::revision.eq(revision)))
        .execute(conn)
        .await?;
    Ok(true)
}

/// Takes living sessions out of these projects; true if there were any.
pub async fn leave_projects(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    project_ids: &[String],
    revision: i64,
) -> QueryResult<bool> {
    let changed = diesel::update(chat_sessions::table)
        .filter(chat_sessions::user_id.eq(owner.as_str()))
        .filter(chat_sessions::project_id.eq_any(project_ids))
        .filter(chat_sessions::deleted_at.is_null())
        .set((
            chat_sessions::project_id.eq(None::<String>),
            chat_sessions::revision.eq(revision),
            chat_sessions::updated_at.eq(diesel::dsl::now),
        ))
        .execute(conn)
        .await?;
    Ok(changed > 0)
}
