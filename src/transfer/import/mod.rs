//! The import: a document is read and checked on its own thread, staged in small transactions, and applied in one transaction. While a document
//! arrives, no lock and no connection is held. Staged rows are not user data, and are removed if the import fails. Rows that can't be imported are
//! skipped, and the report names them (docs/adr/0041).

mod apply;
mod batches;
mod body;
mod check;
mod document;
mod forest;
mod frame;
mod mend;
mod plan;
mod read;
mod read_document;
mod refuse;
mod report;
mod row_id;
mod section;
mod stop;

use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use self::apply::Application;
use self::batches::Batch;
use self::plan::Plan;
use self::read_document::{ReadDocument, ReadOptions};
use self::stop::Stop;
use super::Transfers;
use crate::counts::{Counts, Sweep};
use crate::db::{OwnerId, UserConn, UserTx};
use crate::error::{ApiError, ErrorCode};
use crate::json::DataLimits;
use crate::models::audit::NewAudit;
use crate::models::import::{self, ImportRecord};
use crate::request_id;
use crate::sync::idempotency::{self, Mutation};
use crate::sync::registry::{Kind, Registry};
use crate::sync::{Outcome, UserWriter, user_tx};
use crate::trace::{self, Attribute};

pub use body::{Body, Feed, Packing, body, too_large};
pub use report::{ImportCounts, ImportMode, ImportNote, ImportReport, ImportTotals};

/// The options of an import.
pub struct ImportOptions {
    pub mode: ImportMode,
    pub dry_run: bool,
    /// Nothing is mended, and nothing is imported if a row can't be.
    pub strict: bool,
    /// The kinds to import. Other members of the document are ignored.
    pub kinds: Vec<Kind>,
    pub packing: Packing,
    /// The limit after decompression.
    pub max_bytes: u64,
    /// The limits of values.
    pub limits: DataLimits,
    /// The time limit of the checks, under the user's lock.
    pub timeout: Duration,
    /// The idempotency key. A repeat gets the stored outcome.
    pub mutation_id: Option<String>,
}

/// The statements of an import write all of its rows.
const LONGEST_STATEMENT: Duration = Duration::from_secs(3_600);

impl Transfers {
    /// Reads the body and applies the document. If the caller is dropped, the import ends, unless it has begun to write.
    ///
    /// # Errors
    /// `rate_limited` while another import of the user runs, `busy`, the errors of the document, or an error of the database. Nothing is stored then.
    /// A row that can't be imported is an error with `strict` only.
    pub async fn import(
        &self,
        writer: &UserWriter,
        owner: &OwnerId,
        options: ImportOptions,
        body: Body,
    ) -> Result<ImportReport, ApiError> {
        let permit = self.imports.acquire(owner).await?;
        let gone = CancellationToken::new();
        let stop = Stop::new(gone.clone(), options.timeout);
        let writer = writer.clone().with_longest_statement(LONGEST_STATEMENT);
        let import = Import { transfers: self.clone(), writer, owner: owner.clone(), id: Uuid::now_v7(), stop };
        let work = async move {
            let result = import.run(options, body).await;
            drop(permit);
            result
        };
        let _gone = gone.drop_guard();
        let user = owner.user_id().to_owned();
        let work = trace::span("import", move || vec![Attribute::new("user.id", user)], work);
        let work = trace::scope(trace::current(), request_id::carried(request_id::current(), work));
        tokio::spawn(work.in_current_span()).await.unwrap_or_else(|panic| Err(ApiError::internal(panic)))
    }

    /// The user's running import. `None` where none runs.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn progress(&self, owner: &OwnerId) -> Result<Option<ImportRecord>, ApiError> {
        user_tx::read(&self.db, owner, async |reader| Ok(import::find(reader).await?)).await
    }

    /// Removes abandoned imports, once an hour. It never returns.
    pub async fn sweep_loop(self, counts: Counts) {
        const PAUSE: Duration = Duration::from_secs(3600);
        loop {
            if let Ok(mut conn) = self.db.conn().await {
                let swept = user_tx::job_tx(&mut conn, async |conn| Ok(import::sweep(conn).await?)).await;
                if let Err(error) = &swept {
                    tracing::warn!(%error, "abandoned imports could not be removed");
                }
                counts.sweep(Sweep::Imports, swept.ok());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

struct Import {
    transfers: Transfers,
    writer: UserWriter,
    owner: OwnerId,
    id: Uuid,
    stop: Stop,
}

impl Import {
    async fn staging_tx<T>(&self, work: impl AsyncFnOnce(UserConn<'_>) -> Result<T, ApiError>) -> Result<T, ApiError> {
        user_tx::staging_tx(&self.transfers.db, &self.owner, work).await
    }

    async fn run(self, options: ImportOptions, body: Body) -> Result<ImportReport, ApiError> {
        if !self.staging_tx(async |user| Ok(import::begin(user, self.id).await?)).await? {
            return Err(super::under_way("import"));
        }
        let result = self.read_and_apply(options, body).await;
        if let Err(error) = self.clear().await {
            tracing::warn!(%error, "the staged rows of an import could not be removed; the hourly sweep removes them");
        }
        result
    }

    async fn read_and_apply(&self, options: ImportOptions, body: Body) -> Result<ImportReport, ApiError> {
        let ImportOptions { mode, dry_run, strict, kinds, packing, max_bytes, limits, mutation_id, .. } = options;
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let request = ("import", mode, strict, names.join(","));
        let hashed = mutation_id.is_some() && !dry_run;
        let read = ReadOptions {
            kinds: self.transfers.kinds.clone(),
            wanted: kinds,
            packing,
            max_bytes,
            limits,
            hashed,
            strict,
            gone: self.stop.token(),
        };
        let document = self.stage(read, body).await?;
        if !document.is_known {
            return Err(refuse::unknown(&document));
        }
        if mode == ImportMode::Replace {
            refuse::require_whole(&document)?;
        }
        let mutation = match mutation_id.filter(|_| hashed) {
            Some(id) => Some(Mutation::single(id, &(request, hex::encode(&document.hash)))?),
            None => None,
        };
        self.staging_tx(async |user| Ok(import::set_applying(user, self.id).await?)).await?;
        self.apply(document, How { mode, dry_run, strict }, mutation).await
    }

    /// Reads the document and stages its rows.
    async fn stage(&self, options: ReadOptions, body: Body) -> Result<ReadDocument, ApiError> {
        // One batch is read while another is stored.
        let (sender, mut batches) = mpsc::channel::<Batch>(1);
        let reading = tokio::task::spawn_blocking(move || read::read(body, options, sender));
        loop {
            let batch = tokio::select! {
                batch = batches.recv() => batch,
                () = self.stop.gone() => return Err(stop::client_gone()),
            };
            let Some(Batch { section, places, rows, skipped }) = batch else { break };
            let staged =
                async |user: UserConn<'_>| Ok(import::stage(user, self.id, section, (&places, &skipped), &rows).await?);
            if !self.staging_tx(staged).await? {
                return Err(lost());
            }
        }
        reading.await.map_err(ApiError::internal)?
    }

    async fn apply(
        &self,
        document: ReadDocument,
        how: How,
        mutation: Option<Mutation>,
    ) -> Result<ImportReport, ApiError> {
        let (import, kinds, stop) = (self.id, self.transfers.kinds.clone(), self.stop.again());
        self.writer
            .write(&self.owner, move |tx| {
                async move {
                    if let Some(mutation) = &mutation
                        && let Some(report) =
                            idempotency::find_as(tx, mutation).await.map_err(|error| error.under("/query"))?
                    {
                        return Ok(Outcome::Unchanged(report));
                    }
                    let staged: u64 = document.sections.iter().map(|read| read.staged).sum();
                    // Staged rows are lost in a crash of PostgreSQL. An incomplete import must not be applied.
                    if import::lock(tx, import).await? != Some(staged as i64) {
                        return Err(lost());
                    }
                    let outcome = apply(tx, import, &kinds, document, how, &stop).await?;
                    if let Some(mutation) = &mutation {
                        idempotency::store_as(tx, mutation, &outcome).await?;
                    }
                    Ok(outcome)
                }
                .boxed()
            })
            .await
    }

    async fn clear(&self) -> Result<(), ApiError> {
        // Each step is its own transaction, because there may be many rows.
        while self.staging_tx(async |user| Ok(import::clear(user, self.id).await?)).await? > 0 {}
        self.staging_tx(async |user| Ok(import::end(user, self.id).await?)).await?;
        Ok(())
    }
}

fn lost() -> ApiError {
    let detail = "What was read so far is lost. Nothing was stored; send the document again.";
    ApiError::new(ErrorCode::DatabaseUnavailable, detail)
}

/// What is done with a document.
#[derive(Clone, Copy)]
struct How {
    mode: ImportMode,
    dry_run: bool,
    strict: bool,
}

/// Checks and writes the staged rows of a document.
async fn apply(
    tx: &mut UserTx,
    import: Uuid,
    kinds: &Registry,
    document: ReadDocument,
    how: How,
    stop: &Stop,
) -> Result<Outcome<ImportReport>, ApiError> {
    let How { mode, dry_run, strict } = how;
    let plan = Plan::new(kinds, &document.sections, mode == ImportMode::Replace);
    let application = Application { import, plan: &plan, read: &document.sections, strict, stop };
    let mut applied = application.check(tx).await?;
    let mut notes = document.notes;
    notes.merge(std::mem::take(&mut applied.notes));
    if strict && !dry_run && notes.errors.total() > 0 {
        return Err(refuse::invalid(document.has_secrets, notes.errors.into_list()));
    }
    stop.check()?;
    match dry_run {
        true => application.dry_run(tx, &mut applied).await?,
        false => application.write(tx, &mut applied).await?,
    }
    let changed = applied.changed() > 0 && !dry_run;
    if changed {
        tx.count_writes(applied.changed().try_into().unwrap_or(i64::MAX));
        let written = applied.counts.iter().filter(|(_, counts)| counts.changed() > 0);
        let sections: Vec<&str> = written.map(|(name, _)| name.as_str()).collect();
        let entry =
            NewAudit { actor: None, action: "data.import", entity: "data", entity_id: None, changed: &sections };
        entry.add_to(tx);
    }
    let totals = notes.totals(document.ignored_total);
    let report = ImportReport {
        dry_run,
        mode,
        strict,
        collections: applied.counts,
        ignored: document.ignored,
        errors: notes.errors.into_list(),
        mended: notes.mended.into_list(),
        warnings: notes.warnings.into_list(),
        totals,
    };
    Ok(if changed { Outcome::Changed(report) } else { Outcome::Unchanged(report) })
}
