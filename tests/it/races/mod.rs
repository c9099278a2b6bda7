//! Two concurrent writers in an order that the test chooses. Both wait for the user's row, each at its own server, because one server would queue
//! them before the database. Further tests have many writers in any order.

mod chat;
mod collections;
pub mod cursor;
mod projects;
pub mod revision;
