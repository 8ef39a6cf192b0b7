//! Converts machines of other formats to nodes of `baremetal create` files and keeps the position of each value,
//! so that one reader checks all formats.

use super::document::{Content, Cursor, Entry, Position, Value};
use super::driver_info;

/// A node that is being built from a machine of another format, with Ironic's field names.
pub(super) struct NodeBuilder<'c> {
    machine: &'c Cursor<'c>,
    fields: Vec<Entry>,
    sections: Vec<(&'static str, Vec<Entry>)>,
    ports: Vec<Value>,
    /// Whether the file has a list of ports, even an empty one.
    has_ports: bool,
}

/// The mappings of a node that several keys of a file can fill.
const SECTIONS: [&str; 3] = ["driver_info", "properties", "extra"];

impl<'c> NodeBuilder<'c> {
    /// An empty node at the position of a machine.
    pub(super) fn new(machine: &'c Cursor<'c>) -> Self {
        Self { machine, fields: Vec::new(), sections: Vec::new(), ports: Vec::new(), has_ports: false }
    }

    /// Sets a field of the node. Mappings and the list of ports are merged with values from other keys of the file.
    pub(super) fn set(&mut self, key: &str, value: &Cursor<'_>) {
        let section = SECTIONS.iter().find(|section| **section == key);
        match (section, &value.value().content) {
            (Some(section), Content::Mapping(_)) => {
                self.section(section);
                let Some(table) = value.mapping() else { return };
                for (key, value) in table.entries() {
                    self.set_in(section, key, &value);
                }
            }
            (None, Content::List(ports)) if key == "ports" => {
                self.has_ports = true;
                self.ports(ports.clone());
            }
            _ => put(&mut self.fields, key, value),
        }
    }

    /// Sets a field of the node, unless the file has it.
    pub(super) fn default(&mut self, key: &str, text: &str) {
        if !self.fields.iter().any(|entry| &*entry.key == key) {
            self.fields.push(entry(key, literal(self.machine.value().at, text)));
        }
    }

    /// Sets a key of one of the node's mappings: `driver_info`, `properties`, `extra`.
    pub(super) fn set_in(&mut self, section: &'static str, key: &str, value: &Cursor<'_>) {
        put(self.section(section), key, value);
    }

    /// Sets a key of one of the node's mappings, unless it has a value.
    pub(super) fn default_in(&mut self, section: &'static str, key: &str, value: &Cursor<'_>) {
        if !self.has_in(section, key) {
            self.set_in(section, key, value);
        }
    }

    /// Whether a key of one of the node's mappings has a value.
    pub(super) fn has_in(&mut self, section: &'static str, key: &str) -> bool {
        self.section(section).iter().any(|entry| &*entry.key == key && !entry.value.is_null())
    }

    /// Sets a key of one of the node's mappings to a text derived from the value at a location.
    pub(super) fn set_text_in(
        &mut self,
        section: &'static str,
        key: &str,
        text: &str,
        derived_from: &Cursor<'_>,
    ) {
        self.set_in(section, key, &derived_from.with(&literal(derived_from.value().at, text)));
    }

    /// Sets a key of one of the node's mappings to a value derived from the value at a location.
    pub(super) fn set_value_in(
        &mut self,
        section: &'static str,
        key: &str,
        value: Value,
        derived_from: &Cursor<'_>,
    ) {
        self.set_in(section, key, &derived_from.with(&Value { at: derived_from.value().at, ..value }));
    }

    /// Sets a key of one of the node's mappings and replaces its value.
    pub(super) fn replace_in(&mut self, section: &'static str, key: &str, text: &str) {
        let value = literal(self.machine.value().at, text);
        let entries = self.section(section);
        entries.retain(|entry| &*entry.key != key);
        entries.push(entry(key, value));
    }

    /// Adds the ports of one key of the file, except for equal ports of another key.
    pub(super) fn ports(&mut self, ports: Vec<Value>) {
        let known = self.ports.len();
        for port in ports {
            if !self.ports[..known].iter().any(|other| other.has_same_content(&port)) {
                self.ports.push(port);
            }
        }
    }

    fn section(&mut self, name: &'static str) -> &mut Vec<Entry> {
        let index = self.sections.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            self.sections.push((name, Vec::new()));
            self.sections.len() - 1
        });
        &mut self.sections[index].1
    }

    /// The node, at the position of the machine.
    pub(super) fn finish(mut self) -> Value {
        let at = self.machine.value().at;
        let is_missing = |fields: &[Entry], name: &str| !fields.iter().any(|entry| &*entry.key == name);
        for (name, entries) in self.sections {
            // If the field exists, it is not a mapping, and the reader of the node reports it.
            if is_missing(&self.fields, name) {
                self.fields.push(entry(name, Value { at, content: Content::Mapping(entries) }));
            }
        }
        if (self.has_ports || !self.ports.is_empty()) && is_missing(&self.fields, "ports") {
            self.fields.push(entry("ports", Value { at, content: Content::List(self.ports) }));
        }
        Value { at, content: Content::Mapping(self.fields) }
    }
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { at: value.at, key: key.into(), value }
}

/// Adds a value. Two keys of a file can set the same field, but different values are an error.
fn put(entries: &mut Vec<Entry>, key: &str, value: &Cursor<'_>) {
    match entries.iter_mut().find(|entry| &*entry.key == key) {
        Some(other) if other.value.is_null() => *other = entry(key, value.value().clone()),
        Some(other) if !value.value().is_null() && !other.value.has_same_content(value.value()) => {
            let first = other.at.line;
            value.error(format!("`{key}` is given twice with different values, first on line {first}"));
        }
        Some(_) => {}
        None => entries.push(entry(key, value.value().clone())),
    }
}

/// Text that is never read as a reference to an environment variable.
pub(super) fn literal(at: Position, text: &str) -> Value {
    Value { at, ..Value::from(serde_json::Value::from(driver_info::escaped(text))) }
}

/// A mapping with one key, at the position of its value.
pub(super) fn single_entry(key: &str, value: &Value) -> Value {
    let at: Position = value.at;
    Value { at, content: Content::Mapping(vec![entry(key, value.clone())]) }
}
