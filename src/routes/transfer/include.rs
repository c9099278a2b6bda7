//! `include`: which sections of a document are meant.

use serde::{Deserialize, Deserializer};

use crate::error::{ApiError, FieldError};
use crate::sync::collections::Registry;
use crate::sync::transfer::Section;

/// Files, which an export tells of and no import takes: their bytes are elsewhere.
const ASSETS: &str = "assets";

/// Names, separated by commas.
#[derive(Debug, Default)]
pub struct Include(Option<Vec<String>>);

impl<'de> Deserialize<'de> for Include {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self(Some(text.split(',').map(|name| name.trim().to_owned()).collect())))
    }
}

impl Include {
    /// The sections in their own order; all of them where nothing was said.
    pub fn sections(&self, registry: Registry) -> Result<Vec<Section>, ApiError> {
        let Some(names) = &self.0 else { return Ok(Section::all(registry).collect()) };
        let unknown = |name: &&String| *name != ASSETS && Section::find(registry, name).is_none();
        if let Some(unknown) = names.iter().find(unknown) {
            let detail = format!("there is no collection {unknown:?}");
            return Err(ApiError::invalid(vec![FieldError::new("/query/include", "unknown_collection", detail)]));
        }
        Ok(Section::all(registry).filter(|section| names.iter().any(|name| name == section.name())).collect())
    }

    /// Whether files are meant.
    pub fn assets(&self) -> bool {
        self.0.as_ref().is_none_or(|names| names.iter().any(|name| name == ASSETS))
    }
}
