//! API microversions and the features that each added.
//!
//! Ironic treats a request without a version header as 1.1, in which nodes have no names. Every request therefore
//! carries the version negotiated once: the lower of the server's newest and [`CEILING`].

use std::fmt;
use std::str::FromStr;

use reqwest::header::HeaderValue;

/// The oldest API that farrier supports: it has names, traits, conductor groups, allocations with owner, the config
/// drive as JSON with vendor data, `protected` and `retired`. Ironic 15 (Ussuri) and newer.
pub const FLOOR: Microversion = Microversion(61);

/// The newest API that farrier supports: Ironic 39. Newer servers are asked for this version.
pub const CEILING: Microversion = Microversion(115);

/// Since this version nodes can have a parent node, and lists omit child nodes by default.
pub const CHILD_NODES: Microversion = Microversion(83);

/// Since this version the history of a node can be sorted.
pub const SORTED_HISTORY: Microversion = Microversion(95);

/// Since this version BIOS settings include their registry attributes.
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

/// Error for a text that is not of the form `1.N`.
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

/// A feature that some servers between [`FLOOR`] and [`CEILING`] lack.
///
/// Only the negotiated version decides whether a server has a feature: without it, endpoints answer 404, 405, 406, 400
/// or 500 without a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// Deploy steps in the deploy request.
    DeploySteps,
    /// A node's history, which keeps errors after `last_error` is cleared.
    NodeHistory,
    /// Inspection data of a node.
    Inventory,
    /// Steps that hold an operation, and `unhold`.
    Holds,
    /// Versions of a node's firmware.
    Firmware,
    /// Service steps on deployed nodes.
    Service,
    /// Runbooks: named lists of steps.
    Runbooks,
    /// `instance_name` as a node field and a list filter.
    InstanceName,
    /// Aborting a deploy that waits for its ramdisk.
    DeployAbort,
    /// A node field, with the minor version that added it.
    NodeField(&'static str, u16),
}

impl Feature {
    /// All features except node fields, oldest first.
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

    /// The microversion that added it (Ironic: `webapi-version-history`).
    #[must_use]
    pub fn added_in(self) -> Microversion {
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
            Self::Inventory => "inspection data",
            Self::Holds => "holding steps",
            Self::Firmware => "firmware versions",
            Self::Service => "servicing deployed nodes",
            Self::Runbooks => "runbooks",
            Self::InstanceName => "instance names",
            Self::DeployAbort => "aborting deploys that wait for the ramdisk",
            Self::NodeField(name, _) => return write!(f, "the node field `{name}`"),
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
    fn an_invalid_version_is_rejected() {
        for text in ["", "1", "2.0", "1.x", "1.1.1", "latest"] {
            assert!(text.parse::<Microversion>().is_err(), "{text}");
        }
    }
}
