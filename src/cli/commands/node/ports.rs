//! `farrier node ports`: the ports (network cards) of a node.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::locate::LocatedNode;
use crate::cli::Context;
use crate::cli::app::help;
use crate::ironic::portgroup::Portgroup;
use crate::rest::mask;
use crate::ui::output::{CellStyle, Column};

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
        let mut row = json!({"uuid": port.uuid, "address": port.address, "node_uuid": port.node_uuid});
        let keys = row.as_object_mut().expect("it is an object");
        keys.extend(port.rest.into_iter().filter(|(key, _)| key != "links"));
        keys.insert("vif".to_owned(), vif.into());
        let group = group.map(|group| json!({"uuid": group.uuid, "name": group.name}));
        keys.insert("portgroup".to_owned(), group.into());
        keys.insert("cloud".to_owned(), cloud.as_deref().into());
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
