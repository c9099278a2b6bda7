//! `landfall distribute`: what it refuses, that statements of a user name the user, and a real cluster where one is given.

mod bound;
mod citus;
mod plain;
mod traffic;
