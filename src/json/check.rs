//! Checks that a type can't express. They collect all errors, each with its pointer.

use std::fmt::Write as _;

use crate::error::{ApiError, ErrorCode, FieldError, MAX_ERRORS};
use crate::json::FreeJson;

/// A request that can be checked.
pub trait Check {
    /// False if the parts of the body are limited one by one, so that a part whose numbers have too many digits is refused by itself.
    const IS_LIMITED_AS_WRITTEN: bool = true;

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

impl<T: Check> Check for Option<T> {
    const IS_LIMITED_AS_WRITTEN: bool = T::IS_LIMITED_AS_WRITTEN;

    fn check(&self, errors: &mut ValidationErrors) {
        if let Some(value) = self {
            value.check(errors);
        }
    }
}

/// The code of a value that has too many bytes.
const TOO_LARGE: &str = "too_large";

/// The errors of a request, each with a pointer. After [`MAX_ERRORS`], further ones are counted.
#[derive(Default)]
pub struct ValidationErrors {
    prefix: String,
    errors: Vec<FieldError>,
    omitted: usize,
}

impl ValidationErrors {
    /// # Errors
    /// `validation_failed` if there is an error, `payload_too_large` if values that are too large are the only errors.
    pub fn into_result(self) -> Result<(), ApiError> {
        if self.errors.is_empty() {
            return Ok(());
        }
        let only_size = self.errors.iter().all(|error| error.code == TOO_LARGE);
        let invalid = ApiError::invalid(self.errors).omitting(self.omitted);
        Err(if only_size { ApiError { code: ErrorCode::PayloadTooLarge, ..invalid } } else { invalid })
    }

    /// The errors that were found.
    pub fn into_errors(self) -> Vec<FieldError> {
        self.errors
    }

    /// Adds errors whose pointers are relative to the present place.
    pub fn extend(&mut self, errors: Vec<FieldError>) {
        let room = MAX_ERRORS.saturating_sub(self.errors.len());
        let prefix = &self.prefix;
        self.errors.extend(errors.into_iter().take(room).map(|error| error.under(prefix)));
    }

    /// Runs `inside` with `/path` appended to every pointer. `path` is one segment or several, escaped.
    pub fn within(&mut self, path: impl std::fmt::Display, inside: impl FnOnce(&mut Self)) {
        let length = self.prefix.len();
        let _ = write!(self.prefix, "/{path}");
        inside(self);
        self.prefix.truncate(length);
    }

    /// Adds an error at `/member`.
    pub fn add(&mut self, member: &str, code: &'static str, detail: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(FieldError::new(format!("{}/{member}", self.prefix), code, detail));
        } else {
            self.omitted += 1;
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

    /// Checks that free JSON has at most `max_bytes`, without blanks and with numbers spelled out.
    pub fn size(&mut self, member: &str, value: Option<&FreeJson>, max_bytes: usize) {
        if value.is_some_and(|value| value.is_larger_than(max_bytes)) {
            self.add(member, TOO_LARGE, format!("may have {max_bytes} bytes at most"));
        }
    }

    /// [`Self::free_object`] and [`Self::size`]. A value that is too large is not checked further.
    pub fn bounded_object(&mut self, member: &str, value: Option<&FreeJson>, max_bytes: usize) {
        let before = self.errors.len();
        self.size(member, value, max_bytes);
        if self.errors.len() == before {
            self.free_object(member, value);
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
