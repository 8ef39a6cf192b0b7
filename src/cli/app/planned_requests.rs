//! The output of dry runs: the requests that would be sent for each instance.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::answers::Answer;
use super::connection::Connections;
use crate::cli::Context;
use crate::driver::instance::dry_run::PlannedRequests;
use crate::driver::watch::event::NodeRef;
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

/// A request of a dry run, for formats with columns.
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

/// Adds the output of a dry run to the answer of a command.
pub(crate) fn add_to(answer: Answer) -> Answer {
    answer.document::<PlannedRequests>().document::<Vec<PlannedRequests>>().table::<RequestRow>(COLUMNS)
}

/// Prints the requests for each instance. `is_list` applies to JSON.
pub(crate) fn print(
    plans: &[PlannedRequests],
    is_list: bool,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let view = connections.view(context.ui.view(COLUMNS)?.ranked());
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
    let wholes = json_rows(plans);
    let whole = match wholes.as_slice() {
        [one] if !is_list => one.clone(),
        _ => Value::from(wholes),
    };
    context.ui.document(Document { whole, sections: vec![Section { title: None, view, rows }] })?;
    Ok(())
}

/// A plan as text: a line per request, with the body below.
fn text(plan: &PlannedRequests, several: bool) -> String {
    let label = plan.node.as_ref().map(NodeRef::label);
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
