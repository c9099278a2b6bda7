//! Rows as the text that an export holds. PostgreSQL writes the JSON, so that whatever free JSON holds comes out as it is stored.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::Stream;

use super::OwnerId;

/// Which rows: living ones only.
#[derive(Debug, Clone, Copy)]
pub enum Rows<'a> {
    Projects,
    Project {
        id: &'a str,
    },
    /// What is known of files that are complete; their bytes are no part of a document.
    Assets,
    ChatSessions,
    /// Session by session, each in its order.
    ChatMessages,
    /// Of a collection, in order of their ids.
    Records {
        collection: &'a str,
        primary_key: &'a str,
    },
    /// Of a collection that is an object from id to one member: `"id":value`.
    RecordMembers {
        collection: &'a str,
        member: &'a str,
    },
    Record {
        collection: &'a str,
        id: &'a str,
    },
    /// Of a collection, those whose reference at `position` (from 0) is `parent`.
    PartsOf {
        collection: &'a str,
        position: usize,
        parent: &'a str,
    },
    /// Those whose reference is a row of `between` whose reference is `parent`.
    PartsOfParts {
        collection: &'a str,
        position: usize,
        between: &'a str,
        between_position: usize,
        parent: &'a str,
    },
}

#[derive(Debug, QueryableByName)]
pub struct ExportedRow {
    #[diesel(sql_type = Text)]
    pub text: String,
}

/// As times stand on the wire.
macro_rules! time {
    ($column:literal) => {
        concat!("to_char(", $column, " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
    };
}

/// A document with a `createdAt` of its own is a row of LiteChat's, whose members stand beside the name. Where that would be ambiguous, and for all
/// other documents, it stands in `data`, as on the wire. An import tells the two apart by `data`.
const PROJECT: &str = concat!(
    "SELECT ((CASE WHEN data ? 'createdAt' AND NOT data ?| ARRAY['id', 'name', 'parentId', 'thumbnailAssetId', 'clientUpdatedAt', 'data']
         THEN data ELSE jsonb_build_object('data', data, 'createdAt', ",
    time!("created_at"),
    ", 'updatedAt', ",
    time!("updated_at"),
    ") END)
         || jsonb_build_object('id', id, 'name', name, 'parentId', parent_id)
         || CASE WHEN thumbnail_asset_id IS NULL THEN '{}' ELSE jsonb_build_object('thumbnailAssetId', thumbnail_asset_id) END
         || CASE WHEN client_updated_at IS NULL THEN '{}' ELSE jsonb_build_object('clientUpdatedAt', ",
    time!("client_updated_at"),
    ") END)::text AS text
     FROM projects WHERE user_id = $1 AND deleted_at IS NULL"
);

const CHAT_SESSION: &str = concat!(
    "SELECT json_build_object('id', id, 'title', title, 'projectId', project_id, 'metadata', metadata, 'createdAt', ",
    time!("created_at"),
    ", 'updatedAt', ",
    time!("updated_at"),
    ")::text AS text FROM chat_sessions WHERE user_id = $1 AND deleted_at IS NULL ORDER BY revision, id"
);

const ASSET: &str = concat!(
    "SELECT json_build_object('id', id, 'projectId', project_id, 'fileName', file_name, 'fileType', file_type, 'mimeType', mime_type,
         'size', size, 'width', width, 'height', height, 'sha256', sha256, 'storageUrl', '/api/assets/' || id || '/content', 'createdAt', ",
    time!("created_at"),
    ", 'updatedAt', ",
    time!("updated_at"),
    ")::text AS text FROM assets WHERE user_id = $1 AND status = 'completed' ORDER BY id"
);

/// The order of the index on positions: nothing is sorted.
const CHAT_MESSAGE: &str = concat!(
    "SELECT json_build_object('id', id, 'tempId', temp_id, 'sessionId', session_id, 'role', role, 'content', content,
         'metadata', metadata, 'createdAt', ",
    time!("created_at"),
    ")::text AS text FROM chat_messages WHERE user_id = $1 AND deleted_at IS NULL ORDER BY session_id, position"
);

/// The rows, one after the other as they are read: the database waits for a slow reader.
pub async fn stream<'c>(
    conn: &'c mut AsyncPgConnection,
    owner: &OwnerId,
    rows: Rows<'_>,
) -> QueryResult<impl Stream<Item = QueryResult<ExportedRow>> + Send + 'c> {
    const RECORD: &str = "SELECT (jsonb_build_object('id', r.id) || r.value)::text AS text FROM records r
         WHERE r.user_id = $1 AND r.collection = $2 AND r.deleted_at IS NULL";
    // Text holds names of columns and positions from declarations only; values are bound, as many as the text has places for.
    let (sql, values): (String, Vec<&str>) = match rows {
        Rows::Projects => (format!("{PROJECT} ORDER BY id"), vec![]),
        Rows::Project { id } => (format!("{PROJECT} AND id = $2"), vec![id]),
        Rows::Assets => (ASSET.to_owned(), vec![]),
        Rows::ChatSessions => (CHAT_SESSION.to_owned(), vec![]),
        Rows::ChatMessages => (CHAT_MESSAGE.to_owned(), vec![]),
        Rows::Records { collection, primary_key } => (
            "SELECT (jsonb_build_object($3, id) || value)::text AS text FROM records
             WHERE user_id = $1 AND collection = $2 AND deleted_at IS NULL ORDER BY id"
                .to_owned(),
            vec![collection, primary_key],
        ),
        Rows::RecordMembers { collection, member } => (
            "SELECT to_json(id)::text || ':' || (value -> $3)::text AS text FROM records
             WHERE user_id = $1 AND collection = $2 AND deleted_at IS NULL ORDER BY id"
                .to_owned(),
            vec![collection, member],
        ),
        Rows::Record { collection, id } => (format!("{RECORD} AND r.id = $3"), vec![collection, id]),
        Rows::PartsOf { collection, position, parent } => (
            format!("{RECORD} AND r.links[{}] = $3 ORDER BY r.value -> 'index', r.id", position + 1),
            vec![collection, parent],
        ),
        Rows::PartsOfParts { collection, position, between, between_position, parent } => (
            format!(
                "{RECORD} AND r.links[{link}] IN (SELECT b.id FROM records b WHERE b.user_id = $1 AND b.collection = $3
                     AND b.deleted_at IS NULL AND b.links[{}] = $4)
                 ORDER BY r.links[{link}], r.value -> 'index', r.id",
                between_position + 1,
                link = position + 1,
            ),
            vec![collection, between, parent],
        ),
    };
    let mut query = diesel::sql_query(sql).into_boxed::<Pg>().bind::<Text, _>(owner.as_str().to_owned());
    for value in values {
        query = query.bind::<Text, _>(value.to_owned());
    }
    query.load_stream(conn).await
}

/// Whether there is such a row.
pub async fn exists(conn: &mut AsyncPgConnection, owner: &OwnerId, row: Rows<'_>) -> QueryResult<bool> {
    use futures_util::TryStreamExt as _;
    Ok(std::pin::pin!(stream(conn, owner, row).await?).try_next().await?.is_some())
}

/// For this transaction, which lasts as long as its client reads: its own watch ends it.
pub async fn lift_timeouts(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0").await
}
