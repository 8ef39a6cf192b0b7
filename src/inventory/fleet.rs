//! Fleet files: several kinds of instances at once, for `schedule --file` and `deploy --file`.
//!
//! ```yaml
//! defaults: {exact: true, image: ./el10.qcow2, ssh_keys: ~/.ssh/id.pub}
//! instances:
//!   - {name: web, count: 3, flavor: bm.small}
//!   - {name: db, resource_class: bm.large, ram: 256G, traits: [CUSTOM_NVME], capabilities: {boot_mode: uefi}}
//! ```
//!
//! Read too: the list by itself, metalsmith's `instances` (with `hostname`) and `metalsmith_instances` with its
//! `metalsmith_…` defaults, and TripleO's roles with `count`, `defaults` and `instances`. What chooses
//! machines is read here, and what to put on them by `payload`.

mod asked;
mod keys;
mod networks;
mod payload;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

pub use self::networks::Nic;
pub use self::payload::{Payload, Placed, SshKey, Structure};

use self::asked::{Asked, capability_pairs};
use super::document::{
    Content, Cursor, Document, InputError, InputFile, InputProblem, Report, SourceLocation, Table,
};
use super::{flavor, unquoted_secrets, unrendered_templates};
use crate::host_manager::{Flavor, Request};

/// Instances of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Their name; several are NAME-1, NAME-2, …
    pub name: String,
    /// How many.
    pub count: usize,
    /// The flavor that their request begins as.
    pub flavor: Option<String>,
    /// What is asked beside the flavor: the dimensions that a flavor has, and where to look. Its filters are the usual
    /// ones, or the exact ones where `exact` is set.
    pub wanted: Request,
    /// What to put on them.
    pub payload: Payload,
    /// Where they are given.
    pub origin: SourceLocation,
}

impl Group {
    /// The request of each instance: the flavor overlaid by what the file says.
    #[must_use]
    pub fn request(&self, flavor: Option<&Flavor>) -> Request {
        let base = flavor.map(Request::from).unwrap_or_default();
        let wanted = self.wanted.clone();
        let mut extra_specs = base.extra_specs;
        extra_specs.extend(wanted.extra_specs);
        Request {
            flavor: base.flavor,
            vcpus: wanted.vcpus.or(base.vcpus),
            ram_mb: wanted.ram_mb.or(base.ram_mb),
            disk_gb: wanted.disk_gb.or(base.disk_gb),
            ephemeral_gb: wanted.ephemeral_gb.or(base.ephemeral_gb),
            swap_mb: wanted.swap_mb.or(base.swap_mb),
            resource_class: wanted.resource_class.or(base.resource_class),
            extra_specs,
            ..wanted
        }
    }
}

/// Reads a fleet file, or standard input for `-`.
///
/// # Errors
///
/// All that is wrong with the file: what cannot be read, keys that are not known, values that are not what they should
/// be, and names that are given twice.
pub fn load(path: &Path) -> Result<(Vec<Group>, Vec<InputProblem>), InputError> {
    read(&Document::parse(InputFile::read(path)?)?)
}

fn read(document: &Document) -> Result<(Vec<Group>, Vec<InputProblem>), InputError> {
    let report = Report::default();
    let folder = document.file().directory();
    let mut fleet = Fleet { folder, groups: Vec::new(), places: HashMap::new() };
    for root in document.roots(&report) {
        unquoted_secrets::warn(&root, document.file());
        fleet.read_root(&root);
    }
    report.finish(fleet.groups)
}

/// What was read of a group so far.
#[derive(Debug, Clone, Default)]
struct Draft {
    flavor: Option<String>,
    /// The dimensions of a flavor.
    sizes: Flavor,
    wanted: Request,
    exact: bool,
    payload: Payload,
}

struct Fleet<'d> {
    /// From which paths in the file are reckoned.
    folder: &'d Path,
    groups: Vec<Group>,
    places: HashMap<String, SourceLocation>,
}

impl Fleet<'_> {
    fn read_root(&mut self, root: &Cursor<'_>) {
        if matches!(root.value().content, Content::List(_)) {
            return self.read_list(root, &Draft::default());
        }
        let Some(table) = root.mapping() else { return };
        let mut defaults = Draft::default();
        if let Some(given) = table.get("defaults")
            && let Some(given) = given.mapping()
        {
            defaults.read_defaults(&given, "", self.folder);
        }
        if let Some(instances) = table.get("metalsmith_instances") {
            defaults.read_defaults(&table, METALSMITH, self.folder);
            return self.read_list(&instances, &defaults);
        }
        match table.require("instances") {
            Some(instances) => {
                read_options(&table);
                self.read_list(&instances, &defaults);
            }
            None => table.allow_keys(&["defaults", "instances"]),
        }
    }

    fn read_list(&mut self, list: &Cursor<'_>, defaults: &Draft) {
        for group in list.items() {
            if let Some(table) = group.mapping() {
                self.read_group(&table, defaults);
            }
        }
    }

    fn read_group(&mut self, table: &Table<'_>, defaults: &Draft) {
        let mut draft = defaults.clone();
        if let Some(given) = table.get("defaults")
            && let Some(given) = given.mapping()
        {
            draft.read_defaults(&given, "", self.folder);
        }
        draft.read(table, "", self.folder);
        // Where there is a host name, `name` is metalsmith's word for the one node to take.
        let (name, node) = match (table.get("hostname"), table.get("name")) {
            (Some(host), node) => (host.string(), node.and_then(|node| node.string())),
            (None, Some(name)) => (name.string(), None),
            (None, None) => {
                return table.cursor().error("the instances' `name` is missing");
            }
        };
        let Some(name) = name else { return };
        if let Some(node) = node {
            if let Some(key) =
                ["node", "nodes", "candidates"].into_iter().find(|key| table.get(key).is_some())
            {
                let message =
                    format!("`name` beside `hostname` is the node to take, as `{key}` is; write one of them");
                table.error_at_key(key, &message);
            }
            draft.wanted.nodes = vec![node.to_owned()];
        }
        let mut count: usize = match table.get("count") {
            Some(count) => count.integer().unwrap_or(0),
            None => 1,
        };
        if table.get("provisioned").and_then(|wanted| wanted.boolean()) == Some(false) {
            count = 0;
        }
        // TripleO counts the instances that it describes one by one among the others of their role.
        if let Some(instances) = table.get("instances") {
            let before: usize = self.groups.iter().map(|group| group.count).sum();
            self.read_list(&instances, &draft);
            let described: usize = self.groups.iter().map(|group| group.count).sum::<usize>() - before;
            count = count.saturating_sub(described);
        }
        if count > 0 {
            self.push(table.cursor(), name, count, draft);
        }
    }

    fn push(&mut self, cursor: &Cursor<'_>, name: &str, count: usize, draft: Draft) {
        if let Some(first) = self.places.get(name) {
            return cursor.error(format!("instances `{name}` are given already at {}", first.short()));
        }
        let origin = cursor.location();
        self.places.insert(name.to_owned(), origin.clone());
        let payload = draft.payload.clone();
        if payload.image_kernel.is_some() != payload.image_ramdisk.is_some() {
            cursor.error("a partition image has both a kernel and a ramdisk, or neither");
        }
        let flavor = draft.flavor.clone();
        let mut wanted = draft.request();
        // Ironic applies a template to a machine that has its name among its traits.
        wanted.required_traits.extend(payload.deploy_templates.iter().cloned());
        self.groups.push(Group { name: name.to_owned(), count, flavor, wanted, payload, origin });
    }
}

/// What metalsmith's module is told beside its instances: here options of the command say it.
fn read_options(table: &Table<'_>) {
    let options = [
        ("clean_up", "--keep-failed"),
        ("concurrency", "--jobs"),
        ("log_level", "-v"),
        ("timeout", "--timeout"),
        ("wait", "--no-wait"),
    ];
    for (key, value) in table.entries() {
        match (key, options.iter().find(|(known, _)| *known == key)) {
            ("defaults" | "instances", _) => {}
            (_, Some((_, option))) => value.warning(format!("`{key}` is passed over: `{option}` says it")),
            ("state", _) if value.value().text() == Some("present") => {}
            ("state", _) => value.error("only instances whose `state` is `present` can be deployed"),
            _ => table.unknown_key(key, &["defaults", "instances"]),
        }
    }
}

/// Handles the keys of metalsmith's role that choose nothing and put nothing on a machine. Returns whether the key is one of
/// them.
fn pass_over(key: &str, written: &str, value: &Cursor<'_>, prefix: &str) -> bool {
    match key {
        "debug" if !prefix.is_empty() => value.warning(format!("`{written}` is ignored: use `-v`")),
        "provisioning_timeout" if !prefix.is_empty() => {
            value.warning(format!("`{written}` is ignored: use `--timeout`"));
        }
        "netboot" => {
            if value.boolean() == Some(true) {
                value.error(
                    "instances can only boot from their disk: Ironic no longer boots them from the network",
                );
            }
        }
        "extra_args" => {
            let is_empty = match &value.value().content {
                Content::List(items) => items.is_empty(),
                Content::Mapping(entries) => entries.is_empty(),
                Content::Scalar(scalar) => scalar.text().trim().is_empty(),
            };
            if !is_empty {
                value.error("arguments for metalsmith are not read: use the options of `farrier deploy`");
            }
        }
        _ => return false,
    }
    true
}

/// What stands before the keys of defaults in the form of metalsmith's role.
const METALSMITH: &str = "metalsmith_";

impl Draft {
    /// As [`Draft::read`], for what several groups have in common.
    fn read_defaults(&mut self, table: &Table<'_>, prefix: &str, folder: &Path) {
        keys::note_keys_of_groups(table, prefix);
        self.read(table, prefix, folder);
    }

    /// Takes over what a mapping says, under keys that begin with `prefix`, in a file of this folder.
    fn read(&mut self, table: &Table<'_>, prefix: &str, folder: &Path) {
        let mut meanings: HashMap<&str, &str> = HashMap::new();
        let mut asked = Asked::new(table);
        if table.get(&format!("{prefix}image")).is_some() {
            self.payload.forget_image();
        }
        for (written, value) in table.entries() {
            let Some(key) = written.strip_prefix(prefix) else {
                keys::unknown_without_prefix(table, written, prefix);
                continue;
            };
            if value.value().is_null() {
                continue;
            }
            if pass_over(key, written, &value, prefix) {
                continue;
            }
            if !matches!(key, "defaults" | "instances") {
                unrendered_templates::report(key, &value);
            }
            if let Some(other) = meanings.insert(keys::meaning(key), written) {
                let message = format!("`{other}` and `{written}` say the same; write one of them");
                table.error_at_key(written, &message);
                continue;
            }
            asked.add(key, written, &value);
            match (key, flavor::field(key)) {
                // These belong to the group, which reads them itself.
                ("name" | "hostname" | "count" | "provisioned" | "defaults" | "instances", _) => {}
                (_, Some(field)) => {
                    flavor::set(&mut self.sizes, field, &value);
                    if field == "extra_specs" {
                        // They stand above the capabilities of the defaults.
                        let own = &self.sizes.extra_specs;
                        self.wanted.extra_specs.retain(|spec, _| !own.contains_key(spec));
                    }
                }
                _ if keys::KEYS.contains(&key) => self.set(key, &value),
                _ if payload::KEYS.contains(&key) => self.payload.set(key, &value, folder),
                _ => {
                    let known: Vec<String> =
                        keys::known_keys().map(|known| format!("{prefix}{known}")).collect();
                    let known: Vec<&str> = known.iter().map(String::as_str).collect();
                    if prefix.is_empty() && !key.starts_with("root") {
                        flavor::unknown(table, written, &known);
                    } else {
                        table.unknown_key(written, &known);
                    }
                }
            }
        }
        keys::note_parts(table, prefix);
    }

    fn set(&mut self, key: &str, value: &Cursor<'_>) {
        let text = || value.string().map(str::to_owned);
        let wanted = &mut self.wanted;
        match key {
            "flavor" => self.flavor = text(),
            "exact" => self.exact = value.boolean().unwrap_or_default(),
            "arch" => wanted.arch = text(),
            "conductor_group" => wanted.conductor_group = text(),
            "shard" => wanted.shard = text(),
            "owner" => wanted.owner = text(),
            "lessee" => wanted.lessee = text(),
            "node" | "nodes" | "candidates" => wanted.nodes = texts(value),
            "exclude" => wanted.exclude = texts(value),
            "traits" => {
                let (forbidden, required): (Vec<String>, Vec<String>) =
                    texts(value).into_iter().partition(|name| name.starts_with('!'));
                wanted.required_traits = required.into_iter().collect();
                wanted.forbidden_traits =
                    forbidden.iter().map(|name| name[1..].to_owned()).collect::<BTreeSet<_>>();
            }
            "profile" => {
                wanted.extra_specs.extend(text().map(|profile| ("capabilities:profile".to_owned(), profile)));
            }
            _ => self.set_capabilities(value),
        }
    }

    /// Capabilities: a mapping, or Ironic's `key:value,key2:value2`. They take the place of those of the defaults.
    fn set_capabilities(&mut self, value: &Cursor<'_>) {
        let pairs: Vec<(String, String)> = if let Some(text) = value.value().text() {
            let pairs = capability_pairs(text);
            if pairs.is_none() {
                value.expected("capabilities as a mapping, or as `key:value,key2:value2`");
            }
            pairs.unwrap_or_default()
        } else {
            let Some(table) = value.mapping() else { return };
            table
                .entries()
                .filter_map(|(key, value)| Some((key.to_owned(), value.string()?.to_owned())))
                .collect()
        };
        let specs = &mut self.wanted.extra_specs;
        specs.retain(|key, _| !key.starts_with("capabilities:") || key == "capabilities:profile");
        specs.extend(pairs.into_iter().map(|(key, value)| (format!("capabilities:{key}"), value)));
    }

    /// What is asked beside the flavor.
    fn request(self) -> Request {
        let Self { sizes, wanted, exact, .. } = self;
        let mut extra_specs = sizes.extra_specs;
        extra_specs.extend(wanted.extra_specs);
        let request = Request {
            vcpus: sizes.vcpus,
            ram_mb: sizes.ram_mb,
            disk_gb: sizes.disk_gb,
            ephemeral_gb: sizes.ephemeral_gb,
            swap_mb: sizes.swap_mb,
            resource_class: sizes.resource_class,
            extra_specs,
            ..wanted
        };
        if exact { request.exact() } else { request }
    }
}

/// One text, or a list of them.
fn texts(value: &Cursor<'_>) -> Vec<String> {
    match value.value().content {
        Content::List(_) => {
            value.items().iter().filter_map(|item| item.string().map(str::to_owned)).collect()
        }
        _ => value.string().map(str::to_owned).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests;
