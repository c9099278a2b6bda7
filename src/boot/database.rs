//! Opens the database, embedded or configured, and brings its schema up to date.

use super::{BootError, EmbeddedServices, storage};
use crate::config::Config;
use crate::db::pooler::Pooling;
use crate::db::{Database, migrate, role};
use crate::distribute;
use crate::storage::Storage;

/// For commands: opens the database, runs `work`, and stops the database if it was started for this.
///
/// # Errors
/// If the database can't be opened, and what `work` returns.
pub async fn with_database(
    config: &Config,
    work: impl AsyncFnOnce(Database) -> Result<(), BootError>,
) -> Result<(), BootError> {
    let mut embedded = EmbeddedServices::default();
    let result = match open(config, &mut embedded).await {
        Ok(db) => match allow_for_pooler(config, &db).await {
            Ok(()) => work(db).await,
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    embedded.stop().await;
    result
}

/// For commands that need the object storage too: as [`with_database`].
///
/// # Errors
/// If either can't be opened, and what `work` returns.
pub async fn with_services(
    config: &Config,
    work: impl AsyncFnOnce(Database, Storage) -> Result<(), BootError>,
) -> Result<(), BootError> {
    let mut embedded = EmbeddedServices::default();
    let opened = async {
        let db = open(config, &mut embedded).await?;
        allow_for_pooler(config, &db).await?;
        Ok::<_, BootError>((db, storage::open(config, &mut embedded).await?))
    };
    let result = match opened.await {
        Ok((db, storage)) => work(db, storage).await,
        Err(error) => Err(error),
    };
    embedded.stop().await;
    result
}

/// The pool of the configured database, or of an embedded one that is started for it. No connection is made yet.
///
/// # Errors
/// If the embedded database can't be started, or the URL is not valid.
pub async fn open(config: &Config, embedded: &mut EmbeddedServices) -> Result<Database, BootError> {
    let settings = &config.database;
    let url = match &settings.url {
        Some(url) => url.clone(),
        None => embedded.start_postgres(config).await?,
    };
    let direct_url = settings.direct_url.as_ref().unwrap_or(&url);
    Database::new(&url, direct_url, settings.pool_size).map_err(BootError::Database)
}

/// Refuses a transaction pooler without an address that passes it, and uses no named statements behind one that does not know them. Nothing is asked
/// where the database is embedded.
///
/// # Errors
/// A sentence that says what to set, and errors of the database.
pub async fn allow_for_pooler(config: &Config, db: &Database) -> Result<(), BootError> {
    let settings = &config.database;
    if settings.url.is_none() {
        return Ok(());
    }
    let Pooling::Transaction { named_statements } = db.pooling().await.map_err(BootError::Database)? else {
        return Ok(());
    };
    if settings.direct_url.is_none() {
        return Err(BootError::Other(
            "DATABASE_URL leads to a transaction pooler: set DATABASE_DIRECT_URL to PostgreSQL itself, for LISTEN and locks"
                .to_owned(),
        ));
    }
    if db.direct_pooling().await.map_err(BootError::Database)? != Pooling::Session {
        return Err(BootError::Other(
            "DATABASE_DIRECT_URL leads to a transaction pooler: set it to PostgreSQL itself, for LISTEN and locks"
                .to_owned(),
        ));
    }
    tracing::info!(named_statements, "the database is behind a transaction pooler");
    if !named_statements {
        db.use_unnamed_statements();
    }
    Ok(())
}

/// Refuses a distributed database whose sessions lack its settings, as after a restore without them. Nothing is asked where the database is embedded.
///
/// # Errors
/// A sentence that says what to do, and errors of the database.
pub async fn refuse_half_a_cluster(config: &Config, db: &Database) -> Result<(), BootError> {
    if config.database.url.is_none() {
        return Ok(());
    }
    let mut conn = db.conn().await.map_err(BootError::Database)?;
    if distribute::lacks_settings(&mut conn).await.map_err(BootError::Database)? {
        return Err(BootError::Other(
            "The database is distributed and lacks the settings of that: run `landfall distribute` again, and restart a pooler"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Reopens an embedded database as the role of a server, so that development has the permissions of production. A configured one stays as it is.
///
/// # Errors
/// If the role can't be given access.
pub async fn as_server_role(config: &Config, embedded: &EmbeddedServices, db: Database) -> Result<Database, BootError> {
    let Some(url) = embedded.server_role_url() else { return Ok(db) };
    role::allow_login(&db).await.map_err(BootError::Database)?;
    Database::new(&url, &url, config.database.pool_size).map_err(BootError::Database)
}

/// Runs the pending migrations, or refuses if there are some and `LANDFALL_MIGRATE` is off.
///
/// # Errors
/// [`BootError::NotMigrated`] if migrations are pending, and errors of the database.
pub async fn prepare_schema(config: &Config, db: &Database) -> Result<(), BootError> {
    if config.database.migrate_at_boot {
        return run_migrations(db).await;
    }
    let conn = db.dedicated().await.map_err(BootError::Database)?;
    match migrate::count_pending(conn).await? {
        0 => Ok(()),
        pending => Err(BootError::NotMigrated(pending)),
    }
}

/// Runs the pending migrations and logs their names.
///
/// # Errors
/// If the database can't be reached, or a migration fails.
pub async fn run_migrations(db: &Database) -> Result<(), BootError> {
    let conn = db.dedicated().await.map_err(BootError::Database)?;
    for name in migrate::run_pending(conn).await? {
        tracing::info!(migration = name, "applied");
    }
    Ok(())
}
