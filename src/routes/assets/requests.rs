//! The bodies of asset requests, and their rules.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::OwnerId;
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::check::ValidationErrors;
use crate::json::{Check, FileType};
use crate::kinds::assets::NewAsset;
pub use crate::kinds::assets::wire::UpdateAssetRequest;
pub use crate::kinds::assets::wire::{MAX_PROJECT_ID_CHARS, file_name, pixels};
use crate::models::asset::{AssetContent, AssetLabel};
use crate::storage::MediaType;
use crate::uploads::new_asset;

/// The description of a file.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssetRequest {
    /// Chosen by the device.
    pub id: Uuid,
    #[schema(example = "harbour.png", min_length = 1, max_length = 255)]
    pub file_name: String,
    /// An allowed media type. The bytes must be of this type.
    #[schema(example = "image/png")]
    pub mime_type: String,
    /// In bytes.
    #[schema(minimum = 0)]
    pub size: i64,
    /// Derived from `mimeType` if absent.
    file_type: Option<FileType>,
    #[schema(min_length = 1, max_length = 128)]
    project_id: Option<String>,
    /// In pixels.
    #[schema(minimum = 0)]
    width: Option<i32>,
    #[schema(minimum = 0)]
    height: Option<i32>,
    /// SHA-256 of the bytes in hex. The bytes are checked against it.
    #[schema(min_length = 64, max_length = 64)]
    sha256: Option<String>,
}

impl Check for AssetRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        file_name(errors, &self.file_name);
        match MediaType::named(&self.mime_type) {
            None => errors.add("mimeType", "unsupported_type", "this media type is not allowed"),
            Some(media) if self.file_type.is_some_and(|given| given != media.file_type) => {
                errors.add("fileType", "invalid_value", format!("{} is another type of file", media.name));
            }
            Some(_) => {}
        }
        if self.size < 0 {
            errors.add("size", "invalid_value", "must be 0 or more");
        }
        errors.optional_text("projectId", self.project_id.as_deref(), 1, MAX_PROJECT_ID_CHARS);
        pixels(errors, "width", self.width);
        pixels(errors, "height", self.height);
        if self.sha256.as_ref().is_some_and(|text| text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit())) {
            errors.add("sha256", "invalid_value", "must be 64 hexadecimal digits");
        }
    }
}

impl AssetRequest {
    /// A file over the limit is a 413 before its other members are checked.
    pub fn require_size(&self, max_bytes: i64, pointer: &str) -> Result<(), ApiError> {
        if self.size <= max_bytes {
            return Ok(());
        }
        let detail = format!("A file may have {max_bytes} bytes at most.");
        let error = FieldError::new(format!("{pointer}/size"), "too_large", detail.clone());
        Err(ApiError::new(ErrorCode::PayloadTooLarge, detail).with_errors(vec![error]))
    }

    /// Stores the media type as the allow-list spells it, without case differences and parameters.
    pub fn into_content(self) -> (AssetContent, AssetLabel) {
        let media = MediaType::named(&self.mime_type);
        let content = AssetContent {
            file_type: media.map_or(FileType::Other, |media| media.file_type).into_str().to_owned(),
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
