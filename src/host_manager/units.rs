//! Sizes with their units, for messages.

use crate::counts;

/// RAM. What Ironic and Nova call MB is MiB.
pub(super) fn ram(mb: i64) -> String {
    format!("{} of RAM", amount(mb))
}

/// GiB if it is a whole number, otherwise MiB.
pub(super) fn amount(mb: i64) -> String {
    if mb % 1024 == 0 { format!("{} GiB", mb / 1024) } else { format!("{mb} MiB") }
}

/// Disk in GiB if it is a whole number, otherwise in MiB.
pub(super) fn disk(mb: i64) -> String {
    format!("{} of disk", amount(mb))
}

/// `1 CPU`, `8 CPUs`.
pub(super) fn cpus(number: i64) -> String {
    counts::counted(number, "CPU")
}
