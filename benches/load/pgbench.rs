//! The baseline: pgbench sends the same SQL as prepared statements to PostgreSQL.

use std::time::Duration;

use tokio::process::Command;

use super::setup::Setup;
use super::workload;

/// Runs a script. Returns transactions per second.
pub async fn run(setup: &Setup, script: &str, connections: usize, users: usize, duration: Duration) -> f64 {
    let script = format!(
        "\\set u random(0, {})\n\\set n random(1, 9000000000000000)\n{}",
        users - 1,
        script.replace(":session", "('00000000-0000-4000-8000-' || lpad(:u::text, 12, '0'))::uuid")
    );
    let path = setup.dir().join("script.sql");
    std::fs::write(&path, script).unwrap();
    let output = Command::new("pgbench")
        .arg("-h")
        .arg(setup.socket_dir())
        .args(["-U", "landfall", "-n", "-M", "prepared"])
        .args(["-c", &connections.to_string(), "-j", "1", "-T", &duration.as_secs().to_string()])
        .args(["-D", &format!("content={}", workload::content())])
        .args(["-D", &format!("document={}", workload::pgbench_document()), "-f"])
        .arg(&path)
        .arg("landfall")
        .output()
        .await
        .expect("pgbench is needed: on Debian it comes with the package postgresql");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let line = text.lines().find_map(|line| line.strip_prefix("tps = ")).expect("pgbench answers a rate");
    line.split(' ').next().unwrap().parse().unwrap()
}
