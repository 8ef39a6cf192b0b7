//! Detects the format of an inventory file.

use std::fmt;

use super::csv_reader::Rows;
use super::document::{Content, InputFile, InputProblem, SourceLocation, Value, is_anchor_key};
use super::{csv_table, legacy_csv};

/// A format of inventory files, selected by `--input-format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum InputFormat {
    /// Output of `farrier export`, or a file for `openstack baremetal create`: `nodes` and `chassis`
    #[value(name = "farrier", aliases = ["ours", "baremetal"])]
    BaremetalCreate,
    /// CSV with a header row: `name`, `driver`, `mac`, `bmc_address`, …
    Csv,
    /// Mapping of host names to hosts
    Bifrost,
    /// Old CSV format of bifrost, without a header row
    BifrostCsv,
    /// TripleO `instackenv.json` or `nodes.yaml`, with `pm_type` and `pm_addr`
    #[value(name = "instackenv", alias = "tripleo")]
    Tripleo,
    /// TripleO CSV without a header row
    #[value(name = "instackenv-csv", alias = "tripleo-csv")]
    TripleoCsv,
    /// `BareMetalHost` resources and their Secrets
    Metal3,
}

impl fmt::Display for InputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BaremetalCreate => "nodes with Ironic's field names",
            Self::Csv => "CSV with a header row",
            Self::Bifrost => "a bifrost inventory",
            Self::BifrostCsv => "bifrost CSV",
            Self::Tripleo => "a TripleO instackenv file",
            Self::TripleoCsv => "TripleO CSV",
            Self::Metal3 => "Metal3 hosts",
        })
    }
}

/// The first line that is neither empty nor a comment.
fn first_line(source: &InputFile) -> &str {
    let is_comment = |line: &str| line.is_empty() || line.starts_with('#');
    source.text().lines().map(str::trim_start).find(|line| !is_comment(line.trim_end())).unwrap_or_default()
}

/// Whether the first line looks like YAML or JSON: it has their syntax, or a key with a colon before the first separator of
/// cells.
fn is_yaml(source: &InputFile) -> bool {
    let first = first_line(source);
    if ["{", "[", "- ", "---", "%", "? ", "&", "!"].iter().any(|yaml| first.starts_with(yaml)) {
        return true;
    }
    let key = first.split([',', ';', '\t']).next().unwrap_or_default();
    first.trim_end().ends_with(':') || key.contains(": ") || key.trim_end().ends_with(':')
}

/// Detects a table from its first row.
pub(super) fn detect_table(source: &InputFile) -> Option<InputFormat> {
    if is_yaml(source) {
        return None;
    }
    let first = Rows::new(source).next()?.ok()?;
    legacy_csv::detect(&first).or_else(|| csv_table::is_header(&first).then_some(InputFormat::Csv))
}

/// The error for an Ansible INI inventory: the first line is a section.
pub(super) fn ini_error(source: &InputFile) -> Option<InputProblem> {
    let section = first_line(source).trim_end().strip_prefix('[')?.strip_suffix(']')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let is_section = !section.is_empty() && section.chars().all(is_name);
    let message = "is an Ansible INI inventory, which is not supported: write the machines as YAML under the key `nodes`";
    is_section.then(|| InputProblem::error(SourceLocation::file(source.name().clone()), message.to_owned()))
}

/// The error for a table in an unknown format: all rows have the same number of cells, at least three. If a row
/// cannot be split into cells, returns that error.
pub(super) fn table_error(source: &InputFile) -> Option<InputProblem> {
    let first = first_line(source);
    if is_yaml(source) || ![',', ';', '\t'].iter().any(|c| first.matches(*c).count() > 1) {
        return None;
    }
    let mut width = None;
    for row in Rows::new(source) {
        match row {
            Ok(row) if row.len() > 2 && *width.get_or_insert(row.len()) == row.len() => {}
            Ok(_) => return None,
            Err(error) => return Some(error),
        }
    }
    Some(InputProblem::error(SourceLocation::file(source.name().clone()), NO_HEADER.to_owned()))
}

const NO_HEADER: &str = "is a table without a header: the first line must contain the column names: `name`, `driver`, `mac`, `bmc_address`, …";

/// Detects the format of the documents of a file.
///
/// # Errors
/// The format is unknown or not supported.
pub fn detect<'v>(roots: impl IntoIterator<Item = &'v Value>) -> Result<InputFormat, &'static str> {
    let mut first = None;
    for root in roots {
        // A file may contain only Secrets.
        if root.get("apiVersion").is_some() && root.get("kind").is_some() {
            return Ok(InputFormat::Metal3);
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

fn detect_list(items: &[Value]) -> Result<InputFormat, &'static str> {
    if items.iter().any(is_tripleo) {
        return Ok(InputFormat::Tripleo);
    }
    if items.iter().any(|item| item.get("count").is_some() && item.get("name").is_some()) {
        return Err(DEPLOYMENT);
    }
    Err("is a list; put the machines under the key `nodes`")
}

const DEPLOYMENT: &str = "describes instances to deploy, not machines to enroll";

fn detect_mapping(root: &Value) -> Result<InputFormat, &'static str> {
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
        return Ok(if nodes.iter().any(is_tripleo) {
            InputFormat::Tripleo
        } else {
            InputFormat::BaremetalCreate
        });
    }
    let entries = || root.entries().iter().filter(|entry| !is_anchor_key(&entry.key));
    let hosts =
        entries().filter(|host| host.value.get("driver").or(host.value.get("nics")).is_some()).count();
    // Other files may also contain one of these keys.
    if hosts > 0 && 2 * hosts >= entries().count() {
        return Ok(InputFormat::Bifrost);
    }
    if root.get("driver").is_some_and(|driver| driver.text().is_some()) {
        return Err("is a single node; put it into a list under the key `nodes`");
    }
    if has("flavors") {
        return Err("describes flavors, not machines");
    }
    Err("has an unknown format: no key `nodes` or `chassis`, and not a known inventory of another tool")
}

const INSTALL_CONFIG: &str = "is an OpenShift `install-config.yaml`, which is not supported: write the hosts in `platform.baremetal.hosts` as `BareMetalHost` resources, each with a Secret";

fn is_tripleo(node: &Value) -> bool {
    node.get("pm_type").is_some() || node.get("pm_addr").is_some()
}

#[cfg(test)]
mod tests {
    use super::super::document::{Document, InputFile, Report};
    use super::*;

    fn detected(text: &str) -> Result<InputFormat, &'static str> {
        let document = Document::parse(InputFile::from_text("f", text)).expect("is YAML");
        let report = Report::default();
        detect(document.roots(&report).map(|root| root.value()))
    }

    #[test]
    fn all_formats_are_detected() {
        let cases = [
            ("nodes: [{driver: ipmi}]", InputFormat::BaremetalCreate),
            ("{\"chassis\": []}", InputFormat::BaremetalCreate),
            ("nodes: [{pm_type: ipmi, pm_addr: 10.0.0.1}]", InputFormat::Tripleo),
            ("[{\"pm_type\": \"ipmi\"}]", InputFormat::Tripleo),
            ("edge-07: {driver: ipmi, nics: [{mac: '5a:00:00:00:07:01'}]}", InputFormat::Bifrost),
            ("kind: Secret\n---\napiVersion: metal3.io/v1alpha1\nkind: BareMetalHost\n", InputFormat::Metal3),
            ("{apiVersion: v1, kind: Secret}", InputFormat::Metal3),
            ("{x-a: {}, x-b: {}, x-c: {}, edge: {driver: ipmi}}", InputFormat::Bifrost),
            ("{edge-1: {driver: ipmi}, edge-2: {nics: []}, defaults: {}}", InputFormat::Bifrost),
        ];
        for (text, format) in cases {
            assert_eq!(detected(text), Ok(format), "{text}");
        }
    }

    #[test]
    fn files_that_are_not_inventories_have_specific_errors() {
        let cases = [
            ("", "is empty"),
            ("just words", "is neither a mapping nor a list"),
            ("metalsmith_instances: []", DEPLOYMENT),
            ("[{name: Compute, count: 3}]", DEPLOYMENT),
            ("driver: ipmi", "is a single node; put it into a list under the key `nodes`"),
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
            assert!(why.starts_with("has an unknown format"), "{text}: {why}");
        }
    }
}
