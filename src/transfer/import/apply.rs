//! Applies all rows of an import in one transaction, under the user's lock. First it marks the rows that can't be imported, then it writes the others.
//! The number of statements depends on the sections and not on the rows.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::ImportCounts;
use super::check::{Checks, Mends, below_deleted};
use super::plan::{Cascade, Plan, Section};
use super::report::{AllNotes, Notes};
use super::section::ReadSection;
use super::stop::Stop;
use crate::db::UserTx;
use crate::error::{ApiError, FieldError};
use crate::json::pointer;
use crate::models::import::{self, Fault, ImportStamp, Staged};
use crate::sync::kind::OnDelete;

/// As many faults of a section are read.
const MAX_FAULTS: i64 = 100;

/// The outcome of an import or of a dry run.
#[derive(Debug, Default)]
pub struct Applied {
    pub counts: BTreeMap<String, ImportCounts>,
    pub notes: AllNotes,
}

impl Applied {
    /// How many rows were created, updated or deleted.
    pub fn changed(&self) -> u64 {
        self.counts.values().map(ImportCounts::changed).sum()
    }

    fn of(&mut self, section: &str) -> &mut ImportCounts {
        self.counts.entry(section.to_owned()).or_default()
    }
}

/// An import to apply: its staged rows, its plan, and what was read of each section.
pub struct Application<'a> {
    pub import: Uuid,
    pub plan: &'a Plan,
    pub read: &'a [ReadSection],
    /// Nothing is mended.
    pub strict: bool,
    pub stop: &'a Stop,
}

impl Application<'_> {
    fn staged<'s>(&self, section: &'s Section) -> Staged<'s> {
        Staged { import: self.import, table: &section.table }
    }

    /// Marks the rows that can't be imported, and counts and names them. It can be stopped.
    ///
    /// # Errors
    /// An error of the database, or `timeout`.
    pub async fn check(&self, tx: &mut UserTx) -> Result<Applied, ApiError> {
        import::prepare(tx, self.stop.left().as_millis().max(1)).await?;
        let checks = Checks { import: self.import, plan: self.plan, mend: !self.strict, stop: self.stop };
        let checked = match checks.run(tx).await {
            Ok(mends) => match import::faults(tx, self.import, MAX_FAULTS).await {
                Ok(faults) => Ok((mends, faults)),
                Err(error) => Err(error.into()),
            },
            Err(error) => Err(error),
        };
        // A statement that was ended by the time limit has an error of its own.
        let (mends, faults) = checked.map_err(|error| self.stop.check().err().unwrap_or(error))?;
        let mut applied = Applied::default();
        for (index, section) in self.read.iter().enumerate() {
            let of_section: Vec<&Fault> = faults.iter().filter(|fault| fault.section == section.kind.name()).collect();
            let count = |same: bool| {
                of_section.iter().find(|fault| fault.is_same == same).map_or(0, |fault| fault.count as u64)
            };
            let counts = applied.of(section.kind.name());
            counts.skipped = section.skipped + count(false);
            let mends = || mends.iter().filter(|mends| mends.section == section.kind.name());
            counts.mended = section.mended + count(true) + mends().map(Mends::count).sum::<u64>();
            // `write` subtracts the changed rows.
            counts.unchanged = section.rows.saturating_sub(counts.skipped);
            let notes = |same: bool| {
                let mut notes = Notes::default();
                for fault in of_section.iter().filter(|fault| fault.is_same == same) {
                    let id = Some(fault.id.as_str());
                    notes.add((index + 1, fault.place), Some(section.kind.name()), id, &explain(section, fault));
                }
                notes.count_more(count(same).saturating_sub(notes.total()));
                notes
            };
            applied.notes.errors.merge(notes(false));
            applied.notes.mended.merge(notes(true));
            mends().for_each(|mends| applied.notes.mended.merge(notes_of(index, section, mends)));
        }
        Ok(applied)
    }

    /// Writes all rows without a fault.
    ///
    /// # Errors
    /// An error of the database.
    pub async fn write(&self, tx: &mut UserTx, applied: &mut Applied) -> Result<(), ApiError> {
        import::prepare(tx, 0).await?;
        // The number of positions in a version is limited, so rows with positions may need several versions.
        let first = tx.next_version();
        tx.skip_versions(self.read.iter().map(|read| read.kind.further_versions(read.staged)).sum());
        let stamp = ImportStamp { version: tx.next_version(), first_position: 0 };
        let sections = &self.plan.sections;
        let mut deleted_of = BTreeSet::new();
        for section in sections.iter().filter(|section| section.is_replaced) {
            let deleted = import::soft_delete_unnamed(tx, self.staged(section), section.kind.kept_ids(), stamp).await?;
            applied.of(section.name()).deleted += deleted as u64;
            if deleted > 0 {
                deleted_of.insert(section.name());
            }
        }
        for section in sections {
            let staged = self.staged(section);
            section.kind.before_write(tx, staged).await?;
            let updated = import::update(tx, staged, stamp).await? as u64;
            let first_position = section.kind.first_position(first);
            let created = import::insert(tx, staged, ImportStamp { first_position, ..stamp }).await? as u64;
            let counts = applied.of(section.name());
            counts.updated += updated;
            counts.created += created;
            counts.unchanged = counts.unchanged.saturating_sub(updated + created);
        }
        if !deleted_of.is_empty() {
            self.cascade(tx, stamp, applied, deleted_of).await?;
        }
        for section in sections {
            section.kind.after_write(tx, self.staged(section)).await?;
        }
        Ok(())
    }

    /// Deletes the rows that require a deleted row, repeatedly, and unlinks the rows whose link is optional. `deleted_of`: the kinds with deleted rows.
    async fn cascade(
        &self,
        tx: &mut UserTx,
        stamp: ImportStamp,
        applied: &mut Applied,
        mut deleted_of: BTreeSet<&'static str>,
    ) -> Result<(), ApiError> {
        let references = self.plan.references();
        let mut due = deleted_of.clone();
        while let Some(kind) = due.pop_first() {
            let parts = |to: &&Cascade| to.on_delete == OnDelete::Cascade && to.to == kind;
            // Those of its own first: rows of other kinds are parts of them too.
            let (own, others): (Vec<_>, Vec<_>) =
                references.iter().filter(parts).partition(|to| to.from.name() == kind);
            for to in own.into_iter().chain(others) {
                let deleted = self.delete_parts(tx, to, stamp).await?;
                if deleted == 0 {
                    continue;
                }
                let name = to.from.name();
                applied.of(name).deleted += deleted as u64;
                deleted_of.insert(name);
                // The deletes of a kind's own parts are complete.
                if name != kind {
                    due.insert(name);
                }
            }
        }
        let links = |to: &&Cascade| to.on_delete == OnDelete::Unlink && deleted_of.contains(to.to);
        for to in references.iter().filter(links) {
            let changed = import::unlink(tx, self.staged(&to.from), to.position, to.to_table, stamp).await?;
            if changed > 0 {
                applied.of(to.from.name()).updated += changed as u64;
            }
        }
        Ok(())
    }

    async fn delete_parts(&self, tx: &mut UserTx, to: &Cascade, stamp: ImportStamp) -> Result<usize, ApiError> {
        let staged = self.staged(&to.from);
        if to.to != to.from.name() {
            return Ok(import::soft_delete_parts(tx, staged, to.position, to.to_table, stamp).await?);
        }
        let numbers = below_deleted(&import::stored_edges(tx, staged, to.position, stamp).await?);
        match numbers.is_empty() {
            true => Ok(0),
            false => Ok(import::soft_delete_numbers(tx, staged, to.position, stamp, &numbers).await?),
        }
    }

    /// Writes and rolls back, for a dry run. It can be stopped between the two.
    ///
    /// # Errors
    /// An error of the database.
    pub async fn dry_run(&self, tx: &mut UserTx, applied: &mut Applied) -> Result<(), ApiError> {
        let savepoint = tx.open_savepoint().await?;
        let written = self.write(tx, applied).await;
        tx.roll_back_to(savepoint).await;
        written
    }
}

/// The notes about mended rows of the section with this index.
fn notes_of(index: usize, section: &ReadSection, mends: &Mends) -> Notes {
    let detail = match mends.code {
        "renamed" => "the name is in use: it got a number",
        _ => "there is no such row, in the document or stored: the row is at the top",
    };
    let mut notes = Notes::default();
    for row in &mends.rows {
        let pointer = pointer::join(&section.pointer(row.place, &row.id), mends.member);
        let field = FieldError::new(pointer, mends.code, detail);
        notes.add((index + 1, row.place), Some(section.kind.name()), Some(&row.id), &field);
    }
    notes.count_more(mends.count().saturating_sub(notes.total()));
    notes
}

fn explain(section: &ReadSection, fault: &Fault) -> FieldError {
    let row = section.pointer(fault.place, &fault.id);
    let pointer = if fault.member.is_empty() { row } else { pointer::join(&row, &fault.member) };
    let mut references = section.kind.references().iter().map(|reference| reference.unknown);
    let (code, detail) = match fault.fault.as_str() {
        "duplicate" => ("duplicate", "stands twice in this document, with other content"),
        "duplicate_name" => ("duplicate_name", "another row of the collection has this, in the document or stored"),
        "cycle" => ("cycle", "must not be the row itself or one below it"),
        "id_conflict" => ("id_conflict", "is in use for other content"),
        import::SAME_ROW => (import::SAME_ROW, "the document has the same row twice"),
        import::SAME_NAME => (import::SAME_NAME, "an equal row has this name, and is used instead"),
        other => (
            references.find(|unknown| *unknown == other).unwrap_or("unknown_reference"),
            "there is no such row, in the document or stored",
        ),
    };
    FieldError::new(pointer, code, detail)
}
