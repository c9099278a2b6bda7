//! The user's quota of rows as the last parameters of a database function.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::AstPass;
use diesel::sql_types::{BigInt, Nullable};

use crate::json::RowSpace;

/// The last parameters: bytes and rows. NULL is no limit.
pub struct Limits {
    bytes: Option<i64>,
    rows: Option<i64>,
}

impl Limits {
    pub fn of(quota: Option<RowSpace>) -> Self {
        Self { bytes: quota.map(|quota| quota.bytes), rows: quota.map(|quota| quota.rows) }
    }

    /// Adds `, $n, $m)`, which ends the call.
    pub fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(", ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.bytes)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.rows)?;
        out.push_sql(")");
        Ok(())
    }
}
