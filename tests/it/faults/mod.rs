//! What breaks while people work: servers killed, a database that stops, a pool that is full. Each harness answers a verdict, and each
//! failure says how to see it again.

mod away;
mod commit;
mod device;
#[cfg(feature = "planted")]
mod failpoints;
mod first_sync;
mod journal;
mod kill;
mod load;
mod middle;
mod outage;
#[cfg(feature = "planted")]
mod planted;
mod pool;
mod postgres;
mod shared;
mod soak;
mod two_servers;
mod upgrade;
mod writer;
