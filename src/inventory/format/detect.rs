//! Detects the format of an inventory file.

use super::{FORMATS, InputFormat, Recognition};
use crate::inventory::csv_reader::Rows;
use crate::inventory::document::{Content, InputFile, InputProblem, SourceLocation, Value};

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
pub(in crate::inventory) fn detect_table(source: &InputFile) -> Option<InputFormat> {
    if is_yaml(source) {
        return None;
    }
    let first = Rows::new(source).next()?.ok()?;
    let is_table = |recognition: &Recognition| matches!(recognition, Recognition::Table { is_first_row, .. } if is_first_row(&first));
    detected(is_table)
}

/// The last format in the table that is recognized: the more general ones come first.
fn detected(is_recognized: impl Fn(&Recognition) -> bool) -> Option<InputFormat> {
    FORMATS.iter().rev().find(|format| is_recognized(&format.0.recognition())).copied()
}

/// The error for an Ansible INI inventory: the first line is a section.
pub(in crate::inventory) fn ini_error(source: &InputFile) -> Option<InputProblem> {
    let section = first_line(source).trim_end().strip_prefix('[')?.strip_suffix(']')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let is_section = !section.is_empty() && section.chars().all(is_name);
    let message = "is an Ansible INI inventory, which is not supported: write the machines as YAML under the key `nodes`";
    is_section.then(|| InputProblem::error(SourceLocation::file(source.name().clone()), message.to_owned()))
}

/// The error for a table in an unknown format: all rows have the same number of cells, at least three. If a row
/// cannot be split into cells, returns that error.
pub(in crate::inventory) fn table_error(source: &InputFile) -> Option<InputProblem> {
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
pub(in crate::inventory) fn detect<'v>(
    roots: impl IntoIterator<Item = &'v Value>,
) -> Result<InputFormat, &'static str> {
    let roots: Vec<&Value> = roots.into_iter().collect();
    let by_any = |recognition: &Recognition| matches!(recognition, Recognition::AnyDocument(is_recognized) if roots.iter().any(|root| is_recognized(root)));
    if let Some(format) = detected(by_any) {
        return Ok(format);
    }
    let Some(&root) = roots.first() else { return Err("is empty") };
    if let Some(error) = other_purpose(root) {
        return Err(error);
    }
    let by_first = |recognition: &Recognition| matches!(recognition, Recognition::FirstDocument(is_recognized) if is_recognized(root));
    detected(by_first).ok_or_else(|| unknown(root))
}

const DEPLOYMENT: &str = "describes instances to deploy, not machines to enroll";

/// The error for a mapping that has another purpose, even if it has keys of an inventory.
fn other_purpose(root: &Value) -> Option<&'static str> {
    if root.get("metalsmith_instances").or(root.get("instances")).is_some() {
        return Some(DEPLOYMENT);
    }
    root.get("platform").and_then(|platform| platform.get("baremetal")).map(|_| INSTALL_CONFIG)
}

/// The error for a document that no format recognizes.
fn unknown(root: &Value) -> &'static str {
    match &root.content {
        Content::Scalar(_) => "is neither a mapping nor a list",
        Content::List(items) => {
            let is_role = |item: &Value| item.get("count").is_some() && item.get("name").is_some();
            if items.iter().any(is_role) {
                DEPLOYMENT
            } else {
                "is a list; put the machines under the key `nodes`"
            }
        }
        Content::Mapping(_) if root.get("driver").is_some_and(|driver| driver.text().is_some()) => {
            "is a single node; put it into a list under the key `nodes`"
        }
        Content::Mapping(_) if root.get("flavors").is_some() => "describes flavors, not machines",
        Content::Mapping(_) => {
            "has an unknown format: no key `nodes` or `chassis`, and not a known inventory of another tool"
        }
    }
}

const INSTALL_CONFIG: &str = "is an OpenShift `install-config.yaml`, which is not supported: write the hosts in `platform.baremetal.hosts` as `BareMetalHost` resources, each with a Secret";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::document::{Document, InputFile, Report};

    fn detected(text: &str) -> Result<&'static str, &'static str> {
        let document = Document::parse(InputFile::from_text("f", text)).expect("is YAML");
        let report = Report::default();
        detect(document.roots(&report).map(|root| root.value())).map(InputFormat::name)
    }

    #[test]
    fn all_formats_are_detected() {
        let cases = [
            ("nodes: [{driver: ipmi}]", "farrier"),
            ("{\"chassis\": []}", "farrier"),
            ("nodes: [{pm_type: ipmi, pm_addr: 10.0.0.1}]", "instackenv"),
            ("[{\"pm_type\": \"ipmi\"}]", "instackenv"),
            ("edge-07: {driver: ipmi, nics: [{mac: '5a:00:00:00:07:01'}]}", "bifrost"),
            ("kind: Secret\n---\napiVersion: metal3.io/v1alpha1\nkind: BareMetalHost\n", "metal3"),
            ("{apiVersion: v1, kind: Secret}", "metal3"),
            ("{x-a: {}, x-b: {}, x-c: {}, edge: {driver: ipmi}}", "bifrost"),
            ("{edge-1: {driver: ipmi}, edge-2: {nics: []}, defaults: {}}", "bifrost"),
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
