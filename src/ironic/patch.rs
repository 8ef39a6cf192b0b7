//! JSON patches as Ironic takes them.

use serde::Serialize;
use serde_json::Value;

/// A list of changes to one resource, applied together.
///
/// Only `add` and `remove` exist here. Ironic knows neither `test` nor `copy` nor `move`; its `add`
/// overwrites, while `replace` fails on a missing key, so `add` serves for both.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct Patch(Vec<Change>);

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Change {
    Add { path: String, value: Value },
    Remove { path: String },
}

/// Whether a patch can name this key: Ironic refuses any path outside `^(/[\w-]+)+$`, escaped or not.
#[must_use]
pub fn is_reachable(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

impl Patch {
    /// A patch that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what stands at the path, whether or not something stood there.
    ///
    /// Paths are written by farrier, or made of keys that [`is_reachable`] allowed.
    #[must_use]
    pub fn add(mut self, path: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.push(Change::Add { path: path.into(), value: value.into() });
        self
    }

    /// Takes away what stands at the path, if anything does. A missing *nested* key would make Ironic refuse the whole
    /// patch, which a repetition after a lost answer would run into, so it is put there first.
    #[must_use]
    pub fn remove(mut self, path: impl Into<String>) -> Self {
        let path = path.into();
        if path.rfind('/') != Some(0) {
            self.0.push(Change::Add { path: path.clone(), value: Value::Null });
        }
        self.0.push(Change::Remove { path });
        self
    }

    /// The names of the fields that it changes, each as often as it does.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|change| match change {
            Change::Add { path, .. } | Change::Remove { path } => path.split('/').nth(1),
        })
    }

    /// Whether there is nothing to send. An empty patch would still take the node's lock.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_rfc_6902_has_it() {
        let patch = Patch::new().add("/extra/a", 1).remove("/owner");
        let json = serde_json::to_string(&patch).expect("plain data");
        assert_eq!(json, r#"[{"op":"add","path":"/extra/a","value":1},{"op":"remove","path":"/owner"}]"#);
    }

    #[test]
    fn what_is_removed_may_be_gone_already() {
        let json = serde_json::to_value(Patch::new().remove("/extra/b")).expect("plain data");
        let wanted = serde_json::json!([
            {"op": "add", "path": "/extra/b", "value": null}, {"op": "remove", "path": "/extra/b"},
        ]);
        assert_eq!(json, wanted);
    }

    #[test]
    fn keys_that_ironic_cannot_address_are_known() {
        assert!(is_reachable("redfish_address") && is_reachable("a-b"));
        for key in ["", "a.b", "a/b", "a:b", "a b", "a~b"] {
            assert!(!is_reachable(key), "{key}");
        }
    }
}
