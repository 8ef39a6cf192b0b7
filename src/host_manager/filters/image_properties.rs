//! Compares the requirements of the image with the node: architecture, hypervisor, firmware, cloud and minimum sizes.

use super::{Filter, Matcher, RefusalText, ResourceView, named};
use crate::host_manager::host::HostState;
use crate::host_manager::units;

/// The capability with the boot mode of a machine (set by Ironic's inspection).
const BOOT_MODE: &str = "boot_mode";

pub(super) struct ImageProperties;

/// A requirement that the node does not meet.
enum Unmet<'r> {
    /// This architecture is requested.
    Architecture(&'r str),
    /// The image is made for another hypervisor than bare metal.
    HypervisorType,
    /// The image is made for another virtual machine mode than bare metal.
    VmMode,
    /// The node boots with another firmware than the image.
    Firmware,
    /// The node's cloud does not have the image.
    Cloud,
    /// The node has less RAM than the image needs.
    Ram,
    /// The node has less disk than the image needs.
    Disk,
}

/// The first requirement that the node does not meet.
fn unmet<'r>(matcher: &Matcher<'r>, host: &HostState) -> Option<Unmet<'r>> {
    let other =
        matcher.architectures.iter().find(|(_, canonical)| host.arch.as_deref() != Some(canonical.as_ref()));
    if let Some((requested, _)) = other {
        return Some(Unmet::Architecture(requested));
    }
    let is_one_of = |requested: Option<&str>, names: &[&str]| {
        requested.is_none_or(|requested| {
            requested.is_empty() || names.iter().any(|name| requested.eq_ignore_ascii_case(name))
        })
    };
    let image = &matcher.request.image;
    if !is_one_of(image.hypervisor_type.as_deref(), &["baremetal", "ironic"]) {
        return Some(Unmet::HypervisorType);
    }
    // Nova treats the other two names as aliases of hvm.
    if !is_one_of(image.vm_mode.as_deref(), &["hvm", "hv", "baremetal"]) {
        return Some(Unmet::VmMode);
    }
    // The boot mode of most machines is unknown; Ironic then sets it when it can.
    if let Some(has) = host.stats.get(BOOT_MODE)
        && !is_one_of(image.firmware.as_deref(), &[has])
    {
        return Some(Unmet::Firmware);
    }
    let cloud = host.cloud.as_deref().unwrap_or_default();
    if !image.clouds.is_empty() && !image.clouds.contains(cloud) {
        return Some(Unmet::Cloud);
    }
    let lacks = |has: i64, needed: Option<u64>, unit: i64| {
        needed.is_some_and(|needed| has < i64::try_from(needed).unwrap_or(i64::MAX).saturating_mul(unit))
    };
    if lacks(host.hardware.ram_mb, image.min_ram_mb, 1) {
        return Some(Unmet::Ram);
    }
    lacks(host.hardware.disk_mb, image.min_disk_gb, 1024).then_some(Unmet::Disk)
}

impl Filter for ImageProperties {
    fn name(&self) -> &'static str {
        "ImagePropertiesFilter"
    }

    fn is_needed(&self, matcher: &Matcher<'_>) -> bool {
        let image = &matcher.request.image;
        !matcher.architectures.is_empty() || image.hypervisor_type.is_some() || image.vm_mode.is_some()
    }

    fn refuses(&self, matcher: &Matcher<'_>, host: &HostState, _: ResourceView) -> bool {
        unmet(matcher, host).is_some()
    }

    fn explain(&self, matcher: &Matcher<'_>, host: &HostState) -> RefusalText {
        let image = &matcher.request.image;
        let Some(unmet) = unmet(matcher, host) else { return RefusalText::default() };
        match unmet {
            Unmet::Architecture(requested) => {
                RefusalText::compare("architecture", Some(requested), host.raw_arch.as_deref())
            }
            Unmet::HypervisorType => {
                made_for("hypervisor type", image.hypervisor_type.as_deref(), "baremetal")
            }
            Unmet::VmMode => made_for("virtual machine mode", image.vm_mode.as_deref(), "hvm"),
            Unmet::Firmware => {
                let requested = image.firmware.as_deref().unwrap_or_default();
                let has = host.stats.get(BOOT_MODE).unwrap_or_default();
                RefusalText::new(
                    format!("boots with {has}, but the image needs {requested}"),
                    format!("firmware {requested}"),
                    format!("{BOOT_MODE} {has}"),
                )
            }
            Unmet::Cloud => {
                let has = named("cloud", host.cloud.as_deref());
                let reason = format!("is in {has}, which does not have the image");
                RefusalText::new(reason, "a cloud that has the image", has)
            }
            Unmet::Ram => too_small(image.min_ram_mb, 1, host.hardware.ram_mb, units::ram),
            Unmet::Disk => too_small(image.min_disk_gb, 1024, host.hardware.disk_mb, units::disk),
        }
    }

    fn change(&self, matcher: &Matcher<'_>, host: &HostState) -> String {
        let Some(unmet) = unmet(matcher, host) else { return String::new() };
        match unmet {
            Unmet::Architecture(_) => match host.raw_arch.as_deref() {
                Some(arch) => format!("with architecture {arch}"),
                None => "if no architecture were required".to_owned(),
            },
            Unmet::HypervisorType | Unmet::VmMode => "with an image made for bare metal".to_owned(),
            Unmet::Firmware => format!("with an image for {}", self.explain(matcher, host).has),
            Unmet::Cloud => format!("if the image were in {}", self.explain(matcher, host).has),
            Unmet::Ram => "with an image that needs less RAM".to_owned(),
            Unmet::Disk => "with an image that needs less disk".to_owned(),
        }
    }
}

fn made_for(what: &str, requested: Option<&str>, has: &str) -> RefusalText {
    let requested = requested.unwrap_or_default();
    RefusalText::new(
        format!("is bare metal, but the image is made for {what} {requested}"),
        format!("{what} {requested}"),
        format!("{what} {has}"),
    )
}

/// Describes a minimum size of an image, in units of `mb` MiB.
fn too_small(needed: Option<u64>, mb: i64, has: i64, unit: fn(i64) -> String) -> RefusalText {
    let needed = i64::try_from(needed.unwrap_or_default()).unwrap_or(i64::MAX).saturating_mul(mb);
    let (needed, has) = (unit(needed), unit(has));
    RefusalText::new(format!("has {has}, but the image needs {needed}"), format!("at least {needed}"), has)
}
