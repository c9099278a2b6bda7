//! SQL, one file or folder for each table: rows and queries. A function takes a connection or a handle of the user's data, and never opens a
//! transaction. Nothing here knows HTTP.

pub mod account;
pub mod asset;
pub mod assistant;
pub mod audit;
pub mod changed;
pub mod chat_message;
pub mod chat_session;
mod committed;
pub mod database_state;
pub mod export;
pub mod idempotency_record;
pub mod import;
pub mod job;
pub mod page_budget;
pub mod project;
pub mod record;
mod row_quota;
pub mod row_security;
pub mod row_space;
pub mod session;
pub mod signing_key;
pub mod stats;
pub mod synced_table;
pub mod tombstone;
pub mod user;
pub mod user_version;
pub mod verification;
