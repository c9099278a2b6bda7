//! What is known of a document before its last member was read: members that may be parts of a conversation of another application, and members that the
//! server does not know.

use serde_json::value::RawValue;

use crate::kinds::foreign::{self, Held};

/// The names of unknown members that are kept. The report lists fewer.
const MAX_UNKNOWN: usize = 120;

/// A member of which nothing is imported.
pub struct Unknown {
    /// Its name, which may be cut.
    pub name: String,
    /// A kind has this name, and is exported only.
    pub is_known: bool,
}

/// What is known of a document.
#[derive(Default)]
pub struct Frame {
    held: Held,
    /// The bytes of what is held.
    bytes: usize,
    /// The name of a member that was too long to be held.
    pub too_large: Option<String>,
    /// Characters of what is held were replaced.
    pub replaced: bool,
    pub unknown: Vec<Unknown>,
    /// The number of further unknown members.
    pub more_unknown: u64,
}

impl Frame {
    /// Notes a member that the server does not know.
    pub fn add_unknown(&mut self, unknown: Unknown) {
        match self.unknown.len() < MAX_UNKNOWN {
            true => self.unknown.push(unknown),
            false => self.more_unknown += 1,
        }
    }

    /// Holds a member. All of them together are at most `limit` bytes.
    pub fn hold(&mut self, name: &str, value: Option<Box<RawValue>>, replaced: bool, limit: usize) {
        let fits = value.filter(|value| self.bytes + value.get().len() <= limit);
        match fits {
            Some(value) => {
                self.bytes += value.get().len();
                self.held.insert(name.to_owned(), value);
                self.replaced |= replaced;
            }
            None => self.too_large = Some(name.to_owned()),
        }
    }

    /// The conversation that the document is. `None`: it is none.
    pub fn conversation(&self) -> Option<Result<foreign::Converted, foreign::TooLarge>> {
        foreign::convert(&self.held)
    }

    /// The member with the messages of a conversation, if it was too long to be held.
    pub fn too_large_conversation(&self) -> Option<&str> {
        self.too_large.as_deref().filter(|name| foreign::MESSAGES.contains(name))
    }
}
