//! What an import came to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::FieldError;

/// What an import does to rows that it does not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    /// They stay.
    #[default]
    Merge,
    /// They are deleted, in the collections that the document has.
    Replace,
}

/// What became of the rows of a collection, or would.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportCounts {
    pub created: u64,
    /// Stored with another content before, or deleted.
    pub updated: u64,
    /// Stored like this already.
    pub unchanged: u64,
    /// Not in the document (`replace`), or part of what was not.
    pub deleted: u64,
    /// Of a dry run: rows that can't be taken.
    pub rejected: u64,
}

impl ImportCounts {
    pub fn changed(&self) -> u64 {
        self.created + self.updated + self.deleted
    }
}

/// What an import came to, or would.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Nothing was stored.
    pub dry_run: bool,
    pub mode: ImportMode,
    /// By the names of the collections.
    pub collections: BTreeMap<String, ImportCounts>,
    /// Members of the document that are no collection of this server: not imported.
    pub ignored: Vec<String>,
    /// Of a dry run: why rows can't be taken; the first of them.
    pub errors: Vec<FieldError>,
}
