//! The parameter `include`: the kinds of a document.

use serde::{Deserialize, Deserializer};

use crate::error::{ApiError, FieldError};
use crate::excerpt::Quoted;
use crate::sync::registry::{Kind, Registry};

/// Names of kinds, separated by commas.
#[derive(Debug, Default)]
pub struct Include(Option<Vec<String>>);

impl<'de> Deserialize<'de> for Include {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self(Some(text.split(',').map(|name| name.trim().to_owned()).collect())))
    }
}

impl Include {
    /// The kinds in the registry's order. All of them without the parameter.
    ///
    /// # Errors
    /// `validation_failed` at `/query/include` if a name is unknown.
    pub fn kinds(&self, kinds: &Registry) -> Result<Vec<Kind>, ApiError> {
        let Some(names) = &self.0 else { return Ok(kinds.transferred().cloned().collect()) };
        let unknown = |name: &&String| kinds.transferred().all(|kind| kind.name() != name.as_str());
        if let Some(unknown) = names.iter().find(unknown) {
            let detail = format!("there is no collection {}", Quoted(unknown));
            return Err(ApiError::invalid(vec![FieldError::new("/query/include", "unknown_collection", detail)]));
        }
        Ok(kinds.transferred().filter(|kind| names.iter().any(|name| name == kind.name())).cloned().collect())
    }
}
