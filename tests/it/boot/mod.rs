//! The program from start to end: what it refuses, what it starts, what survives.

mod embedded;
mod refusals;
mod survives_kill;
