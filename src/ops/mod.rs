//! Health, metrics, logs, and the limit of open files.

pub mod fd_limit;
pub mod health;
pub mod logging;
pub mod metrics;
