//! The export: one snapshot, streamed row by row. PostgreSQL writes the JSON of a row, and it is not parsed here. PostgreSQL waits for a slow client, and its
//! statement is cancelled when the client is gone.

use bytes::Bytes;
use diesel_async::AsyncPgConnection;
use futures_util::Stream;
use tracing::Instrument as _;

use super::Transfers;
use super::export_parts::{ExportError, Part, Parts, write_parts};
use super::export_tree::{self, Tree};
use super::sink::{self, Sink};
use crate::db::{OwnerId, UserConn, transaction};
use crate::error::ApiError;
use crate::json::Timestamp;
use crate::models::audit;
use crate::models::export::{self, ExportRows};
use crate::sync::registry::Kind;
use crate::sync::user_tx::{self, Access};

/// The version of the document's format, in its member `version`. LiteChat files have this member too.
const FORMAT_VERSION: u32 = 1;

/// The content of an export.
pub enum Export {
    /// All rows of these kinds.
    Kinds(Vec<Kind>),
    /// These members of a document. The first one must have a row.
    Parts(Parts),
    /// A row with the rows below it. Its first member must have a row.
    Tree(Tree),
}

/// What is written.
enum Content {
    /// A document of parts. `head`: it begins with the version and the time.
    Parts {
        head: bool,
        parts: Vec<Part>,
    },
    Tree(Tree),
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
        let (root, names) = (what.root(), what.names());
        let root = root.as_ref();
        if root.is_some() {
            // Nothing is logged for a row that does not exist.
            open_snapshot(&mut conn, owner, root).await?;
            transaction::roll_back(&mut conn).await;
        }
        // The first part of a part of the data is its root, by its id.
        let (entity, id) = match root {
            Some(root) => (names.first().copied().unwrap_or("data"), root.values.first().map(String::as_str)),
            None => ("data", None),
        };
        audit::record(&mut conn, owner.user_id(), ("data.export", entity), id, &names).await?;
        open_snapshot(&mut conn, owner, root).await?;
        let (sink, chunks) = sink::channel();
        let (owner, db) = (owner.clone(), self.db.clone());
        let content = what.into_content();
        let writing = async move {
            let watch = sink.watch();
            let written = tokio::select! {
                written = write(UserConn::new(&mut conn, &owner), content, sink) => written,
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
    /// The row without which there is nothing to export.
    fn root(&self) -> Option<ExportRows> {
        let parts = match self {
            Self::Kinds(_) => return None,
            Self::Parts(parts) => parts.clone(),
            Self::Tree(tree) => (tree.parts)(tree.id.clone()),
        };
        parts.into_iter().next().map(|(_, rows)| rows)
    }

    /// The names of the members.
    fn names(&self) -> Vec<&'static str> {
        match self {
            Self::Kinds(kinds) => kinds.iter().filter(|kind| kind.export().is_some()).map(|kind| kind.name()).collect(),
            Self::Parts(parts) => parts.iter().map(|(name, _)| *name).collect(),
            Self::Tree(tree) => (tree.parts)(tree.id.clone()).into_iter().map(|(name, _)| name).collect(),
        }
    }

    fn into_content(self) -> Content {
        match self {
            Self::Kinds(kinds) => {
                let part = |kind: &Kind| {
                    Some(Part { name: kind.name(), rows: kind.export()?, is_optional: kind.is_section_optional() })
                };
                Content::Parts { head: true, parts: kinds.iter().filter_map(part).collect() }
            }
            Self::Parts(parts) => Content::Parts { head: false, parts: parts.into_iter().map(Into::into).collect() },
            Self::Tree(tree) => Content::Tree(tree),
        }
    }
}

async fn write(mut user: UserConn<'_>, content: Content, mut sink: Sink) -> Result<(), ExportError> {
    match content {
        Content::Parts { head, parts } => {
            let mut before = "{";
            if head {
                let now = serde_json::to_string(&Timestamp::now()).unwrap_or_default();
                sink.write(&format!("{{\"version\":{FORMAT_VERSION},\"exportedAt\":{now}")).await?;
                before = ",\n";
            }
            write_parts(&mut user, parts, &mut sink, before).await?;
            sink.write("}").await?;
        }
        Content::Tree(tree) => export_tree::write(user, tree, &mut sink).await?,
    }
    sink.write("\n").await?;
    sink.end().await?;
    Ok(())
}
