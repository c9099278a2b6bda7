//! The plan of an import: the sections of its document, their tables, and the references between kinds.

use std::sync::Arc;

use super::section::ReadSection;
use crate::models::import::{ImportTable, Link};
use crate::sync::kind::{ImportedKind, OnDelete, Reference, SyncedTable};
use crate::sync::registry::Registry;

/// A kind and the SQL of its import.
pub struct Section {
    pub kind: Arc<dyn ImportedKind>,
    pub table: ImportTable,
    /// Whether stored rows are deleted that the document does not name.
    pub is_replaced: bool,
    /// The number of rows in the document.
    pub rows: u64,
}

impl Section {
    fn new(kind: Arc<dyn ImportedKind>) -> Self {
        Self { table: kind.import_table(), kind, is_replaced: false, rows: 0 }
    }

    /// The name of the kind.
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }
}

/// The plan of one import.
pub struct Plan {
    /// All kinds, for the cascades of deletes.
    kinds: Registry,
    /// The sections that the document has, in the order of the registry: most rows come after the rows that they need.
    pub sections: Vec<Section>,
}

/// The check of a link.
pub struct Rule {
    pub link: Link,
    /// The error code of a missing required row. `None`: the link is optional.
    pub required: Option<&'static str>,
}

/// A reference between kinds that a delete follows.
pub struct Cascade {
    pub from: Section,
    /// The index (from 0) among the references of its kind.
    pub position: usize,
    /// The name of the other kind, and its table.
    pub to: &'static str,
    pub to_table: SyncedTable,
    pub on_delete: OnDelete,
}

impl Plan {
    /// `replace`: stored rows that the document does not name are deleted in its sections.
    pub fn new(kinds: &Registry, read: &[ReadSection], replace: bool) -> Self {
        let mut sections: Vec<Section> = read
            .iter()
            .map(|section| Section {
                is_replaced: replace && !section.has_unnamed,
                rows: section.rows,
                ..Section::new(section.kind.clone())
            })
            .collect();
        sections.sort_by_key(|section| kinds.iter().position(|kind| kind.name() == section.name()));
        Self { kinds: kinds.clone(), sections }
    }

    fn replaces(&self, name: &str) -> bool {
        self.sections.iter().any(|section| section.is_replaced && section.name() == name)
    }

    /// The rules of a section's links. A reference to an unknown kind has none.
    pub fn rules(&self, section: &Section) -> Vec<Rule> {
        let references = section.kind.references().iter().enumerate();
        let rules = references.filter_map(|(position, reference)| {
            let Reference { member, to, required, unknown, .. } = *reference;
            let to_table = self.kinds.find(to)?.table();
            let link = Link { member, position, to, to_table, to_is_replaced: self.replaces(to) };
            Some(Rule { link, required: required.then_some(unknown) })
        });
        rules.collect()
    }

    /// All references between kinds.
    pub fn references(&self) -> Vec<Cascade> {
        let mut all = Vec::new();
        for kind in self.kinds.iter().filter_map(|kind| kind.clone().import()) {
            for (position, reference) in kind.references().iter().enumerate() {
                if let Some(to) = self.kinds.find(reference.to) {
                    let (from, to_table) = (Section::new(kind.clone()), to.table());
                    all.push(Cascade { from, position, to: reference.to, to_table, on_delete: reference.on_delete });
                }
            }
        }
        all
    }
}
