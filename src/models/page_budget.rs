//! Pages that end by bytes as well as by rows. PostgreSQL adds up the sizes of the ordered rows and sends those that fit, so that the contents of the
//! others are neither read nor held in memory.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Nullable};

/// How many more bytes an answer may hold. The first row always fits, so that a larger row is an answer of its own.
#[derive(Debug, Clone, Copy)]
pub struct ByteBudget {
    left: i64,
    unused: bool,
}

impl ByteBudget {
    /// A budget of this many bytes.
    pub fn new(bytes: i64) -> Self {
        Self { left: bytes, unused: true }
    }

    /// A budget of this many bytes that not even the first row may exceed.
    pub fn strict(bytes: i64) -> Self {
        Self { left: bytes, unused: false }
    }

    /// Takes a row of this many bytes. False if it does not fit.
    pub fn take(&mut self, bytes: i64) -> bool {
        let fits = self.unused || bytes <= self.left;
        if fits {
            self.left -= bytes;
            self.unused = false;
        }
        fits
    }
}

/// The bytes of a page, about. `largest_row` is the size of the user's largest row, where the caller knows it.
#[derive(Debug, Clone, Copy)]
pub struct ListBudget {
    pub bytes: i64,
    pub largest_row: Option<i64>,
}

impl ListBudget {
    /// True if any page of this many rows fits, so that its sizes need not be added up.
    pub fn fits_any(self, rows: i64) -> bool {
        self.largest_row.is_some_and(|largest| largest.saturating_mul(rows) <= self.bytes)
    }
}

/// A page of rows.
#[derive(Debug)]
pub struct Cut<T> {
    pub rows: Vec<T>,
    /// True if the query has more rows than the page.
    pub more: bool,
}

/// A row of [`WithinBytes`]: the size of the page up to it, whether the query has another row after it, its own size, and its content.
pub type Measured<T> = (i64, Option<bool>, (i64, T));

impl<T> Cut<T> {
    /// The page of at most `limit` of these rows, which come with their sizes.
    pub fn by_count(rows: Vec<(i64, T)>, limit: usize) -> Self {
        Self { more: rows.len() > limit, rows: rows.into_iter().take(limit).map(|(_, row)| row).collect() }
    }

    /// The page of at most `limit` of these rows.
    pub fn of(rows: Vec<Measured<T>>, limit: usize) -> Self {
        let mut more = false;
        let mut kept = Vec::with_capacity(rows.len().min(limit));
        for (_, followed, (_, row)) in rows.into_iter().take(limit) {
            more = followed.unwrap_or(false);
            kept.push(row);
        }
        Self { rows: kept, more }
    }
}

/// The longest beginning of an ordered query whose rows have at most `bytes` together. The first row always fits.
#[derive(Debug, Clone, Copy)]
pub struct WithinBytes<Q> {
    query: Q,
    bytes: i64,
}

/// Limits an ordered query by bytes. Its first column is named `bytes` and is the size of the row. Its own limit is one row more than a page has, which
/// shows that another page follows. Load it as [`Measured`] rows.
pub fn within_bytes<Q>(query: Q, bytes: i64) -> WithinBytes<Q> {
    WithinBytes { query, bytes }
}

impl<Q: Query> Query for WithinBytes<Q> {
    type SqlType = (BigInt, Nullable<Bool>, Q::SqlType);
}

impl<Q: QueryId> QueryId for WithinBytes<Q> {
    type QueryId = WithinBytes<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for WithinBytes<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // A window without an order takes the rows in the order of the query below it. One window is one step of the plan, and a sum of `integer` does
        // not use `numeric`.
        out.push_sql(
            "SELECT p.* FROM (SELECT sum(least(q.bytes, 2147483647)::integer) OVER w AS page_bytes, lead(true) OVER w AS followed, q.* FROM (",
        );
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(
            ") AS q WINDOW w AS (ROWS UNBOUNDED PRECEDING)) AS p WHERE p.page_bytes = p.bytes OR p.page_bytes <= ",
        );
        out.push_bind_param::<BigInt, _>(&self.bytes)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{ByteBudget, Cut, ListBudget};

    #[test]
    fn first_row_always_fits() {
        let mut budget = ByteBudget::new(10);
        assert_eq!([budget.take(9), budget.take(2), budget.take(1)], [true, false, true]);
        assert!(ByteBudget::new(10).take(11));
    }

    #[test]
    fn sizes_are_added_up_where_the_largest_rows_might_not_fit() {
        let fits = |largest_row| ListBudget { bytes: 100, largest_row }.fits_any(10);
        assert_eq!([fits(Some(10)), fits(Some(11)), fits(Some(i64::MAX)), fits(None)], [true, false, false, false]);
    }

    #[test]
    fn page_has_more_if_rows_are_left_by_count_or_by_bytes() {
        let of = |sent: usize, found: usize, limit| {
            let row = |n| (n as i64 + 1, (n + 1 < found).then_some(true), (1, n));
            let cut = Cut::of((0..sent).map(row).collect(), limit);
            (cut.rows.len(), cut.more)
        };
        assert_eq!(of(3, 3, 2), (2, true), "by count");
        assert_eq!(of(1, 3, 2), (1, true), "by bytes");
        assert_eq!(of(2, 2, 2), (2, false));
        assert_eq!(of(0, 0, 2), (0, false));
    }
}
