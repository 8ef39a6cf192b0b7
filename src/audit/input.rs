//! The input of an audit: the nodes from Ironic, and their environment.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

/// The fields of a node that an audit checks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AuditedNode {
    /// The UUID of the node.
    pub uuid: String,
    /// The name of the node.
    pub name: Option<String>,
    /// The hardware type.
    pub driver: String,
    /// The BMC's address and credentials, as far as this user may see them.
    pub driver_info: Map<String, Value>,
    /// Free-form data from operators.
    pub extra: Map<String, Value>,
    /// The hardware properties.
    pub properties: Map<String, Value>,
    /// Whether the console is enabled.
    pub console_enabled: bool,
    /// The management interface.
    pub management_interface: Option<String>,
    /// The power interface.
    pub power_interface: Option<String>,
}

impl AuditedNode {
    /// The fields to request from Ironic.
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

    /// Whether this is the node's name or UUID.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.uuid == name || self.name.as_deref() == Some(name)
    }

    /// A string, number or boolean of `driver_info` as text; `None` if it is empty.
    pub(super) fn info(&self, key: &str) -> Option<String> {
        match self.driver_info.get(key)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// Whether the hardware type or an interface uses IPMI.
    pub(super) fn uses_ipmi(&self) -> bool {
        let drivers = [Some(&self.driver), self.management_interface.as_ref(), self.power_interface.as_ref()];
        drivers.into_iter().flatten().any(|name| name.contains("ipmi"))
    }

    /// Whether the hardware type or an interface uses Redfish.
    pub(super) fn uses_redfish(&self) -> bool {
        let drivers = [Some(&self.driver), self.management_interface.as_ref(), self.power_interface.as_ref()];
        drivers.into_iter().flatten().any(|name| name.contains("redfish") || name == "idrac")
    }

    /// Whether Ironic hides `driver_info` from this user.
    pub(super) fn is_hidden(&self) -> bool {
        self.driver_info.get("content").and_then(Value::as_str).is_some_and(|text| text.starts_with("** "))
    }
}

/// The environment that an audit checks in addition to the nodes.
#[derive(Debug, Clone, Default)]
pub struct AuditContext {
    /// The URL of the Ironic API.
    pub endpoint: Option<Url>,
    /// Whether the API requires no authentication.
    pub allows_anonymous_access: bool,
    /// Whether farrier is configured to skip certificate verification.
    pub skips_certificate_verification: bool,
    /// The hardware types that conductors serve; `None` if unknown.
    pub hardware_types: Option<Vec<String>>,
    /// The address ranges of instance networks.
    pub instance_ranges: Vec<AddressRange>,
    /// The address ranges that this computer reaches without a router.
    pub own_ranges: Vec<AddressRange>,
}

/// A named range of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRange {
    /// The addresses.
    pub addresses: IpNet,
    /// A name for messages, for instance a subnet or a network interface.
    pub name: String,
}

impl AddressRange {
    /// Parses `ADDRESS/PREFIX`.
    #[must_use]
    pub fn parse(cidr: &str, name: impl Into<String>) -> Option<Self> {
        Some(Self { addresses: cidr.parse().ok()?, name: name.into() })
    }

    /// Whether the range contains an address.
    #[must_use]
    pub fn has(&self, address: IpAddr) -> bool {
        self.addresses.contains(&address)
    }
}
