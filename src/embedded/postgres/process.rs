//! The postmaster as a process: found by its pid file, stopped by signals (pg_ctl refuses root), its orphans ended.

use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// The process named in `postmaster.pid`, if it lives.
pub fn running_postmaster(cluster_dir: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(cluster_dir.join("postmaster.pid")).ok()?;
    let pid = Pid::from_raw(text.lines().next()?.trim().parse().ok()?)?;
    test_kill_process(pid).is_ok().then_some(pid)
}

/// Fast shutdown: connections are ended, everything is written. Immediate if that takes longer than `patience`.
pub async fn stop(pid: Pid, patience: Duration) {
    for signal in [Signal::INT, Signal::QUIT] {
        if kill_process(pid, signal).is_err() || wait_for_end(pid, patience).await {
            return;
        }
    }
}

async fn wait_for_end(pid: Pid, patience: Duration) -> bool {
    let deadline = tokio::time::Instant::now() + patience;
    while tokio::time::Instant::now() < deadline {
        if test_kill_process(pid).is_err() || is_zombie(pid) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

/// Ended, but not yet waited for by its parent: for our own child that is after this.
fn is_zombie(pid: Pid) -> bool {
    std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
}

/// Backends that outlived a killed postmaster keep its shared memory, and with it the next start, from going on.
/// PostgreSQL's processes work in their data folder, which is how they are told from others.
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
