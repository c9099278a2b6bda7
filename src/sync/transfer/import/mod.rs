//! In: read and checked on a thread of its own, staged in small transactions of their own, applied in one. While a large document comes in, nothing
//! is locked and no connection is held; its rows are nobody's data until the last step, and gone if it does not come to that.

mod apply;
mod body;
mod members;
mod plan;
mod read;
mod report;
mod rows;
mod split;

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use futures_util::FutureExt as _;
use tokio::sync::mpsc;
use tracing::Instrument as _;
use uuid::Uuid;

use self::apply::Application;
use self::plan::Plan;
use self::read::{Batch, MAX_ERRORS, ReadDocument, ReadOptions};
use super::{Section, Transfers};
use crate::error::{ApiError, ErrorCode};
use crate::models::import::ImportRecord;
use crate::models::{OwnerId, export, import};
use crate::sync::receipts::{self, Mutation};
use crate::sync::{Outcome, Spaces, door};

pub use body::{Body, Feed, Packing, body, too_large};
pub use report::{ImportCounts, ImportMode, ImportReport};

/// What to do with a document.
#[derive(Debug)]
pub struct ImportOptions {
    pub mode: ImportMode,
    pub dry_run: bool,
    /// Other sections are left alone.
    pub sections: Vec<Section>,
    pub packing: Packing,
    /// After unpacking.
    pub max_bytes: u64,
    pub max_project_bytes: usize,
    /// Names the import, so that a repeat is answered like the first time.
    pub mutation_id: Option<String>,
}

impl Transfers {
    /// Reads the body to its end and applies what it holds. Goes on where the caller does not wait: a document that arrived whole is applied.
    pub async fn import(
        &self,
        spaces: &Spaces,
        owner: &OwnerId,
        options: ImportOptions,
        body: Body,
    ) -> Result<ImportReport, ApiError> {
        let place = self.place()?;
        let import =
            Import { transfers: self.clone(), spaces: spaces.clone(), owner: owner.clone(), id: Uuid::now_v7() };
        let work = async move {
            let result = import.run(options, body).await;
            drop(place);
            result
        };
        tokio::spawn(work.in_current_span()).await.unwrap_or_else(|panic| Err(ApiError::internal(panic)))
    }

    /// The person's import that is under way.
    pub async fn progress(&self, owner: &OwnerId) -> Result<Option<ImportRecord>, ApiError> {
        door::read(&self.db, owner, async |conn| Ok(import::find(conn, owner).await?)).await
    }

    /// Removes what was left behind by servers that died in the middle of an import, now and then for ever.
    pub async fn sweep_for_ever(self) {
        const PAUSE: Duration = Duration::from_secs(3600);
        loop {
            if let Ok(mut conn) = self.db.conn().await
                && let Err(error) = door::tend(&mut conn, async |conn| Ok(import::sweep(conn).await?)).await
            {
                tracing::warn!(%error, "what imports left behind could not be removed");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

struct Import {
    transfers: Transfers,
    spaces: Spaces,
    owner: OwnerId,
    id: Uuid,
}

impl Import {
    async fn set_aside<T>(
        &self,
        work: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        door::set_aside(&self.transfers.db, &self.owner, work).await
    }

    async fn run(self, options: ImportOptions, body: Body) -> Result<ImportReport, ApiError> {
        if !self.set_aside(async |conn| Ok(import::begin(conn, &self.owner, self.id).await?)).await? {
            let mut busy = ApiError::new(ErrorCode::Busy, "Another import of yours is under way. Wait for its end.");
            busy.retry_after_secs = Some(5);
            return Err(busy);
        }
        let result = self.read_and_apply(options, body).await;
        if let Err(error) = self.clear().await {
            tracing::warn!(%error, "the rows of an import wait for the sweep");
        }
        result
    }

    async fn read_and_apply(&self, options: ImportOptions, body: Body) -> Result<ImportReport, ApiError> {
        let ImportOptions { mode, dry_run, sections, packing, max_bytes, max_project_bytes, mutation_id } = options;
        let names: Vec<&str> = sections.iter().map(|section| section.name()).collect();
        let request = ("import", mode, names.join(","));
        let hashed = mutation_id.is_some() && !dry_run;
        let registry = self.transfers.registry;
        let read = ReadOptions { registry, wanted: sections, packing, max_bytes, max_project_bytes, hashed };
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
        self.set_aside(async |conn| Ok(import::set_applying(conn, &self.owner, self.id).await?)).await?;
        self.apply(document, mode, dry_run, mutation).await
    }

    /// Reads the document and puts its rows aside.
    async fn stage(&self, options: ReadOptions, body: Body) -> Result<ReadDocument, ApiError> {
        // One batch is read while another is stored.
        let (sender, mut batches) = mpsc::channel::<Batch>(1);
        let reading = tokio::task::spawn_blocking(move || read::read(body, options, sender));
        while let Some(batch) = batches.recv().await {
            let Batch { section, places, rows } = batch;
            let staged = self
                .set_aside(async |conn| Ok(import::stage(conn, &self.owner, self.id, section, &places, &rows).await?));
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
        let (owner, import, registry) = (self.owner.clone(), self.id, self.transfers.registry);
        self.spaces
            .write(&self.owner, move |tx| {
                async move {
                    if let Some(mutation) = &mutation
                        && let Some(report) =
                            receipts::recall_as(tx, &owner, mutation).await.map_err(|error| error.under("/query"))?
                    {
                        return Ok(Outcome::Unchanged(report));
                    }
                    export::lift_timeouts(tx.conn()).await?;
                    let staged: u64 = document.sections.iter().map(|read| read.staged).sum();
                    // After a crash of the database rows are missing; half an import must not pass for one.
                    if import::hold(tx.conn(), &owner, import).await? != Some(staged as i64) {
                        return Err(lost());
                    }
                    let sections = document.sections.iter().map(|read| read.section).collect();
                    let plan = Plan { registry, sections, replace: mode == ImportMode::Replace };
                    let application = Application { owner: &owner, import, plan: &plan, read: &document.sections };
                    let applied = match dry_run {
                        true => application.try_out(tx).await?,
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
                        receipts::keep_as(tx, &owner, mutation, &outcome).await?;
                    }
                    Ok(outcome)
                }
                .boxed()
            })
            .await
    }

    async fn clear(&self) -> Result<(), ApiError> {
        // Each in a transaction of its own: there may be many rows.
        while self.set_aside(async |conn| Ok(import::clear(conn, &self.owner, self.id).await?)).await? > 0 {}
        self.set_aside(async |conn| Ok(import::end(conn, &self.owner, self.id).await?)).await?;
        Ok(())
    }
}

fn lost() -> ApiError {
    ApiError::new(
        ErrorCode::DatabaseUnavailable,
        "What was read so far is lost. Nothing was stored; send the document again.",
    )
}

/// Everything that is wrong with a document; secrets before all else.
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

/// A single conversation or project does not say what else there is.
fn require_whole(document: &ReadDocument) -> Result<(), ApiError> {
    let single = document.sections.iter().any(|read| matches!(read.pointer, read::PointerForm::Whole(_)));
    if !single {
        return Ok(());
    }
    let detail = "a single conversation or project can be merged only";
    Err(ApiError::invalid(vec![crate::error::FieldError::new("/query/mode", "invalid_value", detail)]))
}
