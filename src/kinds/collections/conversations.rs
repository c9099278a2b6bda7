//! Conversations: a title, a project and a repository. `interactions` has their content.

use super::common::{
    Collection, Deserialize, FreeJson, MAX_TITLE_CHARS, Reference, Timestamp, ToSchema, ValidationErrors,
};

/// A conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    #[schema(example = "Plans for the harbour", max_length = 10_000)]
    pub title: String,
    /// The project of the conversation. Null after the project is deleted.
    pub project_id: Option<String>,
    /// The repository that stores the conversation. Null after the repository is deleted.
    pub sync_repo_id: Option<String>,
    pub last_synced_at: Option<Timestamp>,
    pub metadata: Option<FreeJson>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for Conversation {
    const NAME: &'static str = "conversations";
    const INDEXES: &'static [&'static str] =
        &["title", "projectId", "syncRepoId", "lastSyncedAt", "createdAt", "updatedAt"];
    const EXPORTED_ALONE_AS: Option<&'static str> = Some("conversation");
    const REFERENCES: &'static [Reference] =
        &[Reference::link_to("projectId", "projects"), Reference::link_to("syncRepoId", "syncRepos")];

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("title", &self.title, 0, MAX_TITLE_CHARS);
    }
}
