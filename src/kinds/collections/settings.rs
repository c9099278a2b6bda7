//! Settings: values of an application for a user, by key. Values that are named like secrets are sealed or stay on the device.

use super::common::{Collection, Deserialize, OtherMember, ToSchema};
use serde::de::IgnoredAny;

/// A setting. Its key is its id.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Setting {
    /// Any JSON, null included. A setting without it is cleared: applications take their own default.
    #[schema(value_type = Option<serde_json::Value>)]
    pub value: Option<IgnoredAny>,
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
    /// The keys of the sealed values, encrypted by the passphrase. Another record would make the stored sealed values unreadable.
    const KEPT_BY_IMPORTS: &'static [&'static str] = &["landfall:sealing"];
}
