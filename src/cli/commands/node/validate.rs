//! `farrier node validate`: Ironic's validation of the interfaces of nodes.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::{Answer, RowNode};
use crate::cli::app::run::Finished;
use crate::cli::app::{batch, help};
use crate::cli::args::node_targets::TargetArgs;
use crate::driver::watch::event::NodeRef;
use crate::driver::{Error, Purpose};
use crate::ironic::Node;
use crate::ironic::node::InterfaceValidation;
use crate::ui::output::CellStyle;
use crate::ui::output::Column;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: TargetArgs,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("Validate a node", "farrier node validate rack4-u12"),
    ("Validate all nodes in `enroll`", "farrier node validate --state enroll"),
];

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("interface", "INTERFACE"),
    Column::new("result", "RESULT"),
    Column::new("reason", "REASON"),
    Column::new("error", "ERROR").on_request(),
];

/// Ironic's verdict for an interface of a node.
#[derive(Debug, Serialize, JsonSchema)]
struct ValidationRow {
    /// The node.
    node: RowNode,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The interface, such as `power`; null if the node could not be validated.
    interface: Option<String>,
    /// Whether it is valid; null if the interface does not apply to the node.
    result: Option<bool>,
    /// Why it is not valid.
    reason: Option<String>,
    /// Why the node could not be validated.
    error: Option<String>,
}

pub(super) fn answer() -> Answer {
    Answer::of("node validate").list::<ValidationRow>(COLUMNS)
}

/// A node with Ironic's verdict for each interface.
type NodeValidations = (Node, Vec<(String, InterfaceValidation)>);

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let connections = context.connect_all()?;
    let selected = args.targets.find(context, &connections)?;
    let targets = &selected.targets;
    let Finished { value: outcomes, unreachable } = context.read(&connections, |drivers| {
        batch::each(context.global.jobs, targets, |target| {
            target.run_in_cloud(drivers, Purpose::Look, |driver, name| {
                let client = driver.client();
                let validate = || Ok((client.node(name)?, client.validate_node(name)?));
                validate().map_err(|source| Error::Request { subject: format!("node {name}"), source })
            })
        })
    });
    let unreachable = selected.unreachable(unreachable);
    let mut rows: Vec<ValidationRow> = Vec::new();
    for (target, outcome) in targets.iter().zip(&outcomes) {
        match &outcome.result {
            Ok((node, verdicts)) => rows.extend(verdicts.iter().map(|(interface, verdict)| ValidationRow {
                node: (&NodeRef::from(node)).into(),
                cloud: outcome.cloud.clone(),
                interface: Some(interface.clone()),
                result: verdict.result,
                reason: verdict.reason.clone(),
                error: None,
            })),
            Err(error) => rows.push(ValidationRow {
                node: RowNode::of_error(&target.name, error),
                cloud: outcome.cloud.clone(),
                interface: None,
                result: None,
                reason: None,
                error: batch::error_text(&outcome.result),
            }),
        }
    }
    context.ui.list(&connections.view(view), rows)?;
    let names = targets.iter().map(|target| target.name.clone());
    let outcomes =
        names.zip(outcomes.into_iter().map(|outcome| outcome.result.and_then(|verdicts| check(&verdicts))));
    batch::conclude(context, outcomes.collect(), &unreachable)
}

/// Fails if an interface that the node needs is not valid.
fn check((node, verdicts): &NodeValidations) -> Result<(), Error> {
    let mut needed = vec!["power", "management", "network"];
    if node.instance_uuid.is_some() {
        needed.extend(["boot", "deploy"]);
    }
    let invalid: Vec<String> = verdicts
        .iter()
        .filter(|(interface, verdict)| needed.contains(&interface.as_str()) && verdict.result == Some(false))
        .map(|(interface, verdict)| {
            format!("{interface}: {}", verdict.reason.as_deref().unwrap_or("no reason given"))
        })
        .collect();
    if invalid.is_empty() {
        return Ok(());
    }
    Err(Error::Failed {
        node: NodeRef::from(node),
        operation: "validation",
        state: node.provision_state.to_string(),
        reason: invalid.join("; "),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn validation_fails_only_for_interfaces_that_the_node_needs() {
        let check = |interface: &str, instance: Option<&str>| {
            let node = json!({"uuid": "u", "provision_state": "active", "instance_uuid": instance});
            let verdict = InterfaceValidation { result: Some(false), reason: Some("lacks".to_owned()) };
            let node = serde_json::from_value(node).expect("a node");
            super::check(&(node, vec![(interface.to_owned(), verdict)])).is_ok()
        };
        assert!(!check("power", None) && !check("deploy", Some("i")));
        assert!(check("deploy", None) && check("console", Some("i")));
    }
}
