//! What is certain about a row that is not valid is mended: characters that the database can't hold, times as milliseconds, ids that are missing or are
//! numbers, and contents of files that make a row too large.
//! A row is mended only after its kind has refused it, so valid rows cost nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::DateTime;
use ring::digest::{SHA256, digest};
use serde_json::value::RawValue;

use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::DataLimits;
use crate::json::{Timestamp, pointer, timestamp};
use crate::models::import::StagedRow;
use crate::sync::kind::ImportedKind;

/// A row has at most so many mends of one kind after another.
const MAX_ROUNDS: usize = 16;
/// Smaller numbers may be seconds, so they are no certain times.
const MIN_MILLIS: f64 = 1e11;

/// A row after its mends.
pub struct Mended {
    pub row: Result<StagedRow, ApiError>,
    /// What was mended, with pointers relative to the row.
    pub mends: Vec<FieldError>,
}

/// Reads a row. `strict`: nothing is mended.
pub fn read(
    kind: &dyn ImportedKind,
    key: Option<&str>,
    mut text: Box<RawValue>,
    limits: DataLimits,
    strict: bool,
) -> Mended {
    let mut mends = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let error = match kind.read_row(key.map(str::to_owned), text.clone(), limits) {
            Ok(row) => return Mended { row: Ok(row), mends },
            Err(error) => error,
        };
        match mended(kind, &text, &error).filter(|_| !strict) {
            Some((better, done)) => {
                text = better;
                mends.extend(done);
            }
            None => return Mended { row: Err(error), mends: Vec::new() },
        }
    }
    Mended { row: kind.read_row(key.map(str::to_owned), text, limits), mends }
}

/// The row without one of its faults, and what was mended. `None` if nothing is certain.
fn mended(kind: &dyn ImportedKind, text: &RawValue, error: &ApiError) -> Option<(Box<RawValue>, Vec<FieldError>)> {
    if error.code == ErrorCode::PayloadTooLarge {
        return kind.without_files(text);
    }
    let is_text = |field: &&FieldError| matches!(field.code.as_ref(), "nul_character" | "invalid_unicode");
    if error.code == ErrorCode::MalformedJson || error.errors.iter().any(|field| is_text(&field)) {
        let places: Vec<&FieldError> = match error.code {
            ErrorCode::MalformedJson => error.errors.iter().collect(),
            _ => error.errors.iter().filter(is_text).collect(),
        };
        let note = |field: &&FieldError| {
            let code = if field.code == "nul_character" { "nul_character" } else { "invalid_unicode" };
            FieldError::new(field.pointer.clone(), code, "a character that can't be stored is now U+FFFD")
        };
        let notes = places.iter().map(note).collect();
        return Some((RawValue::from_string(unicode(text.get())?).ok()?, notes));
    }
    let mut members: BTreeMap<Cow<'_, str>, Cow<'_, RawValue>> = members(text)?;
    let id_pointer = pointer::join("", kind.id_member());
    let mut notes = Vec::new();
    for field in &error.errors {
        let is_missing = matches!(field.code.as_ref(), "missing_member" | "too_short");
        if is_missing && field.pointer == id_pointer && !kind.id_member().is_empty() {
            let id = kind.made_id(stable_id(kind.name(), text)?);
            members.insert(Cow::Borrowed(kind.id_member()), Cow::Owned(raw(&id)?));
            notes.push(FieldError::new(id_pointer.clone(), "missing_id", "the id is made from the row's content"));
        } else if field.detail.contains(timestamp::EXPECTED)
            && let Some(name) = member_of(&field.pointer)
            && let Some(value) = members.get_mut(name.as_str())
            && let Some(time) = time(value.get())
        {
            *value = Cow::Owned(raw(&time)?);
            notes.push(FieldError::new(
                field.pointer.clone(),
                "number_as_time",
                "the number is milliseconds since 1970",
            ));
        } else if let Some(name) = member_of(&field.pointer).filter(|name| is_id(kind, name))
            && let Some(value) = members.get_mut(name.as_str())
            && value.get().bytes().all(|byte| byte.is_ascii_digit())
        {
            *value = Cow::Owned(raw(&value.get())?);
            notes.push(FieldError::new(field.pointer.clone(), "number_as_id", "the number is now text"));
        }
    }
    if notes.is_empty() {
        return None;
    }
    let members: BTreeMap<&str, &RawValue> =
        members.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
    Some((raw(&members)?, notes))
}

/// Whether a member holds an id of a row.
fn is_id(kind: &dyn ImportedKind, name: &str) -> bool {
    name == kind.id_member() || name.ends_with("Id")
}

fn members(text: &RawValue) -> Option<BTreeMap<Cow<'_, str>, Cow<'_, RawValue>>> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text.get()).ok()?;
    Some(members.into_iter().map(|(name, value)| (Cow::Owned(name), Cow::Borrowed(value))).collect())
}

fn raw(value: &impl serde::Serialize) -> Option<Box<RawValue>> {
    serde_json::value::to_raw_value(value).ok()
}

/// The name of the member that a pointer of one segment points to.
fn member_of(pointer: &str) -> Option<String> {
    let name = pointer.strip_prefix('/').filter(|name| !name.contains('/'))?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

fn time(number: &str) -> Option<Timestamp> {
    let millis: f64 = number.parse().ok().filter(|millis: &f64| millis.is_finite() && millis.abs() >= MIN_MILLIS)?;
    let moment = Timestamp(DateTime::from_timestamp_millis(millis as i64)?);
    let text = serde_json::to_string(&moment).ok()?;
    serde_json::from_str(&text).ok()
}

/// The id of a row without one. The same row has the same id in every import, whatever the order of its members.
fn stable_id(section: &str, text: &RawValue) -> Option<String> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text.get()).ok()?;
    let content = serde_json::to_string(&(section, members)).ok()?;
    let hash = digest(&SHA256, content.as_bytes());
    let bytes: [u8; 16] = hash.as_ref().get(..16)?.try_into().ok()?;
    Some(uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string())
}

/// JSON text in which escapes of NUL and of unpaired surrogates are U+FFFD. `None` if it has none.
pub fn unicode(text: &str) -> Option<String> {
    let mut mended: Option<String> = None;
    let (mut written, mut at) = (0, 0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        let escape = at + found;
        let Some(code) = unit(text, escape) else {
            // The character after another escape may be a backslash.
            at = escape + 2;
            continue;
        };
        let pair = matches!(code, 0xd800..0xdc00) && matches!(unit(text, escape + 6), Some(0xdc00..0xe000));
        at = escape + if pair { 12 } else { 6 };
        if !pair && matches!(code, 0 | 0xd800..0xe000) {
            let mended = mended.get_or_insert_default();
            mended.push_str(text.get(written..escape)?);
            mended.push('\u{fffd}');
            written = at;
        }
    }
    let mut mended = mended?;
    mended.push_str(text.get(written..)?);
    Some(mended)
}

/// The code unit of an escape such as `\u0041` at this place.
fn unit(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_and_unpaired_surrogates_are_replaced_and_pairs_stay() {
        for (text, mended) in [
            (r#""a\u0000b""#, Some("\"a\u{fffd}b\"")),
            (r#""\ud800""#, Some("\"\u{fffd}\"")),
            (r#""\uDC00x\uD83D""#, Some("\"\u{fffd}x\u{fffd}\"")),
            (r#""\ud83d\ud83d\ude00""#, Some("\"\u{fffd}\\ud83d\\ude00\"")),
            (r#""\ud83d\ude00 \u0041 \\u0000 \\\\ud800 \n""#, None),
            (r#""\\\u0000ü\"""#, Some("\"\\\\\u{fffd}ü\\\"\"")),
            ("\"\\", None),
        ] {
            assert_eq!(unicode(text).as_deref(), mended, "{text}");
        }
    }

    #[test]
    fn number_is_a_time_if_it_can_only_be_milliseconds() {
        let written = |number: &str| time(number).and_then(|time| serde_json::to_string(&time).ok());
        assert_eq!(written("1714550400000").as_deref(), Some("\"2024-05-01T08:00:00.000Z\""));
        assert_eq!(written("1714550400000.9").as_deref(), Some("\"2024-05-01T08:00:00.000Z\""));
        for number in ["1714550400", "0", "1e300", "\"x\"", "99999999999999999", "null"] {
            assert_eq!(written(number), None, "{number}");
        }
    }

    #[test]
    fn id_of_a_row_depends_on_its_section_and_content_only() {
        let id = |section: &str, text: &str| stable_id(section, &RawValue::from_string(text.to_owned()).ok()?);
        assert_eq!(id("tags", r#"{"a":1,"b":[2]}"#), id("tags", r#"{ "b" : [2], "a":1 }"#));
        assert_ne!(id("tags", r#"{"a":1}"#), id("rules", r#"{"a":1}"#));
        assert_ne!(id("tags", r#"{"a":1}"#), id("tags", r#"{"a":2}"#));
    }
}
