//! What an audit is handed: the machines as Ironic tells of them, and what is around them.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

/// What an audit looks at of a node.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Machine {
    /// Ironic's identifier of the node.
    pub uuid: String,
    /// The operator's name for it.
    pub name: Option<String>,
    /// The hardware type.
    pub driver: String,
    /// How to reach the BMC, as this user may see it.
    pub driver_info: Map<String, Value>,
    /// Free notes of operators.
    pub extra: Map<String, Value>,
    /// What was told of the hardware.
    pub properties: Map<String, Value>,
    /// Whether its console can be connected to.
    pub console_enabled: bool,
    /// By what it is managed.
    pub management_interface: Option<String>,
    /// By what its power is changed.
    pub power_interface: Option<String>,
}

impl Machine {
    /// The fields of a node that are looked at.
    pub const FIELDS: &'static [&'static str] = &[
        "uuid",
        "name",
        "driver",
        "driver_info",
        "extra",
        "properties",
        "console_enabled",
        "management_interface",
        "power_interface",
    ];

    /// Whether this is its name or UUID.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.uuid == name || self.name.as_deref() == Some(name)
    }

    /// A value of `driver_info` as text, whichever way it was written; nothing where it is empty.
    pub(super) fn info(&self, key: &str) -> Option<String> {
        match self.driver_info.get(key)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }

    /// Whether it is reached by IPMI, be that its hardware type or one of its interfaces.
    pub(super) fn speaks_ipmi(&self) -> bool {
        let by = [Some(&self.driver), self.management_interface.as_ref(), self.power_interface.as_ref()];
        by.into_iter().flatten().any(|name| name.contains("ipmi"))
    }

    /// Whether it is reached by Redfish.
    pub(super) fn speaks_redfish(&self) -> bool {
        let by = [Some(&self.driver), self.management_interface.as_ref(), self.power_interface.as_ref()];
        by.into_iter().flatten().any(|name| name.contains("redfish") || name == "idrac")
    }

    /// Whether this user may not see how its BMC is reached.
    pub(super) fn is_hidden(&self) -> bool {
        self.driver_info.get("content").and_then(Value::as_str).is_some_and(|text| text.starts_with("** "))
    }
}

/// What an audit looks at besides the machines.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Ironic's address.
    pub endpoint: Option<Url>,
    /// Whether everybody is let in there.
    pub lets_everybody_in: bool,
    /// Whether we believe any certificate that is shown to us.
    pub believes_any_certificate: bool,
    /// The hardware types that conductors serve, where that is known.
    pub hardware_types: Option<Vec<String>>,
    /// The ranges of addresses that instances have.
    pub instance_ranges: Vec<Range>,
    /// The ranges of addresses that this computer reaches without a router.
    pub own_ranges: Vec<Range>,
}

/// A range of addresses, and how it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// Its addresses.
    pub addresses: IpNet,
    /// How it is called: a subnet's name, a network card.
    pub name: String,
}

impl Range {
    /// Reads `ADDRESS/PREFIX`.
    #[must_use]
    pub fn parse(cidr: &str, name: impl Into<String>) -> Option<Self> {
        Some(Self { addresses: cidr.parse().ok()?, name: name.into() })
    }

    /// Whether it has an address.
    #[must_use]
    pub fn has(&self, address: IpAddr) -> bool {
        self.addresses.contains(&address)
    }
}
