//! Applies all rows of an import in one transaction, under the user's lock. First it marks the rows that can't be imported, then it writes the others.
//! The number of statements depends on the sections and not on the rows.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::ImportCounts;
use super::plan::{Plan, Section};
use super::read::{MAX_ERRORS, ReadSection};
use crate::db::{UserTx, transaction};
use crate::error::{ApiError, FieldError};
use crate::json::pointer;
use crate::models::import::{self, Fault, ImportStamp, Staged};
use crate::sync::kind::OnDelete;

/// The outcome of an import or of a dry run.
#[derive(Debug, Default)]
pub struct Applied {
    pub counts: BTreeMap<String, ImportCounts>,
    pub errors: Vec<FieldError>,
}

impl Applied {
    /// Whether a row was created, updated or deleted.
    pub fn changed(&self) -> bool {
        self.counts.values().any(|counts| counts.changed() > 0)
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
}

impl Application<'_> {
    fn staged<'s>(&self, section: &'s Section) -> Staged<'s> {
        Staged { import: self.import, table: &section.table }
    }

    /// Writes all rows without a fault. The caller rolls back if the outcome has errors.
    ///
    /// # Errors
    /// An error of the database.
    pub async fn apply(&self, tx: &mut UserTx) -> Result<Applied, ApiError> {
        self.check(tx).await?;
        let faults = import::faults(tx, self.import, MAX_ERRORS as i64).await?;
        let mut applied = Applied::default();
        for section in self.read {
            let counts = applied.of(section.kind.name());
            let rejected = faults.iter().find(|fault| fault.section == section.kind.name());
            counts.rejected = section.rejected + rejected.map_or(0, |fault| fault.count as u64);
            // `write` subtracts the changed rows.
            counts.unchanged = section.staged + section.rejected - counts.rejected;
            let own = faults.iter().filter(|fault| fault.section == section.kind.name());
            applied.errors.extend(own.map(|fault| explain(section, fault)));
        }
        self.write(tx, &mut applied).await?;
        Ok(applied)
    }

    async fn check(&self, tx: &mut UserTx) -> Result<(), ApiError> {
        let plan = self.plan;
        for section in &plan.sections {
            let (kind, staged) = (&section.kind, self.staged(section));
            import::mark_duplicate_ids(tx, staged, kind.id_member()).await?;
            if let Some(member) = kind.name_member() {
                import::mark_duplicate_names(tx, staged, member).await?;
            }
            kind.mark_conflicts(tx, staged, plan.replace).await?;
        }
        // A rejected row may be the required target of another row, so this repeats until no row is marked.
        loop {
            let mut found = 0;
            for section in &plan.sections {
                let staged = self.staged(section);
                for rule in plan.rules(section) {
                    if let Some(fault) = rule.required {
                        found += import::mark_missing(tx, staged, rule.link, fault).await?;
                    }
                }
                found += section.kind.mark_dependent(tx, staged, plan.replace).await?;
            }
            if found == 0 {
                break;
            }
        }
        for section in &plan.sections {
            for rule in plan.rules(section).into_iter().filter(|rule| rule.required.is_none()) {
                import::unlink_deleted(tx, self.staged(section), rule.link).await?;
            }
        }
        Ok(())
    }

    async fn write(&self, tx: &mut UserTx, applied: &mut Applied) -> Result<(), ApiError> {
        // The number of positions in a version is limited, so rows with positions may need several versions.
        let first = tx.next_version();
        tx.skip_versions(self.read.iter().map(|read| read.kind.further_versions(read.staged)).sum());
        let stamp = ImportStamp { version: tx.next_version(), first_position: 0 };
        let sections = &self.plan.sections;
        if self.plan.replace {
            for section in sections {
                let deleted = import::soft_delete_unnamed(tx, self.staged(section), stamp).await?;
                applied.of(section.kind.name()).deleted += deleted as u64;
            }
        }
        for section in sections {
            let staged = self.staged(section);
            section.kind.before_write(tx, staged).await?;
            let updated = import::update(tx, staged, stamp).await? as u64;
            let first_position = section.kind.first_position(first);
            let created = import::insert(tx, staged, ImportStamp { first_position, ..stamp }).await? as u64;
            let counts = applied.of(section.kind.name());
            counts.updated += updated;
            counts.created += created;
            counts.unchanged = counts.unchanged.saturating_sub(updated + created);
        }
        if self.plan.replace {
            self.cascade(tx, stamp, applied).await?;
        }
        for section in sections {
            section.kind.after_write(tx, self.staged(section)).await?;
        }
        Ok(())
    }

    /// Deletes the rows that require a deleted row, repeatedly, and unlinks the rows whose link is optional.
    async fn cascade(&self, tx: &mut UserTx, stamp: ImportStamp, applied: &mut Applied) -> Result<(), ApiError> {
        let references = self.plan.references();
        loop {
            let mut found = 0;
            for to in references.iter().filter(|to| to.on_delete == OnDelete::Cascade) {
                let staged = self.staged(&to.from);
                let deleted = import::soft_delete_parts(tx, staged, to.position, to.to, stamp).await?;
                if deleted > 0 {
                    applied.of(to.from.kind.name()).deleted += deleted as u64;
                }
                found += deleted;
            }
            if found == 0 {
                break;
            }
        }
        for to in references.iter().filter(|to| to.on_delete == OnDelete::Unlink) {
            let changed = import::unlink(tx, self.staged(&to.from), to.position, to.to, stamp).await?;
            if changed > 0 {
                applied.of(to.from.kind.name()).updated += changed as u64;
            }
        }
        Ok(())
    }

    /// Applies the import and rolls it back, for a dry run.
    ///
    /// # Errors
    /// An error of the database.
    pub async fn dry_run(&self, tx: &mut UserTx) -> Result<Applied, ApiError> {
        transaction::open_savepoint(tx.conn()).await?;
        let applied = self.apply(tx).await;
        transaction::roll_back(tx.conn()).await;
        applied
    }
}

fn explain(section: &ReadSection, fault: &Fault) -> FieldError {
    let row = section.pointer(fault.place, &fault.id);
    let pointer = if fault.member.is_empty() { row } else { pointer::join(&row, &fault.member) };
    let mut references = section.kind.references().iter().map(|reference| reference.unknown);
    let (code, detail) = match fault.fault.as_str() {
        "duplicate" => ("duplicate", "stands twice in this document"),
        "duplicate_name" => ("duplicate_name", "another row of the collection has this, in the document or stored"),
        "cycle" => ("cycle", "must not be the row itself or one below it"),
        "id_conflict" => ("id_conflict", "is in use for other content"),
        other => (
            references.find(|unknown| *unknown == other).unwrap_or("unknown_reference"),
            "there is no such row, in the document or stored",
        ),
    };
    FieldError::new(pointer, code, detail)
}
