//! `/api/admin/*`: the audit log and the counts.

mod audit;
mod effects;
mod stats;
