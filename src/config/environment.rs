//! Where the server runs.

/// `LANDFALL_ENV`. Production starts nothing embedded and refuses unsafe settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    Development,
    Production,
}
