//! `farrier flavor`: list, show and derive flavors.

mod derive;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::help;
use crate::cli::args::candidates::CandidateArgs;
use crate::cli::args::flavor::{FlavorFiles, FlavorRow, StoredFlavor};
use crate::ui::output::{CellStyle, Column};

/// List, show and derive flavors
///
/// A flavor is a named set of requirements: sizes, resource class, traits and capabilities. Flavors come from files and
/// from Nova. A file has farrier's format, such as `flavors: {bm.small: {vcpus: 8, ram: 16G, disk: 480, resource_class:
/// bm.small}}`, or is the output of `openstack flavor list --long -f json`. A flavor in a file overrides the Nova
/// flavor with the same name.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(crate) struct Args {
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
        /// Name of the flavor
        name: String,
        #[command(flatten)]
        files: FlavorFiles,
    },
    /// Propose a flavor for each kind of machine
    ///
    /// Machines with the same CPUs, RAM, disk, architecture and resource class are one kind. The output is a flavor file with
    /// one flavor for each kind, which fits it exactly.
    #[command(before_long_help = help::examples(DERIVE))]
    Derive {
        #[command(flatten)]
        hosts: CandidateArgs,
    },
}

const LIST: help::Examples = &[
    ("List the flavors in files and in Nova", "farrier flavor list"),
    ("List them for another cloud", "farrier flavor list --os-cloud lab"),
    (
        "List the flavors in a file from `openstack flavor list --long -f json`",
        "farrier flavor list --flavor-file nova.json",
    ),
];
const SHOW: help::Examples = &[("Show a flavor", "farrier flavor show bm.small")];
const DERIVE: help::Examples = &[
    ("Write a flavor file for the machines of a cloud", "farrier flavor derive > flavors.yaml"),
    ("The same from a saved inventory", "farrier flavor derive --inventory inventory.json"),
];

/// The columns of a flavor: first its requirements, then its source.
const COLUMNS: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("vcpus", "CPUS"),
    Column::new("ram_mb", "RAM").show(CellStyle::Mib),
    Column::new("disk_gb", "DISK").show(CellStyle::Gib),
    Column::new("ephemeral_gb", "EPHEMERAL").show(CellStyle::Gib).on_request(),
    Column::new("swap_mb", "SWAP").show(CellStyle::Mib).on_request(),
    Column::new("resource_class", "CLASS").shortened_by_rank(1),
    Column::new("extra_specs", "EXTRA SPECS").shortened_by_rank(2),
    Column::new("source", "SOURCE").shortened_by_rank(3),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("id", "ID").on_request(),
];

/// The columns of a proposed flavor, which has no source yet.
const PROPOSED: &[Column] = COLUMNS.split_at(8).0;

pub(super) fn answers() -> [Answer; 3] {
    [
        Answer::of("flavor list").list::<FlavorRow>(COLUMNS),
        Answer::of("flavor show").object::<FlavorRow>(COLUMNS),
        derive::answer(),
    ]
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    match &args.action {
        Action::List { files } => {
            let view = context.ui.view(COLUMNS)?;
            let flavors = files.load(context)?;
            Ok(context.ui.list_of("flavors", &view, flavors.iter().map(StoredFlavor::row).collect())?)
        }
        Action::Show { name, files } => {
            let view = context.ui.view(COLUMNS)?;
            Ok(context.ui.object(&view, &files.find(name, context)?.row())?)
        }
        Action::Derive { hosts } => derive::run(hosts, context),
    }
}
