//! The options that select nodes, and the candidates they select.

use std::collections::BTreeMap;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::candidates::Candidates;
use super::config_drive::key_value;
use super::values;
use crate::cli::Context;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::driver::instance::claim::Candidate;
use crate::driver::watch::event::NodeRef;
use crate::host_manager::{
    self, FilterName, Flavor, HostState, ImageProperties, MatchContext, Request, Selection, TrapKind, Weigher,
};

const SELECTION: &str = "Selection";

/// The requirements and preferences for a node.
#[derive(Debug, clap::Args)]
pub(crate) struct SelectionArgs {
    /// Minimum number of CPUs
    ///
    /// With --exact, the node must have exactly this many.
    #[arg(long, value_name = "N", help_heading = SELECTION)]
    vcpus: Option<u64>,

    /// Minimum RAM, in MiB or with a unit
    ///
    /// With --exact, the node must have exactly this much. Units: 16G, 16GiB, 16384M.
    #[arg(long, value_name = "MIB", value_parser = values::mebibytes, help_heading = SELECTION)]
    ram: Option<u64>,

    /// Minimum local disk, in GiB or with a unit
    ///
    /// With --exact, the node must have exactly this much.
    #[arg(long, value_name = "GIB", value_parser = values::gibibytes, help_heading = SELECTION)]
    disk: Option<u64>,

    /// CPU architecture, such as `x86_64`
    #[arg(long, value_name = "ARCH", help_heading = SELECTION)]
    arch: Option<String>,

    /// Resource class
    #[arg(long, value_name = "CLASS", help_heading = SELECTION)]
    resource_class: Option<String>,

    /// Required trait, or `!TRAIT` to forbid it (repeatable)
    ///
    /// `CUSTOM_X` requires the trait. `'!CUSTOM_X'` excludes the nodes that have it; quote the `!` for the shell.
    #[arg(long = "trait", value_name = "[!]TRAIT", help_heading = SELECTION)]
    traits: Vec<String>,

    /// Required capability (repeatable)
    ///
    /// REQ is a requirement as in Nova's extra specs: a value, or an operator and a value. Quote it for the shell:
    /// `--capability 'cores=>= 4'`.
    #[arg(long = "capability", value_name = "K=REQ", value_parser = key_value, help_heading = SELECTION)]
    capabilities: Vec<(String, String)>,

    /// Require exactly the requested RAM, disk and CPUs
    #[arg(long, help_heading = SELECTION)]
    exact: bool,

    /// Filters to apply, in the given order
    ///
    /// The default is all filters except the exact ones; with --exact, the exact ones replace `RamFilter`, `DiskFilter` and
    /// `CoreFilter`.
    #[arg(
        long, hide_short_help = true, value_name = "FILTER,…", value_delimiter = ',', value_parser = filter(), conflicts_with = "exact",
        help_heading = SELECTION
    )]
    filters: Option<Vec<FilterName>>,

    /// Ranking of the nodes
    #[arg(long, value_name = "WEIGHER", value_parser = weigher(), default_value_t, help_heading = SELECTION)]
    weigher: Weigher,

    /// Pick each node at random from the K best
    #[arg(long, hide_short_help = true, value_name = "K", default_value_t = 1, help_heading = SELECTION)]
    subset_size: usize,

    /// Seed for reproducible random choices
    #[arg(long, hide_short_help = true, value_name = "N", help_heading = SELECTION)]
    seed: Option<u64>,

    /// Consider only this node (repeatable)
    #[arg(long = "node", value_name = "NODE", help_heading = SELECTION)]
    nodes: Vec<String>,

    /// Exclude this node (repeatable)
    #[arg(long, value_name = "NODE", help_heading = SELECTION)]
    exclude: Vec<String>,

    /// Only nodes in this conductor group
    ///
    /// `""` is the default group.
    #[arg(long, hide_short_help = true, value_name = "GROUP", help_heading = SELECTION)]
    conductor_group: Option<String>,

    /// Only nodes in this shard
    #[arg(long, hide_short_help = true, value_name = "SHARD", help_heading = SELECTION)]
    shard: Option<String>,

    /// Only nodes owned by this project
    #[arg(long, hide_short_help = true, value_name = "PROJECT", help_heading = SELECTION)]
    owner: Option<String>,

    /// Only nodes leased to this project
    #[arg(long, hide_short_help = true, value_name = "PROJECT", help_heading = SELECTION)]
    lessee: Option<String>,
}

impl SelectionArgs {
    /// Whether `--node` and `--exclude` allow a node.
    pub(crate) fn allows(&self, node: &NodeRef) -> bool {
        let is_node = |name: &String| *name == node.uuid || Some(name) == node.name.as_ref();
        (self.nodes.is_empty() || self.nodes.iter().any(is_node)) && !self.exclude.iter().any(is_node)
    }
}

/// Parses filters; help and completions list them.
fn filter() -> impl TypedValueParser<Value = FilterName> {
    PossibleValuesParser::new(FilterName::ALL.iter().map(|filter| filter.as_str()))
        .map(|name| name.parse().expect("it is one of the names"))
}

/// Parses weighers; help and completions list them.
fn weigher() -> impl TypedValueParser<Value = Weigher> {
    let description = |weigher| match weigher {
        Weigher::BestFit => "Least unused RAM, disk and CPUs first",
        Weigher::Ram => "Most RAM first (the default in Nova)",
        Weigher::Pack => "Fill the conductor group with the fewest free nodes first",
        Weigher::Spread => {
            "Alternate between conductor groups, starting with the one with the most free nodes"
        }
        Weigher::CloudOrder => "Nodes of the cloud that is named first, best fit first",
        Weigher::Random => "Random (see --seed)",
    };
    PossibleValuesParser::new(
        Weigher::ALL.map(|weigher| PossibleValue::new(weigher.as_str()).help(description(weigher))),
    )
    .map(|name| name.parse().expect("it is one of the names"))
}

impl SelectionArgs {
    /// The request: the flavor, if any, overridden by the options.
    pub(crate) fn request(&self, flavor: Option<&Flavor>, image: ImageProperties) -> Request {
        self.overlay(flavor.map(Request::from).unwrap_or_default(), image)
    }

    /// The request with the values of the options.
    pub(crate) fn overlay(&self, base: Request, image: ImageProperties) -> Request {
        let mut extra_specs: BTreeMap<String, String> = base.extra_specs;
        extra_specs.extend(
            self.capabilities.iter().map(|(key, want)| (format!("capabilities:{key}"), want.clone())),
        );
        let (forbidden, required): (Vec<_>, Vec<_>) =
            self.traits.iter().cloned().partition(|name| name.starts_with('!'));
        let forbidden = forbidden.iter().map(|name| name[1..].to_owned());
        let filters = match (&self.filters, self.exact) {
            (Some(filters), _) => filters.clone(),
            (None, true) => FilterName::exact(),
            (None, false) => base.filters,
        };
        let nodes = if self.nodes.is_empty() { base.nodes } else { self.nodes.clone() };
        Request {
            vcpus: self.vcpus.or(base.vcpus),
            ram_mb: self.ram.or(base.ram_mb),
            disk_gb: self.disk.or(base.disk_gb),
            arch: self.arch.clone().or(base.arch),
            resource_class: self.resource_class.clone().or(base.resource_class),
            required_traits: base.required_traits.into_iter().chain(required).collect(),
            forbidden_traits: base.forbidden_traits.into_iter().chain(forbidden).collect(),
            conductor_group: self.conductor_group.clone().or(base.conductor_group),
            shard: self.shard.clone().or(base.shard),
            owner: self.owner.clone().or(base.owner),
            lessee: self.lessee.clone().or(base.lessee),
            exclude: base.exclude.into_iter().chain(self.exclude.iter().cloned()).collect(),
            nodes,
            image,
            extra_specs,
            filters,
            ..base
        }
    }

    /// The weigher.
    pub(crate) fn weigher(&self) -> Weigher {
        self.weigher
    }

    /// The options for the selection among the nodes that fit.
    pub(crate) fn options(
        &self,
        count: host_manager::Count,
        candidates: &Candidates,
    ) -> host_manager::SelectOptions {
        let live_drivers = candidates.live_drivers.clone();
        host_manager::SelectOptions {
            count,
            weigher: self.weigher,
            subset_size: self.subset_size,
            // A random seed, so that two operators rarely choose the same of many equal nodes. It has 32 bits because the
            // output shows it, and not every JSON parser has 64-bit integers.
            seed: self.seed.unwrap_or_else(|| fastrand::u32(..).into()),
            clouds: candidates.clouds.clone(),
            circumstances: MatchContext { live_drivers, ..MatchContext::default() },
        }
    }
}

/// Refuses to claim nodes of several architectures: an image runs on only one of them.
pub(crate) fn must_have_one_architecture(selection: &Selection<'_>) -> Result<(), Failure> {
    match selection.architectures().ambiguity() {
        Some(problem) if !selection.chosen().is_empty() => Err(ambiguous_architecture(problem)),
        _ => Ok(()),
    }
}

/// The failure if the architecture is ambiguous.
pub(crate) fn ambiguous_architecture(problem: String) -> Failure {
    Failure::new(FailureKind::Usage, problem).hint("choose one with `--arch`")
}

/// Prints notes on the request, before nodes are claimed.
pub(crate) fn print_notes(selection: &Selection<'_>, context: &Context) {
    for trap in selection.traps(None) {
        if matches!(trap.kind, TrapKind::ExtraSpecIgnored | TrapKind::NothingAsked) {
            context.ui.note(&format!("note: {trap}"));
        }
    }
}

/// A node in the form that the driver claims.
pub(crate) fn candidate(host: &HostState) -> Candidate {
    Candidate {
        node: NodeRef { uuid: host.uuid.to_string(), name: host.name.as_deref().map(str::to_owned) },
        resource_class: host.resource_class.as_deref().map(str::to_owned),
        cloud: host.cloud.as_deref().map(str::to_owned),
    }
}

/// The nodes that fit, best first.
pub(crate) fn ranked_candidates(selection: &Selection<'_>, hosts: &[HostState]) -> Vec<Candidate> {
    selection.candidates().iter().map(|&at| candidate(&hosts[at])).collect()
}
