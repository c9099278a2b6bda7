//! `landfall backup` and `landfall restore`, with servers and commands as processes.

mod place;
mod refusals;
mod removal;
mod round_trip;
