//! `/api/export` and what belongs to it: everything that a person has, as one document.

mod document;
pub mod export;
pub mod import;
mod include;
