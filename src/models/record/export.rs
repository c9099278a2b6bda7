//! Rows of collections in an export. Names and positions come from declarations.

use crate::models::export::{ExportForm, ExportRows};

const RECORD: &str = "SELECT (jsonb_build_object('id', r.id) || r.value)::text AS text FROM records r
     WHERE r.owner = $1 AND r.collection = $2 AND r.deleted_at IS NULL";

/// All rows of a collection, in order of their ids.
pub fn export(collection: &str, primary_key: &str) -> ExportRows {
    ExportRows::list(
        "SELECT (jsonb_build_object($3, id) || value)::text AS text FROM records
         WHERE owner = $1 AND collection = $2 AND deleted_at IS NULL ORDER BY id",
    )
    .with([collection.to_owned(), primary_key.to_owned()])
}

/// All rows of a collection that have this member, as an object from id to its value, in order of their ids.
pub fn export_members(collection: &str, member: &str) -> ExportRows {
    ExportRows::list(
        "SELECT to_json(id)::text || ':' || (value -> $3)::text AS text FROM records
         WHERE owner = $1 AND collection = $2 AND deleted_at IS NULL AND value ? $3 ORDER BY id",
    )
    .as_form(ExportForm::Map)
    .with([collection.to_owned(), member.to_owned()])
}

/// The row with this id.
pub fn export_one(collection: &str, id: String) -> ExportRows {
    ExportRows::list(format!("{RECORD} AND r.id = $3")).as_form(ExportForm::One).with([collection.to_owned(), id])
}

/// The rows whose reference at `position` (from 0) is `parent`, in order of their member `index`.
pub fn export_parts(collection: &str, position: usize, parent: String) -> ExportRows {
    ExportRows::list(format!("{RECORD} AND r.links[{}] = $3 ORDER BY r.value -> 'index', r.id", position + 1))
        .with([collection.to_owned(), parent])
}

/// The rows whose reference at `position` is a row of `between` whose own reference at `between_position` is `parent`.
pub fn export_parts_of_parts(
    (collection, position): (&str, usize),
    (between, between_position): (&str, usize),
    parent: String,
) -> ExportRows {
    let link = position + 1;
    ExportRows::list(format!(
        "{RECORD} AND r.links[{link}] IN (SELECT b.id FROM records b WHERE b.owner = $1 AND b.collection = $3
             AND b.deleted_at IS NULL AND b.links[{}] = $4)
         ORDER BY r.links[{link}], r.value -> 'index', r.id",
        between_position + 1,
    ))
    .with([collection.to_owned(), between.to_owned(), parent])
}
