//! A private PostgreSQL cluster on a unix socket. Durable across restarts; survives the server's `kill -9` and is taken over by
//! the next one.

mod binaries;
mod cluster;
mod process;
mod run_as;
mod socket_dir;

pub use binaries::PgBinaries;
pub use cluster::Cluster;
pub use run_as::RunAs;
