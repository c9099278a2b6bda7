//! The import: a document is read and checked on its own thread, staged in small transactions, and applied in one transaction. While a document
//! arrives, no lock and no connection is held. Staged rows are not user data, and are removed if the import fails.

mod apply;
mod body;
mod document;
mod plan;
mod read;
mod report;

use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::mpsc;
use tracing::Instrument as _;
use uuid::Uuid;

use self::apply::Application;
use self::plan::Plan;
use self::read::{Batch, MAX_ERRORS, ReadDocument, ReadOptions};
use super::Transfers;
use crate::db::{OwnerId, UserConn};
use crate::error::{ApiError, ErrorCode};
use crate::models::import::ImportRecord;
use crate::models::{export, import};
use crate::sync::idempotency::{self, Mutation};
use crate::sync::kind::ImportLimits;
use crate::sync::registry::Kind;
use crate::sync::{Outcome, UserWriter, user_tx};

pub use body::{Body, Feed, Packing, body, too_large};
pub use report::{ImportCounts, ImportMode, ImportReport};

/// The options of an import.
pub struct ImportOptions {
    pub mode: ImportMode,
    pub dry_run: bool,
    /// The kinds to import. Other members of the document are ignored.
    pub kinds: Vec<Kind>,
    pub packing: Packing,
    /// The limit after decompression.
    pub max_bytes: u64,
    /// The limit of one project's document.
    pub max_project_bytes: usize,
    /// The idempotency key. A repeat gets the stored outcome.
    pub mutation_id: Option<String>,
}

impl Transfers {
    /// Reads the body and applies the document. The import continues if the caller is dropped: a complete document is applied.
    ///
    /// # Errors
    /// `busy`, the errors of the document, or an error of the database. Nothing is stored then.
    pub async fn import(
        &self,
        writer: &UserWriter,
        owner: &OwnerId,
        options: ImportOptions,
        body: Body,
    ) -> Result<ImportReport, ApiError> {
        let permit = self.permit()?;
        let import =
            Import { transfers: self.clone(), writer: writer.clone(), owner: owner.clone(), id: Uuid::now_v7() };
        let work = async move {
            let result = import.run(options, body).await;
            drop(permit);
            result
        };
        tokio::spawn(work.in_current_span()).await.unwrap_or_else(|panic| Err(ApiError::internal(panic)))
    }

    /// The user's running import. `None` where none runs.
    pub async fn progress(&self, owner: &OwnerId) -> Result<Option<ImportRecord>, ApiError> {
        user_tx::read(&self.db, owner, async |reader| Ok(import::find(reader).await?)).await
    }

    /// Removes abandoned imports, once an hour. It never returns.
    pub async fn sweep_loop(self) {
        const PAUSE: Duration = Duration::from_secs(3600);
        loop {
            if let Ok(mut conn) = self.db.conn().await
                && let Err(error) = user_tx::job_tx(&mut conn, async |conn| Ok(import::sweep(conn).await?)).await
            {
                tracing::warn!(%error, "abandoned imports could not be removed");
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
}

impl Import {
    async fn staging_tx<T>(&self, work: impl AsyncFnOnce(UserConn<'_>) -> Result<T, ApiError>) -> Result<T, ApiError> {
        user_tx::staging_tx(&self.transfers.db, &self.owner, work).await
    }

    async fn run(self, options: ImportOptions, body: Body) -> Result<ImportReport, ApiError> {
        if !self.staging_tx(async |user| Ok(import::begin(user, self.id).await?)).await? {
            let mut busy = ApiError::new(ErrorCode::Busy, "Another import of yours is under way. Wait for its end.");
            busy.retry_after_secs = Some(5);
            return Err(busy);
        }
        let result = self.read_and_apply(options, body).await;
        if let Err(error) = self.clear().await {
            tracing::warn!(%error, "the staged rows of an import could not be removed; the hourly sweep removes them");
        }
        result
    }

    async fn read_and_apply(&self, options: ImportOptions, body: Body) -> Result<ImportReport, ApiError> {
        let ImportOptions { mode, dry_run, kinds, packing, max_bytes, max_project_bytes, mutation_id } = options;
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let request = ("import", mode, names.join(","));
        let hashed = mutation_id.is_some() && !dry_run;
        let limits = ImportLimits { max_project_bytes };
        let read =
            ReadOptions { kinds: self.transfers.kinds.clone(), wanted: kinds, packing, max_bytes, limits, hashed };
        let document = self.stage(read, body).await?;
        if !dry_run && !document.errors.is_empty() {
            return Err(refused(document));
        }
        if mode == ImportMode::Replace {
            require_whole(&document)?;
        }
        let mutation = match mutation_id.filter(|_| hashed) {
            Some(id) => Some(Mutation::single(id, &(request, hex::encode(&document.hash)))?),
            None => None,
        };
        self.staging_tx(async |user| Ok(import::set_applying(user, self.id).await?)).await?;
        self.apply(document, mode, dry_run, mutation).await
    }

    /// Reads the document and stages its rows.
    async fn stage(&self, options: ReadOptions, body: Body) -> Result<ReadDocument, ApiError> {
        // One batch is read while another is stored.
        let (sender, mut batches) = mpsc::channel::<Batch>(1);
        let reading = tokio::task::spawn_blocking(move || read::read(body, options, sender));
        while let Some(batch) = batches.recv().await {
            let Batch { section, places, rows } = batch;
            let staged = self.staging_tx(async |user| Ok(import::stage(user, self.id, section, &places, &rows).await?));
            if !staged.await? {
                return Err(lost());
            }
        }
        reading.await.map_err(ApiError::internal)?
    }

    async fn apply(
        &self,
        document: ReadDocument,
        mode: ImportMode,
        dry_run: bool,
        mutation: Option<Mutation>,
    ) -> Result<ImportReport, ApiError> {
        let (import, kinds) = (self.id, self.transfers.kinds.clone());
        self.writer
            .write(&self.owner, move |tx| {
                async move {
                    if let Some(mutation) = &mutation
                        && let Some(report) =
                            idempotency::find_as(tx, mutation).await.map_err(|error| error.under("/query"))?
                    {
                        return Ok(Outcome::Unchanged(report));
                    }
                    export::lift_timeouts(tx.conn()).await?;
                    let staged: u64 = document.sections.iter().map(|read| read.staged).sum();
                    // Staged rows are lost in a crash of PostgreSQL. An incomplete import must not be applied.
                    if import::lock(tx, import).await? != Some(staged as i64) {
                        return Err(lost());
                    }
                    let sections = document.sections.iter().map(|read| read.kind.clone());
                    let plan = Plan::new(&kinds, sections, mode == ImportMode::Replace);
                    let application = Application { import, plan: &plan, read: &document.sections };
                    let applied = match dry_run {
                        true => application.dry_run(tx).await?,
                        false => application.apply(tx).await?,
                    };
                    let changed = applied.changed() && !dry_run;
                    let mut errors = document.errors;
                    errors.extend(applied.errors);
                    errors.truncate(MAX_ERRORS);
                    if !dry_run && !errors.is_empty() {
                        return Err(ApiError::invalid(errors));
                    }
                    let report =
                        ImportReport { dry_run, mode, collections: applied.counts, ignored: document.ignored, errors };
                    let outcome = if changed { Outcome::Changed(report) } else { Outcome::Unchanged(report) };
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
    ApiError::new(
        ErrorCode::DatabaseUnavailable,
        "What was read so far is lost. Nothing was stored; send the document again.",
    )
}

/// The answer for a document with errors. Unencrypted secrets have a code of their own.
fn refused(document: ReadDocument) -> ApiError {
    match document.has_secrets {
        true => ApiError::new(
            ErrorCode::SecretInClear,
            "Secrets are sealed on the device or stay there: take them out of the document, or leave their collection out by `include`. Nothing was stored.",
        )
        .with_errors(document.errors),
        false => ApiError::invalid(document.errors),
    }
}

/// Refuses `replace` for a document with a single conversation or project, which does not list the other rows.
fn require_whole(document: &ReadDocument) -> Result<(), ApiError> {
    let single = document.sections.iter().any(|read| matches!(read.pointer, read::PointerForm::Whole(_)));
    if !single {
        return Ok(());
    }
    let detail = "a single conversation or project can be merged only";
    Err(ApiError::invalid(vec![crate::error::FieldError::new("/query/mode", "invalid_value", detail)]))
}
