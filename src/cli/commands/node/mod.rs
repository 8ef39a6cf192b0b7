//! `farrier node`: list, change and inspect nodes.

mod abort;
mod adopt;
mod bios;
mod check;
mod clean;
mod delete;
mod firmware;
mod flags;
mod history;
mod inspect;
mod inventory;
pub(crate) mod list;
mod locate;
mod maintenance;
mod manage;
mod ports;
mod protect;
mod provide;
mod provision;
mod retire;
mod service;
mod set;
mod show;
mod steps;
mod traits;
mod unhold;
mod validate;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::help;
use crate::cli::args::node_targets;
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
    /// New BMC credentials (address, user, password) are tested before they are written, because the old secrets cannot
    /// be restored. For the test, farrier enrolls a temporary node with the new credentials, lets Ironic verify it, and
    /// deletes it. The node itself keeps its state.
    ///
    /// If the first three BMCs all reject the new credentials, farrier stops, because many BMCs lock a user after
    /// several failed logins. --no-verify skips the test. Ironic refuses changes that the state of a node does not
    /// allow.
    #[command(before_long_help = help::examples(set::SET), after_long_help = help::exit_codes_with(&[2, 5, 6, 7, 10], &[(7, "the BMC rejected the new credentials"), (10, "some nodes failed")]))]
    Set(set::SetArgs),
    /// Remove fields or keys from nodes
    #[command(before_long_help = help::examples(set::UNSET), after_long_help = help::exit_codes_with(&[2, 5, 6, 7, 10], &[(7, "the BMC rejected the new credentials"), (10, "some nodes failed")]))]
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
    /// With `-f json`, prints the complete inspection data of Ironic. Needs Ironic API 1.81 and an inspected node: see
    /// `farrier node inspect`.
    #[command(before_long_help = help::examples(inventory::EXAMPLES), after_long_help = help::exit_codes(&[2, 5]))]
    Inventory(inventory::Args),
    /// Show the history of a node, newest first
    ///
    /// Unlike the `last_error` of a node, which the next power sync may clear, the history keeps earlier errors.
    #[command(before_long_help = help::examples(history::EXAMPLES), after_long_help = help::exit_codes(&[3, 5]))]
    History(history::Args),
    /// Set or end maintenance of nodes
    ///
    /// Nodes in maintenance are not chosen for deploys, and Ironic does not sync their power state. An instance on the
    /// node keeps running.
    #[command(before_long_help = help::examples(maintenance::EXAMPLES), after_long_help = help::exit_codes_with(flags::CODES, help::SOME_TARGETS))]
    Maintenance(maintenance::Args),
    /// Mark nodes as retired, or undo it
    ///
    /// An instance on the node keeps running. When the instance is destroyed, Ironic cleans the node and does not make
    /// it available again. A node in `available` cannot be retired: move it to `manageable` first (`farrier node
    /// manage`).
    #[command(before_long_help = help::examples(retire::EXAMPLES), after_long_help = help::exit_codes_with(flags::CODES, help::SOME_TARGETS))]
    Retire(retire::Args),
    /// Protect deployed nodes, or undo it
    ///
    /// Ironic does not undeploy, rebuild or delete a protected node. Only nodes in `active` or `rescue` can be protected.
    #[command(before_long_help = help::examples(protect::EXAMPLES), after_long_help = help::exit_codes_with(flags::CODES, help::SOME_TARGETS))]
    Protect(protect::Args),
    /// Move nodes to `manageable` (verifies the BMC)
    ///
    /// From `enroll`, Ironic verifies the BMC. From `available` and after a failed cleaning, inspection or adoption,
    /// only the state changes.
    #[command(before_long_help = help::examples(manage::EXAMPLES), after_long_help = help::exit_codes_with(provision::CODES, help::SOME_TARGETS))]
    Manage(manage::Args),
    /// Move nodes to `available` (cleans them)
    ///
    /// The nodes must be in `manageable`. Automated cleaning, if it is enabled in Ironic, erases data on the disks.
    #[command(before_long_help = help::examples(provide::EXAMPLES), after_long_help = help::exit_codes_with(provision::CODES, help::SOME_TARGETS))]
    Provide(provide::Args),
    /// Inspect the hardware of nodes
    ///
    /// The node must be in `manageable` or `inspect failed`. Reboots the machine into a ramdisk, unless the inspect
    /// interface of the node works out of band. Show the result with `farrier node inventory`.
    #[command(before_long_help = help::examples(inspect::EXAMPLES), after_long_help = help::exit_codes_with(provision::CODES, help::SOME_TARGETS))]
    Inspect(inspect::Args),
    /// Run clean steps on nodes
    ///
    /// Steps can erase disks. farrier shows the known effects of each step and prompts for confirmation. If a node is
    /// already being cleaned, farrier waits for that cleaning instead, even if its steps differ.
    #[command(
        override_usage = "farrier node clean [OPTIONS] --step JSON|FILE... [NODE]...\n       farrier node clean [OPTIONS] --runbook NAME [NODE]..."
    )]
    #[command(before_long_help = help::examples(clean::EXAMPLES), after_long_help = help::exit_codes_with(steps::CODES, help::SOME_TARGETS))]
    Clean(clean::Args),
    /// Run service steps on deployed nodes
    ///
    /// The instance does not run while its node is serviced. Steps can erase disks. farrier shows the known effects of
    /// each step and prompts for confirmation. After a failed step, Ironic may keep the node in maintenance: end it
    /// with `farrier node maintenance --off` before you try again. Needs Ironic API 1.87.
    #[command(
        override_usage = "farrier node service [OPTIONS] --step JSON|FILE... [NODE]...\n       farrier node service [OPTIONS] --runbook NAME [NODE]..."
    )]
    #[command(before_long_help = help::examples(service::EXAMPLES), after_long_help = help::exit_codes_with(steps::CODES, help::SOME_TARGETS))]
    Service(service::Args),
    /// Adopt nodes that were deployed by another tool
    ///
    /// Each node must be in `manageable`, and needs `image_source` in its `instance_info`: the image that runs on it.
    /// Nothing is written to the disks.
    #[command(before_long_help = help::examples(adopt::EXAMPLES), after_long_help = help::exit_codes_with(provision::CODES, help::SOME_TARGETS))]
    Adopt(adopt::Args),
    /// Abort an operation that is waiting or on hold
    ///
    /// The operation fails: for example, a node in `clean wait` ends in `clean failed`, from which `farrier node
    /// manage` moves it to `manageable`.
    #[command(before_long_help = help::examples(abort::EXAMPLES), after_long_help = help::exit_codes_with(provision::CODES, help::SOME_TARGETS))]
    Abort(abort::Args),
    /// Resume nodes that are on hold at a step
    ///
    /// A step such as `hold` stops cleaning, servicing or a deploy until you resume it.
    #[command(before_long_help = help::examples(unhold::EXAMPLES), after_long_help = help::exit_codes_with(provision::CODES, help::SOME_TARGETS))]
    Unhold(unhold::Args),
    /// Validate the interfaces of nodes
    ///
    /// Shows for each interface whether Ironic has the settings that it needs. Fails if the power, management or
    /// network interface of a node is invalid. The boot and deploy interfaces matter only on nodes with an instance,
    /// because they are always invalid without an image.
    #[command(before_long_help = help::examples(validate::EXAMPLES), after_long_help = help::exit_codes_with(&[5, 7, 10], &[(7, "an interface is invalid"), (10, "an interface of some of the nodes is invalid")]))]
    Validate(validate::Args),
    /// Find differences between nodes and their hardware
    ///
    /// Compares the last inspection of each node with its properties and ports. Also compares it with the file in
    /// --file, the flavors of its resource class (exact sizes), the data saved by --record, and `serial_number` and
    /// `product_name` in `extra`, if they exist. The exit code is 10 if anything differs. To update the inspection
    /// data, run `farrier node inspect` first.
    #[command(before_long_help = help::examples(check::EXAMPLES), after_long_help = help::exit_codes_with(&[2, 5, 10], &[(10, "something differs, or some nodes could not be checked")]))]
    Check(check::Args),
    /// Delete nodes and their ports
    ///
    /// Nodes in `enroll`, `manageable`, `available` or `adopt failed` can be deleted, and others if they are in
    /// maintenance. farrier never deletes a node with an instance. The hardware is not touched. Prompts for
    /// confirmation.
    #[command(before_long_help = help::examples(delete::EXAMPLES), after_long_help = help::exit_codes_with(&[5, 6, 10], help::SOME_TARGETS))]
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
        Action::Maintenance(args) => maintenance::run(args, context),
        Action::Retire(args) => retire::run(args, context),
        Action::Protect(args) => protect::run(args, context),
        Action::Manage(args) => manage::run(args, context),
        Action::Provide(args) => provide::run(args, context),
        Action::Inspect(args) => inspect::run(args, context),
        Action::Clean(args) => clean::run(args, context),
        Action::Service(args) => service::run(args, context),
        Action::Adopt(args) => adopt::run(args, context),
        Action::Abort(args) => abort::run(args, context),
        Action::Unhold(args) => unhold::run(args, context),
        Action::Validate(args) => validate::run(args, context),
        Action::Check(args) => check::run(args, context),
        Action::Delete(args) => delete::run(args, context),
    }
}

/// The answers of all subcommands.
pub(super) fn answers() -> impl Iterator<Item = Answer> {
    let several = node_targets::answers().chain(flags::answers()).chain(set::answers());
    several.chain([
        list::answer(),
        show::answer(),
        ports::answer(),
        traits::answer(),
        bios::answer(),
        firmware::answer(),
        inventory::answer(),
        history::answer(),
        validate::answer(),
        check::answer(),
    ])
}

/// A node as Ironic shows it. Which fields it has depends on the options, on the version of Ironic, and on the rights
/// of the user; secrets are masked.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NodeObject {
    /// The UUID.
    uuid: String,
    /// The name, if it has one.
    name: Option<String>,
    /// The other fields.
    #[serde(flatten)]
    fields: Map<String, Value>,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
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
