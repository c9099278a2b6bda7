//! Repositories that store conversations. A password is sealed or stays on the device, also one in the URL.

use super::common::{Collection, Deserialize, MAX_NAME_CHARS, Sealed, Timestamp, ToSchema, ValidationErrors};

/// A repository that the application pulls from and pushes to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncRepo {
    #[schema(example = "Notes", min_length = 1, max_length = 200)]
    pub name: String,
    #[schema(example = "https://git.example.com/anna/notes.git")]
    pub remote_url: String,
    pub branch: Option<String>,
    pub username: Option<String>,
    /// The password or token.
    pub sealed: Option<Sealed>,
    pub last_pulled_at: Option<Timestamp>,
    pub last_pushed_at: Option<Timestamp>,
    pub last_sync_error: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for SyncRepo {
    const NAME: &'static str = "syncRepos";
    const INDEXES: &'static [&'static str] = &["name", "remoteUrl", "username"];
    const UNIQUE: &'static [&'static str] = &["name"];
    const SECRETS: &'static [&'static str] = &["password"];
    /// LiteChat's import removes its repositories if a file has an empty section of them.
    const IS_SECTION_OPTIONAL: bool = true;

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("name", &self.name, 1, MAX_NAME_CHARS);
        if let Some(sealed) = &self.sealed {
            errors.within("sealed", |errors| sealed.check(errors));
        }
    }
}
