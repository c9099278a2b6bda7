//! Two writers at once, in an order that the test chooses: both wait behind the user's row, at servers of their own (within one server
//! they would queue before the database).

mod chat;
mod collections;
mod projects;
