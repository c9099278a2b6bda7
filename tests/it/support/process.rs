//! The `landfall` program as a process.

use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use secrecy::ExposeSecret as _;
use tokio::process::{Child, Command};

use super::cluster::TestDatabase;
use super::eventually;
use super::ports::free_port;
use super::user::http_client;

/// A running process. It is killed when it is dropped.
pub struct Process {
    child: Child,
    pub url: String,
}

/// A command with only these settings in its environment.
fn command(program: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    let path = std::env::var("PATH").unwrap();
    // The child inherits `PATH` only.
    command
        .env_clear()
        .env("PATH", path)
        .env("LANDFALL_LOG", "warn")
        .env("LANDFALL_RATE_LIMITS", "false")
        .envs(settings.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

impl Process {
    /// Starts a server and waits until it is ready.
    pub async fn start(data: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start_program(Path::new(env!("CARGO_BIN_EXE_landfall")), data, settings, |command| command).await
    }

    /// Starts a server over a test's database, with its files in `data`.
    pub async fn over(db: &TestDatabase, data: &Path, settings: &[(&str, &str)]) -> Self {
        let settings = [&[("DATABASE_URL", db.url.expose_secret())], settings].concat();
        Self::start(data, &settings).await
    }

    /// Starts a server over a test's database with the log level `info`. The file of its output.
    pub async fn start_logged(db: &TestDatabase, data: &Path, settings: &[(&str, &str)]) -> (Self, PathBuf) {
        let path = data.join("output");
        let log = std::fs::File::create(&path).unwrap();
        let settings = [&[("DATABASE_URL", db.url.expose_secret()), ("LANDFALL_LOG", "info")], settings].concat();
        let program = Path::new(env!("CARGO_BIN_EXE_landfall"));
        let process = Self::start_program(program, data, &settings, |command| {
            command.stdout(log.try_clone().unwrap()).stderr(log)
        });
        (process.await, path)
    }

    /// Starts a server and does not wait.
    pub fn spawn(data: &Path) -> Self {
        let port = free_port().to_string();
        let program = Path::new(env!("CARGO_BIN_EXE_landfall"));
        let child = command(program, &[("PORT", &port), ("LANDFALL_DATA", data.to_str().unwrap())]).spawn().unwrap();
        Self { child, url: format!("http://127.0.0.1:{port}") }
    }

    pub async fn start_program(
        program: &Path,
        data: &Path,
        settings: &[(&str, &str)],
        adjust: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Self {
        let port = free_port().to_string();
        let mut command = command(program, &[("PORT", &port), ("LANDFALL_DATA", data.to_str().unwrap())]);
        command.envs(settings.iter().copied()).stderr(Stdio::inherit());
        let child = adjust(&mut command).spawn().unwrap();
        let process = Self { child, url: format!("http://127.0.0.1:{port}") };
        let client = http_client();
        eventually(60, "the server is ready", || async {
            let answer = client.get(format!("{}/health/ready", process.url)).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        process
    }

    /// Runs the program to its end. Its exit status and stderr.
    pub async fn run(settings: &[(&str, &str)], arguments: &[&str]) -> (ExitStatus, String) {
        let (status, _, errors) = Self::run_for_output(settings, arguments).await;
        (status, errors)
    }

    /// Runs the program to its end. Its exit status, stdout and stderr.
    pub async fn run_for_output(settings: &[(&str, &str)], arguments: &[&str]) -> (ExitStatus, String, String) {
        Self::run_program(Path::new(env!("CARGO_BIN_EXE_landfall")), settings, arguments).await
    }

    /// The same with another program.
    pub async fn run_program(
        program: &Path,
        settings: &[(&str, &str)],
        arguments: &[&str],
    ) -> (ExitStatus, String, String) {
        let output = command(program, settings).args(arguments).stdout(Stdio::piped()).output().await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status, text(output.stdout), text(output.stderr))
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// The resident memory in bytes.
    pub fn resident_bytes(&self) -> u64 {
        self.memory("VmRSS:")
    }

    /// The resident memory that is not a part of the program's file, in bytes.
    pub fn own_bytes(&self) -> u64 {
        self.memory("RssAnon:")
    }

    /// The peak of resident memory in bytes, since the start or the last `forget_peak`.
    pub fn peak_bytes(&self) -> u64 {
        self.memory("VmHWM:")
    }

    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id().unwrap()), "5").unwrap();
    }

    fn memory(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id().unwrap())).unwrap();
        let value = status.lines().find_map(|text| text.strip_prefix(line)).unwrap();
        value.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().unwrap() as i32).unwrap();
        kill_process(pid, signal).unwrap();
    }

    pub async fn end(&mut self) -> ExitStatus {
        self.child.wait().await.unwrap()
    }

    pub async fn terminate(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.end().await
    }

    pub async fn kill(mut self) {
        self.signal(Signal::KILL);
        assert_eq!(self.end().await.signal(), Some(9));
    }
}
