//! The size of a page.

/// How much a page may hold, so that its memory is bounded and a slow connection gets it in time.
#[derive(Debug, Clone, Copy)]
pub struct PageSize {
    pub rows: usize,
    /// About. A page ends before it exceeds it.
    pub bytes: i64,
    /// Whether a first row that is larger is a page of its own. Otherwise the page is empty and says that there is more.
    pub whole_first_row: bool,
}
