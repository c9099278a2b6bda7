//! The collections: one line here and one file each (docs/COLLECTIONS.md). Their tables, routes, checks, sync and part of the OpenAPI document
//! are derived from these lines. No other code names a collection.

pub mod common;
pub mod exports;

pub use common::{
    Change, Definition, DeleteRecord, Direction, MAX_ID_CHARS, OnDelete, Policy, PutRecord, StoredRow, WrittenRow,
    apply, apply_once, change, definitions, delete, find, kinds, put,
};

/// Declares collections: `name: Type` stands for the file `name.rs` (in snake_case) with a `Collection` of that type.
#[macro_export]
macro_rules! collections {
    ($($(#[$doc:meta])* $file:ident: $row:ident,)*) => {
        $($(#[$doc])* pub mod $file;)*

        pub static COLLECTIONS: &[$crate::kinds::collections::Definition] =
            &[$($crate::kinds::collections::Definition::of::<$file::$row>(),)*];
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
    marketplace_sources: MarketplaceSource,
    marketplace_indexes: MarketplaceIndex,
    installed_marketplace_items: InstalledMarketplaceItem,
}
