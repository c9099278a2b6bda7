//! Keys of providers. They stay on the device; a person may choose to send them sealed (docs/adr/0009).

use super::common::{Collection, Deserialize, Direction, MAX_NAME_CHARS, Report, Sealed, Timestamp, ToSchema};

/// A provider's key, sealed. In clear it is on the device alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    #[schema(example = "Work", min_length = 1, max_length = 200)]
    pub name: String,
    /// Which kind of provider takes it.
    pub provider_id: Option<String>,
    /// The key itself.
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

    fn check(&self, report: &mut Report) {
        report.text("name", &self.name, 1, MAX_NAME_CHARS);
        report.within("sealed", |report| self.sealed.check(report));
    }
}
