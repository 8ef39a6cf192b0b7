//! Machines as every format of file is turned into: Ironic's own fields, checked, with the place they came from.

use std::fmt;

use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::document::SourceLocation;
use super::driver_info::{Bmc, DriverInfo};
use super::schema::{self, Field};
use crate::ironic::Microversion;
use crate::rest::mask;

/// A machine that an operator wants in Ironic.
#[derive(Clone)]
pub struct Machine {
    /// Where it is described.
    pub at: SourceLocation,
    /// The node's fields by Ironic's names, only those that were given; `driver_info` and what is not
    /// part of the node itself are kept beside.
    pub fields: Map<String, Json>,
    /// How to reach its BMC.
    pub driver_info: DriverInfo,
    /// Its traits; `None` leaves alone what Ironic has.
    pub traits: Option<Vec<String>>,
    /// Its network cards outside of any group.
    pub ports: Vec<Port>,
    /// Its bonds, with their cards.
    pub portgroups: Vec<Portgroup>,
    /// Whether the file says that it runs something already: it is not cleaned, inspected or switched off.
    pub is_in_use: bool,
}

/// A network card.
#[derive(Debug, Clone)]
pub struct Port {
    /// Where it is described.
    pub at: SourceLocation,
    /// Its fields by Ironic's names, `address` among them.
    pub fields: Map<String, Json>,
}

/// A bond of network cards.
#[derive(Debug, Clone)]
pub struct Portgroup {
    /// Where it is described.
    pub at: SourceLocation,
    /// Its fields by Ironic's names.
    pub fields: Map<String, Json>,
    /// The cards in it.
    pub ports: Vec<Port>,
}

/// A chassis: a name for some machines that stand together. Its machines carry its UUID.
#[derive(Debug, Clone)]
pub struct Chassis {
    /// Where it is described.
    pub at: SourceLocation,
    /// Its fields by Ironic's names, `uuid` always among them.
    pub fields: Map<String, Json>,
}

/// A field that a machine uses, for servers that may be too old to have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// `nodes`, `ports` or `portgroups`.
    pub resource: &'static str,
    /// The field's name.
    pub field: &'static str,
    /// The API version that brought it.
    pub since: Microversion,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of {} needs API {}", self.field, self.resource, self.since)
    }
}

fn text<'m>(fields: &'m Map<String, Json>, key: &str) -> Option<&'m str> {
    fields.get(key).and_then(Json::as_str)
}

/// Secrets may stand in `instance_info` too: what looks like one is masked.
impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = Json::Object(self.fields.clone());
        mask::value(&mut fields);
        f.debug_struct("Machine")
            .field("at", &self.at)
            .field("fields", &fields)
            .field("driver_info", &self.driver_info)
            .field("traits", &self.traits)
            .field("ports", &self.ports)
            .field("portgroups", &self.portgroups)
            .field("is_in_use", &self.is_in_use)
            .finish()
    }
}

impl Machine {
    /// Its name in Ironic.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        text(&self.fields, "name")
    }

    /// Its UUID, where the file chooses one.
    #[must_use]
    pub fn uuid(&self) -> Option<&str> {
        text(&self.fields, "uuid")
    }

    /// Its hardware type.
    #[must_use]
    pub fn driver(&self) -> &str {
        text(&self.fields, "driver").unwrap_or_default()
    }

    /// The group of conductors that is to serve it, where that is given.
    #[must_use]
    pub fn conductor_group(&self) -> Option<&str> {
        text(&self.fields, "conductor_group")
    }

    /// All its network cards, in groups or not.
    pub fn all_ports(&self) -> impl Iterator<Item = &Port> {
        self.ports.iter().chain(self.portgroups.iter().flat_map(|group| &group.ports))
    }

    /// The MAC addresses of all its network cards.
    pub fn macs(&self) -> impl Iterator<Item = &str> {
        self.all_ports().map(Port::address)
    }

    /// The BMC that it is reached through, where its address is given.
    #[must_use]
    pub fn bmc(&self) -> Option<Bmc> {
        self.driver_info.bmc()
    }

    /// What operators will know it by: name, UUID, first MAC address, BMC, or the place in the file.
    #[must_use]
    pub fn label(&self) -> String {
        let known = self.name().or(self.uuid()).or_else(|| self.macs().next()).map(str::to_owned);
        known.or_else(|| self.bmc().map(|bmc| bmc.to_string())).unwrap_or_else(|| self.at.to_string())
    }

    /// Whether a second run could find it again.
    #[must_use]
    pub fn is_identifiable(&self) -> bool {
        self.name().is_some() || self.uuid().is_some() || self.macs().next().is_some() || self.bmc().is_some()
    }

    /// The UUID to create it with.
    ///
    /// A machine without a name gets one derived from its MAC addresses and BMC, so that a run that died
    /// before the ports were made is gone on with and does not leave a second node.
    #[must_use]
    pub fn creation_uuid(&self) -> String {
        match (self.uuid(), self.name()) {
            (Some(uuid), _) => uuid.to_owned(),
            (None, Some(_)) => Uuid::new_v4().to_string(),
            (None, None) => {
                let mut marks: Vec<String> = self.macs().map(str::to_owned).collect();
                marks.sort_unstable();
                marks.extend(self.bmc().map(|bmc| bmc.to_string()));
                derived_uuid("node", &marks.join(" "))
            }
        }
    }

    /// Every field that it uses, with the API version that brought it.
    #[must_use]
    pub fn needs(&self) -> Vec<Need> {
        let mut needs = used("nodes", schema::NODE, &self.fields);
        if self.traits.is_some() {
            needs.push(Need { resource: "nodes", field: "traits", since: Microversion(37) });
        }
        for port in self.all_ports() {
            needs.extend(used("ports", schema::PORT, &port.fields));
        }
        for group in &self.portgroups {
            needs.extend(used("portgroups", schema::PORTGROUP, &group.fields));
        }
        needs
    }
}

fn used(resource: &'static str, table: &'static [Field], fields: &Map<String, Json>) -> Vec<Need> {
    let need = |field: &Field| Need { resource, field: field.name, since: field.since };
    table.iter().filter(|field| fields.contains_key(field.name)).map(need).collect()
}

impl Port {
    /// Its MAC address, in lower case.
    #[must_use]
    pub fn address(&self) -> &str {
        text(&self.fields, "address").unwrap_or_default()
    }
}

impl Portgroup {
    /// Its name in Ironic.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        text(&self.fields, "name")
    }

    /// Its UUID, where the file chooses one.
    #[must_use]
    pub fn uuid(&self) -> Option<&str> {
        text(&self.fields, "uuid")
    }

    /// The MAC address of the bond itself.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        text(&self.fields, "address")
    }
}

impl Chassis {
    /// Its UUID.
    #[must_use]
    pub fn uuid(&self) -> &str {
        text(&self.fields, "uuid").unwrap_or_default()
    }
}

/// A UUID that follows from what a thing is, so that the same file names the same thing again.
pub(super) fn derived_uuid(kind: &str, marks: &str) -> String {
    let digest = Sha256::digest(format!("farrier {kind} {marks}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn machine(fields: Json, macs: &[&str]) -> Machine {
        let object = |json: Json| json.as_object().cloned().unwrap_or_default();
        let at = SourceLocation::file("f.yaml".into());
        let port = |mac: &&str| Port { at: at.clone(), fields: object(json!({"address": mac})) };
        Machine {
            ports: macs.iter().map(port).collect(),
            fields: object(fields),
            driver_info: DriverInfo::default(),
            traits: None,
            portgroups: Vec::new(),
            is_in_use: false,
            at,
        }
    }

    #[test]
    fn a_nameless_machine_gets_the_same_uuid_every_time() {
        let one = machine(json!({}), &["52:54:00:00:00:02", "52:54:00:00:00:01"]).creation_uuid();
        let again = machine(json!({}), &["52:54:00:00:00:01", "52:54:00:00:00:02"]).creation_uuid();
        let other = machine(json!({}), &["52:54:00:00:00:03"]).creation_uuid();
        assert_eq!(one, again);
        assert_ne!(one, other);
        assert!(Uuid::try_parse(&one).is_ok());
    }

    #[test]
    fn a_named_machine_gets_a_new_uuid_unless_it_has_one() {
        let named = machine(json!({"name": "a"}), &["52:54:00:00:00:01"]);
        assert_ne!(named.creation_uuid(), named.creation_uuid());
        let chosen = machine(json!({"name": "a", "uuid": "1be26c0b-03f2-4d2e-ae87-c02d7f33c123"}), &[]);
        assert_eq!(chosen.creation_uuid(), "1be26c0b-03f2-4d2e-ae87-c02d7f33c123");
    }

    #[test]
    fn needs_name_the_fields_that_young_servers_have() {
        let mut machine = machine(json!({"name": "a", "driver": "ipmi", "shard": "s"}), &[]);
        let port = json!({"address": "52:54:00:00:00:01", "description": "uplink"});
        machine
            .ports
            .push(Port { at: machine.at.clone(), fields: port.as_object().cloned().expect("a mapping") });
        let young: Vec<String> = machine
            .needs()
            .iter()
            .filter(|need| need.since > Microversion(61))
            .map(ToString::to_string)
            .collect();
        assert_eq!(young, ["`shard` of nodes needs API 1.82", "`description` of ports needs API 1.97"]);
    }
}
