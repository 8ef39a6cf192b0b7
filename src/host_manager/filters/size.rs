//! Filters for exact and minimum sizes.

use super::{Cause, Matcher, ResourceView};
use crate::host_manager::host::{Hardware, HostState};

fn hardware(host: &HostState, view: ResourceView) -> Hardware {
    match view {
        ResourceView::Offered => host.offered(),
        ResourceView::Hardware => host.hardware,
    }
}

impl Matcher<'_> {
    /// `suits` compares the node's size with the requested size.
    pub(super) fn ram(
        &self,
        host: &HostState,
        view: ResourceView,
        suits: fn(&i64, &i64) -> bool,
    ) -> Option<Cause> {
        let requested = self.ram_mb?;
        (!suits(&hardware(host, view).ram_mb, &requested)).then_some(Cause::Ram)
    }

    /// `suits` compares the node's size with the requested size.
    pub(super) fn disk(
        &self,
        host: &HostState,
        view: ResourceView,
        suits: fn(&i64, &i64) -> bool,
    ) -> Option<Cause> {
        let requested = self.disk_mb?;
        (!suits(&hardware(host, view).disk_mb, &requested)).then_some(Cause::Disk)
    }

    /// `suits` compares the node's size with the requested size. A node with 0 CPUs has unknown properties, and never
    /// passes a request for CPUs (Nova: `ExactCoreFilter`).
    pub(super) fn cores(
        &self,
        host: &HostState,
        view: ResourceView,
        suits: fn(&i64, &i64) -> bool,
    ) -> Option<Cause> {
        let requested = self.vcpus?;
        let has = hardware(host, view).vcpus;
        (has == 0 || !suits(&has, &requested)).then_some(Cause::Cores)
    }
}
