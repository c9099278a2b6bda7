//! Checks that a type can't express. They collect all errors, each with its pointer.

use crate::error::{ApiError, FieldError};
use crate::json::FreeJson;

/// A request that can be checked.
pub trait Check {
    /// Adds everything that is wrong to `errors`.
    fn check(&self, errors: &mut ValidationErrors);

    /// Runs [`Self::check`].
    ///
    /// # Errors
    /// `validation_failed` with all errors that were found.
    fn checked(&self) -> Result<(), ApiError> {
        let mut errors = ValidationErrors::default();
        self.check(&mut errors);
        errors.into_result()
    }
}

/// The most errors in an answer. A client with 500 invalid messages does not need all of them.
const MAX_ERRORS: usize = 50;

/// The errors of a request, each with a pointer.
#[derive(Default)]
pub struct ValidationErrors {
    prefix: String,
    errors: Vec<FieldError>,
}

impl ValidationErrors {
    /// # Errors
    /// `validation_failed` if there is an error.
    pub fn into_result(self) -> Result<(), ApiError> {
        match self.errors.is_empty() {
            true => Ok(()),
            false => Err(ApiError::invalid(self.errors)),
        }
    }

    /// Runs `inside` with `/path` appended to every pointer. `path` is one segment or several, escaped.
    pub fn within(&mut self, path: impl std::fmt::Display, inside: impl FnOnce(&mut Self)) {
        let length = self.prefix.len();
        self.prefix.push_str(&format!("/{path}"));
        inside(self);
        self.prefix.truncate(length);
    }

    /// Adds an error at `/member`.
    pub fn add(&mut self, member: &str, code: &'static str, detail: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(FieldError::new(format!("{}/{member}", self.prefix), code, detail));
        }
    }

    /// Checks the length in characters, and that there is no NUL, which PostgreSQL's text can't hold.
    pub fn text(&mut self, member: &str, value: &str, min_chars: usize, max_chars: usize) {
        if value.contains('\0') {
            self.add(member, "nul_character", "must not hold the character U+0000");
        }
        // The number of bytes is an upper bound, so that characters are counted for long texts only.
        if value.len() > max_chars && value.chars().count() > max_chars {
            self.add(member, "too_long", format!("must have at most {max_chars} characters"));
        }
        if value.len() < min_chars {
            self.add(member, "too_short", format!("must have at least {min_chars} characters"));
        }
    }

    /// The same for a member that may be absent.
    pub fn optional_text(&mut self, member: &str, value: Option<&str>, min_chars: usize, max_chars: usize) {
        if let Some(value) = value {
            self.text(member, value, min_chars, max_chars);
        }
    }

    /// Checks that free JSON is an object without [`FreeJson::faults`].
    pub fn free_object(&mut self, member: &str, value: Option<&FreeJson>) {
        let Some(value) = value else { return };
        if !value.is_object() {
            self.add(member, "invalid_type", "must be an object");
        }
        for fault in value.faults() {
            self.add(&format!("{member}{}", fault.pointer), fault.code, fault.detail);
        }
    }
}
