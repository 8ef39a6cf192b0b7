//! Turns machines of other dialects into nodes of `baremetal create` files, value by value with its place,
//! so that one reader checks them all.

use super::document::{Content, Cursor, Entry, Place, Value};
use super::driver_info;

/// A node in the making: what a dialect says, under Ironic's names.
pub(super) struct Draft<'c> {
    machine: &'c Cursor<'c>,
    fields: Vec<Entry>,
    sections: Vec<(&'static str, Vec<Entry>)>,
    ports: Vec<Value>,
    /// Whether the file has a list of ports, be it empty.
    has_ports: bool,
}

/// The mappings of a node that other keys of a file may add to.
const SECTIONS: [&str; 3] = ["driver_info", "properties", "extra"];

impl<'c> Draft<'c> {
    /// A node of which nothing is known but where it is described.
    pub(super) fn of(machine: &'c Cursor<'c>) -> Self {
        Self { machine, fields: Vec::new(), sections: Vec::new(), ports: Vec::new(), has_ports: false }
    }

    /// A field of the node. One of its mappings, or its list of ports, is merged with what other keys of the file say.
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

    /// A field of the node that the file does not spell out, unless it does.
    pub(super) fn default(&mut self, key: &str, text: &str) {
        if !self.fields.iter().any(|entry| &*entry.key == key) {
            self.fields.push(entry(key, literal(self.machine.value().at, text)));
        }
    }

    /// A key of one of the node's mappings: `driver_info`, `properties`, `extra`.
    pub(super) fn set_in(&mut self, section: &'static str, key: &str, value: &Cursor<'_>) {
        put(self.section(section), key, value);
    }

    /// The same, unless there is one already.
    pub(super) fn default_in(&mut self, section: &'static str, key: &str, value: &Cursor<'_>) {
        if !self.has_in(section, key) {
            self.set_in(section, key, value);
        }
    }

    /// Whether one of the node's mappings has a value for a key.
    pub(super) fn has_in(&mut self, section: &'static str, key: &str) -> bool {
        self.section(section).iter().any(|entry| &*entry.key == key && !entry.value.is_null())
    }

    /// A key of one of the node's mappings, with a text made of the value at a place.
    pub(super) fn make_in(&mut self, section: &'static str, key: &str, text: &str, written: &Cursor<'_>) {
        self.set_in(section, key, &written.with(&literal(written.value().at, text)));
    }

    /// A key of one of the node's mappings with a value that follows from what is written at a place.
    pub(super) fn put_in(&mut self, section: &'static str, key: &str, value: Value, written: &Cursor<'_>) {
        self.set_in(section, key, &written.with(&Value { at: written.value().at, ..value }));
    }

    /// The same, in place of what other keys gave.
    pub(super) fn replace_in(&mut self, section: &'static str, key: &str, text: &str) {
        let value = literal(self.machine.value().at, text);
        let entries = self.section(section);
        entries.retain(|entry| &*entry.key != key);
        entries.push(entry(key, value));
    }

    /// The ports that one key of the file lists, except for those that another key lists alike.
    pub(super) fn ports(&mut self, ports: Vec<Value>) {
        let known = self.ports.len();
        for port in ports {
            if !self.ports[..known].iter().any(|other| other.has_content_of(&port)) {
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

    /// The node, to be read at the place of the machine.
    pub(super) fn finish(mut self) -> Value {
        let at = self.machine.value().at;
        let is_free = |fields: &[Entry], name: &str| !fields.iter().any(|entry| &*entry.key == name);
        for (name, entries) in self.sections {
            // The reader of the node refuses one that is no mapping.
            if is_free(&self.fields, name) {
                self.fields.push(entry(name, Value { at, content: Content::Mapping(entries) }));
            }
        }
        if (self.has_ports || !self.ports.is_empty()) && is_free(&self.fields, "ports") {
            self.fields.push(entry("ports", Value { at, content: Content::List(self.ports) }));
        }
        Value { at, content: Content::Mapping(self.fields) }
    }
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { at: value.at, key: key.into(), value }
}

/// Adds a value. Two keys of a file may say the same of one field; different values are an error.
fn put(entries: &mut Vec<Entry>, key: &str, value: &Cursor<'_>) {
    match entries.iter_mut().find(|entry| &*entry.key == key) {
        Some(other) if other.value.is_null() => *other = entry(key, value.value().clone()),
        Some(other) if !value.value().is_null() && !other.value.has_content_of(value.value()) => {
            let first = other.at.line;
            value.error(format!("`{key}` is given twice with different values, first on line {first}"));
        }
        Some(_) => {}
        None => entries.push(entry(key, value.value().clone())),
    }
}

/// Text that is no reference to an environment variable, whatever it looks like.
pub(super) fn literal(at: Place, text: &str) -> Value {
    Value { at, ..Value::from(serde_json::Value::from(driver_info::escaped(text))) }
}

/// A mapping of one key, at the place of its value: what a lone MAC address stands for.
pub(super) fn only(key: &str, value: &Value) -> Value {
    let at: Place = value.at;
    Value { at, content: Content::Mapping(vec![entry(key, value.clone())]) }
}
