//! Two writers at once, in an order that the test chooses: both wait behind the user's row, at servers of their own (within one server
//! they would queue before the database). And crowds at once, in whatever order.

mod chat;
mod collections;
pub mod cursor;
mod projects;
pub mod revision;
