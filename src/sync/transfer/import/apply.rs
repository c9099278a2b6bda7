//! All rows of an import at once, under the user's lock. First it is decided which rows can't be taken, then the others are written, section by
//! section, each in a few statements whatever their number.

use std::collections::BTreeMap;

use diesel_async::{AnsiTransactionManager, TransactionManager};
use uuid::Uuid;

use super::ImportCounts;
use super::plan::{Plan, id_member, name_member, table};
use super::read::{MAX_ERRORS, ReadSection};
use crate::db::DbError;
use crate::error::{ApiError, FieldError};
use crate::models::OwnerId;
use crate::models::chat_message::POSITION_SHIFT;
use crate::models::import::{self, Fault, Staged, Table};
use crate::sync::SpaceTransaction;
use crate::sync::collections::OnDelete;
use crate::sync::transfer::Section;

/// What was done, or would have been.
#[derive(Debug, Default)]
pub struct Applied {
    pub counts: BTreeMap<String, ImportCounts>,
    pub errors: Vec<FieldError>,
}

impl Applied {
    pub fn changed(&self) -> bool {
        self.counts.values().any(|counts| counts.changed() > 0)
    }

    fn of(&mut self, section: &str) -> &mut ImportCounts {
        self.counts.entry(section.to_owned()).or_default()
    }
}

pub struct Application<'a> {
    pub owner: &'a OwnerId,
    pub import: Uuid,
    pub plan: &'a Plan,
    pub read: &'a [ReadSection],
}

impl Application<'_> {
    fn staged(&self, table: Table) -> Staged<'_> {
        Staged { owner: self.owner, import: self.import, table }
    }

    /// Writes all that can be taken. Where something can't, only a dry run may keep what comes back.
    pub async fn apply(&self, tx: &mut SpaceTransaction) -> Result<Applied, ApiError> {
        self.check(tx).await?;
        let faults = import::faults(tx.conn(), self.owner, self.import, MAX_ERRORS as i64).await?;
        let mut applied = Applied::default();
        for section in self.read {
            let counts = applied.of(section.section.name());
            let rejected = faults.iter().find(|fault| fault.section == section.section.name());
            counts.rejected = section.rejected + rejected.map_or(0, |fault| fault.count as u64);
            // Those that turn out to be changed are taken off again.
            counts.unchanged = section.staged + section.rejected - counts.rejected;
            let own = faults.iter().filter(|fault| fault.section == section.section.name());
            applied.errors.extend(own.map(|fault| explain(section, fault)));
        }
        self.write(tx, &mut applied).await?;
        Ok(applied)
    }

    async fn check(&self, tx: &mut SpaceTransaction) -> Result<(), ApiError> {
        let plan = self.plan;
        for &section in &plan.sections {
            let staged = self.staged(table(section));
            import::mark_duplicate_ids(tx.conn(), staged, id_member(section)).await?;
            if let Some(member) = name_member(section) {
                import::mark_duplicate_names(tx.conn(), staged, member).await?;
            }
            match section {
                Section::Records(definition) if !definition.unique.is_empty() && !plan.replace => {
                    let member = definition.unique.first().copied().unwrap_or_default();
                    import::mark_names_in_use(tx.conn(), staged, member).await?;
                }
                Section::ChatMessages => _ = import::mark_known_messages(tx.conn(), staged).await?,
                _ => {}
            }
        }
        // A row that can't be taken may be what another one is part of, and so on: until nothing more is found.
        loop {
            let mut found = 0;
            for &section in &plan.sections {
                let staged = self.staged(table(section));
                for rule in plan.rules(section) {
                    if let Some(fault) = rule.required {
                        found += import::mark_missing(tx.conn(), staged, rule.link, fault).await?;
                    }
                }
                if matches!(section, Section::Projects) {
                    found += import::mark_cycles(tx.conn(), staged, "parentId", plan.replace).await?;
                }
            }
            if found == 0 {
                break;
            }
        }
        for &section in &plan.sections {
            for rule in plan.rules(section).into_iter().filter(|rule| rule.required.is_none()) {
                import::unlink_buried(tx.conn(), self.staged(table(section)), rule.link).await?;
            }
        }
        Ok(())
    }

    async fn write(&self, tx: &mut SpaceTransaction, applied: &mut Applied) -> Result<(), ApiError> {
        // A version holds so many positions: messages may need more than one.
        let first_position = tx.next_version() << POSITION_SHIFT;
        let messages = self.read.iter().find(|read| matches!(read.section, Section::ChatMessages));
        let versions = messages.map_or(0, |read| read.staged as i64 >> POSITION_SHIFT);
        tx.skip_versions(versions);
        let stamp = tx.next_version();
        let tables: Vec<Table> = self.plan.sections.iter().map(|section| table(*section)).collect();
        if self.plan.replace {
            for &table in &tables {
                let buried = import::bury_unnamed(tx.conn(), self.staged(table), stamp).await?;
                applied.of(table.section()).deleted += buried as u64;
            }
        }
        for &table in &tables {
            let staged = self.staged(table);
            if matches!(table, Table::Records { .. }) {
                import::free_names(tx.conn(), staged).await?;
            }
            let updated = import::update(tx.conn(), staged, stamp).await? as u64;
            let created = import::insert(tx.conn(), staged, stamp, first_position).await? as u64;
            let counts = applied.of(table.section());
            counts.updated += updated;
            counts.created += created;
            counts.unchanged = counts.unchanged.saturating_sub(updated + created);
        }
        if self.plan.replace {
            self.follow(tx, stamp, applied).await?;
        }
        if tables.contains(&Table::ChatMessages) {
            import::touch_sessions(tx.conn(), self.staged(Table::ChatMessages), stamp).await?;
        }
        Ok(())
    }

    /// What was buried takes its parts along, and these theirs; what only refers to it is unlinked.
    async fn follow(&self, tx: &mut SpaceTransaction, stamp: i64, applied: &mut Applied) -> Result<(), ApiError> {
        let references = self.plan.references();
        loop {
            let mut found = 0;
            for &(table, position, _, to, _) in references.iter().filter(|reference| reference.4 == OnDelete::TakeAlong)
            {
                let buried = import::bury_parts(tx.conn(), self.staged(table), position, to, stamp).await?;
                if buried > 0 {
                    applied.of(table.section()).deleted += buried as u64;
                }
                found += buried;
            }
            if found == 0 {
                break;
            }
        }
        for &(table, position, member, to, _) in references.iter().filter(|reference| reference.4 == OnDelete::Unlink) {
            let changed = import::unlink(tx.conn(), self.staged(table), position, member, to, stamp).await?;
            if changed > 0 {
                applied.of(table.section()).updated += changed as u64;
            }
        }
        let sessions = import::unlink_sessions(tx.conn(), self.staged(Table::ChatSessions), stamp).await?;
        if sessions > 0 {
            applied.of(Table::ChatSessions.section()).updated += sessions as u64;
        }
        Ok(())
    }

    /// The same, undone.
    pub async fn try_out(&self, tx: &mut SpaceTransaction) -> Result<Applied, ApiError> {
        AnsiTransactionManager::begin_transaction(tx.conn()).await.map_err(DbError::from)?;
        let applied = self.apply(tx).await;
        AnsiTransactionManager::rollback_transaction(tx.conn()).await.map_err(DbError::from)?;
        applied
    }
}

fn explain(section: &ReadSection, fault: &Fault) -> FieldError {
    let pointer = section.pointer(fault.place, &fault.id);
    let pointer = if fault.member.is_empty() { pointer } else { format!("{pointer}/{}", fault.member) };
    let (code, detail) = match fault.fault.as_str() {
        "duplicate" => ("duplicate", "stands twice in this document"),
        "duplicate_name" => ("duplicate_name", "another row of the collection has this, in the document or stored"),
        "unknown_parent" => ("unknown_parent", "there is no such project, in the document or stored"),
        "unknown_session" => ("unknown_session", "there is no such chat session, in the document or stored"),
        "cycle" => ("cycle", "must not be the project itself or one below it"),
        "id_conflict" => ("id_conflict", "is in use for a message with other content"),
        _ => ("unknown_reference", "there is no such row, in the document or stored"),
    };
    FieldError::new(pointer, code, detail)
}
