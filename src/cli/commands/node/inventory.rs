//! `farrier node inventory`: the hardware that the last inspection found.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::locate::LocatedNode;
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::help;
use crate::drift::InspectedHardware;
use crate::ironic::state::Phase;
use crate::ironic::{Node, ProvisionTarget};
use crate::rest::mask;
use crate::ui::output::{CellStyle, Column, Document, Section, View, json_rows};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name or UUID of the node
    node: String,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("Processors, disks and network cards of a node", "farrier node inventory rack4-u12"),
    ("Inspect the node first", "farrier node inspect rack4-u12 && farrier node inventory rack4-u12"),
    ("Complete inspection data, as JSON", "farrier node inventory rack4-u12 -f json"),
];

const MACHINE: &[Column] = &[Column::new("field", "FIELD"), Column::new("value", "VALUE")];

const DISKS: &[Column] = &[
    Column::new("name", "DISK"),
    Column::new("gib", "SIZE").show(CellStyle::Gib),
    Column::new("kind", "KIND"),
    Column::new("model", "MODEL").shortened_by_rank(3),
    Column::new("serial", "SERIAL").shortened_by_rank(1),
    Column::new("wwn", "WWN").shortened_by_rank(2),
];

const CARDS: &[Column] = &[
    Column::new("name", "CARD"),
    Column::new("mac_address", "MAC"),
    Column::new("link", "LINK"),
    Column::new("address", "ADDRESS").shortened_by_rank(2),
    Column::new("switch_id", "SWITCH").shortened_by_rank(1),
    Column::new("port_id", "SWITCH PORT").shortened_by_rank(1),
    Column::new("product", "PRODUCT").shortened_by_rank(3),
];

/// A fact about the machine as a whole.
#[derive(Debug, Serialize, JsonSchema)]
struct MachineLine {
    field: &'static str,
    value: String,
}

/// A disk. The agent reports the values that are not typed here.
#[derive(Debug, Serialize, JsonSchema)]
struct DiskRow {
    name: Value,
    gib: Option<u64>,
    kind: Option<&'static str>,
    model: Value,
    serial: Value,
    wwn: Value,
}

/// A network card. The agent reports the values that are not typed here.
#[derive(Debug, Serialize, JsonSchema)]
struct CardRow {
    name: Value,
    mac_address: Value,
    link: Option<String>,
    address: Option<Value>,
    switch_id: Option<String>,
    port_id: Option<String>,
    product: Value,
}

/// In JSON, the data of the inspection as Ironic stores it.
pub(super) fn answer() -> Answer {
    Answer::of("node inventory")
        .document::<Map<String, Value>>()
        .table::<MachineLine>(MACHINE)
        .table::<DiskRow>(DISKS)
        .table::<CardRow>(CARDS)
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(MACHINE)?.ranked();
    let LocatedNode { node, client, unreachable, .. } = LocatedNode::find(&args.node, context)?;
    let Some(found) = client.node_inventory(&node.uuid)? else {
        return Err(never_inspected(&node).into());
    };
    let hardware = InspectedHardware::of_inventory(&found);
    let mut whole = Value::Object(found);
    mask::value(&mut whole);
    let inventory = &whole["inventory"];
    let mut sections = vec![Section { title: None, view, rows: machine(inventory, &hardware) }];
    let mut section = |title: &str, columns, rows: Vec<Value>| {
        let view = View::new(columns, &[], None)?.ranked();
        if !rows.is_empty() {
            sections.push(Section { title: Some(title.to_owned()), view, rows });
        }
        Ok::<(), anyhow::Error>(())
    };
    section("Disks", DISKS, disks(inventory))?;
    section("Network cards", CARDS, cards(inventory, &hardware))?;
    context.ui.document(Document { whole, sections })?;
    context.conclude(&unreachable)
}

/// The error for a node that was never inspected, with the command that inspects it.
fn never_inspected(node: &Node) -> Failure {
    let label = node.label();
    let state = &node.provision_state;
    let hint = if state.phase() == Some(Phase::Inspect) {
        format!("an inspection is in progress: `farrier wait {label}`")
    } else if state.accepts(ProvisionTarget::Inspect) {
        format!("inspect it: `farrier node inspect {label}`")
    } else if state.is_idle() {
        format!("inspect it: `farrier node manage {label} && farrier node inspect {label}`")
    } else {
        format!("a node must be `manageable` to be inspected; see `farrier why {label}`")
    };
    let message = format!("node {label}: it has no inventory in Ironic, because it was never inspected");
    Failure::new(FailureKind::NotFound, message).hint(hint).node(node.into())
}

/// The rows for the machine as a whole. Rows without a value are left out.
fn machine(inventory: &Value, hardware: &InspectedHardware) -> Vec<Value> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let joined = |parts: &[Option<String>]| {
        let parts: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    let (vendor, cpu, boot) = (&inventory["system_vendor"], &inventory["cpu"], &inventory["boot"]);
    let clock =
        text(&cpu["frequency"]).map(|mhz| format!("at {} MHz", mhz.split('.').next().unwrap_or(&mhz)));
    let count = hardware.cpus.map(|count| format!("{count} ×"));
    let disk_gib: u64 = hardware.disks.iter().map(|disk| disk.gib).sum();
    let firmware = &vendor["firmware"];
    let lines = [
        ("product", joined(&[text(&vendor["manufacturer"]), text(&vendor["product_name"])])),
        ("serial number", text(&vendor["serial_number"])),
        (
            "firmware",
            joined(&[text(&firmware["vendor"]), text(&firmware["version"]), text(&firmware["build_date"])]),
        ),
        ("processors", joined(&[count, text(&cpu["model_name"]), clock])),
        ("architecture", text(&cpu["architecture"])),
        ("memory", hardware.memory_mb.map(|mib| in_gib(mib, 1024))),
        (
            "disks",
            hardware
                .lists_disks
                .then(|| format!("{}, {} in total", hardware.disks.len(), in_gib(disk_gib, 1))),
        ),
        ("network cards", Some(hardware.nics.len().to_string())),
        ("boot mode", text(&boot["current_boot_mode"])),
        ("booted from", text(&boot["pxe_interface"])),
        ("BMC", text(&inventory["bmc_address"]).filter(|address| address != "0.0.0.0")),
        ("BMC (IPv6)", text(&inventory["bmc_v6address"]).filter(|address| address != "::/0")),
        ("host name", text(&inventory["hostname"])),
    ];
    json_rows(lines.into_iter().filter_map(|(field, value)| Some(MachineLine { field, value: value? })))
}

/// A size in GiB with at most one decimal; `units` of the size are one GiB.
fn in_gib(size: u64, units: u64) -> String {
    let tenths = (size * 10 + units / 2) / units;
    if tenths.is_multiple_of(10) {
        format!("{} GiB", tenths / 10)
    } else {
        format!("{}.{} GiB", tenths / 10, tenths % 10)
    }
}

fn disks(inventory: &Value) -> Vec<Value> {
    let row = |disk: &Value| {
        let kind = disk["rotational"].as_bool().map(|rotational| if rotational { "HDD" } else { "SSD" });
        DiskRow {
            name: disk["name"].clone(),
            gib: disk["size"].as_u64().map(|bytes| bytes >> 30),
            kind,
            model: disk["model"].clone(),
            serial: disk["serial"].clone(),
            wwn: disk["wwn"].clone(),
        }
    };
    json_rows(inventory["disks"].as_array().into_iter().flatten().map(row))
}

fn cards(inventory: &Value, hardware: &InspectedHardware) -> Vec<Value> {
    let row = |card: &Value| {
        let address = card["mac_address"].as_str().map(str::to_lowercase);
        let known = hardware.nics.iter().find(|nic| Some(&nic.address) == address.as_ref());
        let switch = known.and_then(|nic| nic.switch.clone()).unzip();
        let link = match (card["has_carrier"].as_bool(), card["speed_mbps"].as_u64()) {
            (Some(false), _) => Some("down".to_owned()),
            (_, Some(speed)) if speed > 0 => Some(format!("{speed} Mb/s")),
            (Some(true), _) => Some("up".to_owned()),
            (None, _) => None,
        };
        let ip = [&card["ipv4_address"], &card["ipv6_address"]].into_iter().find(|ip| ip.is_string());
        CardRow {
            name: card["name"].clone(),
            mac_address: card["mac_address"].clone(),
            link,
            address: ip.cloned(),
            switch_id: switch.0,
            port_id: switch.1,
            product: card["product"].clone(),
        }
    };
    json_rows(inventory["interfaces"].as_array().into_iter().flatten().map(row))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_of_a_machine_leave_out_unknown_values() {
        let whole = json!({"inventory": {
            "cpu": {"count": 8, "model_name": "Fast", "architecture": "x86_64", "frequency": "2100.0"},
            "memory": {"physical_mb": 16896}, "bmc_address": "0.0.0.0",
            "disks": [{"name": "/dev/sda", "size": 500_u64 << 30, "rotational": false}],
        }});
        let hardware = InspectedHardware::of_inventory(whole.as_object().expect("an object"));
        let rows = machine(&whole["inventory"], &hardware);
        let lines: Vec<(&str, &str)> = rows
            .iter()
            .map(|row| (row["field"].as_str().expect("a text"), row["value"].as_str().expect("a text")))
            .collect();
        assert_eq!(
            lines,
            [
                ("processors", "8 × Fast at 2100 MHz"),
                ("architecture", "x86_64"),
                ("memory", "16.5 GiB"),
                ("disks", "1, 500 GiB in total"),
                ("network cards", "0"),
            ]
        );
        assert_eq!(disks(&whole["inventory"])[0]["kind"], "SSD");
        assert!(cards(&whole["inventory"], &hardware).is_empty());
    }
}
