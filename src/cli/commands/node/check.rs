//! `farrier node check`: differences between nodes and their hardware.

use std::collections::HashMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::{batch, help};
use crate::cli::args::flavor::FlavorArgs;
use crate::counts::counted;
use crate::drift::{self, Expected, ExpectedSource, HardwareDifference, InspectedHardware, Nic, Owners};
use crate::driver::watch::event::NodeRef;
use crate::driver::{Deadline, Driver, Drivers, Error, ObjectKind};
use crate::host_manager::Flavor;
use crate::inventory::enrollment::Enrollment;
use crate::inventory::format::InputFormat;
use crate::inventory::node_spec::NodeSpec;
use crate::inventory::reference::SecretResolver;
use crate::ironic::Node;
use crate::ironic::port::Port;
use crate::ironic::version::Feature;
use crate::ui::output::{CellStyle, Column};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Names or UUIDs of nodes (default: all)
    #[arg(value_name = "NODE")]
    nodes: Vec<String>,

    /// File that was enrolled (repeatable)
    #[arg(long = "file", value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    machines: Vec<PathBuf>,

    /// File format (default: detected)
    #[arg(long, value_name = "FORMAT", value_enum, requires = "machines")]
    input_format: Option<InputFormat>,

    #[command(flatten)]
    flavor: FlavorArgs,

    /// Save the inspection data for later checks
    ///
    /// It is saved in the `extra` of each node.
    #[arg(long)]
    record: bool,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("Check all nodes", "farrier node check"),
    (
        "Compare with a file and with flavors",
        "farrier node check --file nodes.yaml --flavor-file flavors.yaml",
    ),
    ("Inspect a node again, then check it", "farrier node inspect rack4-u12 && farrier node check rack4-u12"),
    ("Save the inspection data for later checks", "farrier node check --record"),
];

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("finding", "FINDING"),
    Column::new("field", "FIELD"),
    Column::new("has", "HAS"),
    Column::new("wants", "SHOULD HAVE"),
    Column::new("source", "SOURCE").shortened_by_rank(1),
];

/// A node with its ports, its inspection data and its cloud.
struct CheckedNode {
    cloud: Option<String>,
    node: Node,
    ports: Vec<Nic>,
    inspected: Option<InspectedHardware>,
    /// Whether its Ironic stores inspection data.
    has_inventories: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let flavors = args.flavor.given(context)?;
    let machines = args.of_files(context)?;
    let connections = context.connect_all()?;
    if connections.are_several() && !args.machines.is_empty() {
        return Err(Failure::new(
            FailureKind::Usage,
            "`--file` needs a single cloud: choose one with `--os-cloud`",
        )
        .into());
    }
    let progress = context.ui.progress();
    let drivers = if args.record {
        context.drivers(&connections, &progress, Deadline::none())
    } else {
        connections.readers(&progress)
    };
    if args.record {
        drivers.ask(Driver::need_inventories)?;
    }
    let subjects = subjects(&drivers)?;
    let in_file = in_file(&machines, &drivers)?;
    for name in &args.nodes {
        if !subjects.iter().any(|subject| subject.is_called(name)) {
            let failure = Failure::new(FailureKind::NotFound, ObjectKind::Node.not_found(name));
            return Err(failure.hint(batch::NODE_LIST).into());
        }
    }
    let mut owners: Owners = Owners::new();
    for CheckedNode { node, ports, .. } in &subjects {
        owners.extend(ports.iter().map(|port| (port.address.clone(), node.label().to_owned())));
    }
    let is_selected = |subject: &CheckedNode| args.nodes.iter().any(|name| subject.is_called(name));
    let (mut subjects, mut others): (Vec<CheckedNode>, Vec<CheckedNode>) =
        subjects.into_iter().partition(|subject| args.nodes.is_empty() || is_selected(subject));
    fetch_inspections(&mut subjects, &mut owners, &drivers, context)?;
    let evaluate = |owners: &Owners| {
        let of = |subject: &CheckedNode| {
            subject.findings(in_file.get(&subject.node.uuid).copied(), &flavors, owners)
        };
        subjects.iter().map(of).collect::<Vec<_>>()
    };
    let mut found = evaluate(&owners);
    // A missing network card may now be in any other node, so inspect the data of all nodes.
    if found.iter().flatten().any(|finding| finding.finding == drift::NIC_MISSING) {
        fetch_inspections(&mut others, &mut owners, &drivers, context)?;
        found = evaluate(&owners);
    }
    let compared = subjects.iter().zip(&found);
    let rows: Vec<DifferenceRow> =
        compared.flat_map(|(subject, found)| found.iter().map(|finding| row(subject, finding))).collect();
    let recorded = if args.record { record(&subjects, &drivers, context) } else { Vec::new() };
    let unreachable = drivers.unreachable();
    drop(progress);
    let findings = rows.len();
    context.ui.list(&connections.view(view), rows)?;
    report_uninspected(&subjects, context);
    if args.record {
        return batch::conclude(context, recorded, &unreachable);
    }
    context.conclude(&unreachable)?;
    match findings {
        0 => Ok(()),
        count => {
            let message = format!("{} found", counted(count, "difference"));
            Err(Failure::new(FailureKind::Findings, message).into())
        }
    }
}

impl Args {
    /// Reads the machines of the files.
    fn of_files(&self, context: &Context) -> anyhow::Result<Vec<NodeSpec>> {
        if self.machines.is_empty() {
            return Ok(Vec::new());
        }
        let environment = |name: &str| std::env::var(name).ok();
        let prompt = |question: &str| context.ui.password(question);
        let enrollment =
            Enrollment::read(&self.machines, self.input_format, &SecretResolver::new(&environment, &prompt))?;
        for warning in &enrollment.warnings {
            context.ui.warn(&warning.to_string());
        }
        Ok(enrollment.machines)
    }
}

impl CheckedNode {
    fn is_called(&self, name: &str) -> bool {
        self.node.uuid == name || self.node.name.as_deref() == Some(name)
    }

    fn findings(
        &self,
        machine: Option<&NodeSpec>,
        flavors: &[Flavor],
        owners: &Owners,
    ) -> Vec<HardwareDifference> {
        let mut enrolled =
            Expected::of_node(ExpectedSource::Enrolled, &self.node.properties, &self.node.extra);
        enrolled.nics.clone_from(&self.ports);
        let mut expectations = Vec::new();
        let has = if let Some(found) = &self.inspected {
            expectations.push(enrolled);
            found.clone()
        } else {
            InspectedHardware::of_enrolled(&enrolled)
        };
        expectations.extend(machine.map(of_file));
        let class = self.node.resource_class.as_deref();
        let of_class =
            |flavor: &&Flavor| flavor.resource_class.is_none() || flavor.resource_class.as_deref() == class;
        expectations.extend(flavors.iter().filter(of_class).map(of_flavor));
        // Saved data can only be compared with an inspection.
        expectations.extend(self.inspected.as_ref().and_then(|_| Expected::of_record(&self.node.extra)));
        let mut findings: Vec<HardwareDifference> = Vec::new();
        for finding in
            expectations.iter().flat_map(|wants| drift::drift(wants, &has, self.node.label(), owners))
        {
            // Two sources that expect the same make one row.
            let is_same =
                |other: &HardwareDifference| other.finding == finding.finding && other.field == finding.field;
            match findings.iter_mut().find(|other| is_same(other) && other.wants == finding.wants) {
                Some(other) => other.source = format!("{}, {}", other.source, finding.source),
                None => findings.push(finding),
            }
        }
        findings
    }
}

fn of_file(machine: &NodeSpec) -> Expected {
    let map = |key: &str| machine.fields.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
    let ports = machine.all_ports();
    let nic = |port: &crate::inventory::node_spec::PortSpec| {
        Nic::of_port(port.address(), port.fields.get("local_link_connection"))
    };
    let nics = ports.map(nic).collect();
    Expected {
        nics,
        ..Expected::of_node(ExpectedSource::File(machine.at.short()), &map("properties"), &map("extra"))
    }
}

/// The exact sizes of a flavor.
fn of_flavor(flavor: &Flavor) -> Expected {
    let disk = |root: u64| {
        let swap_gib = flavor.swap_mb.unwrap_or_default() / 1024;
        root + flavor.ephemeral_gb.unwrap_or_default() + swap_gib
    };
    Expected {
        memory_mb: flavor.ram_mb,
        cpus: flavor.vcpus,
        root_gib: flavor.disk_gb.map(disk),
        ..Expected::nothing(ExpectedSource::Flavor(flavor.name.clone()))
    }
}

/// Reports how many nodes have no inspection data, and why.
fn report_uninspected(subjects: &[CheckedNode], context: &Context) {
    let uninspected = subjects.iter().filter(|subject| subject.inspected.is_none());
    let (never, unsupported): (Vec<&CheckedNode>, Vec<&CheckedNode>) =
        uninspected.partition(|subject| subject.has_inventories);
    let since = Feature::Inventory.added_in();
    for (count, reason) in [
        (never.len(), "not inspected (inspect them: `farrier node inspect`)".to_owned()),
        (unsupported.len(), format!("no inspection data in this Ironic (needs API {since})")),
    ] {
        if count > 0 {
            context.ui.note(&format!(
                "{count} of {} nodes: {reason}; checked only their properties and ports",
                subjects.len()
            ));
        }
    }
}

/// Fetches the inspection data of nodes, and adds their network cards to the owners.
fn fetch_inspections(
    subjects: &mut [CheckedNode],
    owners: &mut Owners,
    drivers: &Drivers<'_>,
    context: &Context,
) -> Result<(), Error> {
    let inspections = batch::each(context.global.jobs, subjects, |CheckedNode { cloud, node, .. }| {
        let work = |driver: &Driver<'_>| driver.inspected(&NodeRef::from(&*node));
        drivers.in_cloud(cloud.as_deref(), node.label(), work).result
    });
    for (subject, inspected) in subjects.iter_mut().zip(inspections) {
        subject.inspected = inspected?;
        let nics = subject.inspected.iter().flat_map(|found| &found.nics);
        owners.extend(nics.map(|nic| (nic.address.clone(), subject.node.label().to_owned())));
    }
    Ok(())
}

/// All nodes of all clouds, with their ports.
fn subjects(drivers: &Drivers<'_>) -> Result<Vec<CheckedNode>, Error> {
    let found = drivers.ask(|driver| Ok((driver.nodes_and_ports()?, driver.keeps_inventories())))?;
    let mut subjects = Vec::new();
    for (cloud, ((nodes, ports), has_inventories)) in found {
        let mut by_node: HashMap<String, Vec<Nic>> = HashMap::new();
        for Port { address, node_uuid, rest, .. } in ports {
            let nic = Nic::of_port(&address, rest.get("local_link_connection"));
            by_node.entry(node_uuid.unwrap_or_default()).or_default().push(nic);
        }
        subjects.extend(nodes.into_iter().map(|node| {
            let ports = by_node.remove(&node.uuid).unwrap_or_default();
            CheckedNode { cloud: cloud.clone(), node, ports, inspected: None, has_inventories }
        }));
    }
    Ok(subjects)
}

/// The machines of the files by the UUIDs of their nodes.
fn in_file<'m>(
    machines: &'m [NodeSpec],
    drivers: &Drivers<'_>,
) -> Result<HashMap<String, &'m NodeSpec>, Error> {
    if machines.is_empty() {
        return Ok(HashMap::new());
    }
    let surveys = drivers.ask(|driver: &Driver<'_>| {
        let survey = driver.plan_enrollment(machines)?;
        Ok(survey.plans.iter().map(|plan| plan.uuid().to_owned()).collect::<Vec<_>>())
    })?;
    Ok(surveys.into_iter().flat_map(|(_, uuids)| uuids.into_iter().zip(machines)).collect())
}

/// Saves the inspection data of each inspected node.
fn record(
    subjects: &[CheckedNode],
    drivers: &Drivers<'_>,
    context: &Context,
) -> Vec<(String, Result<(), Error>)> {
    let found: Vec<(&CheckedNode, &InspectedHardware)> =
        subjects.iter().filter_map(|subject| Some((subject, subject.inspected.as_ref()?))).collect();
    let outcomes = batch::each(context.global.jobs, &found, |(subject, hardware)| {
        let work = |driver: &Driver<'_>| driver.record_hardware(&NodeRef::from(&subject.node), hardware);
        drivers.in_cloud(subject.cloud.as_deref(), subject.node.label(), work).result
    });
    found.iter().map(|(subject, _)| subject.node.label().to_owned()).zip(outcomes).collect()
}

/// A difference and its node.
#[derive(Debug, Serialize, JsonSchema)]
struct DifferenceRow {
    #[serde(flatten)]
    difference: HardwareDifference,
    /// The node.
    node: NodeRef,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
}

fn row(subject: &CheckedNode, finding: &HardwareDifference) -> DifferenceRow {
    DifferenceRow {
        difference: finding.clone(),
        node: NodeRef::from(&subject.node),
        cloud: subject.cloud.clone(),
    }
}

pub(super) fn answer() -> Answer {
    Answer::of("node check").list::<DifferenceRow>(COLUMNS)
}
