//! A private PostgreSQL cluster on a unix socket. It is durable across restarts. It survives `kill -9` of the server, and the next server adopts it.

mod binaries;
mod cluster;
mod process;
mod run_as;
mod socket_dir;

pub use binaries::PgBinaries;
pub use cluster::Cluster;
pub use run_as::RunAs;
