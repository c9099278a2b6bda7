//! A declared collection as a value, for code that is independent of its type.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::declare::{Collection, Direction, OtherMember, Policy, Reference};
use crate::error::{ApiError, ErrorCode};
use crate::json::check::ValidationErrors;
use crate::json::decode_with;
use crate::models::record::MAX_LINKS;

/// The constants of a [`Collection`], and functions of its type.
#[derive(Debug)]
pub struct Definition {
    pub name: &'static str,
    pub table: &'static str,
    pub primary_key: &'static str,
    pub indexes: &'static [&'static str],
    pub unique: &'static [&'static str],
    pub references: &'static [Reference],
    pub secrets: &'static [&'static str],
    pub addresses: &'static [&'static str],
    pub services: &'static [&'static str],
    pub policy: Policy,
    pub direction: Direction,
    pub max_value_bytes: usize,
    pub files: Option<&'static [&'static str]>,
    pub exported_as_map: Option<&'static str>,
    pub is_section_optional: bool,
    pub exported_alone_as: Option<&'static str>,
    pub other_members: &'static [OtherMember],
    pub lasting_ids: &'static [&'static str],
    pub(super) check: fn(&str, &str, &mut ValidationErrors) -> Result<(), ApiError>,
    /// The name of the row type's schema in the OpenAPI document.
    pub schema_name: fn() -> Cow<'static, str>,
    /// The row type's schema and the schemas that it refers to.
    pub schemas: fn() -> Vec<(String, RefOr<Schema>)>,
}

impl Definition {
    /// The definition of `T`.
    pub const fn of<T: Collection>() -> Self {
        assert!(T::REFERENCES.len() <= MAX_LINKS, "a collection has at most four references");
        Self {
            name: T::NAME,
            table: T::TABLE,
            primary_key: T::PRIMARY_KEY,
            indexes: T::INDEXES,
            unique: T::UNIQUE,
            references: T::REFERENCES,
            secrets: T::SECRETS,
            addresses: T::ADDRESSES,
            services: T::SERVICES,
            policy: T::POLICY,
            direction: T::DIRECTION,
            max_value_bytes: T::MAX_VALUE_BYTES,
            files: T::FILES,
            exported_as_map: T::EXPORTED_AS_MAP,
            is_section_optional: T::IS_SECTION_OPTIONAL,
            exported_alone_as: T::EXPORTED_ALONE_AS,
            other_members: T::OTHER_MEMBERS,
            lasting_ids: T::LASTING_IDS,
            check: check::<T>,
            schema_name: T::name,
            schemas: schemas::<T>,
        }
    }
}

/// Checks a value by its type and its id. Everything that is wrong is added to `errors`; text that is no JSON is an error.
fn check<T: Collection>(id: &str, value: &str, errors: &mut ValidationErrors) -> Result<(), ApiError> {
    let all = |value: &T, errors: &mut ValidationErrors| {
        value.check(errors);
        value.check_as(id, errors);
    };
    match decode_with(value.as_bytes(), all) {
        Ok(_) => Ok(()),
        Err(error) if error.code == ErrorCode::ValidationFailed => {
            errors.extend(error.errors);
            Ok(())
        }
        Err(error) => Err(error),
    }
}

fn schemas<T: Collection>() -> Vec<(String, RefOr<Schema>)> {
    let mut all = Vec::new();
    T::schemas(&mut all);
    all.push((T::name().into_owned(), T::schema()));
    all
}
