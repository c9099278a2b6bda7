//! The CORS rules of the bucket, which browsers need to use signed links.

use aws_sdk_s3::types::{CorsConfiguration, CorsRule};

use super::{Storage, StorageError};

impl Storage {
    /// Sets CORS rules for pages of `origins` where the bucket has none. The rules of an operator are kept.
    ///
    /// # Errors
    /// The storage's error where the rules can't be written.
    pub async fn allow_pages(&self, origins: &[String]) -> Result<(), StorageError> {
        let known = self.client.get_bucket_cors().bucket(&self.bucket).send().await.map_err(StorageError::from);
        if known.is_ok_and(|known| !known.cors_rules().is_empty()) {
            return Ok(());
        }
        let rule = CorsRule::builder()
            .set_allowed_origins(Some(origins.to_vec()))
            .set_allowed_methods(Some(vec!["GET".into(), "HEAD".into(), "PUT".into()]))
            .allowed_headers("*")
            .expose_headers("ETag")
            .max_age_seconds(3600);
        let rule = rule.build().map_err(|error| StorageError::Refused(error.to_string()))?;
        let rules = CorsConfiguration::builder().cors_rules(rule).build();
        let rules = rules.map_err(|error| StorageError::Refused(error.to_string()))?;
        self.client.put_bucket_cors().bucket(&self.bucket).cors_configuration(rules).send().await?;
        Ok(())
    }
}
