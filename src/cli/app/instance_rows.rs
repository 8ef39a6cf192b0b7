//! Instances in the output of commands, always with the same keys.

use serde_json::{Value, json};

use crate::driver::Error;
use crate::driver::instance::lookup::Instance;
use crate::driver::instance::wait::Waited;
use crate::driver::watch::event::NodeRef;
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

/// The row of an instance.
pub(crate) fn row(instance: &Instance, cloud: Option<&str>) -> Value {
    json!({
        "name": instance.name,
        "uuid": instance.uuid,
        "node": instance.node,
        "cloud": cloud,
        "state": instance.state,
        "power_state": instance.power_state,
        "image": instance.image,
        "image_id": instance.image_id,
        "flavor": instance.flavor,
        "ip_addresses": instance.ip_addresses,
        "mac_addresses": instance.mac_addresses,
        "created_at": instance.created_at,
        "duration_s": instance.duration.map(seconds),
        "error": instance.error,
    })
}

/// The row of a name without an instance, with the same keys.
pub(crate) fn bare_row(
    name: &str,
    node: Option<&NodeRef>,
    state: &str,
    cloud: Option<&str>,
    error: Option<&Error>,
) -> Value {
    json!({
        "name": name, "uuid": null, "node": node, "cloud": cloud, "state": state, "power_state": null,
        "image": null, "image_id": null, "flavor": null, "ip_addresses": [], "mac_addresses": null, "created_at": null, "duration_s": null,
        "error": error.map(ToString::to_string),
    })
}

/// The row of an instance with an error.
pub(crate) fn failed_row(name: &str, error: &Error, cloud: Option<&str>) -> Value {
    let state = error.state().unwrap_or("unknown");
    let mut row = bare_row(name, error.node(), state, cloud, Some(error));
    row["uuid"] = json!(error.instance());
    row
}

/// The row of an instance, or of a node without an instance, after an operation.
pub(crate) fn waited_row(name: &str, waited: &Waited, cloud: Option<&str>) -> Value {
    match waited {
        Waited::Instance(instance) => row(instance, cloud),
        Waited::Node { node, state, power_state, duration } => {
            let mut row = bare_row(name, Some(node), &state.to_string(), cloud, None);
            row["power_state"] = json!(power_state);
            row["duration_s"] = json!(duration.map(seconds));
            row
        }
    }
}
