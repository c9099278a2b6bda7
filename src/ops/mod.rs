//! Health, metrics, logs, and the limit of open files.

mod connection_errors;
pub mod fd_limit;
pub mod health;
pub mod logging;
pub mod metrics;
