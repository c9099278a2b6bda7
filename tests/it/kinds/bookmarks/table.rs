//! The table of bookmarks: its SQL, which is in a migration and in `models` for a kind of the library.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use landfall::db::{UserReader, UserTx};
use landfall::json::Timestamp;
use landfall::models::import::{ImportLink, ImportTable};
use landfall::sync::kind::{ExportRows, SyncedTable};

pub const TABLE_SQL: [&str; 4] = [
    "CREATE TABLE bookmarks (
        owner bigint NOT NULL REFERENCES user_version (owner) ON DELETE CASCADE,
        id text NOT NULL,
        url text NOT NULL,
        project_id text,
        revision bigint NOT NULL,
        version bigint NOT NULL,
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        deleted_at timestamptz(3),
        PRIMARY KEY (owner, id)
    )",
    "ALTER TABLE bookmarks ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY owner ON bookmarks USING (owner = nullif(current_setting('app.owner', true), '')::bigint OR current_user = 'landfall_jobs')",
    "GRANT SELECT (owner, deleted_at) ON bookmarks TO landfall_jobs",
];

pub const SYNCED: SyncedTable = SyncedTable {
    name: "bookmarks",
    id_type: "text",
    bytes: "octet_length(url) + 100",
    collection: None,
    has_foreign_key: true,
    expired: None,
    status: None,
};

#[derive(Debug, QueryableByName)]
pub struct BookmarkRecord {
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Text)]
    pub url: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub project_id: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub revision: i64,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: Timestamp,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub deleted_at: Option<Timestamp>,
}

pub async fn find(reader: UserReader<'_>, id: &str) -> QueryResult<Option<BookmarkRecord>> {
    Ok(load(reader, &[id.to_owned()]).await?.pop())
}

pub async fn load(reader: UserReader<'_>, ids: &[String]) -> QueryResult<Vec<BookmarkRecord>> {
    let (mut conn, owner) = reader.parts();
    diesel::sql_query("SELECT * FROM bookmarks WHERE owner = $1 AND id = ANY ($2)")
        .bind::<BigInt, _>(owner.key())
        .bind::<Array<Text>, _>(ids)
        .load(&mut conn)
        .await
}

pub async fn store(tx: &mut UserTx, id: &str, url: &str, project_id: Option<&str>) -> QueryResult<BookmarkRecord> {
    let version = tx.next_version();
    let (conn, owner) = tx.parts();
    diesel::sql_query(
        "INSERT INTO bookmarks (owner, id, url, project_id, revision, version) VALUES ($1, $2, $3, $4, 1, $5)
         ON CONFLICT (owner, id) DO UPDATE SET url = excluded.url, project_id = excluded.project_id,
             revision = bookmarks.revision + 1, version = excluded.version, updated_at = now(), deleted_at = NULL
         RETURNING *",
    )
    .bind::<BigInt, _>(owner.key())
    .bind::<Text, _>(id)
    .bind::<Text, _>(url)
    .bind::<Nullable<Text>, _>(project_id)
    .bind::<BigInt, _>(version)
    .get_result(conn)
    .await
}

pub async fn delete(tx: &mut UserTx, id: &str) -> QueryResult<BookmarkRecord> {
    let version = tx.next_version();
    let (conn, owner) = tx.parts();
    diesel::sql_query(
        "UPDATE bookmarks SET deleted_at = now(), updated_at = now(), revision = revision + 1, version = $3
         WHERE owner = $1 AND id = $2 RETURNING *",
    )
    .bind::<BigInt, _>(owner.key())
    .bind::<Text, _>(id)
    .bind::<BigInt, _>(version)
    .get_result(conn)
    .await
}

pub async fn leave_projects(tx: &mut UserTx, projects: &[String]) -> QueryResult<usize> {
    let version = tx.next_version();
    let (conn, owner) = tx.parts();
    diesel::sql_query(
        "UPDATE bookmarks SET project_id = NULL, updated_at = now(), revision = revision + 1, version = $3
         WHERE owner = $1 AND project_id = ANY ($2) AND deleted_at IS NULL",
    )
    .bind::<BigInt, _>(owner.key())
    .bind::<Array<Text>, _>(projects)
    .bind::<BigInt, _>(version)
    .execute(conn)
    .await
}

pub fn export() -> ExportRows {
    ExportRows::list(
        "SELECT json_build_object('id', id, 'url', url, 'projectId', project_id)::text AS text FROM bookmarks
         WHERE owner = $1 AND deleted_at IS NULL ORDER BY id",
    )
}

pub fn import_table(section: &'static str) -> ImportTable {
    let unlink = "project_id = NULL, revision = r.revision + 1, version = $4, updated_at = now()";
    ImportTable {
        section,
        table: SYNCED,
        soft_delete: "deleted_at = now(), updated_at = now(), revision = r.revision + 1, version = $4",
        update: "url = s.value ->> 'url', project_id = s.link_1, revision = r.revision + 1, version = $4, updated_at = now(), deleted_at = NULL"
            .to_owned(),
        differs: "r.url <> s.value ->> 'url' OR r.project_id IS DISTINCT FROM s.link_1".to_owned(),
        columns: "id, url, project_id, revision, version",
        values: "s.id, s.value ->> 'url', s.link_1, 1, $4".to_owned(),
        links: vec![ImportLink {
            column: "r.project_id".to_owned(),
            is_text: true,
            unlink: unlink.to_owned(),
            member: None,
        }],
        names: None,
    }
}
