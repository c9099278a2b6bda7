//! Lists of assistants: a user's own, the public ones, and those for reviewers.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::AssistantRecord;
use crate::db::UserReader;

/// A list shows at most this many rows on all its pages, so that a page far down costs no more than a bounded scan.
pub const MAX_LISTED: i64 = 10_000;

/// Whose assistants are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The user's own, the last changed first.
    Mine,
    /// Those that are public and published, the newest first.
    Public,
    /// Those of all users that are no drafts, the longest waiting first. For administrators.
    Review,
}

/// Conditions of a list. `None`: any.
#[derive(Debug, Clone, Copy)]
pub struct AssistantFilter<'a> {
    pub scope: Scope,
    pub status: Option<&'a str>,
    /// A query of PostgreSQL's text search.
    pub words: Option<&'a str>,
    pub author: Option<&'a str>,
}

/// A part of a list. `offset + limit` is at most [`MAX_LISTED`].
#[derive(Debug, Clone, Copy)]
pub struct Slice {
    pub offset: i64,
    pub limit: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// A row, and how many rows the list has.
#[derive(QueryableByName)]
struct Listed {
    #[diesel(embed)]
    assistant: AssistantRecord,
    #[diesel(embed)]
    count: Count,
}

/// The condition of a user's own list. `$1` is the owner.
const MINE: &str = "FROM assistants a WHERE a.owner = $1 AND a.deleted_at IS NULL AND ($2 IS NULL OR a.status = $2)
     AND ($3 IS NULL OR to_tsvector('pg_catalog.simple', a.words) @@ to_tsquery('pg_catalog.simple', $3))
     AND ($4 IS NULL OR a.author = $4)";

/// The rows of a slice, and how many rows the list has, counted up to [`MAX_LISTED`].
pub async fn list(
    reader: UserReader<'_>,
    filter: AssistantFilter<'_>,
    slice: Slice,
) -> QueryResult<(Vec<AssistantRecord>, i64)> {
    let (conn, owner) = reader.parts();
    let (mut one, mut other) = (conn, conn);
    let (status, words, author) = (filter.status, filter.words, filter.author);
    let Slice { offset, limit } = slice;
    let scope = match filter.scope {
        Scope::Mine => {
            let rows = diesel::sql_query(format!("SELECT a.* {MINE} ORDER BY a.version DESC, a.id OFFSET $5 LIMIT $6"))
                .bind::<BigInt, _>(owner.key())
                .bind::<Nullable<Text>, _>(status)
                .bind::<Nullable<Text>, _>(words)
                .bind::<Nullable<Text>, _>(author)
                .bind::<BigInt, _>(offset)
                .bind::<BigInt, _>(limit);
            let count = diesel::sql_query(format!("SELECT count(*) AS n FROM (SELECT {MINE} LIMIT $5) AS rows"))
                .bind::<BigInt, _>(owner.key())
                .bind::<Nullable<Text>, _>(status)
                .bind::<Nullable<Text>, _>(words)
                .bind::<Nullable<Text>, _>(author)
                .bind::<BigInt, _>(MAX_LISTED);
            let (rows, count) = futures_util::try_join!(rows.load(&mut one), count.get_result::<Count>(&mut other))?;
            return Ok((rows, count.n));
        }
        Scope::Public => "public",
        Scope::Review => "review",
    };
    // The count of a search decides how its rows are found, so that it comes first, in the same statement. Without rows on the page it is asked for alone.
    let rows: Vec<Listed> = diesel::sql_query(
        "SELECT a.*, c.n FROM count_assistants($1, $2, $3, $4, $5) AS c (n),
             list_assistants($1, $2, $3, $4, c.n, $6, $7) WITH ORDINALITY AS a ORDER BY a.ordinality",
    )
    .bind::<Text, _>(scope)
    .bind::<Nullable<Text>, _>(status)
    .bind::<Nullable<Text>, _>(words)
    .bind::<Nullable<Text>, _>(author)
    .bind::<BigInt, _>(MAX_LISTED)
    .bind::<BigInt, _>(offset)
    .bind::<BigInt, _>(limit)
    .load(&mut one)
    .await?;
    match rows.as_slice().first() {
        Some(first) => {
            let total = first.count.n;
            Ok((rows.into_iter().map(|listed| listed.assistant).collect(), total))
        }
        None => {
            let count = diesel::sql_query("SELECT count_assistants($1, $2, $3, $4, $5) AS n")
                .bind::<Text, _>(scope)
                .bind::<Nullable<Text>, _>(status)
                .bind::<Nullable<Text>, _>(words)
                .bind::<Nullable<Text>, _>(author)
                .bind::<BigInt, _>(MAX_LISTED);
            Ok((Vec::new(), count.get_result::<Count>(&mut one).await?.n))
        }
    }
}
