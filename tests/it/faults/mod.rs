//! Failures under load: killed servers, stopped databases, exhausted pools. Each harness returns a verdict, and each failure has the command that
//! repeats it.

pub mod balancer;
mod client_upgrade;
mod commit;
mod device;
#[cfg(feature = "faults")]
mod failpoints;
mod first_sync;
mod kill;
mod kill_in_transaction;
pub mod load;
pub mod load_state;
mod outage;
mod past_horizon;
#[cfg(feature = "faults")]
mod planted_bugs;
mod pool;
mod postgres;
mod rolling_restart;
mod soak;
mod two_servers;
mod write_log;
mod writer;
