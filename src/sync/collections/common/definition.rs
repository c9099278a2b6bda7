//! A declared collection as a value, and all of them together: what code works with that does not know the types.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::declare::{Collection, Direction, Policy, Reference};
use crate::error::ApiError;
use crate::models::record::MAX_LINKS;
use crate::wire::check::Report;
use crate::wire::decode;

#[derive(Debug)]
pub struct Definition {
    pub name: &'static str,
    pub table: &'static str,
    pub primary_key: &'static str,
    pub indexes: &'static [&'static str],
    pub unique: &'static [&'static str],
    pub references: &'static [Reference],
    pub secrets: &'static [&'static str],
    pub policy: Policy,
    pub direction: Direction,
    pub max_value_bytes: usize,
    pub exported_as_map: Option<&'static str>,
    pub(super) check: fn(&str, &mut Report) -> Result<(), ApiError>,
    /// The row type's name in the API's description.
    pub schema_name: fn() -> Cow<'static, str>,
    /// The row type's schema and those that it refers to.
    pub schemas: fn() -> Vec<(String, RefOr<Schema>)>,
}

impl Definition {
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
            policy: T::POLICY,
            direction: T::DIRECTION,
            max_value_bytes: T::MAX_VALUE_BYTES,
            exported_as_map: T::EXPORTED_AS_MAP,
            check: check::<T>,
            schema_name: T::name,
            schemas: schemas::<T>,
        }
    }
}

/// What the type knows of a value: errors of the type's own shape come as an error, all others in the report.
fn check<T: Collection>(value: &str, report: &mut Report) -> Result<(), ApiError> {
    decode::<T>(value.as_bytes())?.check(report);
    Ok(())
}

fn schemas<T: Collection>() -> Vec<(String, RefOr<Schema>)> {
    let mut all = Vec::new();
    T::schemas(&mut all);
    all.push((T::name().into_owned(), T::schema()));
    all
}

/// The collections that a server knows.
#[derive(Debug, Clone, Copy)]
pub struct Registry {
    ours: &'static [Definition],
    further: &'static [Definition],
}

impl Registry {
    pub const fn new(ours: &'static [Definition]) -> Self {
        Self { ours, further: &[] }
    }

    /// With collections of an application of its own.
    pub const fn with(self, further: &'static [Definition]) -> Self {
        Self { ours: self.ours, further }
    }

    pub fn iter(self) -> impl Iterator<Item = &'static Definition> {
        self.ours.iter().chain(self.further)
    }

    pub fn find(self, name: &str) -> Option<&'static Definition> {
        self.iter().find(|definition| definition.name == name)
    }

    /// The references to rows of `name`: who has them, and at which position.
    pub fn referring_to(self, name: &str) -> impl Iterator<Item = (&'static Definition, usize, &'static Reference)> {
        self.iter().flat_map(move |definition| {
            let references = definition.references.iter().enumerate();
            references.filter(move |(_, reference)| reference.to == name).map(move |(n, to)| (definition, n, to))
        })
    }
}
