//! JSON patches for Ironic.

use serde::Serialize;
use serde_json::Value;

/// A list of changes to one resource, which Ironic applies together.
///
/// Only `add` and `remove` are used. Ironic does not support `test`, `copy` and `move`; its `add` overwrites, while
/// `replace` fails on a missing key.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct Patch(Vec<PatchOperation>);

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum PatchOperation {
    Add { path: String, value: Value },
    Remove { path: String },
}

/// Whether a patch can address this key: Ironic rejects paths that do not match `^(/[\w-]+)+$`, even if escaped.
#[must_use]
pub fn is_reachable(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

impl Patch {
    /// An empty patch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the value at the path, whether or not it exists.
    ///
    /// Paths are constants, or contain keys that [`is_reachable`] accepts.
    #[must_use]
    pub fn add(mut self, path: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.push(PatchOperation::Add { path: path.into(), value: value.into() });
        self
    }

    /// Removes the value at the path, if any. Ironic rejects the whole patch if a *nested* key is missing, which would
    /// also fail a retry after a lost response, so the key is added first.
    #[must_use]
    pub fn remove(mut self, path: impl Into<String>) -> Self {
        let path = path.into();
        if path.rfind('/') != Some(0) {
            self.0.push(PatchOperation::Add { path: path.clone(), value: Value::Null });
        }
        self.0.push(PatchOperation::Remove { path });
        self
    }

    /// The names of the changed fields, with repetitions.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|change| match change {
            PatchOperation::Add { path, .. } | PatchOperation::Remove { path } => path.split('/').nth(1),
        })
    }

    /// Whether the patch is empty. Sending an empty patch would still lock the node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_serializes_as_in_rfc_6902() {
        let patch = Patch::new().add("/extra/a", 1).remove("/owner");
        let json = serde_json::to_string(&patch).expect("plain data");
        assert_eq!(json, r#"[{"op":"add","path":"/extra/a","value":1},{"op":"remove","path":"/owner"}]"#);
    }

    #[test]
    fn removing_a_missing_key_is_no_error() {
        let json = serde_json::to_value(Patch::new().remove("/extra/b")).expect("plain data");
        let wanted = serde_json::json!([
            {"op": "add", "path": "/extra/b", "value": null}, {"op": "remove", "path": "/extra/b"},
        ]);
        assert_eq!(json, wanted);
    }

    #[test]
    fn keys_that_ironic_cannot_address_are_detected() {
        assert!(is_reachable("redfish_address") && is_reachable("a-b"));
        for key in ["", "a.b", "a/b", "a:b", "a b", "a~b"] {
            assert!(!is_reachable(key), "{key}");
        }
    }
}
