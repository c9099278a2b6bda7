//! The registry of kinds, in order: parents come before children within one page of a pull.

use std::sync::Arc;

use futures_util::FutureExt as _;

use super::kind::{Answer, DocumentMember, ImportedKind, OtherKinds, SyncedKind, SyncedTable};
use crate::db::UserTx;
use crate::models::audit::NewAudit;

/// A shared kind.
pub type Kind = Arc<dyn SyncedKind>;

/// A list of kinds. Clones share it.
#[derive(Clone)]
pub struct Registry {
    kinds: Arc<[Kind]>,
}

impl Registry {
    /// A registry of these kinds, in this order.
    pub fn new(kinds: impl IntoIterator<Item = Kind>) -> Self {
        Self { kinds: kinds.into_iter().collect() }
    }

    /// The same registry with more kinds after these.
    #[must_use]
    pub fn with(&self, extra: impl IntoIterator<Item = Kind>) -> Self {
        Self::new(self.iter().cloned().chain(extra))
    }

    /// All kinds, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter()
    }

    /// The kind of this name.
    pub fn find(&self, name: &str) -> Option<&Kind> {
        self.iter().find(|kind| kind.name() == name)
    }

    /// The kinds that a device pulls if it names none.
    pub fn synced(&self) -> impl Iterator<Item = &Kind> {
        self.iter().filter(|kind| kind.syncs())
    }

    /// The kinds that have a section in an export or an import.
    pub fn transferred(&self) -> impl Iterator<Item = &Kind> {
        self.iter().filter(|kind| kind.export().is_some() || (*kind).clone().import().is_some())
    }

    /// The imported kind of a document's member, and what the member is for it.
    pub fn find_imported(&self, member: &str) -> Option<(Arc<dyn ImportedKind>, DocumentMember)> {
        let mut imported = self.iter().filter_map(|kind| kind.clone().import());
        imported.find_map(|kind| {
            let other = || kind.other_members().iter().find(|other| other.name == member);
            let found = match other().map(|other| other.as_key) {
                _ if kind.name() == member => DocumentMember::Section,
                _ if kind.single_name() == Some(member) => DocumentMember::Single,
                Some(None) => DocumentMember::List,
                Some(Some(key)) => DocumentMember::Keyed(key),
                None => return None,
            };
            Some((kind, found))
        })
    }

    /// The tables of all kinds, each once.
    pub fn tables(&self) -> Vec<SyncedTable> {
        let mut tables: Vec<SyncedTable> = Vec::new();
        for kind in self.iter() {
            let table = kind.table();
            if tables.iter().all(|known| known.name != table.name) {
                tables.push(table);
            }
        }
        tables
    }
}

impl OtherKinds for Registry {
    fn table_of(&self, kind: &str) -> Option<SyncedTable> {
        self.find(kind).map(|kind| kind.table())
    }

    fn rows_deleted<'a>(&'a self, tx: &'a mut UserTx, kind: &'static str, ids: Vec<String>) -> Answer<'a, ()> {
        async move {
            if let Some(first) = ids.first() {
                let action = format!("{kind}.delete");
                NewAudit { actor: None, action: &action, entity: kind, entity_id: Some(first), changed: &[] }
                    .add_to(tx);
            }
            // Deleted rows whose referring rows are not processed yet. The loop ends because only living rows are deleted.
            let mut open = vec![(kind, ids)];
            while let Some((kind, ids)) = open.pop() {
                if ids.is_empty() {
                    continue;
                }
                for other in self.iter() {
                    let deleted = other.on_deleted(tx, kind, &ids).await?;
                    open.push((other.name(), deleted));
                }
            }
            Ok(())
        }
        .boxed()
    }
}
