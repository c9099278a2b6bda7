//! `landfall doctor`: checks what a server needs, and says what to do.

mod clock;
mod configuration;
mod database;
mod public_address;
mod report;
mod storage;

use report::{Finding, Report};

use super::output;
use crate::boot::BootError;
use crate::config::{Config, Env};

/// Checks the configuration and everything that it names. Changes nothing but objects under `landfall-doctor/` in the bucket, which it removes.
///
/// # Errors
/// If a check found an error. The report was printed before.
pub fn doctor(json: bool) -> Result<(), BootError> {
    let checks = match Env::from_process().and_then(|env| Config::from_env(&env)) {
        // Nothing else can be checked without the settings.
        Err(error) => vec![Finding::error("configuration", error.0, "see `landfall config` for all settings")],
        Ok(config) => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime =
                runtime.map_err(|error| BootError::Other(format!("The runtime can't be started: {error}")))?;
            runtime.block_on(check(&config))
        }
    };
    let report = Report::new(checks);
    output::print(&if json { report.to_json() } else { report.to_text() });
    match report.errors() {
        0 => Ok(()),
        1 => Err(BootError::Other("One check found an error".into())),
        errors => Err(BootError::Other(format!("{errors} checks found an error"))),
    }
}

async fn check(config: &Config) -> Vec<Finding> {
    let mut checks = configuration::check(config);
    checks.extend(database::check(config).await);
    checks.extend(storage::check(config).await);
    checks.extend(public_address::check(config).await);
    checks
}
