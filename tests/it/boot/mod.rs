//! The program from start to end: what it refuses, what it starts, what survives.

mod embedded;
mod graceful;
mod refusals;
mod survives_kill;
