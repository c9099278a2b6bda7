//! Protection against unauthorised requests, other origins and overload.

mod authorization;
mod connections;
mod cors;
mod headers;
mod leaks;
mod limits;
mod role;
mod row_security;
