//! Bodies about files, and what may stand in them.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{ApiError, ErrorCode, FieldError};
use crate::files::new_asset;
use crate::models::OwnerId;
use crate::models::asset::{AssetContent, AssetLabel};
use crate::storage::MediaType;
use crate::sync::assets::{LabelChanges, NewAsset};
use crate::wire::check::Report;
use crate::wire::{Check, FileType, given};

const MAX_NAME_CHARS: usize = 255;
const MAX_PROJECT_ID_CHARS: usize = 128;
const MAX_PIXELS: i32 = 1_000_000;

/// A file as a device describes it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssetRequest {
    /// Chosen by the device.
    pub id: Uuid,
    #[schema(example = "harbour.png", min_length = 1, max_length = 255)]
    pub file_name: String,
    /// One of the types that are taken; the bytes must be of it.
    #[schema(example = "image/png")]
    pub mime_type: String,
    /// Bytes.
    #[schema(minimum = 0)]
    pub size: i64,
    /// Follows from `mimeType`.
    file_type: Option<FileType>,
    #[schema(min_length = 1, max_length = 128)]
    project_id: Option<String>,
    /// Pixels.
    #[schema(minimum = 0)]
    width: Option<i32>,
    #[schema(minimum = 0)]
    height: Option<i32>,
    /// Of the bytes, in hex; they are checked against it.
    #[schema(min_length = 64, max_length = 64)]
    sha256: Option<String>,
}

impl Check for AssetRequest {
    fn check(&self, report: &mut Report) {
        file_name(report, &self.file_name);
        match MediaType::named(&self.mime_type) {
            None => report.add("mimeType", "unsupported_type", "files of this type are not taken"),
            Some(media) if self.file_type.is_some_and(|given| given != media.file_type) => {
                report.add("fileType", "invalid_value", format!("{} is another type of file", media.name));
            }
            Some(_) => {}
        }
        if self.size < 0 {
            report.add("size", "invalid_value", "must be 0 or more");
        }
        report.optional_text("projectId", self.project_id.as_deref(), 1, MAX_PROJECT_ID_CHARS);
        pixels(report, "width", self.width);
        pixels(report, "height", self.height);
        if self.sha256.as_ref().is_some_and(|text| text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit())) {
            report.add("sha256", "invalid_value", "must be 64 hexadecimal digits");
        }
    }
}

impl AssetRequest {
    /// Too large a file is a 413, whatever else is right with it.
    pub fn require_size(&self, max_bytes: i64, pointer: &str) -> Result<(), ApiError> {
        if self.size <= max_bytes {
            return Ok(());
        }
        let detail = format!("A file may have {max_bytes} bytes at most.");
        let error = FieldError::new(format!("{pointer}/size"), "too_large", detail.clone());
        Err(ApiError::new(ErrorCode::PayloadTooLarge, detail).with_errors(vec![error]))
    }

    /// The names of types differ by case and parameters; what is kept is the list's own.
    pub fn into_content(self) -> (AssetContent, AssetLabel) {
        let media = MediaType::named(&self.mime_type);
        let content = AssetContent {
            file_type: media.map_or(FileType::Other, |media| media.file_type).as_str().to_owned(),
            mime_type: media.map_or(self.mime_type, |media| media.name.to_owned()),
            size: self.size,
            sha256: self.sha256.map(|text| text.to_ascii_lowercase()),
        };
        let label = AssetLabel {
            project_id: self.project_id,
            file_name: self.file_name,
            width: self.width,
            height: self.height,
        };
        (content, label)
    }

    pub fn into_asset(self, owner: &OwnerId) -> NewAsset {
        let id = self.id;
        let (content, label) = self.into_content();
        new_asset(owner, id, content, label)
    }
}

/// Members that are left out stay as they are; the last write wins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAssetRequest {
    #[schema(min_length = 1, max_length = 255)]
    file_name: Option<String>,
    /// Null takes the file out of its project.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    project_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i32>, minimum = 0)]
    width: Option<Option<i32>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i32>, minimum = 0)]
    height: Option<Option<i32>>,
}

impl Check for UpdateAssetRequest {
    fn check(&self, report: &mut Report) {
        if let Some(name) = &self.file_name {
            file_name(report, name);
        }
        let project_id = self.project_id.as_ref().and_then(|id| id.as_deref());
        report.optional_text("projectId", project_id, 1, MAX_PROJECT_ID_CHARS);
        pixels(report, "width", self.width.flatten());
        pixels(report, "height", self.height.flatten());
    }
}

impl UpdateAssetRequest {
    pub fn into_changes(self) -> LabelChanges {
        LabelChanges { file_name: self.file_name, project_id: self.project_id, width: self.width, height: self.height }
    }
}

/// Names are shown to people and put into headers: no control characters.
pub fn file_name(report: &mut Report, name: &str) {
    report.text("fileName", name, 1, MAX_NAME_CHARS);
    if name.chars().any(|c| c.is_control() && c != '\0') {
        report.add("fileName", "control_character", "must not hold control characters");
    }
}

pub fn pixels(report: &mut Report, member: &str, value: Option<i32>) {
    if value.is_some_and(|value| !(0..=MAX_PIXELS).contains(&value)) {
        report.add(member, "invalid_value", format!("must be from 0 to {MAX_PIXELS}"));
    }
}
