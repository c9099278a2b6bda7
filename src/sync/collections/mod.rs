//! The collections: one line here and one file each (docs/COLLECTIONS.md). Tables, addresses, checks, sync and the API's description
//! follow from these lines; nothing else names a collection.

pub mod common;

pub use common::{
    Change, Definition, DeleteRecord, Direction, MAX_ID_CHARS, OnDelete, Policy, PutRecord, Registry, StoredRow,
    WrittenRow, apply, apply_once, change, check_row, delete, put, unlink_deleted,
};

/// Declares collections: `name: Type` stands for the file `name.rs` (in snake_case) with a `Collection` of that type.
#[macro_export]
macro_rules! collections {
    ($($(#[$doc:meta])* $file:ident: $row:ident,)*) => {
        $($(#[$doc])* pub mod $file;)*

        pub static COLLECTIONS: &[$crate::sync::collections::Definition] =
            &[$($crate::sync::collections::Definition::of::<$file::$row>(),)*];
    };
}

collections! {
    settings: Setting,
    conversations: Conversation,
    interactions: Interaction,
    mods: Mod,
    provider_configs: ProviderConfig,
    api_keys: ApiKey,
    sync_repos: SyncRepo,
    rules: Rule,
    tags: Tag,
    tag_rule_links: TagRuleLink,
    prompt_templates: PromptTemplate,
    workflows: Workflow,
}

/// The collections of this server.
pub const REGISTRY: Registry = Registry::new(COLLECTIONS);
