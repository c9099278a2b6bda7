//! Connections to PostgreSQL: errors by SQLSTATE, TLS, poolers, failovers.

mod failover;
mod forwarder;
mod full_disk;
mod hanging;
mod pgbouncer;
mod pooler;
mod refused_writes;
mod sqlstate;
mod tls;
mod transaction_pooler;
