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
}

impl<'c> Draft<'c> {
    /// A node of which nothing is known but where it is described.
    pub(super) fn of(machine: &'c Cursor<'c>) -> Self {
        Self { machine, fields: Vec::new(), sections: Vec::new(), ports: Vec::new() }
    }

    /// A field of the node.
    pub(super) fn set(&mut self, key: &str, value: &Cursor<'_>) {
        put(&mut self.fields, key, value);
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
        if !self.section(section).iter().any(|entry| &*entry.key == key) {
            self.put_in(section, key, value.value().clone());
        }
    }

    /// A key of one of the node's mappings whose value is made up of several.
    pub(super) fn make_in(&mut self, section: &'static str, key: &str, text: &str) {
        let value = literal(self.machine.value().at, text);
        self.put_in(section, key, value);
    }

    /// A key of one of the node's mappings with a value from elsewhere.
    pub(super) fn put_in(&mut self, section: &'static str, key: &str, value: Value) {
        self.section(section).push(entry(key, value));
    }

    /// A port.
    pub(super) fn port(&mut self, port: Value) {
        self.ports.push(port);
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
        for (name, entries) in self.sections {
            self.fields.push(entry(name, Value { at, content: Content::Mapping(entries) }));
        }
        if !self.ports.is_empty() {
            self.fields.push(entry("ports", Value { at, content: Content::List(self.ports) }));
        }
        Value { at, content: Content::Mapping(self.fields) }
    }
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { at: value.at, key: key.into(), value }
}

/// Adds a value; what two keys of the file say of one field is an error.
fn put(entries: &mut Vec<Entry>, key: &str, value: &Cursor<'_>) {
    if let Some(other) = entries.iter().find(|entry| &*entry.key == key) {
        if other.value != *value.value() {
            value.error(format!(
                "`{key}` is given twice with different values, first on line {}",
                other.at.line
            ));
        }
        return;
    }
    entries.push(entry(key, value.value().clone()));
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
