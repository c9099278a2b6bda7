//! The `landfall` program.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use landfall::auth::admin;
use landfall::boot::{self, BootError};
use landfall::config::{Config, Env, env};
use landfall::{openapi, operate, telemetry};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An offline-first backend. Settings come from the environment: see `landfall config`.
#[derive(Parser)]
#[command(version)]
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
    /// After the database was restored from a backup: begin a new epoch, so that devices offer again what it lost. Stop all servers before.
    Restore {
        /// End all sign-in sessions: those that were ended after the backup live again otherwise.
        #[arg(long)]
        sign_out: bool,
    },
    /// Remove now what was deleted long ago; servers do this every hour.
    Sweep {
        /// How long ago; default: LANDFALL_TOMBSTONE_DAYS.
        #[arg(long, value_parser = clap::value_parser!(i32).range(0..=36_500))]
        days: Option<i32>,
    },
    /// The keys that sign JWTs.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Who administers.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Serve the embedded object storage alone (development): for several servers that share it, or to see what happens without it.
    Storage {
        #[arg(long)]
        port: u16,
    },
    /// Print what background work is queued, and what was given up.
    Jobs,
    /// Print the OpenAPI document. Needs no database.
    Openapi,
    /// Print every setting with its default, in the form of an .env file.
    Config,
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Sign with a new key from now on. Tokens of the old one stay good until they expire.
    Rotate,
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Make the person with this address an administrator.
    Grant { email: String },
    /// Make the person with this address an ordinary user again.
    Revoke { email: String },
}

fn main() -> ExitCode {
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
        Command::Openapi => print_openapi(),
        Command::Config => {
            print!("{}", env::example());
            Ok(())
        }
        Command::Serve => with_config(boot::serve),
        Command::Migrate => with_config(boot::migrate),
        Command::Restore { sign_out } => with_config(|config| boot::restore(config, sign_out)),
        Command::Sweep { days } => with_config(|config| boot::sweep(config, days)),
        Command::Keys { command: KeysCommand::Rotate } => with_config(operate::rotate_keys),
        Command::Admin { command: AdminCommand::Grant { email } } => {
            with_config(|config| operate::set_role(config, email, admin::ADMIN))
        }
        Command::Admin { command: AdminCommand::Revoke { email } } => {
            with_config(|config| operate::set_role(config, email, admin::USER))
        }
        Command::Storage { port } => with_config(|config| operate::serve_storage(config, port)),
        Command::Jobs => with_config(boot::jobs),
    }
}

fn print_openapi() -> Result<(), BootError> {
    let text = openapi::document(true).to_pretty_json();
    println!("{}", text.map_err(|error| BootError::Other(format!("The document can't be written: {error}")))?);
    Ok(())
}

/// Reads the settings, sets up logging, and runs `work` on a runtime.
fn with_config<W: Future<Output = Result<(), BootError>>>(work: impl FnOnce(Config) -> W) -> Result<(), BootError> {
    let config = Config::from_env(&Env::from_process()?)?;
    telemetry::init(&config.server)?;
    // HTTP workers have runtimes of their own; this one drives what is embedded and the background tasks.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| BootError::Other(format!("The runtime can't be started: {error}")))?;
    runtime.block_on(work(config))
}
