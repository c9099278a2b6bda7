//! Entries of the audit log that wait for the end of their transaction.

use uuid::Uuid;

/// An entry to insert.
#[derive(Debug)]
pub struct AuditEntry {
    /// Grows with time.
    pub id: Uuid,
    /// The id of the user who acted.
    pub actor: String,
    pub action: String,
    pub entity: String,
    pub entity_id: Option<String>,
    /// The names of the members that changed.
    pub changed: Vec<String>,
}
