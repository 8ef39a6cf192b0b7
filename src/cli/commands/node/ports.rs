//! `farrier node ports`: the ports (network cards) of a node.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::locate::LocatedNode;
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::help;
use crate::ironic::portgroup::Portgroup;
use crate::rest::mask;
use crate::ui::output::{CellStyle, Column, json};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name or UUID of the node
    node: String,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("Ports of a node, with their switch ports", "farrier node ports rack4-u12"),
    ("MAC addresses, for a script", "farrier node ports rack4-u12 -f value -c address"),
];

const COLUMNS: &[Column] = &[
    Column::new("address", "MAC"),
    Column::new("name", "NAME").on_request(),
    Column::new("uuid", "UUID").on_request(),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("pxe_enabled", "PXE"),
    Column::new("physical_network", "PHYSICAL NETWORK").shortened_by_rank(2),
    Column::new("local_link_connection.switch_id", "SWITCH"),
    Column::new("local_link_connection.port_id", "SWITCH PORT"),
    Column::new("local_link_connection.switch_info", "SWITCH NAME").on_request(),
    Column::new("vif", "VIF").shortened_by_rank(3),
    Column::new("portgroup", "GROUP").show(CellStyle::Named).shortened_by_rank(1),
    Column::new("is_smartnic", "SMART").on_request(),
    Column::new("extra", "EXTRA").on_request(),
    Column::new("internal_info", "INTERNAL").on_request(),
    Column::new("created_at", "SINCE").show(CellStyle::Time).on_request(),
];

/// The keys under which Ironic stores the attached Neutron port, the one of the instance first (`common/network.py`).
const VIFS: [&str; 5] = [
    "tenant_vif_port_id",
    "provisioning_vif_port_id",
    "cleaning_vif_port_id",
    "rescuing_vif_port_id",
    "inspection_vif_port_id",
];

/// A port of a node.
#[derive(Debug, Serialize, JsonSchema)]
struct PortRow {
    /// The UUID.
    uuid: String,
    /// The MAC address.
    address: String,
    /// The UUID of the node.
    node_uuid: Option<String>,
    /// The other fields of the port in Ironic.
    #[serde(flatten)]
    rest: Map<String, Value>,
    /// The UUID of the Neutron port that is attached to it, or to its port group.
    vif: Option<String>,
    /// Its port group.
    portgroup: Option<PortgroupRef>,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
}

/// A port group of a row.
#[derive(Debug, Serialize, JsonSchema)]
struct PortgroupRef {
    /// The UUID.
    uuid: String,
    /// The name, if it has one.
    name: Option<String>,
}

pub(super) fn answer() -> Answer {
    Answer::of("node ports").list::<PortRow>(COLUMNS)
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let LocatedNode { node, client, cloud, unreachable } = LocatedNode::find(&args.node, context)?;
    let mut ports = client.ports(Some(&node.uuid))?;
    ports.sort_by(|one, other| one.address.cmp(&other.address));
    let has_groups = ports.iter().any(|port| port.rest.get("portgroup_uuid").is_some_and(Value::is_string));
    let groups = if has_groups { client.portgroups(Some(&node.uuid))? } else { Vec::new() };
    let groups: HashMap<&str, &Portgroup> = groups.iter().map(|group| (group.uuid.as_str(), group)).collect();
    let rows = ports.into_iter().map(|port| {
        let group = port.rest.get("portgroup_uuid").and_then(Value::as_str).and_then(|uuid| groups.get(uuid));
        // A port of a group has the VIF of its group.
        let vif = vif(&port.rest).or_else(|| vif(&group?.rest));
        let mut row = json(&PortRow {
            uuid: port.uuid,
            address: port.address,
            node_uuid: port.node_uuid,
            rest: port.rest.into_iter().filter(|(key, _)| key != "links").collect(),
            vif,
            portgroup: group.map(|group| PortgroupRef { uuid: group.uuid.clone(), name: group.name.clone() }),
            cloud: cloud.clone(),
        });
        mask::value(&mut row);
        row
    });
    let rows: Vec<Value> = rows.collect();
    if rows.is_empty() {
        context.ui.note(&format!(
            "{} has no ports in Ironic: none were enrolled, and no inspection found any",
            node.label()
        ));
    }
    context.ui.list(&view, rows)?;
    context.conclude(&unreachable)
}

/// The Neutron port that a port or port group is attached to.
fn vif(rest: &Map<String, Value>) -> Option<String> {
    let internal_info = rest.get("internal_info")?;
    VIFS.iter().find_map(|key| internal_info.get(key)?.as_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn vif_of_the_instance_comes_before_vifs_of_ramdisks() {
        let of = |internal_info: Value| {
            vif(json!({"internal_info": internal_info}).as_object().expect("an object"))
        };
        assert_eq!(of(json!({"cleaning_vif_port_id": "c"})).as_deref(), Some("c"));
        assert_eq!(of(json!({"cleaning_vif_port_id": "c", "tenant_vif_port_id": "t"})).as_deref(), Some("t"));
        assert_eq!(of(json!({"tenant_vif_port_id": null})), None);
    }
}
