//! The plan of an import: the sections of its document, their tables, and the references between kinds.

use std::sync::Arc;

use crate::models::import::{ImportTable, Link};
use crate::sync::kind::{ImportedKind, OnDelete, Reference, SyncedTable};
use crate::sync::registry::Registry;

/// A kind and the SQL of its import.
pub struct Section {
    pub kind: Arc<dyn ImportedKind>,
    pub table: ImportTable,
}

impl Section {
    fn new(kind: Arc<dyn ImportedKind>) -> Self {
        Self { table: kind.import_table(), kind }
    }
}

/// The plan of one import.
pub struct Plan {
    /// All kinds, for the cascades of deletes.
    kinds: Registry,
    /// The sections that the document has.
    pub sections: Vec<Section>,
    /// Whether stored rows are deleted that the document does not name.
    pub replace: bool,
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
    pub to: SyncedTable,
    pub on_delete: OnDelete,
}

impl Plan {
    pub fn new(kinds: &Registry, sections: impl Iterator<Item = Arc<dyn ImportedKind>>, replace: bool) -> Self {
        Self { kinds: kinds.clone(), sections: sections.map(Section::new).collect(), replace }
    }

    fn replaces(&self, name: &str) -> bool {
        self.replace && self.sections.iter().any(|section| section.kind.name() == name)
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
                    let (from, to) = (Section::new(kind.clone()), to.table());
                    all.push(Cascade { from, position, to, on_delete: reference.on_delete });
                }
            }
        }
        all
    }
}
