//! Keys of providers. They stay on the device by default. A user may choose to send them sealed (docs/adr/0009).

use super::common::{
    Collection, Deserialize, Direction, MAX_NAME_CHARS, Sealed, Timestamp, ToSchema, ValidationErrors,
};

/// A provider's key, sealed. The clear text is on the device only.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    #[schema(example = "Work", min_length = 1, max_length = 200)]
    pub name: String,
    /// The provider for which the key is.
    pub provider_id: Option<String>,
    /// The key.
    pub sealed: Sealed,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for ApiKey {
    const NAME: &'static str = "apiKeys";
    const INDEXES: &'static [&'static str] = &["name"];
    const UNIQUE: &'static [&'static str] = &["name"];
    const SECRETS: &'static [&'static str] = &["value", "key"];
    const DIRECTION: Direction = Direction::DeviceOnly;

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("name", &self.name, 1, MAX_NAME_CHARS);
        errors.within("sealed", |errors| self.sealed.check(errors));
    }
}
