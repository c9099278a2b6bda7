//! The user that PostgreSQL runs as. PostgreSQL refuses to run as root. Under root it runs in a user namespace, where files stay root's and every
//! folder is accessible, or else as `nobody`.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::embedded::EmbeddedError;

/// The id of `nobody` on every Linux.
const NOBODY: u32 = 65534;
/// The namespace maps root to `nobody`: initdb looks up the name of its user, and `nobody` has a name everywhere.
const UNSHARE: [&str; 3] = ["--user", "--map-user=65534", "--map-group=65534"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunAs {
    /// The server does not run as root.
    Ourselves,
    /// Root, mapped to `nobody` inside a user namespace.
    UserNamespace,
    /// The user `nobody`, which owns the folders of data and socket.
    Nobody,
}

impl RunAs {
    pub async fn choose() -> Self {
        if !rustix::process::geteuid().is_root() {
            return Self::Ourselves;
        }
        let namespaces_work = Command::new("unshare")
            .args(UNSHARE)
            .arg("true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .await
            .is_ok_and(|status| status.success());
        if namespaces_work { Self::UserNamespace } else { Self::Nobody }
    }

    /// A command that runs `program` as this user, in its own process group. Ctrl-C then reaches the server only, which stops the database after its
    /// last request.
    pub fn command(self, program: &Path) -> Command {
        let mut command = match self {
            Self::UserNamespace => {
                let mut unshare = std::process::Command::new("unshare");
                unshare.args(UNSHARE).arg(program);
                unshare
            }
            Self::Ourselves => std::process::Command::new(program),
            Self::Nobody => {
                let mut command = std::process::Command::new(program);
                command.uid(NOBODY).gid(NOBODY);
                command
            }
        };
        command.process_group(0).stdin(Stdio::null());
        // PostgreSQL must not start in a folder that its user can't enter. Its messages are matched in English.
        command.current_dir("/").env("LC_ALL", "C").env("LC_MESSAGES", "C");
        Command::from(command)
    }

    /// The folder for the cluster: `wanted`, or another one where `nobody` can't reach it.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn reachable(self, wanted: &Path) -> Result<PathBuf, EmbeddedError> {
        if self != Self::Nobody {
            return Ok(wanted.to_owned());
        }
        let parent = wanted.parent().unwrap_or(wanted);
        let enters = self.command(Path::new("/usr/bin/test")).arg("-x").arg(parent).status().await;
        let path = if enters.is_ok_and(|status| status.success()) {
            wanted.to_owned()
        } else {
            let path = PathBuf::from(format!("/var/lib/landfall/{}", super::socket_dir::short_name(wanted)));
            tracing::info!(folder = %path.display(), "the data folder is closed to other users; the database goes elsewhere");
            path
        };
        self.own(&path)?;
        Ok(path)
    }

    /// Creates a folder with mode 0700 that belongs to this user.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn own(self, path: &Path) -> Result<(), EmbeddedError> {
        let failed = || EmbeddedError::io(format!("The folder {} can't be made", path.display()));
        std::fs::create_dir_all(path).map_err(failed())?;
        if self == Self::Nobody {
            std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).map_err(failed())?;
        }
        let closed = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(path, closed).map_err(failed())
    }
}
