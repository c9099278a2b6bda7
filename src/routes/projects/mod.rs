//! `/api/projects/*`: documents with a revision, in a tree.

mod answer;
mod body;
pub mod read;
pub mod requests;
pub mod types;
pub mod write;
