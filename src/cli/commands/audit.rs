//! `farrier audit`: audit the security of BMC access.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use url::Url;

use crate::audit::{self, AddressRange, AuditContext, AuditFinding, AuditedNode, Severity, routes, sarif};
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::batch;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::help;
use crate::cloud::Cloud;
use crate::counts::counted;
use crate::driver::{Driver, Error, ObjectKind};
use crate::ironic::node::NodeQuery;
use crate::ui::output::{CellStyle, Column};

/// Audit the security of BMC access
///
/// Checks the data in Ironic; no BMC is contacted. Finds IPMI and its insecure versions and ciphers, Redfish without
/// TLS or without certificate checks, default and shared credentials, readable secrets, BMCs in the same network as
/// instances or this computer, and an insecure Ironic API. Because Ironic masks passwords, some checks are not
/// possible; the findings say which.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes_with(&[10], &[(10, "a finding is at least as severe as --fail-on, or a cloud is unreachable")]))]
pub(crate) struct Args {
    /// Names or UUIDs of nodes (default: all)
    #[arg(value_name = "NODE")]
    nodes: Vec<String>,

    /// Exit 10 on findings at least this severe
    ///
    /// `never`: always exit 0.
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = Threshold::High)]
    fail_on: Threshold,

    /// Show only findings at least this severe
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = Severity::Info)]
    at_least: Severity,

    /// Print SARIF 2.1.0
    #[arg(long, conflicts_with_all = ["format", "columns", "sort"])]
    sarif: bool,
}

/// The severity from which on an audit fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Threshold {
    Info,
    Low,
    Medium,
    High,
    Critical,
    Never,
}

impl Threshold {
    fn severity(self) -> Option<Severity> {
        Some(match self {
            Self::Info => Severity::Info,
            Self::Low => Severity::Low,
            Self::Medium => Severity::Medium,
            Self::High => Severity::High,
            Self::Critical => Severity::Critical,
            Self::Never => return None,
        })
    }
}

const EXAMPLES: help::Examples = &[
    ("Audit all nodes", "farrier audit"),
    ("Fail a pipeline on severe findings", "farrier audit --at-least high -f json"),
    ("Write SARIF for a code scanning service", "farrier audit --sarif > audit.sarif"),
    ("Audit one node, and show what to do", "farrier audit rack4-u12 -c finding -c evidence -c remedy"),
];

const COLUMNS: &[Column] = &[
    Column::new("severity", "SEVERITY"),
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("finding", "FINDING"),
    Column::new("evidence", "EVIDENCE"),
    Column::new("remedy", "REMEDY").shortened_by_rank(2),
    Column::new("title", "TITLE").on_request(),
    Column::new("source", "SOURCE").on_request(),
];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let clouds = context.clouds()?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let drivers = connections.readers(&progress);
    let own_ranges = own_ranges();
    let audited = drivers.ask(|driver| {
        let machines = machines(driver)?;
        let findings = audit::audit(&machines, &audit_context(driver, &clouds, &own_ranges));
        Ok((machines, findings))
    })?;
    let unreachable = drivers.unreachable();
    drop(progress);
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    for name in &args.nodes {
        let all = audited.iter().flat_map(|(_, (machines, _))| machines);
        let called: Vec<&str> =
            all.filter(|machine| machine.is_called(name)).map(|machine| machine.uuid.as_str()).collect();
        wanted.extend(&called);
        if called.is_empty() {
            let failure = Failure::new(FailureKind::NotFound, ObjectKind::Node.not_found(name));
            return Err(failure.hint(batch::NODE_LIST).into());
        }
    }
    // All nodes are audited, to find credentials that several nodes share. Only findings of the given nodes are shown.
    let is_wanted = |finding: &AuditFinding| {
        args.nodes.is_empty() || finding.node.as_ref().is_some_and(|node| wanted.contains(node.uuid.as_str()))
    };
    let mut findings: Vec<(Option<&str>, &AuditFinding)> = audited
        .iter()
        .flat_map(|(cloud, (_, found))| found.iter().map(|finding| (cloud.as_deref(), finding)))
        .filter(|(_, finding)| finding.rule.severity >= args.at_least && is_wanted(finding))
        .collect();
    // Each cloud's findings are sorted by severity; sort the combined list too.
    findings.sort_by_key(|(_, finding)| Reverse(finding.rule.severity));
    if args.sarif {
        context.ui.text(&format!("{:#}\n", sarif::log(findings.iter().copied())))?;
    } else {
        let rows = findings.iter().map(|(cloud, finding)| row(*cloud, finding)).collect();
        context.ui.list(&connections.view(view).ranked(), rows)?;
    }
    let machines: usize = audited.iter().map(|(_, (machines, _))| machines.len()).sum();
    context.ui.note(&summary(if wanted.is_empty() { machines } else { wanted.len() }, &findings));
    context.conclude(&unreachable)?;
    let Some(threshold) = args.fail_on.severity() else { return Ok(()) };
    let severe = findings.iter().filter(|(_, finding)| finding.rule.severity >= threshold).count();
    if severe == 0 {
        return Ok(());
    }
    let message = format!("{} of severity {} or higher", counted(severe, "finding"), threshold.as_str());
    Err(Failure::new(FailureKind::Findings, message).into())
}

/// The nodes of a cloud, with the fields that the audit reads.
fn machines(driver: &Driver<'_>) -> Result<Vec<AuditedNode>, Error> {
    let client = driver.client();
    let failed = |source| Error::Request { subject: format!("nodes at {}", client.address()), source };
    client.nodes(&NodeQuery::all().fields(AuditedNode::FIELDS)).map_err(failed)
}

/// The other data for the audit of a cloud, as far as this user can see it.
fn audit_context(driver: &Driver<'_>, clouds: &[Arc<Cloud>], own_ranges: &[AddressRange]) -> AuditContext {
    let client = driver.client();
    let cloud = clouds.iter().find(|cloud| cloud.name.as_deref() == driver.cloud());
    let types = client.drivers().ok();
    AuditContext {
        endpoint: Url::parse(&client.address()).ok(),
        allows_anonymous_access: cloud.is_some_and(|cloud| cloud.is_anonymous()),
        skips_certificate_verification: cloud.is_some_and(|cloud| cloud.is_insecure()),
        hardware_types: types.map(|types| types.into_iter().map(|driver| driver.name).collect()),
        instance_ranges: driver
            .subnets()
            .into_iter()
            .filter_map(|subnet| AddressRange::parse(&subnet.cidr, format!("subnet {}", subnet.name)))
            .collect(),
        own_ranges: own_ranges.to_vec(),
    }
}

/// The networks of this computer, from /proc.
fn own_ranges() -> Vec<AddressRange> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let mut ranges = routes::of_v4(&read("/proc/net/route"));
    ranges.extend(routes::of_v6(&read("/proc/net/ipv6_route")));
    ranges
}

/// A finding and its cloud.
#[derive(Debug, Serialize, JsonSchema)]
struct FindingRow {
    #[serde(flatten)]
    finding: AuditFinding,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
}

fn row(cloud: Option<&str>, finding: &AuditFinding) -> FindingRow {
    FindingRow { finding: finding.clone(), cloud: cloud.map(str::to_owned) }
}

pub(super) fn answer() -> Answer {
    Answer::of("audit").list::<FindingRow>(COLUMNS)
}

/// The number of findings by severity.
fn summary(machines: usize, findings: &[(Option<&str>, &AuditFinding)]) -> String {
    let mut counts: BTreeMap<Reverse<Severity>, usize> = BTreeMap::new();
    for (_, finding) in findings {
        *counts.entry(Reverse(finding.rule.severity)).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.iter().map(|(severity, count)| format!("{count} {}", severity.0.as_str())).collect();
    let found = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    format!("{}: {found}", counted(machines, "node"))
}
