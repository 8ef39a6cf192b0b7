//! `farrier node set` and `unset`: change or remove fields of nodes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::cli::Context;
use crate::cli::app::answers::{Answer, RowNode};
use crate::cli::app::connection::Connections;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::{batch, help};
use crate::cli::args::node_targets::{NodeArgs, SelectedNodes};
use crate::cli::args::{key_value, values};
use crate::driver::node::change::{ChangeMode, ChangedNode, NodeChanges};
use crate::driver::node::credential_trial::{BmcAccess, TrialLimiter};
use crate::driver::{Deadline, Driver, Outcome};
use crate::inventory::enrollment::Enrollment;
use crate::inventory::reference::SecretResolver;
use crate::inventory::schema;
use crate::ironic::node::text_of;
use crate::ironic::patch::is_reachable;
use crate::ui::output::{CellStyle, Column, View};

/// Mappings: only the given keys are changed.
const MAPPINGS: [&str; 3] = ["properties", "extra", "instance_info"];

/// Fields that `--field` refuses, because other options or commands change them.
const OTHER_OPTIONS: [&str; 12] = [
    "uuid",
    "driver_info",
    "properties",
    "extra",
    "instance_info",
    "traits",
    "ports",
    "maintenance",
    "retired",
    "retired_reason",
    "protected",
    "protected_reason",
];

#[derive(Debug, clap::Args)]
pub(super) struct SetArgs {
    #[command(flatten)]
    nodes: NodeArgs,

    /// Name (only for a single node)
    #[arg(long, help_heading = CHANGES)]
    name: Option<String>,

    /// Hardware type
    #[arg(long, value_name = "TYPE", help_heading = CHANGES)]
    driver: Option<String>,

    /// Resource class
    #[arg(long, value_name = "CLASS", help_heading = CHANGES)]
    resource_class: Option<String>,

    /// Any other field (repeatable)
    ///
    /// For example, `owner=PROJECT` or `boot_interface=ipxe`.
    #[arg(long = "field", alias = "set", value_name = "FIELD=VALUE", help_heading = CHANGES)]
    fields: Vec<String>,

    /// Property (repeatable)
    ///
    /// For example, `memory_mb=262144`.
    #[arg(long = "property", value_name = "K=V", help_heading = CHANGES)]
    properties: Vec<String>,

    /// Capability (repeatable)
    ///
    /// For example, `boot_mode=uefi`. Changes this capability in the properties and keeps the others.
    #[arg(long = "capability", value_name = "K=V", help_heading = CHANGES)]
    capabilities: Vec<String>,

    /// Trait to add (repeatable)
    #[arg(long = "trait", value_name = "NAME", help_heading = CHANGES)]
    traits: Vec<String>,

    /// Entry of `extra` (repeatable)
    #[arg(long = "extra", value_name = "K=V", help_heading = CHANGES)]
    extra: Vec<String>,

    /// Entry of `instance_info` (repeatable)
    ///
    /// For example, `image_source=URL`, which an adoption needs.
    #[arg(long = "instance-info", value_name = "K=V", help_heading = CHANGES)]
    instance_info: Vec<String>,

    /// Entry of `driver_info` (repeatable)
    ///
    /// For example, the address and the credentials of the BMC. Give secrets only as K=@FILE, K=@- (stdin), K=env:NAME or
    /// K=prompt.
    #[arg(long = "driver-info", value_name = "K=V", help_heading = CHANGES)]
    driver_info: Vec<String>,

    #[command(flatten)]
    mode_args: ChangeModeArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct UnsetArgs {
    #[command(flatten)]
    nodes: NodeArgs,

    /// Field, such as `owner` (repeatable)
    #[arg(long = "field", value_name = "FIELD", help_heading = CHANGES)]
    fields: Vec<String>,

    /// Property (repeatable)
    #[arg(long = "property", value_name = "K", help_heading = CHANGES)]
    properties: Vec<String>,

    /// Capability (repeatable)
    #[arg(long = "capability", value_name = "K", help_heading = CHANGES)]
    capabilities: Vec<String>,

    /// Trait (repeatable)
    #[arg(long = "trait", value_name = "NAME", help_heading = CHANGES)]
    traits: Vec<String>,

    /// Entry of `extra` (repeatable)
    #[arg(long = "extra", value_name = "K", help_heading = CHANGES)]
    extra: Vec<String>,

    /// Entry of `instance_info` (repeatable)
    #[arg(long = "instance-info", value_name = "K", help_heading = CHANGES)]
    instance_info: Vec<String>,

    /// Entry of `driver_info` (repeatable)
    #[arg(long = "driver-info", value_name = "K", help_heading = CHANGES)]
    driver_info: Vec<String>,

    #[command(flatten)]
    mode_args: ChangeModeArgs,
}

const CHANGES: &str = "Changes";

#[derive(Debug, clap::Args)]
struct ChangeModeArgs {
    /// Do not test new BMC credentials first
    #[arg(long)]
    no_verify: bool,

    /// Show what would change; change nothing
    #[arg(long)]
    dry_run: bool,

    /// Timeout for all nodes (default: none)
    ///
    /// Nodes that are not changed before the timeout stay unchanged.
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    timeout: Option<Duration>,
}

pub(super) const SET: help::Examples = &[
    (
        "Set the resource class and an entry of `extra`",
        "farrier node set rack4-u12 --resource-class bm-large --extra rack=r4",
    ),
    (
        "Set a new BMC password for a rack, tested on each node first",
        "farrier node set --where extra.rack=r4 \\
         --driver-info redfish_password=@new-password",
    ),
    (
        "Add a trait and a capability",
        "farrier node set rack4-u12 --trait CUSTOM_NVME --capability boot_mode=uefi",
    ),
];
pub(super) const UNSET: help::Examples = &[
    ("Remove owner and lessee", "farrier node unset rack4-u12 --field owner --field lessee"),
    (
        "Remove an entry of `extra` and a trait",
        "farrier node unset rack4-u12 --extra rack --trait CUSTOM_NVME",
    ),
];

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("action", "ACTION"),
    Column::new("changed", "CHANGED"),
    Column::new("error", "ERROR").on_stderr(),
];

pub(super) fn set(args: &SetArgs, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let changes = args.changes(context)?;
    let connections = context.connect_all()?;
    let selected = args.nodes.find(context, &connections)?;
    if args.name.is_some() && selected.targets.len() > 1 {
        let message =
            format!("`--name` is for a single node, but {} nodes are selected", selected.targets.len());
        return Err(Failure::new(FailureKind::Usage, message).into());
    }
    change(&selected, &changes, &args.mode_args, view, &connections, context)
}

pub(super) fn unset(args: &UnsetArgs, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let changes = args.changes()?;
    let connections = context.connect_all()?;
    let selected = args.nodes.find(context, &connections)?;
    change(&selected, &changes, &args.mode_args, view, &connections, context)
}

fn change(
    selected: &SelectedNodes,
    changes: &NodeChanges,
    mode_args: &ChangeModeArgs,
    view: View,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let mode = if mode_args.no_verify { ChangeMode::NoVerify } else { ChangeMode::Verify };
    let deadline = mode_args.timeout.map_or_else(Deadline::none, Deadline::after);
    let limiter = TrialLimiter::default();
    let change = |driver: &Driver<'_>, name: &str| {
        if mode_args.dry_run {
            driver.plan_change(name, changes)
        } else {
            driver.change_node(name, changes, mode, &limiter)
        }
    };
    let row = |name: &str, outcome: &Outcome<ChangedNode>| row(name, outcome, mode_args.dry_run);
    selected.change(deadline, view, connections, context, change, row)
}

/// A node after its fields were changed.
#[derive(Debug, Serialize, JsonSchema)]
struct ChangedRow {
    /// The node.
    node: RowNode,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// What was done: `changed`, `unchanged` or `failed`; with `--dry-run` also `to change`.
    action: &'static str,
    /// The changed fields, such as `extra.rack`.
    changed: Vec<String>,
    /// Why it failed.
    error: Option<String>,
}

pub(super) fn answers() -> [Answer; 2] {
    ["node set", "node unset"].map(|command| Answer::of(command).list::<ChangedRow>(COLUMNS))
}

fn row(name: &str, outcome: &Outcome<ChangedNode>, is_dry_run: bool) -> ChangedRow {
    let action = |changed: &ChangedNode| match is_dry_run {
        _ if changed.fields.is_empty() => "unchanged",
        true => "to change",
        false => "changed",
    };
    match &outcome.result {
        Ok(changed) => ChangedRow {
            node: (&changed.node).into(),
            cloud: outcome.cloud.clone(),
            action: action(changed),
            changed: changed.fields.clone(),
            error: None,
        },
        Err(error) => ChangedRow {
            node: RowNode::of_error(name, error),
            cloud: outcome.cloud.clone(),
            action: "failed",
            changed: Vec::new(),
            error: batch::error_text(&outcome.result),
        },
    }
}

impl SetArgs {
    /// The changes of the options, checked by the same rules as files to enroll.
    fn changes(&self, context: &Context) -> anyhow::Result<NodeChanges> {
        let mut node = key_value::read("--field", &self.fields)?;
        if let Some(field) = node.keys().find(|field| OTHER_OPTIONS.contains(&field.as_str())) {
            return Err(has_own_option(field).into());
        }
        let fields =
            [("name", &self.name), ("driver", &self.driver), ("resource_class", &self.resource_class)];
        for (key, value) in fields {
            if let Some(value) = value
                && node.insert(key.to_owned(), json!(value)).is_some()
            {
                return Err(has_own_option(key).into());
            }
        }
        for (key, values) in [
            ("properties", key_value::read("--property", &self.properties)?),
            ("extra", key_value::read("--extra", &self.extra)?),
            ("instance_info", key_value::read("--instance-info", &self.instance_info)?),
            (
                "driver_info",
                key_value::driver_info(&self.driver_info, || key_value::read_secret(&context.ui))?,
            ),
        ] {
            if !values.is_empty() {
                node.insert(key.to_owned(), Value::Object(values));
            }
        }
        if !self.traits.is_empty() {
            node.insert("traits".to_owned(), json!(self.traits));
        }
        let capabilities = key_value::read("--capability", &self.capabilities)?;
        if node.is_empty() && capabilities.is_empty() {
            let hint = "add an option such as --property or --extra; list them: `farrier node set --help`";
            return Err(Failure::new(FailureKind::Usage, "nothing to change").hint(hint).into());
        }
        let mut changes = read(node, context)?;
        changes.capabilities =
            capabilities.into_iter().map(|(key, value)| (key, Some(text_of(&value)))).collect();
        Ok(changes)
    }
}

impl UnsetArgs {
    fn changes(&self) -> anyhow::Result<NodeChanges> {
        if let Some(field) = self.fields.iter().find(|field| OTHER_OPTIONS.contains(&field.as_str())) {
            return Err(has_own_option(field).into());
        }
        if let Some(field) =
            self.fields.iter().find(|field| schema::NODE.iter().all(|known| known.name != *field))
        {
            let message = format!("`--field {}`: unknown node field", field.escape_debug());
            return Err(Failure::new(FailureKind::Usage, message).into());
        }
        let mut changes = NodeChanges::default();
        changes.unset.extend(self.fields.iter().map(|field| vec![field.clone()]));
        for (field, keys) in MAPPINGS.iter().zip([&self.properties, &self.extra, &self.instance_info]) {
            for key in keys {
                check_key(field, key)?;
                changes.unset.push(vec![(*field).to_owned(), key.clone()]);
            }
        }
        for key in &self.driver_info {
            check_key("driver_info", key)?;
        }
        changes.access.unset.clone_from(&self.driver_info);
        changes.capabilities.extend(self.capabilities.iter().map(|key| (key.clone(), None)));
        changes.traits.extend(self.traits.iter().map(|name| (name.clone(), false)));
        let nothing = changes.unset.is_empty()
            && changes.access.unset.is_empty()
            && changes.capabilities.is_empty()
            && changes.traits.is_empty();
        if nothing {
            let hint = "add an option such as --property or --extra; list them: `farrier node unset --help`";
            return Err(Failure::new(FailureKind::Usage, "nothing to change").hint(hint).into());
        }
        Ok(changes)
    }
}

/// Checks the fields of a node like those of a file, and resolves the references in its `driver_info`.
fn read(mut node: Map<String, Value>, context: &Context) -> anyhow::Result<NodeChanges> {
    let is_driver_given = node.contains_key("driver");
    // A machine in a file needs a driver and a name or UUID; here both come from the node.
    node.entry("driver").or_insert_with(|| json!("manual-management"));
    node.insert("uuid".to_owned(), json!(uuid::Uuid::nil().to_string()));
    let environment = |name: &str| std::env::var(name).ok();
    let prompt = |question: &str| context.ui.password(question);
    let enrollment = Enrollment::from_node(Value::Object(node), &SecretResolver::new(&environment, &prompt))?;
    let machine = enrollment.machines.into_iter().next().expect("one node was read");
    let mut changes = NodeChanges::default();
    for (field, value) in machine.fields {
        if field == "uuid" || (field == "driver" && !is_driver_given) {
            continue;
        }
        match value {
            Value::Object(keys) if MAPPINGS.contains(&field.as_str()) => {
                for (key, value) in keys {
                    check_key(&field, &key)?;
                    changes.set.push((vec![field.clone(), key], value));
                }
            }
            value => changes.set.push((vec![field], value)),
        }
    }
    for key in machine.driver_info.expose().keys() {
        check_key("driver_info", key)?;
    }
    changes.access = BmcAccess { set: machine.driver_info, unset: Vec::new() };
    changes.traits = machine.traits.unwrap_or_default().into_iter().map(|name| (name, true)).collect();
    Ok(changes)
}

/// Refuses keys that a JSON patch of Ironic cannot address.
fn check_key(field: &str, key: &str) -> anyhow::Result<()> {
    if is_reachable(key) {
        return Ok(());
    }
    let message = format!(
        "`{field}` key `{}`: Ironic can change only keys of letters, digits, `_` and `-`",
        key.escape_debug()
    );
    Err(Failure::new(FailureKind::Usage, message).into())
}

fn has_own_option(field: &str) -> Failure {
    let reason = match field {
        "uuid" => "the UUID of a node cannot change".to_owned(),
        "ports" => "change ports with `farrier enroll FILE --update`".to_owned(),
        "maintenance" => "use `farrier node maintenance`".to_owned(),
        "retired" | "retired_reason" => "use `farrier node retire`".to_owned(),
        "protected" | "protected_reason" => "use `farrier node protect`".to_owned(),
        "properties" => "use `--property KEY=VALUE`".to_owned(),
        "traits" => "use `--trait NAME`".to_owned(),
        field => format!("use `--{}`", field.replace('_', "-")),
    };
    Failure::new(FailureKind::Usage, format!("`--field {field}`: {reason}"))
}
