//! Fleet files: the requests of their groups, planned together.

use std::collections::HashMap;
use std::path::Path;

use super::failure::{Failure, FailureKind};
use crate::cli::Context;
use crate::cli::args::flavor::FlavorArgs;
use crate::cli::args::selection::SelectionArgs;
use crate::host_manager::{
    self, Demand, Flavor, HostState, ImageProperties, Plan, RequestError, SelectOptions, Shortfall,
};
use crate::inventory::fleet::{self, InstanceGroup};

/// Reads a fleet file, and prints its warnings.
pub(crate) fn load(path: &Path, context: &Context) -> anyhow::Result<Vec<InstanceGroup>> {
    let (groups, warnings) = fleet::load(path)?;
    for warning in warnings {
        context.ui.warn(&warning.to_string());
    }
    Ok(groups)
}

/// The demands of the groups. Options override the file, and the file overrides its flavors.
pub(crate) fn demands(
    groups: &[InstanceGroup],
    flavor: &FlavorArgs,
    selection: &SelectionArgs,
    context: &Context,
) -> anyhow::Result<Vec<Demand>> {
    let mut flavors: HashMap<&str, Flavor> = HashMap::new();
    let mut demands = Vec::new();
    for group in groups {
        let name = group.flavor.as_deref();
        if let Some(name) = name.filter(|name| !flavors.contains_key(name)) {
            flavors.insert(name, flavor.find(name, context)?);
        }
        let request = group.request(name.and_then(|name| flavors.get(name)));
        let request = selection.overlay(request, ImageProperties::default());
        demands.push(Demand { name: group.name.clone(), request, count: group.count });
    }
    Ok(demands)
}

/// Plans all demands together.
pub(crate) fn plan<'a>(
    hosts: &'a [HostState],
    demands: &'a [Demand],
    options: &'a SelectOptions,
) -> Result<Plan<'a>, Failure> {
    host_manager::plan(hosts, demands, options).map_err(|error| {
        let kind = match error.source {
            RequestError::NoSuchNode { .. } => FailureKind::NotFound,
            RequestError::ExtraSpec(_) | RequestError::Ambiguous { .. } => FailureKind::Usage,
        };
        Failure::new(kind, error.to_string())
    })
}

/// Prints the notes on the plan, group by group.
pub(crate) fn print_notes(plan: &Plan<'_>, demands: &[Demand], context: &Context) {
    let wanted = demands.iter().enumerate().filter(|(_, demand)| demand.count > 0);
    for (at, demand) in wanted {
        for note in plan.notes(at) {
            context.ui.note(&format!("note: {}: {note}", demand.name));
        }
    }
}

/// The groups that have nodes of several architectures but request none.
pub(crate) fn ambiguities(plan: &Plan<'_>, demands: &[Demand]) -> Vec<String> {
    let wanted = demands.iter().enumerate().filter(|(_, demand)| demand.count > 0);
    let ambiguity = |(at, demand): (usize, &Demand)| {
        Some(format!("{}: {}", demand.name, plan.architectures(at).ambiguity()?))
    };
    wanted.filter_map(ambiguity).collect()
}

/// The failure of an incomplete plan, with a line for each demand that lacks nodes.
pub(crate) fn verdict(shortfalls: &[Shortfall]) -> Option<Failure> {
    match shortfalls {
        [] => None,
        [one] => Some(Failure::new(FailureKind::NoValidHost, one.to_string()).hints(&one.hints)),
        several => {
            let missing: usize = several.iter().map(|shortfall| shortfall.missing).sum();
            let message = format!("no valid host for {missing} instances in {} groups", several.len());
            Some(
                Failure::new(FailureKind::NoValidHost, message)
                    .hints(several.iter().map(ToString::to_string)),
            )
        }
    }
}
