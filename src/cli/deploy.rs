//! `farrier deploy`: instances from nothing.

use std::time::Duration;

use anyhow::anyhow;
use serde_json::{Map, Value, json};

use super::config_drive::ConfigDriveArgs;
use super::failure::{Failure, Kind};
use super::flavors::FlavorArgs;
use super::hosts::Supply;
use super::image::ImageArgs;
use super::selection::{SelectionArgs, candidates};
use super::{Context, batch, help, instances, values};
use crate::driver::claim::Taken;
use crate::driver::deploy::{Order, Standing};
use crate::driver::image::Image;
use crate::driver::instance::Instance;
use crate::driver::{Deadline, Error};
use crate::host_manager::{Count, ImageProperties, Request, select};
use crate::ui::answer::View;

/// Deploy an instance
///
/// Chooses a machine, claims it, and has Ironic put the image onto it; then follows the machine until it runs. The same
/// command again goes on with what is under way, or says that it is done. Until Ironic begins to deploy, Ctrl-C takes
/// everything back; after that it only ends the watching. A deploy that fails is undone, and the next best machine is
/// tried.
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

    #[command(flatten)]
    image: ImageArgs,

    /// Size of the root partition; a bare number is GiB; the flavor's disk unless given
    #[arg(long, value_name = "GIB", value_parser = values::gibibytes, help_heading = LAYOUT)]
    root_size: Option<u64>,

    /// Size of the swap partition; a bare number is MiB; the flavor's unless given
    #[arg(long, value_name = "MIB", value_parser = values::mebibytes, help_heading = LAYOUT)]
    swap_size: Option<u64>,

    /// Size of the ephemeral partition; a bare number is GiB; the flavor's unless given
    #[arg(long, value_name = "GIB", value_parser = values::gibibytes, help_heading = LAYOUT)]
    ephemeral_size: Option<u64>,

    #[command(flatten)]
    config_drive: ConfigDriveArgs,

    /// A deploy step as JSON: interface, step, args and priority; repeat for more
    #[arg(long = "deploy-step", value_name = "JSON", value_parser = deploy_step, help_heading = DEPLOY)]
    deploy_steps: Vec<Value>,

    /// How many further machines to try after one that failed
    #[arg(long, value_name = "N", default_value_t = 2, help_heading = DEPLOY)]
    retries: u32,

    /// Leave a failed deploy as it is, to be looked at
    #[arg(long, help_heading = DEPLOY)]
    keep_failed: bool,

    /// Return once the deploy is under way
    #[arg(long, help_heading = DEPLOY)]
    no_wait: bool,

    /// How long to wait; the deploy goes on in Ironic after that
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "1h", help_heading = DEPLOY)]
    timeout: Duration,
}

const LAYOUT: &str = "Partitions";
const DEPLOY: &str = "Deploying";

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
    answer(args, &view, connection.cloud.as_deref(), names.zip(outcomes).collect(), context)
}

/// One order an instance. All that the options name is read here, before any request.
fn orders(args: &Args, request: &Request) -> anyhow::Result<Vec<Order>> {
    let image = args.image.resolve_if_given()?;
    let image =
        image.ok_or_else(|| Failure::new(Kind::Usage, "`--image` is missing: what is to be deployed?"))?;
    let name = args.name.clone().unwrap_or_else(|| format!("instance-{:06x}", fastrand::u32(..1 << 24)));
    check_name(&name)?;
    let names = match args.count {
        None => vec![name],
        Some(count) => (1..=count).map(|number| format!("{name}-{number}")).collect(),
    };
    let instance_info = instance_info(args, request, &image)?;
    names
        .into_iter()
        .map(|name| {
            Ok(Order {
                config_drive: args.config_drive.resolve(&name)?,
                name,
                flavor: request.flavor.clone(),
                image: image.clone(),
                instance_info: instance_info.clone(),
                deploy_steps: args.deploy_steps.clone(),
                retries: args.retries,
                keep_failed: args.keep_failed,
                no_wait: args.no_wait,
            })
        })
        .collect()
}

/// Ironic's rule for names of allocations and nodes (RFC 3986's unreserved characters); a UUID would shadow others.
fn check_name(name: &str) -> anyhow::Result<()> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let problem = if name.is_empty() || name.len() > 240 {
        "it must have 1 to 240 characters"
    } else if !name.chars().all(allowed) {
        "only letters, digits and `-._~` may stand in it"
    } else if uuid::Uuid::try_parse(name).is_ok() {
        "it must not be a UUID"
    } else {
        return Ok(());
    };
    Err(anyhow!(Failure::new(Kind::Usage, format!("`{name}` cannot be an instance's name: {problem}"))))
}

/// Sizes, capabilities and traits as Ironic wants them on the node.
fn instance_info(args: &Args, request: &Request, image: &Image) -> anyhow::Result<Map<String, Value>> {
    let root = args.root_size.or(request.disk_gb);
    let swap = args.swap_size.or(request.swap_mb).unwrap_or(0);
    let ephemeral = args.ephemeral_size.or(request.ephemeral_gb).unwrap_or(0);
    // Ironic lays partitions out only where the image is none of a whole disk; what is asked for decides.
    let partitioned = image.is_partition() || args.swap_size.is_some() || args.ephemeral_size.is_some();
    if partitioned && root.is_none() {
        let problem = "a partition image needs the size of its root partition: add `--root-size`";
        return Err(anyhow!(Failure::new(Kind::Usage, problem)));
    }
    let mut info = Map::new();
    info.insert("image_type".to_owned(), if partitioned { "partition" } else { "whole-disk" }.into());
    if let Some(root) = root {
        info.insert("root_gb".to_owned(), root.into());
    }
    for (key, size) in [("swap_mb", swap), ("ephemeral_gb", ephemeral)] {
        if size > 0 {
            info.insert(key.to_owned(), size.into());
        }
    }
    // An operator's word (`<or> uefi bios`) chooses among machines; only a plain value tells the deploy what to do.
    let plain = |want: &&String| !want.contains(' ') && !want.starts_with(['<', '=', '>', '!']);
    let capabilities: Map<String, Value> = request
        .extra_specs
        .iter()
        .filter_map(|(key, want)| Some((key.strip_prefix("capabilities:")?, Some(want).filter(plain)?)))
        .map(|(key, want)| (key.to_owned(), json!(want)))
        .collect();
    if !capabilities.is_empty() {
        info.insert("capabilities".to_owned(), capabilities.into());
    }
    if !request.required_traits.is_empty() {
        info.insert("traits".to_owned(), json!(request.required_traits));
    }
    Ok(info)
}

fn answer(
    args: &Args,
    view: &View,
    cloud: Option<&str>,
    outcomes: Vec<(String, Result<Instance, Error>)>,
    context: &Context,
) -> anyhow::Result<()> {
    let deployed: Vec<&Instance> = outcomes.iter().filter_map(|(_, outcome)| outcome.as_ref().ok()).collect();
    let names: Vec<&str> = deployed.iter().map(|instance| instance.label()).collect();
    match (args.count, deployed.as_slice()) {
        (None, [instance]) => context.ui.object(view, &instances::row(instance, cloud))?,
        (None, _) => {}
        _ => context
            .ui
            .list(view, deployed.iter().map(|instance| instances::row(instance, cloud)).collect())?,
    }
    if args.no_wait && !names.is_empty() {
        context.ui.hint(&format!("farrier wait {}", names.join(" ")));
    }
    batch::conclude(context, outcomes)
}
