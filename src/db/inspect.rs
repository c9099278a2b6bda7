//! What PostgreSQL says about itself and about this connection, for `landfall doctor`.

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Bool, Integer, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::DbError;

/// The server, as the role of this connection sees it.
#[derive(Debug, diesel::QueryableByName)]
pub struct Inspection {
    /// For example 170002.
    #[diesel(sql_type = Integer)]
    pub version_number: i32,
    /// For example `17.2`.
    #[diesel(sql_type = Text)]
    pub version: String,
    #[diesel(sql_type = Text)]
    pub role: String,
    /// The role is a superuser, or row-level security does not bind it.
    #[diesel(sql_type = Bool)]
    pub bypasses_row_security: bool,
    /// The role may take on `landfall_jobs`, or policies do not bind it.
    #[diesel(sql_type = Bool)]
    pub may_run_jobs: bool,
    /// Whether PostgreSQL's end of the connection is encrypted.
    #[diesel(sql_type = Bool)]
    pub encrypted: bool,
    /// Whether the connection is by TCP. A unix socket is never encrypted.
    #[diesel(sql_type = Bool)]
    pub by_network: bool,
    #[diesel(sql_type = Timestamptz)]
    pub clock: DateTime<Utc>,
    /// How many connections PostgreSQL takes, without those that are reserved for superusers.
    #[diesel(sql_type = Integer)]
    pub max_connections: i32,
    /// Connections to any database, this one included.
    #[diesel(sql_type = BigInt)]
    pub open_connections: i64,
    /// The size of the database in bytes.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
    /// Whether statements of this role end after some time.
    #[diesel(sql_type = Bool)]
    pub has_time_limits: bool,
}

const SQL: &str = "
    SELECT current_setting('server_version_num')::integer AS version_number,
           current_setting('server_version') AS version,
           current_user::text AS role,
           (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS bypasses_row_security,
           coalesce((SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = 'landfall_jobs'), false)
               OR coalesce((SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('assets')), false)
               AS may_run_jobs,
           coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted,
           inet_server_addr() IS NOT NULL AS by_network,
           clock_timestamp() AS clock,
           current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer AS max_connections,
           (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL) AS open_connections,
           pg_database_size(current_database()) AS bytes,
           current_setting('statement_timeout') <> '0' AND current_setting('lock_timeout') <> '0' AS has_time_limits";

/// Asks the server in one statement.
///
/// # Errors
/// A [`DbError`].
pub async fn inspect(conn: &mut AsyncPgConnection) -> Result<Inspection, DbError> {
    Ok(diesel::sql_query(SQL).get_result(conn).await?)
}
