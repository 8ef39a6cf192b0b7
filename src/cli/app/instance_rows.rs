//! Instances in the output of commands, always with the same keys.

use schemars::JsonSchema;
use serde::Serialize;

use super::answers::Answer;
use super::planned_requests;
use crate::driver::Error;
use crate::driver::instance::lookup::Instance;
use crate::driver::instance::wait::Waited;
use crate::driver::watch::event::NodeRef;
use crate::ironic::PowerState;
use crate::ui::output::{CellStyle, Column, seconds};

/// The columns of an instance.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("uuid", "UUID").shortened_by_rank(4),
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("state", "STATE").show(CellStyle::State),
    Column::new("power_state", "POWER").show(CellStyle::PowerState).shortened_by_rank(1),
    Column::new("flavor", "FLAVOR").shortened_by_rank(2),
    Column::new("created_at", "CREATED").show(CellStyle::Time),
    Column::new("image", "IMAGE").shortened_by_rank(3),
    Column::new("image_id", "IMAGE ID").on_request(),
    Column::new("ip_addresses", "ADDRESSES").on_request(),
    Column::new("mac_addresses", "MACS").on_request(),
    Column::new("duration_s", "TOOK").show(CellStyle::Seconds).on_request(),
    Column::new("error", "ERROR").on_request(),
];

/// An instance, or only its name if there is no such instance.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct InstanceRow {
    /// The name, if it has one.
    name: Option<String>,
    /// The UUID.
    uuid: Option<String>,
    /// The node.
    node: Option<NodeRef>,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The provision state of the node; before a deploy `reserved`, `expired`, `claimed`, `allocating` or `error`.
    state: String,
    /// The power state of the node.
    power_state: Option<PowerState>,
    /// The name or URL of the image.
    image: Option<String>,
    /// The image's ID in Glance.
    image_id: Option<String>,
    /// The flavor of the request.
    flavor: Option<String>,
    /// The IP addresses, if they are known.
    ip_addresses: Vec<String>,
    /// The MAC addresses, if they were looked up.
    mac_addresses: Option<Vec<String>>,
    /// When it was created.
    created_at: Option<String>,
    /// The duration of this operation in seconds.
    duration_s: Option<f64>,
    /// Why it failed.
    error: Option<String>,
}

/// The row of an instance.
pub(crate) fn row(instance: &Instance, cloud: Option<&str>) -> InstanceRow {
    InstanceRow {
        name: instance.name.clone(),
        uuid: Some(instance.uuid.clone()),
        node: instance.node.clone(),
        cloud: cloud.map(str::to_owned),
        state: instance.state.clone(),
        power_state: instance.power_state.clone(),
        image: instance.image.clone(),
        image_id: instance.image_id.clone(),
        flavor: instance.flavor.clone(),
        ip_addresses: instance.ip_addresses.clone(),
        mac_addresses: instance.mac_addresses.clone(),
        created_at: instance.created_at.clone(),
        duration_s: instance.duration.map(seconds),
        error: instance.error.clone(),
    }
}

/// The row of a name without an instance, with the same keys.
pub(crate) fn bare_row(
    name: &str,
    node: Option<&NodeRef>,
    state: &str,
    cloud: Option<&str>,
    error: Option<&Error>,
) -> InstanceRow {
    InstanceRow {
        name: Some(name.to_owned()),
        uuid: None,
        node: node.cloned(),
        cloud: cloud.map(str::to_owned),
        state: state.to_owned(),
        power_state: None,
        image: None,
        image_id: None,
        flavor: None,
        ip_addresses: Vec::new(),
        mac_addresses: None,
        created_at: None,
        duration_s: None,
        error: error.map(ToString::to_string),
    }
}

/// The row of an instance with an error.
pub(crate) fn failed_row(name: &str, error: &Error, cloud: Option<&str>) -> InstanceRow {
    let state = error.state().unwrap_or("unknown");
    let uuid = error.instance().map(str::to_owned);
    InstanceRow { uuid, ..bare_row(name, error.node(), state, cloud, Some(error)) }
}

/// The row of an instance, or of a node without an instance, after an operation.
pub(crate) fn waited_row(name: &str, waited: &Waited, cloud: Option<&str>) -> InstanceRow {
    match waited {
        Waited::Instance(instance) => row(instance, cloud),
        Waited::Node { node, state, power_state, duration } => InstanceRow {
            power_state: power_state.clone(),
            duration_s: duration.map(seconds),
            ..bare_row(name, Some(node), &state.to_string(), cloud, None)
        },
    }
}

/// The answers that consist only of instances. `deploy` has others, too.
pub(crate) fn answers() -> impl Iterator<Item = Answer> {
    let lists = ["list", "wait"];
    let objects = ["show", "rebuild", "rescue", "unrescue"];
    let lists = lists.map(|command| Answer::of(command).list::<InstanceRow>(COLUMNS));
    let objects = objects.map(|command| {
        let answer = Answer::of(command).object::<InstanceRow>(COLUMNS);
        if command == "rebuild" { planned_requests::add_to(answer) } else { answer }
    });
    lists.into_iter().chain(objects)
}
