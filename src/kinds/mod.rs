//! One module per kind of synced rows: its rules, and its implementation of `SyncedKind`. Outside of it, only its routes and its models
//! name a kind. `foreign` makes rows of other applications' documents.

pub mod assets;
pub mod assistants;
pub mod chat;
pub mod collections;
pub mod foreign;
pub mod projects;

use std::sync::Arc;

use crate::sync::registry::Registry;

/// The registry of this server. Parents come before children.
pub fn registry() -> Registry {
    Registry::new([
        Arc::new(projects::Projects) as _,
        Arc::new(assets::Assets) as _,
        Arc::new(chat::ChatSessions) as _,
        Arc::new(chat::ChatMessages) as _,
        Arc::new(assistants::Assistants) as _,
    ])
    .with(collections::kinds(collections::COLLECTIONS))
}
