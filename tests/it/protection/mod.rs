//! What keeps strangers, foreign pages and floods away.

mod canaries;
mod connections;
mod cors;
mod headers;
mod limits;
mod role;
mod row_security;
mod strangers;
