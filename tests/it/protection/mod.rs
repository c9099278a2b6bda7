//! Protection against unauthorised requests, other origins and overload.

mod abandoned;
mod authorization;
mod client_address;
mod connections;
mod cors;
mod headers;
mod leaks;
mod limits;
mod role;
mod row_security;
mod unknown_callers;
mod unread;
