//! The writes of assistants. Each runs in a transaction that holds the lock on the owner's version.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::{AssistantRecord, PUBLISHED};
use crate::db::UserTx;
use crate::json::Timestamp;
use crate::schema::assistants;

/// The author's name: the name of the user `u`. The market's presets have the author `system`, so that no user has it.
pub(super) const AUTHOR: &str = "CASE WHEN lower(u.name) = 'system' THEN u.name || ' (user)' ELSE u.name END";

/// The members that the owner sets.
#[derive(Debug, Clone, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = assistants)]
pub struct AssistantContent {
    pub title: String,
    pub description: String,
    pub emoji: String,
    pub prompt: String,
    pub tags: Vec<String>,
    pub category: Vec<String>,
    pub is_public: bool,
    pub status: String,
}

impl AssistantRecord {
    /// The members that the owner sets.
    pub fn content(&self) -> AssistantContent {
        AssistantContent {
            title: self.title.clone(),
            description: self.description.clone(),
            emoji: self.emoji.clone(),
            prompt: self.prompt.clone(),
            tags: self.tags.clone(),
            category: self.category.clone(),
            is_public: self.is_public,
            status: self.status.clone(),
        }
    }
}

/// An assistant to insert.
#[derive(Debug)]
pub struct NewAssistant<'a> {
    pub id: &'a str,
    pub temp_id: Option<&'a str>,
    pub content: &'a AssistantContent,
    /// The words that a search finds.
    pub words: &'a str,
}

/// Inserts an assistant whose author is the owner's name. `None`: another row has the id.
pub async fn insert(tx: &mut UserTx, new: NewAssistant<'_>) -> QueryResult<Option<AssistantRecord>> {
    let version = tx.next_version();
    let (conn, owner) = tx.parts();
    let NewAssistant { id, temp_id, content, words } = new;
    diesel::sql_query(format!(
        "INSERT INTO assistants (owner, id, temp_id, author, title, description, emoji, prompt, tags, category, is_public, status,
             words, revision, version)
         SELECT $1, $2, $3, {AUTHOR}, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13 FROM \"user\" u WHERE u.key = $1
         ON CONFLICT DO NOTHING RETURNING *",
    ))
    .bind::<BigInt, _>(owner.key())
    .bind::<Text, _>(id)
    .bind::<Nullable<Text>, _>(temp_id)
    .bind::<Text, _>(&content.title)
    .bind::<Text, _>(&content.description)
    .bind::<Text, _>(&content.emoji)
    .bind::<Text, _>(&content.prompt)
    .bind::<Array<Text>, _>(&content.tags)
    .bind::<Array<Text>, _>(&content.category)
    .bind::<Bool, _>(content.is_public)
    .bind::<Text, _>(&content.status)
    .bind::<Text, _>(words)
    .bind::<BigInt, _>(version)
    .get_result(conn)
    .await
    .optional()
}

/// Sets the content of a row and the words that a search finds, and restores the row if it is a tombstone.
pub async fn update(
    tx: &mut UserTx,
    id: &str,
    content: &AssistantContent,
    words: &str,
) -> QueryResult<AssistantRecord> {
    let version = tx.next_version();
    let (conn, owner) = tx.parts();
    diesel::update(assistants::table.find((owner.key(), id)))
        .set((
            content,
            assistants::words.eq(words),
            assistants::revision.eq(assistants::revision + 1),
            assistants::version.eq(version),
            assistants::updated_at.eq(diesel::dsl::now),
            assistants::deleted_at.eq(None::<Timestamp>),
        ))
        .returning(AssistantRecord::as_returning())
        .get_result(conn)
        .await
}

/// The decision of a reviewer.
#[derive(Debug)]
pub struct Review<'a> {
    pub status: &'a str,
    pub note: Option<&'a str>,
}

/// Sets the status. `published_at` becomes the time of the decision if the row was not published before.
pub async fn review(tx: &mut UserTx, id: &str, review: Review<'_>) -> QueryResult<AssistantRecord> {
    let version = tx.next_version();
    let (conn, owner) = tx.parts();
    diesel::sql_query(format!(
        "UPDATE assistants SET status = $3, review_note = $4, reviewed_at = now(), updated_at = now(), revision = revision + 1, version = $5,
             published_at = CASE WHEN $3 = '{PUBLISHED}' AND (status <> '{PUBLISHED}' OR published_at IS NULL) THEN now() ELSE published_at END
         WHERE owner = $1 AND id = $2 RETURNING *"
    ))
    .bind::<BigInt, _>(owner.key())
    .bind::<Text, _>(id)
    .bind::<Text, _>(review.status)
    .bind::<Nullable<Text>, _>(review.note)
    .bind::<BigInt, _>(version)
    .get_result(conn)
    .await
}

/// Turns a row into a tombstone.
pub async fn soft_delete(tx: &mut UserTx, id: &str) -> QueryResult<AssistantRecord> {
    let version = tx.next_version();
    let (conn, owner) = tx.parts();
    diesel::update(assistants::table.find((owner.key(), id)))
        .set((
            assistants::revision.eq(assistants::revision + 1),
            assistants::version.eq(version),
            assistants::updated_at.eq(diesel::dsl::now),
            assistants::deleted_at.eq(Some(Timestamp::now())),
        ))
        .returning(AssistantRecord::as_returning())
        .get_result(conn)
        .await
}
