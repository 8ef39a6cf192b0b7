//! What a file contains.

use std::collections::BTreeSet;

use crate::inventory::document::{Cursor, InputProblem, Report, SourceLocation};
use crate::inventory::node_spec::{ChassisSpec, NodeSpec};

/// The contents of one file.
#[derive(Debug, Default)]
pub(in crate::inventory) struct FileContents {
    pub(in crate::inventory) chassis: Vec<ChassisSpec>,
    pub(in crate::inventory) machines: Vec<NodeSpec>,
    /// Errors in machines that are in use. They only matter if these machines are enrolled.
    pub(in crate::inventory) errors_of_hosts_in_use: Vec<InputProblem>,
    /// Keys that are ignored with a warning.
    pub(in crate::inventory) ignored: IgnoredKeys,
    /// Descriptions of the ignored resources and machines, for the error about a file that has nothing else.
    pub(in crate::inventory) others: BTreeSet<String>,
    /// Whether the file contains a secret in plain text instead of a reference.
    pub(in crate::inventory) has_plain_secret: bool,
}

/// Keys of a file that are not used for enrollment, each once, with the place of the first.
#[derive(Debug, Default)]
pub(in crate::inventory) struct IgnoredKeys {
    keys: Vec<String>,
    first: Option<SourceLocation>,
}

impl IgnoredKeys {
    /// Adds a key with the place of its value.
    pub(in crate::inventory) fn add(&mut self, key: &str, value: &Cursor<'_>) {
        let key = key.escape_debug().to_string();
        if !self.keys.contains(&key) {
            self.keys.push(key);
            self.first.get_or_insert_with(|| value.location());
        }
    }

    /// Adds the keys of another document in the same file.
    pub(in crate::inventory) fn merge(&mut self, other: Self) {
        for key in other.keys {
            if !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
        self.first = self.first.take().or(other.first);
    }

    /// Reports all keys in one warning.
    pub(in crate::inventory) fn warn(self, report: &Report) {
        if let Some(first) = self.first {
            let keys = self.keys.join("`, `");
            report.warning(first, format!("`{keys}` ignored: not used for enrollment"));
        }
    }
}
