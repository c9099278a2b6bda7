//! Rows that were deleted long ago, in all tables that sync: who has any, how new they are, and their removal. When to do that is
//! not known here. Nothing of this is hot, so the statements are plain text.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::OwnerId;

/// A table with tombstones, and its column with the user's version.
#[derive(Debug, Clone, Copy)]
pub struct Buried {
    table: &'static str,
    stamp: &'static str,
}

/// All of them. Messages are deleted with their session alone, and so in the same version.
pub const TABLES: [Buried; 5] = [
    Buried { table: "chat_sessions", stamp: "revision" },
    Buried { table: "chat_messages", stamp: "revision" },
    Buried { table: "projects", stamp: "version" },
    Buried { table: "assets", stamp: "revision" },
    Buried { table: "records", stamp: "version" },
];

/// Which rows are old enough: `$1` is the user, `$2` the days.
const OLD: &str = "user_id = $1 AND deleted_at < now() - make_interval(days => $2)";

/// The newest version among tombstones that are older than `days`; `None` where there are none.
pub async fn newest_version(conn: &mut AsyncPgConnection, owner: &OwnerId, days: i32) -> QueryResult<Option<i64>> {
    #[derive(QueryableByName)]
    struct Newest {
        #[diesel(sql_type = Nullable<BigInt>)]
        version: Option<i64>,
    }
    let newest = TABLES.map(|Buried { table, stamp }| format!("(SELECT max({stamp}) FROM {table} WHERE {OLD})"));
    let row: Newest = diesel::sql_query(format!("SELECT greatest({}) AS version", newest.join(", ")))
        .bind::<Text, _>(owner.as_str())
        .bind::<Integer, _>(days)
        .get_result(conn)
        .await?;
    Ok(row.version)
}

/// Removes at most `limit` tombstones that are older than `days`; how many there were. Of chat sessions the ids are kept.
pub async fn remove(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    Buried { table, .. }: Buried,
    days: i32,
    limit: i64,
) -> QueryResult<usize> {
    let old = format!("SELECT ctid FROM {table} WHERE {OLD} LIMIT $3");
    let remove = format!("DELETE FROM {table} WHERE user_id = $1 AND ctid = ANY (ARRAY({old}))");
    let sql = match table {
        "chat_sessions" => format!(
            "WITH removed AS ({remove} RETURNING id) INSERT INTO swept_chat_sessions (user_id, id) SELECT $1, id FROM removed
             ON CONFLICT (user_id, id) DO UPDATE SET id = excluded.id"
        ),
        _ => remove,
    };
    diesel::sql_query(sql)
        .bind::<Text, _>(owner.as_str())
        .bind::<Integer, _>(days)
        .bind::<BigInt, _>(limit)
        .execute(conn)
        .await
}

/// Some people, in order of their ids.
#[derive(Debug)]
pub struct Chunk {
    /// Those who have tombstones or receipts that are older than the days that were asked for.
    pub due: Vec<OwnerId>,
    /// Where the next chunk begins; `None` after the last.
    pub next: Option<String>,
}

/// Looks at the `limit` people after `after`: bounded, however many there are.
pub async fn due_after(conn: &mut AsyncPgConnection, after: &str, days: i32, limit: i64) -> QueryResult<Chunk> {
    #[derive(QueryableByName)]
    struct Person {
        #[diesel(sql_type = Text)]
        user_id: String,
        #[diesel(sql_type = Bool)]
        due: bool,
    }
    let has = TABLES.map(|Buried { table, .. }| {
        format!("EXISTS (SELECT FROM {table} t WHERE t.user_id = p.user_id AND t.deleted_at < now() - make_interval(days => $1))")
    });
    let sql = format!(
        "SELECT p.user_id, {} OR EXISTS (SELECT FROM receipts r WHERE r.user_id = p.user_id AND r.request_hash <> ''
             AND r.created_at < now() - make_interval(days => $1)) AS due
         FROM (SELECT user_id FROM space WHERE user_id > $2 ORDER BY user_id LIMIT $3) AS p ORDER BY p.user_id",
        has.join(" OR ")
    );
    let people: Vec<Person> = diesel::sql_query(sql)
        .bind::<Integer, _>(days)
        .bind::<Text, _>(after)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    let next = people.last().filter(|_| people.len() as i64 == limit).map(|person| person.user_id.clone());
    // Found by the server for its own upkeep: nobody asked in another's name.
    let due = people.into_iter().filter(|person| person.due).map(|person| OwnerId::of_authenticated(person.user_id));
    Ok(Chunk { due: due.collect(), next })
}
