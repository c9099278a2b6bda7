//! CPU and memory of processes, from /proc (Linux).

use std::path::Path;

/// A clock tick is 10 ms on common Linux systems.
const MS_PER_TICK: f64 = 10.0;

/// The CPU milliseconds of a process. `children` adds those of its ended children.
pub fn process_ms(pid: u32, children: bool) -> f64 {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return 0.0 };
    let fields: Vec<f64> =
        stat.rsplit(") ").next().unwrap().split(' ').map(|field| field.parse().unwrap_or(0.0)).collect();
    // utime, stime, cutime and cstime are the fields 14 to 17. The third field is the first one after the name.
    let count = if children { 4 } else { 2 };
    fields[11..11 + count].iter().sum::<f64>() * MS_PER_TICK
}

/// The CPU milliseconds of all processes that work in a folder (a PostgreSQL cluster). The postmaster accounts for its ended backends.
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

/// The peak memory in MiB since the last [`reset_peak`].
pub fn peak_mib(pid: u32) -> f64 {
    memory_mib(pid, "VmHWM:")
}

pub fn reset_peak(pid: u32) {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").unwrap();
}

fn memory_mib(pid: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}
