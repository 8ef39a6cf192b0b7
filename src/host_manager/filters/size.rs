//! Filters on how large a machine is, exactly or at least.

use super::{Cause, Matcher, View};
use crate::host_manager::host::{Hardware, HostState};

fn seen(host: &HostState, view: View) -> Hardware {
    match view {
        View::Offered => host.offered(),
        View::Hardware => host.hardware,
    }
}

impl Matcher<'_> {
    /// `suits` compares what the node has with what is asked.
    pub(super) fn ram(&self, host: &HostState, view: View, suits: fn(&i64, &i64) -> bool) -> Option<Cause> {
        let asked = self.ram_mb?;
        (!suits(&seen(host, view).ram_mb, &asked)).then_some(Cause::Ram)
    }

    /// `suits` compares what the node has with what is asked.
    pub(super) fn disk(&self, host: &HostState, view: View, suits: fn(&i64, &i64) -> bool) -> Option<Cause> {
        let asked = self.disk_mb?;
        (!suits(&seen(host, view).disk_mb, &asked)).then_some(Cause::Disk)
    }

    /// `suits` compares what the node has with what is asked. A node without CPUs is one whose properties are not
    /// known, and never passes where CPUs are asked for (Nova: `ExactCoreFilter`).
    pub(super) fn cores(&self, host: &HostState, view: View, suits: fn(&i64, &i64) -> bool) -> Option<Cause> {
        let asked = self.vcpus?;
        let has = seen(host, view).vcpus;
        (has == 0 || !suits(&has, &asked)).then_some(Cause::Cores)
    }
}
