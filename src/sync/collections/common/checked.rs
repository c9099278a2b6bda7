//! Whether a value may be a row of its collection: size, free JSON, the type's rules, secrets. Needs no database.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::definition::Definition;
use super::secrets::clear_secrets;
use super::{FreeJson, MAX_ID_CHARS};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::wire::check::{Check, Report};

/// Unique members stand in an index, whose entries have a size.
const MAX_UNIQUE_CHARS: usize = 255;

/// What the database keeps beside a value that was found good.
#[derive(Debug, Clone)]
pub struct Derived {
    pub unique_name: Option<String>,
    /// One for each reference of the collection, or none at all where it has none.
    pub links: Vec<Option<String>>,
}

pub fn check(definition: &Definition, id: &str, value: &FreeJson) -> Result<Derived, ApiError> {
    if value.is_larger_than(definition.max_value_bytes) {
        let detail = format!("may have {} bytes at most", definition.max_value_bytes);
        return Err(ApiError::new(ErrorCode::PayloadTooLarge, format!("A row of {} {detail}.", definition.name))
            .with_errors(vec![FieldError::new("/value", "too_large", detail)]));
    }
    Sound(value).checked()?;
    secrets_are_sealed(definition, value)?;
    let mut report = Report::default();
    let mut shape = Ok(());
    report.within("value", |report| shape = (definition.check)(value.as_str(), report));
    shape.map_err(below_value)?;
    let members = Members::of(value);
    report.within("value", |report| {
        if members.text(definition.primary_key).is_some_and(|own| own != id) {
            report.add(definition.primary_key, "invalid_value", "must be the id of the address, or be left out");
        }
        for reference in definition.references {
            report.optional_text(reference.member, members.text(reference.member).as_deref(), 1, MAX_ID_CHARS);
        }
        for member in definition.unique {
            report.optional_text(member, members.text(member).as_deref(), 1, MAX_UNIQUE_CHARS);
        }
    });
    report.into_result()?;
    Ok(Derived {
        unique_name: unique_name(definition, &members),
        links: definition.references.iter().map(|reference| members.text(reference.member)).collect(),
    })
}

/// One member is its own name; several are a JSON array, so that no two pairs look the same.
fn unique_name(definition: &Definition, members: &Members) -> Option<String> {
    match definition.unique {
        [] => None,
        [one] => members.text(one),
        several => {
            let texts: Option<Vec<String>> = several.iter().map(|member| members.text(member)).collect();
            texts.and_then(|texts| serde_json::to_string(&texts).ok())
        }
    }
}

/// Free JSON that is an object and comes back as it was sent.
struct Sound<'a>(&'a FreeJson);

impl Check for Sound<'_> {
    fn check(&self, report: &mut Report) {
        report.free_object("value", Some(self.0));
    }
}

fn secrets_are_sealed(definition: &Definition, value: &FreeJson) -> Result<(), ApiError> {
    if definition.secrets.is_empty() {
        return Ok(());
    }
    let clear = clear_secrets(value.as_str(), definition.secrets);
    if clear.is_empty() {
        return Ok(());
    }
    let errors = clear.into_iter().map(|pointer| {
        FieldError::new(
            format!("/value{pointer}"),
            "secret_in_clear",
            "looks like a secret: seal it, or leave it on the device",
        )
    });
    Err(ApiError::new(ErrorCode::SecretInClear, "Secrets are sealed on the device or stay there. Nothing was stored.")
        .with_errors(errors.collect()))
}

fn below_value(mut error: ApiError) -> ApiError {
    for field in &mut error.errors {
        field.pointer = format!("/value{}", field.pointer).into();
    }
    match error.code {
        ErrorCode::ValidationFailed => ApiError::invalid(error.errors),
        _ => error,
    }
}

/// The members of an object by name, not looked into.
struct Members<'a>(BTreeMap<std::borrow::Cow<'a, str>, &'a RawValue>);

impl<'a> Members<'a> {
    fn of(value: &'a FreeJson) -> Self {
        Self(serde_json::from_str(value.as_str()).unwrap_or_default())
    }

    fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }
}
