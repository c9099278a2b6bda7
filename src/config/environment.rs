//! Where the server runs.

/// `LANDFALL_ENV`, whose word `into_str()` is. Production starts nothing embedded and refuses unsafe settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Environment {
    Development,
    Production,
}
