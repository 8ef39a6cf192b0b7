//! Which of the known dialects a file is written in.

use std::fmt;

use super::cells::Rows;
use super::document::{Content, Finding, Origin, Source, Value, holds_anchors};
use super::{positional, sheet};

/// A dialect of inventory files, by the names that `--input-format` has for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// `nodes` and `chassis` with Ironic's own fields, as `baremetal create` reads and `export` writes them
    #[value(name = "farrier", aliases = ["ours", "baremetal"])]
    BaremetalCreate,
    /// A table with a line of column names: `name`, `driver`, `mac`, `bmc_address` and the like
    Csv,
    /// bifrost: a mapping of host names
    Bifrost,
    /// bifrost's old table, without column names
    BifrostCsv,
    /// TripleO's instackenv.json or nodes.yaml: nodes with `pm_type` and `pm_addr`
    #[value(name = "instackenv", alias = "tripleo")]
    Tripleo,
    /// TripleO's table, without column names
    #[value(name = "instackenv-csv", alias = "tripleo-csv")]
    TripleoCsv,
    /// Metal3: `BareMetalHost` resources of Kubernetes, and their Secrets
    Metal3,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BaremetalCreate => "nodes with Ironic's own fields",
            Self::Csv => "a table with column names",
            Self::Bifrost => "an inventory of bifrost",
            Self::BifrostCsv => "bifrost's table",
            Self::Tripleo => "TripleO's instackenv",
            Self::TripleoCsv => "TripleO's table",
            Self::Metal3 => "hosts of Metal3",
        })
    }
}

/// The first line that is neither empty nor a remark.
fn first_line(source: &Source) -> &str {
    let is_remark = |line: &str| line.is_empty() || line.starts_with('#');
    source.text().lines().map(str::trim_start).find(|line| !is_remark(line.trim_end())).unwrap_or_default()
}

/// Whether a file is YAML or JSON by its first line: it begins as such, or with a key and a colon before anything that may
/// separate cells.
fn is_yaml(source: &Source) -> bool {
    let first = first_line(source);
    if ["{", "[", "- ", "---", "%", "? ", "&", "!"].iter().any(|yaml| first.starts_with(yaml)) {
        return true;
    }
    let key = first.split([',', ';', '\t']).next().unwrap_or_default();
    first.trim_end().ends_with(':') || key.contains(": ") || key.trim_end().ends_with(':')
}

/// Which table a file is, if it is one that is known by its first line.
pub(super) fn of_table(source: &Source) -> Option<Format> {
    if is_yaml(source) {
        return None;
    }
    let first = Rows::of(source).next()?.ok()?;
    positional::recognise(&first).or_else(|| sheet::is_header(&first).then_some(Format::Csv))
}

/// What is wrong with a file that is nothing known and looks like an INI inventory of Ansible: a section comes first.
pub(super) fn fault_of_ini(source: &Source) -> Option<Finding> {
    let section = first_line(source).trim_end().strip_prefix('[')?.strip_suffix(']')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let is_section = !section.is_empty() && section.chars().all(is_name);
    let message = "is an INI inventory of Ansible, which is not read: write the machines as YAML, under the key `nodes`";
    is_section.then(|| Finding::error(Origin::file(source.name().clone()), message.to_owned()))
}

/// What is wrong with a file that is nothing known and looks like a table: at least three cells in every line, and in all as
/// many, up to where they cannot be told apart.
pub(super) fn fault_of_table(source: &Source) -> Option<Finding> {
    let first = first_line(source);
    if is_yaml(source) || ![',', ';', '\t'].iter().any(|c| first.matches(*c).count() > 1) {
        return None;
    }
    let mut width = None;
    for row in Rows::of(source) {
        match row {
            Ok(row) if row.len() > 2 && *width.get_or_insert(row.len()) == row.len() => {}
            Ok(_) => return None,
            Err(refused) => return Some(refused),
        }
    }
    Some(Finding::error(Origin::file(source.name().clone()), NO_COLUMNS.to_owned()))
}

const NO_COLUMNS: &str =
    "is a table whose first line must name the columns: `name`, `driver`, `mac`, `bmc_address`, …";

/// Recognises the dialect of a file's documents.
///
/// # Errors
/// Why no dialect fits.
pub fn detect<'v>(roots: impl IntoIterator<Item = &'v Value>) -> Result<Format, &'static str> {
    let mut first = None;
    for root in roots {
        // Secrets may come in a file of their own.
        if root.get("apiVersion").is_some() && root.get("kind").is_some() {
            return Ok(Format::Metal3);
        }
        first = first.or(Some(root));
    }
    let Some(root) = first else { return Err("is empty") };
    match &root.content {
        Content::List(items) => detect_list(items),
        Content::Mapping(_) => detect_mapping(root),
        Content::Scalar(_) => Err("is neither a mapping nor a list"),
    }
}

fn detect_list(items: &[Value]) -> Result<Format, &'static str> {
    if items.iter().any(is_tripleo) {
        return Ok(Format::Tripleo);
    }
    if items.iter().any(|item| item.get("count").is_some() && item.get("name").is_some()) {
        return Err(DEPLOYMENT);
    }
    Err("is a list; machines are listed under the key `nodes`")
}

const DEPLOYMENT: &str = "describes instances to deploy, not machines to enrol";

fn detect_mapping(root: &Value) -> Result<Format, &'static str> {
    let has = |key: &str| root.get(key).is_some();
    if has("metalsmith_instances") || has("instances") {
        return Err(DEPLOYMENT);
    }
    if root.get("platform").and_then(|platform| platform.get("baremetal")).is_some() {
        return Err(INSTALL_CONFIG);
    }
    let is_list = |key: &str| {
        root.get(key).is_some_and(|value| value.is_null() || matches!(value.content, Content::List(_)))
    };
    if has("nodes") || is_list("chassis") || has("chassis") && root.entries().len() == 1 {
        let nodes = root.get("nodes").map_or(&[][..], Value::items);
        return Ok(if nodes.iter().any(is_tripleo) { Format::Tripleo } else { Format::BaremetalCreate });
    }
    let entries = || root.entries().iter().filter(|entry| !holds_anchors(&entry.key));
    let hosts =
        entries().filter(|host| host.value.get("driver").or(host.value.get("nics")).is_some()).count();
    // A single key of that name may be part of anything.
    if hosts > 0 && 2 * hosts >= entries().count() {
        return Ok(Format::Bifrost);
    }
    if root.get("driver").is_some_and(|driver| driver.text().is_some()) {
        return Err("is a single node; write it into the list under the key `nodes`");
    }
    if has("flavors") {
        return Err("describes flavors, not machines");
    }
    Err("has neither the key `nodes` nor `chassis`, nor the form of any other inventory that is known")
}

const INSTALL_CONFIG: &str = "is an `install-config.yaml` of OpenShift, which is not read: write the hosts in `platform.baremetal.hosts` as `BareMetalHost` resources with a Secret each";

fn is_tripleo(node: &Value) -> bool {
    node.get("pm_type").is_some() || node.get("pm_addr").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::document::{Document, Report, Source};

    fn detected(text: &str) -> Result<Format, &'static str> {
        let document = Document::parse(Source::from_text("f", text)).expect("is YAML");
        let report = Report::default();
        detect(document.roots(&report).map(|root| root.value()))
    }

    #[test]
    fn every_dialect_is_recognised() {
        let cases = [
            ("nodes: [{driver: ipmi}]", Format::BaremetalCreate),
            ("{\"chassis\": []}", Format::BaremetalCreate),
            ("nodes: [{pm_type: ipmi, pm_addr: 10.0.0.1}]", Format::Tripleo),
            ("[{\"pm_type\": \"ipmi\"}]", Format::Tripleo),
            ("edge-07: {driver: ipmi, nics: [{mac: '5a:00:00:00:07:01'}]}", Format::Bifrost),
            ("kind: Secret\n---\napiVersion: metal3.io/v1alpha1\nkind: BareMetalHost\n", Format::Metal3),
            ("{apiVersion: v1, kind: Secret}", Format::Metal3),
            ("{x-a: {}, x-b: {}, x-c: {}, edge: {driver: ipmi}}", Format::Bifrost),
            ("{edge-1: {driver: ipmi}, edge-2: {nics: []}, defaults: {}}", Format::Bifrost),
        ];
        for (text, format) in cases {
            assert_eq!(detected(text), Ok(format), "{text}");
        }
    }

    #[test]
    fn what_is_no_inventory_is_told_what_it_is() {
        let cases = [
            ("", "is empty"),
            ("just words", "is neither a mapping nor a list"),
            ("metalsmith_instances: []", DEPLOYMENT),
            ("[{name: Compute, count: 3}]", DEPLOYMENT),
            ("driver: ipmi", "is a single node; write it into the list under the key `nodes`"),
            ("flavors: {}", "describes flavors, not machines"),
            ("{apiVersion: v1, platform: {baremetal: {hosts: []}}}", INSTALL_CONFIG),
            ("platform: {baremetal: {}}", INSTALL_CONFIG),
        ];
        for (text, why) in cases {
            assert_eq!(detected(text), Err(why), "{text}");
        }
        for text in [
            "a: 1",
            "{driver: {name: podman}, dependency: {name: galaxy}, platforms: [], scenario: {driver: x}}",
            "{cpu_arch: x86_64, macs: [], inventory: {nics: []}, extra: {}}",
            "{chassis: {sn: 1}, system: {nics: 2}, firmware: {}}",
            "{driver: [a], b: 1}",
        ] {
            let why = detected(text).expect_err(text);
            assert!(why.starts_with("has neither the key `nodes` nor `chassis`"), "{text}: {why}");
        }
    }
}
