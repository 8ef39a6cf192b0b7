//! Finds the existing node of a machine in a file, and rejects names and addresses of other nodes.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::compare::EnrolledNode;
use crate::counts::agreeing;
use crate::driver::Error;
use crate::inventory::driver_info::BmcIdentity;
use crate::inventory::node_spec::NodeSpec;
use crate::ironic::Client;
use crate::ironic::node::NodeQuery;
use crate::ironic::port::Port;
use crate::ironic::portgroup::Portgroup;
use crate::ironic::version::CHILD_NODES;
use crate::rest::mask;

/// Above this number of nodes, one detailed list is cheaper than one request per node.
const MAX_SINGLE_REQUESTS: usize = 30;

/// The fields that identify a node.
#[derive(Debug, Deserialize)]
struct NodeIdentity {
    uuid: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    driver_info: Map<String, Json>,
}

/// All nodes, ports and port groups by their identifiers.
#[derive(Debug, Default)]
pub(super) struct ExistingNodes {
    names: HashMap<String, String>,
    labels: HashMap<String, Option<String>>,
    bmcs: HashMap<BmcIdentity, Vec<String>>,
    macs: HashMap<String, String>,
    group_names: HashMap<String, String>,
    ports: HashMap<String, Vec<Port>>,
    groups: HashMap<String, Vec<Portgroup>>,
}

impl ExistingNodes {
    /// Reads them from Ironic, page by page.
    pub(super) fn read(client: &Client, with_groups: bool) -> Result<Self, Error> {
        let about = || Error::about(format!("nodes at {}", client.address()));
        let mut roster = Self::default();
        let mut query = NodeQuery::all().fields(&["uuid", "name", "driver_info"]);
        if client.version() >= CHILD_NODES {
            query = query.filter("include_children", "True");
        }
        client.each_node(&query, |node| roster.add(node)).map_err(about())?;
        for port in client.ports(None).map_err(about())? {
            roster.add_port(port);
        }
        if with_groups {
            for group in client.portgroups(None).map_err(about())? {
                roster.add_group(group);
            }
        }
        Ok(roster)
    }

    fn add(&mut self, NodeIdentity { uuid, name, driver_info }: NodeIdentity) {
        if let Some(bmc) = BmcIdentity::of(&driver_info) {
            self.bmcs.entry(bmc).or_default().push(uuid.clone());
        }
        if let Some(name) = &name {
            self.names.insert(name.clone(), uuid.clone());
        }
        self.labels.insert(uuid, name);
    }

    fn add_port(&mut self, port: Port) {
        let Some(node) = port.node_uuid.clone() else { return };
        self.macs.insert(port.address.clone(), node.clone());
        self.ports.entry(node).or_default().push(port);
    }

    fn add_group(&mut self, group: Portgroup) {
        let Some(node) = group.node_uuid.clone() else { return };
        if let Some(name) = &group.name {
            self.group_names.insert(name.clone(), node.clone());
        }
        self.groups.entry(node).or_default().push(group);
    }

    /// The UUID of the node of this name.
    pub(super) fn by_name(&self, name: &str) -> Option<&String> {
        self.names.get(name)
    }

    fn label(&self, uuid: &str) -> String {
        match self.labels.get(uuid) {
            Some(Some(name)) => format!("node {name}"),
            _ => format!("node {uuid}"),
        }
    }

    /// The existing node of a machine, if any.
    ///
    /// The UUID, name, MAC addresses, port groups and BMC of a machine must all identify the same node. A node with
    /// another name matches only by its UUID, so that a typo does not overwrite another machine.
    ///
    /// # Errors
    /// The identifiers that belong to another node.
    pub(super) fn find(&self, machine: &NodeSpec) -> Result<Option<String>, String> {
        let mut hits: BTreeMap<&String, Vec<String>> = BTreeMap::new();
        let by_uuid = machine.uuid().and_then(|uuid| self.labels.get_key_value(uuid)).map(|(uuid, _)| uuid);
        if let (Some(node), Some(uuid)) = (by_uuid, machine.uuid()) {
            hits.entry(node).or_default().push(format!("the UUID {uuid}"));
        }
        let by_name = machine.name().and_then(|name| self.names.get(name));
        if let (Some(node), Some(name)) = (by_name, machine.name()) {
            hits.entry(node).or_default().push(format!("the name {name}"));
        }
        for mac in machine.macs() {
            if let Some(node) = self.macs.get(mac) {
                hits.entry(node).or_default().push(format!("the MAC address {mac}"));
            }
        }
        for group in &machine.portgroups {
            if let Some((name, node)) = group.name().and_then(|name| self.group_names.get_key_value(name)) {
                hits.entry(node).or_default().push(format!("the port group {name}"));
            }
        }
        if let Some((bmc, [node])) =
            machine.bmc().and_then(|bmc| self.bmcs.get_key_value(&bmc)).map(|(bmc, nodes)| (bmc, &nodes[..]))
        {
            hits.entry(node).or_default().push(format!("the BMC {}", mask::address(&bmc.to_string())));
        }
        let owned = |(node, what): (&&String, &Vec<String>)| {
            let verb = agreeing(what.len(), "belongs", "belong");
            format!("{} {verb} to {}", what.join(" and "), self.label(node))
        };
        if hits.len() > 1 {
            return Err(hits.iter().map(owned).collect::<Vec<_>>().join(", but "));
        }
        let Some((node, what)) = hits.first_key_value() else { return Ok(None) };
        let other_uuid = machine.uuid().is_some_and(|uuid| uuid != *node);
        let has_name = self.labels.get(*node).and_then(Option::as_deref);
        let other_name =
            by_uuid.is_none() && machine.name().is_some() && has_name.is_some() && by_name.is_none();
        if other_uuid || other_name {
            let what = owned((node, what));
            let advice =
                if other_uuid { "its UUID differs" } else { "to rename that node, add its UUID to the file" };
            return Err(format!("{what}; {advice}"));
        }
        Ok(Some((*node).clone()))
    }

    /// The nodes with these UUIDs, with their ports and port groups.
    pub(super) fn fetch(
        &mut self,
        client: &Client,
        uuids: &[String],
    ) -> Result<HashMap<String, EnrolledNode>, Error> {
        let mut existing: HashMap<String, EnrolledNode> =
            uuids.iter().map(|uuid| (uuid.clone(), EnrolledNode::default())).collect();
        if uuids.len() > MAX_SINGLE_REQUESTS {
            let mut query = NodeQuery::all().detail();
            if client.version() >= CHILD_NODES {
                query = query.filter("include_children", "True");
            }
            let keep = |node: Map<String, Json>| {
                let uuid = node.get("uuid").and_then(Json::as_str).unwrap_or_default();
                if let Some(wanted) = existing.get_mut(uuid) {
                    wanted.node = node;
                }
            };
            client.each_node(&query, keep).map_err(Error::about(format!("nodes at {}", client.address())))?;
        } else {
            for uuid in uuids {
                let node = client.node_whole(uuid).map_err(Error::about(self.label(uuid)))?;
                existing.entry(uuid.clone()).or_default().node = node;
            }
        }
        for (uuid, existing) in &mut existing {
            existing.ports = self.ports.remove(uuid).unwrap_or_default();
            existing.groups = self.groups.remove(uuid).unwrap_or_default();
        }
        Ok(existing)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::inventory::enrollment::Enrollment;
    use crate::inventory::reference::SecretResolver;

    const UUID: &str = "1be26c0b-03f2-4d2e-ae87-c02d7f33c123";

    /// Two nodes: `a` with a BMC, two ports and a port group, and one without a name.
    fn roster() -> ExistingNodes {
        let mut roster = ExistingNodes::default();
        let nodes = [
            json!({"uuid": UUID, "name": "a", "driver_info": {"redfish_address": "https://bmc-a", "redfish_password": "******"}}),
            json!({"uuid": "nameless", "name": null, "driver_info": {"ipmi_address": "10.0.0.1"}}),
        ];
        for node in nodes {
            roster.add(serde_json::from_value(node).expect("a node"));
        }
        for (address, node) in
            [("52:54:00:00:00:01", UUID), ("52:54:00:00:00:02", UUID), ("52:54:00:00:00:03", "nameless")]
        {
            let port = json!({"uuid": address, "address": address, "node_uuid": node});
            roster.add_port(serde_json::from_value(port).expect("a port"));
        }
        let group = json!({"uuid": "g", "name": "bond-a", "node_uuid": UUID});
        roster.add_group(serde_json::from_value(group).expect("a port group"));
        roster
    }

    fn find(node: &Json) -> Result<Option<String>, String> {
        let mut machine = json!({"driver": "redfish"});
        machine.as_object_mut().expect("a mapping").extend(node.as_object().cloned().expect("a mapping"));
        let enrollment =
            Enrollment::from_node(machine, &SecretResolver::none()).unwrap_or_else(|error| panic!("{error}"));
        roster().find(&enrollment.machines[0])
    }

    #[test]
    fn a_node_is_found_by_each_of_its_identifiers() {
        let port = |mac| json!([{"address": mac}]);
        for node in [
            json!({"name": "a"}),
            json!({"uuid": UUID}),
            json!({"uuid": UUID, "name": "renamed"}),
            json!({"driver_info": {"redfish_address": "bmc-a"}}),
            json!({"ports": port("52:54:00:00:00:02")}),
            json!({"name": "a", "ports": port("52:54:00:00:00:01"), "driver_info": {"redfish_address": "bmc-a"}}),
            json!({"name": "a", "portgroups": [{"name": "bond-a", "ports": port("52:54:00:00:00:09")}]}),
        ] {
            assert_eq!(find(&node), Ok(Some(UUID.to_owned())), "{node}");
        }
        assert_eq!(
            find(&json!({"name": "b", "ports": port("52:54:00:00:00:03")})),
            Ok(Some("nameless".to_owned()))
        );
        assert_eq!(find(&json!({"name": "b", "driver_info": {"redfish_address": "bmc-b"}})), Ok(None));
    }

    #[test]
    fn identifiers_of_other_nodes_are_rejected() {
        let cases = [
            (
                json!({"name": "b", "ports": [{"address": "52:54:00:00:00:01"}]}),
                "the MAC address 52:54:00:00:00:01 belongs to node a; to rename that node, add its UUID to the file",
            ),
            (
                json!({"name": "b", "driver_info": {"redfish_address": "bmc-a"}}),
                "the BMC https://bmc-a belongs to node a; to rename that node, add its UUID to the file",
            ),
            (
                json!({"name": "a", "ports": [{"address": "52:54:00:00:00:03"}]}),
                "the name a belongs to node a, but the MAC address 52:54:00:00:00:03 belongs to node nameless",
            ),
            (
                json!({"name": "a", "uuid": "2be26c0b-03f2-4d2e-ae87-c02d7f33c123"}),
                "the name a belongs to node a; its UUID differs",
            ),
            (
                json!({"name": "b", "portgroups": [{"name": "bond-a"}]}),
                "the port group bond-a belongs to node a; to rename that node, add its UUID to the file",
            ),
        ];
        for (node, why) in cases {
            assert_eq!(find(&node), Err(why.to_owned()), "{node}");
        }
    }
}
