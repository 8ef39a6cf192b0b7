//! Explains why nodes were refused: the requested and the actual value.

use std::fmt::Write as _;

use super::extra_specs::ops::SpecResult;
use super::extra_specs::{Spec, Subject};
use super::filters::{self, BOOT_MODE, Cause, FilterName, Matcher, Refusal};
use super::host::{HostState, Unavailable};
use super::select::Selection;
use crate::counts;

/// Why one node was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation<'a> {
    /// The node.
    pub host: &'a HostState,
    /// The first filter that refused it.
    pub filter: FilterName,
    /// The reason, as text that follows the node's name.
    pub reason: String,
    /// The requested value.
    pub wanted: String,
    /// The node's value.
    pub has: String,
}

/// Nodes that one filter refused for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalGroup<'a> {
    /// The filter.
    pub filter: FilterName,
    /// The requested value.
    pub wanted: String,
    /// The nodes' value.
    pub has: String,
    /// The nodes.
    pub hosts: Vec<&'a HostState>,
}

impl<'a> Selection<'a> {
    /// Every refused node with the reason, in the order of the nodes.
    pub fn explanations(&self) -> impl Iterator<Item = Explanation<'a>> {
        let hosts = self.hosts;
        self.refused.iter().map(move |refused| self.matcher.explain(&hosts[refused.host], refused.refusal))
    }

    /// The refused nodes, grouped by reason. The groups are in the order of the filters, and for each filter the
    /// largest group is first.
    #[must_use]
    pub fn groups(&self) -> Vec<RefusalGroup<'a>> {
        let mut by_reason = std::collections::HashMap::<(FilterName, String, String), Vec<&HostState>>::new();
        for explanation in self.explanations() {
            let Explanation { host, filter, wanted, has, .. } = explanation;
            by_reason.entry((filter, wanted, has)).or_default().push(host);
        }
        let position = |filter| self.request().filters.iter().position(|known| *known == filter);
        let mut groups: Vec<RefusalGroup<'_>> = by_reason
            .into_iter()
            .map(|((filter, wanted, has), hosts)| RefusalGroup { filter, wanted, has, hosts })
            .collect();
        groups.sort_by(|left, right| {
            (position(left.filter), right.hosts.len(), &left.wanted, &left.has).cmp(&(
                position(right.filter),
                left.hosts.len(),
                &right.wanted,
                &right.has,
            ))
        });
        groups
    }
}

impl Matcher<'_> {
    /// Explains a refusal.
    #[must_use]
    pub fn explain<'h>(&self, host: &'h HostState, refusal: Refusal) -> Explanation<'h> {
        let exact =
            matches!(refusal.filter, FilterName::ExactRam | FilterName::ExactDisk | FilterName::ExactCore);
        let (reason, wanted, has) = self.describe(host, refusal.cause, exact);
        Explanation { host, filter: refusal.filter, reason, wanted, has }
    }

    /// The reason, the requested value and the node's value.
    fn describe(&self, host: &HostState, cause: Cause, exact: bool) -> (String, String, String) {
        let request = self.request;
        let compare = |what: &str, requested: Option<&str>, has: Option<&str>| {
            let (wanted, has) = (named(what, requested), named(what, has));
            (format!("has {has}"), wanted, has)
        };
        match cause {
            Cause::Tried => texts("was already tried in this run", "a node not yet tried", "already tried"),
            Cause::Excluded => texts("is excluded", "a node that is not excluded", "excluded"),
            Cause::Cloud => compare("cloud", request.cloud.as_deref(), host.cloud.as_deref()),
            Cause::ConductorGroup => compare(
                "conductor group",
                request.conductor_group.as_deref(),
                host.conductor_group.as_deref(),
            ),
            Cause::Shard => compare("shard", request.shard.as_deref(), host.shard.as_deref()),
            Cause::Owner => compare("owner", request.owner.as_deref(), host.owner.as_deref()),
            Cause::Lessee => compare("lessee", request.lessee.as_deref(), host.lessee.as_deref()),
            Cause::Used => {
                let instance = host.instance_uuid.as_deref().unwrap_or_default();
                (format!("is in use by instance {instance}"), "a free node".to_owned(), "in use".to_owned())
            }
            Cause::Unavailable(first) => {
                let has = host.unavailable().map(|reason| state(host, reason)).collect::<Vec<_>>().join(", ");
                let mut reason = format!("is unavailable: {}", state(host, first));
                if let (Unavailable::Maintenance, Some(why)) = (first, &host.maintenance_reason) {
                    let _ = write!(reason, " ({why})");
                }
                (reason, "a free node".to_owned(), has)
            }
            Cause::NoConductor => {
                let driver = named("driver", host.driver.as_deref());
                (
                    format!("has no conductor that is alive for {driver} in its conductor group"),
                    "a conductor that is alive".to_owned(),
                    format!("no conductor that is alive for {driver}"),
                )
            }
            Cause::NoStat(at) | Cause::Stat(at, _) => describe_spec(&self.specs.specs[at], host, cause),
            Cause::Architecture(at) => {
                let wanted = named("architecture", Some(self.architectures[at].0));
                let has = named("architecture", host.raw_arch.as_deref());
                (format!("has {has}"), wanted, has)
            }
            Cause::HypervisorType => {
                let requested = request.image.hypervisor_type.as_deref().unwrap_or_default();
                describe_image("hypervisor type", requested, "baremetal")
            }
            Cause::VmMode => {
                let requested = request.image.vm_mode.as_deref().unwrap_or_default();
                describe_image("virtual machine mode", requested, "hvm")
            }
            Cause::Firmware => {
                let requested = request.image.firmware.as_deref().unwrap_or_default();
                let has = host.stats.get(BOOT_MODE).unwrap_or_default();
                (
                    format!("boots with {has}, but the image needs {requested}"),
                    format!("firmware {requested}"),
                    format!("{BOOT_MODE} {has}"),
                )
            }
            Cause::ImageCloud => {
                let has = named("cloud", host.cloud.as_deref());
                (
                    format!("is in {has}, which does not have the image"),
                    "a cloud that has the image".to_owned(),
                    has,
                )
            }
            Cause::ImageRam => describe_image_size(request.image.min_ram_mb, 1, host.hardware.ram_mb, ram),
            Cause::ImageDisk => {
                describe_image_size(request.image.min_disk_gb, 1024, host.hardware.disk_mb, disk)
            }
            Cause::ResourceClass(at) => {
                compare("resource class", Some(self.resource_classes[at]), host.resource_class.as_deref())
            }
            Cause::TraitMissing(at) => {
                let name = self.required_traits[at];
                (format!("lacks trait {name}"), format!("trait {name}"), "no such trait".to_owned())
            }
            Cause::TraitForbidden(at) => {
                let name = self.forbidden_traits[at];
                (
                    format!("has the forbidden trait {name}"),
                    format!("no trait {name}"),
                    format!("trait {name}"),
                )
            }
            Cause::Ram => describe_size(exact, self.ram_mb, host.hardware.ram_mb, ram, "RAM"),
            Cause::Disk => describe_size(exact, self.disk_mb, host.hardware.disk_mb, disk, "disk"),
            Cause::Cores => describe_size(exact, self.vcpus, host.hardware.vcpus, cpus, "CPUs"),
        }
    }
}

fn texts(reason: &str, wanted: &str, has: &str) -> (String, String, String) {
    (reason.to_owned(), wanted.to_owned(), has.to_owned())
}

/// `shard s1`, or `no shard`.
fn named(what: &str, name: Option<&str>) -> String {
    match name {
        None | Some("") if what == "conductor group" => "the default conductor group".to_owned(),
        None | Some("") => format!("no {what}"),
        Some(name) => format!("{what} {name}"),
    }
}

/// Why the node is unavailable, with the node's value.
fn state(host: &HostState, reason: Unavailable) -> String {
    match (reason, &host.fault, &host.provision_state) {
        (Unavailable::Fault, Some(fault), _) => format!("fault {fault}"),
        (Unavailable::ProvisionState, _, Some(state)) => format!("provision state {state}"),
        _ => reason.to_string(),
    }
}

fn describe_spec(spec: &Spec<'_>, host: &HostState, cause: Cause) -> (String, String, String) {
    let source = spec.requirement.source();
    let wanted = match spec.key.strip_prefix("capabilities:") {
        Some(name) if !source.contains([' ', '<', '>', '=', '!']) => format!("capability {name}={source}"),
        Some(name) => format!("capability {name} {source}"),
        None => format!("{} {source}", spec.key),
    };
    let name = match spec.subject {
        Subject::Named(name) | Subject::IfKnown(name) => name,
        Subject::RawArchitecture => "cpu_arch",
        Subject::Nowhere => {
            let reason = format!("cannot match {}: the name of a capability has no `:`", spec.key);
            return (reason, wanted, "no such scope".to_owned());
        }
    };
    let value = filters::value(spec, host).value();
    let Some(value) = value else {
        return (format!("has no capability {name}"), wanted, format!("no capability {name}"));
    };
    let has = format!("{name} {value}");
    let reason = match cause {
        Cause::Stat(_, SpecResult::ValueIsNotANumber) => {
            format!("has {has}, but `{source}` needs a number")
        }
        Cause::Stat(_, SpecResult::OperandIsNotANumber) => {
            format!("has {has}, but `{source}` does not name a number to compare with")
        }
        Cause::Stat(_, SpecResult::NoOperand) => {
            format!("has {has}, but the operator `{source}` has no operand and matches nothing")
        }
        _ => format!("has {has}"),
    };
    (reason, wanted, has)
}

fn describe_image(what: &str, requested: &str, has: &str) -> (String, String, String) {
    (
        format!("is bare metal, but the image is made for {what} {requested}"),
        format!("{what} {requested}"),
        format!("{what} {has}"),
    )
}

/// Describes a minimum size of an image, in units of `mb` MiB.
fn describe_image_size(
    needed: Option<u64>,
    mb: i64,
    has: i64,
    unit: fn(i64) -> String,
) -> (String, String, String) {
    let needed = i64::try_from(needed.unwrap_or_default()).unwrap_or(i64::MAX).saturating_mul(mb);
    let (needed, has) = (unit(needed), unit(has));
    (format!("has {has}, but the image needs {needed}"), format!("at least {needed}"), has)
}

fn describe_size(
    exact: bool,
    requested: Option<i64>,
    has: i64,
    unit: fn(i64) -> String,
    what: &str,
) -> (String, String, String) {
    let requested = requested.unwrap_or_default();
    let bound = if exact { "exactly" } else { "at least" };
    let reason = match has {
        0 => format!("has no {what} in its properties"),
        _ => format!("has {}", unit(has)),
    };
    (reason, format!("{bound} {}", unit(requested)), unit(has))
}

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
