//! `/api/projects/*`: documents with a revision, in a tree.

mod answer;
mod body;
pub mod export;
pub mod read;
pub mod write;
