//! Reads fleet files, which describe several groups of instances, for `schedule --file` and `deploy --file`.
//!
//! ```yaml
//! defaults: {exact: true, image: ./el10.qcow2, ssh_keys: ~/.ssh/id.pub}
//! instances:
//!   - {name: web, count: 3, flavor: bm.small}
//!   - {name: db, resource_class: bm.large, ram: 256G, traits: [CUSTOM_NVME], capabilities: {boot_mode: uefi}}
//! ```
//!
//! Other accepted forms: only the list; metalsmith's `instances` (with `hostname`); `metalsmith_instances` with `metalsmith_…`
//! defaults; and TripleO's roles with `count`, `defaults` and `instances`. This module reads the keys that choose nodes,
//! `payload` the keys that configure the instances.

mod known_keys;
mod networks;
mod payload;
mod requirements;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

pub use self::networks::Nic;
pub use self::payload::{Located, MappingSource, Payload, SshKey};

use self::requirements::{Requirements, capability_pairs};
use super::document::{
    Content, Cursor, Document, InputError, InputFile, InputProblem, Report, SourceLocation, Table,
};
use super::{flavor, unquoted_secrets, unrendered_templates};
use crate::host_manager::{Flavor, Request};

/// A group of identical instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceGroup {
    /// The name of the instance; several instances get the names NAME-1, NAME-2, …
    pub name: String,
    /// The number of instances.
    pub count: usize,
    /// The name of the flavor that the request is based on.
    pub flavor: Option<String>,
    /// The requirements in the file, which override the flavor. The filters are the default ones, or the exact ones if
    /// `exact` is set.
    pub requirements: Request,
    /// The image and configuration of the instances.
    pub payload: Payload,
    /// The place in the file.
    pub origin: SourceLocation,
}

impl InstanceGroup {
    /// The request for each instance: the flavor, overridden by the requirements in the file.
    #[must_use]
    pub fn request(&self, flavor: Option<&Flavor>) -> Request {
        let base = flavor.map(Request::from).unwrap_or_default();
        let own = self.requirements.clone();
        let mut extra_specs = base.extra_specs;
        extra_specs.extend(own.extra_specs);
        Request {
            flavor: base.flavor,
            vcpus: own.vcpus.or(base.vcpus),
            ram_mb: own.ram_mb.or(base.ram_mb),
            disk_gb: own.disk_gb.or(base.disk_gb),
            ephemeral_gb: own.ephemeral_gb.or(base.ephemeral_gb),
            swap_mb: own.swap_mb.or(base.swap_mb),
            resource_class: own.resource_class.or(base.resource_class),
            extra_specs,
            ..own
        }
    }
}

/// Reads a fleet file, or standard input for `-`.
///
/// # Errors
///
/// All errors in the file: unreadable contents, unknown keys, invalid values and duplicate names.
pub fn load(path: &Path) -> Result<(Vec<InstanceGroup>, Vec<InputProblem>), InputError> {
    read(&Document::parse(InputFile::read(path)?)?)
}

fn read(document: &Document) -> Result<(Vec<InstanceGroup>, Vec<InputProblem>), InputError> {
    let report = Report::default();
    let folder = document.file().directory();
    let mut fleet = FleetReader { folder, groups: Vec::new(), places: HashMap::new() };
    for root in document.roots(&report) {
        unquoted_secrets::warn(&root, document.file());
        fleet.read_root(&root);
    }
    report.finish(fleet.groups)
}

/// Collects the keys of a group.
#[derive(Debug, Clone, Default)]
struct GroupBuilder {
    flavor: Option<String>,
    /// The values under the keys of a flavor.
    sizes: Flavor,
    requirements: Request,
    exact: bool,
    payload: Payload,
}

struct FleetReader<'d> {
    /// The folder that paths in the file are relative to.
    folder: &'d Path,
    groups: Vec<InstanceGroup>,
    /// The place of each name.
    places: HashMap<String, SourceLocation>,
}

impl FleetReader<'_> {
    fn read_root(&mut self, root: &Cursor<'_>) {
        if matches!(root.value().content, Content::List(_)) {
            return self.read_list(root, &GroupBuilder::default());
        }
        let Some(table) = root.mapping() else { return };
        let mut defaults = GroupBuilder::default();
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

    fn read_list(&mut self, list: &Cursor<'_>, defaults: &GroupBuilder) {
        for group in list.items() {
            if let Some(table) = group.mapping() {
                self.read_group(&table, defaults);
            }
        }
    }

    fn read_group(&mut self, table: &Table<'_>, defaults: &GroupBuilder) {
        let mut builder = defaults.clone();
        if let Some(given) = table.get("defaults")
            && let Some(given) = given.mapping()
        {
            builder.read_defaults(&given, "", self.folder);
        }
        builder.read(table, "", self.folder);
        // As in metalsmith, `name` is the node to use if there is a `hostname`.
        let (name, node) = match (table.get("hostname"), table.get("name")) {
            (Some(host), node) => (host.string(), node.and_then(|node| node.string())),
            (None, Some(name)) => (name.string(), None),
            (None, None) => {
                return table.cursor().error("`name` is missing");
            }
        };
        let Some(name) = name else { return };
        if let Some(node) = node {
            if let Some(key) =
                ["node", "nodes", "candidates"].into_iter().find(|key| table.get(key).is_some())
            {
                let message = format!(
                    "with `hostname`, `name` chooses the node, as `{key}` does: use only one of them"
                );
                table.error_at_key(key, &message);
            }
            builder.requirements.nodes = vec![node.to_owned()];
        }
        let mut count: usize = match table.get("count") {
            Some(count) => count.integer().unwrap_or(0),
            None => 1,
        };
        if table.get("provisioned").and_then(|value| value.boolean()) == Some(false) {
            count = 0;
        }
        // In TripleO, the `count` of a role includes the instances that are listed individually.
        if let Some(instances) = table.get("instances") {
            let before: usize = self.groups.iter().map(|group| group.count).sum();
            self.read_list(&instances, &builder);
            let listed: usize = self.groups.iter().map(|group| group.count).sum::<usize>() - before;
            count = count.saturating_sub(listed);
        }
        if count > 0 {
            self.push(table.cursor(), name, count, builder);
        }
    }

    fn push(&mut self, cursor: &Cursor<'_>, name: &str, count: usize, builder: GroupBuilder) {
        if let Some(first) = self.places.get(name) {
            return cursor.error(format!("duplicate instances `{name}`, first defined at {}", first.short()));
        }
        let origin = cursor.location();
        self.places.insert(name.to_owned(), origin.clone());
        let payload = builder.payload.clone();
        if payload.image_kernel.is_some() != payload.image_ramdisk.is_some() {
            cursor.error("a partition image needs both a kernel and a ramdisk, or neither");
        }
        let flavor = builder.flavor.clone();
        let mut requirements = builder.request();
        // Ironic only applies a deploy template to a node that has the template's name as a trait.
        requirements.required_traits.extend(payload.deploy_templates.iter().cloned());
        self.groups.push(InstanceGroup {
            name: name.to_owned(),
            count,
            flavor,
            requirements,
            payload,
            origin,
        });
    }
}

/// Reads the other parameters of metalsmith's module, which correspond to command-line options here.
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
            (_, Some((_, option))) => value.warning(format!("`{key}` ignored: use `{option}`")),
            ("state", _) if value.value().text() == Some("present") => {}
            ("state", _) => value.error("only instances whose `state` is `present` can be deployed"),
            _ => table.unknown_key(key, &["defaults", "instances"]),
        }
    }
}

/// Handles the keys of metalsmith's role that neither choose nodes nor configure instances. Returns whether the key is one
/// of them.
fn ignore(key: &str, full_key: &str, value: &Cursor<'_>, prefix: &str) -> bool {
    match key {
        "debug" if !prefix.is_empty() => value.warning(format!("`{full_key}` ignored: use `-v`")),
        "provisioning_timeout" if !prefix.is_empty() => {
            value.warning(format!("`{full_key}` ignored: use `--timeout`"));
        }
        "netboot" => {
            if value.boolean() == Some(true) {
                value.error("network boot is not supported: Ironic only boots instances from their disk");
            }
        }
        "extra_args" => {
            let is_empty = match &value.value().content {
                Content::List(items) => items.is_empty(),
                Content::Mapping(entries) => entries.is_empty(),
                Content::Scalar(scalar) => scalar.text().trim().is_empty(),
            };
            if !is_empty {
                value.error("metalsmith arguments are not supported: use the options of `farrier deploy`");
            }
        }
        _ => return false,
    }
    true
}

/// The prefix of the keys in metalsmith's role.
const METALSMITH: &str = "metalsmith_";

impl GroupBuilder {
    /// Reads the defaults of several groups.
    fn read_defaults(&mut self, table: &Table<'_>, prefix: &str, folder: &Path) {
        known_keys::refuse_group_keys(table, prefix);
        self.read(table, prefix, folder);
    }

    /// Reads the keys of a mapping that begin with `prefix`. `folder` is the folder of the file.
    fn read(&mut self, table: &Table<'_>, prefix: &str, folder: &Path) {
        let mut canonical_keys: HashMap<&str, &str> = HashMap::new();
        let mut requirements = Requirements::new(table);
        if table.get(&format!("{prefix}image")).is_some() {
            self.payload.forget_image();
        }
        for (full_key, value) in table.entries() {
            let Some(key) = full_key.strip_prefix(prefix) else {
                known_keys::unknown_without_prefix(table, full_key, prefix);
                continue;
            };
            if value.value().is_null() {
                continue;
            }
            if ignore(key, full_key, &value, prefix) {
                continue;
            }
            if !matches!(key, "defaults" | "instances") {
                unrendered_templates::report(key, &value);
            }
            if let Some(other) = canonical_keys.insert(known_keys::canonical(key), full_key) {
                let message = format!("`{other}` and `{full_key}` mean the same: use only one of them");
                table.error_at_key(full_key, &message);
                continue;
            }
            requirements.add(key, full_key, &value);
            match (key, flavor::field(key)) {
                // `read_group` reads these.
                ("name" | "hostname" | "count" | "provisioned" | "defaults" | "instances", _) => {}
                (_, Some(field)) => {
                    flavor::set(&mut self.sizes, field, &value);
                    if field == "extra_specs" {
                        // They override the capabilities of the defaults.
                        let own = &self.sizes.extra_specs;
                        self.requirements.extra_specs.retain(|spec, _| !own.contains_key(spec));
                    }
                }
                _ if known_keys::KEYS.contains(&key) => self.set(key, &value),
                _ if payload::KEYS.contains(&key) => self.payload.set(key, &value, folder),
                _ => {
                    let known: Vec<String> =
                        known_keys::all().map(|known| format!("{prefix}{known}")).collect();
                    let known: Vec<&str> = known.iter().map(String::as_str).collect();
                    if prefix.is_empty() && !key.starts_with("root") {
                        flavor::unknown(table, full_key, &known);
                    } else {
                        table.unknown_key(full_key, &known);
                    }
                }
            }
        }
        known_keys::refuse_duplicate_parts(table, prefix);
    }

    fn set(&mut self, key: &str, value: &Cursor<'_>) {
        let text = || value.string().map(str::to_owned);
        let request = &mut self.requirements;
        match key {
            "flavor" => self.flavor = text(),
            "exact" => self.exact = value.boolean().unwrap_or_default(),
            "arch" => request.arch = text(),
            "conductor_group" => request.conductor_group = text(),
            "shard" => request.shard = text(),
            "owner" => request.owner = text(),
            "lessee" => request.lessee = text(),
            "node" | "nodes" | "candidates" => request.nodes = texts(value),
            "exclude" => request.exclude = texts(value),
            "traits" => {
                let (forbidden, required): (Vec<String>, Vec<String>) =
                    texts(value).into_iter().partition(|name| name.starts_with('!'));
                request.required_traits = required.into_iter().collect();
                request.forbidden_traits =
                    forbidden.iter().map(|name| name[1..].to_owned()).collect::<BTreeSet<_>>();
            }
            "profile" => {
                let profile = text().map(|profile| ("capabilities:profile".to_owned(), profile));
                request.extra_specs.extend(profile);
            }
            _ => self.set_capabilities(value),
        }
    }

    /// Sets the capabilities from a mapping or from Ironic's `key:value,key2:value2`. They replace those of the defaults.
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
        let specs = &mut self.requirements.extra_specs;
        specs.retain(|key, _| !key.starts_with("capabilities:") || key == "capabilities:profile");
        specs.extend(pairs.into_iter().map(|(key, value)| (format!("capabilities:{key}"), value)));
    }

    /// The requirements, without those of the named flavor.
    fn request(self) -> Request {
        let Self { sizes, requirements, exact, .. } = self;
        let mut extra_specs = sizes.extra_specs;
        extra_specs.extend(requirements.extra_specs);
        let request = Request {
            vcpus: sizes.vcpus,
            ram_mb: sizes.ram_mb,
            disk_gb: sizes.disk_gb,
            ephemeral_gb: sizes.ephemeral_gb,
            swap_mb: sizes.swap_mb,
            resource_class: sizes.resource_class,
            extra_specs,
            ..requirements
        };
        if exact { request.exact() } else { request }
    }
}

/// Reads one text or a list of texts.
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
