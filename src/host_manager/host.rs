//! The state of one node, as the host manager sees it.

use std::fmt;
use std::sync::Arc;

/// The hardware of a node, from its `properties`.
///
/// The sizes are signed because Ironic does not validate `properties`: as in Nova, a node with `-1` fits no request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hardware {
    /// CPUs: `properties.cpus`.
    pub vcpus: i64,
    /// RAM in MiB: `properties.memory_mb`.
    pub ram_mb: i64,
    /// Disk in MiB: 1024 × `properties.local_gb`.
    pub disk_mb: i64,
}

impl Hardware {
    /// The disk in GiB, like `properties.local_gb`.
    #[must_use]
    pub fn disk_gb(self) -> i64 {
        self.disk_mb / 1024
    }
}

/// The capabilities and the architecture of a node by name. Extra specs are matched against them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Stats(Vec<(Arc<str>, Arc<str>)>);

impl Stats {
    /// The value of a stat.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(known, _)| known.as_ref().cmp(key)).ok()?;
        Some(&self.0[at].1)
    }

    /// All stats, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<str>)> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl FromIterator<(Arc<str>, Arc<str>)> for Stats {
    /// If a key occurs twice, the last value counts.
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Arc<str>)>>(stats: I) -> Self {
        let mut sorted: Vec<(Arc<str>, Arc<str>)> = stats.into_iter().collect();
        sorted.sort_by(|left, right| left.0.cmp(&right.0));
        // The sort is stable, so the later value of a key comes second.
        sorted.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Self(sorted)
    }
}

/// Why a node without an instance is unavailable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unavailable {
    /// The node is in maintenance, set by an operator or by Ironic.
    Maintenance,
    /// Ironic recorded a fault. (Not in Nova.)
    Fault,
    /// The node is retired: it is not used for new instances. (Not in Nova.)
    Retired,
    /// The provision state is not `available`.
    ProvisionState,
    /// The power state is `error`.
    PowerError,
    /// Ironic does not know the power state: it has not read it yet, or the BMC is unreachable.
    PowerUnknown,
}

impl Unavailable {
    /// All reasons, in the order in which they are reported.
    pub const ALL: [Self; 6] = [
        Self::Maintenance,
        Self::Fault,
        Self::Retired,
        Self::ProvisionState,
        Self::PowerError,
        Self::PowerUnknown,
    ];
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Maintenance => "in maintenance",
            Self::Fault => "faulty",
            Self::Retired => "retired",
            Self::ProvisionState => "not in provision state available",
            Self::PowerError => "power state error",
            Self::PowerUnknown => "power state unknown",
        })
    }
}

/// Whether a node is available now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Availability {
    /// The node can be claimed.
    Free,
    /// An instance holds the node.
    Used,
    /// The node is unavailable, with the first reason.
    Unavailable(Unavailable),
}

/// A missing or unexpected value of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// The field, for instance `properties.memory_mb`.
    pub key: &'static str,
    /// What is wrong with the value.
    pub kind: OddityKind,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OddityKind {
    /// The key is missing.
    Missing,
    /// The value is null.
    Null,
    /// The value is invalid and ignored.
    Malformed(Box<str>),
    /// The value is a number with a fraction, which is dropped.
    Fraction(Box<str>),
    /// The value is a whole number stored as text; it counts as that number.
    NumberAsText(Box<str>),
}

impl fmt::Display for OddityKind {
    /// Text that follows the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Null => f.write_str("is null"),
            Self::Malformed(value) => write!(f, "is invalid: {value}"),
            Self::Fraction(value) => write!(f, "is not a whole number: {value}"),
            Self::NumberAsText(value) => write!(f, "is a number stored as text: {value}"),
        }
    }
}

impl OddityKind {
    /// Whether the value was ignored or changed, so that the node may differ from this state.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        !matches!(self, Self::NumberAsText(_))
    }
}

/// A problem with a node's data that an operator should fix. The text names the node, the key and the value.
#[derive(Debug, Clone, Copy)]
pub struct Warning<'a> {
    /// The node.
    pub host: &'a HostState,
    /// The unexpected value.
    pub oddity: &'a Oddity,
}

impl fmt::Display for Warning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node {}: {} {}", self.host.label(), self.oddity.key, self.oddity.kind)
    }
}

/// The state of one node, read from Ironic's JSON (see [`super::node`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostState {
    /// The UUID.
    pub uuid: Box<str>,
    /// The name, if set.
    pub name: Option<Box<str>>,
    /// The cloud, if several are searched. It is set by the caller, because Ironic does not know it.
    pub cloud: Option<Arc<str>>,
    /// CPUs, RAM and disk from the properties, whether the node is in use or not.
    pub hardware: Hardware,
    /// The architecture from the properties, which extra specs are matched against.
    pub raw_arch: Option<Arc<str>>,
    /// The architecture in [canonical form](super::arch::canonical), which images are matched against.
    pub arch: Option<Arc<str>>,
    /// Capabilities and raw architecture.
    pub stats: Arc<Stats>,
    /// The resource class; `None` if null or empty.
    pub resource_class: Option<Arc<str>>,
    /// The traits, sorted.
    pub traits: Arc<[Arc<str>]>,
    /// The conductor group; `""` is the default one.
    pub conductor_group: Option<Arc<str>>,
    /// The project that owns the node.
    pub owner: Option<Arc<str>>,
    /// The project that leases the node.
    pub lessee: Option<Arc<str>>,
    /// The shard.
    pub shard: Option<Arc<str>>,
    /// The hardware type, for instance `redfish`.
    pub driver: Option<Arc<str>>,
    /// The instance that holds the node.
    pub instance_uuid: Option<Box<str>>,
    /// The provision state. `None` is `available` before API 1.2.
    pub provision_state: Option<Arc<str>>,
    /// The power state; `None` is unknown.
    pub power_state: Option<Arc<str>>,
    /// Whether the node is in maintenance.
    pub maintenance: bool,
    /// The reason for the maintenance.
    pub maintenance_reason: Option<Arc<str>>,
    /// Whether the node is retired.
    pub retired: bool,
    /// The fault that Ironic recorded.
    pub fault: Option<Arc<str>>,
    /// The conductor that holds the node's lock, if this user may see it.
    pub locked_by: Option<Arc<str>>,
    /// Missing and unexpected values.
    pub oddities: Vec<Oddity>,
}

impl HostState {
    /// The node's name, or else its UUID.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.uuid)
    }

    /// Whether this is the node's name or UUID.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name) || self.uuid.eq_ignore_ascii_case(name)
    }

    /// Whether an instance holds the node, and with it all of its resources.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.instance_uuid.is_some()
    }

    /// The reasons why the node is unavailable, apart from an instance (Nova:
    /// `IronicDriver._node_resources_unavailable`; farrier adds retired and faulty nodes).
    pub fn unavailable(&self) -> impl Iterator<Item = Unavailable> {
        Unavailable::ALL.into_iter().filter(|reason| match reason {
            Unavailable::Maintenance => self.maintenance,
            Unavailable::Fault => self.fault.is_some(),
            Unavailable::Retired => self.retired,
            Unavailable::ProvisionState => {
                self.provision_state.as_deref().is_some_and(|state| state != "available")
            }
            Unavailable::PowerError => self.power_state.as_deref() == Some("error"),
            Unavailable::PowerUnknown => self.power_state.is_none(),
        })
    }

    /// Whether the node is free now.
    #[must_use]
    pub fn availability(&self) -> Availability {
        if self.is_used() {
            return Availability::Used;
        }
        self.unavailable().next().map_or(Availability::Free, Availability::Unavailable)
    }

    /// The resources that the node offers now: all of its hardware if it is free, otherwise nothing, because bare metal
    /// cannot be subdivided.
    #[must_use]
    pub fn offered(&self) -> Hardware {
        match self.availability() {
            Availability::Free => self.hardware,
            Availability::Used | Availability::Unavailable(_) => Hardware::default(),
        }
    }

    /// Whether the node has a trait.
    #[must_use]
    pub fn has_trait(&self, name: &str) -> bool {
        self.traits.binary_search_by(|known| known.as_ref().cmp(name)).is_ok()
    }

    /// The values that were ignored or changed while reading the node.
    pub fn warnings(&self) -> impl Iterator<Item = Warning<'_>> {
        self.oddities
            .iter()
            .filter(|oddity| oddity.kind.is_warning())
            .map(|oddity| Warning { host: self, oddity })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_stat_counts() {
        let stats: Stats = [("b", "1"), ("a", "2"), ("b", "3"), ("b", "4")]
            .map(|(k, v)| (Arc::from(k), Arc::from(v)))
            .into_iter()
            .collect();
        assert_eq!(stats.get("a"), Some("2"));
        assert_eq!(stats.get("b"), Some("4"));
        assert_eq!(stats.get("c"), None);
        assert_eq!(stats.iter().count(), 2);
    }

    #[test]
    fn availability_reports_the_first_of_several_reasons() {
        let mut host = HostState { power_state: Some("power off".into()), ..HostState::default() };
        assert_eq!(host.availability(), Availability::Free);
        host.provision_state = Some("available".into());
        assert_eq!(host.availability(), Availability::Free);
        host.provision_state = Some("enroll".into());
        host.power_state = None;
        assert_eq!(host.availability(), Availability::Unavailable(Unavailable::ProvisionState));
        host.retired = true;
        assert_eq!(host.availability(), Availability::Unavailable(Unavailable::Retired));
        host.fault = Some("power failure".into());
        host.maintenance = true;
        let all: Vec<_> = host.unavailable().collect();
        assert_eq!(
            all,
            [
                Unavailable::Maintenance,
                Unavailable::Fault,
                Unavailable::Retired,
                Unavailable::ProvisionState,
                Unavailable::PowerUnknown
            ]
        );
        host.instance_uuid = Some("i".into());
        assert_eq!(host.availability(), Availability::Used);
        assert_eq!(host.offered(), Hardware::default());
    }
}
