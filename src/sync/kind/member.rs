//! The members of an import document that hold rows of a kind.

/// A further member with rows of a kind, as another application writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherMember {
    pub name: &'static str,
    /// The member's value is the value of the row with this key. `None`: the member is a list of rows.
    pub as_key: Option<&'static str>,
}

/// What a member of a document is for its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentMember {
    /// Its section.
    Section,
    /// A single row.
    Single,
    /// A further list of its rows.
    List,
    /// The value of the row with this key.
    Keyed(&'static str),
}
