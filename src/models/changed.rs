//! Which rows of a table changed since a place in the user's versions, and how large they are: a page of a pull is cut by count and by bytes
//! before a single row is loaded. The same question for every table that syncs.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::OwnerId;

/// A table that syncs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synced {
    ChatSessions,
    ChatMessages,
    Projects,
    Assets,
    /// The rows of this collection in table `records`.
    Records(&'static str),
}

#[derive(Debug, QueryableByName)]
pub struct ChangedKey {
    #[diesel(sql_type = Text)]
    pub key: String,
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    /// About as many as the row has on the wire.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
}

/// How the question is put to one table.
struct Shape {
    table: &'static str,
    /// The column with the user's version.
    stamp: &'static str,
    id_type: &'static str,
    bytes: &'static str,
}

impl Synced {
    fn shape(self) -> Shape {
        match self {
            Self::ChatSessions => Shape {
                table: "chat_sessions",
                stamp: "revision",
                id_type: "uuid",
                bytes: "coalesce(octet_length(metadata::text), 0) + 300",
            },
            Self::ChatMessages => Shape {
                table: "chat_messages",
                stamp: "revision",
                id_type: "uuid",
                bytes: "octet_length(content) + coalesce(octet_length(metadata::text), 0) + 300",
            },
            Self::Projects => Shape {
                table: "projects",
                stamp: "version",
                id_type: "text",
                bytes: "coalesce(octet_length(data::text), 0) + 300",
            },
            Self::Assets => {
                Shape { table: "assets", stamp: "revision", id_type: "uuid", bytes: "octet_length(file_name) + 600" }
            }
            Self::Records(_) => {
                Shape { table: "records", stamp: "version", id_type: "text", bytes: "octet_length(value::text) + 200" }
            }
        }
    }

    /// Rows with a version from `from` to `to`, in order of (version, id); of version `from` only what stands behind `after`.
    pub async fn changed(
        self,
        mut conn: &AsyncPgConnection,
        owner: &OwnerId,
        (from, after): (i64, Option<&str>),
        to: i64,
        limit: i64,
    ) -> QueryResult<Vec<ChangedKey>> {
        let Shape { table, stamp, id_type, bytes } = self.shape();
        let collection = match self {
            Self::Records(_) => "AND collection = $5",
            _ => "AND $5 = ''",
        };
        let behind = match after {
            Some(_) => format!("AND ({stamp} > $2 OR id > $6::{id_type})"),
            None => "AND $6 = ''".to_owned(),
        };
        // Names are constants from above; values are bound.
        diesel::sql_query(format!(
            "SELECT id::text AS key, {stamp} AS version, ({bytes})::bigint AS bytes FROM {table}
             WHERE user_id = $1 AND {stamp} >= $2 AND {stamp} <= $3 {collection} {behind}
             ORDER BY {stamp}, id LIMIT $4"
        ))
        .bind::<Text, _>(owner.as_str())
        .bind::<BigInt, _>(from)
        .bind::<BigInt, _>(to)
        .bind::<BigInt, _>(limit)
        .bind::<Text, _>(if let Self::Records(name) = self { name } else { "" })
        .bind::<Text, _>(after.unwrap_or_default())
        .load(&mut conn)
        .await
    }
}
