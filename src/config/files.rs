//! Settings of files: maximal sizes, quota, lifetime of presigned URLs.

use std::time::Duration;

use super::{ConfigError, Env, FileSpace, FileType};

/// The longest allowed lifetime of a presigned URL, in seconds.
const MAX_LINK_SECS: u64 = 3600;
/// The largest object in bytes that S3 copies in one request.
const MAX_OBJECT_BYTES: i64 = 5 * 1024 * 1024 * 1024;
const MIB: i64 = 1024 * 1024;

#[derive(Debug, Clone)]
pub struct FilesConfig {
    /// The lifetime of presigned URLs.
    pub link_ttl: Duration,
    /// The maximal size in bytes of a file that a browser sends to the storage directly.
    pub max_asset_bytes: i64,
    max_image_bytes: i64,
    max_video_bytes: i64,
    max_audio_bytes: i64,
    max_document_bytes: i64,
    max_other_bytes: i64,
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
        let hours = |name, default: u64| Ok(Duration::from_secs(env.number(name, default)?.saturating_mul(3600)));
        Ok(Self {
            link_ttl: Duration::from_secs(link_secs),
            max_asset_bytes,
            max_image_bytes: env.number("LANDFALL_MAX_IMAGE_BYTES", 10 * MIB)?,
            max_video_bytes: env.number("LANDFALL_MAX_VIDEO_BYTES", 100 * MIB)?,
            max_audio_bytes: env.number("LANDFALL_MAX_AUDIO_BYTES", 50 * MIB)?,
            max_document_bytes: env.number("LANDFALL_MAX_DOCUMENT_BYTES", 50 * MIB)?,
            max_other_bytes: env.number("LANDFALL_MAX_OTHER_BYTES", 25 * MIB)?,
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
        match file_type {
            FileType::Image => self.max_image_bytes,
            FileType::Video => self.max_video_bytes,
            FileType::Audio => self.max_audio_bytes,
            FileType::Document => self.max_document_bytes,
            FileType::Other => self.max_other_bytes,
        }
    }
}
