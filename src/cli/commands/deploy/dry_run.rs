//! `farrier deploy --dry-run`: the chosen nodes, and the requests that would be sent to Ironic.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Args;
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::connection::Connections;
use crate::driver::instance::claim::{Candidate, ClaimedNodes};
use crate::driver::instance::deploy::Order;
use crate::driver::instance::dry_run::{DryRun, PlannedDeploy};
use crate::driver::instance::existing::Existing;
use crate::driver::watch::event::NodeRef;
use crate::driver::{Drivers, Error};
use crate::ironic::dry_run::RecordedRequest;
use crate::ui::output::{CellStyle, Column, Document, OutputFormat, Section, json_rows};

/// The columns of a request, for formats with columns.
const COLUMNS: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("method", "METHOD"),
    Column::new("path", "PATH"),
    Column::new("body", "BODY"),
];

/// The plan of an instance.
#[derive(Debug, Serialize, JsonSchema)]
struct PlannedRequests {
    /// The instance.
    name: String,
    /// The node that it has or would get.
    node: Option<NodeRef>,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The requests that would be sent, in order.
    requests: Vec<RecordedRequest>,
}

/// A request of a plan.
#[derive(Debug, Serialize, JsonSchema)]
struct RequestRow {
    #[serde(flatten)]
    request: RecordedRequest,
    /// The instance.
    name: String,
    /// The node that it has or would get.
    node: Option<NodeRef>,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
}

/// Adds the forms of a plan.
pub(super) fn add_to(answer: Answer) -> Answer {
    answer.document::<PlannedRequests>().document::<Vec<PlannedRequests>>().table::<RequestRow>(COLUMNS)
}

/// One dry run per instance; empty without `--dry-run`.
pub(super) fn dry_runs(args: &Args, drivers: &Drivers<'_>, count: usize) -> Vec<DryRun> {
    let count = if args.dry_run { count } else { 0 };
    (0..count).map(|_| DryRun::new(drivers)).collect()
}

/// Finds what already exists of each instance, with the dry runs if there are any.
pub(super) fn survey(
    orders: &[Order],
    drivers: &Drivers<'_>,
    dry_runs: &[DryRun],
) -> Result<Vec<Existing>, Error> {
    if dry_runs.is_empty() {
        return drivers.survey(orders);
    }
    orders.iter().zip(dry_runs).map(|(order, dry_run)| dry_run.survey(order)).collect()
}

/// Prints the plan of each instance.
pub(super) fn print<'a>(
    work: impl Iterator<Item = (&'a Order, &'a Existing, Vec<Candidate>)>,
    dry_runs: &[DryRun],
    is_list: bool,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let view = connections.view(context.ui.view(COLUMNS)?.ranked());
    let taken = ClaimedNodes::default();
    let plans = work
        .zip(dry_runs)
        .map(|((order, existing, candidates), dry_run)| dry_run.deploy(order, existing, &candidates, &taken))
        .collect::<Result<Vec<PlannedDeploy>, Error>>()?;
    if context.ui.format() == OutputFormat::Table {
        let text: Vec<String> = plans.iter().map(|plan| text(plan, connections.are_several())).collect();
        context.ui.plain(&text.join("\n"))?;
        return Ok(());
    }
    let rows = plans.iter().flat_map(|plan| {
        plan.requests.iter().map(|request| RequestRow {
            request: request.clone(),
            name: plan.name.clone(),
            node: plan.node.clone(),
            cloud: plan.cloud.clone(),
        })
    });
    let rows = json_rows(rows);
    let wholes = json_rows(plans.iter().map(|plan| PlannedRequests {
        name: plan.name.clone(),
        node: plan.node.clone(),
        cloud: plan.cloud.clone(),
        requests: plan.requests.clone(),
    }));
    let whole = match wholes.as_slice() {
        [one] if !is_list => one.clone(),
        _ => Value::from(wholes),
    };
    context.ui.document(Document { whole, sections: vec![Section { title: None, view, rows }] })?;
    Ok(())
}

/// A plan as text: a line per request, with the body below.
fn text(plan: &PlannedDeploy, several: bool) -> String {
    let label = plan.node.as_ref().map(|node| node.name.as_deref().unwrap_or(&node.uuid));
    let mut text = match (label, plan.cloud.as_deref().filter(|_| several)) {
        (Some(label), Some(cloud)) => format!("{} on node {label} in cloud {cloud}\n", plan.name),
        (Some(label), None) => format!("{} on node {label}\n", plan.name),
        (None, _) => format!("{}\n", plan.name),
    };
    for request in &plan.requests {
        let _ = writeln!(text, "  {} {}", request.method, request.path);
        if let Some(body) = &request.body {
            let _ = writeln!(text, "    {body}");
        }
    }
    text
}
