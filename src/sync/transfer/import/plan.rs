//! What an import is about to do: the sections of its document, how each is stored, and which refers to which.

use crate::models::import::{Link, Table};
use crate::sync::collections::{Definition, OnDelete, Registry};
use crate::sync::transfer::Section;

/// The sections that the document has, what rows refer to before them.
pub struct Plan {
    pub registry: Registry,
    pub sections: Vec<Section>,
    pub replace: bool,
}

/// What must hold of a link.
pub struct Rule {
    pub link: Link,
    /// The word for a required row that is not there; `None`: it need not be.
    pub required: Option<&'static str>,
}

pub fn table(section: Section) -> Table {
    match section {
        Section::Projects => Table::Projects,
        Section::ChatSessions => Table::ChatSessions,
        Section::ChatMessages => Table::ChatMessages,
        Section::Records(definition) => record_table(definition),
    }
}

fn record_table(definition: &'static Definition) -> Table {
    Table::Records {
        collection: definition.name,
        primary_key: definition.primary_key,
        keeps_others: definition.exported_as_map.is_some(),
        links: definition.references.len(),
    }
}

/// The member that errors about an id or a name point to.
pub fn id_member(section: Section) -> &'static str {
    match section {
        // The key itself is the pointer.
        Section::Records(definition) if definition.exported_as_map.is_some() => "",
        Section::Records(definition) => definition.primary_key,
        _ => "id",
    }
}

pub fn name_member(section: Section) -> Option<&'static str> {
    match section {
        Section::Records(definition) => definition.unique.first().copied(),
        Section::ChatMessages => Some("tempId"),
        _ => None,
    }
}

impl Plan {
    fn replaces(&self, name: &str) -> bool {
        self.replace && self.sections.iter().any(|section| section.name() == name)
    }

    /// The rules of a section's links.
    pub fn rules(&self, section: Section) -> Vec<Rule> {
        let rule = |member, position, to: Table, required| Rule {
            link: Link { member, position, to, to_is_replaced: self.replaces(to.section()) },
            required,
        };
        match section {
            Section::Projects => vec![rule("parentId", 0, Table::Projects, Some("unknown_parent"))],
            Section::ChatSessions => vec![rule("projectId", 0, Table::Projects, None)],
            Section::ChatMessages => vec![rule("sessionId", 0, Table::ChatSessions, Some("unknown_session"))],
            Section::Records(definition) => {
                let references = definition.references.iter().enumerate();
                let rules = references.filter_map(|(position, reference)| {
                    let to = self.target(reference.to)?;
                    Some(rule(reference.member, position, to, reference.required.then_some("unknown_reference")))
                });
                rules.collect()
            }
        }
    }

    fn target(&self, name: &str) -> Option<Table> {
        Section::find(self.registry, name).map(table)
    }

    /// All references between tables that a burial follows: who refers, at which position, by which member, to whom, and what happens.
    pub fn references(&self) -> Vec<(Table, usize, &'static str, Table, OnDelete)> {
        let mut all = vec![(Table::ChatMessages, 0, "sessionId", Table::ChatSessions, OnDelete::TakeAlong)];
        for definition in self.registry.iter() {
            for (position, reference) in definition.references.iter().enumerate() {
                if let Some(to) = self.target(reference.to) {
                    all.push((record_table(definition), position, reference.member, to, reference.on_delete));
                }
            }
        }
        all
    }
}
