//! The type of a pooled connection.

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::Object;

/// A pooled connection.
pub type Conn = Object<AsyncPgConnection>;
