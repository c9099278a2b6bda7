//! All errors of a text that can't be decoded. serde stops at the first one, so the place of each error is mended in the text, and the text is decoded
//! again. A value that was mended is never used: only the errors leave this module.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use super::check::ValidationErrors;
use super::failure::{Failure, tracked};
use super::place::Place;
use super::wording;
use crate::error::MAX_ERRORS;
use crate::error::{ApiError, FieldError};

/// The most bytes that are decoded again for one text. A small text gets all its errors, a large one the first.
const MAX_DECODED_BYTES: usize = 16 * 1024 * 1024;

/// Values that stand in for a wrong or missing one until one is accepted. An enumeration refuses the second and names its words.
const STAND_INS: [&str; 9] = [
    "null",
    "\"\"",
    "1",
    "false",
    "[]",
    "{}",
    "\"00000000-0000-0000-0000-000000000000\"",
    "\"2000-01-01T00:00:00.000Z\"",
    "\"/\"",
];

/// Decodes a text that serde has refused. `check` adds the errors of the mended value; those at mended places are dropped.
///
/// # Errors
/// `malformed_json`, or `validation_failed` with all errors.
pub fn decode_all<T: DeserializeOwned>(
    text: &[u8],
    check: impl FnOnce(&T, &mut ValidationErrors),
) -> Result<T, ApiError> {
    let mut text = match std::str::from_utf8(text) {
        Ok(text) => text.to_owned(),
        Err(_) => return tracked(text).map_err(Failure::into_error),
    };
    let (mut errors, mut mended, mut decoded_bytes) = (Vec::<FieldError>::new(), Mended::default(), 0);
    while errors.len() < MAX_ERRORS {
        let failure = match tracked::<T>(text.as_bytes()) {
            Ok(value) if errors.is_empty() => return Ok(value),
            Ok(value) => {
                let mut further = ValidationErrors::default();
                check(&value, &mut further);
                errors.extend(further.into_errors().into_iter().filter(|error| !mended.covers(&error.pointer)));
                errors.truncate(MAX_ERRORS);
                break;
            }
            Err(failure) => failure,
        };
        if failure.code == "malformed_json" {
            match errors.is_empty() {
                true => return Err(failure.into_error()),
                false => break,
            }
        }
        if !mended.covers(&failure.pointer) {
            errors.push(FieldError::new(failure.pointer.clone(), failure.code, failure.detail.clone()));
        } else if let Some(known) = errors.iter_mut().find(|error| error.pointer == failure.pointer)
            && known.code == "invalid_value"
            && failure.detail.starts_with("must be one of")
        {
            known.detail.clone_from(&failure.detail);
        }
        decoded_bytes += text.len();
        if decoded_bytes > MAX_DECODED_BYTES || mended.mend(&mut text, &failure).is_none() {
            break;
        }
    }
    Err(ApiError::invalid(errors))
}

/// The places that were mended, and how many stand-ins each has had.
#[derive(Default)]
struct Mended(HashMap<String, usize>);

impl Mended {
    /// Whether the place, or one that contains it, was mended.
    fn covers(&self, pointer: &str) -> bool {
        let ends = pointer.match_indices('/').map(|(end, _)| end).chain([pointer.len()]);
        ends.into_iter().any(|end| self.0.contains_key(&pointer[..end]))
    }

    /// Mends the place of a failure. `None` if it can't be mended.
    fn mend(&mut self, text: &mut String, failure: &Failure) -> Option<()> {
        let place = Place::of(&failure.pointer);
        if matches!(failure.code, "unknown_member" | "duplicate_member") {
            self.0.entry(failure.pointer.clone()).or_default();
            return place.remove(text);
        }
        let attempt = self.0.entry(failure.pointer.clone()).or_default();
        let word = wording::first_word(&failure.detail).map(|word| format!("\"{word}\""));
        let stand_in = match &word {
            Some(word) if *attempt < STAND_INS.len() => word,
            _ => *STAND_INS.get(*attempt)?,
        };
        *attempt += 1;
        place.set(text, stand_in)
    }
}
