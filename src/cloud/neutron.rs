//! Neutron: networks, and the ports by which machines are on them.

use std::net::IpAddr;

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Cloud;
use crate::ironic::rehearsal::Rehearsal;
use crate::rest::retry::Repeat;
use crate::rest::{Error, LoginError, Rehearse, Request, Service, Session, segment};

/// Neutron, the network service.
pub(super) const SERVICE: Service =
    Service { name: "Neutron", root: "v2.0", error_keys: &["NeutronError", "message"] };

/// So many UUIDs are asked for at once: each makes the request longer.
pub const FEW: usize = 40;

/// Items on a page of a list: fewer than any server with default settings gives at most.
const PAGE: usize = 500;

/// A connection to one cloud's Neutron, cheap to clone and to share between threads.
#[derive(Debug, Clone)]
pub struct Neutron(Session);

/// A kind of thing that is found by name or UUID: several may have one name.
pub trait Resource: DeserializeOwned {
    /// Its collection in the API.
    const COLLECTION: &'static str;
    /// What it is called.
    const WHAT: &'static str;

    /// Its UUID.
    fn id(&self) -> &str;
}

/// A network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Network {
    /// Its UUID.
    pub id: String,
    /// Its name; empty where it has none.
    #[serde(default)]
    pub name: String,
    /// The largest packet, in bytes.
    #[serde(default)]
    pub mtu: Option<u64>,
}

/// A range of addresses on a network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Subnet {
    /// Its UUID.
    pub id: String,
    /// Its name; empty where it has none.
    #[serde(default)]
    pub name: String,
    /// The network that it is on.
    pub network_id: String,
    /// The range, as `ADDRESS/PREFIX`.
    pub cidr: String,
    /// Where the rest of the world is reached, if anywhere.
    #[serde(default)]
    pub gateway_ip: Option<IpAddr>,
    /// Whether Neutron tells machines their addresses.
    #[serde(default)]
    pub enable_dhcp: bool,
    /// How machines come by their addresses where it is one of IPv6: `slaac`, `dhcpv6-stateful`, …
    #[serde(default)]
    pub ipv6_address_mode: Option<String>,
    /// Who resolves names.
    #[serde(default)]
    pub dns_nameservers: Vec<IpAddr>,
    /// What else is reached by which gateway.
    #[serde(default)]
    pub host_routes: Vec<HostRoute>,
}

/// A route that machines on a subnet are to have.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HostRoute {
    /// Where to, as `ADDRESS/PREFIX`.
    pub destination: String,
    /// By which gateway.
    pub nexthop: IpAddr,
}

/// What passes to and from a port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SecurityGroup {
    /// Its UUID.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// A place on a network that one machine can have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Port {
    /// Its UUID.
    pub id: String,
    /// Its name; empty where it has none.
    #[serde(default)]
    pub name: String,
    /// The network that it is on.
    pub network_id: String,
    /// Its MAC address; Ironic gives it that of the machine's card.
    #[serde(default)]
    pub mac_address: Option<String>,
    /// Its addresses.
    #[serde(default)]
    pub fixed_ips: Vec<FixedIp>,
    /// What uses it; empty where nothing does.
    #[serde(default)]
    pub device_id: String,
    /// What kind of thing uses it.
    #[serde(default)]
    pub device_owner: String,
    /// What stands in it for people.
    #[serde(default)]
    pub description: String,
    /// The project that it belongs to.
    #[serde(default)]
    pub project_id: Option<String>,
    /// On which host it is; for a machine that is the node's UUID. Only an admin is told.
    #[serde(default, rename = "binding:host_id")]
    pub host_id: Option<String>,
    /// When it was made, RFC 3339.
    #[serde(default)]
    pub created_at: Option<String>,
}

/// An address of a port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FixedIp {
    /// The subnet that it is of.
    pub subnet_id: String,
    /// The address.
    pub ip_address: IpAddr,
}

/// A port to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPort {
    /// The network that it is to be on.
    pub network_id: String,
    /// What it is for: by this it is found again.
    pub device_id: String,
    /// Whose mark it bears.
    pub device_owner: String,
    /// Its name.
    pub name: String,
    /// What is to stand in it for people.
    pub description: String,
    /// The address or the subnet it is to have; any of the network unless given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixed_ips: Vec<Map<String, Value>>,
    /// What may pass; the project's usual group unless given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
    /// Its name in DNS (extension `dns-integration`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<String>,
}

impl Resource for Network {
    const COLLECTION: &'static str = "networks";
    const WHAT: &'static str = "network";

    fn id(&self) -> &str {
        &self.id
    }
}

impl Resource for Subnet {
    const COLLECTION: &'static str = "subnets";
    const WHAT: &'static str = "subnet";

    fn id(&self) -> &str {
        &self.id
    }
}

impl Resource for SecurityGroup {
    const COLLECTION: &'static str = "security-groups";
    const WHAT: &'static str = "security group";

    fn id(&self) -> &str {
        &self.id
    }
}

impl Resource for Port {
    const COLLECTION: &'static str = "ports";
    const WHAT: &'static str = "port";

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
    /// Keystone refuses, cannot be reached, or has Neutron elsewhere than the settings say.
    pub fn of(cloud: &Cloud) -> Result<Option<Self>, LoginError> {
        Ok(cloud.session("network", &SERVICE)?.map(Self))
    }

    /// The same connection, on which nothing that could change anything is sent; its requests are noted among those of
    /// a rehearsal.
    #[must_use]
    pub fn rehearsing(&self, rehearsal: Rehearsal) -> Self {
        Self(self.0.rehearsing(std::sync::Arc::new(Rehearsing(rehearsal))))
    }

    /// All that this user sees of those that have a name or UUID.
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

    /// All that this user sees of those with these UUIDs; without any, nothing is asked.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn by_id<'i, T: Resource>(&self, ids: impl IntoIterator<Item = &'i str>) -> Result<Vec<T>, Error> {
        let filters: Vec<(&str, String)> = ids.into_iter().map(|id| ("id", id.to_owned())).collect();
        let mut found = Vec::new();
        for some in filters.chunks(FEW) {
            found.extend(self.list(some)?);
        }
        Ok(found)
    }

    /// All that this user sees of those for which Neutron's own filters hold: of several values for one key, any.
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
            let goes_on = links.is_some_and(|links| links.iter().any(|link| link["rel"] == "next"));
            let goes_on = goes_on && !items.is_empty();
            let circles = found.last().is_some_and(|last| items.iter().any(|item| item.id() == last.id()));
            if circles {
                return Err(malformed("the list goes in a circle".to_owned()));
            }
            found.extend(items);
            // A server without paging gives all at once, and no links.
            if !goes_on {
                return Ok(found);
            }
        }
    }

    /// Whether this user is shown the ports of every project: an admin is, and is told their hosts. Where there is no
    /// port to be seen, it is not known.
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
        match self.0.tell(&Request::get(format!("extensions/{}", segment(alias)))) {
            Ok(()) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Makes a port. Not repeated once it may have arrived, for Neutron chooses the UUID: look for the port by what it
    /// is for.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn create_port(&self, port: &NewPort) -> Result<Port, Error> {
        let request = Request::new(Method::POST, "ports").json(&json!({"port": port}));
        Ok(self.0.fetch::<OnePort>(&request.repeat(Repeat::IfNotSent))?.port)
    }

    /// Deletes a port; one that is gone already is none the worse.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn delete_port(&self, id: &str) -> Result<(), Error> {
        self.0.remove(format!("ports/{}", segment(id)))
    }

    /// Takes the mark off a port by which it is said whose it is.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn clear_owner(&self, id: &str) -> Result<(), Error> {
        let body = json!({"port": {"device_owner": ""}});
        self.0.tell(&Request::new(Method::PUT, format!("ports/{}", segment(id))).json(&body))
    }
}

/// Notes requests to Neutron among those to Ironic.
struct Rehearsing(Rehearsal);

impl Rehearse for Rehearsing {
    fn answer(&self, request: &Request<'_>) -> Option<String> {
        let body = self.0.note(SERVICE.root, request);
        match request.method {
            Method::GET => None,
            Method::POST => {
                let mut made = body.unwrap_or_default();
                made["port"]["id"] = uuid::Uuid::new_v4().to_string().into();
                // What was asked for need not be an address: that is chosen on the server.
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
    fn what_neutron_says_is_read() {
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
    fn a_new_port_says_only_what_is_wanted() {
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
