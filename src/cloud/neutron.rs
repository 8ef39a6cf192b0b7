//! Neutron: networks, and the ports that connect machines to them.

use std::fmt;
use std::net::IpAddr;

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Cloud;
use crate::ironic::dry_run::RequestRecorder;
use crate::rest::retry::Repeat;
use crate::rest::{DryRunResponder, Error, LoginError, Request, Service, Session, segment};

/// Neutron, the network service.
pub(super) const SERVICE: Service =
    Service { name: "Neutron", root: "v2.0", error_keys: &["NeutronError", "message"] };

/// How many UUIDs one request filters by; each makes its URL longer.
pub const MAX_FILTER_VALUES: usize = 40;

/// Items per page: below the default maximum of servers.
const PAGE: usize = 500;

/// A connection to one cloud's Neutron; cheap to clone and safe to share between threads.
#[derive(Debug, Clone)]
pub struct Neutron(Session);

/// The types of objects that are found by name or UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceKind {
    /// A network.
    Network,
    /// A subnet.
    Subnet,
    /// A security group.
    SecurityGroup,
    /// A port.
    Port,
}

impl fmt::Display for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Network => "network",
            Self::Subnet => "subnet",
            Self::SecurityGroup => "security group",
            Self::Port => "port",
        })
    }
}

/// A type of object that is found by name or UUID. Names are not unique.
pub trait Resource: DeserializeOwned {
    /// The collection in the API.
    const COLLECTION: &'static str;
    /// Its type.
    const KIND: ResourceKind;

    /// Its UUID.
    fn id(&self) -> &str;
}

/// A network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Network {
    /// Its UUID.
    pub id: String,
    /// Its name; may be empty.
    #[serde(default)]
    pub name: String,
    /// The MTU in bytes.
    #[serde(default)]
    pub mtu: Option<u64>,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Subnet {
    /// Its UUID.
    pub id: String,
    /// Its name; may be empty.
    #[serde(default)]
    pub name: String,
    /// Its network.
    pub network_id: String,
    /// The CIDR, as `ADDRESS/PREFIX`.
    pub cidr: String,
    /// The gateway, if it has one.
    #[serde(default)]
    pub gateway_ip: Option<IpAddr>,
    /// Whether Neutron provides DHCP.
    #[serde(default)]
    pub enable_dhcp: bool,
    /// How machines get an IPv6 address: `slaac`, `dhcpv6-stateful`, …
    #[serde(default)]
    pub ipv6_address_mode: Option<String>,
    /// DNS servers.
    #[serde(default)]
    pub dns_nameservers: Vec<IpAddr>,
    /// Additional routes.
    #[serde(default)]
    pub host_routes: Vec<HostRoute>,
}

/// A route for machines on a subnet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HostRoute {
    /// The destination, as `ADDRESS/PREFIX`.
    pub destination: String,
    /// The gateway.
    pub nexthop: IpAddr,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SecurityGroup {
    /// Its UUID.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// A port: the connection of one machine to a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Port {
    /// Its UUID.
    pub id: String,
    /// Its name; may be empty.
    #[serde(default)]
    pub name: String,
    /// Its network.
    pub network_id: String,
    /// Its MAC address; Ironic sets it to that of the machine's NIC.
    #[serde(default)]
    pub mac_address: Option<String>,
    /// Its IP addresses.
    #[serde(default)]
    pub fixed_ips: Vec<FixedIp>,
    /// The id of the object that uses it; empty if unused.
    #[serde(default)]
    pub device_id: String,
    /// The type of the object that uses it.
    #[serde(default)]
    pub device_owner: String,
    /// The description, for people.
    #[serde(default)]
    pub description: String,
    /// The project that owns it.
    #[serde(default)]
    pub project_id: Option<String>,
    /// The host that it is bound to; the node's UUID for a machine. Visible to administrators only.
    #[serde(default, rename = "binding:host_id")]
    pub host_id: Option<String>,
    /// The creation time (RFC 3339).
    #[serde(default)]
    pub created_at: Option<String>,
}

/// An IP address of a port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FixedIp {
    /// Its subnet.
    pub subnet_id: String,
    /// The address.
    pub ip_address: IpAddr,
}

/// A port to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPort {
    /// Its network.
    pub network_id: String,
    /// The id of the object that uses the port; farrier finds the port by it.
    pub device_id: String,
    /// The type of the object that uses the port.
    pub device_owner: String,
    /// Its name.
    pub name: String,
    /// The description, for people.
    pub description: String,
    /// The addresses or subnets (default: any address of the network).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixed_ips: Vec<Map<String, Value>>,
    /// The security groups (default: the project's default group).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
    /// The DNS name (extension `dns-integration`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<String>,
}

impl Resource for Network {
    const COLLECTION: &'static str = "networks";
    const KIND: ResourceKind = ResourceKind::Network;

    fn id(&self) -> &str {
        &self.id
    }
}

impl Resource for Subnet {
    const COLLECTION: &'static str = "subnets";
    const KIND: ResourceKind = ResourceKind::Subnet;

    fn id(&self) -> &str {
        &self.id
    }
}

impl Resource for SecurityGroup {
    const COLLECTION: &'static str = "security-groups";
    const KIND: ResourceKind = ResourceKind::SecurityGroup;

    fn id(&self) -> &str {
        &self.id
    }
}

impl Resource for Port {
    const COLLECTION: &'static str = "ports";
    const KIND: ResourceKind = ResourceKind::Port;

    fn id(&self) -> &str {
        &self.id
    }
}

#[derive(Deserialize)]
struct OnePort {
    port: Port,
}

impl Neutron {
    /// The Neutron of a cloud, if it has one.
    ///
    /// # Errors
    /// Keystone refuses the login, is unreachable, or has no endpoint that matches the settings.
    pub fn of(cloud: &Cloud) -> Result<Option<Self>, LoginError> {
        Ok(cloud.session("network", &SERVICE)?.map(Self))
    }

    /// The Neutron at an endpoint, without a catalog.
    #[cfg(test)]
    pub(crate) fn at(endpoint: crate::rest::Endpoint) -> Self {
        Self(Session::new(&SERVICE, endpoint))
    }

    /// The same connection in a dry run: requests that change something are recorded instead of sent.
    #[must_use]
    pub fn for_dry_run(&self, recorder: RequestRecorder) -> Self {
        Self(self.0.for_dry_run(std::sync::Arc::new(DryRunRecorder(recorder))))
    }

    /// All objects with this name or UUID that the user may see.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn named<T: Resource>(&self, name: &str) -> Result<Vec<T>, Error> {
        if uuid::Uuid::try_parse(name).is_ok() {
            let found = self.list(&[("id", name.to_lowercase())])?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        self.list(&[("name", name.to_owned())])
    }

    /// All objects with these UUIDs that the user may see; sends nothing if there are no UUIDs.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn by_id<'i, T: Resource>(&self, ids: impl IntoIterator<Item = &'i str>) -> Result<Vec<T>, Error> {
        let filters: Vec<(&str, String)> = ids.into_iter().map(|id| ("id", id.to_owned())).collect();
        let mut found = Vec::new();
        for some in filters.chunks(MAX_FILTER_VALUES) {
            found.extend(self.list(some)?);
        }
        Ok(found)
    }

    /// All objects that match Neutron's filters and that the user may see. Several values of one key match any of them.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn list<T: Resource>(&self, filters: &[(&str, String)]) -> Result<Vec<T>, Error> {
        let mut found: Vec<T> = Vec::new();
        loop {
            let mut request = Request::get(T::COLLECTION);
            request.query = filters.to_vec();
            request = request.query("limit", PAGE.to_string());
            if let Some(last) = found.last() {
                request = request.query("marker", last.id());
            }
            let key = T::COLLECTION.replace('-', "_");
            let mut page: Map<String, Value> = self.0.fetch(&request)?;
            let malformed =
                |reason: String| Error::Malformed { request: request.name_at(&self.0.address()), reason };
            let items = page.remove(&key).ok_or_else(|| malformed(format!("it has no `{key}`")))?;
            let items: Vec<T> =
                serde_json::from_value(items).map_err(|error| malformed(error.to_string()))?;
            let links = page.get(&format!("{key}_links")).and_then(Value::as_array);
            let has_next = links.is_some_and(|links| links.iter().any(|link| link["rel"] == "next"));
            let has_next = has_next && !items.is_empty();
            let repeats = found.last().is_some_and(|last| items.iter().any(|item| item.id() == last.id()));
            if repeats {
                return Err(malformed("the pages of the list repeat".to_owned()));
            }
            found.extend(items);
            // A server without paging sends everything at once, without links.
            if !has_next {
                return Ok(found);
            }
        }
    }

    /// Whether the user sees the ports of all projects: administrators do, and they see the `binding:host_id` of ports.
    /// `false` if there is no port to tell by.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn shows_all_ports(&self) -> Result<bool, Error> {
        let some: Map<String, Value> = self.0.fetch(&Request::get("ports").query("limit", "1"))?;
        let port = some.get("ports").and_then(|ports| ports.get(0));
        Ok(port.is_some_and(|port| port.get("binding:host_id").is_some()))
    }

    /// Whether Neutron has an extension.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn has_extension(&self, alias: &str) -> Result<bool, Error> {
        match self.0.send_and_discard(&Request::get(format!("extensions/{}", segment(alias)))) {
            Ok(()) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Creates a port. The request is not repeated once it may have arrived, because Neutron chooses the UUID: look for
    /// the port by its `device_id`.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn create_port(&self, port: &NewPort) -> Result<Port, Error> {
        let request = Request::new(Method::POST, "ports").json(&json!({"port": port}));
        Ok(self.0.fetch::<OnePort>(&request.repeat(Repeat::IfNotSent))?.port)
    }

    /// Deletes a port; succeeds if it does not exist.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn delete_port(&self, id: &str) -> Result<(), Error> {
        self.0.remove(format!("ports/{}", segment(id)))
    }

    /// Clears the `device_owner` of a port.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn clear_owner(&self, id: &str) -> Result<(), Error> {
        let body = json!({"port": {"device_owner": ""}});
        self.0.send_and_discard(&Request::new(Method::PUT, format!("ports/{}", segment(id))).json(&body))
    }
}

/// Records requests to Neutron in the dry run of the Ironic client.
struct DryRunRecorder(RequestRecorder);

impl DryRunResponder for DryRunRecorder {
    fn answer(&self, request: &Request<'_>) -> Option<String> {
        let body = self.0.note(SERVICE.root, request);
        match request.method {
            Method::GET => None,
            Method::POST => {
                let mut made = body.unwrap_or_default();
                made["port"]["id"] = uuid::Uuid::new_v4().to_string().into();
                // The real addresses are chosen by the server.
                made["port"]["fixed_ips"] = json!([]);
                Some(made.to_string())
            }
            _ => Some(String::new()),
        }
    }

    fn as_if_sent(&self, _: &Request<'_>, answer: String) -> String {
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_subnets_are_read() {
        let port: OnePort = serde_json::from_str(
            r#"{"port": {"id": "p", "name": "", "network_id": "n", "status": "DOWN", "device_id": "",
                "mac_address": "fa:16:3e:3a:e8:40", "binding:vnic_type": "normal",
                "fixed_ips": [{"subnet_id": "s", "ip_address": "192.0.2.17"}]}}"#,
        )
        .expect("Neutron's form");
        assert_eq!(port.port.fixed_ips[0].ip_address, IpAddr::from([192, 0, 2, 17]));
        let subnet: Subnet = serde_json::from_str(
            r#"{"id": "s", "name": "v4", "network_id": "n", "ip_version": 4, "cidr": "10.0.0.0/24",
                "gateway_ip": null, "enable_dhcp": false, "ipv6_address_mode": null, "dns_nameservers": ["9.9.9.9"],
                "host_routes": [{"destination": "10.1.0.0/16", "nexthop": "10.0.0.9"}]}"#,
        )
        .expect("Neutron's form");
        assert_eq!((subnet.gateway_ip, subnet.host_routes.len()), (None, 1));
    }

    #[test]
    fn a_new_port_omits_empty_fields() {
        let port = NewPort {
            network_id: "n".to_owned(),
            device_id: "i".to_owned(),
            device_owner: "baremetal:farrier".to_owned(),
            name: "web-0".to_owned(),
            description: String::new(),
            fixed_ips: Vec::new(),
            security_groups: Vec::new(),
            dns_name: None,
        };
        let body = json!(port);
        assert!(body.get("fixed_ips").is_none() && body.get("dns_name").is_none());
    }
}
