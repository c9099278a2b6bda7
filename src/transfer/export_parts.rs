//! The members of a document and their rows, as an export writes them.

use std::pin::pin;

use futures_util::TryStreamExt as _;

use super::sink::{Gone, Sink};
use crate::db::{DbError, UserConn};
use crate::models::export::{self, ExportForm, ExportRows};

/// The members of a document and their rows.
pub type Parts = Vec<(&'static str, ExportRows)>;

/// A member of the document.
pub struct Part {
    pub name: &'static str,
    pub rows: ExportRows,
    /// It is left out without rows. The rows of such a kind may be on devices only, and an import that replaces would take an empty section for a delete
    /// of all of them.
    pub is_optional: bool,
}

impl From<(&'static str, ExportRows)> for Part {
    fn from((name, rows): (&'static str, ExportRows)) -> Self {
        Self { name, rows, is_optional: false }
    }
}

/// Why an export ended early.
pub enum ExportError {
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

/// Writes members of a document. `before` is written before the first one.
///
/// # Errors
/// [`ExportError`].
pub async fn write_parts(
    user: &mut UserConn<'_>,
    parts: Vec<Part>,
    sink: &mut Sink,
    mut before: &'static str,
) -> Result<(), ExportError> {
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
        sink.write(&format!("{before}\"{name}\":{open}")).await?;
        before = ",\n";
        while let Some(current) = row {
            sink.write(between).await?;
            sink.write(&current.text).await?;
            between = ",\n";
            row = rows.try_next().await?;
        }
        sink.write(close).await?;
    }
    Ok(())
}
