//! Microversions: which dialect of the API is spoken, and what each dialect has.
//!
//! Ironic answers a request without a version header as 1.1, where nodes have no names, so every
//! request carries the version negotiated once: the lesser of the server's newest and [`CEILING`].

use std::fmt;
use std::str::FromStr;

use reqwest::header::HeaderValue;

/// The oldest API that farrier works with: it has names, traits, conductor groups, allocations with
/// owner, the config drive as JSON with vendor data, `protected` and `retired`. Ironic 15, of the release Ussuri, and newer.
pub const FLOOR: Microversion = Microversion(61);

/// The newest API whose answers farrier knows: Ironic 39. A newer server is asked for this one.
pub const CEILING: Microversion = Microversion(115);

/// Since this version nodes may be children of others, and lists leave children out unless asked.
pub const CHILD_NODES: Microversion = Microversion(83);

/// Since this version the history of a node can be sorted.
pub const SORTED_HISTORY: Microversion = Microversion(95);

/// Since this version settings of a BIOS come with what its registry says of them.
pub const BIOS_REGISTRY: Microversion = Microversion(74);

/// A version `1.N` of the bare metal API; Ironic has never had another major version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Microversion(pub u16);

impl fmt::Display for Microversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

impl From<Microversion> for HeaderValue {
    fn from(version: Microversion) -> Self {
        Self::from_str(&version.to_string()).expect("digits and a dot fit a header")
    }
}

/// The text is not of the form `1.N`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version of the bare metal API (1.N)")]
pub struct NotAVersion(String);

impl FromStr for Microversion {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let (major, minor) = text.split_once('.').ok_or_else(|| NotAVersion(text.to_owned()))?;
        match (major, minor.parse()) {
            ("1", Ok(minor)) => Ok(Self(minor)),
            _ => Err(NotAVersion(text.to_owned())),
        }
    }
}

/// What some servers between [`FLOOR`] and [`CEILING`] lack, with the version that brought it.
///
/// Whether a server has a feature is decided from the negotiated version alone: below it, endpoints
/// answer 404, 405, 406, 400 or 500 without a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// Deploy steps given with the request to deploy.
    DeploySteps,
    /// Events of a node, kept when `last_error` is wiped.
    NodeHistory,
    /// What the last inspection found.
    Inventory,
    /// Steps at which an operation is held, and `unhold`.
    Holds,
    /// Versions of a node's firmware.
    Firmware,
    /// Steps run on deployed nodes.
    Service,
    /// Steps prepared under a name.
    Runbooks,
    /// `instance_name` on nodes and as a filter of their list.
    InstanceName,
    /// A deploy that waits for its ramdisk can be aborted.
    DeployAbort,
    /// A field of nodes, by its name and the minor number of the version that brought it.
    NodeField(&'static str, u16),
}

impl Feature {
    /// Every one but single fields, the oldest first.
    pub const ALL: [Self; 9] = [
        Self::DeploySteps,
        Self::NodeHistory,
        Self::Inventory,
        Self::Holds,
        Self::Firmware,
        Self::Service,
        Self::Runbooks,
        Self::InstanceName,
        Self::DeployAbort,
    ];

    /// The microversion that brought it (Ironic: `webapi-version-history`).
    #[must_use]
    pub fn since(self) -> Microversion {
        Microversion(match self {
            Self::DeploySteps => 69,
            Self::NodeHistory => 78,
            Self::Inventory => 81,
            Self::Holds => 85,
            Self::Firmware => 86,
            Self::Service => 87,
            Self::Runbooks => 92,
            Self::InstanceName => 104,
            Self::DeployAbort => 110,
            Self::NodeField(_, since) => since,
        })
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DeploySteps => "deploy steps in the request",
            Self::NodeHistory => "node history",
            Self::Inventory => "inventories of nodes",
            Self::Holds => "steps that hold",
            Self::Firmware => "firmware of nodes",
            Self::Service => "servicing of deployed nodes",
            Self::Runbooks => "runbooks",
            Self::InstanceName => "instance names",
            Self::DeployAbort => "aborting deploys that wait for the ramdisk",
            Self::NodeField(name, _) => return write!(f, "the field `{name}` of nodes"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        let old: Microversion = "1.9".parse().expect("a version");
        let new: Microversion = "1.115".parse().expect("a version");
        assert!(old < new);
        assert_eq!(new.to_string(), "1.115");
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in ["", "1", "2.0", "1.x", "1.1.1", "latest"] {
            assert!(text.parse::<Microversion>().is_err(), "{text}");
        }
    }
}
