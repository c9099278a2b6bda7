//! The program from start to end: refused starts, embedded services, signals, kills.

mod embedded;
mod graceful;
mod memory;
mod no_authorities;
mod refusals;
mod survives_kill;
