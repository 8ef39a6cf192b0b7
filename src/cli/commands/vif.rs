//! `farrier vif`: list, attach and detach the VIFs of instances and nodes.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::help;
use crate::cli::app::run::Finished;
use crate::cli::args::networks::NetworkArgs;
use crate::driver::network::vif::Vif;
use crate::driver::watch::event::NodeRef;
use crate::driver::{Deadline, Purpose};
use crate::ui::output::{CellStyle, Column};

/// List, attach and detach networks (VIFs)
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the VIFs of an instance or node
    #[command(before_long_help = help::examples(LIST), after_long_help = help::exit_codes(&[5]))]
    List {
        /// Instance or node
        #[arg(value_name = "NAME")]
        target: String,
    },
    /// Attach networks to an instance or node
    ///
    /// Attaches all networks, or none if one fails. farrier creates a Neutron port for each network, and deletes it
    /// when you detach the VIF or destroy the instance. Existing ports (--port) are not deleted.
    #[command(before_long_help = help::examples(ATTACH), after_long_help = help::exit_codes(&[2, 5, 6]))]
    Attach {
        /// Instance or node
        #[arg(value_name = "NAME")]
        target: String,

        #[command(flatten)]
        networks: NetworkArgs,
    },
    /// Detach a VIF
    ///
    /// The port is deleted if farrier created it.
    #[command(before_long_help = help::examples(DETACH), after_long_help = help::exit_codes(&[2, 5, 6]))]
    Detach {
        /// Instance or node
        #[arg(value_name = "NAME")]
        target: String,

        /// UUID, name or an address of the port
        vif: String,
    },
}

const LIST: help::Examples = &[("List the networks of an instance", "farrier vif list web-1")];
const ATTACH: help::Examples = &[
    ("Attach a network", "farrier vif attach web-1 --network storage"),
    ("Attach an existing port", "farrier vif attach web-1 --port web-1-storage"),
];
const DETACH: help::Examples = &[("Detach the VIF with this address", "farrier vif detach web-1 192.0.2.7")];

const COLUMNS: &[Column] = &[
    Column::new("id", "PORT"),
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("name", "NAME").shortened_by_rank(1),
    Column::new("network_name", "NETWORK").shortened_by_rank(2),
    Column::new("network", "NETWORK ID").on_request(),
    Column::new("mac_address", "MAC"),
    Column::new("ip_addresses", "ADDRESSES"),
    Column::new("made_by_farrier", "OURS").on_request(),
];

/// A VIF of a node.
#[derive(Debug, Serialize, JsonSchema)]
struct VifRow {
    /// The UUID of the port in Neutron.
    id: String,
    /// The node.
    node: NodeRef,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The name of the port, if it is known.
    name: Option<String>,
    /// The UUID of the network, if it is known.
    network: Option<String>,
    /// The name of the network, if it is known.
    network_name: Option<String>,
    /// The MAC address of the node's port or port group.
    mac_address: Option<String>,
    /// The IP addresses, if they are known.
    ip_addresses: Vec<IpAddr>,
    /// Whether farrier created the port.
    made_by_farrier: bool,
}

fn row(vif: &Vif, cloud: Option<&str>) -> VifRow {
    VifRow {
        id: vif.id.clone(),
        node: vif.node.clone(),
        cloud: cloud.map(str::to_owned),
        name: vif.name.clone(),
        network: vif.network.clone(),
        network_name: vif.network_name.clone(),
        mac_address: vif.mac_address.clone(),
        ip_addresses: vif.ip_addresses.clone(),
        made_by_farrier: vif.created_by_farrier,
    }
}

pub(super) fn answers() -> impl Iterator<Item = Answer> {
    let commands = ["vif list", "vif attach", "vif detach"];
    commands.into_iter().map(|command| Answer::of(command).list::<VifRow>(COLUMNS))
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    if let Action::Attach { networks, .. } = &args.action
        && networks.0.is_empty()
    {
        let failure = Failure::new(FailureKind::Usage, "no network given");
        return Err(failure.hint("add `--network`, `--subnet`, `--ip` or `--port`").into());
    }
    let connections = context.connect_all()?;
    let Finished { value: outcome, unreachable } =
        context.change(&connections, Deadline::none(), |drivers| match &args.action {
            Action::List { target } => {
                drivers.run_in_cloud_of(target, Purpose::Look, |driver| driver.vifs(target))
            }
            Action::Attach { target, networks } => {
                drivers.run_in_cloud_of(target, Purpose::Change, |driver| {
                    driver.attach_vifs(target, &networks.0)
                })
            }
            Action::Detach { target, vif } => drivers.run_in_cloud_of(target, Purpose::Change, |driver| {
                driver.detach_vif(target, vif).map(|vif| vec![vif])
            }),
        });
    let vifs = outcome.result?;
    let rows = vifs.iter().map(|vif| row(vif, outcome.cloud.as_deref())).collect();
    context.ui.list_of("VIFs", &view, rows)?;
    context.conclude(&unreachable)
}
