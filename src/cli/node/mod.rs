//! `farrier node`: the machines themselves.

mod bios;
mod check;
mod conditions;
mod firmware;
mod history;
mod inventory;
pub(super) mod list;
mod marks;
mod one;
mod ports;
mod removal;
mod set;
mod show;
pub(super) mod targets;
mod traits;
mod validate;
mod verbs;
mod work;

use serde_json::{Map, Value};

use super::{Context, help};
use crate::driver::lifecycle::Verb;
use crate::driver::marks::Mark;
use crate::ironic::node::is_redacted;
use crate::rest::mask;

/// Manage nodes: list, change, inspect, clean
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List nodes
    ///
    /// With --detail and `-f json` the answer is an inventory that `farrier schedule --inventory` reads.
    #[command(before_long_help = help::examples(list::EXAMPLES))]
    List(list::Args),
    /// Show a node
    #[command(before_long_help = help::examples(show::EXAMPLES), after_long_help = help::exit_codes(&[5]))]
    Show(show::Args),
    /// Change fields of nodes
    ///
    /// New access to a BMC (an address, user, password and the like) is tried before it is written, for Ironic gives no
    /// secret back: farrier enrols a node of its own with it, has Ironic verify that, and deletes it. The node itself stays
    /// in its state, deployed or not. Where three BMCs refused and none took it, it is tried on no more: many lock out who
    /// fails too often. What the state of a node does not let change is refused in Ironic's words.
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
    /// Ironic reads it when it verifies or cleans a machine. Passwords are not shown.
    #[command(before_long_help = help::examples(bios::EXAMPLES), after_long_help = help::exit_codes(&[5]))]
    Bios(bios::Args),
    /// Show the firmware versions of a node
    ///
    /// Needs API 1.86 of Ironic; makers and models of the parts 1.114.
    #[command(before_long_help = help::examples(firmware::EXAMPLES), after_long_help = help::exit_codes(&[2, 5]))]
    Firmware(firmware::Args),
    /// Show the hardware that the last inspection found
    ///
    /// JSON has all of it as Ironic keeps it. Needs API 1.81 of Ironic, and an inspection: `farrier node inspect`.
    #[command(before_long_help = help::examples(inventory::EXAMPLES), after_long_help = help::exit_codes(&[2, 5]))]
    Inventory(inventory::Args),
    /// Show the history of a node, newest first
    ///
    /// Of a failure this has Ironic's own words when the node's `last_error` was wiped, which the next look at its power
    /// does.
    #[command(before_long_help = help::examples(history::EXAMPLES), after_long_help = help::exit_codes(&[3, 5]))]
    History(history::Args),
    /// Set or end maintenance of nodes
    #[command(before_long_help = help::examples(marks::MAINTENANCE), after_long_help = help::exit_codes(marks::CODES))]
    Maintenance(marks::MaintenanceArgs),
    /// Mark nodes as retired, or undo it
    ///
    /// An instance on a node stays as it is; once that is destroyed, the node is cleaned and not offered any more. What is
    /// `available` is offered already: `farrier node manage` comes first there.
    #[command(before_long_help = help::examples(marks::RETIRE), after_long_help = help::exit_codes(marks::CODES))]
    Retire(marks::Args),
    /// Protect deployed nodes, or undo it
    ///
    /// Ironic refuses these then, whoever asks. Only nodes that are `active` or `rescue` can be protected.
    #[command(before_long_help = help::examples(marks::PROTECT), after_long_help = help::exit_codes(marks::CODES))]
    Protect(marks::Args),
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
    /// Steps may wipe disks, so it asks first, and tells what is known of each. A clean that is under way already is
    /// followed, whatever its steps.
    #[command(before_long_help = help::examples(work::CLEAN), after_long_help = help::exit_codes(work::CODES))]
    Clean(work::Args),
    /// Run service steps on deployed nodes
    ///
    /// The machine is not available to its instance meanwhile. Steps may wipe disks, so it asks first, and tells what is known
    /// of each. After a step that failed Ironic may keep the node in maintenance: `farrier node maintenance --off` comes before
    /// the next try. Needs Ironic 1.87.
    #[command(before_long_help = help::examples(work::SERVICE), after_long_help = help::exit_codes(work::CODES))]
    Service(work::Args),
    /// Adopt nodes that were deployed by another tool
    ///
    /// Each node needs `image_source` in its `instance_info`: what runs on the machine. Nothing is written to its disks.
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
    /// Ends with exit code 7, or 10 for one of several, where power, management or network are not ready, and on a node
    /// with an instance boot or deploy; without an instance those two lack its image.
    #[command(before_long_help = help::examples(validate::EXAMPLES), after_long_help = help::exit_codes(&[5, 7, 10]))]
    Validate(validate::Args),
    /// Find differences between nodes and their hardware
    ///
    /// What the last inspection found is compared with what the node was enrolled with, with the file it is enrolled from, with
    /// the flavors of its resource class (exactly), and with what `--record` noted before. `extra` may say `serial_number` and
    /// `product_name`. Ends with exit code 10 when anything differs. Asks no machine: `farrier node inspect` has them looked at.
    #[command(before_long_help = help::examples(check::EXAMPLES), after_long_help = help::exit_codes(&[2, 5, 10]))]
    Check(check::Args),
    /// Delete nodes and their ports
    ///
    /// Nodes that are `enroll`, `manageable`, `available` or `adopt failed`, or in maintenance; never one with an instance.
    /// Nothing on the machine itself is changed. Asks first.
    #[command(before_long_help = help::examples(removal::EXAMPLES), after_long_help = help::exit_codes(&[5, 6, 10]))]
    Delete(removal::Args),
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
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
        Action::Maintenance(args) => marks::maintenance(args, context),
        Action::Retire(args) => marks::run(args, Mark::Retired, context),
        Action::Protect(args) => marks::run(args, Mark::Protected, context),
        Action::Manage(args) => verbs::run(args, &Verb::Manage, context),
        Action::Provide(args) => verbs::run(args, &Verb::Provide, context),
        Action::Inspect(args) => verbs::run(args, &Verb::Inspect, context),
        Action::Clean(args) => work::clean(args, context),
        Action::Service(args) => work::service(args, context),
        Action::Adopt(args) => verbs::run(args, &Verb::Adopt, context),
        Action::Abort(args) => verbs::run(args, &Verb::Abort, context),
        Action::Unhold(args) => verbs::run(args, &Verb::Unhold, context),
        Action::Validate(args) => validate::run(args, context),
        Action::Check(args) => check::run(args, context),
        Action::Delete(args) => removal::run(args, context),
    }
}

/// A node as it may be shown: Ironic masks most secrets, and not all; its links say nothing to anybody.
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
