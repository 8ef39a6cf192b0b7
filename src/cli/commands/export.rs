//! `farrier export`: export nodes to a file for `farrier enroll`.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::batch;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::help;
use crate::cli::args::node_targets::{NodeSelection, TargetArgs};
use crate::counts::{agreeing, counted, first_few};
use crate::driver::{Error, ObjectKind};
use crate::inventory::export::{Export, IronicObjects};
use crate::ironic::condition::Conditions;
use crate::ironic::node::NodeQuery;
use crate::ironic::version::CHILD_NODES;
use crate::ironic::{self, Client};
use crate::state_dir::files;
use crate::ui::output::OutputFormat;

/// For more nodes than this, one list of all ports costs less than one request per node.
const MAX_SINGLE_REQUESTS: usize = 4;

/// The number of nodes that a note names.
const NAMED: usize = 3;

/// Export nodes to a file for `farrier enroll`
///
/// Exports all nodes, or the selected ones, with their chassis, ports, port groups and traits, in the format of
/// `openstack baremetal create`. Writes YAML, or JSON with `-f json`. Use the file as a backup, to compare it with
/// Ironic later, or to enroll the nodes in another Ironic. Default values are omitted. States, instances, RAID and
/// other data that cannot be enrolled are skipped, and a note lists them. Volumes, BIOS settings and inspection data are not
/// exported. The output is deterministic.
///
/// The file has no secrets, because Ironic does not show them. Each secret is a variable such as `${NODE_KEY}`, which
/// `farrier enroll` reads from the environment. You can replace it with `{file: PATH}` or
/// `{command: [PROGRAM, ARGUMENT...]}`.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[2, 5]))]
#[command(mut_arg("nodes", |nodes| help::with_other_summary(nodes, "Nodes, by name or UUID (default: all); `-` reads stdin")))]
pub(crate) struct Args {
    #[command(flatten)]
    targets: TargetArgs,

    /// Output file (default: stdout)
    ///
    /// An existing file is replaced. Only its owner can read the file.
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
}

const EXAMPLES: help::Examples = &[
    ("Export all nodes", "farrier export -o nodes.yaml"),
    ("Compare the file with Ironic later", "farrier enroll nodes.yaml --dry-run"),
    ("Export the nodes of a rack as JSON", "farrier export --where extra.rack=r4 -f json"),
];

/// A file for `farrier enroll`, in the format of `openstack baremetal create`.
#[derive(Debug, Serialize, JsonSchema)]
struct ExportFile {
    /// The nodes with their ports, port groups and traits.
    nodes: Vec<Map<String, Value>>,
    /// The other keys, such as `chassis`.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

pub(super) fn answer() -> Answer {
    Answer::of("export").document::<ExportFile>()
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let is_json = match context.ui.format() {
        OutputFormat::Table | OutputFormat::Yaml => false,
        OutputFormat::Json => true,
        OutputFormat::Csv | OutputFormat::Value => {
            let message = "`export` writes YAML, or JSON with `-f json`";
            return Err(Failure::new(FailureKind::Usage, message).into());
        }
    };
    let selection = args.targets.selection(&context.ui)?;
    let client = context.connect()?.client;
    let objects = read(&client, &selection, context)?;
    let count = objects.nodes.len();
    let types = client.drivers_in_detail().unwrap_or_else(|_| {
        context.ui.note(
            "this user cannot see the default interfaces of hardware types: all interfaces are exported",
        );
        Vec::new()
    });
    let default = |driver: &str, field: &str| {
        types.iter().find(|kind| kind.name == driver)?.default_of(field).map(str::to_owned)
    };
    let export = Export::of(objects, default);
    let text = if is_json { export.json() } else { export.yaml() };
    match &args.output {
        Some(path) => {
            replace(path, &text).map_err(|error| {
                let message = format!("cannot write {}: {error}", path.display());
                Failure::new(FailureKind::Usage, message)
            })?;
            context.ui.note(&format!("{} written to {}", counted(count, "node"), path.display()));
        }
        None => context.ui.text(&text)?,
    }
    print_notes(&export, context);
    let name = args.output.as_ref().map_or_else(|| "export".into(), |path| path.display().to_string());
    for error in export.enroll_errors(&name, text) {
        context.ui.warn(&format!("cannot be enrolled again: {error}"));
    }
    Ok(())
}

/// Prints what the file does not have.
fn print_notes(export: &Export, context: &Context) {
    if !export.hidden_driver_info.is_empty() {
        let nodes = export.hidden_driver_info.join(", ");
        context.ui.warn(&format!("`driver_info` of {nodes} is not exported: this user cannot see it"));
    }
    if !export.withheld.is_empty() {
        let places = export.withheld.join(", ");
        context.ui.warn(&format!(
            "not exported, because `farrier enroll` would read the value as a reference, or it is a secret: {places}"
        ));
    }
    if !export.not_enrollable.is_empty() {
        let describe =
            |(what, nodes): (&&str, &Vec<String>)| format!("the {what} of {}", first_few(nodes, NAMED));
        let all: Vec<String> = export.not_enrollable.iter().map(describe).collect();
        let has_state = export.not_enrollable.contains_key("provision state");
        let end = if has_state { "; `farrier enroll` makes all nodes `available`" } else { "" };
        context.ui.note(&format!("the file does not contain {}{end}", all.join("; ")));
    }
    if let [first, ..] = export.variables.as_slice() {
        let count = export.variables.len();
        let (secrets, are) = (counted(count, "secret"), agreeing(count, "is", "are"));
        context.ui.note(&format!(
            "{secrets} {are} not in the file: set environment variables such as `{first}` before you run `farrier enroll`, or replace \
             them with `{{file: PATH}}` or `{{command: [PROGRAM, ARGUMENT...]}}`"
        ));
    }
}

/// Reads the nodes with their ports, port groups and chassis.
fn read(client: &Client, selection: &NodeSelection, context: &Context) -> anyhow::Result<IronicObjects> {
    let nodes = match selection {
        NodeSelection::Named(names) => named(client, names)?,
        NodeSelection::Where(conditions) => matching(client, conditions).map_err(about(client, "nodes"))?,
    };
    let of_node =
        |key: &'static str| nodes.iter().filter_map(move |node| node.get(key)?.as_str().map(str::to_owned));
    let mut objects = IronicObjects::default();
    if nodes.len() <= MAX_SINGLE_REQUESTS {
        for uuid in of_node("uuid") {
            objects.ports.extend(client.ports(Some(&uuid)).map_err(about(client, "ports"))?);
            objects.portgroups.extend(client.portgroups(Some(&uuid)).map_err(about(client, "port groups"))?);
        }
    } else {
        objects.ports = client.ports(None).map_err(about(client, "ports"))?;
        objects.portgroups = client.portgroups(None).map_err(about(client, "port groups"))?;
    }
    let is_all = matches!(selection, NodeSelection::Where(conditions) if conditions.is_empty());
    let used: HashSet<String> = of_node("chassis_uuid").collect();
    if is_all || !used.is_empty() {
        objects.chassis = chassis(client, context)?;
        let has_nodes = |chassis: &Map<String, Value>| {
            chassis.get("uuid").and_then(Value::as_str).is_some_and(|uuid| used.contains(uuid))
        };
        objects.chassis.retain(|chassis| is_all || has_nodes(chassis));
    }
    objects.nodes = nodes;
    Ok(objects)
}

/// All chassis; none if this user cannot see them. Nodes then still have their `chassis_uuid`.
fn chassis(client: &Client, context: &Context) -> Result<Vec<Map<String, Value>>, Error> {
    // The 403 names the policy; so does the 500 that Ironic 39 sends to users of projects, and which would be retried.
    match client.without_repeats().all_chassis() {
        Err(error) if error.text().contains("baremetal:chassis:get") => {
            context.ui.warn("chassis are not exported: this user cannot see them");
            Ok(Vec::new())
        }
        Err(_) => client.all_chassis().map_err(about(client, "chassis")),
        chassis => chassis.map_err(about(client, "chassis")),
    }
}

/// Adds the subject of the request to an error.
fn about(client: &Client, what: &str) -> impl FnOnce(ironic::Error) -> Error {
    let subject = format!("{what} at {}", client.address());
    move |source| Error::Request { subject, source }
}

/// The nodes with these names or UUIDs, without duplicates.
fn named(client: &Client, names: &[String]) -> anyhow::Result<Vec<Map<String, Value>>> {
    let is_called = |node: &Map<String, Value>, name: &str| {
        ["name", "uuid"].iter().any(|key| node.get(*key).and_then(Value::as_str) == Some(name))
    };
    let mut nodes: Vec<Map<String, Value>> = Vec::new();
    if names.len() <= MAX_SINGLE_REQUESTS {
        for name in names {
            if nodes.iter().any(|node| is_called(node, name)) {
                continue;
            }
            match client.node_whole(name) {
                Err(error) if error.is_not_found() => return Err(unknown(name).into()),
                node => nodes.push(node.map_err(|source| Error::Request { subject: name.clone(), source })?),
            }
        }
        return Ok(nodes);
    }
    nodes = matching(client, &Conditions::default()).map_err(about(client, "nodes"))?;
    if let Some(name) = names.iter().find(|name| !nodes.iter().any(|node| is_called(node, name))) {
        return Err(unknown(name).into());
    }
    nodes.retain(|node| names.iter().any(|name| is_called(node, name)));
    Ok(nodes)
}

fn unknown(name: &str) -> Failure {
    Failure::new(FailureKind::NotFound, ObjectKind::Node.not_found(name)).hint(batch::NODE_LIST)
}

/// The nodes that match the conditions, including child nodes.
fn matching(client: &Client, conditions: &Conditions) -> Result<Vec<Map<String, Value>>, ironic::Error> {
    let mut query = NodeQuery::all().detail();
    if client.version() >= CHILD_NODES {
        query = query.filter("include_children", "True");
    }
    let query = conditions.narrow(query, client.version())?;
    let mut nodes = Vec::new();
    client.each_node(&query, |node| {
        if conditions.all_hold(&node) {
            nodes.push(node);
        }
    })?;
    Ok(nodes)
}

/// Replaces a file atomically; only its owner can read it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // Replace the target of a symbolic link, not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(io::Error::other("it exists and is not a file"));
    }
    files::write(&path, text)
}
