//! Settings of files: maximal sizes, quota, lifetime of presigned URLs.

use std::time::Duration;

use super::{ConfigError, Env, FileSpace, FileType};

/// The longest allowed lifetime of a presigned URL, in seconds.
const MAX_LINK_SECS: u64 = 3600;
/// The largest object in bytes that S3 copies in one request.
const MAX_OBJECT_BYTES: i64 = 5 * 1024 * 1024 * 1024;
const MIB: i64 = 1024 * 1024;

/// The maximal size in bytes of a file of one type.
#[derive(Debug, Clone, Copy)]
struct TypeLimit {
    through_server: i64,
    by_link: i64,
}

#[derive(Debug, Clone)]
pub struct FilesConfig {
    /// The lifetime of presigned URLs.
    pub link_ttl: Duration,
    /// The maximal size in bytes of a file that a browser sends to the storage directly.
    pub max_asset_bytes: i64,
    /// The limits of each type of file.
    types: [(FileType, TypeLimit); 5],
    /// The storage space of one user.
    pub quota: FileSpace,
    /// An upload that was not registered for this long is given up.
    pub sweep_after: Duration,
    /// As `sweep_after`, for a multipart upload.
    pub multipart_sweep_after: Duration,
}

impl FilesConfig {
    pub(super) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let link_secs = env.number("LANDFALL_LINK_SECS", MAX_LINK_SECS)?;
        if !(1..=MAX_LINK_SECS).contains(&link_secs) {
            return Err(ConfigError(format!("LANDFALL_LINK_SECS is {link_secs}: use 1 to {MAX_LINK_SECS}.")));
        }
        let max_asset_bytes = env.number("LANDFALL_MAX_ASSET_BYTES", MAX_OBJECT_BYTES)?;
        if !(1..=MAX_OBJECT_BYTES).contains(&max_asset_bytes) {
            return Err(ConfigError(format!(
                "LANDFALL_MAX_ASSET_BYTES is {max_asset_bytes}: use 1 to {MAX_OBJECT_BYTES}, which is what S3 copies at once."
            )));
        }
        let limit = |file_type, name: &'static str, default: i64| -> Result<(FileType, TypeLimit), ConfigError> {
            let through_server = env.number(name, default)?;
            // A default limits what the server passes on. A setting says how large a file of the type may be at all.
            let by_link = if env.get(name).is_some() { through_server.min(max_asset_bytes) } else { max_asset_bytes };
            Ok((file_type, TypeLimit { through_server, by_link }))
        };
        let types = [
            limit(FileType::Image, "LANDFALL_MAX_IMAGE_BYTES", 10 * MIB)?,
            limit(FileType::Video, "LANDFALL_MAX_VIDEO_BYTES", 100 * MIB)?,
            limit(FileType::Audio, "LANDFALL_MAX_AUDIO_BYTES", 50 * MIB)?,
            limit(FileType::Document, "LANDFALL_MAX_DOCUMENT_BYTES", 50 * MIB)?,
            limit(FileType::Other, "LANDFALL_MAX_OTHER_BYTES", 25 * MIB)?,
        ];
        let hours = |name, default: u64| Ok(Duration::from_secs(env.number(name, default)?.saturating_mul(3600)));
        Ok(Self {
            link_ttl: Duration::from_secs(link_secs),
            max_asset_bytes,
            types,
            quota: FileSpace {
                bytes: env.number("LANDFALL_QUOTA_BYTES", 10 * 1024 * MIB)?,
                files: env.number("LANDFALL_QUOTA_FILES", 10_000)?,
            },
            sweep_after: hours("LANDFALL_SWEEP_HOURS", 24)?,
            multipart_sweep_after: hours("LANDFALL_MULTIPART_SWEEP_HOURS", 7 * 24)?,
        })
    }

    /// The maximal size in bytes of a file of this type that passes through the server.
    pub fn max_media_bytes(&self, file_type: FileType) -> i64 {
        self.limit(file_type).through_server
    }

    /// The maximal size in bytes of a file of this type that a browser sends to the storage by a link.
    pub fn max_link_bytes(&self, file_type: FileType) -> i64 {
        self.limit(file_type).by_link
    }

    fn limit(&self, file_type: FileType) -> TypeLimit {
        let known = self.types.iter().find(|(known, _)| *known == file_type);
        known.map_or(TypeLimit { through_server: 0, by_link: 0 }, |(_, limit)| *limit)
    }
}
