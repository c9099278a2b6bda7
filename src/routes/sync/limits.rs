//! The limits of values, files and requests, as the initial snapshot tells them. A client refuses a value before it stores it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use super::file_types::FileRules;
use crate::error::ApiError;
use crate::json::{DataLimits, FileSpace, FileType, RowSpace};
use crate::state::AppState;
use crate::sync::snapshot::Snapshot;

/// The most bytes of a file, by its type.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediaLimits {
    #[schema(example = 10_485_760)]
    image: i64,
    #[schema(example = 104_857_600)]
    video: i64,
    #[schema(example = 52_428_800)]
    audio: i64,
    #[schema(example = 52_428_800)]
    document: i64,
    #[schema(example = 26_214_400)]
    other: i64,
}

/// The limits of the server and the user. Bytes of JSON are UTF-8, without blanks and with numbers spelled out (`1e3` is `1000`). Characters are Unicode
/// code points.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limits<'a> {
    /// The most messages in one batch.
    #[schema(example = 500)]
    max_batch_messages: usize,
    /// The most mutations in one push.
    #[schema(example = 500)]
    max_push_mutations: usize,
    /// The most files in one request for links.
    #[schema(example = 100)]
    max_presign_files: usize,
    /// The most characters in one message.
    #[schema(example = 1_000_000)]
    max_content_chars: usize,
    /// The most characters in a title or a name.
    #[schema(example = 200)]
    max_name_chars: usize,
    /// The most characters in the title of a row of `conversations`.
    #[schema(example = 10_000)]
    max_title_chars: usize,
    /// The most characters in the name of a file.
    #[schema(example = 255)]
    max_file_name_chars: usize,
    /// The most characters in an id, a key or a temporary id.
    #[schema(example = 128)]
    max_id_chars: usize,
    /// The most bytes in one JSON body, after decompression.
    #[schema(example = 8_388_608)]
    max_body_bytes: usize,
    /// The most bytes in one document to import, after decompression.
    #[schema(example = 4_294_967_296_i64)]
    max_import_bytes: u64,
    /// The most bytes in one project's document.
    #[schema(example = 5_242_880)]
    max_project_bytes: usize,
    /// The most bytes in the metadata of a chat session or a message.
    #[schema(example = 1_048_576)]
    max_metadata_bytes: usize,
    /// The most bytes in one value, by collection.
    #[schema(value_type = BTreeMap<String, usize>)]
    max_value_bytes: &'a RawValue,
    /// The bytes at which a page ends. A first row that is larger is a page of its own.
    #[schema(example = 4_194_304)]
    page_bytes: i64,
    /// The most bytes of a file that is uploaded to the storage by a link, of any type.
    #[schema(example = 5_368_709_120_i64)]
    max_asset_bytes: i64,
    /// The most bytes of a file that is uploaded to the storage by a link, by type.
    max_link_bytes: MediaLimits,
    /// The most bytes of a file that is uploaded through the server, by type.
    max_media_bytes: MediaLimits,
    /// The types of files.
    #[schema(value_type = FileRules)]
    files: &'a RawValue,
    /// What the user's files may take up.
    quota: FileSpace,
    /// What the user's files take up now. A deleted file counts until its upload links have expired.
    used: FileSpace,
    /// What the user's rows may take up.
    row_quota: RowSpace,
    /// What the user's rows take up now: the living ones, or half of all that are stored if that is more. Deleted rows are stored until retention removes
    /// them.
    rows_used: RowSpace,
}

impl<'a> Limits<'a> {
    /// The limits of the server, and what the user takes up. `values`: the most bytes of a value, by collection.
    ///
    /// # Errors
    /// `internal_error` if the limits can't be written as JSON.
    pub fn of(
        state: &'a AppState,
        snapshot: &Snapshot,
        values: impl FnOnce() -> BTreeMap<String, usize>,
    ) -> Result<Self, ApiError> {
        let (server, data, files) = (&state.config.server, &state.config.data, &state.config.files);
        let [max_value_bytes, file_rules] = common(state, values)?;
        Ok(Self {
            max_batch_messages: DataLimits::BATCH_MESSAGES,
            max_push_mutations: DataLimits::PUSH_MUTATIONS,
            max_presign_files: DataLimits::PRESIGN_FILES,
            max_content_chars: DataLimits::CONTENT_CHARS,
            max_name_chars: DataLimits::NAME_CHARS,
            max_title_chars: DataLimits::TITLE_CHARS,
            max_file_name_chars: DataLimits::FILE_NAME_CHARS,
            max_id_chars: DataLimits::ID_CHARS,
            max_body_bytes: server.max_body_bytes,
            max_import_bytes: server.max_import_bytes,
            max_project_bytes: data.project_bytes,
            max_metadata_bytes: DataLimits::METADATA_BYTES,
            max_value_bytes,
            page_bytes: data.page_bytes,
            max_asset_bytes: files.max_asset_bytes,
            max_link_bytes: MediaLimits::of(|file_type| files.max_link_bytes(file_type)),
            max_media_bytes: MediaLimits::of(|file_type| files.max_media_bytes(file_type)),
            files: file_rules,
            quota: files.quota,
            used: snapshot.files_used,
            row_quota: data.row_quota,
            rows_used: snapshot.rows_used,
        })
    }
}

/// The limits of values by collection, and the types of files. They are written once.
fn common(state: &AppState, values: impl FnOnce() -> BTreeMap<String, usize>) -> Result<&[Box<RawValue>; 2], ApiError> {
    if let Some(written) = state.common_limits.get() {
        return Ok(written);
    }
    let files = FileRules::new(|file_type| state.config.files.max_link_bytes(file_type));
    let values = to_raw_value(&values()).map_err(ApiError::internal)?;
    let files = to_raw_value(&files).map_err(ApiError::internal)?;
    Ok(state.common_limits.get_or_init(|| [values, files]))
}

impl MediaLimits {
    fn of(limit: impl Fn(FileType) -> i64) -> Self {
        Self {
            image: limit(FileType::Image),
            video: limit(FileType::Video),
            audio: limit(FileType::Audio),
            document: limit(FileType::Document),
            other: limit(FileType::Other),
        }
    }
}
