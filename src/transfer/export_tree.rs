//! Documents inside of each other in an export: the rows of one kind are a tree, and each has a document with its own rows.

use std::collections::BTreeMap;
use std::pin::pin;

use futures_util::TryStreamExt as _;

use super::export_parts::{ExportError, Parts, write_parts};
use super::sink::Sink;
use crate::db::UserConn;
use crate::models::export::{self, ExportRows};

/// How deeply documents are inside of each other. An import takes a few more. Rows that are deeper are beside each other in the last document.
const MAX_DEPTH: usize = 60;

/// A row, and how to export it and those below it.
pub struct Tree {
    /// The id of the row at the top.
    pub id: String,
    /// The members of the document of the row with this id.
    pub parts: fn(String) -> Parts,
    /// The rows below it, each as a JSON array of its id and that of its parent.
    pub below: ExportRows,
}

/// Writes the document of the row, with a member `children` for the documents of the rows directly below it.
///
/// # Errors
/// [`ExportError`].
pub async fn write(mut user: UserConn<'_>, tree: Tree, sink: &mut Sink) -> Result<(), ExportError> {
    let mut below = Below::read(user.reborrow(), tree.below).await?;
    let mut open = vec![vec![tree.id].into_iter()];
    let mut between = "";
    while let Some(level) = open.last_mut() {
        if let Some(id) = level.next() {
            let children = below.take(&id, open.len());
            sink.write(between).await?;
            let parts = (tree.parts)(id).into_iter().map(Into::into).collect();
            write_parts(&mut user, parts, sink, "{").await?;
            sink.write(",\n\"children\":[").await?;
            open.push(children.into_iter());
            between = "\n";
            continue;
        }
        open.pop();
        if !open.is_empty() {
            sink.write("]}").await?;
            between = ",\n";
        }
    }
    Ok(())
}

/// The ids of rows by the id of their parent.
#[derive(Default)]
struct Below(BTreeMap<String, Vec<String>>);

impl Below {
    async fn read(user: UserConn<'_>, rows: ExportRows) -> Result<Self, ExportError> {
        let mut below = Self::default();
        let mut rows = pin!(export::stream(user, rows).await?);
        while let Some(row) = rows.try_next().await? {
            if let Ok((id, parent)) = serde_json::from_str(&row.text) {
                below.add(id, parent);
            }
        }
        Ok(below)
    }

    fn add(&mut self, id: String, parent: String) {
        self.0.entry(parent).or_default().push(id);
    }

    /// Takes the rows directly below the row, or all below it in the last document.
    fn take(&mut self, id: &str, depth: usize) -> Vec<String> {
        let mut taken = self.0.remove(id).unwrap_or_default();
        let mut next = 0;
        while depth >= MAX_DEPTH && next < taken.len() {
            let further = self.0.remove(&taken[next]).unwrap_or_default();
            taken.extend(further);
            next += 1;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::{Below, MAX_DEPTH};

    #[test]
    fn last_document_has_all_rows_below_it() {
        let tree = || {
            let mut below = Below::default();
            for (id, parent) in [("b", "a"), ("c", "a"), ("d", "b"), ("e", "d")] {
                below.add(id.to_owned(), parent.to_owned());
            }
            below
        };
        let mut below = tree();
        assert_eq!((below.take("a", 1), below.take("b", 2)), (vec!["b".into(), "c".into()], vec!["d".into()]));
        let mut below = tree();
        assert_eq!(below.take("a", MAX_DEPTH), ["b", "c", "d", "e"]);
        assert_eq!(below.take("b", MAX_DEPTH + 1), Vec::<String>::new());
    }
}
