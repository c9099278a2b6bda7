//! Which staged rows can't be taken, and why: a fault is noted at the row, and the row is left alone from then on. All of this is decided by sets,
//! under the user's lock where it depends on what is stored.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{SOUND, Staged, Table};
use crate::models::OwnerId;

/// A member that refers to rows of `to`, at `position` (from 0) of the section's links.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    pub member: &'static str,
    pub position: usize,
    pub to: Table,
    /// Rows of `to` that the document does not name are about to be buried.
    pub to_is_replaced: bool,
}

impl Link {
    fn column(self) -> String {
        format!("s.link_{}", self.position + 1)
    }

    /// That the document has the row which the link leads to.
    fn is_staged(self) -> String {
        format!(
            "EXISTS (SELECT FROM import_rows t WHERE t.user_id = $1 AND t.import_id = $2 AND t.section = '{}' AND t.id = {} AND t.fault IS NULL)",
            self.to.section(),
            self.column(),
        )
    }

    fn is_stored(self, how: &str) -> String {
        format!(
            "EXISTS (SELECT FROM {} r WHERE {} AND r.id = {} AND {how})",
            self.to.name(),
            self.to.has("r"),
            self.to.id(&self.column())
        )
    }
}

/// Notes `fault` at the rows of the section for which `condition` holds; how many.
async fn mark(
    conn: &mut AsyncPgConnection,
    staged: Staged<'_>,
    fault: &str,
    member: &str,
    condition: &str,
) -> QueryResult<usize> {
    let sql = format!(
        "UPDATE import_rows s SET fault = '{fault}', fault_member = '{member}' WHERE {SOUND} AND ({condition})"
    );
    staged.run(conn, 0, sql).await
}

/// All but the first of the rows that have the same `column`.
async fn mark_repeats(
    conn: &mut AsyncPgConnection,
    staged: Staged<'_>,
    column: &str,
    fault: &str,
    member: &str,
) -> QueryResult<usize> {
    // `IS TRUE` keeps the planner from making a join of it: nothing is known yet of rows that have just been staged, and as the inner side of a nested loop
    // all of them would be sorted again for each one. This way it is done once, into a hash.
    let condition = format!(
        "(s.place IN (SELECT again.place FROM (
             SELECT s.place, row_number() OVER (PARTITION BY s.{column} ORDER BY s.place) AS nth
             FROM import_rows s WHERE {SOUND} AND s.{column} IS NOT NULL) AS again WHERE again.nth > 1)) IS TRUE"
    );
    mark(conn, staged, fault, member, &condition).await
}

/// Rows whose id the document has before.
pub async fn mark_duplicate_ids(conn: &mut AsyncPgConnection, staged: Staged<'_>, member: &str) -> QueryResult<usize> {
    mark_repeats(conn, staged, "id", "duplicate", member).await
}

/// Rows whose unique name the document has before.
pub async fn mark_duplicate_names(
    conn: &mut AsyncPgConnection,
    staged: Staged<'_>,
    member: &str,
) -> QueryResult<usize> {
    mark_repeats(conn, staged, "unique_name", "duplicate_name", member).await
}

/// Rows whose unique name a stored row has that will keep it.
pub async fn mark_names_in_use(conn: &mut AsyncPgConnection, staged: Staged<'_>, member: &str) -> QueryResult<usize> {
    let condition = format!(
        "s.unique_name IS NOT NULL AND EXISTS (
             SELECT FROM records r WHERE {} AND r.unique_name = s.unique_name AND r.deleted_at IS NULL AND r.id <> s.id
             AND NOT EXISTS (SELECT FROM import_rows t WHERE t.user_id = $1 AND t.import_id = $2 AND t.section = $3 AND t.id = r.id
                 AND t.fault IS NULL))",
        staged.table.has("r")
    );
    mark(conn, staged, "duplicate_name", member, &condition).await
}

/// Rows that are part of a row which will not be there.
pub async fn mark_missing(
    conn: &mut AsyncPgConnection,
    staged: Staged<'_>,
    link: Link,
    fault: &str,
) -> QueryResult<usize> {
    let stored = if link.to_is_replaced { "false".to_owned() } else { link.is_stored("r.deleted_at IS NULL") };
    let condition = format!("{} IS NOT NULL AND NOT {} AND NOT {stored}", link.column(), link.is_staged());
    mark(conn, staged, fault, link.member, &condition).await
}

/// Takes links out of the staged rows that lead to a row which is buried, or is about to be: as its burial would have done.
pub async fn unlink_buried(conn: &mut AsyncPgConnection, staged: Staged<'_>, link: Link) -> QueryResult<usize> {
    let buried = link.is_stored(if link.to_is_replaced { "true" } else { "r.deleted_at IS NOT NULL" });
    // Chat sessions and projects have the link in its column alone.
    let value = match staged.table {
        Table::Records { .. } => format!(", value = jsonb_set(s.value, ARRAY['{}'], 'null')", link.member),
        _ => String::new(),
    };
    let sql = format!(
        "UPDATE import_rows s SET link_{} = NULL{value} WHERE {SOUND} AND {} IS NOT NULL AND NOT {} AND {buried}",
        link.position + 1,
        link.column(),
        link.is_staged()
    );
    staged.run(conn, 0, sql).await
}

/// Projects that would stand below themselves. `replaced`: the stored tree makes way for the document's.
pub async fn mark_cycles(
    conn: &mut AsyncPgConnection,
    staged: Staged<'_>,
    member: &str,
    replaced: bool,
) -> QueryResult<usize> {
    let kept = if replaced { "false" } else { "true" };
    let condition = format!(
        "s.link_1 IS NOT NULL AND s.id NOT IN (
             WITH RECURSIVE tree AS (
                 SELECT s.id, s.link_1 AS parent_id FROM import_rows s WHERE {SOUND}
                 UNION ALL
                 SELECT r.id, r.parent_id FROM projects r WHERE {kept} AND r.user_id = $1 AND r.deleted_at IS NULL AND NOT EXISTS (
                     SELECT FROM import_rows t WHERE t.user_id = $1 AND t.import_id = $2 AND t.section = $3 AND t.id = r.id
                     AND t.fault IS NULL)
             ), reached AS (
                 SELECT id FROM tree WHERE parent_id IS NULL
                 UNION ALL
                 SELECT tree.id FROM reached JOIN tree ON tree.parent_id = reached.id
             ) SELECT id FROM reached)"
    );
    mark(conn, staged, "cycle", member, &condition).await
}

/// Messages whose id, or temporary id, is in use for other content: a message never changes.
pub async fn mark_known_messages(conn: &mut AsyncPgConnection, staged: Staged<'_>) -> QueryResult<usize> {
    let other_content = "EXISTS (SELECT FROM chat_messages r WHERE r.user_id = $1 AND r.id = s.id::uuid AND (
             r.session_id <> s.link_1::uuid OR r.role <> s.value ->> 'role' OR r.content <> s.value ->> 'content'
             OR r.created_at <> (s.value ->> 'createdAt')::timestamptz OR r.metadata IS DISTINCT FROM s.value -> 'metadata'
             OR r.temp_id <> s.unique_name))";
    let marked = mark(conn, staged, "id_conflict", "id", other_content).await?;
    let other_id = "s.unique_name IS NOT NULL AND EXISTS (
             SELECT FROM chat_messages r WHERE r.user_id = $1 AND r.temp_id = s.unique_name AND r.id <> s.id::uuid)";
    Ok(marked + mark(conn, staged, "id_conflict", "tempId", other_id).await?)
}

/// A row that can't be taken.
#[derive(Debug, QueryableByName)]
pub struct Fault {
    #[diesel(sql_type = Text)]
    pub section: String,
    #[diesel(sql_type = Integer)]
    pub place: i32,
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Text)]
    pub fault: String,
    #[diesel(sql_type = Text)]
    pub member: String,
    /// Of how many in its section.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// The first faults of each section.
pub async fn faults(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    import: Uuid,
    limit: i64,
) -> QueryResult<Vec<Fault>> {
    diesel::sql_query(
        "SELECT * FROM (
             SELECT section, place, id, fault, fault_member AS member, count(*) OVER (PARTITION BY section) AS count,
                 row_number() OVER (PARTITION BY section ORDER BY place) AS nth
             FROM import_rows WHERE user_id = $1 AND import_id = $2 AND fault IS NOT NULL) AS faults
         WHERE nth <= $3 ORDER BY section, place",
    )
    .bind::<Text, _>(owner.as_str())
    .bind::<SqlUuid, _>(import)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await
}
