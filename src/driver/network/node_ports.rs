//! The ports and port groups of a node, to which VIFs are attached.

use serde_json::{Map, Value};

use crate::driver::{Driver, Error};

/// A port or port group of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NodePort {
    /// Its MAC address. A port group that has no address uses that of its first port.
    pub(super) address: Option<String>,
    /// The attached Neutron port, if Ironic shows it.
    pub(super) vif: Option<String>,
    /// The MAC addresses of a group's ports.
    pub(super) members: Vec<String>,
    /// The bond mode of a group.
    pub(super) mode: Option<String>,
    /// The maximum number of VIFs.
    pub(super) room: usize,
}

impl Driver<'_> {
    /// The ports and port groups of a node.
    pub(super) fn node_ports(&self, node: &str) -> Result<Vec<NodePort>, Error> {
        let about = || Error::about(format!("node {node}"));
        let ports = self.client.ports(Some(node)).map_err(about())?;
        let groups = self.client.portgroups(Some(node)).map_err(about())?;
        let group_of =
            |rest: &Map<String, Value>| rest.get("portgroup_uuid").and_then(Value::as_str).map(str::to_owned);
        let mut node_ports = Vec::new();
        for group in groups {
            let members = ports.iter().filter(|port| group_of(&port.rest).as_deref() == Some(&group.uuid));
            let members: Vec<String> = members.map(|port| port.address.clone()).collect();
            node_ports.push(NodePort {
                address: group.address.or_else(|| members.first().cloned()),
                vif: vif_of(&group.rest),
                mode: group.rest.get("mode").and_then(Value::as_str).map(str::to_owned),
                // Even if its ports may be used alone, Ironic attaches to the group first, and then they may not.
                room: members.len().min(1),
                members,
            });
        }
        for port in ports {
            let room = usize::from(group_of(&port.rest).is_none());
            let (vif, address) = (vif_of(&port.rest), Some(port.address));
            node_ports.push(NodePort { address, vif, members: Vec::new(), mode: None, room });
        }
        Ok(node_ports)
    }
}

/// The VIF that Ironic records (`common/network.py`).
fn vif_of(rest: &Map<String, Value>) -> Option<String> {
    rest.get("internal_info")?.get("tenant_vif_port_id")?.as_str().map(str::to_owned)
}
