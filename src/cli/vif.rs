//! `farrier vif`: the networks of machines that are there already.

use serde_json::{Value, json};

use super::failure::{Failure, Kind};
use super::networks::NetworkArgs;
use super::{Context, help};
use crate::driver::network::vif::Vif;
use crate::driver::{Deadline, Purpose};
use crate::ui::answer::{Column, Show};

/// List, attach and detach networks (VIFs)
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the VIFs of an instance or node
    #[command(before_long_help = help::examples(LIST), after_long_help = help::exit_codes(&[5]))]
    List {
        /// The instance or node, by name or UUID
        target: String,
    },
    /// Attach networks to an instance or node
    ///
    /// All of them or none. Ports are made for it, and deleted when they are detached or the instance is destroyed; those
    /// that were there before (--port) stay.
    #[command(before_long_help = help::examples(ATTACH), after_long_help = help::exit_codes(&[2, 5, 6]))]
    Attach {
        /// The instance or node, by name or UUID
        target: String,

        #[command(flatten)]
        networks: NetworkArgs,
    },
    /// Detach a VIF
    ///
    /// Its port is deleted if farrier made it.
    #[command(before_long_help = help::examples(DETACH), after_long_help = help::exit_codes(&[2, 5, 6]))]
    Detach {
        /// The instance or node, by name or UUID
        target: String,

        /// The UUID or name of the interface's port, or one of its addresses
        vif: String,
    },
}

const LIST: help::Examples = &[("Which networks is it on?", "farrier vif list web-1")];
const ATTACH: help::Examples = &[
    ("Onto one more network", "farrier vif attach web-1 --network storage"),
    ("By a port that is there already", "farrier vif attach web-1 --port web-1-storage"),
];
const DETACH: help::Examples = &[("Off a network again", "farrier vif detach web-1 192.0.2.7")];

const COLUMNS: &[Column] = &[
    Column::new("id", "PORT"),
    Column::new("node", "NODE").show(Show::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("name", "NAME").yields(1),
    Column::new("network_name", "NETWORK").yields(2),
    Column::new("network", "NETWORK ID").on_request(),
    Column::new("mac_address", "MAC"),
    Column::new("ip_addresses", "ADDRESSES"),
    Column::new("made_by_farrier", "OURS").on_request(),
];

fn row(vif: &Vif, cloud: Option<&str>) -> Value {
    json!({
        "id": vif.id,
        "node": vif.node,
        "cloud": cloud,
        "name": vif.name,
        "network": vif.network,
        "network_name": vif.network_name,
        "mac_address": vif.mac_address,
        "ip_addresses": vif.ip_addresses,
        "made_by_farrier": vif.is_made,
    })
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    if let Action::Attach { networks, .. } = &args.action
        && networks.0.is_empty()
    {
        let failure = Failure::new(Kind::Usage, "which network is it to be attached to?");
        return Err(failure.hint("add `--network`, `--subnet`, `--ip` or `--port`").into());
    }
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let drivers = context.drivers(&connections, &progress, Deadline::none());
    let outcome = match &args.action {
        Action::List { target } => drivers.on(target, Purpose::Look, |driver| driver.vifs(target)),
        Action::Attach { target, networks } => {
            drivers.on(target, Purpose::Change, |driver| driver.attach_vifs(target, &networks.0))
        }
        Action::Detach { target, vif } => {
            drivers.on(target, Purpose::Change, |driver| driver.detach_vif(target, vif).map(|vif| vec![vif]))
        }
    };
    let silent = drivers.silent();
    drop(progress);
    let vifs = outcome.result?;
    let rows = vifs.iter().map(|vif| row(vif, outcome.cloud.as_deref())).collect();
    context.ui.list(&view, rows)?;
    context.conclude(&silent)
}
