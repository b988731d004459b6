//! What this process has used so far: processor time, and room on the disk.

use std::path::Path;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::store::FILE;

/// Processor time of all threads, seconds.
pub fn cpu_s() -> Option<f64> {
    let pid = Pid::from_u32(std::process::id());
    let mut system = System::new().ok()?;
    let what = ProcessRefreshKind::nothing().with_cpu();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
    system.process(pid).map(|p| p.accumulated_cpu_time() as f64 / 1e3)
}

/// Bytes of the database in `dir`, its write-ahead log included; none without a database.
pub fn database_bytes(dir: &Path) -> Option<u64> {
    let size = |file: &Path| std::fs::metadata(file).map(|m| m.len());
    let database = size(&dir.join(FILE)).ok()?;
    Some(database + size(&dir.join(format!("{FILE}-wal"))).unwrap_or(0))
}
