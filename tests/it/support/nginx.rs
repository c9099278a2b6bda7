//! nginx as docker-compose.yml has it, in front of two servers. `frontend-sdk/test/e2e/harness/nginx.mjs` does the same for browsers.

use std::path::Path;
use std::process::Stdio;

use tokio::process::{Child, Command};

use super::eventually;
use super::ports::free_port;

/// Debian has it in a folder that only root has in its path. `tools/ensure-nginx.sh` unpacks it below `target`.
const PLACES: [&str; 2] = ["nginx", "target/nginx/usr/sbin/nginx"];
const TEMPORARY: [&str; 5] = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/// A running nginx. It is killed when it is dropped.
pub struct Nginx {
    pub url: String,
    _running: Child,
    _folder: tempfile::TempDir,
}

impl Nginx {
    /// `None`, and a printed line, where there is no nginx.
    pub async fn start(servers: [&str; 2]) -> Option<Self> {
        let named = std::env::var("NGINX_PATH").ok();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let Some(program) = named.iter().map(String::as_str).chain(PLACES).find(|place| answers(root, place)) else {
            println!("There is no nginx: run `make nginx`, or set NGINX_PATH");
            return None;
        };
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, configuration(root, folder.path(), port, servers)).unwrap();
        let mut command = command(root, program);
        command.arg("-p").arg(folder.path()).arg("-c").arg(&file).kill_on_drop(true);
        let running = command.stdout(Stdio::null()).spawn().unwrap();
        eventually(10, "nginx listens", || async {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok().map(|_| ())
        })
        .await;
        Some(Self { url: format!("http://127.0.0.1:{port}"), _running: running, _folder: folder })
    }
}

fn command(root: &Path, program: &str) -> Command {
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new(program);
    command.current_dir(root).env("PATH", format!("{path}:/usr/sbin:/usr/local/sbin"));
    command
}

fn answers(root: &Path, program: &str) -> bool {
    let output = command(root, program).into_std().arg("-v").output();
    output.is_ok_and(|output| output.status.success())
}

/// deploy/nginx/nginx.conf with the addresses of this test, without a daemon, and with its files in the folder.
fn configuration(root: &Path, folder: &Path, port: u16, servers: [&str; 2]) -> String {
    let mut text = std::fs::read_to_string(root.join("deploy/nginx/nginx.conf")).unwrap();
    let temporary: String = TEMPORARY.iter().map(|kind| format!("  {kind}_temp_path {kind};\n")).collect();
    let [one, two] = servers.map(|url| url.trim_start_matches("http://").to_owned());
    for (from, to) in [
        ("landfall-one:8787", one),
        ("landfall-two:8787", two),
        ("listen 8080", format!("listen 127.0.0.1:{port}")),
        ("http {\n", format!("http {{\n{temporary}")),
    ] {
        assert!(text.contains(from), "deploy/nginx/nginx.conf has {from}");
        text = text.replacen(from, &to, 1);
    }
    // Workers of a master that runs as root have another user, who can't read the folder. One process has neither.
    format!("daemon off;\nmaster_process off;\npid {}/nginx.pid;\nerror_log stderr crit;\n{text}", folder.display())
}
