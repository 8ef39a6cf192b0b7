//! The nodes that a command works on: by name, or selected by state, fault and conditions.

use std::time::Duration;

use anyhow::bail;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::conditions::{SELECTION, WhereArgs, provision_state};
use crate::cli::Context;
use crate::cli::app::answers::{Answer, RowNode};
use crate::cli::app::batch;
use crate::cli::app::connection::Connections;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::run::{Finished, Outcomes};
use crate::cli::args::values;
use crate::driver::clouds::UnreachableCloud;
use crate::driver::confirmation::{Confirmed, Consequences, Question};
use crate::driver::node::lifecycle::ChangedState;
use crate::driver::watch::event::NodeRef;
use crate::driver::{Deadline, Driver, Drivers, Error, ObjectKind, Outcome, Purpose};
use crate::ironic::condition::{Condition, Conditions};
use crate::ironic::node::{NodeQuery, text_of};
use crate::ironic::{self, Client, Node, ProvisionState};
use crate::ui::Ui;
use crate::ui::output::{CellStyle, Column, View};

#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct TargetArgs {
    #[command(flatten)]
    nodes: NodeArgs,

    /// Only nodes of this resource class
    #[arg(long, value_name = "CLASS", conflicts_with = "nodes", help_heading = SELECTION)]
    resource_class: Option<String>,

    /// Only nodes with this hardware type
    #[arg(long, value_name = "TYPE", conflicts_with = "nodes", help_heading = SELECTION)]
    driver: Option<String>,
}

/// The options that select nodes in every command; [`TargetArgs`] adds more.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct NodeArgs {
    /// Nodes, by name or UUID; `-` reads names from stdin
    ///
    /// Give names, or select nodes with the options under "Selection".
    #[arg(value_name = "NODE", conflicts_with_all = ["state", "fault", "conditions"])]
    nodes: Vec<String>,

    /// Only nodes in this provision state
    #[arg(long, value_name = "STATE", value_parser = provision_state, help_heading = SELECTION)]
    state: Option<String>,

    /// Only nodes with this fault
    ///
    /// For example, `power failure` or `clean failure`.
    #[arg(long, value_name = "FAULT", help_heading = SELECTION)]
    fault: Option<String>,

    #[command(flatten)]
    conditions: WhereArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct WaitArgs {
    /// Do not wait for the operation to finish
    #[arg(long)]
    pub(crate) no_wait: bool,

    /// Timeout (default: none)
    ///
    /// The operation continues in Ironic after the timeout.
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    timeout: Option<Duration>,
}

impl WaitArgs {
    pub(crate) fn deadline(&self) -> Deadline {
        self.timeout.map_or_else(Deadline::none, Deadline::after)
    }
}

/// The nodes that the options select.
pub(in crate::cli) enum NodeSelection {
    /// These names or UUIDs, without duplicates.
    Named(Vec<String>),
    /// The nodes that match these conditions; all nodes if there are none.
    Where(Conditions),
}

/// A node to work on.
pub(crate) struct TargetNode {
    /// The name or UUID that the operator gave, or else the name of the node.
    pub(crate) name: String,
    /// Its UUID and its cloud, if conditions selected it.
    place: Option<(String, Option<String>)>,
}

impl TargetNode {
    /// Runs `work` in the cloud of the node, with the name or UUID to use there.
    pub(crate) fn run_in_cloud<'a, T>(
        &self,
        drivers: &Drivers<'a>,
        purpose: Purpose,
        work: impl FnOnce(&Driver<'a>, &str) -> Result<T, Error>,
    ) -> Outcome<T> {
        match &self.place {
            // By UUID: another node may have the name by now.
            Some((uuid, cloud)) => drivers.in_cloud(cloud.as_deref(), &self.name, |driver| {
                driver.label(&NodeRef { uuid: uuid.clone(), name: Some(self.name.clone()) });
                work(driver, uuid)
            }),
            None => drivers.on_node(&self.name, purpose, |driver| work(driver, &self.name)),
        }
    }
}

/// The selected nodes.
pub(crate) struct SelectedNodes {
    /// The nodes; empty if no node matches.
    pub(crate) targets: Vec<TargetNode>,
    /// The unreachable clouds, whose nodes are unknown.
    unreachable: Vec<UnreachableCloud>,
}

impl SelectedNodes {
    /// All unreachable clouds: those of the selection, and `later` ones.
    pub(crate) fn unreachable(&self, later: Vec<UnreachableCloud>) -> Vec<UnreachableCloud> {
        let mut unreachable = self.unreachable.clone();
        unreachable.extend(
            later.into_iter().filter(|later| self.unreachable.iter().all(|known| known.cloud != later.cloud)),
        );
        unreachable
    }

    /// Changes each node, prints a row for each, and ends the command with the errors.
    pub(crate) fn change<T: Send, R: Serialize>(
        &self,
        deadline: Deadline,
        view: View,
        connections: &Connections,
        context: &Context,
        change: impl Fn(&Driver<'_>, &str) -> Result<T, Error> + Sync,
        row: impl Fn(&str, &Outcome<T>) -> R,
    ) -> anyhow::Result<()> {
        let Finished { value, unreachable } = context.change(connections, deadline, |drivers| {
            batch::each(context.global.jobs, &self.targets, |target| {
                target.run_in_cloud(drivers, Purpose::Change, &change)
            })
        });
        let names = self.targets.iter().map(|target| target.name.clone());
        let outcomes =
            Outcomes { targets: names.zip(value).collect(), unreachable: self.unreachable(unreachable) };
        outcomes.print(view, connections, context, row)
    }
}

/// What an operation does to nodes, for the prompt.
pub(crate) struct NodeConsequence {
    /// Lines to print first.
    pub(crate) notes: Vec<String>,
    /// The text before each node.
    pub(crate) prefix: String,
    /// What happens to the data of an instance on the node.
    pub(crate) data: &'static str,
    pub(crate) consequences: Consequences,
    pub(crate) operation: &'static str,
}

impl SelectedNodes {
    /// Shows what would be lost on the nodes, and asks for confirmation. `None` if no node is selected: then the empty list
    /// is already printed.
    pub(crate) fn consent(
        &self,
        consequence: &NodeConsequence,
        view: &View,
        connections: &Connections,
        context: &Context,
    ) -> anyhow::Result<Option<Confirmed>> {
        if self.targets.is_empty() {
            context.ui.list(&connections.view(view.clone()), Vec::<ChangedStateRow>::new())?;
            context.conclude(&self.unreachable)?;
            return Ok(None);
        }
        consequence.notes.iter().for_each(|note| context.ui.note(note));
        preview(context, connections, &self.targets, (&consequence.prefix, consequence.data), |_| true);
        let names = self.targets.iter().map(|target| target.name.clone()).collect();
        let question =
            Question::new(consequence.consequences, consequence.operation, names).with_noun("node");
        Ok(Some(context.ui.confirm(&question)?))
    }

    /// Notes which nodes are cleaned on their way to `available`. It does not ask: operators disable automated cleaning on
    /// nodes whose data must stay, and a node that can be provided has no instance.
    pub(crate) fn note_cleaning(&self, connections: &Connections, context: &Context) {
        let prefix = "automated cleaning, if enabled, may erase the disks of";
        let is_cleaned = |node: &Node| {
            node.provision_state == ProvisionState::Manageable && node.automated_clean != Some(false)
        };
        preview(context, connections, &self.targets, (prefix, ""), is_cleaned);
    }
}

impl TargetArgs {
    /// Removes a leading `set` or `unset`, as in `openstack baremetal node maintenance unset NODE`. Returns whether it was
    /// `set`.
    pub(crate) fn take_set_or_unset(&mut self) -> Option<bool> {
        let nodes = &mut self.nodes.nodes;
        let is_set = match nodes.first().map(String::as_str) {
            Some("set") => true,
            Some("unset") => false,
            _ => return None,
        };
        // A single word is the name of a node.
        (nodes.len() > 1).then(|| {
            nodes.remove(0);
            is_set
        })
    }

    /// Whether names are read from standard input.
    pub(crate) fn read_stdin(&self) -> bool {
        self.nodes.nodes.iter().any(|name| name == "-")
    }

    /// The selected nodes. Prints a note if there are none.
    pub(crate) fn find(&self, context: &Context, connections: &Connections) -> anyhow::Result<SelectedNodes> {
        let selectors = "--state, --resource-class, --driver, --fault or --where";
        self.nodes.find_with(&self.fields(), selectors, context, connections)
    }

    fn fields(&self) -> [(&'static str, &Option<String>); 2] {
        [("resource_class", &self.resource_class), ("driver", &self.driver)]
    }

    /// The selection itself, for callers that look for the nodes themselves.
    pub(in crate::cli) fn selection(&self, ui: &Ui) -> anyhow::Result<NodeSelection> {
        if self.nodes.nodes.is_empty() {
            return Ok(NodeSelection::Where(self.nodes.conditions(&self.fields())));
        }
        batch::names(&self.nodes.nodes, ui).map(NodeSelection::Named)
    }
}

impl NodeArgs {
    /// The selected nodes. Prints a note if there are none.
    pub(crate) fn find(&self, context: &Context, connections: &Connections) -> anyhow::Result<SelectedNodes> {
        self.find_with(&[], "--state, --fault or --where", context, connections)
    }

    /// The conditions of all options, and of these fields.
    fn conditions(&self, fields: &[(&str, &Option<String>)]) -> Conditions {
        let own = [("provision_state", &self.state), ("fault", &self.fault)];
        let fields = own.iter().chain(fields);
        self.conditions.and(fields.filter_map(|(field, value)| Some(Condition::is(field, value.as_ref()?))))
    }

    /// Like [`NodeArgs::find`], with conditions on more fields.
    fn find_with(
        &self,
        fields: &[(&str, &Option<String>)],
        selectors: &str,
        context: &Context,
        connections: &Connections,
    ) -> anyhow::Result<SelectedNodes> {
        let conditions = self.conditions(fields);
        let mut unreachable = Vec::new();
        let targets: Vec<TargetNode> = if conditions.is_empty() {
            if self.nodes.is_empty() {
                let hint = format!("name nodes, or select them with {selectors}");
                bail!(Failure::new(FailureKind::Usage, "no nodes given").hint(hint));
            }
            let names = batch::names(&self.nodes, &context.ui)?;
            look_up(&names, context, connections)?;
            names.into_iter().map(|name| TargetNode { name, place: None }).collect()
        } else {
            let progress = context.ui.progress();
            let readers = connections.readers(&progress);
            let found = readers.ask(|driver| {
                let client = driver.client();
                let subject = || format!("nodes at {}", client.address());
                matching(client, &conditions).map_err(|source| Error::Request { subject: subject(), source })
            })?;
            unreachable = readers.unreachable();
            let target = |node: NodeRef, cloud: Option<String>| TargetNode {
                name: node.label().to_owned(),
                place: Some((node.uuid, cloud)),
            };
            let all = found
                .into_iter()
                .flat_map(|(cloud, nodes)| nodes.into_iter().map(move |node| target(node, cloud.clone())));
            // Ironic lists nodes in the order of their enrollment.
            let mut all: Vec<TargetNode> = all.collect();
            all.sort_by(|one, other| (&one.name, &one.place).cmp(&(&other.name, &other.place)));
            all
        };
        if targets.is_empty() {
            context.ui.note("no node matches; nothing was changed");
        }
        Ok(SelectedNodes { targets, unreachable })
    }
}

/// Fails if a name is unknown, before any node is changed.
fn look_up(names: &[String], context: &Context, connections: &Connections) -> anyhow::Result<()> {
    if names.len() == 1 {
        // The operation itself looks it up.
        return Ok(());
    }
    let progress = context.ui.progress();
    let readers = connections.readers(&progress);
    batch::look_up(context.global.jobs, ObjectKind::Node, names, |name| {
        readers.on_node(name, Purpose::Change, |driver| driver.known_node(name)).result.map(drop)
    })
}

/// The name and UUID of the nodes of one Ironic that match the conditions.
fn matching(client: &Client, conditions: &Conditions) -> Result<Vec<NodeRef>, ironic::Error> {
    let query = conditions.narrow(NodeQuery::all().fields(&["uuid", "name"]), client.version())?;
    let mut found = Vec::new();
    client.each_node(&query, |node: Map<String, Value>| {
        if conditions.all_hold(&node) {
            let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
            found.extend(text("uuid").map(|uuid| NodeRef { uuid, name: text("name") }));
        }
    })?;
    Ok(found)
}

pub(crate) const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("provision_state", "STATE").show(CellStyle::State),
    Column::new("action", "ACTION"),
    Column::new("error", "ERROR").on_stderr(),
];

/// A node after its provision state was changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ChangedStateRow {
    /// The node.
    node: RowNode,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The provision state; null if the node is deleted, or the state is unknown.
    provision_state: Option<String>,
    /// What was done, or `failed`.
    action: &'static str,
    /// Why it failed.
    error: Option<String>,
}

/// The row of a node after its provision state was changed.
pub(crate) fn row(name: &str, outcome: &Outcome<ChangedState>) -> ChangedStateRow {
    let cloud = outcome.cloud.clone();
    match &outcome.result {
        Ok(changed) => ChangedStateRow {
            node: (&changed.node).into(),
            cloud,
            provision_state: changed.state.as_ref().map(ToString::to_string),
            action: changed.action.as_str(),
            error: None,
        },
        Err(error) => ChangedStateRow {
            node: RowNode::of_error(name, error),
            cloud,
            provision_state: error.state().map(str::to_owned),
            action: "failed",
            error: batch::error_text(&outcome.result),
        },
    }
}

/// The answers of the commands that change the provision state of nodes.
pub(crate) fn answers() -> impl Iterator<Item = Answer> {
    const COMMANDS: [&str; 9] = [
        "node manage",
        "node provide",
        "node inspect",
        "node clean",
        "node service",
        "node adopt",
        "node abort",
        "node unhold",
        "node delete",
    ];
    COMMANDS.into_iter().map(|command| Answer::of(command).list::<ChangedStateRow>(COLUMNS))
}

/// Shows what could be lost on each node: its state, instance and disks.
fn preview(
    context: &Context,
    connections: &Connections,
    targets: &[TargetNode],
    (prefix, data): (&str, &str),
    concerns: impl Fn(&Node) -> bool,
) {
    let nodes = context.read(connections, |drivers| {
        batch::each(context.global.jobs, targets, |target| {
            target.run_in_cloud(drivers, Purpose::Look, Driver::named_node)
        })
    });
    // Errors are reported later, when the node is changed.
    for node in nodes.value.into_iter().filter_map(|outcome| outcome.result.ok()).filter(concerns) {
        let details = format!("`{}`; {}{}", node.provision_state, instance(&node, data), disks(&node));
        context.ui.note(&format!("{prefix} {} ({details})", node.label()));
    }
}

/// The instance on a node, and what happens to its data.
fn instance(node: &Node, data: &str) -> String {
    let Some(uuid) = &node.instance_uuid else { return String::new() };
    let name = node.display_name();
    match name {
        Some(name) => format!("instance {name} ({uuid}), {data}; "),
        None => format!("instance {uuid}, {data}; "),
    }
}

/// The root disk of a node, as far as Ironic knows it.
fn disks(node: &Node) -> String {
    let property = |key: &str| node.properties.get(key).filter(|value| !value.is_null());
    let size = property("local_gb").map(|size| format!("root disk: {} GiB", text_of(size)));
    match (property("root_device"), size) {
        (Some(hints), Some(size)) => format!("{size}, hints {hints}"),
        (Some(hints), None) => format!("root disk hints: {hints}"),
        (None, Some(size)) => size,
        (None, None) => "disks unknown".to_owned(),
    }
}
