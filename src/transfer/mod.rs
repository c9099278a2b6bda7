//! Export and import of all data of a user as one JSON document. Both stream, so the memory in use does not grow with the document. Nothing here
//! knows HTTP.

mod export;
mod export_parts;
mod export_tree;
mod import;
mod sink;
mod slots;

pub use export::{Export, Exporting};
pub use export_tree::Tree;
pub use import::{
    Feed, ImportCounts, ImportMode, ImportNote, ImportOptions, ImportReport, ImportTotals, Packing, body, too_large,
};

use crate::db::Database;
use crate::sync::registry::Registry;
use slots::Slots;
use slots::under_way;

/// Runs exports and imports.
#[derive(Clone)]
pub struct Transfers {
    db: Database,
    kinds: Registry,
    exports: Slots,
    imports: Slots,
}

impl Transfers {
    /// `limit`: the number of exports, and that of imports, that may run at once in this process, at least 1. An export holds a database connection for as
    /// long as its client reads. Each user may run one of each.
    pub fn new(db: Database, kinds: Registry, limit: usize) -> Self {
        Self { db, kinds, exports: Slots::new("export", limit), imports: Slots::new("import", limit) }
    }
}
