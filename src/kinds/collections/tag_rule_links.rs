//! Links of tags and rules: each pair once.

use super::common::{Collection, Deserialize, Reference, ToSchema};

/// A link of a tag and a rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TagRuleLink {
    pub tag_id: String,
    pub rule_id: String,
}

impl Collection for TagRuleLink {
    const NAME: &'static str = "tagRuleLinks";
    const INDEXES: &'static [&'static str] = &["tagId", "ruleId", "[tagId+ruleId]"];
    const UNIQUE: &'static [&'static str] = &["tagId", "ruleId"];
    const REFERENCES: &'static [Reference] =
        &[Reference::part_of("tagId", "tags"), Reference::part_of("ruleId", "rules")];
}
