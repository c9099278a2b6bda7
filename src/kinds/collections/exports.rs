//! Exports of one row and the rows that belong to it.

use super::common::Collection;
use super::conversations::Conversation;
use super::interactions::Interaction;
use crate::kinds::projects;
use crate::models::{project, record};
use crate::sync::kind::ExportRows;

/// The members of a document: their names and their rows.
pub type ExportParts = Vec<(&'static str, ExportRows)>;

/// A conversation and its interactions.
pub fn conversation(id: String) -> ExportParts {
    let conversation_link = position::<Interaction>(Conversation::NAME);
    vec![
        ("conversation", record::export_one(Conversation::NAME, id.clone())),
        (Interaction::NAME, record::export_parts(Interaction::NAME, conversation_link, id)),
    ]
}

/// A project, its conversations and their interactions, without the projects below it.
pub fn project(id: String) -> ExportParts {
    let conversation_link = position::<Interaction>(Conversation::NAME);
    let project_link = position::<Conversation>(projects::NAME);
    let interactions = record::export_parts_of_parts(
        (Interaction::NAME, conversation_link),
        (Conversation::NAME, project_link),
        id.clone(),
    );
    vec![
        ("project", project::export_one(id.clone())),
        (Conversation::NAME, record::export_parts(Conversation::NAME, project_link, id)),
        (Interaction::NAME, interactions),
    ]
}

/// The index of the reference to `to` among a collection's references.
fn position<T: Collection>(to: &str) -> usize {
    T::REFERENCES.iter().position(|reference| reference.to == to).unwrap_or_default()
}
