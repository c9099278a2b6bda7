//! The postmaster process. It is found by its pid file and stopped by signals, because pg_ctl refuses root.

use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// The living process that `postmaster.pid` names.
pub fn running_postmaster(cluster_dir: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(cluster_dir.join("postmaster.pid")).ok()?;
    let pid = Pid::from_raw(text.lines().next()?.trim().parse().ok()?)?;
    test_kill_process(pid).is_ok().then_some(pid)
}

/// Stops the postmaster with a fast shutdown, and with an immediate one after `timeout`.
pub async fn stop(pid: Pid, timeout: Duration) {
    for signal in [Signal::INT, Signal::QUIT] {
        if kill_process(pid, signal).is_err() || wait_for_end(pid, timeout).await {
            return;
        }
    }
}

async fn wait_for_end(pid: Pid, timeout: Duration) -> bool {
    let deadline = tokio::time::Instant::now() + timeout;
    while tokio::time::Instant::now() < deadline {
        if test_kill_process(pid).is_err() || is_zombie(pid) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

/// True for a process that ended before its parent waited for it. The embedded PostgreSQL is such a child until `wait` returns.
fn is_zombie(pid: Pid) -> bool {
    std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
}

/// Ends the backends of a killed postmaster, which keep its shared memory and so block the next start. PostgreSQL's processes have their data folder
/// as working folder, by which they are recognised.
pub fn end_orphans(cluster_dir: &Path) {
    let Ok(processes) = std::fs::read_dir("/proc") else { return };
    for process in processes.flatten() {
        let works_here = std::fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == cluster_dir);
        let pid = process.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        if let (true, Some(pid)) = (works_here, pid) {
            let _ = kill_process(pid, Signal::QUIT);
        }
    }
}
