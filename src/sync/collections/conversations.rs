//! Conversations: a title and what groups them. What was said is in `interactions`.

use super::common::{Collection, Deserialize, FreeJson, MAX_NAME_CHARS, Reference, Report, Timestamp, ToSchema};

/// A conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    #[schema(example = "Plans for the harbour", max_length = 200)]
    pub title: String,
    /// The project that it belongs to; null when that is deleted.
    pub project_id: Option<String>,
    /// The repository that it is kept in; null when that is deleted.
    pub sync_repo_id: Option<String>,
    pub last_synced_at: Option<Timestamp>,
    pub metadata: Option<FreeJson>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for Conversation {
    const NAME: &'static str = "conversations";
    const INDEXES: &'static [&'static str] = &["title", "projectId", "syncRepoId", "createdAt", "updatedAt"];
    const REFERENCES: &'static [Reference] =
        &[Reference::link_to("projectId", "projects"), Reference::link_to("syncRepoId", "syncRepos")];

    fn check(&self, report: &mut Report) {
        report.text("title", &self.title, 0, MAX_NAME_CHARS);
    }
}
