//! `farrier deploy`: instances from nothing.

mod fleet;
mod orders;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use self::orders::{Blueprint, Layout, numbered};
use super::config_drive::ConfigDriveArgs;
use super::failure::{Failure, Kind};
use super::flavors::FlavorArgs;
use super::hosts::Supply;
use super::image::ImageArgs;
use super::selection::{SelectionArgs, candidates};
use super::{Context, batch, help, instances, values};
use crate::driver::aside::FailedNode;
use crate::driver::claim::Taken;
use crate::driver::deploy::{Order, Standing};
use crate::driver::instance::Instance;
use crate::driver::{Deadline, Error};
use crate::host_manager::{Count, ImageProperties, Request, select};
use crate::ui::answer::View;

/// Deploy an instance
///
/// Chooses a machine, claims it, and has Ironic put the image onto it; then follows the machine until it runs. The same
/// command again goes on with what is under way, or says that it is done. Until Ironic begins to deploy, Ctrl-C takes
/// everything back; after that it only ends the watching. A deploy that fails is undone, its machine is set aside in
/// maintenance with the reason, and the next best one is tried.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[4, 6, 7, 8, 10, 130]))]
pub(super) struct Args {
    /// The instance's name; one is made up where none is given
    name: Option<String>,

    #[command(flatten)]
    flavor: FlavorArgs,

    #[command(flatten)]
    selection: SelectionArgs,

    /// How many; their names are NAME-1, NAME-2, …, and the answer is a list
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    count: Option<u16>,

    /// Deploy a fleet: the instances of this file, planned all together (`-`: standard input)
    ///
    /// What a group of the file does not say of its image, partitions and first boot, the options do. Nothing is claimed
    /// unless there are machines for all. The same command again goes on with what is missing.
    #[arg(
        long, value_name = "FILE", value_hint = clap::ValueHint::FilePath,
        conflicts_with_all = ["name", "flavor", "count", "weigher", "subset_size", "hostname"]
    )]
    file: Option<PathBuf>,

    #[command(flatten)]
    image: ImageArgs,

    #[command(flatten)]
    layout: Layout,

    #[command(flatten)]
    config_drive: ConfigDriveArgs,

    /// A deploy step as JSON: interface, step, args and priority; repeat for more
    #[arg(long = "deploy-step", value_name = "JSON", value_parser = deploy_step, help_heading = DEPLOY)]
    deploy_steps: Vec<Value>,

    /// How many further machines to try after one that failed
    #[arg(long, value_name = "N", default_value_t = 2, help_heading = DEPLOY)]
    retries: u32,

    /// Leave a failed deploy as it is, to be looked at; no other machine is tried
    #[arg(long, help_heading = DEPLOY)]
    keep_failed: bool,

    /// Let a machine that failed be chosen again, where it would be set aside in maintenance
    #[arg(long, help_heading = DEPLOY, conflicts_with = "keep_failed")]
    release_failed: bool,

    /// Return once the deploy is under way
    #[arg(long, help_heading = DEPLOY)]
    no_wait: bool,

    /// How long to wait; the deploy goes on in Ironic after that
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "1h", help_heading = DEPLOY)]
    timeout: Duration,
}

const DEPLOY: &str = "Deploying";

impl Args {
    fn failed_node(&self) -> FailedNode {
        match (self.keep_failed, self.release_failed) {
            (true, _) => FailedNode::Keep,
            (_, true) => FailedNode::Release,
            _ => FailedNode::SetAside,
        }
    }
}

const EXAMPLES: help::Examples = &[
    (
        "Onto a machine that is just as the flavor says",
        "farrier deploy web-1 --flavor bm.small --exact --image ./el10.qcow2",
    ),
    (
        "Onto the smallest that is large enough",
        "farrier deploy db-1 --ram 64G --disk 500 --image ./el10.qcow2 --ssh-key ~/.ssh/id.pub",
    ),
    (
        "An image from the network, which needs a checksum",
        "farrier deploy web-1 --image http://img.lab/el.qcow2 --image-checksum http://img.lab/SUMS",
    ),
    ("Three at once: web-1, web-2, web-3", "farrier deploy web --count 3 --image ./el10.qcow2"),
    ("A whole fleet", "farrier deploy --file fleet.yaml --image ./el10.qcow2 --ssh-key ~/.ssh/id.pub"),
    ("Begin now, watch later", "farrier deploy web-1 --image ./el10.qcow2 --no-wait"),
];

/// The keys that Ironic wants in every deploy step.
fn deploy_step(text: &str) -> Result<Value, String> {
    let step: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let keys = ["interface", "step", "args", "priority"];
    match keys.iter().find(|key| step.get(**key).is_none()) {
        None => Ok(step),
        Some(key) => {
            Err(format!("a deploy step is a JSON object with {}; there is no `{key}`", keys.join(", ")))
        }
    }
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    if let Some(path) = &args.file {
        return fleet::run(path, args, context);
    }
    let view = context.ui.view(instances::COLUMNS)?;
    let flavor = args.flavor.resolve(context)?;
    let request = args.selection.request(flavor.as_ref(), ImageProperties::default());
    let orders = orders(args, &request)?;
    let connection = context.connect()?;
    let progress = context.ui.progress();
    let driver = context.driver(&connection, &progress, Deadline::after(args.timeout));
    let standings = batch::each(context.global.jobs, &orders, |order| driver.survey(order));
    let standings = standings.into_iter().collect::<Result<Vec<Standing>, Error>>()?;
    let wanted = standings.iter().filter(|standing| standing.needs_node()).count();
    let Supply { hosts, live_drivers } = Supply::of(&connection)?;
    let mut options = args.selection.options(Count::Exactly(wanted));
    options.circumstances.live_drivers = live_drivers;
    let selection = select(&hosts, &request, &options)?;
    // Fewer than are wanted are an error before anything is claimed.
    selection.verdict()?;
    let candidates = candidates(&selection, &hosts);

    let taken = Taken::default();
    let work: Vec<(Order, Standing)> = orders.into_iter().zip(standings).collect();
    let outcomes = batch::each(context.global.jobs, &work, |(order, standing)| {
        driver.deploy(order, standing, &candidates, &taken)
    });
    drop(progress);
    let names = work.into_iter().map(|(order, _)| order.name);
    answer(
        args.count.is_some(),
        args,
        &view,
        connection.cloud.as_deref(),
        names.zip(outcomes).collect(),
        context,
    )
}

/// One order an instance. All that the options name is read here, before any request.
fn orders(args: &Args, request: &Request) -> anyhow::Result<Vec<Order>> {
    let image = args.image.resolve_if_given()?;
    let image =
        image.ok_or_else(|| Failure::new(Kind::Usage, "`--image` is missing: what is to be deployed?"))?;
    let name = args.name.clone().unwrap_or_else(|| format!("instance-{:06x}", fastrand::u32(..1 << 24)));
    let names = match args.count {
        None => vec![name],
        Some(count) => numbered(&name, count.into()),
    };
    let blueprint = Blueprint { image, layout: args.layout.clone(), first_boot: args.config_drive.read()? };
    Ok(blueprint.orders(names, request, args)?)
}

fn answer(
    is_list: bool,
    args: &Args,
    view: &View,
    cloud: Option<&str>,
    outcomes: Vec<(String, Result<Instance, Error>)>,
    context: &Context,
) -> anyhow::Result<()> {
    match outcomes.as_slice() {
        _ if is_list => {
            let row = |(name, outcome): &(String, Result<Instance, Error>)| match outcome {
                Ok(instance) => instances::row(instance, cloud),
                Err(error) => instances::failed_row(name, error, cloud),
            };
            context.ui.list(view, outcomes.iter().map(row).collect())?;
        }
        [(_, Ok(instance))] => context.ui.object(view, &instances::row(instance, cloud))?,
        _ => {}
    }
    let deployed = outcomes.iter().filter_map(|(_, outcome)| outcome.as_ref().ok());
    let names: Vec<&str> = deployed.map(Instance::label).collect();
    if args.no_wait && !names.is_empty() {
        context.ui.hint(&format!("farrier wait {}", names.join(" ")));
    }
    batch::conclude(context, outcomes)
}
