//! The rows on their way to the database, in batches of one section each.

use tokio::sync::mpsc;

use crate::error::ApiError;
use crate::models::import::StagedRow;

/// As many rows, or about as many bytes, travel to the database at once.
const BATCH_ROWS: usize = 2_000;
const BATCH_BYTES: usize = 512 * 1024;
/// Rows of one section that follow each other.
#[derive(Debug)]
pub struct Batch {
    pub section: &'static str,
    /// The place of each row in its section.
    pub places: Vec<i32>,
    pub rows: Vec<StagedRow>,
    /// Which rows are not imported. They are staged because the document names their ids.
    pub skipped: Vec<bool>,
}

/// Collects rows and sends full batches. Sections may alternate: a document of many conversations has few rows of each at a time.
pub struct Batches {
    sender: mpsc::Sender<Batch>,
    /// The batches that are not full, and their bytes.
    open: Vec<(Batch, usize)>,
}

impl Batches {
    pub fn new(sender: mpsc::Sender<Batch>) -> Self {
        Self { sender, open: Vec::new() }
    }

    /// Takes a row with its place in the section.
    ///
    /// # Errors
    /// As [`Self::flush`].
    pub fn take(&mut self, section: &'static str, place: i32, row: StagedRow, skipped: bool) -> Result<(), ApiError> {
        let index = match self.open.iter().position(|(batch, _)| batch.section == section) {
            Some(index) => index,
            None => {
                self.open.push((Batch { section, places: Vec::new(), rows: Vec::new(), skipped: Vec::new() }, 0));
                self.open.len() - 1
            }
        };
        let Some((batch, bytes)) = self.open.get_mut(index) else { return Ok(()) };
        *bytes += row.value.len();
        batch.places.push(place);
        batch.rows.push(row);
        batch.skipped.push(skipped);
        if batch.rows.len() >= BATCH_ROWS || *bytes >= BATCH_BYTES {
            let (batch, _) = self.open.swap_remove(index);
            return self.send(batch);
        }
        Ok(())
    }

    /// Sends all rows that are not sent yet.
    ///
    /// # Errors
    /// `internal` if the task that stages the rows has ended. Its own error is the answer.
    pub fn flush(&mut self) -> Result<(), ApiError> {
        for (batch, _) in std::mem::take(&mut self.open) {
            self.send(batch)?;
        }
        Ok(())
    }

    fn send(&self, batch: Batch) -> Result<(), ApiError> {
        self.sender.blocking_send(batch).map_err(ApiError::internal)
    }
}
