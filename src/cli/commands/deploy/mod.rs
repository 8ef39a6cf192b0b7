//! `farrier deploy`: deploy instances.

mod dry_run;
mod fleet;
mod orders;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use self::orders::{OrderTemplate, PartitionArgs, numbered};
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::connection::Connections;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::instance_rows::InstanceRow;
use crate::cli::app::run::Outcomes;
use crate::cli::app::{batch, help, instance_rows, planned_requests};
use crate::cli::args::candidates::{Candidates, RequiredNodes};
use crate::cli::args::config_drive::ConfigDriveArgs;
use crate::cli::args::flavor::FlavorArgs;
use crate::cli::args::image;
use crate::cli::args::image::ImageArgs;
use crate::cli::args::networks;
use crate::cli::args::networks::NetworkArgs;
use crate::cli::args::selection::{
    SelectionArgs, must_have_one_architecture, print_notes, ranked_candidates,
};
use crate::cli::args::values;
use crate::driver::config_drive::ConfigDrive;
use crate::driver::instance::claim::ClaimedNodes;
use crate::driver::instance::deploy::Order;
use crate::driver::instance::existing::Existing;
use crate::driver::instance::lookup::Instance;
use crate::driver::instance::quarantine::FailedNode;
use crate::driver::instance::reachability;
use crate::driver::instance::reachability::ReachabilityCheck;
use crate::driver::network::NetworkRequest;
use crate::driver::node::steps;
use crate::driver::{Deadline, Drivers, Error, Outcome};
use crate::host_manager::{Count, ImageProperties, Request, select};
use crate::ironic::Fault;
use crate::ui::output::View;

/// Deploy an instance
///
/// Chooses a node, allocates it, deploys the image with Ironic, and waits until the instance is active. With a NAME,
/// you can run the same command again: it continues a deploy in progress, or reports that the instance exists. Ctrl-C
/// undoes everything if Ironic has not started the deploy yet. After that, it only stops waiting.
///
/// If a deploy fails because of the machine, farrier undoes the deploy, quarantines the node, and tries the next best
/// node (--retries). Quarantine sets maintenance on the node, with the error as the reason, so that no deploy uses it.
/// If a second node fails with the same error, the nodes are probably not the cause, and farrier ends the quarantine of
/// the first. It quarantines at most two nodes per image and hour.
///
/// If the cause is the request, the image, the config drive or the network, farrier undoes the deploy and does not try
/// another node. --keep-failed keeps the failed deploy; --release-failed skips the quarantine.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes_with(&[4, 6, 7, 8, 10, 130], &[(7, "the deploy failed, or the instance did not answer --check"), (10, "some instances failed, or a cloud is unreachable")]))]
#[command(
    override_usage = "farrier deploy [OPTIONS] --image IMAGE [NAME]\n       farrier deploy [OPTIONS] --file FILE",
    mut_arg("flavor", help::flavor_of_request)
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line, and none implies another"
)]
pub(crate) struct Args {
    /// Name of the instance (default: generated)
    name: Option<String>,

    #[command(flatten)]
    flavor: FlavorArgs,

    #[command(flatten)]
    selection: SelectionArgs,

    /// Number of instances: NAME-1, NAME-2, …
    ///
    /// With this option, the output is a list.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    count: Option<u16>,

    /// Deploy a fleet: all instances of this file
    ///
    /// For example, with `instances: [{name: web, count: 3, flavor: bm.small}]`. `-` reads stdin. Options provide the
    /// image, partitions and first boot settings that are missing in the file. Nothing is allocated unless enough nodes
    /// are free for all instances. Run the same command again to deploy the missing instances.
    #[arg(
        long, value_name = "FILE", value_hint = clap::ValueHint::FilePath,
        conflicts_with_all = ["name", "flavor", "count", "weigher", "subset_size", "hostname"]
    )]
    file: Option<PathBuf>,

    #[command(flatten)]
    image: ImageArgs,

    #[command(flatten)]
    partitions: PartitionArgs,

    #[command(flatten)]
    networks: NetworkArgs,

    #[command(flatten)]
    config_drive: ConfigDriveArgs,

    /// Deploy steps to run (repeatable)
    ///
    /// Inline JSON, or the path of a JSON or YAML file. Each step has `interface`, `step`, `args` and `priority`.
    #[arg(long = "deploy-step", value_name = "JSON|FILE", value_parser = deploy_steps, help_heading = DEPLOY)]
    deploy_steps: Vec<Steps>,

    /// Deploy template (repeatable)
    ///
    /// The node must have the trait of the same name.
    #[arg(long = "deploy-template", value_name = "NAME", help_heading = DEPLOY)]
    deploy_templates: Vec<String>,

    /// Other nodes to try if it fails
    #[arg(long, value_name = "N", default_value_t = 2, help_heading = DEPLOY)]
    retries: u32,

    /// Keep a failed deploy for analysis
    ///
    /// Does not undo the deploy, does not quarantine the node, and does not try other nodes.
    #[arg(long, help_heading = DEPLOY)]
    keep_failed: bool,

    /// Do not quarantine the failed node
    #[arg(long, help_heading = DEPLOY, conflicts_with = "keep_failed")]
    release_failed: bool,

    /// Do not wait for the operation to finish
    ///
    /// A deploy that fails later is neither undone nor retried. Wait for it with `farrier wait NAME`.
    #[arg(long, help_heading = DEPLOY)]
    no_wait: bool,

    /// Wait until the instance answers
    ///
    /// Sends a ping, or connects to the SSH server or a TCP port. One address that answers is enough. An instance that
    /// does not answer in time is kept.
    #[arg(long, value_name = "ping|ssh|tcp:PORT", help_heading = DEPLOY, conflicts_with = "no_wait")]
    check: Option<reachability::CheckKind>,

    /// Address to check (repeatable)
    ///
    /// Default: the addresses of the Neutron ports and those in --network-data.
    #[arg(
        long = "check-address", value_name = "ADDRESS", requires = "check", conflicts_with_all = ["count", "file"],
        help_heading = DEPLOY
    )]
    check_addresses: Vec<IpAddr>,

    /// Show what would change; change nothing
    ///
    /// Prints the chosen node and every request that would be sent. Assumes that Ironic's validation passes.
    /// Secrets are masked.
    #[arg(long)]
    dry_run: bool,

    /// Timeout
    ///
    /// The deploy continues in Ironic after the timeout.
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "1h", help_heading = DEPLOY)]
    timeout: Duration,
}

const DEPLOY: &str = "Deployment";

impl Args {
    /// The check of an instance with this config drive and these networks.
    fn check(
        &self,
        config_drive: &ConfigDrive,
        networks: &NetworkRequest,
    ) -> Result<Option<ReachabilityCheck>, Failure> {
        let Some(kind) = self.check else { return Ok(None) };
        if let Some(program) = kind.missing_program() {
            let problem = format!("`--check ping` needs the program `{program}`, which is not installed");
            return Err(Failure::new(FailureKind::Usage, problem)
                .hint("install it (on Debian: `apt-get install iputils-ping`), or use `--check ssh` or `--check tcp:PORT`"));
        }
        let known = config_drive.addresses();
        let known = known.iter().filter_map(|address| address.parse().ok());
        let addresses: Vec<IpAddr> =
            if self.check_addresses.is_empty() { known.collect() } else { self.check_addresses.clone() };
        // Neutron's addresses are known when the ports exist.
        if addresses.is_empty() && networks.is_empty() {
            let problem = "cannot use `--check`: no address of the instance is known";
            return Err(Failure::new(FailureKind::Usage, problem)
                .hint("add `--check-address`, or an address in `--network-data`"));
        }
        Ok(Some(ReachabilityCheck { kind, addresses }))
    }

    /// The steps of all `--deploy-step` options.
    fn deploy_steps(&self) -> Result<Vec<Value>, Failure> {
        let given = self.deploy_steps.iter().flat_map(|Steps(steps)| steps.clone()).collect();
        steps::all(given).map_err(|problem| Failure::new(FailureKind::Usage, problem))
    }

    fn failed_node(&self) -> FailedNode {
        match (self.keep_failed, self.release_failed) {
            (true, _) => FailedNode::Keep,
            (_, true) => FailedNode::Release,
            _ => FailedNode::Quarantine,
        }
    }
}

const EXAMPLES: help::Examples = &[
    ("A node that matches the flavor exactly", "farrier deploy web-1 --flavor bm.small --exact --image el10"),
    (
        "The smallest node that is large enough",
        "farrier deploy db-1 --ram 64G --disk 500G --arch x86_64 \\
         --image el10 --ssh-key ~/.ssh/id_ed25519.pub",
    ),
    (
        "An image from a web server, with a checksum file",
        "farrier deploy web-1 --flavor bm.small --image http://images.lab/el10.raw \\
         --image-checksum http://images.lab/SHA256SUMS",
    ),
    (
        "Install on the disk with this WWN",
        "farrier deploy web-1 --flavor bm.small --image el10 \\
         --root-device wwn=0x5000c500a1b2c3d4",
    ),
    (
        "Run the steps of a deploy template",
        "farrier deploy web-1 --flavor bm.small --image el10 \\
         --deploy-template CUSTOM_RAID1",
    ),
    (
        "Two files of user data, on a network without DHCP",
        "farrier deploy web-1 --flavor bm.small --image el10 \\
         --user-data cloud-config.yaml --user-data setup.sh \\
         --network-data network.yaml",
    ),
    (
        "Two networks, with a fixed address on the second",
        "farrier deploy web-1 --flavor bm.small --image el10 \\
         --network provisioning --ip tenant:192.0.2.7",
    ),
    ("Three instances: web-1, web-2, web-3", "farrier deploy web --count 3 --flavor bm.small --image el10"),
    (
        "A fleet from a file",
        "farrier deploy --file fleet.yaml --image el10 \\
         --ssh-key ~/.ssh/id_ed25519.pub",
    ),
    (
        "The best fit in two clouds",
        "farrier deploy web-1 --os-cloud north,south --flavor bm.small --image el10",
    ),
    ("Show what would change", "farrier deploy web-1 --flavor bm.small --image el10 --dry-run"),
    (
        "Wait until the SSH server answers",
        "farrier deploy web-1 --flavor bm.small --image el10 \\
         --check ssh --check-address 192.0.2.7",
    ),
    ("Return at once, and wait later", "farrier deploy web-1 --flavor bm.small --image el10 --no-wait"),
];

/// The deploy steps of one `--deploy-step`.
#[derive(Debug, Clone)]
struct Steps(Vec<Value>);

/// Parses deploy steps as JSON, or reads them from a file.
fn deploy_steps(text: &str) -> Result<Steps, String> {
    steps::all(values::json_or_file(text)?).map(Steps)
}

pub(super) fn answer() -> Answer {
    let answer = Answer::of("deploy").object::<InstanceRow>(instance_rows::COLUMNS);
    planned_requests::add_to(answer.list::<InstanceRow>(instance_rows::COLUMNS))
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    if let Some(path) = &args.file {
        return fleet::run(path, args, context);
    }
    let view = context.ui.view(instance_rows::COLUMNS)?;
    let flavor = args.flavor.resolve(context)?;
    let mut request = args.selection.request(flavor.as_ref(), ImageProperties::default());
    request.required_traits.extend(args.deploy_templates.iter().cloned());
    let mut orders = orders(args, &request, context)?;
    if let Some(listed) = orders.first().and_then(|order| order.image.listed.as_ref()) {
        listed.add_to(&mut request)?;
    }
    let connections = context.connect_all()?;
    check_templates(&args.deploy_templates, &connections, context)?;
    let networked = orders.first().filter(|order| !order.networks.is_empty());
    let networked = networked.map(|order| (order.name.as_str(), &mut request));
    networks::confine(networked.into_iter(), &connections, context)?;
    let progress = context.ui.progress();
    let drivers = context.drivers(&connections, &progress, Deadline::after(args.timeout));
    let dry_runs = dry_run::dry_runs(args, &drivers, orders.len());
    let mut existing = dry_run::survey(&orders, &drivers, &dry_runs)?;
    for existing in &mut existing {
        existing.release_unless_eligible(|node| args.selection.allows(node));
    }
    // A generated name is unique.
    if args.name.is_some() {
        must_be_new(orders.iter().zip(&existing), &drivers)?;
    }
    check_images(orders.iter_mut().zip(&existing), &connections, context)?;
    let wanted = existing.iter().filter(|existing| existing.needs_node()).count();
    let count = Count::Exactly(wanted);
    let candidates =
        Candidates::for_request(&drivers, &request, count, &args.selection, RequiredNodes::Fitting)?;
    let options = args.selection.options(count, &candidates);
    let selection = select(&candidates.hosts, &request, &options)?;
    // Too few nodes are an error before anything is claimed.
    selection.verdict()?;
    must_have_one_architecture(&selection)?;
    print_notes(&selection, context);
    let ranked = ranked_candidates(&selection, &candidates.hosts);

    let taken = ClaimedNodes::default();
    if args.dry_run {
        let unreachable = drivers.unreachable();
        drop(progress);
        let work = orders.iter().zip(&existing).map(|(order, existing)| (order, existing, ranked.clone()));
        dry_run::print(work, &dry_runs, args.count.is_some(), &connections, context)?;
        return context.conclude(&unreachable);
    }
    let work: Vec<(Order, Existing)> = orders.into_iter().zip(existing).collect();
    let outcomes = batch::each(context.global.jobs, &work, |(order, existing)| {
        drivers.deploy(order, existing, &ranked, &taken)
    });
    let unreachable = drivers.unreachable();
    drop(progress);
    let names = work.into_iter().map(|(order, _)| order.name);
    let outcomes = names.zip(outcomes).collect();
    print(
        args.count.is_some(),
        args,
        &connections.view(view),
        Outcomes { targets: outcomes, unreachable },
        context,
    )
}

/// Refuses to deploy instances that do not exist yet if an unreachable cloud may have them.
fn must_be_new<'a>(
    orders: impl Iterator<Item = (&'a Order, &'a Existing)>,
    drivers: &Drivers<'_>,
) -> Result<(), Error> {
    let new = orders.filter(|(_, existing)| existing.is_free());
    drivers.must_be_new(new.map(|(order, _)| order.name.as_str()))
}

/// The orders of the instances. Reads all files in the options before any request, except requests to Glance.
fn orders(args: &Args, request: &Request, context: &Context) -> anyhow::Result<Vec<Order>> {
    let (first_boot, deploy_steps) = (args.config_drive.read()?, args.deploy_steps()?);
    if let Some(warning) = first_boot.warning() {
        context.ui.warn(&warning);
    }
    let image = args.image.resolve_if_given(context)?;
    let image = image.ok_or_else(|| Failure::new(FailureKind::Usage, "no image given"))?;
    let name = args.name.clone().unwrap_or_else(|| format!("instance-{:06x}", fastrand::u32(..1 << 24)));
    let names = match args.count {
        None => vec![name],
        Some(count) => numbered(&name, count.into()),
    };
    let networks = args.networks.0.clone();
    if networks.is_empty() && networks != NetworkRequest::default() {
        let problem = "`--security-group` and `--dns-name` need a network";
        return Err(Failure::new(FailureKind::Usage, problem)
            .hint("add `--network`, `--subnet` or `--ip`")
            .into());
    }
    let template =
        OrderTemplate { image, partitions: args.partitions.clone(), networks, first_boot, deploy_steps };
    Ok(template.orders(names, request, args)?)
}

/// Checks the images of the orders that Ironic has not started yet.
fn check_images<'a>(
    orders: impl Iterator<Item = (&'a mut Order, &'a Existing)>,
    connections: &Connections,
    context: &Context,
) -> Result<(), Error> {
    let images = orders.filter(|(_, existing)| existing.needs_start()).map(|(order, _)| &mut order.image);
    image::check_all(images, connections, context)
}

/// Checks that the deploy templates exist, because Ironic ignores a trait without a template.
fn check_templates<'a>(
    names: impl IntoIterator<Item = &'a String>,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let wanted = names.into_iter().flat_map(|name| connections.members.iter().map(move |at| (name, at)));
    for (name, connection) in wanted {
        match connection.client.has_deploy_template(name) {
            Ok(true) => {}
            Ok(false) => {
                let problem = match connection.cloud.as_deref().filter(|_| connections.are_several()) {
                    Some(cloud) => format!("no deploy template is named `{name}` in cloud `{cloud}`"),
                    None => format!("no deploy template is named `{name}`"),
                };
                let hint = "list the deploy templates: `openstack baremetal deploy template list`";
                return Err(Failure::new(FailureKind::NotFound, problem).hint(hint).into());
            }
            Err(error) if error.fault() == Some(&Fault::Forbidden) => {
                context.ui.warn(&format!("cannot check deploy template `{name}`: permission denied"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn print(
    is_list: bool,
    args: &Args,
    view: &View,
    outcomes: Outcomes<Instance>,
    context: &Context,
) -> anyhow::Result<()> {
    let row = |name: &str, outcome: &Outcome<Instance>| match &outcome.result {
        Ok(instance) => instance_rows::row(instance, outcome.cloud.as_deref()),
        Err(error) => instance_rows::failed_row(name, error, outcome.cloud.as_deref()),
    };
    match outcomes.targets.as_slice() {
        _ if is_list => {
            context
                .ui
                .list(view, outcomes.targets.iter().map(|(name, outcome)| row(name, outcome)).collect())?;
        }
        [(name, outcome)] if outcome.result.is_ok() => context.ui.object(view, &row(name, outcome))?,
        _ => {}
    }
    let deployed = outcomes.targets.iter().filter_map(|(_, outcome)| outcome.result.as_ref().ok());
    let names: Vec<&str> = deployed.map(Instance::label).collect();
    if args.no_wait && !names.is_empty() {
        context.ui.hint(&format!("wait for it: `farrier wait {}`", names.join(" ")));
    }
    outcomes.conclude(context)
}
