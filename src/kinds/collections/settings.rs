//! Settings: values of an application for a user, by key. Values that are named like secrets are sealed or stay on the device.

use super::common::{Collection, Deserialize, OtherMember, ToSchema, ValidationErrors};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// The setting with the keys of the sealed values, encrypted by the passphrase.
const SEALING: &str = "landfall:sealing";

/// A setting. Its key is its id.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Setting {
    /// Any JSON, null included. A setting without it is cleared: applications take their own default.
    #[schema(value_type = Option<serde_json::Value>)]
    pub value: Option<Box<RawValue>>,
}

/// What the server knows of the record of the sealing. Devices check the rest.
#[derive(Deserialize)]
struct SealingRecord {
    kid: String,
    slots: Vec<IgnoredAny>,
}

impl SealingRecord {
    fn can_open(&self) -> bool {
        !self.kid.is_empty() && !self.slots.is_empty()
    }
}

impl Collection for Setting {
    const NAME: &'static str = "settings";
    const PRIMARY_KEY: &'static str = "key";
    const INDEXES: &'static [&'static str] = &[];
    const SECRETS: &'static [&'static str] = &["gitGlobalPat"];
    const SERVICES: &'static [&'static str] = &["mcpServers"];
    const EXPORTED_AS_MAP: Option<&'static str> = Some("value");
    /// LiteChat writes this setting as a section of its own.
    const OTHER_MEMBERS: &'static [OtherMember] = &[OtherMember { name: "mcpServers", as_key: Some("mcpServers") }];
    /// Without the record, or with another one, the stored sealed values can't be opened.
    const LASTING_IDS: &'static [&'static str] = &[SEALING];

    fn check_as(&self, id: &str, errors: &mut ValidationErrors) {
        let opens =
            |value: &RawValue| serde_json::from_str(value.get()).is_ok_and(|record: SealingRecord| record.can_open());
        if id == SEALING && !self.value.as_deref().is_some_and(opens) {
            errors.add("value", "invalid_value", "must be a record of the sealing");
        }
    }
}
