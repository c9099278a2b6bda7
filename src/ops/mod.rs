//! Health, metrics, logs, the limit of open files, and what administrators see.

pub mod audit_log;
mod connection_errors;
pub mod faults;
pub mod fd_limit;
pub mod health;
pub mod logging;
pub mod metrics;
mod outgoing;
pub mod statistics;
pub mod traces;
