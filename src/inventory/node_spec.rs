//! The common form that every file format is converted to: nodes, ports, port groups and chassis with Ironic's own fields,
//! checked, with their place in the file.

use std::fmt;

use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::document::SourceLocation;
use super::driver_info::{BmcIdentity, DriverInfo};
use super::schema::{self, Field};
use crate::ironic::Microversion;
use crate::rest::mask;

/// A machine that a file describes and that farrier enrolls as a node.
#[derive(Clone)]
pub struct NodeSpec {
    /// The place in the file.
    pub at: SourceLocation,
    /// The node's fields that the file sets, by Ironic's names. `driver_info`, traits, ports and port groups are separate.
    pub fields: Map<String, Json>,
    /// The address and credentials of the BMC, and other driver settings.
    pub driver_info: DriverInfo,
    /// The traits; `None` leaves the node's traits unchanged.
    pub traits: Option<Vec<String>>,
    /// The ports that are in no port group.
    pub ports: Vec<PortSpec>,
    /// The port groups, with their ports.
    pub portgroups: Vec<PortgroupSpec>,
    /// Whether the file says that the machine is in use. It is then not cleaned, inspected or powered off.
    pub is_in_use: bool,
}

/// A network port.
#[derive(Debug, Clone)]
pub struct PortSpec {
    /// The place in the file.
    pub at: SourceLocation,
    /// The fields by Ironic's names, including `address`.
    pub fields: Map<String, Json>,
}

/// A port group: a bond of ports.
#[derive(Debug, Clone)]
pub struct PortgroupSpec {
    /// The place in the file.
    pub at: SourceLocation,
    /// The fields by Ironic's names.
    pub fields: Map<String, Json>,
    /// The ports in the group.
    pub ports: Vec<PortSpec>,
}

/// A chassis: a group of machines. Its nodes refer to it in `chassis_uuid`.
#[derive(Debug, Clone)]
pub struct ChassisSpec {
    /// The place in the file.
    pub at: SourceLocation,
    /// The fields by Ironic's names, always including `uuid`.
    pub fields: Map<String, Json>,
}

/// A field that a machine uses, with the API version that it requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldRequirement {
    /// `nodes`, `ports` or `portgroups`.
    pub resource: &'static str,
    /// The field's name.
    pub field: &'static str,
    /// The API version that introduced the field.
    pub since: Microversion,
}

impl fmt::Display for FieldRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of {} needs API {}", self.field, self.resource, self.since)
    }
}

fn text<'m>(fields: &'m Map<String, Json>, key: &str) -> Option<&'m str> {
    fields.get(key).and_then(Json::as_str)
}

/// Masks secrets, which may be in other fields than `driver_info` too, such as `instance_info`.
impl fmt::Debug for NodeSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = Json::Object(self.fields.clone());
        mask::value(&mut fields);
        f.debug_struct("NodeSpec")
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

impl NodeSpec {
    /// The node's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        text(&self.fields, "name")
    }

    /// The node's UUID, if the file sets it.
    #[must_use]
    pub fn uuid(&self) -> Option<&str> {
        text(&self.fields, "uuid")
    }

    /// The hardware type.
    #[must_use]
    pub fn driver(&self) -> &str {
        text(&self.fields, "driver").unwrap_or_default()
    }

    /// The conductor group, if the file sets it.
    #[must_use]
    pub fn conductor_group(&self) -> Option<&str> {
        text(&self.fields, "conductor_group")
    }

    /// All ports, including those in port groups.
    pub fn all_ports(&self) -> impl Iterator<Item = &PortSpec> {
        self.ports.iter().chain(self.portgroups.iter().flat_map(|group| &group.ports))
    }

    /// The MAC addresses of all ports.
    pub fn macs(&self) -> impl Iterator<Item = &str> {
        self.all_ports().map(PortSpec::address)
    }

    /// The identity of the BMC, if the file sets its address.
    #[must_use]
    pub fn bmc(&self) -> Option<BmcIdentity> {
        self.driver_info.bmc()
    }

    /// The machine in messages: its name, UUID, first MAC address, BMC, or place in the file.
    #[must_use]
    pub fn label(&self) -> String {
        let label = self.name().or(self.uuid()).or_else(|| self.macs().next()).map(str::to_owned);
        label.or_else(|| self.bmc().map(|bmc| bmc.to_string())).unwrap_or_else(|| self.at.to_string())
    }

    /// Whether a later run can find the node in Ironic.
    #[must_use]
    pub fn is_identifiable(&self) -> bool {
        self.name().is_some() || self.uuid().is_some() || self.macs().next().is_some() || self.bmc().is_some()
    }

    /// The UUID to create the node with.
    ///
    /// If the file sets neither a name nor a UUID, the UUID is derived from the MAC addresses and the BMC. After a run that was
    /// interrupted before it created the ports, the next run then continues with the same node.
    #[must_use]
    pub fn creation_uuid(&self) -> String {
        match (self.uuid(), self.name()) {
            (Some(uuid), _) => uuid.to_owned(),
            (None, Some(_)) => Uuid::new_v4().to_string(),
            (None, None) => {
                let mut identifiers: Vec<String> = self.macs().map(str::to_owned).collect();
                identifiers.sort_unstable();
                identifiers.extend(self.bmc().map(|bmc| bmc.to_string()));
                derived_uuid("node", &identifiers.join(" "))
            }
        }
    }

    /// Every field that the machine uses, with the API version that introduced it.
    #[must_use]
    pub fn needs(&self) -> Vec<FieldRequirement> {
        let mut needs = used("nodes", schema::NODE, &self.fields);
        if self.traits.is_some() {
            needs.push(FieldRequirement { resource: "nodes", field: "traits", since: Microversion(37) });
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

fn used(
    resource: &'static str,
    table: &'static [Field],
    fields: &Map<String, Json>,
) -> Vec<FieldRequirement> {
    let need = |field: &Field| FieldRequirement { resource, field: field.name, since: field.since };
    table.iter().filter(|field| fields.contains_key(field.name)).map(need).collect()
}

impl PortSpec {
    /// The MAC address, in lower case.
    #[must_use]
    pub fn address(&self) -> &str {
        text(&self.fields, "address").unwrap_or_default()
    }
}

impl PortgroupSpec {
    /// The name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        text(&self.fields, "name")
    }

    /// The UUID, if the file sets it.
    #[must_use]
    pub fn uuid(&self) -> Option<&str> {
        text(&self.fields, "uuid")
    }

    /// The MAC address of the group itself.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        text(&self.fields, "address")
    }
}

impl ChassisSpec {
    /// The UUID.
    #[must_use]
    pub fn uuid(&self) -> &str {
        text(&self.fields, "uuid").unwrap_or_default()
    }
}

/// A UUID derived from an object's identifiers, so that a later run with the same file gets the same UUID.
pub(super) fn derived_uuid(resource: &str, identifiers: &str) -> String {
    let digest = Sha256::digest(format!("farrier {resource} {identifiers}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn machine(fields: Json, macs: &[&str]) -> NodeSpec {
        let object = |json: Json| json.as_object().cloned().unwrap_or_default();
        let at = SourceLocation::file("f.yaml".into());
        let port = |mac: &&str| PortSpec { at: at.clone(), fields: object(json!({"address": mac})) };
        NodeSpec {
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
    fn a_machine_without_a_name_gets_the_same_uuid_every_time() {
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
    fn needs_include_the_fields_of_newer_api_versions() {
        let mut machine = machine(json!({"name": "a", "driver": "ipmi", "shard": "s"}), &[]);
        let port = json!({"address": "52:54:00:00:00:01", "description": "uplink"});
        machine
            .ports
            .push(PortSpec { at: machine.at.clone(), fields: port.as_object().cloned().expect("a mapping") });
        let newer: Vec<String> = machine
            .needs()
            .iter()
            .filter(|need| need.since > Microversion(61))
            .map(ToString::to_string)
            .collect();
        assert_eq!(newer, ["`shard` of nodes needs API 1.82", "`description` of ports needs API 1.97"]);
    }
}
