//! The types of files that the server takes, so that a client can refuse a file before it stores it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::json::FileType;
use crate::storage::media_type::{ALLOWED, REFUSED_EXTENSIONS};

/// A type of files.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileTypeRule {
    /// The type that the server stores.
    #[schema(example = "audio/mp4")]
    mime_type: &'static str,
    /// The kind of file. `maxMediaBytes` has the most bytes by it, for uploads through the server.
    file_type: FileType,
    /// Other names of the type.
    #[schema(value_type = Vec<String>, example = json!(["audio/x-m4a"]))]
    aliases: &'static [&'static str],
    /// Names that count where the file name has one of the extensions, or none.
    #[schema(value_type = Vec<String>)]
    shared_aliases: &'static [&'static str],
    /// In lower case, without the dot.
    #[schema(value_type = Vec<String>, example = json!(["m4a"]))]
    extensions: &'static [&'static str],
    /// The fewest bytes: 0 for texts, otherwise 1.
    #[schema(example = 1)]
    min_bytes: i64,
    /// The most bytes of a file that is uploaded to the storage by a link.
    #[schema(example = 5_368_709_120_i64)]
    max_bytes: i64,
}

/// The types of files that the server takes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileRules {
    /// Of several types with one extension, the first is chosen.
    types: Vec<FileTypeRule>,
    /// The extensions of files that are refused where the browser knows no type.
    #[schema(value_type = Vec<String>, example = json!(["html", "exe"]))]
    refused_extensions: &'static [&'static str],
}

impl FileRules {
    /// `max_bytes`: of a file of a type that is uploaded to the storage by a link.
    pub fn new(max_bytes: impl Fn(FileType) -> i64) -> Self {
        let types = ALLOWED.iter().map(|media| FileTypeRule {
            mime_type: media.name,
            file_type: media.file_type,
            aliases: media.aliases,
            shared_aliases: media.shared_aliases,
            extensions: media.extensions,
            min_bytes: media.min_bytes(),
            max_bytes: max_bytes(media.file_type),
        });
        Self { types: types.collect(), refused_extensions: REFUSED_EXTENSIONS }
    }
}
