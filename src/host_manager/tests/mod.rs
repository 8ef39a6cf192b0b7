//! Tests of the host manager's public interface.

mod explaining;
mod invariants;
mod planning;

use super::*;

/// A free machine with 8 CPUs, 16 GiB of RAM and a disk of 100 GiB.
fn machine(name: &str) -> HostState {
    HostState {
        uuid: format!("uuid-of-{name}").into(),
        name: Some(name.into()),
        hardware: Hardware { vcpus: 8, ram_mb: 16384, disk_mb: 102_400 },
        driver: Some("redfish".into()),
        resource_class: Some("bm".into()),
        provision_state: Some("available".into()),
        power_state: Some("power off".into()),
        ..HostState::default()
    }
}

/// A free machine with this much RAM in GiB.
fn machine_of(name: &str, ram_gb: i64) -> HostState {
    let mut host = machine(name);
    host.hardware.ram_mb = ram_gb * 1024;
    host
}

/// A request for this much RAM in GiB.
fn ram(ram_gb: u64) -> Request {
    Request { ram_mb: Some(ram_gb * 1024), ..Request::default() }
}
