//! One page, read in one snapshot.

use std::collections::HashMap;
use std::hash::Hash;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::{Source, require_deletes};
use crate::error::ApiError;
use crate::models::OwnerId;
use crate::models::asset::{self, AssetRecord};
use crate::models::changed::{ChangedKey, Synced};
use crate::models::chat_message::{self, ChatMessageRecord};
use crate::models::chat_session::{self, ChatSessionRecord};
use crate::models::project::{self, ProjectRecord};
use crate::models::record::{self, CollectionRecord};
use crate::models::space::{self, SpaceState};
use crate::sync::cursor::{Cursor, Place};

/// A page ends before it is larger than this, unless its first row alone is: memory stays flat whatever the rows hold.
const MAX_PAGE_BYTES: i64 = 4 * 1024 * 1024;

/// A row that changed, living or buried.
#[derive(Debug)]
pub enum ChangedRow {
    ChatSession(ChatSessionRecord),
    ChatMessage(ChatMessageRecord),
    Project(ProjectRecord),
    Asset(AssetRecord),
    Record(&'static str, CollectionRecord),
}

#[derive(Debug)]
pub struct Page {
    pub changes: Vec<ChangedRow>,
    pub cursor: Cursor,
    pub has_more: bool,
    /// The user's version when the page was read.
    pub version: i64,
}

/// What is left of a page's room.
struct Room {
    rows: usize,
    bytes: i64,
}

pub async fn read(
    conn: &AsyncPgConnection,
    owner: &OwnerId,
    mut cursor: Cursor,
    sources: Vec<Source>,
    limit: usize,
) -> Result<Page, ApiError> {
    let SpaceState { version, horizon } = space::state(conn, owner).await?.ok_or_else(ApiError::unauthenticated)?;
    // In the snapshot: a sweep that commits after a look outside of it would go unseen.
    require_deletes(&cursor, &sources, horizon)?;
    let mut room = Room { rows: limit, bytes: MAX_PAGE_BYTES };
    let mut changes = Vec::new();
    for source in sources {
        let place = cursor.place(source.name);
        if place.covers(version) {
            continue;
        }
        let begun_at = if place.is_start() { horizon } else { place.begun_at };
        // Everything of `place.version` is read where no row of it is named.
        let from = if place.after.is_some() { place.version } else { place.version + 1 };
        let lookahead = room.rows as i64 + 1;
        let start = (from, place.after.as_deref());
        let mut keys = source.table.changed(conn, owner, start, version, lookahead).await?;
        let more = room.take(&mut keys, changes.is_empty());
        let next = match (more, keys.last()) {
            (false, _) => Place { version, after: None, begun_at },
            (true, Some(last)) => Place { version: last.version, after: Some(last.key.clone()), begun_at },
            (true, None) => place,
        };
        cursor.set(source.name, next);
        let ids = keys.into_iter().map(|changed| changed.key).collect();
        changes.extend(load_rows(conn, owner, source.table, ids).await?);
        if more {
            return Ok(Page { changes, cursor, has_more: true, version });
        }
    }
    Ok(Page { changes, cursor, has_more: false, version })
}

impl Room {
    /// Cuts the keys to what fits; true if any had to stay out. The first row of a page always fits.
    fn take(&mut self, keys: &mut Vec<ChangedKey>, page_is_empty: bool) -> bool {
        let wanted = keys.len();
        let mut fitting = 0;
        for key in keys.iter() {
            let first = page_is_empty && fitting == 0;
            if self.rows == 0 || (key.bytes > self.bytes && !first) {
                break;
            }
            self.rows -= 1;
            self.bytes -= key.bytes;
            fitting += 1;
        }
        keys.truncate(fitting);
        fitting < wanted
    }
}

/// These rows as they are now, in this order; what isn't there is left out.
pub async fn load_rows(
    conn: &AsyncPgConnection,
    owner: &OwnerId,
    table: Synced,
    ids: Vec<String>,
) -> Result<Vec<ChangedRow>, ApiError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(match table {
        Synced::ChatSessions => {
            let ids = uuids(&ids);
            let rows = chat_session::load(conn, owner, &ids).await?;
            in_order(&ids, rows, |row| row.id).map(ChangedRow::ChatSession).collect()
        }
        Synced::ChatMessages => {
            let ids = uuids(&ids);
            let rows = chat_message::load(conn, owner, &ids).await?;
            in_order(&ids, rows, |row| row.id).map(ChangedRow::ChatMessage).collect()
        }
        Synced::Projects => {
            let rows = project::load(conn, owner, &ids).await?;
            in_order(&ids, rows, |row| row.summary.id.clone()).map(ChangedRow::Project).collect()
        }
        Synced::Assets => {
            let ids = uuids(&ids);
            let rows = asset::load(conn, owner, &ids).await?;
            in_order(&ids, rows, |row| row.id).map(ChangedRow::Asset).collect()
        }
        Synced::Records(name) => {
            let rows = record::load(conn, owner, name, &ids).await?;
            in_order(&ids, rows, |row| row.id.clone()).map(|row| ChangedRow::Record(name, row)).collect()
        }
    })
}

fn uuids(ids: &[String]) -> Vec<Uuid> {
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}

/// The rows in the order of their keys: the database may answer in any.
fn in_order<K: Hash + Eq, T>(keys: &[K], rows: Vec<T>, key_of: impl Fn(&T) -> K) -> impl Iterator<Item = T> {
    let mut by_key: HashMap<K, T> = rows.into_iter().map(|row| (key_of(&row), row)).collect();
    keys.iter().filter_map(|key| by_key.remove(key)).collect::<Vec<_>>().into_iter()
}
