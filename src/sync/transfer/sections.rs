//! The sections of an export: one for each kind of row that a person has. The registry's collections are among them by themselves.

use crate::sync::collections::{Definition, Registry};

/// A kind of row, and a member of the file.
#[derive(Debug, Clone, Copy)]
pub enum Section {
    Projects,
    Records(&'static Definition),
    ChatSessions,
    ChatMessages,
}

impl Section {
    /// What rows refer to comes before them.
    pub fn all(registry: Registry) -> impl Iterator<Item = Self> {
        let records = registry.iter().map(Self::Records);
        [Self::Projects].into_iter().chain(records).chain([Self::ChatSessions, Self::ChatMessages])
    }

    pub fn find(registry: Registry, name: &str) -> Option<Self> {
        Self::all(registry).find(|section| section.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Projects => "projects",
            Self::Records(definition) => definition.name,
            Self::ChatSessions => "chatSessions",
            Self::ChatMessages => "chatMessages",
        }
    }
}
