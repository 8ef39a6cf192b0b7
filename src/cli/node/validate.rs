//! `farrier node validate`: whether nodes have what their interfaces need.

use serde_json::{Value, json};

use super::targets::{Targets, named};
use crate::cli::{Context, batch, help};
use crate::driver::event::NodeRef;
use crate::driver::{Error, Purpose};
use crate::ironic::Node;
use crate::ironic::node::Verdict;
use crate::ui::answer::Column;
use crate::ui::answer::Show;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: Targets,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("What a node lacks", "farrier node validate rack4-u12"),
    ("All new ones", "farrier node validate --state enroll"),
];

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(Show::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("interface", "INTERFACE"),
    Column::new("result", "RESULT"),
    Column::new("reason", "REASON"),
    Column::new("error", "ERROR").on_request(),
];

/// What Ironic says of a node.
type Verdicts = (Node, Vec<(String, Verdict)>);

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let connections = context.connect_all()?;
    let meant = args.targets.find(context, &connections)?;
    let targets = &meant.targets;
    let progress = context.ui.progress();
    let drivers = connections.readers(&progress);
    let outcomes = batch::each(context.global.jobs, targets, |target| {
        target.on(&drivers, Purpose::Look, |driver, name| {
            let client = driver.client();
            let asked = || Ok((client.node(name)?, client.validate_node(name)?));
            asked().map_err(|source| Error::Request { subject: format!("node {name}"), source })
        })
    });
    let silent = meant.silent(drivers.silent());
    drop(progress);
    let mut rows: Vec<Value> = Vec::new();
    for (target, outcome) in targets.iter().zip(&outcomes) {
        match &outcome.result {
            Ok((node, verdicts)) => rows.extend(verdicts.iter().map(|(interface, verdict)| {
                json!({
                    "node": NodeRef::from(node), "cloud": outcome.cloud, "interface": interface,
                    "result": verdict.result, "reason": verdict.reason, "error": null,
                })
            })),
            Err(error) => rows.push(json!({
                "node": named(&target.name, error), "cloud": outcome.cloud, "interface": null,
                "result": null, "reason": null, "error": batch::error_text(&outcome.result),
            })),
        }
    }
    context.ui.list(&connections.view(view), rows)?;
    let names = targets.iter().map(|target| target.name.clone());
    let outcomes =
        names.zip(outcomes.into_iter().map(|outcome| outcome.result.and_then(|said| judge(&said))));
    batch::conclude(context, outcomes.collect(), &silent)
}

/// Fails a node that lacks what every node needs.
fn judge((node, verdicts): &Verdicts) -> Result<(), Error> {
    let mut needed = vec!["power", "management", "network"];
    if node.instance_uuid.is_some() {
        needed.extend(["boot", "deploy"]);
    }
    let lacking: Vec<String> = verdicts
        .iter()
        .filter(|(interface, verdict)| needed.contains(&interface.as_str()) && verdict.result == Some(false))
        .map(|(interface, verdict)| {
            format!("{interface}: {}", verdict.reason.as_deref().unwrap_or("no reason given"))
        })
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    Err(Error::Failed {
        node: NodeRef::from(node),
        operation: "validation",
        state: node.provision_state.to_string(),
        reason: lacking.join("; "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_node_needs_fails_it() {
        let judge = |interface: &str, instance: Option<&str>| {
            let node = json!({"uuid": "u", "provision_state": "active", "instance_uuid": instance});
            let verdict = Verdict { result: Some(false), reason: Some("lacks".to_owned()) };
            let node = serde_json::from_value(node).expect("a node");
            super::judge(&(node, vec![(interface.to_owned(), verdict)])).is_ok()
        };
        assert!(!judge("power", None) && !judge("deploy", Some("i")));
        assert!(judge("deploy", None) && judge("console", Some("i")));
    }
}
