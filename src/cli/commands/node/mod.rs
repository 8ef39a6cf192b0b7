//! `farrier node`: list, change and inspect nodes.

mod bios;
mod check;
mod delete;
mod firmware;
mod flags;
mod history;
mod inventory;
pub(crate) mod list;
mod locate;
mod ports;
mod set;
mod show;
mod steps;
mod traits;
mod validate;
mod verbs;

use serde_json::{Map, Value};

use crate::cli::Context;
use crate::cli::app::help;
use crate::driver::node::flags::Mark;
use crate::driver::node::lifecycle::Verb;
use crate::ironic::node::is_redacted;
use crate::rest::mask;

/// Manage nodes: list, change, inspect, clean
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List nodes
    ///
    /// With `--detail -f json`, the output is an inventory for `farrier schedule --inventory`.
    #[command(before_long_help = help::examples(list::EXAMPLES))]
    List(list::Args),
    /// Show a node
    #[command(before_long_help = help::examples(show::EXAMPLES), after_long_help = help::exit_codes(&[5]))]
    Show(show::Args),
    /// Change fields of nodes
    ///
    /// New BMC access data (address, user, password) is tested before it is written, because Ironic does not show the old
    /// secrets: farrier enrolls a temporary node with the new data, lets Ironic verify it, and deletes the temporary node.
    /// The node itself keeps its state. If the first three BMCs all refuse the new data, the others are not tried, because
    /// many BMCs lock out a user after several failed logins. Ironic refuses changes that the state of a node does not allow.
    #[command(before_long_help = help::examples(set::SET), after_long_help = help::exit_codes(&[2, 5, 6, 7, 10]))]
    Set(set::SetArgs),
    /// Remove fields of nodes, or single keys
    #[command(before_long_help = help::examples(set::UNSET), after_long_help = help::exit_codes(&[2, 5, 6, 7, 10]))]
    Unset(set::UnsetArgs),
    /// List the ports of a node
    #[command(before_long_help = help::examples(ports::EXAMPLES), after_long_help = help::exit_codes(&[5]))]
    Ports(ports::Args),
    /// List the traits of a node
    #[command(before_long_help = help::examples(traits::EXAMPLES), after_long_help = help::exit_codes(&[5]))]
    Traits(traits::Args),
    /// Show the BIOS settings of a node
    ///
    /// Ironic reads the settings when it verifies or cleans a node. Passwords are not shown.
    #[command(before_long_help = help::examples(bios::EXAMPLES), after_long_help = help::exit_codes(&[5]))]
    Bios(bios::Args),
    /// Show the firmware versions of a node
    ///
    /// Needs Ironic API 1.86. Vendor and model of the components need 1.114.
    #[command(before_long_help = help::examples(firmware::EXAMPLES), after_long_help = help::exit_codes(&[2, 5]))]
    Firmware(firmware::Args),
    /// Show the hardware that the last inspection found
    ///
    /// JSON has the complete inspection data of Ironic. Needs Ironic API 1.81 and an inspected node: see
    /// `farrier node inspect`.
    #[command(before_long_help = help::examples(inventory::EXAMPLES), after_long_help = help::exit_codes(&[2, 5]))]
    Inventory(inventory::Args),
    /// Show the history of a node, newest first
    ///
    /// The history keeps error messages that `last_error` loses: the next power sync clears it.
    #[command(before_long_help = help::examples(history::EXAMPLES), after_long_help = help::exit_codes(&[3, 5]))]
    History(history::Args),
    /// Set or end maintenance of nodes
    #[command(before_long_help = help::examples(flags::MAINTENANCE), after_long_help = help::exit_codes(flags::CODES))]
    Maintenance(flags::MaintenanceArgs),
    /// Mark nodes as retired, or undo it
    ///
    /// An instance on the node keeps running. When it is destroyed, the node is cleaned and then stays out of use. Move an
    /// `available` node to `manageable` first: `farrier node manage`.
    #[command(before_long_help = help::examples(flags::RETIRE), after_long_help = help::exit_codes(flags::CODES))]
    Retire(flags::Args),
    /// Protect deployed nodes, or undo it
    ///
    /// Ironic does not undeploy, rebuild or delete a protected node. Only nodes in `active` or `rescue` can be protected.
    #[command(before_long_help = help::examples(flags::PROTECT), after_long_help = help::exit_codes(flags::CODES))]
    Protect(flags::Args),
    /// Move nodes to `manageable` (verifies the BMC)
    #[command(before_long_help = help::examples(verbs::MANAGE), after_long_help = help::exit_codes(verbs::CODES))]
    Manage(verbs::Args),
    /// Move nodes to `available` (cleans them)
    #[command(before_long_help = help::examples(verbs::PROVIDE), after_long_help = help::exit_codes(verbs::CODES))]
    Provide(verbs::Args),
    /// Inspect the hardware of nodes
    #[command(before_long_help = help::examples(verbs::INSPECT), after_long_help = help::exit_codes(verbs::CODES))]
    Inspect(verbs::Args),
    /// Run clean steps on nodes
    ///
    /// Steps can erase disks. The effect of each step is shown, as far as it is known, and you are asked to confirm. If a
    /// node is already cleaning, farrier waits for that instead, even if its steps differ.
    #[command(before_long_help = help::examples(steps::CLEAN), after_long_help = help::exit_codes(steps::CODES))]
    Clean(steps::Args),
    /// Run service steps on deployed nodes
    ///
    /// The instance does not run while its node is serviced. Steps can erase disks. The effect of each step is shown, as far
    /// as it is known, and you are asked to confirm. After a failed step, Ironic may keep the node in maintenance: end it with
    /// `farrier node maintenance --off` before you try again. Needs Ironic API 1.87.
    #[command(before_long_help = help::examples(steps::SERVICE), after_long_help = help::exit_codes(steps::CODES))]
    Service(steps::Args),
    /// Adopt nodes that were deployed by another tool
    ///
    /// Each node needs `image_source` in its `instance_info`: the image that runs on it. Nothing is written to the disks.
    #[command(before_long_help = help::examples(verbs::ADOPT), after_long_help = help::exit_codes(verbs::CODES))]
    Adopt(verbs::Args),
    /// Abort a waiting or held operation
    #[command(before_long_help = help::examples(verbs::ABORT), after_long_help = help::exit_codes(verbs::CODES))]
    Abort(verbs::Args),
    /// Resume nodes that are held at a step
    #[command(before_long_help = help::examples(verbs::UNHOLD), after_long_help = help::exit_codes(verbs::CODES))]
    Unhold(verbs::Args),
    /// Validate the interfaces of nodes
    ///
    /// The exit code is 7 (10 with several nodes) if the power, management or network interface is not valid. On nodes with
    /// an instance, the boot and deploy interfaces count too; on others they lack an image and do not count.
    #[command(before_long_help = help::examples(validate::EXAMPLES), after_long_help = help::exit_codes(&[5, 7, 10]))]
    Validate(validate::Args),
    /// Find differences between nodes and their hardware
    ///
    /// Compares the data of the last inspection with the properties and ports of the node, with the file it was enrolled
    /// from, with the flavors of its resource class (exact sizes), and with the data saved by `--record`. The expected
    /// `serial_number` and `product_name` can be set in `extra`. The exit code is 10 if anything differs. To update the
    /// inspection data, run `farrier node inspect` first.
    #[command(before_long_help = help::examples(check::EXAMPLES), after_long_help = help::exit_codes(&[2, 5, 10]))]
    Check(check::Args),
    /// Delete nodes and their ports
    ///
    /// A node must be in `enroll`, `manageable`, `available` or `adopt failed`, or in maintenance. A node with an instance is
    /// never deleted. Nothing changes on the machine itself. You are asked to confirm.
    #[command(before_long_help = help::examples(delete::EXAMPLES), after_long_help = help::exit_codes(&[5, 6, 10]))]
    Delete(delete::Args),
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    match &args.action {
        Action::List(args) => list::run(args, context),
        Action::Show(args) => show::run(args, context),
        Action::Set(args) => set::set(args, context),
        Action::Unset(args) => set::unset(args, context),
        Action::Ports(args) => ports::run(args, context),
        Action::Traits(args) => traits::run(args, context),
        Action::Bios(args) => bios::run(args, context),
        Action::Firmware(args) => firmware::run(args, context),
        Action::Inventory(args) => inventory::run(args, context),
        Action::History(args) => history::run(args, context),
        Action::Maintenance(args) => flags::maintenance(args, context),
        Action::Retire(args) => flags::run(args, Mark::Retired, context),
        Action::Protect(args) => flags::run(args, Mark::Protected, context),
        Action::Manage(args) => verbs::run(args, &Verb::Manage, context),
        Action::Provide(args) => verbs::run(args, &Verb::Provide, context),
        Action::Inspect(args) => verbs::run(args, &Verb::Inspect, context),
        Action::Clean(args) => steps::clean(args, context),
        Action::Service(args) => steps::service(args, context),
        Action::Adopt(args) => verbs::run(args, &Verb::Adopt, context),
        Action::Abort(args) => verbs::run(args, &Verb::Abort, context),
        Action::Unhold(args) => verbs::run(args, &Verb::Unhold, context),
        Action::Validate(args) => validate::run(args, context),
        Action::Check(args) => check::run(args, context),
        Action::Delete(args) => delete::run(args, context),
    }
}

/// A node as it is shown: without links, and with the secrets masked that Ironic does not mask.
fn shown(mut node: Map<String, Value>, cloud: Option<&str>) -> Value {
    node.insert("cloud".to_owned(), cloud.into());
    node.retain(|key, _| {
        key != "links" && key != "ports" && key != "portgroups" && key != "states" && key != "volume"
    });
    if node.get("last_error").and_then(Value::as_str).is_some_and(is_redacted) {
        node.insert("last_error".to_owned(), Value::Null);
    }
    let mut node = Value::Object(node);
    mask::value(&mut node);
    node
}
