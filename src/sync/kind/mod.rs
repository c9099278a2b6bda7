//! The trait of a kind of synced rows. Push, pull, retention, export, import and the OpenAPI document use the kinds of a
//! registry and name no kind. A kind is one folder of `kinds/` and one line of the registry.

mod describe;
mod member;
mod mutation;
mod outcome;
mod reference;
mod row;

use std::any::Any;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::value::RawValue;

pub use describe::Description;
pub use member::{DocumentMember, OtherMember};
pub use mutation::{Change, Mutation, RawMutation, SyncOp};
pub use outcome::{AppliedRow, MutationOutcome};
pub use reference::{OnDelete, Reference};
pub use row::{SyncedRow, in_order, uuids};

use crate::db::{UserReader, UserTx};
use crate::error::{ApiError, FieldError};
use crate::json::DataLimits;
pub use crate::models::export::{ExportForm, ExportRows};
use crate::models::import::{ImportTable, Staged, StagedRow};
pub use crate::models::synced_table::SyncedTable;
use crate::sync::user_tx::Outcome;

/// The future of a method of a kind that reads or writes.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, ApiError>>;

/// What a kind may ask of all kinds. The registry implements it.
pub trait OtherKinds: Send + Sync {
    /// The table of a kind.
    fn table_of(&self, kind: &str) -> Option<SyncedTable>;

    /// Deletes or unlinks the rows that refer to deleted rows of `kind`, and the rows that refer to these. A kind calls it after a
    /// delete, with the row that was asked for first: the audit log names it.
    ///
    /// # Errors
    /// Those of the kinds.
    fn rows_deleted<'a>(&'a self, tx: &'a mut UserTx, kind: &'static str, ids: Vec<String>) -> Answer<'a, ()>;
}

/// A kind of rows that sync.
pub trait SyncedKind: Any + Send + Sync {
    /// The name in mutations, exports and errors.
    fn name(&self) -> &'static str;

    /// The table of the rows.
    fn table(&self) -> SyncedTable;

    /// True if devices pull it without naming it. A device that names another kind pushes and pulls it too: its user has chosen that.
    fn syncs(&self) -> bool {
        true
    }

    /// True if an export without its rows has no section of them. An empty section removes the rows that a device has and the server does not.
    fn is_section_optional(&self) -> bool {
        false
    }

    /// The members with ids of other rows.
    fn references(&self) -> &'static [Reference] {
        &[]
    }

    /// Decodes a mutation to the kind's own type, before any lock is taken.
    ///
    /// # Errors
    /// The refusal of the mutation. Pointers are relative to the mutation: `/key`, `/baseRevision`, `/value/...`.
    fn decode(&self, mutation: &RawMutation<'_>) -> Result<Change, ApiError>;

    /// Applies a run: consecutive mutations of this kind. One outcome for each, in order. A refused mutation changes nothing and does not stop
    /// the others. Changed rows get the version [`UserTx::next_version`].
    ///
    /// # Errors
    /// Errors of the server. They end the transaction.
    fn apply<'a>(
        &'a self,
        tx: &'a mut UserTx,
        kinds: &'a dyn OtherKinds,
        run: &'a [Mutation],
    ) -> Answer<'a, Vec<MutationOutcome>> {
        async move {
            let mut outcomes = Vec::with_capacity(run.len());
            for mutation in run {
                outcomes.push(MutationOutcome::of(self.apply_one(tx, kinds, mutation).await)?);
            }
            Ok(outcomes)
        }
        .boxed()
    }

    /// Applies one mutation. A kind implements this, or [`Self::apply`] if it can write a run at once.
    ///
    /// # Errors
    /// `revision_conflict` without the row, which the push loads; other refusals, with pointers relative to the mutation; errors of the server.
    /// Nothing was changed.
    fn apply_one<'a>(
        &'a self,
        tx: &'a mut UserTx,
        kinds: &'a dyn OtherKinds,
        mutation: &'a Mutation,
    ) -> Answer<'a, Outcome<AppliedRow>> {
        let _ = (tx, kinds, mutation);
        async { Err(ApiError::internal("the kind applies runs only")) }.boxed()
    }

    /// The rows of these keys, including tombstones, in the order of the keys. Keys without a row are left out.
    fn load<'a>(&'a self, reader: UserReader<'a>, keys: &'a [String]) -> Answer<'a, Vec<SyncedRow>>;

    /// Deletes or unlinks this kind's rows that refer to deleted rows of `kind`, which may be this kind. The ids of the rows that it deleted;
    /// the registry calls again for these.
    fn on_deleted<'a>(&'a self, tx: &'a mut UserTx, kind: &'a str, ids: &'a [String]) -> Answer<'a, Vec<String>> {
        let _ = (tx, kind, ids);
        async { Ok(Vec::new()) }.boxed()
    }

    /// The section of an export: all living rows. `None`: the kind is not exported.
    fn export(&self) -> Option<ExportRows> {
        None
    }

    /// The import of the kind. `None`: the kind is not imported.
    fn import(self: Arc<Self>) -> Option<Arc<dyn ImportedKind>> {
        None
    }

    /// The rows in the OpenAPI document and in the browser. `None`: they are in neither.
    fn description(&self) -> Option<Description> {
        None
    }
}

/// The code of a content that is left out of a row.
pub const FILE_LEFT_OUT: &str = "file_left_out";

/// A kind whose rows are imported. Rows are staged, then checked as sets under the user's lock, then written.
pub trait ImportedKind: SyncedKind {
    /// The table of the rows, and its columns for an import.
    fn import_table(&self) -> ImportTable;

    /// The member to which errors about an id point. Empty: the row itself.
    fn id_member(&self) -> &'static str {
        "id"
    }

    /// The member to which errors about a unique name point, if rows have one.
    fn name_member(&self) -> Option<&'static str> {
        None
    }

    /// The member of a document that holds a single row of this kind.
    fn single_name(&self) -> Option<&'static str> {
        None
    }

    /// Further members of a document that hold rows of this kind, as other applications write them.
    fn other_members(&self) -> &'static [OtherMember] {
        &[]
    }

    /// The id of a row that the document has without one, made from the id that other kinds give it.
    fn made_id(&self, id: String) -> String {
        id
    }

    /// Checks a row of a document and converts it to a staged row. `key` is its member name if the section is an object.
    ///
    /// # Errors
    /// `validation_failed` and other refusals of the row. Pointers are relative to the row.
    fn read_row(&self, key: Option<String>, row: Box<RawValue>, limits: DataLimits) -> Result<StagedRow, ApiError>;

    /// A row of a document that is too large, without the contents of its largest files, and what was left out, with pointers relative to the row.
    /// `None` if that does not help.
    fn without_files(&self, row: &RawValue) -> Option<(Box<RawValue>, Vec<FieldError>)> {
        let _ = row;
        None
    }

    /// The ids of rows that an import creates only. It never changes or deletes one that is stored. They are constants of the declaration.
    fn kept_ids(&self) -> &'static [&'static str] {
        &[]
    }

    /// Marks staged rows that are in conflict with stored rows of the same id or name.
    fn mark_conflicts<'a>(&'a self, tx: &'a mut UserTx, staged: Staged<'a>) -> Answer<'a, ()> {
        let _ = (tx, staged);
        async { Ok(()) }.boxed()
    }

    /// True if a row must not be below itself by its required references to its own kind.
    fn is_tree(&self) -> bool {
        false
    }

    /// How many versions beyond the first this many rows need.
    fn further_versions(&self, rows: u64) -> i64 {
        let _ = rows;
        0
    }

    /// The first position of a version, if rows have positions.
    fn first_position(&self, version: i64) -> i64 {
        let _ = version;
        0
    }

    /// Called before the staged rows are written.
    fn before_write<'a>(&'a self, tx: &'a mut UserTx, staged: Staged<'a>) -> Answer<'a, ()> {
        let _ = (tx, staged);
        async { Ok(()) }.boxed()
    }

    /// Called after all rows of all sections are written.
    fn after_write<'a>(&'a self, tx: &'a mut UserTx, staged: Staged<'a>) -> Answer<'a, ()> {
        let _ = (tx, staged);
        async { Ok(()) }.boxed()
    }
}
