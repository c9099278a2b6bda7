//! Folders. A folder may be part of another.

use super::common::{Collection, Deserialize, Reference, ToSchema};

/// A folder.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Folder {
    pub parent_id: Option<String>,
}

impl Collection for Folder {
    const NAME: &'static str = "folders";
    const INDEXES: &'static [&'static str] = &["parentId"];
    const REFERENCES: &'static [Reference] = &[Reference::part_of("parentId", "folders")];
}
