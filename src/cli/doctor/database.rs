//! The database: version, role, migrations, clock, room, connections, poolers.

use chrono::Utc;
use diesel_async::AsyncPgConnection;
use secrecy::SecretString;

use super::clock;
use super::report::Finding;
use crate::config::{Config, Environment};
use crate::db::inspect::{Inspection, inspect};
use crate::db::pooler::Pooling;
use crate::db::{Ability, Database, DbError, ability, migrate, role, room_for_writes};

/// The oldest version with what the migrations use.
const OLDEST_VERSION: i32 = 150_000;
/// Connections of a server besides those of its pool: LISTEN, the probe, the presence, the migration.
const BESIDES_POOL: i64 = 6;

/// All checks of the database. After a failed connection there are no others.
pub async fn check(config: &Config) -> Vec<Finding> {
    let settings = &config.database;
    let Some(url) = &settings.url else {
        return vec![Finding::skipped("database", "DATABASE_URL is not set: the server starts its own PostgreSQL")];
    };
    let direct_url = settings.direct_url.as_ref().unwrap_or(url);
    match examine(config, url, direct_url).await {
        Ok(checks) => checks,
        Err(error) => vec![Finding::error(
            "database.connection",
            error.to_string(),
            "check DATABASE_URL and DATABASE_DIRECT_URL, the password, sslmode, and that PostgreSQL runs",
        )],
    }
}

async fn examine(config: &Config, url: &SecretString, direct_url: &SecretString) -> Result<Vec<Finding>, DbError> {
    let db = Database::new(url, direct_url, 2)?;
    let mut conn = db.dedicated().await?;
    let before = Utc::now();
    let server = inspect(&mut conn).await?;
    let here = before + (Utc::now() - before) / 2;
    let mut checks = vec![encryption(&server), version(&server)];
    checks.push(clock::compare("database.clock", "the database", server.clock, here));
    let pooling = pooling(config, &db).await?;
    checks.extend([connections(config, &server), pooling]);
    let able = match ability(&mut conn).await? {
        Ability::Writes => room_for_writes(&mut conn).await?,
        other => other,
    };
    checks.push(writes(able, &server));
    checks.push(migrations(conn).await);
    if able != Ability::NoTables {
        checks.push(role_of(config, &db, &server).await?);
        checks.push(jobs(&server));
    }
    db.close();
    Ok(checks)
}

fn encryption(server: &Inspection) -> Finding {
    let check = "database.connection";
    match (server.encrypted, server.by_network) {
        (true, _) => Finding::ok(check, "encrypted"),
        (false, false) => Finding::ok(check, "a unix socket"),
        // A network of containers or of one machine is common, and a pooler may have the TLS.
        (false, true) => Finding::ok(check, "not encrypted: right inside a private network only (sslmode=verify-full)"),
    }
}

fn version(server: &Inspection) -> Finding {
    let message = format!("PostgreSQL {}", server.version);
    match server.version_number >= OLDEST_VERSION {
        true => Finding::ok("database.version", message),
        false => Finding::error("database.version", message, "use PostgreSQL 15 or later"),
    }
}

fn connections(config: &Config, server: &Inspection) -> Finding {
    let needed = config.database.pool_size as i64 + BESIDES_POOL;
    let message =
        format!("{} of {} are open; a server uses up to {needed}", server.open_connections, server.max_connections);
    match i64::from(server.max_connections) >= needed {
        true => Finding::ok("database.connections", message),
        false => Finding::error(
            "database.connections",
            message,
            "lower DATABASE_POOL_SIZE, raise max_connections, or put a pooler in front",
        ),
    }
}

async fn pooling(config: &Config, db: &Database) -> Result<Finding, DbError> {
    let check = "database.pooler";
    let advice = "set DATABASE_DIRECT_URL to PostgreSQL itself, for LISTEN and locks";
    let Pooling::Transaction { named_statements } = db.pooling().await? else {
        return Ok(Finding::ok(check, "no transaction pooler is in front"));
    };
    if config.database.direct_url.is_none() {
        return Ok(Finding::error(check, "DATABASE_URL leads to a transaction pooler", advice));
    }
    if db.direct_pooling().await? != Pooling::Session {
        return Ok(Finding::error(check, "DATABASE_DIRECT_URL leads to a transaction pooler", advice));
    }
    let statements = if named_statements { "named" } else { "unnamed" };
    Ok(Finding::ok(check, format!("a transaction pooler is in front; statements are {statements}")))
}

/// What of the disk shows from outside: the size, and whether a write finds room.
fn writes(able: Ability, server: &Inspection) -> Finding {
    let check = "database.disk";
    let size = format!("the database has {} MiB", server.bytes / (1024 * 1024));
    match able {
        Ability::Writes | Ability::NoTables => Finding::ok(check, format!("a write finds room; {size}")),
        Ability::NoRoom => {
            Finding::error(check, format!("a write finds no room; {size}"), "enlarge the disk, or free space on it")
        }
        Ability::ReadsOnly => Finding::error(
            check,
            "the database takes no writes: a standby, or default_transaction_read_only",
            "set DATABASE_URL to the primary",
        ),
    }
}

async fn migrations(conn: AsyncPgConnection) -> Finding {
    let check = "database.migrations";
    let advice = "run `landfall migrate` as the owner of the tables";
    match migrate::count_pending(conn).await {
        Ok(0) => Finding::ok(check, "all are applied"),
        Ok(pending) => Finding::error(check, format!("{pending} migrations or functions are missing"), advice),
        Err(error) => Finding::error(check, error.to_string(), advice),
    }
}

/// A server in production should be able to change no table and to see no rows without their owner.
async fn role_of(config: &Config, db: &Database, server: &Inspection) -> Result<Finding, DbError> {
    let check = "database.role";
    let role = &server.role;
    let advice = "start the server as landfall_app (docs/PROTECTION.md, \"The server's role in the database\")";
    let problem = if server.bypasses_row_security {
        Some(format!("{role}: row-level security does not bind it"))
    } else if role::can_change_schema(db).await? {
        Some(format!("{role}: it can change tables"))
    } else if !server.has_time_limits {
        Some(format!("{role}: it has no lock_timeout or no statement_timeout, so a statement may hang"))
    } else {
        None
    };
    Ok(match problem {
        Some(problem) if config.environment == Environment::Production => Finding::warning(check, problem, advice),
        Some(problem) => Finding::ok(check, format!("{problem}; right for development and for migrations")),
        None => Finding::ok(check, format!("{role}: it reads and writes rows and can change no table")),
    })
}

fn jobs(server: &Inspection) -> Finding {
    match server.may_run_jobs {
        true => Finding::ok("database.jobs_role", format!("{} may take on landfall_jobs", server.role)),
        false => Finding::error(
            "database.jobs_role",
            format!("{} may not take on landfall_jobs, so uploads and old rows are never swept", server.role),
            "GRANT landfall_jobs TO the role (docs/PROTECTION.md)",
        ),
    }
}
