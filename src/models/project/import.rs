//! Projects in an import.

use diesel::QueryResult;

use super::SYNCED;
use crate::db::UserTx;
use crate::models::import::{ImportLink, ImportTable, Staged, VALID, mark};

/// How an import stores projects.
pub fn import_table(section: &'static str) -> ImportTable {
    ImportTable {
        section,
        table: SYNCED,
        soft_delete: "deleted_at = now(), updated_at = now(), revision = r.revision + 1, version = $4",
        update: "name = s.value ->> 'name', data = s.value -> 'data', parent_id = s.link_1,
             thumbnail_asset_id = coalesce(s.value ->> 'thumbnailAssetId', r.thumbnail_asset_id),
             client_updated_at = coalesce((s.value ->> 'clientUpdatedAt')::timestamptz, r.client_updated_at),
             revision = r.revision + 1, version = $4, updated_at = now(), deleted_at = NULL"
            .to_owned(),
        differs: "r.name <> s.value ->> 'name' OR r.data IS DISTINCT FROM s.value -> 'data' OR r.parent_id IS DISTINCT FROM s.link_1
             OR r.thumbnail_asset_id IS DISTINCT FROM coalesce(s.value ->> 'thumbnailAssetId', r.thumbnail_asset_id)"
            .to_owned(),
        columns: "id, name, data, parent_id, thumbnail_asset_id, client_updated_at, revision, version, created_at, updated_at",
        values: "s.id, s.value ->> 'name', s.value -> 'data', s.link_1, s.value ->> 'thumbnailAssetId',
             (s.value ->> 'clientUpdatedAt')::timestamptz, 1, $4, coalesce((s.value ->> 'createdAt')::timestamptz, now()),
             coalesce((s.value ->> 'updatedAt')::timestamptz, now())"
            .to_owned(),
        links: vec![ImportLink {
            column: "r.parent_id".to_owned(),
            is_text: true,
            unlink: "parent_id = NULL, revision = r.revision + 1, version = $4, updated_at = now()".to_owned(),
            unlink_value: None,
        }],
    }
}

/// Marks projects that would be below themselves. `replaced`: the document's tree replaces the stored one. Returns the number of marked rows.
pub async fn mark_cycles(tx: &mut UserTx, staged: Staged<'_>, member: &str, replaced: bool) -> QueryResult<usize> {
    let kept = if replaced { "false" } else { "true" };
    let condition = format!(
        "s.link_1 IS NOT NULL AND s.id NOT IN (
             WITH RECURSIVE tree AS (
                 SELECT s.id, s.link_1 AS parent_id FROM import_rows s WHERE {VALID}
                 UNION ALL
                 SELECT r.id, r.parent_id FROM projects r WHERE {kept} AND r.owner = $1 AND r.deleted_at IS NULL AND NOT EXISTS (
                     SELECT FROM import_rows t WHERE t.owner = $1 AND t.import_id = $2 AND t.section = $3 AND t.id = r.id
                     AND t.fault IS NULL)
             ), reached AS (
                 SELECT id FROM tree WHERE parent_id IS NULL
                 UNION ALL
                 SELECT tree.id FROM reached JOIN tree ON tree.parent_id = reached.id
             ) SELECT id FROM reached)"
    );
    mark(tx, staged, "cycle", member, &condition).await
}
