//! `/api/export` and `/api/import`: the data of a user as one document.

pub mod document;
pub mod export;
pub mod import;
mod include;
