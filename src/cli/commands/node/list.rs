//! `farrier node list`: requests only the fields that are shown.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::time::Duration;

use serde_json::{Map, Value};

use super::{NodeObject, shown};
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::connection::Connection;
use crate::cli::app::help;
use crate::cli::app::run::Finished;
use crate::cli::args::conditions::{SELECTION, WhereArgs, provision_state};
use crate::cli::args::values;
use crate::cli::commands::watch;
use crate::driver::instance::quarantine;
use crate::driver::{Drivers, Error};
use crate::ironic::Client;
use crate::ironic::condition::{Condition, Conditions, field};
use crate::ironic::node::NodeQuery;
use crate::ironic::paging::{ListProgress, has_name};
use crate::ironic::version::{Feature, Microversion};
use crate::ui::Stream;
use crate::ui::output::{CellStyle, ChangeLine, Column, View};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    selection: ListArgs,

    /// Watch the list and show changes
    ///
    /// Same as `farrier watch nodes`. On a terminal, the list is redrawn. Otherwise, each change is printed.
    #[arg(long)]
    watch: bool,

    /// Minimum interval between updates of --watch
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "2s", requires = "watch")]
    every: Duration,
}

/// Options that select the nodes to list, and how much of each to show.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ListArgs {
    /// Show all fields of each node
    #[arg(long)]
    detail: bool,

    /// Only nodes in this provision state
    #[arg(long, value_name = "STATE", value_parser = provision_state, help_heading = SELECTION)]
    state: Option<String>,

    /// Only nodes of this resource class
    #[arg(long, value_name = "CLASS", help_heading = SELECTION)]
    resource_class: Option<String>,

    /// Only nodes with this hardware type
    #[arg(long, value_name = "TYPE", help_heading = SELECTION)]
    driver: Option<String>,

    /// Only nodes with this fault
    ///
    /// For example, `power failure` or `clean failure`.
    #[arg(long, value_name = "FAULT", help_heading = SELECTION)]
    fault: Option<String>,

    /// Only nodes in maintenance
    #[arg(long, help_heading = SELECTION)]
    maintenance: bool,

    /// Only nodes in quarantine
    ///
    /// farrier quarantines a node if a deploy failed and the machine is the likely cause. The maintenance reason says how to
    /// return it to service.
    #[arg(long, help_heading = SELECTION)]
    quarantined: bool,

    #[command(flatten)]
    conditions: WhereArgs,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("All nodes", "farrier node list"),
    ("Available nodes", "farrier node list --state available"),
    (
        "Nodes in a rack with at least 256 GiB of RAM",
        "farrier node list --where extra.rack=r4 \\
         --where 'properties.memory_mb>=262144'",
    ),
    ("Nodes of two clouds", "farrier node list --os-cloud north,south"),
    ("Watch nodes that are being deployed", "farrier node list --state deploying --watch"),
    (
        "Save an inventory for `farrier schedule --inventory`",
        "farrier node list --detail -f json > inventory.json",
    ),
];

pub(in crate::cli) const COLUMNS: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("uuid", "UUID").shortened_by_rank(1),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("provision_state", "STATE").show(CellStyle::State),
    Column::new("power_state", "POWER").show(CellStyle::PowerState),
    Column::new("maintenance", "MAINT").shortened_by_rank(2),
    Column::new("resource_class", "CLASS").shortened_by_rank(3),
    Column::new("properties.cpu_arch", "ARCH").shortened_by_rank(4),
    Column::new("properties.cpus", "CPUS"),
    Column::new("properties.memory_mb", "RAM").show(CellStyle::Mib),
    Column::new("properties.local_gb", "DISK").show(CellStyle::Gib),
    Column::new("instance_uuid", "INSTANCE").shortened_by_rank(5),
    Column::new("driver", "DRIVER").on_request(),
    Column::new("conductor_group", "GROUP").on_request(),
    Column::new("owner", "OWNER").on_request(),
    Column::new("lessee", "LESSEE").on_request(),
    Column::new("traits", "TRAITS").on_request(),
    Column::new("properties.capabilities", "CAPABILITIES").on_request(),
    Column::new("target_provision_state", "TARGET").on_request(),
    Column::new("maintenance_reason", "REASON").on_request(),
    Column::new("fault", "FAULT").on_request(),
    Column::new("last_error", "LAST ERROR").on_request(),
    Column::new("reservation", "LOCKED BY").on_request(),
    Column::new("protected", "PROTECTED").on_request(),
    Column::new("retired", "RETIRED").on_request(),
    Column::new("description", "DESCRIPTION").on_request(),
    Column::new("shard", "SHARD").on_request(),
    Column::new("conductor", "CONDUCTOR").on_request(),
    Column::new("created_at", "SINCE").show(CellStyle::Time).on_request(),
    Column::new("provision_updated_at", "STATE SINCE").show(CellStyle::Time).on_request(),
];

/// With `--watch`, one object per line.
pub(super) fn answer() -> Answer {
    Answer::of("node list").list::<NodeObject>(COLUMNS).document::<ChangeLine<NodeObject>>()
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    if args.watch {
        return live(&args.selection, args.every, context);
    }
    let list = NodeList::new(&args.selection, context)?;
    let connections = context.connect_all()?;
    if let ([only], false) = (connections.members.as_slice(), connections.are_several())
        && let Some(stream) = context.ui.stream(&list.view)
    {
        return list.stream(only, stream);
    }
    let Finished { value, unreachable } = context.read(&connections, |drivers| list.rows(drivers));
    context.ui.list_of("nodes", &connections.view(list.view), value?)?;
    context.conclude(&unreachable)
}

/// Lists nodes again and again, and shows what changes.
pub(in crate::cli) fn live(selection: &ListArgs, every: Duration, context: &Context) -> anyhow::Result<()> {
    let list = NodeList::new(selection, context)?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    watch::follow(connections.view(list.view.clone()), every, context, || {
        let drivers = connections.readers(&progress);
        let rows = list.rows(&drivers)?;
        context.warn_unreachable(&drivers.unreachable());
        Ok(rows)
    })
}

impl ListArgs {
    fn conditions(&self) -> Conditions {
        let fields = [
            ("provision_state", &self.state),
            ("resource_class", &self.resource_class),
            ("driver", &self.driver),
            ("fault", &self.fault),
        ];
        let fields =
            fields.into_iter().filter_map(|(field, value)| Some(Condition::is(field, value.as_ref()?)));
        let maintenance = self.maintenance.then(|| "maintenance=true".parse().expect("it is a condition"));
        let quarantined = self.quarantined.then(|| {
            format!("maintenance_reason~{}*", quarantine::PREFIX).parse().expect("it is a condition")
        });
        self.conditions.and(fields.chain(maintenance).chain(quarantined))
    }
}

/// A list to show.
struct NodeList<'a> {
    detail: bool,
    conditions: Conditions,
    view: View,
    context: &'a Context,
}

impl<'a> NodeList<'a> {
    fn new(selection: &ListArgs, context: &'a Context) -> anyhow::Result<Self> {
        let view = context.ui.view(COLUMNS)?;
        Ok(Self { detail: selection.detail, conditions: selection.conditions(), view, context })
    }

    /// The query for one Ironic: only the fields that are shown, sorted by or needed for conditions.
    fn query(&self, client: &Client) -> Result<NodeQuery, Error> {
        let shown = self.view.keys(self.context.ui.format());
        let keys = shown.clone().unwrap_or_else(|| COLUMNS.iter().map(|column| column.key).collect());
        let mut fields = vec!["uuid", "name"];
        let mut detail = self.detail;
        for key in keys {
            let Some(field) = field::named(key.split('.').next().unwrap_or(key)) else { continue };
            if client.version() < Microversion(field.since) {
                if shown.is_some() {
                    let feature = Feature::NodeField(field.name, field.since);
                    let (address, since) = (client.address(), feature.added_in());
                    self.context.ui.warn(&format!("{feature} needs API {since} and is empty at {address}"));
                }
            } else if field.listed {
                fields.push(field.name);
            } else {
                // The field is only in detailed lists, which are slow: request one only if the column was named.
                detail |= shown.is_some();
            }
        }
        let mut seen = HashSet::new();
        fields.retain(|field| seen.insert(*field));
        let query = NodeQuery::all().fields(&fields);
        let query = if detail { query.detail() } else { query };
        self.conditions.narrow(query, client.version()).map_err(about(client))
    }

    /// The rows of the nodes of all clouds.
    fn rows(&self, drivers: &Drivers<'_>) -> Result<Vec<Value>, Error> {
        let found = drivers.ask(|driver| {
            let client = driver.client();
            let mut rows = Vec::new();
            let take = |nodes: Vec<Map<String, Value>>| {
                let nodes = nodes.into_iter().filter(|node| self.conditions.all_hold(node));
                rows.extend(nodes.map(|node| shown(node, driver.cloud())));
                ControlFlow::Continue(())
            };
            client.nodes_by_page(&self.query(client)?, take).map_err(about(client))?;
            Ok(rows)
        })?;
        Ok(found.into_iter().flat_map(|(_, rows)| rows).collect())
    }

    /// Prints the nodes of one cloud page by page, the nodes without a name last.
    fn stream(&self, only: &Connection, mut stream: Stream<'_>) -> anyhow::Result<()> {
        let (client, cloud) = (&only.client, only.cloud.as_deref());
        let query = self.query(client)?;
        let mut nameless: Vec<Value> = Vec::new();
        let mut any_named = false;
        let mut printed = Ok(());
        let listed = client.nodes_by_name(&query, |nodes| {
            any_named |= nodes.iter().any(has_name);
            let nodes = nodes.into_iter().filter(|node| self.conditions.all_hold(node));
            let (named, others): (Vec<_>, Vec<_>) = nodes.partition(has_name);
            nameless.extend(others.into_iter().map(|node| shown(node, cloud)));
            printed = stream.rows(named.into_iter().map(|node| shown(node, cloud)).collect());
            if printed.is_err() || self.context.ui.is_stdout_closed() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        let listed = listed.and_then(|progress| {
            if progress == ListProgress::UpToNameless {
                // There is more than one page of nodes without a name, and Ironic cannot order those by name.
                nameless.clear();
                client.nodes_by_page(&query, |nodes| {
                    let is_new = |node: &Map<String, Value>| !(any_named && has_name(node));
                    let nodes =
                        nodes.into_iter().filter(|node| is_new(node) && self.conditions.all_hold(node));
                    nameless.extend(nodes.map(|node| shown(node, cloud)));
                    ControlFlow::Continue(())
                })?;
            }
            Ok(())
        });
        printed?;
        stream.rows(nameless)?;
        // A list that broke off is complete as a document; the error says that nodes are missing.
        if listed.is_ok() || stream.has_begun() {
            stream.end()?;
        }
        Ok(listed.map_err(about(client))?)
    }
}

/// Adds the subject of the request to an error.
fn about(client: &Client) -> impl FnOnce(crate::ironic::Error) -> Error {
    let subject = format!("nodes at {}", client.address());
    move |source| Error::Request { subject, source }
}
