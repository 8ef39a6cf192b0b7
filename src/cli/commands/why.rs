//! `farrier why`: explain the state of a node or instance.

use std::fmt::Write as _;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::help;
use crate::cli::app::run::Finished;
use crate::driver::Purpose;
use crate::driver::watch::event::NodeRef;
use crate::driver::why::{Diagnosis, Evidence};
use crate::ui::output::{CellStyle, Column, OutputFormat};

/// Explain the state of an instance or node
///
/// Shows the state of the node and how long it has been in it, why an operation failed, whether the node is safe to
/// work on, and which commands to run next. Checks the lock, maintenance, faults, power, validation, networks and the
/// allocation. Changes nothing.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[5]))]
pub(crate) struct Args {
    /// Instance or node
    name: String,
}

const EXAMPLES: help::Examples = &[
    ("Explain why a node makes no progress", "farrier why rack4-u12"),
    ("Explain the state of an instance", "farrier why web-1"),
    ("Print the first suggested command", "farrier why web-1 -f json | jq -r '.next[0].command'"),
];

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("instance", "INSTANCE"),
    Column::new("state", "STATE").show(CellStyle::State),
    Column::new("since", "SINCE").show(CellStyle::Time),
    Column::new("what", "WHAT"),
    Column::new("reason", "REASON"),
    Column::new("remarks", "REMARKS"),
    Column::new("touch", "SAFE TO WORK ON"),
    Column::new("next", "NEXT").on_request(),
];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let connections = context.connect_all()?;
    let Finished { value, unreachable } = context.read(&connections, |drivers| {
        let driver = drivers.locate(&args.name, Purpose::Look)?;
        anyhow::Ok((driver.why(&args.name)?, driver.cloud().map(str::to_owned)))
    });
    let (evidence, cloud) = value?;
    let diagnosis = evidence.diagnosis();
    if context.ui.format() == OutputFormat::Table && context.global.columns.is_empty() {
        context.ui.plain(&text(&evidence, &diagnosis))?;
    } else {
        context.ui.object(&view, &row(&evidence, &diagnosis, cloud.as_deref()))?;
    }
    context.conclude(&unreachable)
}

/// The explanation of a node.
#[derive(Debug, Serialize, JsonSchema)]
struct WhyAnswer {
    #[serde(flatten)]
    diagnosis: Diagnosis,
    /// The node.
    node: NodeRef,
    /// The UUID of the instance.
    instance: Option<String>,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
}

fn row(evidence: &Evidence, diagnosis: &Diagnosis, cloud: Option<&str>) -> WhyAnswer {
    WhyAnswer {
        diagnosis: diagnosis.clone(),
        node: NodeRef::from(&evidence.node),
        instance: evidence.node.instance_uuid.clone(),
        cloud: cloud.map(str::to_owned),
    }
}

pub(super) fn answer() -> Answer {
    Answer::of("why").object::<WhyAnswer>(COLUMNS)
}

/// The explanation as text.
fn text(evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    let Diagnosis { state, what, since, reason, touch, remarks, next } = diagnosis;
    let node = &evidence.node;
    let since = since.as_deref().and_then(|since| since.parse::<Timestamp>().ok());
    let since = since.map(|since| {
        let ago = evidence.now.duration_since(since).as_secs().max(0).unsigned_abs();
        crate::driver::watch::event::in_words(std::time::Duration::from_secs(ago))
    });
    let state = match since {
        Some(since) => format!("has been `{state}` for {since}"),
        None => format!("is `{state}`"),
    };
    let mut text = format!("node {} {state}: {what}\n", node.label());
    let mut part = |title: &str, lines: &[String]| {
        if !lines.is_empty() {
            let _ = writeln!(text, "\n{title}");
            for line in lines.iter().flat_map(|line| line.lines()) {
                let _ = writeln!(text, "  {line}");
            }
        }
    };
    part("Ironic says", &reason.iter().map(|reason| reason.trim().to_owned()).collect::<Vec<_>>());
    part("Also", remarks);
    part("Safe to work on?", std::slice::from_ref(touch));
    let width = next.iter().map(|next| next.command.len()).max().unwrap_or_default();
    let next: Vec<String> =
        next.iter().map(|next| format!("{:width$}  # {}", next.command, next.does)).collect();
    part("Next", &next);
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;
    use crate::driver::why::NextCommand;
    use crate::ironic::ProvisionState;
    use crate::snapshot::compare;

    /// A node with all advice: its interfaces work, and its Ironic is new.
    fn evidence(more: &Value) -> Evidence {
        let mut node = json!({"driver": "ipmi", "power_state": "power on", "provision_updated_at": "2026-01-01T12:00:00Z"});
        node.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let works = || serde_json::from_value(json!({"result": true})).expect("a verdict");
        let verdicts = ["console", "inspect", "rescue"].map(|kind| (kind.to_owned(), works()));
        Evidence { verdicts: verdicts.into(), ..crate::driver::why::tests::evidence(&node) }
    }

    /// A node with an instance.
    fn with_instance(more: &Value) -> Evidence {
        let mut evidence = evidence(more);
        let instance = json!({"uuid": "i-1", "name": "web-1", "state": "active"});
        evidence.node.instance_uuid = Some("i-1".to_owned());
        evidence.node.instance_info.insert("image_source".to_owned(), "http://images.lab/el10.raw".into());
        evidence.allocation = Some(serde_json::from_value(instance).expect("an allocation"));
        evidence
    }

    fn explanation(evidence: &Evidence) -> String {
        text(evidence, &evidence.diagnosis())
    }

    #[test]
    fn snapshot_of_every_state() {
        let mut all = String::new();
        let unknown: ProvisionState = serde_json::from_value(json!("quantum hold")).expect("a state");
        for state in ProvisionState::KNOWN.iter().chain([&unknown]) {
            let in_state = |more: Value| {
                let mut node = more;
                node["provision_state"] = json!(state);
                node
            };
            let bases = [evidence(&in_state(json!({}))), with_instance(&in_state(json!({})))];
            let mut known: Vec<NextCommand> = Vec::new();
            for (title, base) in ["without an instance", "with an instance"].iter().zip(&bases) {
                let _ = writeln!(all, "## {state}, {title}\n\n{}", explanation(base));
                known.extend(base.diagnosis().next);
            }
            // The additional advice if one of these fields is set.
            for key in ["protected", "retired", "maintenance"] {
                let flagged = || in_state(json!({key: true}));
                for base in [evidence(&flagged()), with_instance(&flagged())] {
                    for NextCommand { command, does } in base.diagnosis().next {
                        let command = NextCommand { command, does };
                        if !known.contains(&command) {
                            let _ = writeln!(all, "{key}: {}  # {}", command.command, command.does);
                            known.push(command);
                        }
                    }
                }
            }
            all.push('\n');
        }
        compare("why_states", &all);
    }

    #[test]
    fn snapshot_of_every_remark() {
        let conductor = |name: &str, alive: bool| {
            serde_json::from_value(json!({"hostname": name, "alive": alive})).expect("a conductor")
        };
        let at_work = json!({"provision_state": "deploying", "reservation": "c-1"});
        let mut all: BTreeMap<&str, Evidence> = vec![
            ("maintenance", evidence(&json!({"provision_state": "available", "maintenance": true}))),
            (
                "maintenance with a reason",
                evidence(&json!({"provision_state": "active", "maintenance": true, "maintenance_reason": "new DIMMs"})),
            ),
            (
                "power failure",
                evidence(&json!({"provision_state": "available", "maintenance": true, "fault": "power failure",
                    "last_error": "no answer from the BMC"})),
            ),
            ("another fault", evidence(&json!({"provision_state": "clean failed", "fault": "clean failure"}))),
            ("a lock", evidence(&json!({"provision_state": "manageable", "reservation": "c-1"}))),
            (
                "a power change",
                evidence(&json!({"provision_state": "available", "target_power_state": "power off"})),
            ),
            ("unknown power", evidence(&json!({"provision_state": "available", "power_state": null}))),
            ("protected", with_instance(&json!({"provision_state": "active", "protected": true}))),
            ("retired", evidence(&json!({"provision_state": "manageable", "retired": true}))),
            (
                "an instance without an allocation",
                evidence(&json!({"provision_state": "active", "instance_uuid": "i-1"})),
            ),
            ("a failed allocation", with_instance(&json!({"provision_state": "available"}))),
            ("VIFs without a port", with_instance(&json!({"provision_state": "active"}))),
            ("an interface that is not ready", evidence(&json!({"provision_state": "available"}))),
            (
                "an error in last_error of the node",
                evidence(&json!({"provision_state": "deploy failed", "last_error": "no space left on device"})),
            ),
            (
                "a step of a deploy",
                with_instance(&json!({"provision_state": "deploying", "deploy_step": {"interface": "deploy", "step": "write_image"},
                    "driver_internal_info": {"deploy_steps": [1, 2, 3], "deploy_step_index": 1}})),
            ),
            (
                "a silent ramdisk",
                with_instance(&json!({"provision_state": "wait call-back", "driver_internal_info":
                    {"agent_url": "http://a", "agent_last_heartbeat": "2026-01-01T12:00:10.5"}})),
            ),
            (
                "a step that cannot be aborted",
                evidence(&json!({"provision_state": "clean wait",
                    "clean_step": {"interface": "deploy", "step": "erase_devices", "abort_after": true}})),
            ),
            (
                "a wait in maintenance",
                evidence(&json!({"provision_state": "clean wait", "maintenance": true,
                    "maintenance_reason": "swapping a DIMM"})),
            ),
            ("a lock of an unknown conductor", evidence(&at_work)),
            ("a lock of a silent conductor", evidence(&at_work)),
            ("a lock of a silent conductor, another serves the node", evidence(&at_work)),
            ("an operation without a lock", evidence(&json!({"provision_state": "deleting", "conductor": "c-1"}))),
            ("an operation without a known conductor", evidence(&json!({"provision_state": "deleting"}))),
            ("a conductor group without a conductor", evidence(&json!({"provision_state": "manageable",
                "conductor_group": "rack9"}))),
            ("the default group without a conductor", evidence(&json!({"provision_state": "available"}))),
        ]
        .into_iter()
        .collect();
        let mut change = |title: &str, change: &dyn Fn(&mut Evidence)| {
            change(all.get_mut(title).expect("it is in the list"));
        };
        change("a failed allocation", &|it| {
            let failed =
                json!({"uuid": "i-1", "name": "web-1", "state": "error", "last_error": "no valid host"});
            it.allocation = Some(serde_json::from_value(failed).expect("an allocation"));
        });
        change("VIFs without a port", &|it| {
            it.vifs = vec!["p-1".to_owned(), "p-2".to_owned()];
            it.known_vifs = Some(vec!["p-1".to_owned()]);
        });
        change("an interface that is not ready", &|it| {
            let broken = json!({"result": false, "reason": "no ipmi_address"});
            it.verdicts.insert("power".to_owned(), serde_json::from_value(broken).expect("a verdict"));
        });
        change("a lock of an unknown conductor", &|it| it.conductors = vec![conductor("c-9", true)]);
        change("a lock of a silent conductor", &|it| it.conductors = vec![conductor("c-1", false)]);
        change("a lock of a silent conductor, another serves the node", &|it| {
            it.conductors = vec![conductor("c-1", false), conductor("c-2", true)];
        });
        for title in ["an operation without a lock", "an operation without a known conductor"] {
            change(title, &|it| it.conductors = vec![conductor("c-1", true)]);
        }
        change("a conductor group without a conductor", &|it| it.conductors = vec![conductor("c-1", true)]);
        change("the default group without a conductor", &|it| it.conductors = vec![conductor("c-1", false)]);
        let mut text = String::new();
        for (title, evidence) in &all {
            let _ = writeln!(text, "## {title}\n\n{}", explanation(evidence));
        }
        compare("why_remarks", &text);
    }
}
