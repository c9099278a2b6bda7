//! The validation of a row's value: size, free JSON, the type's rules, secrets. It needs no database.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::address::holds_password;
use super::definition::Definition;
use super::sealed::check_if_sealed;
use super::secrets::{ClearSecrets, SecretRules, clear_secrets};
use super::{FreeJson, MAX_ID_CHARS};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::check::{Check, ValidationErrors};
use crate::json::pointer;

/// Where a device puts what it seals of a row. In a collection that is exported as a map, it seals the member that the map has.
const SEALED_MEMBER: &str = "sealed";
/// Unique members are in an index, whose entries have a size limit.
const MAX_UNIQUE_CHARS: usize = 255;

/// The columns that are derived from a valid value.
#[derive(Debug, Clone)]
pub struct Derived {
    /// The unique members as one text.
    pub unique_name: Option<String>,
    /// The id of each reference of the collection.
    pub links: Vec<Option<String>>,
}

/// Checks a value of a collection.
///
/// # Errors
/// `payload_too_large`, `secret_in_clear` or `validation_failed`, with pointers below `/value`.
pub fn check(definition: &Definition, id: &str, value: &FreeJson) -> Result<Derived, ApiError> {
    if value.is_larger_than(definition.max_value_bytes) {
        let detail = format!("may have {} bytes at most", definition.max_value_bytes);
        return Err(ApiError::new(ErrorCode::PayloadTooLarge, format!("A row of {} {detail}.", definition.name))
            .with_errors(vec![FieldError::new("/value", "too_large", detail)]));
    }
    ValidObject(value).checked()?;
    secrets_are_sealed(definition, id, value)?;
    let mut errors = ValidationErrors::default();
    let mut shape = Ok(());
    errors.within("value", |errors| shape = (definition.check)(id, value.as_str(), errors));
    shape.map_err(below_value)?;
    let members = Members::of(value);
    errors.within("value", |errors| {
        if members.text(definition.primary_key).is_some_and(|own| own != id) {
            errors.add(definition.primary_key, "invalid_value", "must be the id of the path, or be left out");
        }
        for reference in definition.references {
            errors.optional_text(reference.member, members.text(reference.member).as_deref(), 1, MAX_ID_CHARS);
        }
        for member in definition.unique {
            errors.optional_text(member, members.text(member).as_deref(), 1, MAX_UNIQUE_CHARS);
        }
    });
    errors.into_result()?;
    sealed_form(definition, &members)?;
    Ok(Derived {
        unique_name: unique_name(definition, &members),
        links: definition.references.iter().map(|reference| members.text(reference.member)).collect(),
    })
}

/// Types that declare a sealed member have checked it already.
fn sealed_form(definition: &Definition, members: &Members<'_>) -> Result<(), ApiError> {
    let name = definition.exported_as_map.unwrap_or(SEALED_MEMBER);
    let mut errors = ValidationErrors::default();
    if let Some(value) = members.0.get(name) {
        errors.within("value", |errors| errors.within(name, |errors| check_if_sealed(value, errors)));
    }
    errors.into_result()
}

/// One unique member is the name itself. Several are a JSON array, so that different members have different names.
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

/// Free JSON that must be an object and must be stored without loss.
struct ValidObject<'a>(&'a FreeJson);

impl Check for ValidObject<'_> {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.free_object("value", Some(self.0));
    }
}

fn secrets_are_sealed(definition: &Definition, id: &str, value: &FreeJson) -> Result<(), ApiError> {
    let clear = match definition.secrets {
        [] => addresses_with_password(definition, value),
        names => {
            let named_by_id = definition.exported_as_map.map(|member| (member, id));
            let rules = SecretRules { names, services: definition.services, named_by_id };
            clear_secrets(value.as_str(), rules)
        }
    };
    if clear.pointers.is_empty() {
        return Ok(());
    }
    let errors = clear.pointers.iter().map(|pointer| {
        FieldError::new(
            format!("/value{pointer}"),
            "secret_in_clear",
            "looks like a secret: seal it, or store it on the device only",
        )
    });
    Err(ApiError::new(ErrorCode::SecretInClear, "A secret must be sealed or stay on the device. Nothing was stored.")
        .with_errors(errors.collect())
        .omitting(clear.omitted))
}

fn addresses_with_password(definition: &Definition, value: &FreeJson) -> ClearSecrets {
    if definition.addresses.is_empty() {
        return ClearSecrets::default();
    }
    let members = Members::of(value);
    let addresses = definition.addresses.iter();
    let clear = addresses.filter(|member| members.text(member).is_some_and(|address| holds_password(&address)));
    ClearSecrets { pointers: clear.map(|member| pointer::join("", member)).collect(), omitted: 0 }
}

fn below_value(error: ApiError) -> ApiError {
    let error = error.under("/value");
    match error.code {
        ErrorCode::ValidationFailed => ApiError::invalid(error.errors).omitting(error.omitted as usize),
        _ => error,
    }
}

/// The members of an object by name, not parsed.
struct Members<'a>(BTreeMap<std::borrow::Cow<'a, str>, &'a RawValue>);

impl<'a> Members<'a> {
    fn of(value: &'a FreeJson) -> Self {
        Self(serde_json::from_str(value.as_str()).unwrap_or_default())
    }

    fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }
}
