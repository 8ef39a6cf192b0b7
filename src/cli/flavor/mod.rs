//! `farrier flavor`: named requests, where they are kept, and how new ones are made.

mod derive;

use super::flavors::{FlavorFiles, Kept};
use super::hosts::HostsArgs;
use super::{Context, help};
use crate::ui::answer::{Column, Show};

/// List, show and derive flavors
///
/// A flavor says by one name how large a machine is to be and what it must be like. Flavors are kept in files, in farrier's
/// own keys or as Nova gives them, or in Nova itself; what a flavor does not name is not asked for. One name in several
/// places means that of a file before Nova's.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List flavors
    #[command(before_long_help = help::examples(LIST))]
    List {
        #[command(flatten)]
        files: FlavorFiles,
    },
    /// Show a flavor
    #[command(before_long_help = help::examples(SHOW), after_long_help = help::exit_codes(&[5]))]
    Show {
        /// Its name
        name: String,
        #[command(flatten)]
        files: FlavorFiles,
    },
    /// Propose a flavor for each kind of machine
    ///
    /// Machines with the same CPUs, RAM, disk, architecture and resource class are of one kind. The answer is a flavor
    /// file, each flavor of which fits its kind exactly.
    #[command(before_long_help = help::examples(DERIVE))]
    Derive {
        #[command(flatten)]
        hosts: HostsArgs,
    },
}

const LIST: help::Examples = &[
    ("All flavors of the configuration directory", "farrier flavor list"),
    ("Those of a cloud's Nova too, and where each is kept", "farrier flavor list --os-cloud lab"),
    ("Those of a file that Nova's client wrote", "farrier flavor list --flavor-file nova.json"),
];
const SHOW: help::Examples = &[("A flavor", "farrier flavor show bm.small")];
const DERIVE: help::Examples = &[
    (
        "A flavor file for the machines of a cloud",
        "farrier flavor derive > ~/.config/farrier/flavors/derived.yaml",
    ),
    ("The same from a saved inventory", "farrier flavor derive --inventory inventory.json"),
];

/// The columns of a flavor: first what it asks, then where it is kept.
const COLUMNS: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("vcpus", "CPUS"),
    Column::new("ram_mb", "RAM").show(Show::Mib),
    Column::new("disk_gb", "DISK").show(Show::Gib),
    Column::new("ephemeral_gb", "EPHEMERAL").show(Show::Gib).on_request(),
    Column::new("swap_mb", "SWAP").show(Show::Mib).on_request(),
    Column::new("resource_class", "CLASS").yields(1),
    Column::new("extra_specs", "EXTRA SPECS").yields(2),
    Column::new("source", "SOURCE").yields(3),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("id", "ID").on_request(),
];

/// The columns of a flavor that is kept nowhere yet.
const PROPOSED: &[Column] = COLUMNS.split_at(8).0;

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    match &args.action {
        Action::List { files } => {
            let view = context.ui.view(COLUMNS)?;
            let flavors = files.load(context)?;
            Ok(context.ui.list(&view, flavors.iter().map(Kept::row).collect())?)
        }
        Action::Show { name, files } => {
            let view = context.ui.view(COLUMNS)?;
            Ok(context.ui.object(&view, &files.find(name, context)?.row())?)
        }
        Action::Derive { hosts } => derive::run(hosts, context),
    }
}
