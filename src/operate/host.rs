//! What this machine is: its name, memory and disk.

use std::path::Path;

use sysinfo::{DiskRefreshKind, Disks, Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// The machine's own name, in lower case.
pub fn name() -> Option<String> {
    System::host_name().ok().map(|n| n.trim().to_ascii_lowercase()).filter(|n| !n.is_empty())
}

/// This process's resident memory, bytes.
pub fn resident_bytes() -> Option<u64> {
    let pid = Pid::from_u32(std::process::id());
    let mut system = System::new().ok()?;
    let what = ProcessRefreshKind::nothing().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
    system.process(pid).map(|p| p.memory())
}

/// Free and total bytes of the disk that holds `path` (or its nearest parent that exists).
pub fn disk(path: &Path) -> Option<(u64, u64)> {
    let real = path.ancestors().find_map(|p| p.canonicalize().ok())?;
    let disks = Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_storage());
    let disks = disks.ok()?;
    let holds = |d: &&sysinfo::Disk| real.starts_with(d.mount_point());
    let disk = disks.iter().filter(holds).max_by_key(|d| d.mount_point().as_os_str().len())?;
    Some((disk.available_space(), disk.total_space()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory() {
        assert!(resident_bytes().unwrap() > 1 << 20);
    }
}
