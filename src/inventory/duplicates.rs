//! Finds values that must be unique in all files of a command.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::document::{Report, SourceLocation};
use super::node_spec::{ChassisSpec, NodeSpec};

/// The first location of each value of a field.
struct Unique<'m> {
    /// The field, for messages.
    field: &'static str,
    first: HashMap<String, &'m SourceLocation>,
}

impl<'m> Unique<'m> {
    fn new(field: &'static str) -> Self {
        Self { field, first: HashMap::new() }
    }

    fn add(&mut self, value: Option<String>, at: &'m SourceLocation, report: &Report) {
        let Some(value) = value else { return };
        match self.first.get(&value) {
            Some(first) => {
                let (field, value, first) = (self.field, at.quoted(&value), first.short());
                report.error(at.clone(), format!("the {field}{value} is given twice, first in {first}"));
            }
            None => {
                self.first.insert(value, at);
            }
        }
    }
}

fn text(fields: &Map<String, Json>, key: &str) -> Option<String> {
    fields.get(key).and_then(Json::as_str).map(str::to_owned)
}

/// Reports names, UUIDs, MAC addresses and BMCs that occur more than once.
pub(super) fn check(machines: &[NodeSpec], chassis: &[ChassisSpec], report: &Report) {
    let mut chassis_uuids = Unique::new("chassis");
    for chassis in chassis {
        chassis_uuids.add(Some(chassis.uuid().to_owned()), &chassis.at, report);
    }
    let [mut names, mut uuids, mut bmcs] =
        [Unique::new("node name"), Unique::new("node UUID"), Unique::new("BMC")];
    let [mut macs, mut port_uuids, mut port_names] =
        [Unique::new("MAC address"), Unique::new("port UUID"), Unique::new("port name")];
    let [mut group_macs, mut group_uuids, mut group_names] = [
        Unique::new("port group's MAC address"),
        Unique::new("port group UUID"),
        Unique::new("port group name"),
    ];
    for machine in machines {
        names.add(text(&machine.fields, "name"), &machine.at, report);
        uuids.add(text(&machine.fields, "uuid"), &machine.at, report);
        bmcs.add(machine.bmc().map(|bmc| bmc.to_string()), &machine.at, report);
        for port in machine.all_ports() {
            macs.add(text(&port.fields, "address"), &port.at, report);
            port_uuids.add(text(&port.fields, "uuid"), &port.at, report);
            port_names.add(text(&port.fields, "name"), &port.at, report);
        }
        for group in &machine.portgroups {
            group_macs.add(text(&group.fields, "address"), &group.at, report);
            group_uuids.add(text(&group.fields, "uuid"), &group.at, report);
            group_names.add(text(&group.fields, "name"), &group.at, report);
        }
    }
}
