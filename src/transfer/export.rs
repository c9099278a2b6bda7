//! The export: one snapshot, streamed row by row. PostgreSQL writes the JSON of a row, and it is not parsed here. PostgreSQL waits for a slow client, and its
//! statement is cancelled when the client is gone.

use std::pin::pin;

use bytes::Bytes;
use diesel_async::AsyncPgConnection;
use futures_util::{Stream, TryStreamExt as _};
use tracing::Instrument as _;

use super::Transfers;
use super::sink::{self, Gone, Sink};
use crate::db::{DbError, OwnerId, UserConn, transaction};
use crate::error::ApiError;
use crate::json::Timestamp;
use crate::models::audit;
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

/// A member of the document.
struct Part {
    name: &'static str,
    rows: ExportRows,
    /// It is left out without rows. The rows of such a kind are on devices, and an import in the mode `replace` would take an empty section for a
    /// delete of all of them.
    is_optional: bool,
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
    /// `rate_limited` while another export of the user runs, `busy`, `not_found` for a first part without a row, or an error of the database.
    pub async fn export(&self, owner: &OwnerId, what: Export) -> Result<Exporting, ApiError> {
        let permit = self.exports.acquire(owner).await?;
        let mut conn = self.db.conn().await?;
        let head = matches!(what, Export::Kinds(_));
        let parts = what.into_parts();
        let root = parts.first().filter(|_| !head).map(|root| &root.rows);
        if root.is_some() {
            // Nothing is logged for a row that does not exist.
            open_snapshot(&mut conn, owner, root).await?;
            transaction::roll_back(&mut conn).await;
        }
        let names: Vec<&str> = parts.iter().map(|part| part.name).collect();
        // The first part of a part of the data is its root, by its id.
        let (entity, id) = match root {
            Some(root) => (names.first().copied().unwrap_or("data"), root.values.first().map(String::as_str)),
            None => ("data", None),
        };
        audit::record(&mut conn, owner.user_id(), ("data.export", entity), id, &names).await?;
        open_snapshot(&mut conn, owner, root).await?;
        let (sink, chunks) = sink::channel();
        let (owner, db) = (owner.clone(), self.db.clone());
        let writing = async move {
            let watch = sink.watch();
            let written = tokio::select! {
                written = write(UserConn::new(&mut conn, &owner), head, parts, sink) => written,
                () = watch.gone() => Err(ExportError::Gone),
            };
            match written {
                // The export wrote nothing, so commit and rollback are the same.
                Ok(()) => transaction::roll_back(&mut conn).await,
                Err(ExportError::Gone) => {
                    tracing::info!("the client of an export is gone");
                    db.abandon(conn).await;
                }
                Err(ExportError::Database(error)) => {
                    tracing::error!(%error, "an export failed");
                    transaction::roll_back(&mut conn).await;
                }
            }
            drop(permit);
        };
        tokio::spawn(writing.in_current_span());
        Ok(Box::pin(chunks))
    }
}

/// Opens the transaction of an export. Without the row `root` it is rolled back.
async fn open_snapshot(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    root: Option<&ExportRows>,
) -> Result<(), ApiError> {
    transaction::open(conn, &user_tx::begin(owner, Access::Snapshot)).await?;
    // A statement lasts as long as the client reads. The connection of the client limits that time.
    export::lift_timeouts(conn).await?;
    if let Some(root) = root
        && !export::exists(UserConn::new(conn, owner), root.clone()).await?
    {
        transaction::roll_back(conn).await;
        return Err(ApiError::not_found());
    }
    Ok(())
}

impl Export {
    fn into_parts(self) -> Vec<Part> {
        match self {
            Self::Kinds(kinds) => kinds
                .iter()
                .filter_map(|kind| {
                    Some(Part { name: kind.name(), rows: kind.export()?, is_optional: kind.is_device_only() })
                })
                .collect(),
            Self::Parts(parts) => {
                parts.into_iter().map(|(name, rows)| Part { name, rows, is_optional: false }).collect()
            }
        }
    }
}

async fn write(mut user: UserConn<'_>, head: bool, parts: Vec<Part>, mut sink: Sink) -> Result<(), ExportError> {
    let mut separator = "{";
    if head {
        let now = serde_json::to_string(&Timestamp::now()).unwrap_or_default();
        sink.write(&format!("{{\"version\":{FORMAT_VERSION},\"exportedAt\":{now}")).await?;
        separator = ",\n";
    }
    for Part { name, rows, is_optional } in parts {
        let (open, close) = match rows.form {
            ExportForm::List => ("[", "]"),
            ExportForm::Map => ("{", "}"),
            ExportForm::One => ("", ""),
        };
        let mut between = "\n";
        let mut rows = pin!(export::stream(user.reborrow(), rows).await?);
        let mut row = rows.try_next().await?;
        if is_optional && row.is_none() {
            continue;
        }
        sink.write(&format!("{separator}\"{name}\":{open}")).await?;
        separator = ",\n";
        while let Some(current) = row {
            sink.write(between).await?;
            sink.write(&current.text).await?;
            between = ",\n";
            row = rows.try_next().await?;
        }
        sink.write(close).await?;
    }
    sink.write("}\n").await?;
    sink.end().await?;
    Ok(())
}
