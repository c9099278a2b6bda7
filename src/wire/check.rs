//! Checks that a type alone can't express. They collect everything that is wrong, each with its pointer.

use crate::error::{ApiError, FieldError};
use crate::wire::FreeJson;

/// A request that can say what is wrong with it.
pub trait Check {
    fn check(&self, report: &mut Report);

    /// `Err` with everything that is wrong, or nothing.
    fn checked(&self) -> Result<(), ApiError> {
        let mut report = Report::default();
        self.check(&mut report);
        report.into_result()
    }
}

/// Errors are named up to this many; a client with 500 bad messages does not need them all.
const MAX_ERRORS: usize = 50;

#[derive(Default)]
pub struct Report {
    prefix: String,
    errors: Vec<FieldError>,
}

impl Report {
    pub fn into_result(self) -> Result<(), ApiError> {
        match self.errors.is_empty() {
            true => Ok(()),
            false => Err(ApiError::invalid(self.errors)),
        }
    }

    /// Runs `inside` with `/segment` added to every pointer.
    pub fn within(&mut self, segment: impl std::fmt::Display, inside: impl FnOnce(&mut Self)) {
        let length = self.prefix.len();
        self.prefix.push_str(&format!("/{segment}"));
        inside(self);
        self.prefix.truncate(length);
    }

    pub fn add(&mut self, member: &str, code: &'static str, detail: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(FieldError::new(format!("{}/{member}", self.prefix), code, detail));
        }
    }

    /// Length in characters, and no NUL (PostgreSQL's text can't hold one).
    pub fn text(&mut self, member: &str, value: &str, min_chars: usize, max_chars: usize) {
        if value.contains('\0') {
            self.add(member, "nul_character", "must not hold the character U+0000");
        }
        // Bytes bound characters from above: long texts are counted only when they might be too long.
        if value.len() > max_chars && value.chars().count() > max_chars {
            self.add(member, "too_long", format!("must have at most {max_chars} characters"));
        }
        if value.len() < min_chars {
            self.add(member, "too_short", format!("must have at least {min_chars} characters"));
        }
    }

    pub fn optional_text(&mut self, member: &str, value: Option<&str>, min_chars: usize, max_chars: usize) {
        if let Some(value) = value {
            self.text(member, value, min_chars, max_chars);
        }
    }

    /// Free JSON that must be an object, with all that [`FreeJson::faults`] refuses.
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
