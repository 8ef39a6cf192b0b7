//! What the host manager knows of one node.

use std::fmt;
use std::sync::Arc;

/// The hardware of a node as its `properties` tell it.
///
/// Signed, because a node's properties are free text to Ironic: a site that wrote `-1` gets what Nova would have
/// made of it, a machine that fits nothing.
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
    /// The disk in GiB, as `properties.local_gb` has it.
    #[must_use]
    pub fn disk_gb(self) -> i64 {
        self.disk_mb / 1024
    }
}

/// Capabilities and architecture of a node by name: what extra specs are matched against.
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
    /// Of two values for one key the later stays.
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Arc<str>)>>(stats: I) -> Self {
        let mut kept: Vec<(Arc<str>, Arc<str>)> = stats.into_iter().collect();
        kept.sort_by(|left, right| left.0.cmp(&right.0));
        // The sort is stable, so the later of two equal keys stands second.
        kept.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Self(kept)
    }
}

/// Why a node that no instance holds is not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unavailable {
    /// Someone, or Ironic itself, put it in maintenance.
    Maintenance,
    /// Ironic recorded a fault on it. (Beyond Nova.)
    Fault,
    /// It is retired: kept, but not to be used again. (Beyond Nova.)
    Retired,
    /// Its provision state is not `available`.
    ProvisionState,
    /// Its power state is `error`.
    PowerError,
    /// Ironic does not know its power state: never read yet, or the BMC is lost.
    PowerUnknown,
}

impl Unavailable {
    /// All of them, in the order in which they are told.
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

/// Whether a node can be had now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Availability {
    /// It can be claimed.
    Free,
    /// An instance holds it.
    Used,
    /// It is not to be had, for the first of what may be several reasons.
    Unavailable(Unavailable),
}

/// One value of a node that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// Where in the node, for instance `properties.memory_mb`.
    pub key: &'static str,
    /// What is the matter with it.
    pub kind: OddityKind,
}

/// What is the matter with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OddityKind {
    /// The key is not there.
    Missing,
    /// The value is null.
    Null,
    /// The value, shown as it stands, cannot be read and does not count.
    Malformed(Box<str>),
    /// The value, shown as it stands, is a number with a fraction, and its whole part counts.
    Fraction(Box<str>),
    /// The value is a whole number written as text, which counts as that number.
    NumberAsText(Box<str>),
}

impl fmt::Display for OddityKind {
    /// In words that follow the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Null => f.write_str("is null"),
            Self::Malformed(value) => write!(f, "cannot be read: {value}"),
            Self::Fraction(value) => write!(f, "is no whole number: {value}"),
            Self::NumberAsText(value) => write!(f, "is a number written as text: {value}"),
        }
    }
}

impl OddityKind {
    /// Whether the value had to be left out or changed, so that the node may not be what it seems.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        !matches!(self, Self::NumberAsText(_))
    }
}

/// Something about a node that an operator should put right: names the node, the key and the value.
#[derive(Debug, Clone, Copy)]
pub struct Warning<'a> {
    /// The node.
    pub host: &'a HostState,
    /// What was found on it.
    pub oddity: &'a Oddity,
}

impl fmt::Display for Warning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node {}: {} {}", self.host.label(), self.oddity.key, self.oddity.kind)
    }
}

/// What the host manager knows of one node, read from Ironic's own JSON (see [`super::node`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostState {
    /// Ironic's UUID of the node.
    pub uuid: Box<str>,
    /// Its name, where it has one.
    pub name: Option<Box<str>>,
    /// The cloud it is in, where several are searched. Ironic does not know; the caller says.
    pub cloud: Option<Arc<str>>,
    /// CPUs, RAM and disk as the properties tell them, whoever holds them.
    pub hardware: Hardware,
    /// The architecture as the properties tell it: what extra specs are matched against.
    pub raw_arch: Option<Arc<str>>,
    /// The architecture in its [canonical form](super::arch::canonical): what images are matched against.
    pub arch: Option<Arc<str>>,
    /// Capabilities and raw architecture.
    pub stats: Arc<Stats>,
    /// The resource class; none where it is null or empty.
    pub resource_class: Option<Arc<str>>,
    /// The traits, sorted.
    pub traits: Arc<[Arc<str>]>,
    /// The conductor group; `""` is the default one.
    pub conductor_group: Option<Arc<str>>,
    /// The project that owns the node.
    pub owner: Option<Arc<str>>,
    /// The project that the node is lent to.
    pub lessee: Option<Arc<str>>,
    /// The shard.
    pub shard: Option<Arc<str>>,
    /// The hardware type, for instance `redfish`.
    pub driver: Option<Arc<str>>,
    /// The instance that holds the node.
    pub instance_uuid: Option<Box<str>>,
    /// The provision state; none is the name that `available` had before Ironic 1.2.
    pub provision_state: Option<Arc<str>>,
    /// The power state; none is unknown.
    pub power_state: Option<Arc<str>>,
    /// Whether the node is in maintenance.
    pub maintenance: bool,
    /// Why it is.
    pub maintenance_reason: Option<Arc<str>>,
    /// Whether the node is retired.
    pub retired: bool,
    /// The fault that Ironic recorded.
    pub fault: Option<Arc<str>>,
    /// The conductor that holds the node's lock, where that is shown to us.
    pub locked_by: Option<Arc<str>>,
    /// Values that are not as they should be.
    pub oddities: Vec<Oddity>,
}

impl HostState {
    /// The node's name, or its UUID where it has none.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.uuid)
    }

    /// Whether the operator's word for a node, a name or a UUID, means this one.
    #[must_use]
    pub fn is_called(&self, word: &str) -> bool {
        self.name.as_deref() == Some(word) || self.uuid.eq_ignore_ascii_case(word)
    }

    /// Whether an instance holds the node: all of its resources count as consumed.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.instance_uuid.is_some()
    }

    /// Everything that keeps a node that no instance holds from being had (Nova:
    /// `IronicDriver._node_resources_unavailable`; retired and faulty nodes are farrier's addition).
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

    /// Whether the node can be had now.
    #[must_use]
    pub fn availability(&self) -> Availability {
        if self.is_used() {
            return Availability::Used;
        }
        self.unavailable().next().map_or(Availability::Free, Availability::Unavailable)
    }

    /// The resources that the node offers now: all of its hardware while it is free, else none, since bare metal
    /// cannot be subdivided.
    #[must_use]
    pub fn offered(&self) -> Hardware {
        match self.availability() {
            Availability::Free => self.hardware,
            Availability::Used | Availability::Unavailable(_) => Hardware::default(),
        }
    }

    /// Whether the node has the trait.
    #[must_use]
    pub fn has_trait(&self, name: &str) -> bool {
        self.traits.binary_search_by(|known| known.as_ref().cmp(name)).is_ok()
    }

    /// What was left out or changed while reading the node.
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
    fn of_two_values_for_one_stat_the_later_stays() {
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
    fn the_first_reason_is_the_one_to_act_on() {
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
