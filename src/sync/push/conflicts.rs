//! The stored rows of conflicts, within the budget of the answer.

use std::collections::HashMap;

use super::{ConflictRow, Push, PushStatus};
use crate::error::ApiError;
use crate::models::changed;
use crate::sync::kind::SyncedRow;
use crate::sync::registry::Kind;

impl Push<'_> {
    /// The status of the next result. [`Self::fill_conflicts`] adds its row.
    pub(super) fn conflict(&mut self, kind: Option<&Kind>, key: &str) -> PushStatus {
        if let Some(kind) = kind {
            self.conflicts.push((self.results.len(), kind.clone(), key.to_owned()));
        }
        PushStatus::Conflict(ConflictRow::Missing)
    }

    /// Adds the stored rows to the conflicts, as they are after this push. Sizes are read first, so that rows that don't fit are never in memory. Each
    /// kind takes two queries, however many conflicts there are.
    pub(super) async fn fill_conflicts(&mut self) -> Result<(), ApiError> {
        let mut open = std::mem::take(&mut self.conflicts);
        while let Some((_, kind, _)) = open.first() {
            let kind = kind.clone();
            let (of_kind, others): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|(_, other, _)| other.name() == kind.name());
            open = others;
            let keys: Vec<&str> = of_kind.iter().map(|(_, _, key)| key.as_str()).collect();
            let sizes = changed::sizes(self.tx.reader(), kind.table(), &keys).await?;
            let mut fitting = Vec::new();
            for (index, _, key) in of_kind {
                match sizes.get(&key) {
                    None => {}
                    Some(bytes) if self.budget.take(*bytes) => fitting.push((index, key)),
                    Some(_) => self.results[index].status = PushStatus::Conflict(ConflictRow::Omitted),
                }
            }
            let keys: Vec<String> = fitting.iter().map(|(_, key)| key.clone()).collect();
            let rows = kind.load(self.tx.reader(), &keys).await?;
            let rows: HashMap<&str, &SyncedRow> = rows.iter().map(|row| (row.key.as_str(), row)).collect();
            for (index, key) in fitting {
                if let Some(row) = rows.get(key.as_str()) {
                    self.results[index].status = PushStatus::Conflict(ConflictRow::Stored(kind.name(), (*row).clone()));
                }
            }
        }
        Ok(())
    }
}
