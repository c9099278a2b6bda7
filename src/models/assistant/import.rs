//! Assistants in an import.

use diesel::QueryResult;

use super::{PUBLISHED, SYNCED};
use crate::db::UserTx;
use crate::models::import::{ImportTable, Staged, mark};

/// How an import stores assistants. A reviewer's decision is no part of a document: a new row that was published waits for a review, and so does a
/// published row whose content changes.
pub fn import_table(section: &'static str) -> ImportTable {
    let list = |member: &str| format!("ARRAY(SELECT jsonb_array_elements_text(s.value -> '{member}'))");
    let (tags, category) = (list("tags"), list("category"));
    ImportTable {
        section,
        table: SYNCED,
        soft_delete: "deleted_at = now(), updated_at = now(), revision = r.revision + 1, version = $4",
        update: format!(
            "title = s.value ->> 'title', description = s.value ->> 'desc', emoji = s.value ->> 'emoji', prompt = s.value ->> 'prompt',
             tags = {tags}, category = {category}, words = s.value ->> 'words', is_public = (s.value ->> 'isPublic')::boolean,
             status = CASE WHEN r.status = '{PUBLISHED}' THEN 'pending' ELSE r.status END,
             revision = r.revision + 1, version = $4, updated_at = now(), deleted_at = NULL"
        ),
        differs: format!(
            "r.title <> s.value ->> 'title' OR r.description <> s.value ->> 'desc' OR r.emoji <> s.value ->> 'emoji'
             OR r.prompt <> s.value ->> 'prompt' OR r.tags <> {tags} OR r.category <> {category}
             OR r.is_public <> (s.value ->> 'isPublic')::boolean"
        ),
        columns: "id, temp_id, author, title, description, emoji, prompt, tags, category, words, is_public, status, revision, version,
             created_at, updated_at",
        values: format!(
            "s.id, s.unique_name, (SELECT u.name FROM \"user\" u WHERE u.key = $1), s.value ->> 'title', s.value ->> 'desc', s.value ->> 'emoji',
             s.value ->> 'prompt', {tags}, {category}, s.value ->> 'words', (s.value ->> 'isPublic')::boolean, s.value ->> 'status', 1, $4,
             coalesce((s.value ->> 'createdAt')::timestamptz, now()), coalesce((s.value ->> 'updatedAt')::timestamptz, now())"
        ),
        links: Vec::new(),
        names: None,
    }
}

/// Marks assistants whose id another user has, or whose temporary id another row of the user or of the document has. Returns their number.
pub async fn mark_taken(tx: &mut UserTx, staged: Staged<'_>) -> QueryResult<usize> {
    let ids = "s.id IN (SELECT taken_assistants($1, ARRAY(SELECT t.id FROM import_rows t
                   WHERE t.owner = $1 AND t.import_id = $2 AND t.section = $3 AND t.fault IS NULL)))";
    let marked = mark(tx, staged, "id_conflict", "id", ids).await?;
    let temp_ids = "s.unique_name IS NOT NULL AND (
             EXISTS (SELECT FROM assistants r WHERE r.owner = $1 AND r.temp_id = s.unique_name AND r.id <> s.id)
             OR EXISTS (SELECT FROM import_rows t WHERE t.owner = $1 AND t.import_id = $2 AND t.section = $3 AND t.fault IS NULL
                 AND t.unique_name = s.unique_name AND t.place < s.place))";
    Ok(marked + mark(tx, staged, "id_conflict", "tempId", temp_ids).await?)
}
