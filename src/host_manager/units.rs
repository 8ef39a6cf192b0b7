//! Sizes and counts with their units, for messages.

/// RAM. What Ironic and Nova call MB is MiB.
pub(super) fn ram(mb: i64) -> String {
    format!("{mb} MiB of RAM")
}

/// Disk in GiB if it is a whole number, otherwise in MiB.
pub(super) fn disk(mb: i64) -> String {
    if mb % 1024 == 0 { format!("{} GiB of disk", mb / 1024) } else { format!("{mb} MiB of disk") }
}

/// `1 CPU`, `8 CPUs`.
pub(super) fn cpus(number: i64) -> String {
    format!("{number} {}", if number == 1 { "CPU" } else { "CPUs" })
}

/// `1 node`, `3 nodes`.
pub(super) fn nodes(count: usize) -> String {
    format!("{count} {}", if count == 1 { "node" } else { "nodes" })
}
