//! Staged rows become rows: all of a section in one statement each. The caller holds the user's lock and has found them sound. What is stored like
//! this already is not touched.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use super::{SOUND, Staged, Table};

/// Buries the rows that the document does not name; how many.
pub async fn bury_unnamed(conn: &mut AsyncPgConnection, staged: Staged<'_>, stamp: i64) -> QueryResult<usize> {
    let table = staged.table;
    let sql = format!(
        "UPDATE {} r SET {} WHERE {} AND r.deleted_at IS NULL AND NOT EXISTS (
             SELECT FROM import_rows s WHERE s.user_id = $1 AND s.import_id = $2 AND s.section = $3 AND s.id = r.id::text)",
        table.name(),
        buried(table),
        table.has("r"),
    );
    staged.run(conn, stamp, sql).await
}

/// What a burial sets.
fn buried(table: Table) -> &'static str {
    match table {
        Table::ChatMessages => "deleted_at = now(), revision = $4",
        Table::ChatSessions => "deleted_at = now(), updated_at = now(), revision = $4",
        Table::Projects | Table::Records { .. } => {
            "deleted_at = now(), updated_at = now(), revision = r.revision + 1, version = $4"
        }
    }
}

/// Names that are about to change are given up first: two rows may swap theirs.
pub async fn free_names(conn: &mut AsyncPgConnection, staged: Staged<'_>) -> QueryResult<usize> {
    let sql = format!(
        "UPDATE records r SET unique_name = NULL FROM import_rows s WHERE {SOUND} AND {} AND r.id = s.id
         AND r.deleted_at IS NULL AND r.unique_name IS DISTINCT FROM s.unique_name",
        staged.table.has("r")
    );
    staged.run(conn, 0, sql).await
}

/// Rows that are stored otherwise, or buried; how many.
pub async fn update(conn: &mut AsyncPgConnection, staged: Staged<'_>, stamp: i64) -> QueryResult<usize> {
    let (set, differs) = match staged.table {
        Table::Records { primary_key, keeps_others, links, .. } => {
            let (value, stored) = match keeps_others {
                true => ("r.value || s.value".to_owned(), "r.value".to_owned()),
                false => ("s.value".to_owned(), format!("r.value - '{primary_key}'")),
            };
            let links = links_of(links);
            (
                format!(
                    "value = {value}, unique_name = s.unique_name, links = {links}, revision = r.revision + 1, version = $4,
                     updated_at = now(), deleted_at = NULL"
                ),
                format!(
                    "{stored} IS DISTINCT FROM {value} OR r.unique_name IS DISTINCT FROM s.unique_name OR r.links IS DISTINCT FROM {links}"
                ),
            )
        }
        Table::Projects => (
            "name = s.value ->> 'name', data = s.value -> 'data', parent_id = s.link_1,
             thumbnail_asset_id = coalesce(s.value ->> 'thumbnailAssetId', r.thumbnail_asset_id),
             client_updated_at = coalesce((s.value ->> 'clientUpdatedAt')::timestamptz, r.client_updated_at),
             revision = r.revision + 1, version = $4, updated_at = now(), deleted_at = NULL"
                .to_owned(),
            "r.name <> s.value ->> 'name' OR r.data IS DISTINCT FROM s.value -> 'data' OR r.parent_id IS DISTINCT FROM s.link_1
             OR r.thumbnail_asset_id IS DISTINCT FROM coalesce(s.value ->> 'thumbnailAssetId', r.thumbnail_asset_id)"
                .to_owned(),
        ),
        Table::ChatSessions => (
            "title = s.value ->> 'title', project_id = s.link_1, metadata = s.value -> 'metadata', revision = $4, updated_at = now(),
             deleted_at = NULL"
                .to_owned(),
            "r.title <> s.value ->> 'title' OR r.project_id IS DISTINCT FROM s.link_1
             OR r.metadata IS DISTINCT FROM s.value -> 'metadata'"
                .to_owned(),
        ),
        // A message never changes; one that was buried comes back where it was.
        Table::ChatMessages => ("revision = $4, deleted_at = NULL".to_owned(), "false".to_owned()),
    };
    let table = staged.table;
    let sql = format!(
        "UPDATE {} r SET {set} FROM import_rows s WHERE {SOUND} AND {} AND r.id = {} AND (r.deleted_at IS NOT NULL OR {differs})",
        table.name(),
        table.has("r"),
        table.id("s.id"),
    );
    staged.run(conn, stamp, sql).await
}

/// As many as the collection has references.
fn links_of(count: usize) -> String {
    format!("(ARRAY[s.link_1, s.link_2, s.link_3, s.link_4])[1:{count}]")
}

/// Rows that are not there; how many. Messages take the places from `first_position` on, in the document's order.
pub async fn insert(
    conn: &mut AsyncPgConnection,
    staged: Staged<'_>,
    stamp: i64,
    first_position: i64,
) -> QueryResult<usize> {
    let (columns, values) = match staged.table {
        Table::Records { links, .. } => (
            "collection, id, value, unique_name, links, version, revision",
            format!("$3, s.id, s.value, s.unique_name, {}, $4, 1", links_of(links)),
        ),
        Table::Projects => (
            "id, name, data, parent_id, thumbnail_asset_id, client_updated_at, revision, version, created_at, updated_at",
            "s.id, s.value ->> 'name', s.value -> 'data', s.link_1, s.value ->> 'thumbnailAssetId',
             (s.value ->> 'clientUpdatedAt')::timestamptz, 1, $4, coalesce((s.value ->> 'createdAt')::timestamptz, now()),
             coalesce((s.value ->> 'updatedAt')::timestamptz, now())"
                .to_owned(),
        ),
        Table::ChatSessions => (
            "id, title, project_id, metadata, revision, created_at, updated_at",
            "s.id::uuid, s.value ->> 'title', s.link_1, s.value -> 'metadata', $4,
             coalesce((s.value ->> 'createdAt')::timestamptz, now()), coalesce((s.value ->> 'updatedAt')::timestamptz, now())"
                .to_owned(),
        ),
        Table::ChatMessages => (
            "id, session_id, temp_id, role, content, metadata, position, revision, created_at",
            format!(
                "s.id::uuid, s.link_1::uuid, s.unique_name, s.value ->> 'role', s.value ->> 'content', s.value -> 'metadata',
                 {first_position} + row_number() OVER (ORDER BY s.place) - 1, $4, (s.value ->> 'createdAt')::timestamptz"
            ),
        ),
    };
    let table = staged.table;
    let sql = format!(
        "INSERT INTO {name} (user_id, {columns}) SELECT $1, {values} FROM import_rows s
         WHERE {SOUND} AND NOT EXISTS (SELECT FROM {name} r WHERE {} AND r.id = {})",
        table.has("r"),
        table.id("s.id"),
        name = table.name(),
    );
    staged.run(conn, stamp, sql).await
}

/// Buries the rows of the section that are part of a row of `parent` which was buried with this stamp; how many.
pub async fn bury_parts(
    conn: &mut AsyncPgConnection,
    staged: Staged<'_>,
    position: usize,
    parent: Table,
    stamp: i64,
) -> QueryResult<usize> {
    let link = match staged.table {
        Table::ChatMessages => "r.session_id".to_owned(),
        Table::ChatSessions => "r.project_id".to_owned(),
        Table::Projects => "r.parent_id".to_owned(),
        Table::Records { .. } => format!("r.links[{}]", position + 1),
    };
    let sql = format!(
        "UPDATE {} r SET {} FROM {} p WHERE {} AND r.deleted_at IS NULL AND p.id = {link} AND {}",
        staged.table.name(),
        buried(staged.table),
        parent.name(),
        staged.table.has("r"),
        just_buried(parent),
    );
    staged.run(conn, stamp, sql).await
}

/// Sets the member to null in the rows of the section that refer to a row of `target` which was buried with this stamp; how many.
pub async fn unlink(
    conn: &mut AsyncPgConnection,
    staged: Staged<'_>,
    position: usize,
    member: &str,
    target: Table,
    stamp: i64,
) -> QueryResult<usize> {
    let sql = format!(
        "UPDATE records r SET value = jsonb_set(r.value, ARRAY['{member}'], 'null'), links[{link}] = NULL, updated_at = now(),
             revision = r.revision + 1, version = $4
         FROM {} p WHERE {} AND r.deleted_at IS NULL AND p.id = r.links[{link}] AND {}",
        target.name(),
        staged.table.has("r"),
        just_buried(target),
        link = position + 1,
    );
    staged.run(conn, stamp, sql).await
}

/// That `p` is a row of `table` which this import has buried.
pub(super) fn just_buried(table: Table) -> String {
    format!("{} AND p.{} = $4 AND p.deleted_at IS NOT NULL", table.has("p"), table.stamp())
}
