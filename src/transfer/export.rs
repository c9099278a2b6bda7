//! The export: one snapshot, streamed row by row. PostgreSQL writes the JSON of a row, and it is not parsed here. PostgreSQL waits for a slow client.

use std::pin::pin;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _};
use tracing::Instrument as _;

use super::Transfers;
use super::sink::{self, Gone, Sink};
use crate::db::{DbError, OwnerId, UserConn, transaction};
use crate::error::ApiError;
use crate::json::Timestamp;
use crate::models::export::{self, ExportForm, ExportRows};
use crate::sync::registry::Kind;
use crate::sync::user_tx::{self, Access};

/// The version of the document's format, in its member `version`. LiteChat files have this member too.
const FORMAT_VERSION: u32 = 1;

/// The content of an export.
pub enum Export {
    /// All rows of these kinds.
    Kinds(Vec<Kind>),
    /// These members of a document. The first one must have a row.
    Parts(Vec<(&'static str, ExportRows)>),
}

enum ExportError {
    Gone,
    Database(DbError),
}

impl From<Gone> for ExportError {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<diesel::result::Error> for ExportError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The document as a stream of chunks.
pub type Exporting = std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, ApiError>> + Send>>;

impl Transfers {
    /// Starts an export. An error after the start ends the document before its end.
    ///
    /// # Errors
    /// `busy`, `not_found` for a first part without a row, or an error of the database.
    pub async fn export(&self, owner: &OwnerId, what: Export) -> Result<Exporting, ApiError> {
        let permit = self.permit()?;
        let mut conn = self.db.conn().await?;
        transaction::open(&mut conn, &user_tx::begin(owner, Access::Snapshot)).await?;
        // A statement lasts as long as the client reads. The sink limits that time.
        export::lift_timeouts(&mut conn).await?;
        let head = matches!(what, Export::Kinds(_));
        let parts = what.into_parts();
        if let Some((_, root)) = parts.first().filter(|_| !head)
            && !export::exists(UserConn::new(&mut conn, owner), root.clone()).await?
        {
            transaction::roll_back(&mut conn).await;
            return Err(ApiError::not_found());
        }
        let (sink, chunks) = sink::channel();
        let owner = owner.clone();
        let writing = async move {
            match write(UserConn::new(&mut conn, &owner), head, parts, sink).await {
                Ok(()) => {}
                Err(ExportError::Gone) => tracing::info!("the client of an export stopped reading"),
                Err(ExportError::Database(error)) => tracing::error!(%error, "an export failed"),
            }
            // The export wrote nothing, so commit and rollback are the same.
            transaction::roll_back(&mut conn).await;
            drop(permit);
        };
        tokio::spawn(writing.in_current_span());
        Ok(Box::pin(chunks))
    }
}

impl Export {
    fn into_parts(self) -> Vec<(&'static str, ExportRows)> {
        match self {
            Self::Kinds(kinds) => kinds.iter().filter_map(|kind| Some((kind.name(), kind.export()?))).collect(),
            Self::Parts(parts) => parts,
        }
    }
}

async fn write(
    mut user: UserConn<'_>,
    head: bool,
    parts: Vec<(&'static str, ExportRows)>,
    mut sink: Sink,
) -> Result<(), ExportError> {
    let mut separator = "{";
    if head {
        let now = serde_json::to_string(&Timestamp::now()).unwrap_or_default();
        sink.write(&format!("{{\"version\":{FORMAT_VERSION},\"exportedAt\":{now}")).await?;
        separator = ",\n";
    }
    for (name, rows) in parts {
        let (open, close) = match rows.form {
            ExportForm::List => ("[", "]"),
            ExportForm::Map => ("{", "}"),
            ExportForm::One => ("", ""),
        };
        sink.write(&format!("{separator}\"{name}\":{open}")).await?;
        separator = ",\n";
        let mut between = "\n";
        let mut rows = pin!(export::stream(user.reborrow(), rows).await?);
        while let Some(row) = rows.try_next().await? {
            sink.write(between).await?;
            sink.write(&row.text).await?;
            between = ",\n";
        }
        sink.write(close).await?;
    }
    sink.write("}\n").await?;
    sink.end().await?;
    Ok(())
}
