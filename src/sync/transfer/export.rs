//! Out: one snapshot, row by row as PostgreSQL wrote it. A row is never parsed here, and PostgreSQL waits while the client is slow.

use std::pin::pin;

use bytes::Bytes;
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use futures_util::{Stream, TryStreamExt as _};
use tracing::Instrument as _;

use super::Transfers;
use super::sections::Section;
use super::sink::{self, Gone, Sink};
use crate::db::{Conn, DbError};
use crate::error::ApiError;
use crate::models::OwnerId;
use crate::models::export::{self, Rows};
use crate::sync::collections::Definition;
use crate::sync::door::{self, Access};
use crate::wire::Timestamp;

/// Of the file's format; a file of LiteChat's has one too.
const FORMAT_VERSION: u32 = 1;

/// What to write.
#[derive(Debug)]
pub enum Export {
    /// Everything of these sections.
    Sections { sections: Vec<Section>, assets: bool },
    /// A conversation and its interactions.
    Conversation(String),
    /// A project, its conversations and their interactions.
    Project(String),
}

/// A member of the document: its name, how its rows stand in it, and the rows.
struct Part<'a> {
    name: &'static str,
    form: Form,
    rows: Rows<'a>,
}

enum Form {
    List,
    /// An object from id to value; the rows come as its members.
    Map,
    /// The one row itself.
    One,
}

enum Failed {
    Gone,
    Database(DbError),
}

impl From<Gone> for Failed {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<diesel::result::Error> for Failed {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The document as it comes.
pub type Exporting = std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, ApiError>> + Send>>;

impl Transfers {
    /// Begins to write. What can be refused is refused here; an error later breaks the document off.
    pub async fn export(&self, owner: &OwnerId, what: Export) -> Result<Exporting, ApiError> {
        let place = self.place()?;
        let mut conn = self.db.conn().await?;
        // Statements last as long as the client reads; the sink has the limit that counts.
        let begin = door::begin(owner, Access::Snapshot);
        AnsiTransactionManager::begin_transaction_sql(&mut *conn, &begin).await.map_err(DbError::from)?;
        export::lift_timeouts(&mut conn).await?;
        if let Some(root) = self.root(&what)
            && !export::exists(&mut conn, owner, root).await?
        {
            let _ = AnsiTransactionManager::rollback_transaction(&mut *conn).await;
            return Err(ApiError::not_found());
        }
        let (sink, chunks) = sink::channel();
        let (transfers, owner) = (self.clone(), owner.clone());
        let writing = async move {
            let parts = transfers.parts(&what);
            let head = matches!(what, Export::Sections { .. });
            match write(&mut conn, &owner, head, parts, sink).await {
                Ok(()) => {}
                Err(Failed::Gone) => tracing::info!("the reader of an export has gone"),
                Err(Failed::Database(error)) => tracing::error!(%error, "an export broke off"),
            }
            close(conn).await;
            drop(place);
        };
        tokio::spawn(writing.in_current_span());
        Ok(Box::pin(chunks))
    }

    fn root<'a>(&self, what: &'a Export) -> Option<Rows<'a>> {
        self.parts(what).into_iter().next().filter(|part| matches!(part.form, Form::One)).map(|part| part.rows)
    }

    fn parts<'a>(&self, what: &'a Export) -> Vec<Part<'a>> {
        let conversations = self.registry.find("conversations");
        let interactions = self.registry.find("interactions");
        let (Some(conversations), Some(interactions)) = (conversations, interactions) else { return Vec::new() };
        let turns = position(interactions, "conversations");
        let one = |name, rows| Part { name, form: Form::One, rows };
        let list = |name, rows| Part { name, form: Form::List, rows };
        match what {
            Export::Sections { sections, assets } => {
                let assets = assets.then(|| list("assets", Rows::Assets));
                sections.iter().map(|section| whole(*section)).chain(assets).collect()
            }
            Export::Conversation(id) => vec![
                one("conversation", Rows::Record { collection: conversations.name, id }),
                list("interactions", Rows::PartsOf { collection: interactions.name, position: turns, parent: id }),
            ],
            Export::Project(id) => {
                let members = position(conversations, "projects");
                vec![
                    one("project", Rows::Project { id }),
                    list(
                        "conversations",
                        Rows::PartsOf { collection: conversations.name, position: members, parent: id },
                    ),
                    list(
                        "interactions",
                        Rows::PartsOfParts {
                            collection: interactions.name,
                            position: turns,
                            between: conversations.name,
                            between_position: members,
                            parent: id,
                        },
                    ),
                ]
            }
        }
    }
}

/// At which of its references a collection has the ids of `to`.
fn position(definition: &Definition, to: &str) -> usize {
    definition.references.iter().position(|reference| reference.to == to).unwrap_or_default()
}

fn whole(section: Section) -> Part<'static> {
    let (form, rows) = match section {
        Section::Projects => (Form::List, Rows::Projects),
        Section::ChatSessions => (Form::List, Rows::ChatSessions),
        Section::ChatMessages => (Form::List, Rows::ChatMessages),
        Section::Records(definition) => match definition.exported_as_map {
            Some(member) => (Form::Map, Rows::RecordMembers { collection: definition.name, member }),
            None => (Form::List, Rows::Records { collection: definition.name, primary_key: definition.primary_key }),
        },
    };
    Part { name: section.name(), form, rows }
}

async fn write(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    head: bool,
    parts: Vec<Part<'_>>,
    mut sink: Sink,
) -> Result<(), Failed> {
    let mut separator = "{";
    if head {
        let now = serde_json::to_string(&Timestamp::now()).unwrap_or_default();
        sink.write(&format!("{{\"version\":{FORMAT_VERSION},\"exportedAt\":{now}")).await?;
        separator = ",\n";
    }
    for Part { name, form, rows } in parts {
        let (open, close) = match form {
            Form::List => ("[", "]"),
            Form::Map => ("{", "}"),
            Form::One => ("", ""),
        };
        sink.write(&format!("{separator}\"{name}\":{open}")).await?;
        separator = ",\n";
        let mut between = "\n";
        let mut rows = pin!(export::stream(conn, owner, rows).await?);
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

/// Nothing was written, so commit and rollback are the same.
async fn close(mut conn: Conn) {
    let _ = AnsiTransactionManager::rollback_transaction(&mut *conn).await;
}
