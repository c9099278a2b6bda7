//! The report of an import.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::FieldError;

/// What an import does to stored rows that the document does not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    /// They stay.
    #[default]
    Merge,
    /// They are deleted, in the collections that the document has.
    Replace,
}

/// The number of rows of a collection by outcome. In a dry run: the outcome that an import would have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportCounts {
    pub created: u64,
    /// The stored row had other content or was deleted.
    pub updated: u64,
    /// The stored row has the same content.
    pub unchanged: u64,
    /// Not in the document (`replace`), or a row that requires a deleted row.
    pub deleted: u64,
    /// Of a dry run: rows that can't be imported.
    pub rejected: u64,
}

impl ImportCounts {
    pub fn changed(&self) -> u64 {
        self.created + self.updated + self.deleted
    }
}

/// The report of an import or of a dry run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Nothing was stored.
    pub dry_run: bool,
    pub mode: ImportMode,
    /// The counts by collection.
    pub collections: BTreeMap<String, ImportCounts>,
    /// Members of the document that are not a collection of this server. They are not imported.
    pub ignored: Vec<String>,
    /// Of a dry run: the first reasons why rows can't be imported.
    pub errors: Vec<FieldError>,
}
