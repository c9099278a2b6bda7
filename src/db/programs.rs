//! PostgreSQL's client programs, `pg_dump` and `pg_restore`, connected to the database of this process.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use diesel::sql_types::Integer;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::process::Command;

use super::settings::{self, TlsMode};
use super::{Database, DbError, url};

/// Where Debian's packages put the programs of each major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The path of the program `name` that fits a server of `major`: the same version, or else the next later one, because an older one refuses. It is
/// looked for in `folder` (the setting PG_BIN), in Debian's folders and in PATH.
///
/// # Errors
/// A sentence without its full stop that says what to install.
pub async fn find(name: &str, folder: Option<&str>, major: i32) -> Result<PathBuf, String> {
    let mut found = Vec::new();
    for path in candidates(name, folder) {
        if let Some(version) = version(&path).await {
            found.push((version, path));
        }
    }
    // The sort is stable: of equal versions the one in PG_BIN comes first.
    found.sort_by_key(|(version, _)| *version);
    let versions: Vec<String> = found.iter().map(|(version, _)| version.to_string()).collect();
    let fitting = found.into_iter().find(|(version, _)| *version >= major);
    fitting.map(|(_, path)| path).ok_or_else(|| {
        let others = if versions.is_empty() { String::new() } else { format!(" (found: {})", versions.join(", ")) };
        format!(
            "{name} {major} or later is not here{others}: install PostgreSQL's client programs of that version, or set PG_BIN to their folder"
        )
    })
}

fn candidates(name: &str, folder: Option<&str>) -> Vec<PathBuf> {
    // `npm` stands for the embedded database's own programs, which have neither of these.
    let mut paths: Vec<PathBuf> =
        folder.filter(|folder| *folder != "npm").map(|folder| Path::new(folder).join(name)).into_iter().collect();
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    paths.extend(versions.map(|version| version.path().join("bin").join(name)).filter(|path| path.exists()));
    paths.push(PathBuf::from(name));
    paths
}

/// For example 17 of `pg_dump (PostgreSQL) 17.2 (Debian 17.2-1)`.
async fn version(program: &Path) -> Option<i32> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().await.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let digits: String = text.split_whitespace().nth(2)?.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The major version of the server.
///
/// # Errors
/// A [`DbError`].
pub async fn major(conn: &mut AsyncPgConnection) -> Result<i32, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Integer)]
        major: i32,
    }
    let sql = "SELECT current_setting('server_version_num')::integer / 10000 AS major";
    let row: Row = diesel::sql_query(sql).get_result(conn).await?;
    Ok(row.major)
}

impl Database {
    /// Runs `program` to its end with this database as `--dbname`, past a pooler.
    ///
    /// # Errors
    /// A sentence without its full stop, with what the program wrote to stderr.
    pub async fn run_program(&self, program: &Path, arguments: &[&str]) -> Result<(), String> {
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (address, password) = for_libpq(self.direct.url())?;
        let mut command = Command::new(program);
        command.arg(format!("--dbname={address}")).arg("--no-password").args(arguments);
        // Other users of the machine can read arguments, and not the environment.
        if let Some(password) = password {
            command.env("PGPASSWORD", password);
        }
        command.env("LC_ALL", "C").stdin(Stdio::null()).kill_on_drop(true);
        let output = command.output().await.map_err(|error| format!("{name} can't be started: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().replace('\n', " / ");
        Err(format!("{name} failed: {said}"))
    }
}

/// The connection string in libpq's words without its password, and the password.
fn for_libpq(connection: &SecretString) -> Result<(String, Option<String>), String> {
    let mut parameters = url::parameters(connection.expose_secret())?;
    let at = parameters.iter().position(|(name, _)| name == "password");
    let password = at.map(|at| parameters.remove(at).1);
    // libpq has another default for the certificates.
    let verifies = settings::read(connection.expose_secret())?.tls.mode == TlsMode::VerifyFull;
    if verifies && !parameters.iter().any(|(name, _)| name == "sslrootcert") {
        parameters.push(("sslrootcert".to_owned(), "system".to_owned()));
    }
    Ok((url::words(&parameters), password))
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::for_libpq;

    #[test]
    fn password_is_no_argument() {
        let of = |text: &str| for_libpq(&SecretString::from(text));
        let address = "user='an' dbname='land' host='db' port='' sslmode='verify-full' sslrootcert='system'";
        let password = Some("p@ss".to_owned());
        assert_eq!(of("postgres://an:p%40ss@db/land?sslmode=verify-full"), Ok((address.to_owned(), password)));
        assert_eq!(of("host='/run' user=an").map(|(address, _)| address), Ok("host='/run' user='an'".to_owned()));
    }
}
