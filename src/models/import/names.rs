//! Unique names of staged rows. A name may be taken by an earlier row of the document, or by a stored row that keeps it.

use diesel::QueryResult;

use super::tree::{Edge, edges};
use super::{ImportNames, ImportStamp, SAME_NAME, Staged, VALID, in_subquery};
use crate::db::UserTx;

/// Marks rows whose name a stored row has that is not in the document and equals them, except for the id and times. Links to them become links to
/// the stored row (see [`relink`]). Returns their number.
pub async fn mark_same_names(tx: &mut UserTx, staged: Staged<'_>, member: &str) -> QueryResult<usize> {
    let Some(names) = &staged.table.names else { return Ok(0) };
    let table = staged.table.table;
    let sql = format!(
        "UPDATE import_rows s SET fault = '{SAME_NAME}', fault_member = '{member}', value = {id}
         FROM {name} r WHERE {VALID} AND {rows} AND r.deleted_at IS NULL AND {column} = s.unique_name AND r.id <> s.id AND {same}
         AND NOT EXISTS (SELECT FROM import_rows t WHERE t.owner = $1 AND t.import_id = $2 AND t.section = $3 AND t.id = r.id)
         AND NOT EXISTS (SELECT FROM {name} o WHERE {others} AND o.id = s.id AND o.deleted_at IS NULL)",
        name = table.name,
        rows = table.rows("r"),
        others = table.rows("o"),
        column = names.column,
        same = names.is_same(&names.value, "s.value"),
        id = in_subquery("to_jsonb(r.id)"),
    );
    staged.run(tx, ImportStamp::default(), sql).await
}

/// Marks rows whose name another row of the document has. The row stays that is stored with the name, or the first one. `mend`: a row that equals it,
/// except for the id and times, has the fault [`SAME_NAME`]. Returns the number of rows.
pub async fn mark_duplicate_names(tx: &mut UserTx, staged: Staged<'_>, member: &str, mend: bool) -> QueryResult<usize> {
    let table = staged.table.table;
    let (stored, order, same) = match &staged.table.names {
        Some(names) => (
            format!(
                "LEFT JOIN {} r ON {} AND r.id = s.id AND r.deleted_at IS NULL AND {} = s.unique_name",
                table.name,
                table.rows("r"),
                names.column
            ),
            "r.id IS NULL, ",
            format!(
                "{mend} AND {} AND NOT EXISTS (SELECT FROM {} o WHERE {} AND o.id = s.id AND o.deleted_at IS NULL)",
                names.is_same("first.value", "s.value"),
                table.name,
                table.rows("o"),
            ),
        ),
        None => (String::new(), "", "false".to_owned()),
    };
    let sql = format!(
        "WITH again AS (
             SELECT s.unique_name FROM import_rows s WHERE {VALID} AND s.unique_name IS NOT NULL GROUP BY 1 HAVING count(*) > 1
         ), first AS (
             SELECT DISTINCT ON (s.unique_name) s.unique_name, s.place, s.id, s.value
             FROM import_rows s JOIN again ON again.unique_name = s.unique_name {stored}
             WHERE {VALID} ORDER BY s.unique_name, {order}s.place
         )
         UPDATE import_rows s SET fault_member = '{member}', fault = CASE WHEN {same} THEN '{SAME_NAME}' ELSE 'duplicate_name' END,
             value = CASE WHEN {same} THEN {id} ELSE s.value END
         FROM first WHERE {VALID} AND s.unique_name = first.unique_name AND s.place <> first.place",
        id = in_subquery("to_jsonb(first.id)"),
    );
    staged.run(tx, ImportStamp::default(), sql).await
}

/// The staged rows whose name a stored row has, and the staged row of that stored row. Without one, the stored row keeps its name. `replaced`: stored
/// rows that the document does not name are deleted.
pub async fn name_edges(tx: &mut UserTx, staged: Staged<'_>, replaced: bool) -> QueryResult<Vec<Edge>> {
    let Some(ImportNames { column, .. }) = &staged.table.names else { return Ok(Vec::new()) };
    let table = staged.table.table;
    let is_kept = if replaced { "n.id IS NOT NULL" } else { "true" };
    let sql = format!(
        "SELECT s.place AS number, coalesce(t.place, -2) AS need, false AS has_stored
         FROM import_rows s JOIN {} r ON {} AND r.deleted_at IS NULL AND {column} = s.unique_name
             LEFT JOIN import_rows t ON t.owner = $1 AND t.import_id = $2 AND t.section = $3 AND t.id = r.id AND t.fault IS NULL
             LEFT JOIN (SELECT DISTINCT id FROM import_rows WHERE owner = $1 AND import_id = $2 AND section = $3) n ON n.id = r.id
         WHERE {VALID} AND s.unique_name IS NOT NULL AND r.id <> s.id AND {is_kept}",
        table.name,
        table.rows("r"),
    );
    edges(tx, staged, sql, 0).await
}

/// Replaces links at `position` (from 0) to rows of `to` with the fault [`SAME_NAME`] by links to the rows that are equal to them. Returns the number of
/// changed rows.
pub async fn relink(tx: &mut UserTx, staged: Staged<'_>, position: usize, to: &str) -> QueryResult<usize> {
    let Some(link) = staged.table.links.get(position) else { return Ok(0) };
    let value = link.member.map(|member| format!(", value = jsonb_set(s.value, ARRAY['{member}'], m.value)"));
    let column = format!("link_{}", position + 1);
    let sql = format!(
        "UPDATE import_rows s SET {column} = m.value #>> '{{}}'{} FROM import_rows m
         WHERE {VALID} AND m.owner = $1 AND m.import_id = $2 AND m.section = '{to}' AND m.fault = '{SAME_NAME}' AND m.id = s.{column}",
        value.unwrap_or_default(),
    );
    let changed = staged.run(tx, ImportStamp::default(), sql).await?;
    if let Some(names) = staged.table.names.as_ref().filter(|_| changed > 0) {
        let name = in_subquery(&names.of_value);
        let sql = format!(
            "UPDATE import_rows s SET unique_name = {name} WHERE {VALID} AND s.unique_name IS DISTINCT FROM {name}"
        );
        staged.run(tx, ImportStamp::default(), sql).await?;
    }
    Ok(changed)
}
