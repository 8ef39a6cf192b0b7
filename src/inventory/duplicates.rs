//! What must be there once, in all files of a call together.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::document::{Origin, Report};
use super::node_spec::{ChassisSpec, NodeSpec};

/// Where each value of one kind was first seen.
struct Seen<'m> {
    what: &'static str,
    first: HashMap<String, &'m Origin>,
}

impl<'m> Seen<'m> {
    fn new(what: &'static str) -> Self {
        Self { what, first: HashMap::new() }
    }

    fn note(&mut self, value: Option<String>, at: &'m Origin, report: &Report) {
        let Some(value) = value else { return };
        match self.first.get(&value) {
            Some(first) => {
                let (what, value, first) = (self.what, at.quoted(&value), first.short());
                report.error(at.clone(), format!("the {what}{value} is given twice, first in {first}"));
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

/// Notes names, UUIDs, MAC addresses and BMCs that occur more than once.
pub(super) fn check(machines: &[NodeSpec], chassis: &[ChassisSpec], report: &Report) {
    let mut chassis_uuids = Seen::new("chassis");
    for chassis in chassis {
        chassis_uuids.note(Some(chassis.uuid().to_owned()), &chassis.at, report);
    }
    let [mut names, mut uuids, mut bmcs] = [Seen::new("node name"), Seen::new("node UUID"), Seen::new("BMC")];
    let [mut macs, mut port_uuids, mut port_names] =
        [Seen::new("MAC address"), Seen::new("port UUID"), Seen::new("port name")];
    let [mut group_macs, mut group_uuids, mut group_names] =
        [Seen::new("port group's MAC address"), Seen::new("port group UUID"), Seen::new("port group name")];
    for machine in machines {
        names.note(text(&machine.fields, "name"), &machine.at, report);
        uuids.note(text(&machine.fields, "uuid"), &machine.at, report);
        bmcs.note(machine.bmc().map(|bmc| bmc.to_string()), &machine.at, report);
        for port in machine.all_ports() {
            macs.note(text(&port.fields, "address"), &port.at, report);
            port_uuids.note(text(&port.fields, "uuid"), &port.at, report);
            port_names.note(text(&port.fields, "name"), &port.at, report);
        }
        for group in &machine.portgroups {
            group_macs.note(text(&group.fields, "address"), &group.at, report);
            group_uuids.note(text(&group.fields, "uuid"), &group.at, report);
            group_names.note(text(&group.fields, "name"), &group.at, report);
        }
    }
}
