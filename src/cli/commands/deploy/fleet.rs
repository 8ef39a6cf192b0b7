//! `farrier deploy --file`: several groups of instances, planned together.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use clap::ValueEnum;
use serde_json::Value;

use super::orders::{OrderTemplate, PartitionArgs, numbered};
use super::{Args, check_images, check_templates, dry_run, must_be_new, print};
use crate::cli::Context;
use crate::cli::app::failure;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::run::Outcomes;
use crate::cli::app::{batch, fleet, instance_rows};
use crate::cli::args::candidates::{Candidates, RequiredNodes};
use crate::cli::args::config_drive::{FirstBoot, keys_in, keys_of, network_of, object_of, part_of};
use crate::cli::args::image::{ImageArgs, ImageFormat, ImageType};
use crate::cli::args::networks;
use crate::cli::args::selection::{ambiguous_architecture, candidate};
use crate::driver::Deadline;
use crate::driver::config_drive::cloud_config::{self, User};
use crate::driver::config_drive::{ConfigDrive, network};
use crate::driver::image::{Checksum, Image};
use crate::driver::instance::claim::{Candidate, ClaimedNodes};
use crate::driver::instance::deploy::Order;
use crate::driver::instance::existing::Existing;
use crate::driver::network::{InterfaceRequest, NetworkRequest};
use crate::driver::node::steps;
use crate::host_manager::{Count, Demand, Plan};
use crate::inventory::document::{InputProblem, Report, SourceLocation};
use crate::inventory::fleet::{InstanceGroup, Located, MappingSource, Nic, Payload, SshKey};
use crate::inventory::root_device;

/// An instance of the fleet.
struct Member {
    order: Order,
    /// The index of its group.
    group: usize,
    /// What already exists of it.
    existing: Existing,
    /// The index of the host that the plan assigns to it, if it needs one.
    planned: Option<usize>,
}

pub(super) fn run(path: &Path, args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(instance_rows::COLUMNS)?;
    let groups = fleet::load(path, context)?;
    let mut demands = fleet::demands(&groups, &args.flavor, &args.selection, context)?;
    for demand in &mut demands {
        demand.request.required_traits.extend(args.deploy_templates.iter().cloned());
    }
    let orders = orders(&groups, &demands, args, context)?;
    for (at, order) in &orders {
        if let Some(listed) = &order.image.listed {
            listed.add_to(&mut demands[*at].request)?;
        }
    }
    let connections = context.connect_all()?;
    let templates: BTreeSet<&String> = groups
        .iter()
        .flat_map(|group| &group.payload.deploy_templates)
        .chain(&args.deploy_templates)
        .collect();
    check_templates(templates, &connections, context)?;
    let first_networked =
        |group: usize| orders.iter().find(|(at, order)| *at == group && !order.networks.is_empty());
    let networked = demands.iter_mut().enumerate().filter_map(|(group, demand)| {
        let (_, order) = first_networked(group)?;
        Some((order.name.as_str(), &mut demand.request))
    });
    networks::confine(networked, &connections, context)?;
    let progress = context.ui.progress();
    let drivers = context.drivers(&connections, &progress, Deadline::after(args.timeout));
    let (group_indexes, orders): (Vec<usize>, Vec<Order>) = orders.into_iter().unzip();
    let dry_runs = dry_run::dry_runs(args, &drivers, orders.len());
    let mut existing = dry_run::survey(&orders, &drivers, &dry_runs)?;
    for existing in &mut existing {
        existing.release_unless_eligible(|node| args.selection.allows(node));
    }
    must_be_new(orders.iter().zip(&existing), &drivers)?;
    let mut members: Vec<Member> = group_indexes
        .into_iter()
        .zip(orders.into_iter().zip(existing))
        .map(|(group, (order, existing))| Member { order, group, existing, planned: None })
        .collect();
    let images = members.iter_mut().map(|member| (&mut member.order, &member.existing));
    check_images(images, &connections, context)?;
    for (at, demand) in demands.iter_mut().enumerate() {
        let is_wanted = |member: &&Member| member.group == at && member.existing.needs_node();
        demand.count = members.iter().filter(is_wanted).count();
    }
    let candidates = Candidates::for_demands(&drivers, &demands, &args.selection, RequiredNodes::Fitting)?;
    let hosts = &candidates.hosts;
    let options = args.selection.options(Count::All, &candidates);
    let plan = fleet::plan(hosts, &demands, &options)?;
    assign(&mut members, &plan)?;
    let ambiguities = fleet::ambiguities(&plan, &demands);
    if !ambiguities.is_empty() {
        return Err(ambiguous_architecture(ambiguities.join("\n")).into());
    }
    fleet::print_notes(&plan, &demands, context);
    let spare = |at| plan.spare(at).iter().map(|&host| candidate(&hosts[host])).collect();
    let spares: Vec<Vec<Candidate>> = (0..demands.len()).map(spare).collect();

    let candidates = |member: &Member| -> Vec<Candidate> {
        let planned = member.planned.iter().map(|&at| candidate(&hosts[at]));
        planned.chain(spares[member.group].iter().cloned()).collect()
    };
    if args.dry_run {
        let unreachable = drivers.unreachable();
        drop(progress);
        let work = members.iter().map(|member| (&member.order, &member.existing, candidates(member)));
        dry_run::print(work, &dry_runs, true, &connections, context)?;
        return context.conclude(&unreachable);
    }
    let taken = ClaimedNodes::default();
    let outcomes = batch::each(context.global.jobs, &members, |member| {
        drivers.deploy(&member.order, &member.existing, &candidates(member), &taken)
    });
    let unreachable = drivers.unreachable();
    drop(progress);
    let names = members.into_iter().map(|member| member.order.name);
    let outcomes = Outcomes { targets: names.zip(outcomes).collect(), unreachable };
    print(true, args, &connections.view(view), outcomes, context)
}

/// Assigns the hosts of the plan to the instances. Fails if an instance has no host; then nothing is claimed.
fn assign(members: &mut [Member], plan: &Plan<'_>) -> anyhow::Result<()> {
    let mut shares: Vec<_> = plan.shares().iter().map(|share| share.hosts.iter().copied()).collect();
    let mut without: Vec<&str> = Vec::new();
    for member in members.iter_mut().filter(|member| member.existing.needs_node()) {
        member.planned = shares[member.group].next();
        if member.planned.is_none() {
            without.push(&member.order.name);
        }
    }
    match fleet::verdict(&plan.shortfalls()) {
        None => Ok(()),
        Some(mut failure) => {
            let without = format!("no node for: {}; nothing was allocated", without.join(", "));
            failure.hints.push(without);
            Err(failure.into())
        }
    }
}

/// The orders of all instances, each with the index of its group. Reads all files that the fleet file names before any
/// request, and reports all problems.
fn orders(
    groups: &[InstanceGroup],
    demands: &[Demand],
    args: &Args,
    context: &Context,
) -> anyhow::Result<Vec<(usize, Order)>> {
    let first_boot = args.config_drive.read()?;
    if let Some(warning) = first_boot.warning() {
        context.ui.warn(&warning);
    }
    let report = Report::default();
    let deploy_steps = args.deploy_steps()?;
    let mut reader = OrderTemplateReader {
        args,
        context,
        first_boot,
        deploy_steps,
        report: &report,
        images: Vec::new(),
        failed_images: Vec::new(),
    };
    let mut reported: Vec<&InputProblem> = Vec::new();
    let mut origins: HashMap<String, &SourceLocation> = HashMap::new();
    let mut orders = Vec::new();
    for (at, (group, demand)) in groups.iter().zip(demands).enumerate() {
        for finding in &group.payload.findings {
            // Every group has the findings of the defaults.
            if !reported.contains(&finding) {
                reported.push(finding);
                reader.report(finding);
            }
        }
        let names = match group.count {
            1 => vec![group.name.clone()],
            count => numbered(&group.name, count),
        };
        for name in &names {
            if let Some(first) = origins.insert(name.clone(), &group.origin) {
                let problem = format!("duplicate instance `{name}`, first defined at {}", first.short());
                report.error(group.origin.clone(), problem);
            }
        }
        let Some(template) = reader.template(group) else { continue };
        match template.orders(names, &demand.request, args) {
            Ok(of_group) => orders.extend(of_group.into_iter().map(|order| (at, order))),
            Err(failure) => report.error(group.origin.clone(), failure.message),
        }
    }
    let failed_images = reader.failed_images;
    // Without other problems, the failure has the kind of the first failed image.
    if report.is_clean()
        && let [(origin, first), more @ ..] = failed_images.as_slice()
    {
        let others = more.iter().map(|(origin, failure)| format!("\n{origin}: {}", failure.message));
        let message = format!("{origin}: {}{}", first.message, others.collect::<String>());
        return Err(Failure { message, ..first.clone() }.into());
    }
    for (origin, failure) in failed_images {
        report.error(origin, failure.message);
    }
    let (orders, warnings) = report.finish(orders)?;
    for warning in warnings {
        context.ui.warn(&warning.to_string());
    }
    Ok(orders)
}

/// Parses a possible value of an option that is in a file.
fn one_of<T: ValueEnum>(text: &str) -> Result<T, String> {
    let known = || T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    T::from_str(text, false).map_err(|_| {
        let known: Vec<String> = known().map(|value| format!("`{}`", value.get_name())).collect();
        format!("invalid value `{}`: expected one of {}", text.escape_debug(), known.join(", "))
    })
}

/// Reads the blueprints of the groups. The options provide what is missing in a group.
struct OrderTemplateReader<'a> {
    args: &'a Args,
    context: &'a Context,
    first_boot: FirstBoot,
    deploy_steps: Vec<Value>,
    report: &'a Report,
    /// The resolved images: groups often share an image, and computing the checksum of a large file takes a while.
    images: Vec<(ImageArgs, Image)>,
    /// The images that could not be resolved, with their places in the file. The file itself is valid.
    failed_images: Vec<(SourceLocation, Failure)>,
}

impl OrderTemplateReader<'_> {
    fn report(&self, finding: &InputProblem) {
        let InputProblem { location: origin, message, is_warning } = finding.clone();
        if is_warning { self.report.warning(origin, message) } else { self.report.error(origin, message) }
    }

    /// Reports the error of a value with its place in the file.
    fn at<T>(&self, origin: &SourceLocation, result: Result<T, impl ToString>) -> Option<T> {
        result.map_err(|error| self.report.error(origin.clone(), error.to_string())).ok()
    }

    fn template(&mut self, group: &InstanceGroup) -> Option<OrderTemplate> {
        let payload = &group.payload;
        let image = self.image(group);
        let deploy_steps = match &payload.deploy_steps {
            Some(Located { value, origin }) => self.at(origin, steps::all(value.clone())),
            None => Some(self.deploy_steps.clone()),
        };
        if let Some(Located { value, origin }) = &payload.root_device {
            let given = value.iter().map(|(name, wanted)| (name.as_str(), wanted.as_str()));
            self.at(origin, root_device::hints(given))?;
        }
        let first_boot = self.first_boot(payload);
        let defaults = &self.args.partitions;
        let partitions = PartitionArgs {
            root: payload.root_gb.or(defaults.root),
            swap: payload.swap_mb.or(defaults.swap),
            ephemeral: payload.ephemeral_gb.or(defaults.ephemeral),
            ephemeral_format: payload.ephemeral_format.clone().or_else(|| defaults.ephemeral_format.clone()),
            root_device: payload
                .root_device
                .as_ref()
                .map_or_else(|| defaults.root_device.clone(), |given| given.value.clone()),
        };
        Some(OrderTemplate {
            image: image?,
            partitions,
            networks: self.networks(payload),
            first_boot: first_boot?,
            deploy_steps: deploy_steps?,
        })
    }

    fn networks(&self, payload: &Payload) -> NetworkRequest {
        let request = |nic: &Nic| {
            let Nic { network, subnet, address, port } = nic.clone();
            InterfaceRequest { network, subnet, address, port }
        };
        let given = self.args.networks.0.clone();
        match &payload.networks {
            Some(nics) => NetworkRequest { interfaces: nics.iter().map(request).collect(), ..given },
            None => given,
        }
    }

    fn image(&mut self, group: &InstanceGroup) -> Option<Image> {
        let payload = &group.payload;
        let image_checksum = match &payload.image_checksum {
            Some(given) => Some(self.at(&given.origin, Checksum::parse(&given.value))?),
            None => None,
        };
        let image_type = match &payload.image_type {
            Some(given) => Some(self.at(&given.origin, one_of::<ImageType>(&given.value))?),
            None => None,
        };
        let image_format = match &payload.image_format {
            Some(given) => Some(self.at(&given.origin, one_of::<ImageFormat>(&given.value))?),
            None => None,
        };
        let text = |given: &Option<Located<String>>| given.as_ref().map(|given| given.value.clone());
        let given = ImageArgs {
            image: text(&payload.image),
            image_checksum,
            image_kernel: text(&payload.image_kernel),
            image_ramdisk: text(&payload.image_ramdisk),
            image_type,
            image_format,
            image_pull_secret: self.args.image.image_pull_secret.clone(),
        };
        // The checksum in the options belongs to the image in the options.
        let wanted = if given.image.is_some() {
            given
        } else {
            let defaults = self.args.image.clone();
            ImageArgs {
                image: defaults.image,
                image_checksum: given.image_checksum.or(defaults.image_checksum),
                image_kernel: given.image_kernel.or(defaults.image_kernel),
                image_ramdisk: given.image_ramdisk.or(defaults.image_ramdisk),
                image_type: given.image_type.or(defaults.image_type),
                image_format: given.image_format.or(defaults.image_format),
                image_pull_secret: given.image_pull_secret,
            }
        };
        if let Some((_, image)) = self.images.iter().find(|(known, _)| *known == wanted) {
            return Some(image.clone());
        }
        let origin = payload.image.as_ref().map_or(&group.origin, |given| &given.origin);
        // If Glance is unreachable, it is not tried again for every group.
        let is_unreachable =
            |failure: &Failure| !matches!(failure.kind, FailureKind::NotFound | FailureKind::Conflict);
        if wanted.image.is_some() && self.failed_images.iter().any(|(_, failure)| is_unreachable(failure)) {
            return None;
        }
        let image = match wanted.resolve_if_given(self.context) {
            Ok(image) => image,
            Err(error) => {
                let failure = failure::classify(&error);
                if matches!(failure.kind, FailureKind::Usage | FailureKind::Input) {
                    return self.at(origin, Err(failure.message));
                }
                self.failed_images.push((origin.clone(), failure));
                return None;
            }
        };
        let image = self.at(origin, image.ok_or("`image` is missing, and `--image` is not given"))?;
        self.images.push((wanted, image.clone()));
        Some(image)
    }

    fn first_boot(&self, payload: &Payload) -> Option<FirstBoot> {
        if let Some(Located { value, origin }) = &payload.config_drive {
            if payload.has_config_drive_parts() {
                self.report.error(
                    origin.clone(),
                    "cannot add keys, user data or metadata to an existing config drive",
                );
                return None;
            }
            return Some(FirstBoot::Drive(self.at(origin, ConfigDrive::resolve(value))?));
        }
        if !payload.has_config_drive_parts() {
            return Some(self.first_boot.clone());
        }
        let mut pieces = match &self.first_boot {
            FirstBoot::Pieces(pieces) => pieces.clone(),
            FirstBoot::Drive(_) => Box::default(),
        };
        if !payload.ssh_keys.is_empty() {
            pieces.ssh_keys.clear();
        }
        for Located { value, origin } in &payload.ssh_keys {
            match value {
                SshKey::Text(text) => pieces.ssh_keys.extend(keys_in(text)),
                SshKey::File(path) => pieces.ssh_keys.extend(self.at(origin, keys_of(path))?),
            }
        }
        if !payload.user_data.is_empty() {
            pieces.user_data.clear();
        }
        for Located { value, origin } in &payload.user_data {
            pieces.user_data.push(self.at(origin, part_of(value))?);
        }
        // As in metalsmith, the user has passwordless sudo by default.
        let sudo = payload.passwordless_sudo.unwrap_or(true);
        let user = payload.user_name.clone().map(|name| User { name, sudo });
        if user.is_some() || !payload.cloud_config.is_empty() {
            pieces.user_data.push(cloud_config::part(&payload.cloud_config, user.as_ref(), &pieces.ssh_keys));
        }
        if !payload.meta_data.is_empty() {
            pieces.meta_data.clone_from(&payload.meta_data);
        }
        if let Some(Located { value, origin }) = &payload.network_data {
            pieces.network_data = Some(match value {
                MappingSource::Inline(data) => {
                    self.at(origin, network::check(data)).map(|()| data.clone())?
                }
                MappingSource::File(path) => self.at(origin, network_of(path))?,
            });
        }
        if let Some(Located { value, origin }) = &payload.vendor_data {
            pieces.vendor_data = Some(match value {
                MappingSource::Inline(data) => data.clone(),
                MappingSource::File(path) => self.at(origin, object_of(path))?,
            });
        }
        if !payload.meta.is_empty() {
            pieces.meta.clone_from(&payload.meta);
        }
        let first_boot = FirstBoot::Pieces(pieces);
        if let Some(warning) = first_boot.warning().filter(|_| !payload.user_data.is_empty()) {
            self.context.ui.warn(&warning);
        }
        Some(first_boot)
    }
}
