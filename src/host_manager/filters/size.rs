//! Compares RAM, disk and CPUs: each with a filter for the exact size and one for the minimum.

use super::{DefaultLists, Filter, FilterName, Matcher, RefusalText, ResourceView};
use crate::counts;
use crate::host_manager::frequencies::counted;
use crate::host_manager::host::{Hardware, HostState};
use crate::host_manager::units;

/// The filter for a resource that compares its size like this.
pub(super) struct Size<R>(pub(super) R, pub(super) Bound);

/// A size of a machine.
pub(super) trait Resource {
    /// The name of the filter for the exact size.
    const EXACT_NAME: &'static str;
    /// The name of the filter for the minimum.
    const AT_LEAST_NAME: &'static str;
    /// The filter for the minimum.
    const AT_LEAST: FilterName;
    /// What a machine of size 0 lacks.
    const NAME: &'static str;
    /// The node's property with the size.
    const PROPERTY: &'static str;
    /// Whether size 0 means that the size is unknown, so that the machine fits no request for a size.
    const ZERO_IS_UNKNOWN: bool = false;

    fn requested(matcher: &Matcher<'_>) -> Option<i64>;

    fn of(hardware: Hardware) -> i64;

    /// The size with its unit.
    fn text(size: i64) -> String;

    /// The size with its unit, in lists.
    fn short(size: i64) -> String;

    /// The change that would make a machine of another size fit.
    fn change(_: &Matcher<'_>, has: i64) -> String {
        format!("with {}", Self::text(has))
    }

    /// The requested size and the closest sizes of the refused nodes.
    fn summary(bound: Bound, matcher: &Matcher<'_>, subject: &str, refused: &[&HostState]) -> String {
        let found = refused.iter().map(|host| Self::of(host.hardware));
        closest(subject, bound, Self::requested(matcher), found, Self::text, Self::short)
    }
}

/// How a filter compares a size with the requested one.
#[derive(Clone, Copy)]
pub(super) enum Bound {
    Exact,
    AtLeast,
}

impl Bound {
    fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exactly",
            Self::AtLeast => "at least",
        }
    }
}

pub(super) struct Ram;

impl Resource for Ram {
    const EXACT_NAME: &'static str = "ExactRamFilter";
    const AT_LEAST_NAME: &'static str = "RamFilter";
    const AT_LEAST: FilterName = FilterName::Ram;
    const NAME: &'static str = "RAM";
    const PROPERTY: &'static str = "memory_mb";

    fn requested(matcher: &Matcher<'_>) -> Option<i64> {
        matcher.ram_mb
    }

    fn of(hardware: Hardware) -> i64 {
        hardware.ram_mb
    }

    fn text(size: i64) -> String {
        units::ram(size)
    }

    fn short(size: i64) -> String {
        units::amount(size)
    }
}

pub(super) struct Disk;

impl Resource for Disk {
    const EXACT_NAME: &'static str = "ExactDiskFilter";
    const AT_LEAST_NAME: &'static str = "DiskFilter";
    const AT_LEAST: FilterName = FilterName::Disk;
    const NAME: &'static str = "disk";
    const PROPERTY: &'static str = "local_gb";

    fn requested(matcher: &Matcher<'_>) -> Option<i64> {
        matcher.disk_mb
    }

    fn of(hardware: Hardware) -> i64 {
        hardware.disk_mb
    }

    fn text(size: i64) -> String {
        units::disk(size)
    }

    fn short(size: i64) -> String {
        format!("{size} MiB")
    }

    /// The root partition that would fit on the node's disk, next to the ephemeral disk and swap.
    fn change(matcher: &Matcher<'_>, has: i64) -> String {
        let request = matcher.request;
        let extra = |size: Option<u64>| size.and_then(|size| i64::try_from(size).ok()).unwrap_or(0);
        let root = has - extra(request.swap_mb) - 1024 * extra(request.ephemeral_gb);
        if root < 0 || root % 1024 != 0 {
            return format!("with {} in total (root, ephemeral and swap)", units::disk(has));
        }
        let size = units::disk(root);
        let mut change =
            if root == has { format!("with {size}") } else { format!("with {size} for the root partition") };
        if matcher.disk_mb.is_some_and(|requested| requested - has == 1024) {
            change.push_str(" (`local_gb` is 1 less than the disk size)");
        }
        change
    }

    /// In GiB, if all sizes are whole numbers of GiB.
    fn summary(bound: Bound, matcher: &Matcher<'_>, subject: &str, refused: &[&HostState]) -> String {
        let sizes = refused.iter().map(|host| host.hardware.disk_mb);
        let is_whole = |mb: i64| mb % 1024 == 0;
        if let Some(mb) = matcher.disk_mb.filter(|&mb| is_whole(mb) && sizes.clone().all(is_whole)) {
            let text = |gb: i64| units::disk(gb * 1024);
            closest(subject, bound, Some(mb / 1024), sizes.map(|mb| mb / 1024), text, |gb| {
                format!("{gb} GiB")
            })
        } else {
            let text = |mb: i64| format!("{mb} MiB of disk");
            closest(subject, bound, matcher.disk_mb, sizes, text, Self::short)
        }
    }
}

pub(super) struct Cores;

impl Resource for Cores {
    const EXACT_NAME: &'static str = "ExactCoreFilter";
    const AT_LEAST_NAME: &'static str = "CoreFilter";
    const AT_LEAST: FilterName = FilterName::Core;
    const NAME: &'static str = "CPUs";
    const PROPERTY: &'static str = "cpus";
    /// A node with 0 CPUs has unknown properties (Nova: `ExactCoreFilter`).
    const ZERO_IS_UNKNOWN: bool = true;

    fn requested(matcher: &Matcher<'_>) -> Option<i64> {
        matcher.vcpus
    }

    fn of(hardware: Hardware) -> i64 {
        hardware.vcpus
    }

    fn text(size: i64) -> String {
        units::cpus(size)
    }

    fn short(size: i64) -> String {
        format!("{size} CPUs")
    }
}

impl<R: Resource> Filter for Size<R> {
    fn name(&self) -> &'static str {
        match self.1 {
            Bound::Exact => R::EXACT_NAME,
            Bound::AtLeast => R::AT_LEAST_NAME,
        }
    }

    fn default_lists(&self) -> DefaultLists {
        match self.1 {
            Bound::Exact => DefaultLists::Exact(R::AT_LEAST),
            Bound::AtLeast => DefaultLists::AtLeast,
        }
    }

    fn is_needed(&self, matcher: &Matcher<'_>) -> bool {
        R::requested(matcher).is_some()
    }

    fn refuses(&self, matcher: &Matcher<'_>, host: &HostState, view: ResourceView) -> bool {
        let Some(requested) = R::requested(matcher) else { return false };
        let has = R::of(match view {
            ResourceView::Offered => host.offered(),
            ResourceView::Hardware => host.hardware,
        });
        let suits = match self.1 {
            Bound::Exact => has == requested,
            Bound::AtLeast => has >= requested,
        };
        R::ZERO_IS_UNKNOWN && has == 0 || !suits
    }

    fn explain(&self, matcher: &Matcher<'_>, host: &HostState) -> RefusalText {
        let requested = R::text(R::requested(matcher).unwrap_or_default());
        let has = R::text(R::of(host.hardware));
        let reason = match R::of(host.hardware) {
            0 => format!("has no {} in its properties", R::NAME),
            _ => format!("has {has}"),
        };
        RefusalText::new(reason, format!("{} {requested}", self.1.as_str()), has)
    }

    fn change(&self, matcher: &Matcher<'_>, host: &HostState) -> String {
        match R::of(host.hardware) {
            0 => format!("if `{}` were set (it is 0)", R::PROPERTY),
            has => R::change(matcher, has),
        }
    }

    fn distance(&self, matcher: &Matcher<'_>, host: &HostState) -> f64 {
        let requested = R::requested(matcher).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "only the order of distances matters")]
        let share = requested.abs_diff(R::of(host.hardware)) as f64 / requested.max(1) as f64;
        share
    }

    fn summary(&self, matcher: &Matcher<'_>, subject: &str, refused: &[&HostState]) -> String {
        R::summary(self.1, matcher, subject, refused)
    }
}

/// Describes the requested size and the closest sizes among the nodes.
fn closest(
    subject: &str,
    bound: Bound,
    requested: Option<i64>,
    found: impl Iterator<Item = i64>,
    text: impl Fn(i64) -> String,
    short: impl Fn(i64) -> String,
) -> String {
    let requested = requested.unwrap_or_default();
    let mut found: Vec<(i64, usize)> = counted(found);
    found.sort_by_key(|(size, _)| (size.abs_diff(requested), *size));
    let closest = match found.as_slice() {
        [] => String::new(),
        [(0, count)] => format!("; the size of {} is unknown", counts::counted(*count, "node")),
        [(size, count)] => format!("; closest: {} ({})", short(*size), counts::counted(*count, "node")),
        [first, second, rest @ ..] => {
            let mut two = [*first, *second];
            two.sort_unstable();
            let two =
                two.map(|(size, count)| format!("{} ({})", short(size), counts::counted(count, "node")));
            let more =
                if rest.is_empty() { String::new() } else { format!(", {} sizes in total", found.len()) };
            format!("; closest: {}{more}", two.join(" and "))
        }
    };
    format!("{subject} has {} {}{closest}", bound.as_str(), text(requested))
}
