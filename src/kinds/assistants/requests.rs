//! The bodies of assistant writes and their validation. They also serialize, because a repeat is compared by its body.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::status::AssistantStatus;
use crate::error::{ApiError, FieldError};
use crate::json::check::ValidationErrors;
use crate::json::{Check, DataLimits};
use crate::models::assistant::AssistantContent;

const MAX_ID_CHARS: usize = DataLimits::ID_CHARS;
const MAX_TITLE_CHARS: usize = 100;
const MAX_DESC_CHARS: usize = 200;
const MAX_PROMPT_CHARS: usize = 2_000;
/// In UTF-16 units, as browsers count.
const MAX_EMOJI_UNITS: usize = 10;
const MAX_LABELS: usize = 10;
const MAX_LABEL_CHARS: usize = 50;
const MAX_NOTE_CHARS: usize = 500;
/// The detail of a status that an owner sends and may not set.
pub(super) const REVIEWERS_STATUS: &str = "is set by a reviewer: send draft or pending";
/// The emoji of an assistant without one.
const ROBOT: &str = "🤖";

/// Declares a body with the members that an owner sets beside its own.
macro_rules! with_content {
    ($(#[$attribute:meta])* pub struct $name:ident { $($own:tt)* }) => {
        #[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
        $(#[$attribute])*
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $($own)*
            /// Required in a new assistant.
            #[schema(example = "Tide tables", min_length = 1, max_length = 100)]
            pub title: Option<String>,
            /// Required in a new assistant.
            #[schema(example = "Reads tide tables and plans the day.", min_length = 1, max_length = 200)]
            pub desc: Option<String>,
            /// At most 10 units of UTF-16. 🤖 by default.
            #[schema(example = "🌊", min_length = 1, max_length = 10)]
            pub emoji: Option<String>,
            /// Required in a new assistant.
            #[schema(example = "You read tide tables. Answer with times.", min_length = 1, max_length = 2000)]
            pub prompt: Option<String>,
            /// Each has 1 to 50 characters.
            #[schema(max_items = 10)]
            pub tags: Option<Vec<String>>,
            /// Each has 1 to 50 characters.
            #[schema(max_items = 10)]
            pub category: Option<Vec<String>>,
            /// Whether others may read it once it is published. False by default.
            pub is_public: Option<bool>,
            /// An owner sets `draft` or `pending`, which asks for a review. Reviewers set the other two.
            pub status: Option<AssistantStatus>,
        }

        impl $name {
            /// The members that an owner sets.
            pub fn input(&self) -> AssistantInput {
                AssistantInput {
                    title: self.title.clone(),
                    desc: self.desc.clone(),
                    emoji: self.emoji.clone(),
                    prompt: self.prompt.clone(),
                    tags: self.tags.clone(),
                    category: self.category.clone(),
                    is_public: self.is_public,
                    status: self.status,
                }
            }
        }
    };
}

with_content! {
    /// A new assistant.
    #[schema(example = json!({ "tempId": "pending-1795430400000-k3v9", "title": "Tide tables", "desc": "Reads tide tables and plans the day.",
        "emoji": "🌊", "prompt": "You read tide tables. Answer with times.", "tags": ["sea"], "isPublic": true }))]
    pub struct CreateAssistantRequest {
        /// A nanoid of 21 characters, chosen by the device. Made by the server if absent.
        #[schema(min_length = 21, max_length = 21)]
        pub id: Option<String>,
        /// The name that the device gave it. A repeated create with it answers the stored assistant.
        #[schema(min_length = 1, max_length = 128)]
        pub temp_id: Option<String>,
        /// The id of this write. A repeat has no second effect and gets the same answer.
        #[schema(min_length = 1, max_length = 128)]
        pub mutation_id: Option<String>,
    }
}

with_content! {
    /// A change of an assistant. Absent members stay as they are.
    #[schema(example = json!({ "version": 1, "title": "Tide tables of the harbour" }))]
    pub struct UpdateAssistantRequest {
        /// The version that the change was made from. The header `If-Match` may replace it.
        #[schema(minimum = 0)]
        pub version: Option<i64>,
        /// The id of this write. A repeat has no second effect and gets the same answer.
        #[schema(min_length = 1, max_length = 128)]
        pub mutation_id: Option<String>,
    }
}

with_content! {
    /// The value of a put in a push. Absent members stay as they are.
    pub struct PutAssistant {
        /// The name that the device gave a new assistant.
        #[schema(min_length = 1, max_length = 128)]
        pub temp_id: Option<String>,
    }
}

/// The members of an assistant that its owner sets. `None` keeps the stored value.
#[derive(Debug, Clone, Default)]
pub struct AssistantInput {
    pub title: Option<String>,
    pub desc: Option<String>,
    pub emoji: Option<String>,
    pub prompt: Option<String>,
    pub tags: Option<Vec<String>>,
    pub category: Option<Vec<String>>,
    pub is_public: Option<bool>,
    pub status: Option<AssistantStatus>,
}

impl AssistantInput {
    /// A copy of `stored` with the members of this input.
    pub fn applied_to(&self, stored: &AssistantContent) -> AssistantContent {
        let text = |given: &Option<String>, stored: &String| given.clone().unwrap_or_else(|| stored.clone());
        let list = |given: &Option<Vec<String>>, stored: &Vec<String>| given.clone().unwrap_or_else(|| stored.clone());
        AssistantContent {
            title: text(&self.title, &stored.title),
            description: text(&self.desc, &stored.description),
            emoji: text(&self.emoji, &stored.emoji),
            prompt: text(&self.prompt, &stored.prompt),
            tags: list(&self.tags, &stored.tags),
            category: list(&self.category, &stored.category),
            is_public: self.is_public.unwrap_or(stored.is_public),
            status: self.status.map_or_else(|| stored.status.clone(), |status| status.to_string()),
        }
    }

    /// The content of a new assistant.
    ///
    /// # Errors
    /// `validation_failed` for each required member that is absent, and for a status of reviewers.
    pub fn complete(&self) -> Result<AssistantContent, ApiError> {
        let required = [("/title", &self.title), ("/desc", &self.desc), ("/prompt", &self.prompt)];
        let missing = required.iter().filter(|(_, value)| value.is_none());
        let mut errors: Vec<_> =
            missing.map(|(pointer, _)| FieldError::new(*pointer, "missing_member", "is required")).collect();
        if self.status.is_some_and(|status| !status.is_owners()) {
            errors.push(FieldError::new("/status", "invalid_value", REVIEWERS_STATUS));
        }
        if !errors.is_empty() {
            return Err(ApiError::invalid(errors));
        }
        Ok(self.applied_to(&AssistantContent {
            title: String::new(),
            description: String::new(),
            emoji: ROBOT.to_owned(),
            prompt: String::new(),
            tags: Vec::new(),
            category: Vec::new(),
            is_public: false,
            status: AssistantStatus::Draft.to_string(),
        }))
    }
}

/// Conditions of a delete.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteAssistantRequest {
    /// Deletes this version only. The header `If-Match` may replace it.
    #[schema(minimum = 0)]
    pub version: Option<i64>,
    /// The id of this write. A repeat has no second effect and gets the same answer.
    #[schema(min_length = 1, max_length = 128)]
    pub mutation_id: Option<String>,
}

/// The decision of a reviewer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "status": "published" }))]
pub struct ReviewRequest {
    pub status: AssistantStatus,
    /// For the owner. Absent: the note of an earlier review is removed.
    #[schema(max_length = 500)]
    pub review_note: Option<String>,
    /// The version that was reviewed. The header `If-Match` may replace it. Without one, the version that is stored when the request arrives.
    #[schema(minimum = 0)]
    pub version: Option<i64>,
}

fn labels(errors: &mut ValidationErrors, member: &str, labels: Option<&Vec<String>>) {
    let Some(labels) = labels else { return };
    if labels.len() > MAX_LABELS {
        errors.add(member, "too_many", format!("may have {MAX_LABELS} items at most"));
    }
    errors.within(member, |errors| {
        for (index, label) in labels.iter().enumerate().take(MAX_LABELS) {
            errors.text(&index.to_string(), label, 1, MAX_LABEL_CHARS);
        }
    });
}

fn version(errors: &mut ValidationErrors, version: Option<i64>) {
    if version.is_some_and(|version| version < 0) {
        errors.add("version", "invalid_value", "must be 0 or more");
    }
}

/// Whether `text` is a nanoid of 21 characters.
pub fn is_nanoid(text: &str) -> bool {
    text.len() == 21 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

impl Check for AssistantInput {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.optional_text("title", self.title.as_deref(), 1, MAX_TITLE_CHARS);
        errors.optional_text("desc", self.desc.as_deref(), 1, MAX_DESC_CHARS);
        errors.optional_text("prompt", self.prompt.as_deref(), 1, MAX_PROMPT_CHARS);
        errors.optional_text("emoji", self.emoji.as_deref(), 1, MAX_EMOJI_UNITS);
        let units = self.emoji.as_deref().map_or(0, |emoji| emoji.encode_utf16().count());
        let chars = self.emoji.as_deref().map_or(0, |emoji| emoji.chars().count());
        if units > MAX_EMOJI_UNITS && chars <= MAX_EMOJI_UNITS {
            errors.add("emoji", "too_long", format!("must have at most {MAX_EMOJI_UNITS} units of UTF-16"));
        }
        labels(errors, "tags", self.tags.as_ref());
        labels(errors, "category", self.category.as_ref());
    }
}

impl Check for CreateAssistantRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.optional_text("tempId", self.temp_id.as_deref(), 1, MAX_ID_CHARS);
        if self.id.as_deref().is_some_and(|id| !is_nanoid(id)) {
            errors.add("id", "invalid_value", "must have 21 characters of A-Z, a-z, 0-9, _ and -");
        }
        errors.optional_text("mutationId", self.mutation_id.as_deref(), 1, MAX_ID_CHARS);
        self.input().check(errors);
        if let Err(missing) = self.input().complete() {
            errors.extend(missing.errors);
        }
    }
}

impl Check for UpdateAssistantRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        version(errors, self.version);
        errors.optional_text("mutationId", self.mutation_id.as_deref(), 1, MAX_ID_CHARS);
        self.input().check(errors);
    }
}

impl Check for PutAssistant {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.optional_text("tempId", self.temp_id.as_deref(), 1, MAX_ID_CHARS);
        self.input().check(errors);
    }
}

impl Check for DeleteAssistantRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        version(errors, self.version);
        errors.optional_text("mutationId", self.mutation_id.as_deref(), 1, MAX_ID_CHARS);
    }
}

impl Check for ReviewRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        version(errors, self.version);
        errors.optional_text("reviewNote", self.review_note.as_deref(), 0, MAX_NOTE_CHARS);
    }
}
