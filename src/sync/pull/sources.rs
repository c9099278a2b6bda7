//! What can be pulled, in the order of a page: parents before children, as far as one page goes.

use crate::models::changed::Synced;
use crate::sync::collections::{Direction, REGISTRY};

/// A collection as a device names it, and where its rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    pub name: &'static str,
    pub(in crate::sync) table: Synced,
}

const PROJECTS: Source = Source { name: "projects", table: Synced::Projects };
const ASSETS: Source = Source { name: "assets", table: Synced::Assets };
const CHAT_SESSIONS: Source = Source { name: "chatSessions", table: Synced::ChatSessions };
const CHAT_MESSAGES: Source = Source { name: "chatMessages", table: Synced::ChatMessages };

pub fn all_sources() -> impl Iterator<Item = Source> {
    let records = REGISTRY.iter().filter(|definition| definition.direction != Direction::DeviceOnly);
    let records = records.map(|definition| Source { name: definition.name, table: Synced::Records(definition.name) });
    [PROJECTS, ASSETS, CHAT_SESSIONS, CHAT_MESSAGES].into_iter().chain(records)
}

pub fn find_source(name: &str) -> Option<Source> {
    all_sources().find(|source| source.name == name)
}
