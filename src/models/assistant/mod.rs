//! Assistants: rows and reads. Statements over the rows of several users call database functions (migrations/0015_assistants).

mod export;
mod import;
mod list;
mod write;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use crate::db::{OwnerKey, UserReader};
use crate::json::Timestamp;
use crate::models::synced_table::SyncedTable;
use crate::schema::assistants;

pub use export::export;
pub use import::{import_table, is_apart_from_staged, mark_taken, record_import};
pub use list::{AssistantFilter, MAX_LISTED, Scope, Slice, list};
pub use write::{AssistantContent, NewAssistant, Review, insert, review, soft_delete, update};

/// The table and how it syncs.
pub const SYNCED: SyncedTable = SyncedTable {
    name: "assistants",
    id_type: "text",
    bytes: "bytes",
    collection: None,
    has_foreign_key: true,
    expired: None,
    status: Some("status"),
};

/// The status of a row that its owner works on.
pub const DRAFT: &str = "draft";
/// The status of a published row.
pub const PUBLISHED: &str = "published";

/// A row.
#[derive(Debug, Clone, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = assistants, check_for_backend(Pg))]
pub struct AssistantRecord {
    pub owner: OwnerKey,
    pub id: String,
    /// The name that a device gave the assistant before the server knew it.
    pub temp_id: Option<String>,
    pub author: String,
    pub title: String,
    pub description: String,
    pub emoji: String,
    pub prompt: String,
    pub tags: Vec<String>,
    pub category: Vec<String>,
    pub is_public: bool,
    pub status: String,
    pub review_note: Option<String>,
    pub usage_count: i64,
    pub rating: Option<f64>,
    /// Counts the row's accepted writes.
    pub revision: i64,
    /// The owner's version that last changed the row.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub published_at: Option<Timestamp>,
    pub reviewed_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
}

impl AssistantRecord {
    /// The row without what is for its owner only.
    #[must_use]
    pub fn for_reviewer(self) -> Self {
        Self { temp_id: None, ..self }
    }
}

/// The user's own row, which may be a tombstone. `None` where there is none.
pub async fn find_own(reader: UserReader<'_>, id: &str) -> QueryResult<Option<AssistantRecord>> {
    let (mut conn, owner) = reader.parts();
    assistants::table
        .find((owner.key(), id))
        .select(AssistantRecord::as_select())
        .get_result(&mut conn)
        .await
        .optional()
}

/// The user's own row with this temporary id, which may be a tombstone.
pub async fn find_by_temp_id(reader: UserReader<'_>, temp_id: &str) -> QueryResult<Option<AssistantRecord>> {
    let (mut conn, owner) = reader.parts();
    assistants::table
        .filter(assistants::owner.eq(owner.key()))
        .filter(assistants::temp_id.eq(temp_id))
        .select(AssistantRecord::as_select())
        .get_result(&mut conn)
        .await
        .optional()
}

/// A living row that the user may read: an own one, or one that is public and published.
pub async fn find_readable(reader: UserReader<'_>, id: &str) -> QueryResult<Option<AssistantRecord>> {
    let (mut conn, owner) = reader.parts();
    assistants::table
        .filter(assistants::id.eq(id))
        .filter(assistants::deleted_at.is_null())
        .filter(assistants::owner.eq(owner.key()).or(assistants::is_public.and(assistants::status.eq(PUBLISHED))))
        .select(AssistantRecord::as_select())
        .get_result(&mut conn)
        .await
        .optional()
}

/// A living row of any user that is no draft, for administrators.
pub async fn find_to_review(reader: UserReader<'_>, id: &str) -> QueryResult<Option<AssistantRecord>> {
    let (mut conn, _) = reader.parts();
    diesel::sql_query("SELECT * FROM assistant_to_review($1)")
        .bind::<Text, _>(id)
        .get_result(&mut conn)
        .await
        .optional()
}

/// At most `limit` of the user's own living rows, the last changed first.
pub async fn recent(reader: UserReader<'_>, limit: i64) -> QueryResult<Vec<AssistantRecord>> {
    let (mut conn, owner) = reader.parts();
    assistants::table
        .filter(assistants::owner.eq(owner.key()))
        .filter(assistants::deleted_at.is_null())
        .order((assistants::version.desc(), assistants::id))
        .limit(limit)
        .select(AssistantRecord::as_select())
        .load(&mut conn)
        .await
}

/// The user's own rows with these ids, tombstones included, in any order.
pub async fn load(reader: UserReader<'_>, ids: &[String]) -> QueryResult<Vec<AssistantRecord>> {
    let (mut conn, owner) = reader.parts();
    assistants::table
        .filter(assistants::owner.eq(owner.key()))
        .filter(assistants::id.eq_any(ids))
        .select(AssistantRecord::as_select())
        .load(&mut conn)
        .await
}
