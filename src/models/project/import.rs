//! Projects in an import.

use super::SYNCED;
use crate::models::import::{ImportLink, ImportTable, in_subquery};

/// How an import stores projects.
pub fn import_table(section: &'static str) -> ImportTable {
    ImportTable {
        section,
        table: SYNCED,
        soft_delete: "deleted_at = now(), updated_at = now(), revision = r.revision + 1, version = $4",
        update: format!(
            "name = s.value ->> 'name', data = s.value -> 'data', parent_id = s.link_1,
             thumbnail_asset_id = coalesce(s.value ->> 'thumbnailAssetId', r.thumbnail_asset_id),
             client_updated_at = coalesce({}, r.client_updated_at),
             revision = r.revision + 1, version = $4, updated_at = now(), deleted_at = NULL",
            in_subquery("(s.value ->> 'clientUpdatedAt')::timestamptz"),
        ),
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
            member: None,
        }],
        names: None,
    }
}
