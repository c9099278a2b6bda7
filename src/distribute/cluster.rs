//! What a database is, and why it can't be distributed.

use diesel::sql_types::{Bool, Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::DistributeError;
use crate::db::DbError;

/// The oldest version of Citus that was tried.
const OLDEST: u32 = 13;

/// The database as the role of this connection sees it.
#[derive(Debug, diesel::QueryableByName)]
pub struct Place {
    #[diesel(sql_type = Text)]
    pub database: String,
    /// The version of the extension. `None`: the database does not have it.
    #[diesel(sql_type = Nullable<Text>)]
    pub citus: Option<String>,
    /// The version of PostgreSQL, for example 17.
    #[diesel(sql_type = Integer)]
    pub major: i32,
    #[diesel(sql_type = Bool)]
    pub is_owner: bool,
}

/// Reads what the database is.
///
/// # Errors
/// A [`DbError`].
pub async fn place(conn: &mut AsyncPgConnection) -> Result<Place, DbError> {
    let sql = "SELECT current_database()::text AS database, (SELECT extversion FROM pg_extension WHERE extname = 'citus') AS citus,
                      current_setting('server_version_num')::integer / 10000 AS major,
                      coalesce((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('user_version')), false)
                          AS is_owner";
    Ok(diesel::sql_query(sql).get_result(conn).await?)
}

impl Place {
    /// # Errors
    /// Why no cluster can be made of this database, from what it knows without its workers.
    pub fn check(&self) -> Result<(), DistributeError> {
        let Some(citus) = &self.citus else {
            return refused(
                "The database has no Citus: CREATE EXTENSION citus on the coordinator and on each worker, then citus_add_node",
            );
        };
        if citus.split(['.', '-']).next().and_then(|major| major.parse().ok()).is_none_or(|major: u32| major < OLDEST) {
            return refused(format!("Citus {citus} is too old: version {OLDEST} or later is needed"));
        }
        if !self.is_owner {
            return refused("The role of DATABASE_URL does not own the tables: distribute them as their owner");
        }
        Ok(())
    }
}

/// A node with shards, and what it said of itself.
#[derive(Debug, diesel::QueryableByName)]
struct Worker {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    success: bool,
    #[diesel(sql_type = Text)]
    result: String,
}

/// Asks the nodes of the cluster.
///
/// # Errors
/// Why the cluster is not ready, and a [`DbError`].
pub async fn check_nodes(conn: &mut AsyncPgConnection, place: &Place) -> Result<(), DistributeError> {
    #[derive(diesel::QueryableByName)]
    struct Coordinator {
        #[diesel(sql_type = Bool)]
        is_coordinator: bool,
        #[diesel(sql_type = Bool)]
        a_worker_takes_shards: bool,
        /// The arguments of `citus_drain_node`, if the coordinator takes shards or has some.
        #[diesel(sql_type = Nullable<Text>)]
        with_shards: Option<String>,
        #[diesel(sql_type = Nullable<Text>)]
        inactive: Option<String>,
    }
    let sql = "SELECT citus_is_coordinator() AS is_coordinator,
                      EXISTS (SELECT FROM pg_dist_node WHERE noderole = 'primary' AND shouldhaveshards AND groupid > 0) AS a_worker_takes_shards,
                      (SELECT format('%L, %s', nodename, nodeport) FROM pg_dist_node WHERE groupid = 0 AND noderole = 'primary' AND (shouldhaveshards OR EXISTS (
                           SELECT FROM pg_dist_placement JOIN pg_dist_shard USING (shardid) JOIN pg_dist_partition USING (logicalrelid)
                           WHERE groupid = 0 AND partmethod = 'h'))) AS with_shards,
                      (SELECT min(nodename || ':' || nodeport) FROM pg_dist_node WHERE NOT isactive) AS inactive";
    let coordinator: Coordinator = diesel::sql_query(sql).get_result(conn).await.map_err(DbError::from)?;
    if !coordinator.is_coordinator {
        return refused("DATABASE_URL leads to a worker: set it to the coordinator");
    }
    if !coordinator.a_worker_takes_shards {
        return refused("The cluster has no worker for shards: add one with citus_add_node");
    }
    if let Some(node) = coordinator.with_shards {
        return refused(format!(
            "The coordinator takes shards, and Citus can end there at the write of a collection: SELECT citus_drain_node({node}) moves them to the workers"
        ));
    }
    if let Some(node) = coordinator.inactive {
        return refused(format!("The node {node} is not active: citus_activate_node, or remove it"));
    }
    let sql = "SELECT nodename || ':' || nodeport AS name, success, result FROM run_command_on_workers(
                   'SELECT concat_ws('' '', (SELECT extversion FROM pg_extension WHERE extname = ''citus''),
                        current_setting(''server_version_num'')::integer / 10000,
                        (SELECT count(*) FROM pg_roles WHERE rolname IN (''landfall_app'', ''landfall_jobs'')))')";
    let workers: Vec<Worker> = diesel::sql_query(sql).load(conn).await.map_err(DbError::from)?;
    let citus = place.citus.as_deref().unwrap_or_default();
    for Worker { name, success, result } in workers {
        if !success {
            return refused(format!("The node {name} does not answer: {result}"));
        }
        match result.split(' ').collect::<Vec<_>>()[..] {
            [version, major, _] if version != citus || major != place.major.to_string() => {
                return refused(format!(
                    "The node {name} has Citus {version} on PostgreSQL {major}, and the coordinator Citus {citus} on PostgreSQL {}",
                    place.major
                ));
            }
            [_, _, "2"] => {}
            _ => {
                return refused(format!(
                    "The node {name} lacks the roles landfall_app and landfall_jobs: make them there with their password"
                ));
            }
        }
    }
    Ok(())
}

pub(super) fn refused<T>(why: impl Into<String>) -> Result<T, DistributeError> {
    Err(DistributeError::Refused(why.into()))
}
