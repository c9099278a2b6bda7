//! One page of a pull, read in one snapshot.

use super::page_size::PageSize;
use super::resync::require_deletes;
use crate::db::UserReader;
use crate::error::ApiError;
use crate::models::changed::{ChangedKey, changed};
use crate::models::page_budget::ByteBudget;
use crate::models::user_version::{self, UserVersion};
use crate::sync::cursor::{Cursor, Position};
use crate::sync::kind::SyncedRow;
use crate::sync::registry::Kind;

/// A page of changed rows.
#[derive(Debug)]
pub struct Page {
    /// The names of kinds, and their rows.
    pub changes: Vec<(&'static str, SyncedRow)>,
    /// The cursor after this page.
    pub cursor: Cursor,
    /// True if there are more rows after this page.
    pub has_more: bool,
    /// The user's version when the page was read.
    pub version: i64,
}

/// How much more a page may hold.
struct PageBudget {
    rows: usize,
    bytes: ByteBudget,
}

/// Reads the page after `cursor`.
///
/// # Errors
/// `resync_required`, `unauthenticated` if the user is deleted, and those of the database.
pub async fn read(
    reader: UserReader<'_>,
    mut cursor: Cursor,
    kinds: &[Kind],
    size: PageSize,
) -> Result<Page, ApiError> {
    let UserVersion { version, horizon, .. } =
        user_version::state(reader).await?.ok_or_else(ApiError::unauthenticated)?;
    // Checked in the snapshot: a removal that commits after a check outside of it would be missed.
    require_deletes(&cursor, kinds, horizon)?;
    let bytes = if size.whole_first_row { ByteBudget::new(size.bytes) } else { ByteBudget::strict(size.bytes) };
    let mut budget = PageBudget { rows: size.rows, bytes };
    let mut changes = Vec::new();
    for kind in kinds {
        let position = cursor.position(kind.name());
        if position.covers(version) {
            continue;
        }
        let begun_at = if position.is_start() { horizon } else { position.begun_at };
        // Without `after`, `position.version` is read completely.
        let from = if position.after.is_some() { position.version } else { position.version + 1 };
        let lookahead = budget.rows as i64 + 1;
        let start = (from, position.after.as_deref());
        let mut keys = changed(reader, kind.table(), start, version, lookahead).await?;
        let more = budget.spend(&mut keys);
        let next = match (more, keys.last()) {
            (false, _) => Position { version, after: None, begun_at },
            (true, Some(last)) => Position { version: last.version, after: Some(last.key.clone()), begun_at },
            (true, None) => position,
        };
        cursor.set(kind.name(), next);
        let keys: Vec<String> = keys.into_iter().map(|changed| changed.key).collect();
        if !keys.is_empty() {
            let rows = kind.load(reader, &keys).await?;
            changes.extend(rows.into_iter().map(|row| (kind.name(), row)));
        }
        if more {
            return Ok(Page { changes, cursor, has_more: true, version });
        }
    }
    Ok(Page { changes, cursor, has_more: false, version })
}

impl PageBudget {
    /// Truncates the keys to those that fit. True if some did not fit.
    fn spend(&mut self, keys: &mut Vec<ChangedKey>) -> bool {
        let wanted = keys.len();
        let mut fitting = 0;
        for key in keys.iter() {
            if self.rows == 0 || !self.bytes.take(key.bytes) {
                break;
            }
            self.rows -= 1;
            fitting += 1;
        }
        keys.truncate(fitting);
        fitting < wanted
    }
}
