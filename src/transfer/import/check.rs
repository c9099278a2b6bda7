//! Marks the staged rows that can't be imported. A row that is marked may be needed by other rows, whose checks are then due again. Chains inside one
//! section are followed in memory (`forest`), so the number of statements depends on the kinds and not on the rows.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::forest::{Forest, Need};
use super::plan::{Plan, Section};
use super::stop::Stop;
use crate::db::UserTx;
use crate::error::ApiError;
use crate::models::import::{self, Edge, Link, MendedRow, Staged};

/// The checks of one import.
pub struct Checks<'a> {
    pub import: Uuid,
    pub plan: &'a Plan,
    /// Rows are mended where that is certain.
    pub mend: bool,
    pub stop: &'a Stop,
}

/// A check of one section: the number of the section, and what is checked.
type Task = (usize, Part);

/// In so many rounds only the rows of a circle are marked, and not those above it.
const PRECISE_ROUNDS: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The required link at this position, to another section.
    Link(usize),
    /// The required link at this position, to the section itself.
    Tree(usize),
    Names,
}

/// What a check did.
#[derive(Default)]
struct Done {
    marked: usize,
    /// Rows of other sections have other links.
    relinked: Vec<usize>,
    mended: Vec<Mends>,
}

/// Rows of a section that were mended in one way.
pub struct Mends {
    /// The name of the kind.
    pub section: &'static str,
    /// The code in the report.
    pub code: &'static str,
    /// The member that was changed.
    pub member: &'static str,
    /// The first rows.
    pub rows: Vec<MendedRow>,
}

impl Mends {
    /// The number of all rows.
    pub fn count(&self) -> u64 {
        self.rows.first().map_or(0, |row| row.count as u64)
    }
}

impl From<usize> for Done {
    fn from(marked: usize) -> Self {
        Self { marked, ..Self::default() }
    }
}

impl Checks<'_> {
    fn staged<'s>(&self, section: &'s Section) -> Staged<'s> {
        Staged { import: self.import, table: &section.table }
    }

    /// Marks rows, and returns what was mended in others.
    ///
    /// # Errors
    /// Those of the database, and `timeout` if the import has to stop.
    pub async fn run(&self, tx: &mut UserTx) -> Result<Vec<Mends>, ApiError> {
        let sections = &self.plan.sections;
        let mut mended = Vec::new();
        for section in sections {
            self.stop.check()?;
            let (kind, staged) = (&section.kind, self.staged(section));
            import::mark_duplicate_ids(tx, staged, kind.id_member(), self.mend).await?;
            import::mark_kept(tx, staged, kind.kept_ids()).await?;
            kind.mark_conflicts(tx, staged).await?;
        }
        let all: BTreeSet<Task> = (0..sections.len()).flat_map(|number| self.tasks(number)).collect();
        let mut due = all.clone();
        let mut rounds: BTreeMap<Task, usize> = BTreeMap::new();
        while let Some(task) = due.pop_first() {
            self.stop.check()?;
            let round = rounds.entry(task).or_default();
            *round += 1;
            let done = self.check(tx, task, *round).await?;
            if done.marked > 0 {
                let name = sections[task.0].name();
                due.extend(all.iter().filter(|other| self.depends_on(**other, task.0, name)));
            }
            for changed in done.relinked {
                due.extend(all.iter().filter(|other| other.0 == changed));
            }
            mended.extend(done.mended.into_iter().filter(|mends| mends.count() > 0));
        }
        for section in sections {
            for rule in self.plan.rules(section).into_iter().filter(|rule| rule.required.is_none()) {
                self.stop.check()?;
                import::unlink_deleted(tx, self.staged(section), rule.link).await?;
            }
        }
        Ok(mended)
    }

    fn tasks(&self, number: usize) -> Vec<Task> {
        let section = &self.plan.sections[number];
        let required = self.plan.rules(section).into_iter().filter(|rule| rule.required.is_some());
        let mut parts: Vec<Part> = required
            .map(|rule| match rule.link.to == section.name() {
                true => Part::Tree(rule.link.position),
                false => Part::Link(rule.link.position),
            })
            .collect();
        parts.extend(section.kind.name_member().map(|_| Part::Names));
        parts.into_iter().map(|part| (number, part)).collect()
    }

    /// Whether marked rows of the section `number`, which is called `name`, may change the outcome of the task.
    fn depends_on(&self, (section, part): Task, number: usize, name: &str) -> bool {
        match part {
            Part::Names | Part::Tree(_) => section == number,
            Part::Link(position) => self.plan.sections[section]
                .kind
                .references()
                .get(position)
                .is_some_and(|reference| reference.to == name),
        }
    }

    async fn check(&self, tx: &mut UserTx, (number, part): Task, round: usize) -> Result<Done, ApiError> {
        let section = &self.plan.sections[number];
        let staged = self.staged(section);
        let position = match part {
            Part::Names => return self.check_names(tx, section).await,
            Part::Link(position) | Part::Tree(position) => position,
        };
        let rule = self.plan.rules(section).into_iter().find(|rule| rule.link.position == position);
        let Some((link, fault)) = rule.and_then(|rule| Some((rule.link, rule.required?))) else {
            return Ok(Done::default());
        };
        Ok(match part {
            Part::Tree(_) => self.check_tree(tx, section, (link, fault), round).await?,
            Part::Link(_) | Part::Names => import::mark_missing(tx, staged, link, fault).await?.into(),
        })
    }

    async fn check_tree(
        &self,
        tx: &mut UserTx,
        section: &Section,
        (link, fault): (Link, &'static str),
        round: usize,
    ) -> Result<Done, ApiError> {
        let staged = self.staged(section);
        let mut done = Done::default();
        let read = async |tx: &mut UserTx| {
            import::tree_edges(tx, staged, link.position, section.rows, section.is_replaced).await
        };
        let mut edges = read(tx).await?;
        if self.mend && section.kind.is_tree() {
            // A row without its parent goes to the top, and the rows below it stay below it.
            let orphans = lost_at_once(&edges, section.rows);
            if !orphans.is_empty() {
                let rows = import::unlink_places(tx, staged, link.position, &orphans).await?;
                done.mended.push(Mends { section: section.name(), code: fault, member: link.member, rows });
                edges = read(tx).await?;
            }
        }
        let blocked = forest(&edges).blocked();
        let places = |rows: Vec<u32>| -> Vec<i32> {
            let staged = rows.into_iter().filter(|row| u64::from(*row) < section.rows);
            staged.filter_map(|row| i32::try_from(row).ok()).collect()
        };
        let mut circular = places(blocked.circular);
        // A stored row that stays in the place of a marked one may close another circle. After a few rounds the rows above a circle are marked too.
        // Then no further circle is possible, because the stored rows have none.
        if round > PRECISE_ROUNDS {
            circular.extend(places(blocked.hanging));
        }
        if !section.kind.is_tree() {
            circular.clear();
        }
        for (fault, places) in [(fault, places(blocked.lost)), ("cycle", circular)] {
            if !places.is_empty() {
                done.marked += import::mark_places(tx, staged, fault, link.member, &places).await?;
            }
        }
        Ok(done)
    }

    async fn check_names(&self, tx: &mut UserTx, section: &Section) -> Result<Done, ApiError> {
        let Some(member) = section.kind.name_member() else { return Ok(Done::default()) };
        let staged = self.staged(section);
        let mut marked = 0;
        if self.mend && !section.is_replaced {
            marked += import::mark_same_names(tx, staged, member).await?;
        }
        marked += import::mark_duplicate_names(tx, staged, member, self.mend).await?;
        let (mut relinked, mut mended) = (Vec::new(), Vec::new());
        if self.mend && marked > 0 {
            for (number, other) in self.plan.sections.iter().enumerate() {
                for (position, _) in
                    other.kind.references().iter().enumerate().filter(|(_, to)| to.to == section.name())
                {
                    if import::relink(tx, self.staged(other), position, section.name()).await? > 0 {
                        relinked.push(number);
                    }
                }
            }
        }
        // A row takes the name of a stored row that gets another one. It fails if that row can't be imported.
        let mut edges = import::name_edges(tx, staged, section.is_replaced).await?;
        if self.mend {
            let taken = lost_at_once(&edges, section.rows);
            if !taken.is_empty() {
                marked += import::mark_places(tx, staged, "duplicate_name", member, &taken).await?;
            }
            let mends = Mends {
                section: section.name(),
                code: "renamed",
                member,
                rows: import::rename_duplicates(tx, staged).await?,
            };
            if mends.count() > 0 {
                marked = marked.saturating_sub(mends.count() as usize);
                edges = import::name_edges(tx, staged, section.is_replaced).await?;
                mended.push(mends);
            }
        }
        let places: Vec<i32> =
            forest(&edges).blocked().lost.into_iter().filter_map(|row| i32::try_from(row).ok()).collect();
        if !places.is_empty() {
            marked += import::mark_places(tx, staged, "duplicate_name", member, &places).await?;
        }
        Ok(Done { marked, relinked, mended })
    }
}

fn forest(edges: &[Edge]) -> Forest {
    let mut forest = Forest::default();
    for edge in edges {
        let need = match (edge.need, u32::try_from(edge.need)) {
            (_, Ok(row)) => Need::Row(row),
            (-1, _) => Need::Nothing,
            _ => Need::Lost,
        };
        if let Ok(number) = u32::try_from(edge.number) {
            forest.add(number, need, edge.has_stored);
        }
    }
    forest
}

/// The staged rows that need a row that is not there. Those that need one of them are left out.
fn lost_at_once(edges: &[Edge], rows: u64) -> Vec<i32> {
    let lost = edges.iter().filter(|edge| edge.need == -2 && (edge.number as u64) < rows);
    lost.map(|edge| edge.number).collect()
}

/// The numbers of the stored rows that are below a deleted one.
pub fn below_deleted(edges: &[Edge]) -> Vec<i32> {
    let deleted: BTreeSet<i32> = edges.iter().filter(|edge| edge.need == -2).map(|edge| edge.number).collect();
    let lost = forest(edges).blocked().lost.into_iter().filter_map(|row| i32::try_from(row).ok());
    lost.filter(|row| !deleted.contains(row)).collect()
}
