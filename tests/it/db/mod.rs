//! Connections to PostgreSQL: errors by SQLSTATE, TLS, poolers, failovers.

mod failover;
mod forwarder;
mod pooler;
mod refused_writes;
mod sqlstate;
mod tls;
mod transaction_pooler;
