//! What this machine is: its name, memory and disk.

use std::path::Path;

use serde::Serialize;
use sysinfo::{
    Components, DiskRefreshKind, Disks, Pid, ProcessRefreshKind, ProcessesToUpdate, System,
};

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

/// All memory of this machine, bytes; 0 if it cannot be told.
pub fn memory_bytes() -> u64 {
    let Ok(mut system) = System::new() else { return 0 };
    system.refresh_memory();
    system.total_memory()
}

/// The hottest of this machine's sensors, degrees Celsius; none where there are no sensors.
pub fn temperature_c() -> Option<f32> {
    let sensors = Components::new_with_refreshed_list().ok()?;
    // What is not connected says nothing, or nonsense.
    let sane = |t: &f32| (1.0..150.0).contains(t);
    sensors.iter().filter_map(sysinfo::Component::temperature).filter(sane).max_by(f32::total_cmp)
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

/// What is left of the machine, for people.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct HostState {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// Processor cores that Dixi may use.
    pub cores: usize,
    /// Processes that want a core, on average over the last minute.
    pub load: f64,
    /// What this process holds of the memory, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub resident_bytes: Option<u64>,
    /// All memory, bytes.
    pub memory_bytes: u64,
    /// Memory that programs can still have, bytes.
    pub memory_free_bytes: u64,
    /// Free space where the state is kept, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub disk_free_bytes: Option<u64>,
    /// The size of that disk, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub disk_bytes: Option<u64>,
}

/// How the machine is now; `data_dir` is where the state is kept. May block on a sleeping disk.
pub fn state(data_dir: &Path) -> HostState {
    let (memory_bytes, memory_free_bytes) = memory().unwrap_or_default();
    let disk = disk(data_dir);
    HostState {
        name: name(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        load: System::load_average().map_or(0.0, |l| l.one),
        resident_bytes: resident_bytes(),
        memory_bytes,
        memory_free_bytes,
        disk_free_bytes: disk.map(|(free, _)| free),
        disk_bytes: disk.map(|(_, total)| total),
    }
}

/// All and available memory, bytes.
fn memory() -> Option<(u64, u64)> {
    let mut system = System::new().ok()?;
    system.refresh_memory();
    Some((system.total_memory(), system.available_memory()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory() {
        assert!(resident_bytes().unwrap() > 1 << 20);
    }

    #[test]
    fn this_machine_has_cores_memory_and_a_disk() {
        let host = state(Path::new(env!("CARGO_MANIFEST_DIR")));
        assert!(host.cores >= 1 && host.load >= 0.0);
        assert!(host.memory_bytes > host.memory_free_bytes && host.memory_free_bytes > 0);
        assert!(host.disk_bytes >= host.disk_free_bytes);
    }
}
