//! Assistants in an import.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::write::AUTHOR;
use super::{PUBLISHED, SYNCED};
use crate::db::UserTx;
use crate::models::import::{ImportTable, Staged, mark};
use crate::request_id;

/// How an import stores assistants. One that waits for a review waits from now on. A reviewer's decision is no part of a document: a new row that was published waits for a review, and so does a
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
            "s.id, s.unique_name, (SELECT {AUTHOR} FROM \"user\" u WHERE u.key = $1), s.value ->> 'title', s.value ->> 'desc', s.value ->> 'emoji',
             s.value ->> 'prompt', {tags}, {category}, s.value ->> 'words', (s.value ->> 'isPublic')::boolean, s.value ->> 'status', 1, $4,
             coalesce((s.value ->> 'createdAt')::timestamptz, now()),
             CASE WHEN s.value ->> 'status' = 'pending' THEN now() ELSE coalesce((s.value ->> 'updatedAt')::timestamptz, now()) END"
        ),
        links: Vec::new(),
        names: None,
    }
}

/// Adds entries of the audit log for the assistants that the transaction has written so far. Returns their number.
pub async fn record_import(tx: &mut UserTx) -> QueryResult<usize> {
    let version = tx.next_version();
    let (conn, owner) = tx.parts();
    // Ids grow with time, as those that the server makes: a UUID of version 7.
    diesel::sql_query(
        "INSERT INTO audit (id, actor, action, entity, entity_id, request_id)
         SELECT (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
                 || substr(md5(a.id || random()::text), 1, 3) || '8' || substr(md5(random()::text || a.id), 1, 15))::uuid,
             $3, CASE WHEN a.deleted_at IS NOT NULL THEN 'assistant.delete' WHEN a.revision = 1 THEN 'assistant.create' ELSE 'assistant.update' END,
             'assistant', a.id, $4
         FROM assistants a WHERE a.owner = $1 AND a.version = $2",
    )
    .bind::<BigInt, _>(owner.key())
    .bind::<BigInt, _>(version)
    .bind::<Text, _>(owner.user_id())
    .bind::<Nullable<Text>, _>(request_id::current())
    .execute(conn)
    .await
}

/// Whether the database is a cluster: staged rows are on workers then, and assistants on the coordinator (docs/SCALE.md).
pub async fn is_apart_from_staged(tx: &mut UserTx) -> QueryResult<bool> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        is_apart: bool,
    }
    let (conn, _) = tx.parts();
    let sql = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS is_apart";
    let row: Row = diesel::sql_query(sql).get_result(conn).await?;
    Ok(row.is_apart)
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
