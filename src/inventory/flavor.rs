//! Flavor files: named requests, in farrier's own keys or in Nova's.
//!
//! ```yaml
//! flavors:
//!   bm.small: {vcpus: 8, ram_mb: 16384, disk_gb: 100, resource_class: bm-small,
//!              extra_specs: {"capabilities:boot_mode": uefi, "trait:CUSTOM_NVME": required}}
//! ```
//!
//! Read too: a list in place of the mapping, each flavor with its `name`; the flavors without `flavors:` around
//! them; a table with column names, as `openstack flavor list -f csv` prints it; Nova's answers (`{"flavors": […]}`, `{"flavor": {…}}`); `openstack flavor show -f json`; and
//! `openstack flavor list --long -f json`, whose keys are column titles. Sizes may be written as `16G`.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::csv_reader::{Cell, Rows};
use super::document::{
    Content, Cursor, Document, Entry, InputError, InputFile, InputProblem, Report, SourceLocation, Table,
    Value, is_anchor_key,
};
use super::{size, unrendered_templates};
use crate::host_manager::Flavor;

/// The keys of a flavor, as unknown ones are compared with them.
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

/// What Nova and its clients say of a flavor that is nothing to us.
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

/// A flavor, and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The flavor.
    pub flavor: Flavor,
    /// Its place.
    pub origin: SourceLocation,
}

/// Reads flavor files, and in place of a folder those in it that end in `.yaml`, `.yml` or `.json`.
///
/// Gives the flavors in the order of the files, each with its place, and what the operator should know although they
/// can be used.
///
/// # Errors
///
/// All that is wrong with all files: what cannot be read, keys that are not known, values that are not what they
/// should be, and a name that is given twice.
pub fn load(paths: &[PathBuf]) -> Result<(Vec<Written>, Vec<InputProblem>), InputError> {
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

/// Parses YAML, JSON, or a table with a line of column names (`openstack flavor list -f csv`).
fn parse(source: InputFile, report: &Report) -> Result<Document, InputError> {
    let is_first = |row: &Vec<Cell>| {
        let fields: Vec<_> = row.iter().filter_map(|cell| field(&plain(&cell.text))).collect();
        fields.contains(&"name") && fields.len() > 1
    };
    let first = Rows::new(&source).next().and_then(Result::ok);
    let Some(header) = first.filter(is_first) else { return Document::parse(source) };
    let mut flavors = Vec::new();
    for row in Rows::new(&source).skip(1) {
        let row = row?;
        let at = row[0].at;
        if row.len() != header.len() {
            let message = format!("has {} cells, the first line names {}", row.len(), header.len());
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

/// What a file of another kind is, with what to write instead.
fn other_form(root: &Cursor<'_>) -> Option<&'static str> {
    let value = root.value();
    let has = |key: &str| value.get(key).is_some();
    if has("heat_template_version") {
        return Some("is a template for Heat: write the properties of each flavor under the key `flavors`");
    }
    // A flavor may be called `os_flavors` or `mandatory`: it has no list or flavors in it.
    let is_list = |key: &str| value.get(key).is_some_and(|value| matches!(value.content, Content::List(_)));
    let holds_flavors = |value: &Value| value.entries().iter().any(|entry| !entry.value.entries().is_empty());
    if is_list("os_flavors") || value.get("os_flavors").is_some_and(holds_flavors) {
        return Some("the key for flavors is `flavors`, not `os_flavors`");
    }
    if is_list("mandatory") || is_list("reference") && is_list("recommended") {
        return Some(
            "is a list of flavors for OSISM: write each flavor with `vcpus`, `ram` and `disk` under the key `flavors`",
        );
    }
    if has("apiVersion") && has("kind") {
        return Some(
            "is a resource of Kubernetes: write each flavor with `vcpus`, `ram` and `disk` under the key `flavors`",
        );
    }
    let is_terraform = |key: &str| key.starts_with("openstack_compute_flavor");
    if value.get("resource").is_some_and(|all| all.entries().iter().any(|kind| is_terraform(&kind.key))) {
        return Some(
            "is configuration for Terraform: write each flavor with `vcpus`, `ram` and `disk` under the key `flavors`",
        );
    }
    let is_module = |key: &str| key.ends_with("compute_flavor") || key.ends_with("os_nova_flavor");
    let is_ansible = |item: &Value| {
        let keys = || item.entries().iter().map(|entry| &*entry.key);
        keys().any(|key| key == "tasks" || key == "hosts" || is_module(key))
    };
    value.items().iter().any(is_ansible).then_some(
        "is a playbook or a list of tasks for Ansible: write each flavor with `vcpus`, `ram` and `disk` under the key `flavors`",
    )
}

/// The flavor files in a folder, by name; of anything else the path itself.
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

fn read(documents: &[Document], report: &Report) -> Vec<Written> {
    let mut flavors = Flavors::default();
    for document in documents {
        for root in document.roots(report) {
            flavors.read_root(&root, document.file().text());
        }
    }
    flavors.flavors
}

/// The flavors read so far, and where each name stands.
#[derive(Default)]
struct Flavors {
    flavors: Vec<Written>,
    places: HashMap<String, SourceLocation>,
}

impl Flavors {
    /// Reads a document of the file with this text.
    fn read_root(&mut self, root: &Cursor<'_>, text: &str) {
        if let Some(other) = other_form(root) {
            return root.error(other);
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

    /// A mapping of names to flavors. These keys are none of them.
    fn read_mapping(&mut self, flavors: &Cursor<'_>, others: &[&str]) {
        let Some(table) = flavors.mapping() else { return };
        for (name, flavor) in table.entries().filter(|(name, _)| !others.contains(name)) {
            if flavor.value().is_null() {
                // A flavor that names nothing fits every machine, and is more likely a slip.
                flavor.error("a flavor without anything in it; write `{}` for one that fits every machine");
                continue;
            }
            self.read_flavor(&flavor, Some(name));
        }
    }

    fn read_flavor(&mut self, cursor: &Cursor<'_>, key: Option<&str>) {
        let Some(table) = cursor.mapping() else { return };
        let mut flavor = Flavor { name: key.unwrap_or_default().to_owned(), ..Flavor::default() };
        let mut written: HashMap<&str, &str> = HashMap::new();
        for (key, value) in table.entries() {
            let plain_key = plain(key);
            let Some(field) = field(&plain_key) else {
                if !IGNORED.iter().any(|ignored| ignored.replace('-', "_") == plain_key) {
                    unknown(&table, key, KEYS);
                }
                continue;
            };
            unrendered_templates::report(key, &value);
            if let Some(other) = written.insert(field, key) {
                table.error_at_key(key, &format!("`{other}` and `{key}` say the same; write one of them"));
                continue;
            }
            if !value.value().is_null() {
                set(&mut flavor, field, &value);
            }
        }
        if flavor.name.is_empty() {
            return table.cursor().error("the flavor's `name` is missing");
        }
        check_disk(&flavor, &table);
        if let Some(first) = self.places.get(&flavor.name) {
            return cursor.error(format!("flavor `{}` is given already at {}", flavor.name, first.short()));
        }
        self.places.insert(flavor.name.clone(), cursor.location());
        self.flavors.push(Written { flavor, origin: cursor.location() });
    }
}

/// Whether the mapping is a flavor itself, as `openstack flavor show -f json` writes it: one of the keys that flavors
/// have stands there with a plain value. In a mapping of flavors by name each value is a mapping.
fn is_flavor(table: &Table<'_>) -> bool {
    table.entries().any(|(key, value)| {
        field(&plain(key)).is_some() && value.value().text().is_some() && !value.value().is_null()
    })
}

/// The keys at the top that only hold what anchors refer to: `.defaults`, and `x-defaults` if there is an anchor in it,
/// because `x-large` may be a flavor's name.
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

/// Whether a word of a file is an anchor: `&name`, perhaps after brackets.
fn is_anchor(word: &str) -> bool {
    let name = word.trim_start_matches(['{', '[', '(']).strip_prefix('&');
    name.is_some_and(|name| name.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Keys that people write for those of a flavor, and what to write.
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

/// Notes a key that cannot be used, with what was probably meant.
pub(super) fn unknown(table: &Table<'_>, key: &str, known: &[&str]) {
    let plain_key = plain(key);
    match SYNONYMS.iter().find(|(written, _)| *written == plain_key) {
        Some((_, meant)) => {
            let key_shown = key.escape_debug();
            table.error_at_key(key, &format!("unknown key `{key_shown}`, did you mean `{meant}`?"));
        }
        None => table.unknown_key(key, known),
    }
}

/// A key in lower case and with `_` between words.
fn plain(key: &str) -> String {
    key.to_lowercase().replace([' ', '-'], "_")
}

/// Which of a flavor's fields a key means, in lower case and with `_` between words.
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

/// Ephemeral disk and swap are counted on top of the root disk; alone they would be dropped in silence.
fn check_disk(flavor: &Flavor, table: &Table<'_>) {
    if flavor.disk_gb.is_none() && (flavor.ephemeral_gb.unwrap_or(0) > 0 || flavor.swap_mb.unwrap_or(0) > 0) {
        table
            .cursor()
            .error("ephemeral disk and swap count on top of `disk_gb`, which is missing (it may be 0)");
    }
}

/// Sets a field from its value in the file; what is wrong with that is noted.
pub(super) fn set(flavor: &mut Flavor, field: &str, value: &Cursor<'_>) {
    let mebibytes = || value.checked(|text| size::mebibytes(text).map_err(|error| error.to_string()));
    let gibibytes = || value.checked(|text| size::gibibytes(text).map_err(|error| error.to_string()));
    match field {
        "name" => value.string().unwrap_or_default().clone_into(&mut flavor.name),
        "vcpus" => flavor.vcpus = value.integer(),
        "ram_mb" => flavor.ram_mb = mebibytes(),
        "disk_gb" => flavor.disk_gb = gibibytes(),
        "ephemeral_gb" => flavor.ephemeral_gb = gibibytes(),
        // Nova says "" where there is no swap.
        "swap_mb" if value.value().text() == Some("") => flavor.swap_mb = Some(0),
        "swap_mb" => flavor.swap_mb = mebibytes(),
        "resource_class" => {
            flavor.resource_class = value.string().map(str::to_owned).filter(|class| !class.is_empty());
        }
        _ => flavor.extra_specs = extra_specs(value),
    }
}

/// Extra specs: a mapping, or the text that older clients make of one (`a='b', c='d'`).
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

/// Reads `a='b', c='d'`; the empty text is no pairs at all.
pub(super) fn quoted_pairs(text: &str) -> Option<BTreeMap<String, String>> {
    let mut pairs = BTreeMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once("='")?;
        // A quote within the value is not escaped, so the value ends where another pair begins, or at the end.
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
