//! Settings of the object storage: exactly one of three families of variables.

use secrecy::SecretString;

use super::{ConfigError, Env};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum S3Family {
    Garage,
    S3,
    R2,
}

/// The connection to an S3-compatible service.
#[derive(Debug, Clone)]
pub struct StorageConfig {
    /// `None` for Amazon's endpoint of the region.
    pub endpoint: Option<String>,
    /// The endpoint in presigned URLs for browsers. `None` where it equals `endpoint`.
    pub public_endpoint: Option<String>,
    pub region: String,
    pub bucket: String,
    pub access_key_id: String,
    pub secret_access_key: SecretString,
    /// True for `endpoint/bucket/key` instead of `bucket.endpoint/key`.
    pub path_style: bool,
}

impl StorageConfig {
    /// `None` where no family is chosen.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub(super) fn from_env(env: &Env) -> Result<Option<Self>, ConfigError> {
        // AWS_* alone chooses nothing: many developers have these variables set for other programs.
        let chosen: Vec<(&str, S3Family)> =
            [("GARAGE_ENDPOINT", S3Family::Garage), ("S3_BUCKET", S3Family::S3), ("R2_ACCOUNT_ID", S3Family::R2)]
                .into_iter()
                .filter(|(name, _)| env.get(name).is_some())
                .collect();
        match chosen.as_slice() {
            [] => Ok(None),
            [(_, family)] => Self::read(env, *family).map(Some),
            [(first, _), (second, _), ..] => {
                Err(ConfigError(format!("{first} and {second} are both set: choose one object storage.")))
            }
        }
    }

    fn read(env: &Env, family: S3Family) -> Result<Self, ConfigError> {
        let need = |name: &'static str| env.required(name, "the chosen object storage needs it");
        let public_endpoint = env.get("LANDFALL_STORAGE_PUBLIC_URL").map(str::to_owned);
        Ok(match family {
            S3Family::Garage => Self {
                endpoint: Some(need("GARAGE_ENDPOINT")?),
                public_endpoint,
                region: env.get("GARAGE_REGION").unwrap_or("garage").to_owned(),
                bucket: need("GARAGE_BUCKET")?,
                access_key_id: need("GARAGE_ACCESS_KEY")?,
                secret_access_key: SecretString::from(need("GARAGE_SECRET_KEY")?),
                path_style: true,
            },
            S3Family::S3 => Self {
                endpoint: env.get("S3_ENDPOINT").map(str::to_owned),
                public_endpoint,
                region: env.get("S3_REGION").unwrap_or("us-east-1").to_owned(),
                bucket: need("S3_BUCKET")?,
                access_key_id: need("AWS_ACCESS_KEY_ID")?,
                secret_access_key: SecretString::from(need("AWS_SECRET_ACCESS_KEY")?),
                path_style: env.get("S3_ENDPOINT").is_some(),
            },
            S3Family::R2 => Self {
                endpoint: Some(format!("https://{}.r2.cloudflarestorage.com", need("R2_ACCOUNT_ID")?)),
                public_endpoint,
                region: "auto".to_owned(),
                bucket: need("R2_BUCKET_NAME")?,
                access_key_id: need("R2_ACCESS_KEY_ID")?,
                secret_access_key: SecretString::from(need("R2_SECRET_ACCESS_KEY")?),
                path_style: true,
            },
        })
    }
}
