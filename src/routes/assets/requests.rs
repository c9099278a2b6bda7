//! The bodies of asset requests, and their rules.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::config::FilesConfig;
use crate::db::OwnerId;
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::check::ValidationErrors;
use crate::json::{Check, FileType};
use crate::kinds::assets::NewAsset;
pub use crate::kinds::assets::wire::UpdateAssetRequest;
pub use crate::kinds::assets::wire::{MAX_PROJECT_ID_CHARS, file_name, pixels};
use crate::models::asset::{AssetContent, AssetLabel};
use crate::storage::media_type::{Declared, Mismatch, Unsupported};
use crate::uploads::new_asset;

/// The description of a file.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "id": "0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69", "fileName": "harbour.png", "mimeType": "image/png", "size": 48213, "width": 640, "height": 480 }))]
pub struct AssetRequest {
    /// Chosen by the device.
    pub id: Uuid,
    #[schema(example = "harbour.png", min_length = 1, max_length = 255)]
    pub file_name: String,
    /// An allowed media type or an alias of one (`limits.files` of `GET /api/sync/init`). The bytes must be of this type. With
    /// `application/octet-stream` or an empty string, the file name and the bytes decide.
    #[schema(example = "image/png")]
    pub mime_type: String,
    /// In bytes. Only a text may have none.
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
        match self.declared() {
            Err(unsupported) => errors.add("mimeType", "unsupported_type", unsupported.to_string()),
            Ok(Declared::Type(media)) if self.file_type.is_some_and(|given| given != media.file_type) => {
                errors.add("fileType", "invalid_value", format!("{} is another type of file", media.name));
            }
            Ok(declared) if self.size == 0 && declared.min_bytes(&self.file_name) > 0 => {
                errors.add("size", "empty_file", Mismatch::Empty.to_string());
            }
            Ok(_) => {}
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
    /// A file over the limit of its type is a 413.
    pub fn require_size(&self, files: &FilesConfig, pointer: &str) -> Result<(), ApiError> {
        let file_type = self.declared().map(|declared| declared.file_type(&self.file_name));
        let max_bytes = file_type.map_or(files.max_asset_bytes, |file_type| files.max_link_bytes(file_type));
        if self.size <= max_bytes {
            return Ok(());
        }
        let detail = format!("A file may have {max_bytes} bytes at most.");
        let error = FieldError::new(format!("{pointer}/size"), "too_large", detail.clone());
        Err(ApiError::new(ErrorCode::PayloadTooLarge, detail).with_errors(vec![error]))
    }

    fn declared(&self) -> Result<Declared, Unsupported> {
        Declared::new(&self.mime_type, &self.file_name)
    }

    /// Stores the media type as the table spells it: without aliases, case differences and parameters.
    pub fn into_content(self) -> (AssetContent, AssetLabel) {
        // A checked request has an allowed type.
        let declared = self.declared().unwrap_or(Declared::Unknown);
        let content = AssetContent {
            file_type: declared.file_type(&self.file_name).into_str().to_owned(),
            mime_type: declared.name().to_owned(),
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
