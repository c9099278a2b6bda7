//! The commands of the program.

mod admin;
mod backup;
mod config;
mod distribute;
mod doctor;
mod health;
mod http;
mod jobs;
mod keys;
mod migrate;
mod openapi;
mod output;
mod restore;
mod serve;
#[cfg(feature = "embedded")]
mod storage;
mod sweep;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::boot::BootError;
use crate::config::{Config, Env};
use crate::distribute::SHARDS;
use crate::ops::logging;

/// An offline-first backend. Settings come from the environment: see `landfall config`.
#[derive(Parser)]
#[command(name = "landfall", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the demo (the default).
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Write a backup of the database and the bucket into a folder, while servers run. DATABASE_URL names the owner of the tables.
    Backup {
        folder: PathBuf,
        /// Remove all but the last N backups of the folder; default: keep all.
        #[arg(long, value_name = "N")]
        keep: Option<usize>,
    },
    /// Restore a backup into an empty database, then begin a new epoch, so that devices offer again what it lost. Stop all servers before.
    Restore {
        /// The folder of `landfall backup`. Without it the database was restored in another way, and only the new epoch begins.
        folder: Option<PathBuf>,
        /// The name of the backup; default: the last one.
        #[arg(long, value_name = "NAME", requires = "folder")]
        backup: Option<String>,
        /// End all sign-in sessions. Without this, sessions that were ended after the backup are valid again.
        #[arg(long)]
        sign_out: bool,
    },
    /// Distribute the tables of user data over the workers of a Citus cluster, with the rows that they have. Stop all servers before.
    Distribute {
        /// Print what would be done, and connect to no database.
        #[arg(long)]
        plan: bool,
        /// The number of shards, which is the largest number of workers that have rows.
        #[arg(long, value_name = "N", default_value_t = SHARDS, value_parser = clap::value_parser!(u32).range(1..=1024))]
        shards: u32,
    },
    /// Remove tombstones and stored outcomes now; servers do this every hour.
    Sweep {
        /// The age in days from which they are removed; default: LANDFALL_TOMBSTONE_DAYS.
        #[arg(long, value_parser = clap::value_parser!(i32).range(0..=36_500))]
        days: Option<i32>,
    },
    /// The keys that sign JWTs.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// The role of users.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Serve the embedded object storage alone (development): for several servers that share it, and for tests without it.
    #[cfg(feature = "embedded")]
    Storage {
        #[arg(long)]
        port: u16,
    },
    /// Print the queued and the failed background jobs.
    Jobs,
    /// Check the settings, the database, the bucket and the public address, and say what to do. Exit code 1 if something is wrong.
    Doctor {
        /// Print the report as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Ask the server of this machine whether it answers (for health checks of containers). Exit code 1 if not.
    Health {
        /// Ask whether it can serve requests: database and storage answer.
        #[arg(long)]
        ready: bool,
    },
    /// Print the OpenAPI document. Needs no database.
    Openapi,
    /// Print every setting with its default, in the form of an .env file.
    Config,
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Sign with a new key from now on. Tokens of the old one are valid until they expire.
    Rotate,
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Make the user with this address an administrator.
    Grant { email: String },
    /// Make the user with this address an ordinary user again.
    Revoke { email: String },
}

/// Runs the command of the process's arguments. An error is one sentence on stderr and exit code 1.
pub fn main() -> ExitCode {
    let command = Arguments::parse().command.unwrap_or(Command::Serve);
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("landfall: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), BootError> {
    match command {
        Command::Openapi => openapi::print(),
        Command::Config => config::print(),
        Command::Serve => with_config(serve::serve),
        Command::Migrate => with_config(migrate::migrate),
        Command::Backup { folder, keep } => with_config(|config| backup::backup(config, folder, keep)),
        Command::Restore { folder: Some(folder), backup, sign_out } => {
            with_config(|config| restore::restore_backup(config, folder, backup, sign_out))
        }
        Command::Restore { folder: None, sign_out, .. } => with_config(|config| restore::restore(config, sign_out)),
        Command::Distribute { plan: true, shards } => distribute::plan(shards),
        Command::Distribute { shards, .. } => with_config(|config| distribute::distribute(config, shards)),
        Command::Sweep { days } => with_config(|config| sweep::sweep(config, days)),
        Command::Keys { command: KeysCommand::Rotate } => with_config(keys::rotate),
        Command::Admin { command: AdminCommand::Grant { email } } => with_config(|config| admin::grant(config, email)),
        Command::Admin { command: AdminCommand::Revoke { email } } => {
            with_config(|config| admin::revoke(config, email))
        }
        #[cfg(feature = "embedded")]
        Command::Storage { port } => with_config(|config| storage::serve(config, port)),
        Command::Jobs => with_config(jobs::print),
        Command::Doctor { json } => doctor::doctor(json),
        Command::Health { ready } => with_config(|config| health::health(config, ready)),
    }
}

/// Reads the settings, sets up logging, and runs `work` on a runtime.
fn with_config<W: Future<Output = Result<(), BootError>>>(work: impl FnOnce(Config) -> W) -> Result<(), BootError> {
    let config = Config::from_env(&Env::from_process()?)?;
    logging::init(&config.server)?;
    // HTTP workers have runtimes of their own. This one runs embedded services and background work.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| BootError::Other(format!("The runtime can't be started: {error}")))?;
    runtime.block_on(work(config))
}
