//! Reads flavor files, with farrier's own keys or Nova's.
//!
//! ```yaml
//! flavors:
//!   bm.small: {vcpus: 8, ram_mb: 16384, disk_gb: 100, resource_class: bm-small,
//!              extra_specs: {"capabilities:boot_mode": uefi, "trait:CUSTOM_NVME": required}}
//! ```
//!
//! Other accepted forms: a list of flavors with a `name` each; either form without the key `flavors`; a table with a header
//! row, as `openstack flavor list -f csv` prints it; Nova's responses (`{"flavors": […]}`, `{"flavor": {…}}`); `openstack flavor
//! show -f json`; and `openstack flavor list --long -f json`, in which the keys are column titles. Sizes may have a unit, as in
//! `16G`.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::csv_reader::{Cell, Rows};
use super::document::{
    Content, Cursor, Document, Entry, InputError, InputFile, InputProblem, Report, SourceLocation, Table,
    Value, is_anchor_key,
};
use super::{size, unrendered_templates};
use crate::host_manager::Flavor;

/// The keys of a flavor, for suggestions about unknown keys.
pub(super) const KEYS: &[&str] = &[
    "name",
    "vcpus",
    "ram_mb",
    "disk_gb",
    "ephemeral_gb",
    "swap_mb",
    "resource_class",
    "extra_specs",
    "ram",
    "disk",
    "ephemeral",
    "swap",
    "properties",
];

/// Keys of Nova and its clients that farrier does not use.
const IGNORED: &[&str] = &[
    "access_project_ids",
    "description",
    "flavor_id",
    "flavorid",
    "id",
    "is_public",
    "links",
    "os-flavor-access:is_public",
    "os-flv-disabled:disabled",
    "rx_tx_factor",
    "rxtx_factor",
];

/// A flavor and its place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocatedFlavor {
    /// The flavor.
    pub flavor: Flavor,
    /// The place.
    pub origin: SourceLocation,
}

/// Reads flavor files. For a directory, reads the files in it whose names end in `.yaml`, `.yml` or `.json`.
///
/// Returns the flavors in the order of the files, and warnings.
///
/// # Errors
///
/// All errors in all files: unreadable files, unknown keys, invalid values and duplicate names.
pub fn load(paths: &[PathBuf]) -> Result<(Vec<LocatedFlavor>, Vec<InputProblem>), InputError> {
    let report = Report::default();
    let mut documents = Vec::new();
    for path in paths.iter().flat_map(|path| files(path)) {
        match InputFile::read(&path).and_then(|source| parse(source, &report)) {
            Ok(document) => documents.push(document),
            Err(error) => report.absorb(error),
        }
    }
    let flavors = read(&documents, &report);
    report.finish(flavors)
}

/// Parses YAML, JSON, or a table with a header row (`openstack flavor list -f csv`).
fn parse(source: InputFile, report: &Report) -> Result<Document, InputError> {
    let is_header = |row: &Vec<Cell>| {
        let fields: Vec<_> = row.iter().filter_map(|cell| field(&normalized(&cell.text))).collect();
        fields.contains(&"name") && fields.len() > 1
    };
    let first = Rows::new(&source).next().and_then(Result::ok);
    let Some(header) = first.filter(is_header) else { return Document::parse(source) };
    let mut flavors = Vec::new();
    for row in Rows::new(&source).skip(1) {
        let row = row?;
        let at = row[0].at;
        if row.len() != header.len() {
            let message = format!("the row has {} cells, but the header has {}", row.len(), header.len());
            report.error(SourceLocation::at(source.name().clone(), at, String::new()), message);
            continue;
        }
        let entry = |(name, cell): (&Cell, &Cell)| Entry {
            at: cell.at,
            key: name.text.as_str().into(),
            value: Value::unquoted(cell.at, &cell.text),
        };
        let cells = header.iter().zip(&row).filter(|(_, cell)| !cell.text.is_empty());
        flavors.push(Value { at, content: Content::Mapping(cells.map(entry).collect()) });
    }
    let root = Value { at: header[0].at, content: Content::List(flavors) };
    Ok(Document::from_table(source, vec![root]))
}

/// The error about a file of another tool, with the form to use instead.
fn foreign_file_error(root: &Cursor<'_>) -> Option<&'static str> {
    let value = root.value();
    let has = |key: &str| value.get(key).is_some();
    if has("heat_template_version") {
        return Some("is a Heat template: list the properties of each flavor under the key `flavors`");
    }
    // A flavor may have the name `os_flavors` or `mandatory`. Its value then has no list and no flavors in it.
    let is_list = |key: &str| value.get(key).is_some_and(|value| matches!(value.content, Content::List(_)));
    let has_flavors = |value: &Value| value.entries().iter().any(|entry| !entry.value.entries().is_empty());
    if is_list("os_flavors") || value.get("os_flavors").is_some_and(has_flavors) {
        return Some("the key for flavors is `flavors`, not `os_flavors`");
    }
    if is_list("mandatory") || is_list("reference") && is_list("recommended") {
        return Some(
            "is an OSISM flavor list: list each flavor with `vcpus`, `ram` and `disk` under the key `flavors`",
        );
    }
    if has("apiVersion") && has("kind") {
        return Some(
            "is a Kubernetes resource: list each flavor with `vcpus`, `ram` and `disk` under the key `flavors`",
        );
    }
    let is_terraform = |key: &str| key.starts_with("openstack_compute_flavor");
    let has_terraform = |value: &Value| value.entries().iter().any(|entry| is_terraform(&entry.key));
    if value.get("resource").is_some_and(has_terraform) {
        return Some(
            "is a Terraform configuration: list each flavor with `vcpus`, `ram` and `disk` under the key `flavors`",
        );
    }
    let is_module = |key: &str| key.ends_with("compute_flavor") || key.ends_with("os_nova_flavor");
    let is_ansible = |item: &Value| {
        let keys = || item.entries().iter().map(|entry| &*entry.key);
        keys().any(|key| key == "tasks" || key == "hosts" || is_module(key))
    };
    value.items().iter().any(is_ansible).then_some(
        "is an Ansible playbook or task list: list each flavor with `vcpus`, `ram` and `disk` under the key `flavors`",
    )
}

/// The flavor files in a folder, sorted by name, or the path itself if it is not a folder.
fn files(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(path) else { return vec![path.to_owned()] };
    let is_flavor_file = |path: &PathBuf| {
        path.extension()
            .is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known))
    };
    let mut files: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_flavor_file).collect();
    files.sort();
    files
}

fn read(documents: &[Document], report: &Report) -> Vec<LocatedFlavor> {
    let mut flavors = Flavors::default();
    for document in documents {
        for root in document.roots(report) {
            flavors.read_root(&root, document.file().text());
        }
    }
    flavors.flavors
}

/// The flavors read so far, and the place of each name.
#[derive(Default)]
struct Flavors {
    flavors: Vec<LocatedFlavor>,
    places: HashMap<String, SourceLocation>,
}

impl Flavors {
    /// Reads a document. `text` is the text of the whole file.
    fn read_root(&mut self, root: &Cursor<'_>, text: &str) {
        if let Some(error) = foreign_file_error(root) {
            return root.error(error);
        }
        if matches!(root.value().content, Content::List(_)) {
            return self.read_list(root);
        }
        let Some(table) = root.mapping() else { return };
        if let Some(flavors) = table.get("flavors") {
            table.allow_keys(&["flavors", "flavors_links"]);
            match flavors.value().content {
                Content::List(_) => self.read_list(&flavors),
                _ => self.read_mapping(&flavors, &[]),
            }
        } else if let Some(flavor) = table.get("flavor") {
            self.read_flavor(&flavor, None);
        } else if is_flavor(&table) {
            self.read_flavor(root, None);
        } else if !table.contains("flavors") {
            let holders = anchor_holders(root, text);
            self.read_mapping(root, &holders);
        }
    }

    fn read_list(&mut self, list: &Cursor<'_>) {
        for flavor in list.items() {
            self.read_flavor(&flavor, None);
        }
    }

    /// Reads a mapping from names to flavors, without the keys in `skipped`.
    fn read_mapping(&mut self, flavors: &Cursor<'_>, skipped: &[&str]) {
        let Some(table) = flavors.mapping() else { return };
        for (name, flavor) in table.entries().filter(|(name, _)| !skipped.contains(name)) {
            if flavor.value().is_null() {
                // An empty flavor fits every machine, so it is probably a mistake.
                flavor.error("empty flavor: use `{}` for a flavor that fits every machine");
                continue;
            }
            self.read_flavor(&flavor, Some(name));
        }
    }

    fn read_flavor(&mut self, cursor: &Cursor<'_>, key: Option<&str>) {
        let Some(table) = cursor.mapping() else { return };
        let mut flavor = Flavor { name: key.unwrap_or_default().to_owned(), ..Flavor::default() };
        let mut keys: HashMap<&str, &str> = HashMap::new();
        for (key, value) in table.entries() {
            let normalized_key = normalized(key);
            let Some(field) = field(&normalized_key) else {
                if !IGNORED.iter().any(|ignored| ignored.replace('-', "_") == normalized_key) {
                    unknown(&table, key, KEYS);
                }
                continue;
            };
            unrendered_templates::report(key, &value);
            if let Some(other) = keys.insert(field, key) {
                table
                    .error_at_key(key, &format!("`{other}` and `{key}` mean the same: use only one of them"));
                continue;
            }
            if !value.value().is_null() {
                set(&mut flavor, field, &value);
            }
        }
        if flavor.name.is_empty() {
            return table.cursor().error("flavor without a `name`");
        }
        check_disk(&flavor, &table);
        if let Some(first) = self.places.get(&flavor.name) {
            return cursor.error(format!(
                "duplicate flavor `{}`, first defined at {}",
                flavor.name,
                first.short()
            ));
        }
        self.places.insert(flavor.name.clone(), cursor.location());
        self.flavors.push(LocatedFlavor { flavor, origin: cursor.location() });
    }
}

/// Whether the mapping is a flavor itself, as `openstack flavor show -f json` writes it: it has a key of a flavor with a
/// scalar value. In a mapping from names to flavors, each value is a mapping.
fn is_flavor(table: &Table<'_>) -> bool {
    table.entries().any(|(key, value)| {
        field(&normalized(key)).is_some() && value.value().text().is_some() && !value.value().is_null()
    })
}

/// The top-level keys that only contain anchors: `.defaults`, and `x-defaults` only if its value has an anchor, because
/// `x-large` may be the name of a flavor.
fn anchor_holders<'d>(root: &Cursor<'d>, text: &str) -> Vec<&'d str> {
    let keys = root.value().entries();
    let mut holders = Vec::new();
    for (at, entry) in keys.iter().enumerate().filter(|(_, entry)| is_anchor_key(&entry.key)) {
        let first = entry.at.line.max(1) as usize - 1;
        let next = keys.get(at + 1).map_or(usize::MAX, |next| (next.at.line as usize).saturating_sub(1));
        let lines = text.lines().skip(first).take(next.saturating_sub(first).max(1));
        if entry.key.starts_with('.') || lines.flat_map(str::split_whitespace).any(is_anchor) {
            holders.push(&*entry.key);
        }
    }
    holders
}

/// Whether a word is an anchor: `&name`, possibly after brackets.
fn is_anchor(word: &str) -> bool {
    let name = word.trim_start_matches(['{', '[', '(']).strip_prefix('&');
    name.is_some_and(|name| name.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Common wrong keys, with the keys to use instead.
const SYNONYMS: [(&str, &str); 19] = [
    ("cores", "vcpus"),
    ("cpu", "vcpus"),
    ("cpus", "vcpus"),
    ("vcpu", "vcpus"),
    ("mem", "ram_mb"),
    ("memory", "ram_mb"),
    ("memory_mb", "ram_mb"),
    ("ram_gb", "ram: 16G"),
    ("mem_gb", "ram: 16G"),
    ("memory_gb", "ram: 16G"),
    ("disk_mb", "disk: 102400M"),
    ("disk_size", "disk_gb"),
    ("local_gb", "disk_gb"),
    ("root_gb", "disk_gb"),
    ("storage", "disk_gb"),
    ("swap_gb", "swap: 2G"),
    ("ephemeral_mb", "ephemeral: 2048M"),
    ("class", "resource_class"),
    ("specs", "extra_specs"),
];

/// Reports an unknown key with a suggestion.
pub(super) fn unknown(table: &Table<'_>, key: &str, known: &[&str]) {
    let normalized_key = normalized(key);
    match SYNONYMS.iter().find(|(synonym, _)| *synonym == normalized_key) {
        Some((_, suggestion)) => {
            let shown = key.escape_debug();
            table.error_at_key(key, &format!("unknown key `{shown}`, did you mean `{suggestion}`?"));
        }
        None => table.unknown_key(key, known),
    }
}

/// A key in lower case, with `_` between words.
fn normalized(key: &str) -> String {
    key.to_lowercase().replace([' ', '-'], "_")
}

/// The field of a flavor that a normalized key means.
pub(super) fn field(key: &str) -> Option<&'static str> {
    Some(match key {
        "name" => "name",
        "vcpus" => "vcpus",
        "ram_mb" | "ram" => "ram_mb",
        "disk_gb" | "disk" => "disk_gb",
        "ephemeral_gb" | "ephemeral" | "os_flv_ext_data:ephemeral" => "ephemeral_gb",
        "swap_mb" | "swap" => "swap_mb",
        "resource_class" => "resource_class",
        "extra_specs" | "properties" => "extra_specs",
        _ => return None,
    })
}

/// Requires a root disk for ephemeral disk and swap: they are added to its size and would be ignored without it.
fn check_disk(flavor: &Flavor, table: &Table<'_>) {
    if flavor.disk_gb.is_none() && (flavor.ephemeral_gb.unwrap_or(0) > 0 || flavor.swap_mb.unwrap_or(0) > 0) {
        table.cursor().error("`disk_gb` is missing: ephemeral disk and swap are added to it (it may be 0)");
    }
}

/// Sets a field from its value in the file and reports an error in it.
pub(super) fn set(flavor: &mut Flavor, field: &str, value: &Cursor<'_>) {
    let mebibytes = || value.checked(|text| size::mebibytes(text).map_err(|error| error.to_string()));
    let gibibytes = || value.checked(|text| size::gibibytes(text).map_err(|error| error.to_string()));
    match field {
        "name" => value.string().unwrap_or_default().clone_into(&mut flavor.name),
        "vcpus" => flavor.vcpus = value.integer(),
        "ram_mb" => flavor.ram_mb = mebibytes(),
        "disk_gb" => flavor.disk_gb = gibibytes(),
        "ephemeral_gb" => flavor.ephemeral_gb = gibibytes(),
        // Nova writes "" if there is no swap.
        "swap_mb" if value.value().text() == Some("") => flavor.swap_mb = Some(0),
        "swap_mb" => flavor.swap_mb = mebibytes(),
        "resource_class" => {
            flavor.resource_class = value.string().map(str::to_owned).filter(|class| !class.is_empty());
        }
        _ => flavor.extra_specs = extra_specs(value),
    }
}

/// Reads extra specs: a mapping, or the text that older clients write (`a='b', c='d'`).
fn extra_specs(value: &Cursor<'_>) -> BTreeMap<String, String> {
    if let Some(text) = value.value().text() {
        let pairs = quoted_pairs(text);
        if pairs.is_none() {
            value.expected("a mapping of extra specs");
        }
        return pairs.unwrap_or_default();
    }
    let Some(table) = value.mapping() else { return BTreeMap::new() };
    table.entries().filter_map(|(key, value)| Some((key.to_owned(), value.string()?.to_owned()))).collect()
}

/// Reads `a='b', c='d'`. An empty text has no pairs.
pub(super) fn quoted_pairs(text: &str) -> Option<BTreeMap<String, String>> {
    let mut pairs = BTreeMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once("='")?;
        // Quotes inside a value are not escaped, so the value ends before the next pair or at the end of the text.
        let (value, next) = match after.find("', ") {
            Some(end) => (&after[..end], &after[end + 3..]),
            None => (after.strip_suffix('\'')?, ""),
        };
        pairs.insert(key.to_owned(), value.to_owned());
        rest = next;
    }
    Some(pairs)
}

#[cfg(test)]
mod tests;
