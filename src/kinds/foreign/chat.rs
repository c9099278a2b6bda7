//! A conversation of any format, before it is rows.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::json::Timestamp;

/// The members of a document by name, as far as a format has them.
pub type Held = BTreeMap<String, Box<RawValue>>;

/// A conversation as rows.
pub struct Converted {
    /// Rows by the name of their kind, and the member of the object that they are from. Empty: the object itself.
    pub rows: Vec<(&'static str, &'static str, Vec<Box<RawValue>>)>,
    /// The number of pictures, files and calls of tools, which have no place in the rows.
    pub left_out: u64,
}

/// The rows of a conversation would be too large together.
pub struct TooLarge {
    /// The member of the object with its messages.
    pub member: &'static str,
    /// The most bytes of the rows.
    pub limit: usize,
}

/// A conversation of any format.
#[derive(Default)]
pub struct Chat {
    /// The name of the application, for the rows' metadata.
    pub source: &'static str,
    pub id: String,
    pub title: String,
    pub created: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    /// A tree: each message has its parent before or after it. Siblings are versions, in the order of this list.
    pub messages: Vec<Message>,
    /// The index of the message that is shown last.
    pub current: Option<usize>,
    pub left_out: u64,
}

/// A message, or a place in the tree without one.
#[derive(Default)]
pub struct Message {
    pub id: String,
    /// The index of the message before it.
    pub parent: Option<usize>,
    pub role: Role,
    pub text: String,
    pub at: Option<Timestamp>,
    pub model: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    User,
    Assistant,
    /// It is not shown.
    #[default]
    Hidden,
}

/// The value of a member, if it has the type.
pub fn member<T: DeserializeOwned>(held: &Held, name: &str) -> Option<T> {
    serde_json::from_str(held.get(name)?.get()).ok()
}

/// Sorts messages by their times, and sets their parents from the ids of these. Siblings share the text of that id, which may be long.
pub fn linked(mut messages: Vec<(Message, Option<Rc<str>>)>) -> Vec<Message> {
    messages.sort_by_key(|(message, _)| message.at);
    let places: BTreeMap<String, usize> =
        messages.iter().enumerate().map(|(place, (message, _))| (message.id.clone(), place)).collect();
    let parent_of = |parent: Option<Rc<str>>| parent.and_then(|id| places.get(id.as_ref()).copied());
    messages.into_iter().map(|(message, parent)| Message { parent: parent_of(parent), ..message }).collect()
}
