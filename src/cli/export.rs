//! `farrier export`: what Ironic has, as a file to enrol from.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::failure::{Failure, Kind};
use super::node::targets::{Asked, Targets};
use super::{Context, help};
use crate::driver::Error;
use crate::inventory::export::{Export, Live};
use crate::ironic::condition::Conditions;
use crate::ironic::node::NodeQuery;
use crate::ironic::version::CHILD_NODES;
use crate::ironic::{self, Client};
use crate::ui::answer::Format;

/// Beyond so many nodes, lists of all that there is are cheaper than asking for what each has.
const ONE_BY_ONE: usize = 4;

/// Export nodes to a file for `farrier enroll`
///
/// All nodes, or those that are named or selected, with their chassis, ports, port groups and traits, in the form of
/// `openstack baremetal create`: to keep, to compare with Ironic later, or to bring the machines into another Ironic. What
/// Ironic gives a node by itself is not written, and nothing that cannot be enrolled again: states, instances, RAID. What
/// was left out of that is said. Volumes, BIOS settings and what inspections found are not looked at. The same nodes make
/// the same file.
///
/// There is no secret in it: Ironic shows none. In place of each stands `${NODE_KEY}`, a variable that `farrier enroll`
/// takes from the environment; `{file: PATH}` or `{command: [PROGRAM, ARGUMENT...]}` may be written there instead.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[2, 5]))]
pub(super) struct Args {
    #[command(flatten)]
    targets: Targets,

    /// Write it into this file, which only its owner can read, and replace what was there
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
}

const EXAMPLES: help::Examples = &[
    ("All of an Ironic, to be kept", "farrier export -o nodes.yaml"),
    ("What has changed since", "farrier enroll nodes.yaml --dry-run"),
    ("The machines of a rack, in JSON", "farrier export --where extra.rack=r4 -f json"),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let is_json = match context.ui.format() {
        Format::Table | Format::Yaml => false,
        Format::Json => true,
        Format::Csv | Format::Value => {
            let message = "a file to enrol from is YAML or, with `-f json`, JSON";
            return Err(Failure::new(Kind::Usage, message).into());
        }
    };
    let asked = args.targets.asked(&context.ui)?;
    let client = context.connect()?.client;
    let live = read(&client, &asked, context)?;
    let count = live.nodes.len();
    let types = client.drivers_in_detail().unwrap_or_else(|_| {
        context
            .ui
            .note("what is usual for hardware types is not shown to this user: every interface is written");
        Vec::new()
    });
    let usual = |driver: &str, field: &str| {
        types.iter().find(|kind| kind.name == driver)?.default_of(field).map(str::to_owned)
    };
    let export = Export::of(live, usual);
    let text = if is_json { export.json() } else { export.yaml() };
    match &args.output {
        Some(path) => {
            replace(path, &text).map_err(|error| {
                let message = format!("cannot write {}: {error}", path.display());
                Failure::new(Kind::Usage, message)
            })?;
            let noun = if count == 1 { "node" } else { "nodes" };
            context.ui.note(&format!("{count} {noun} written to {}", path.display()));
        }
        None => context.ui.text(&text)?,
    }
    tell(&export, context);
    let name = args.output.as_ref().map_or_else(|| "export".into(), |path| path.display().to_string());
    for objection in export.objections(&name, text) {
        context.ui.warn(&format!("Ironic has what cannot be enrolled: {objection}"));
    }
    Ok(())
}

/// Says what the file lacks.
fn tell(export: &Export, context: &Context) {
    if !export.hidden.is_empty() {
        let nodes = export.hidden.join(", ");
        context.ui.warn(&format!("`driver_info` is hidden from this user, and left out, of {nodes}"));
    }
    if !export.withheld.is_empty() {
        let places = export.withheld.join(", ");
        context.ui.warn(&format!("left out, as a secret is there or a reference would be read: {places}"));
    }
    if !export.live.is_empty() {
        let told = |(what, nodes): (&&str, &Vec<String>)| format!("{what} ({})", some(nodes));
        let all: Vec<String> = export.live.iter().map(told).collect();
        context.ui.note(&format!("left out, as no enrolment can give it: {}", all.join("; ")));
    }
    if let [first, ..] = export.variables.as_slice() {
        let count = match export.variables.len() {
            1 => "one secret is".to_owned(),
            count => format!("{count} secrets are"),
        };
        context.ui.note(&format!(
            "{count} not in it, as Ironic shows none: `farrier enroll` takes `${{{first}}}` and the like from the \
             environment, or write `{{file: PATH}}` or `{{command: [PROGRAM, ARGUMENT...]}}` there"
        ));
    }
}

/// The first of some names, and how many more there are.
fn some(names: &[String]) -> String {
    const NAMED: usize = 3;
    let more = names.len().saturating_sub(NAMED);
    let first = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { first } else { format!("{first} and {more} more") }
}

/// Asks Ironic for the nodes and what belongs to them.
fn read(client: &Client, asked: &Asked, context: &Context) -> anyhow::Result<Live> {
    let nodes = match asked {
        Asked::Named(names) => named(client, names)?,
        Asked::Where(conditions) => selected(client, conditions).map_err(about(client, "nodes"))?,
    };
    let of_node =
        |key: &'static str| nodes.iter().filter_map(move |node| node.get(key)?.as_str().map(str::to_owned));
    let mut live = Live::default();
    if nodes.len() <= ONE_BY_ONE {
        for uuid in of_node("uuid") {
            live.ports.extend(client.ports(Some(&uuid)).map_err(about(client, "ports"))?);
            live.portgroups.extend(client.portgroups(Some(&uuid)).map_err(about(client, "port groups"))?);
        }
    } else {
        live.ports = client.ports(None).map_err(about(client, "ports"))?;
        live.portgroups = client.portgroups(None).map_err(about(client, "port groups"))?;
    }
    let is_whole = matches!(asked, Asked::Where(conditions) if conditions.is_empty());
    let homes: HashSet<String> = of_node("chassis_uuid").collect();
    if is_whole || !homes.is_empty() {
        live.chassis = chassis(client, context)?;
        let holds_any = |chassis: &Map<String, Value>| {
            chassis.get("uuid").and_then(Value::as_str).is_some_and(|uuid| homes.contains(uuid))
        };
        live.chassis.retain(|chassis| is_whole || holds_any(chassis));
    }
    live.nodes = nodes;
    Ok(live)
}

/// All chassis, or none where this user may see none: then nodes say themselves in which they stand.
fn chassis(client: &Client, context: &Context) -> Result<Vec<Map<String, Value>>, Error> {
    // Both the refusal and, to a project's user, Ironic 39's error 500, which would be tried again, name the policy.
    match client.without_repeats().all_chassis() {
        Err(error) if error.words().contains("baremetal:chassis:get") => {
            context.ui.warn("chassis are not shown to this user, and left out");
            Ok(Vec::new())
        }
        Err(_) => client.all_chassis().map_err(about(client, "chassis")),
        chassis => chassis.map_err(about(client, "chassis")),
    }
}

/// Says what was asked about.
fn about(client: &Client, what: &str) -> impl FnOnce(ironic::Error) -> Error {
    let subject = format!("{what} at {}", client.address());
    move |source| Error::Request { subject, source }
}

/// The nodes of these names or UUIDs, each once.
fn named(client: &Client, names: &[String]) -> anyhow::Result<Vec<Map<String, Value>>> {
    let is_called = |node: &Map<String, Value>, name: &str| {
        ["name", "uuid"].iter().any(|key| node.get(*key).and_then(Value::as_str) == Some(name))
    };
    let mut nodes: Vec<Map<String, Value>> = Vec::new();
    if names.len() <= ONE_BY_ONE {
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
    nodes = selected(client, &Conditions::default()).map_err(about(client, "nodes"))?;
    if let Some(name) = names.iter().find(|name| !nodes.iter().any(|node| is_called(node, name))) {
        return Err(unknown(name).into());
    }
    nodes.retain(|node| names.iter().any(|name| is_called(node, name)));
    Ok(nodes)
}

fn unknown(name: &str) -> Failure {
    Failure::new(Kind::NotFound, format!("no node is named `{name}`"))
}

/// The nodes of which this is true, children too.
fn selected(client: &Client, conditions: &Conditions) -> Result<Vec<Map<String, Value>>, ironic::Error> {
    let mut query = NodeQuery::all().detail();
    if client.version() >= CHILD_NODES {
        query = query.filter("include_children", "True");
    }
    let query = conditions.narrow(query, client.version())?;
    let mut nodes = Vec::new();
    client.each_node(&query, |node| {
        if conditions.hold(&node) {
            nodes.push(node);
        }
    })?;
    Ok(nodes)
}

/// Puts a file in place in one step, for its owner alone.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // What is behind a link is replaced, and not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|about| !about.is_file()) {
        return Err(io::Error::other("it is there already, and no file"));
    }
    let name = path.file_name().ok_or_else(|| io::Error::other("it is no name of a file"))?;
    let aside = path.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&aside, &path));
    written.inspect_err(|_| drop(fs::remove_file(&aside)))
}
