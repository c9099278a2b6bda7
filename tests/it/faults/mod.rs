//! What breaks while people work: servers killed, a database that stops, a pool that is full. Each harness answers a verdict, and each
//! failure says how to see it again.

mod device;
mod journal;
mod kill;
mod load;
mod pool;
mod postgres;
mod shared;
mod two_servers;
mod writer;
