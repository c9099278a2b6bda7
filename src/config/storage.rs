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

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read<const N: usize>(pairs: [(&str, &str); N]) -> Result<StorageConfig, ConfigError> {
        StorageConfig::from_env(&Env::from_pairs(pairs))?.ok_or_else(|| ConfigError("no family is chosen".to_owned()))
    }

    #[test]
    fn each_family_is_read_from_its_own_variables() -> Result<(), ConfigError> {
        let garage = read([
            ("GARAGE_ENDPOINT", "https://garage.example"),
            ("GARAGE_BUCKET", "files"),
            ("GARAGE_ACCESS_KEY", "id"),
            ("GARAGE_SECRET_KEY", "secret"),
            ("AWS_ACCESS_KEY_ID", "of another program"),
        ])?;
        assert_eq!((garage.endpoint.as_deref(), garage.region.as_str()), (Some("https://garage.example"), "garage"));
        let s3 = read([
            ("S3_BUCKET", "files"),
            ("S3_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ])?;
        assert_eq!((s3.endpoint.as_deref(), s3.region.as_str(), s3.path_style), (None, "eu-west-1", false));
        let r2 = read([
            ("R2_ACCOUNT_ID", "a1"),
            ("R2_ACCESS_KEY_ID", "id"),
            ("R2_SECRET_ACCESS_KEY", "secret"),
            ("R2_BUCKET_NAME", "files"),
        ])?;
        assert_eq!((r2.endpoint.as_deref(), r2.region.as_str()), (Some("https://a1.r2.cloudflarestorage.com"), "auto"));
        for family in [garage, s3, r2] {
            assert_eq!((family.bucket.as_str(), family.access_key_id.as_str()), ("files", "id"));
            assert_eq!(family.secret_access_key.expose_secret(), "secret");
        }
        Ok(())
    }

    #[test]
    fn missing_variable_of_the_chosen_family_is_named() {
        for (chosen, missing) in [
            ("GARAGE_ENDPOINT", "GARAGE_BUCKET"),
            ("S3_BUCKET", "AWS_ACCESS_KEY_ID"),
            ("R2_ACCOUNT_ID", "R2_BUCKET_NAME"),
        ] {
            let refused = read([(chosen, "x")]).map_or_else(|error| error.0, |_| "accepted".to_owned());
            assert!(refused.starts_with(&format!("{missing} is not set")), "{chosen}: {refused}");
        }
        assert!(matches!(StorageConfig::from_env(&Env::from_pairs([("AWS_ACCESS_KEY_ID", "x")])), Ok(None)));
    }
}
