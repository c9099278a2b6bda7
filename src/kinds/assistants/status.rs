//! The status of an assistant.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};
use utoipa::ToSchema;

/// The state of an assistant between its owner and the reviewers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Display, EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AssistantStatus {
    /// The owner works on it.
    Draft,
    /// It waits for a review.
    Pending,
    /// A reviewer has published it. Others can read it if it is public.
    Published,
    /// A reviewer has refused it.
    Rejected,
}

impl AssistantStatus {
    /// True if an owner may set it without a review.
    pub fn is_owners(self) -> bool {
        matches!(self, Self::Draft | Self::Pending)
    }
}
