//! The check of the nodes.

use std::collections::BTreeMap;

use super::check_run::CheckResult;
use super::ironic::SharedData;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::permission_hints;
use crate::counts::{counted, first_few};
use crate::driver::watch::dead_conductor::DeadConductor;
use crate::ironic::node::NodeQuery;
use crate::ironic::{Client, Node};

/// The number of nodes to name.
const NAMED: usize = 5;

/// The hardware types and conductor groups without a live conductor, with the number of their nodes.
fn unserved(abandoned: &[(&Node, DeadConductor)]) -> String {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (_, reason) in abandoned {
        if let DeadConductor::Unserved { hardware_type, group } = reason {
            let group = if group.is_empty() { "the default group" } else { group };
            *places.entry(format!("`{hardware_type}` in {group}")).or_default() += 1;
        }
    }
    places.iter().map(|(place, count)| format!("{place} ({count})")).collect::<Vec<_>>().join(", ")
}

/// Checks the nodes as `farrier why` does.
pub(super) fn check(client: &Client, known: &mut SharedData) -> anyhow::Result<CheckResult> {
    let fields = [
        "uuid",
        "name",
        "driver",
        "provision_state",
        "provision_updated_at",
        "reservation",
        "maintenance",
        "conductor_group",
    ];
    let nodes: Vec<Node> = client.nodes(&NodeQuery::all().fields(&fields))?;
    if nodes.is_empty() {
        let hidden = client.identity().as_deref().and_then(permission_hints::hidden);
        let remedy = hidden.unwrap_or_else(|| "enroll nodes: `farrier enroll FILE`".to_owned());
        return Ok(CheckResult::Warning("no nodes are enrolled".to_owned(), remedy));
    }
    let mut by_state: BTreeMap<&str, usize> = BTreeMap::new();
    for node in &nodes {
        *by_state.entry(node.provision_state.as_str()).or_default() += 1;
    }
    let states: Vec<String> = by_state.iter().map(|(state, count)| format!("{count} {state}")).collect();
    let in_maintenance = nodes.iter().filter(|node| node.maintenance).count();
    let in_maintenance =
        if in_maintenance > 0 { format!("; {in_maintenance} in maintenance") } else { String::new() };
    let found = format!("{}: {}{in_maintenance}", counted(nodes.len(), "node"), states.join(", "));
    let now = client.now();
    let abandoned =
        nodes.iter().filter_map(|node| Some((node, DeadConductor::of(node, &known.conductors, now)?)));
    let (unserved_nodes, stuck): (Vec<_>, Vec<_>) =
        abandoned.partition(|(_, reason)| matches!(reason, DeadConductor::Unserved { .. }));
    if !unserved_nodes.is_empty() {
        let problem = format!(
            "{found}; no live conductor serves {} of them: {}",
            unserved_nodes.len(),
            unserved(&unserved_nodes)
        );
        let hint = "start an ironic-conductor with that hardware type and `conductor_group`, or move the nodes to \
                    another group";
        return Err(Failure::new(FailureKind::Unreachable, problem).hint(hint).into());
    }
    let stuck: Vec<&Node> =
        stuck.iter().filter(|(_, reason)| !reason.ends_by_itself()).map(|(node, _)| *node).collect();
    let failed = |node: &&Node| node.provision_state.is_failed();
    let failed: Vec<&Node> = nodes.iter().filter(failed).collect();
    let mut to_examine = Vec::new();
    let mut problem = found.clone();
    if !stuck.is_empty() {
        problem = format!("{problem}; {} of them are stuck without a conductor", stuck.len());
        to_examine.push(first_few(stuck.iter().map(|node| node.label()), NAMED));
    }
    if !failed.is_empty() {
        to_examine.push(first_few(failed.iter().map(|node| node.label()), NAMED));
    }
    let result = if to_examine.is_empty() {
        CheckResult::Ok(found)
    } else {
        let names = to_examine.join(", ");
        CheckResult::Warning(problem, format!("see what to do about {names}: `farrier why NODE`"))
    };
    Ok(result)
}
