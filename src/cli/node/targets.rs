//! Which nodes a verb is for: named one by one, or by what they have in common.

use std::time::Duration;

use anyhow::bail;
use serde_json::{Map, Value, json};

use super::conditions::{Where, provision_state};
use crate::cli::connection::Connections;
use crate::cli::failure::{Failure, Kind};
use crate::cli::{Context, batch, values};
use crate::driver::consent::{Confirmed, Question, Stakes};
use crate::driver::drivers::Silent;
use crate::driver::event::NodeRef;
use crate::driver::lifecycle::Changed;
use crate::driver::{Deadline, Driver, Drivers, Error, Outcome, Purpose};
use crate::ironic::condition::{Condition, Conditions};
use crate::ironic::node::NodeQuery;
use crate::ironic::{self, Client, Node, ProvisionState};
use crate::ui::Ui;
use crate::ui::answer::{Column, Show, View};

#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct Targets {
    #[command(flatten)]
    chosen: Chosen,

    /// All nodes of this resource class
    #[arg(long, value_name = "CLASS", conflicts_with = "nodes")]
    resource_class: Option<String>,

    /// All nodes with this hardware type
    #[arg(long, value_name = "DRIVER", conflicts_with = "nodes")]
    driver: Option<String>,
}

/// Nodes by names, or by what is not an option of its own wherever nodes are chosen.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Chosen {
    /// The nodes, by name or UUID; `-` reads names from standard input
    #[arg(value_name = "NODE", conflicts_with_all = ["state", "fault", "conditions"])]
    nodes: Vec<String>,

    /// All nodes in this provision state, in Ironic's words
    #[arg(long, value_name = "STATE", value_parser = provision_state)]
    state: Option<String>,

    /// All nodes with this fault, as `power failure` or `clean failure`
    #[arg(long, value_name = "FAULT")]
    fault: Option<String>,

    #[command(flatten)]
    conditions: Where,
}

#[derive(Debug, clap::Args)]
pub(super) struct Waiting {
    /// Return once Ironic has accepted it
    #[arg(long)]
    pub(super) no_wait: bool,

    /// How long to wait; the operation goes on in Ironic after that
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    timeout: Option<Duration>,
}

impl Waiting {
    pub(super) fn deadline(&self) -> Deadline {
        self.timeout.map_or_else(Deadline::none, Deadline::after)
    }
}

/// Which nodes are asked for.
pub(in crate::cli) enum Asked {
    /// These, by names or UUIDs, each once.
    Named(Vec<String>),
    /// All of which this is true; all where nothing is said.
    Where(Conditions),
}

/// A node to be worked on.
pub(super) struct Target {
    /// What it is called: as the operator named it, or else by its name.
    pub(super) name: String,
    /// Its UUID and the cloud it is in, where a selector found it.
    place: Option<(String, Option<String>)>,
}

impl Target {
    /// Does the work where the node is, by the name that stands for it there.
    pub(super) fn on<'a, T>(
        &self,
        drivers: &Drivers<'a>,
        purpose: Purpose,
        work: impl FnOnce(&Driver<'a>, &str) -> Result<T, Error>,
    ) -> Outcome<T> {
        match &self.place {
            // By its UUID: a name may be another node's by now.
            Some((uuid, cloud)) => drivers.in_cloud(cloud.as_deref(), &self.name, |driver| {
                driver.label(&NodeRef { uuid: uuid.clone(), name: Some(self.name.clone()) });
                work(driver, uuid)
            }),
            None => drivers.on_node(&self.name, purpose, |driver| work(driver, &self.name)),
        }
    }
}

/// The nodes that are meant.
pub(super) struct Meant {
    /// The nodes; none where a selector matches none.
    pub(super) targets: Vec<Target>,
    /// The clouds of whose nodes it is not known.
    silent: Vec<Silent>,
}

impl Meant {
    /// The clouds that could not be asked, now or when nodes were looked for.
    pub(super) fn silent(&self, later: Vec<Silent>) -> Vec<Silent> {
        let mut silent = self.silent.clone();
        silent.extend(
            later.into_iter().filter(|later| self.silent.iter().all(|known| known.cloud != later.cloud)),
        );
        silent
    }
}

/// What is at stake on nodes.
pub(super) struct Stake {
    /// What is told first, a line each.
    pub(super) said: Vec<String>,
    /// What is told before each node.
    pub(super) told: String,
    /// What becomes of the data of an instance on it.
    pub(super) data: &'static str,
    pub(super) stakes: Stakes,
    pub(super) operation: &'static str,
}

impl Meant {
    /// Tells what would be lost on the nodes, and asks whether it may be. `None` where no node is meant: there is nothing
    /// to ask, and the answer is given.
    pub(super) fn consent(
        &self,
        stake: &Stake,
        view: &View,
        connections: &Connections,
        context: &Context,
    ) -> anyhow::Result<Option<Confirmed>> {
        if self.targets.is_empty() {
            context.ui.list(&connections.view(view.clone()), Vec::new())?;
            context.conclude(&self.silent)?;
            return Ok(None);
        }
        stake.said.iter().for_each(|said| context.ui.note(said));
        preview(context, connections, &self.targets, (&stake.told, stake.data), |_| true);
        let names = self.targets.iter().map(|target| target.name.clone()).collect();
        Ok(Some(context.ui.confirm(&Question::new(stake.stakes, stake.operation, names))?))
    }

    /// Tells which of the nodes are cleaned on their way to `available`. Nobody is asked about that: a node from which data
    /// may not go has its automated cleaning off, and no instance is on one that can be provided.
    pub(super) fn tell_of_cleaning(&self, connections: &Connections, context: &Context) {
        let told = "automated cleaning, where it is on, may erase what is on the disks of";
        let is_cleaned = |node: &Node| {
            node.provision_state == ProvisionState::Manageable && node.automated_clean != Some(false)
        };
        preview(context, connections, &self.targets, (told, ""), is_cleaned);
    }
}

impl Targets {
    /// Takes `set` or `unset` away from before the names, as in `openstack baremetal node maintenance unset NODE`; says
    /// which it was.
    pub(super) fn take_set_or_unset(&mut self) -> Option<bool> {
        let nodes = &mut self.chosen.nodes;
        let is_set = match nodes.first().map(String::as_str) {
            Some("set") => true,
            Some("unset") => false,
            _ => return None,
        };
        // Alone it is the name of a node.
        (nodes.len() > 1).then(|| {
            nodes.remove(0);
            is_set
        })
    }

    /// Whether names are read from standard input.
    pub(super) fn are_read(&self) -> bool {
        self.chosen.nodes.iter().any(|name| name == "-")
    }

    /// The nodes that are meant. That there are none is said.
    pub(super) fn find(&self, context: &Context, connections: &Connections) -> anyhow::Result<Meant> {
        let selectors = "--state, --resource-class, --driver, --fault or --where";
        self.chosen.find_with(&self.words(), selectors, context, connections)
    }

    fn words(&self) -> [(&'static str, &Option<String>); 2] {
        [("resource_class", &self.resource_class), ("driver", &self.driver)]
    }

    /// What was said, for whoever looks for the nodes by itself.
    pub(in crate::cli) fn asked(&self, ui: &Ui) -> anyhow::Result<Asked> {
        if self.chosen.nodes.is_empty() {
            return Ok(Asked::Where(self.chosen.conditions(&self.words())));
        }
        batch::names(&self.chosen.nodes, ui).map(Asked::Named)
    }
}

impl Chosen {
    /// The nodes that are meant. That there are none is said.
    pub(super) fn find(&self, context: &Context, connections: &Connections) -> anyhow::Result<Meant> {
        self.find_with(&[], "--state, --fault or --where", context, connections)
    }

    /// What nodes must be, these fields being these words among it.
    fn conditions(&self, words: &[(&str, &Option<String>)]) -> Conditions {
        let own = [("provision_state", &self.state), ("fault", &self.fault)];
        let words = own.iter().chain(words);
        self.conditions.and(words.filter_map(|(field, word)| Some(Condition::is(field, word.as_ref()?))))
    }

    /// The same, where these fields too have words that they must be.
    fn find_with(
        &self,
        words: &[(&str, &Option<String>)],
        selectors: &str,
        context: &Context,
        connections: &Connections,
    ) -> anyhow::Result<Meant> {
        let conditions = self.conditions(words);
        let mut silent = Vec::new();
        let targets: Vec<Target> = if conditions.is_empty() {
            if self.nodes.is_empty() {
                let hint = format!("name nodes, or select them with {selectors}");
                bail!(Failure::new(Kind::Usage, "no node is named").hint(hint));
            }
            let names = batch::names(&self.nodes, &context.ui)?;
            look_up(&names, context, connections)?;
            names.into_iter().map(|name| Target { name, place: None }).collect()
        } else {
            let progress = context.ui.progress();
            let readers = connections.readers(&progress);
            let found = readers.ask(|driver| {
                let client = driver.client();
                let subject = || format!("nodes at {}", client.address());
                meant_at(client, &conditions).map_err(|source| Error::Request { subject: subject(), source })
            })?;
            silent = readers.silent();
            let target = |node: NodeRef, cloud: Option<String>| Target {
                name: node.name.unwrap_or_else(|| node.uuid.clone()),
                place: Some((node.uuid, cloud)),
            };
            let all = found
                .into_iter()
                .flat_map(|(cloud, nodes)| nodes.into_iter().map(move |node| target(node, cloud.clone())));
            // Ironic lists them as they were enrolled.
            let mut all: Vec<Target> = all.collect();
            all.sort_by(|one, other| (&one.name, &one.place).cmp(&(&other.name, &other.place)));
            all
        };
        if targets.is_empty() {
            context.ui.note("no node is meant by that; nothing was done");
        }
        Ok(Meant { targets, silent })
    }
}

/// Refuses names of which there is no node, before any of the others is changed.
fn look_up(names: &[String], context: &Context, connections: &Connections) -> anyhow::Result<()> {
    if names.len() == 1 {
        // The work itself looks it up.
        return Ok(());
    }
    let progress = context.ui.progress();
    let readers = connections.readers(&progress);
    batch::look_up(context.global.jobs, "node", names, |name| {
        readers.on_node(name, Purpose::Change, |driver| driver.known_node(name)).result.map(drop)
    })
}

/// The nodes of one Ironic for which the conditions hold. No more of each is kept than what it is called.
fn meant_at(client: &Client, conditions: &Conditions) -> Result<Vec<NodeRef>, ironic::Error> {
    let query = conditions.narrow(NodeQuery::all().fields(&["uuid", "name"]), client.version())?;
    let mut meant = Vec::new();
    client.each_node(&query, |node: Map<String, Value>| {
        if conditions.hold(&node) {
            let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
            meant.extend(text("uuid").map(|uuid| NodeRef { uuid, name: text("name") }));
        }
    })?;
    Ok(meant)
}

pub(super) const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(Show::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("provision_state", "STATE").show(Show::State),
    Column::new("action", "ACTION"),
    Column::new("error", "ERROR").told_on_stderr(),
];

/// The name as the node's, where nothing more is known of it.
pub(super) fn named(name: &str, error: &Error) -> Value {
    error.node().map_or_else(|| json!({"uuid": null, "name": name}), |node: &NodeRef| json!(node))
}

/// The rows of an answer.
pub(super) fn rows(targets: &[Target], outcomes: &[Outcome<Changed>]) -> Vec<Value> {
    let row = |(target, outcome): (&Target, &Outcome<Changed>)| match &outcome.result {
        Ok(changed) => json!({
            "node": changed.node,
            "cloud": outcome.cloud,
            "provision_state": changed.state,
            "action": changed.action.as_str(),
            "error": null,
        }),
        Err(error) => json!({
            "node": named(&target.name, error),
            "cloud": outcome.cloud,
            "provision_state": error.state(),
            "action": "failed",
            "error": batch::error_text(&outcome.result),
        }),
    };
    targets.iter().zip(outcomes).map(row).collect()
}

/// Tells what is known of what would be lost on each node.
fn preview(
    context: &Context,
    connections: &Connections,
    targets: &[Target],
    (told, data): (&str, &str),
    concerns: impl Fn(&Node) -> bool,
) {
    let progress = context.ui.progress();
    let drivers = connections.readers(&progress);
    let nodes = batch::each(context.global.jobs, targets, |target| {
        target.on(&drivers, Purpose::Look, Driver::named_node)
    });
    drop(progress);
    // What cannot be seen now is told of when it is to be changed.
    for node in nodes.into_iter().filter_map(|outcome| outcome.result.ok()).filter(concerns) {
        let what = format!("`{}`; {}{}", node.provision_state, instance(&node, data), disks(&node));
        context.ui.note(&format!("{told} {} ({what})", node.label()));
    }
}

/// The instance that a node has, and what becomes of its data.
fn instance(node: &Node, data: &str) -> String {
    let Some(uuid) = &node.instance_uuid else { return String::new() };
    let name = node.display_name();
    match name {
        Some(name) => format!("instance {name} ({uuid}), {data}; "),
        None => format!("instance {uuid}, {data}; "),
    }
}

/// The disks of a node, as far as Ironic knows them.
fn disks(node: &Node) -> String {
    let property = |key: &str| node.properties.get(key).filter(|value| !value.is_null());
    let size = property("local_gb").map(|size| {
        let size = size.as_str().map_or_else(|| size.to_string(), str::to_owned);
        format!("a root disk of {size} GB")
    });
    match (property("root_device"), size) {
        (Some(hints), Some(size)) => format!("{size}, by the hints {hints}"),
        (Some(hints), None) => format!("a root disk by the hints {hints}"),
        (None, Some(size)) => size,
        (None, None) => "disks not known".to_owned(),
    }
}
