//! CPU and memory of processes, from /proc (Linux).

use std::path::Path;

/// Clock ticks are hundredths of a second on every Linux that people use.
const MS_PER_TICK: f64 = 10.0;

/// Milliseconds of CPU that a process has used; with `children`, also those of its children that have ended.
pub fn process_ms(pid: u32, children: bool) -> f64 {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return 0.0 };
    let fields: Vec<f64> =
        stat.rsplit(") ").next().unwrap().split(' ').map(|field| field.parse().unwrap_or(0.0)).collect();
    // utime, stime, cutime, cstime: fields 14 to 17, the third field being the first after the name.
    let count = if children { 4 } else { 2 };
    fields[11..11 + count].iter().sum::<f64>() * MS_PER_TICK
}

/// All processes that work in a folder: a PostgreSQL cluster. Its backends that have ended are in the postmaster's account.
pub fn cluster_ms(dir: &Path, postmaster: u32) -> f64 {
    let pids =
        std::fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &u32| std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == dir))
        .map(|pid| process_ms(pid, pid == postmaster))
        .sum()
}

pub fn resident_mib(pid: u32) -> f64 {
    memory_mib(pid, "VmRSS:")
}

/// The most that it was since the last [`forget_peak`].
pub fn peak_mib(pid: u32) -> f64 {
    memory_mib(pid, "VmHWM:")
}

pub fn forget_peak(pid: u32) {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").unwrap();
}

fn memory_mib(pid: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}
