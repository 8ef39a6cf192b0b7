//! Dry runs: records the requests that a command would send, with the same code.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::client::{Client, IRONIC};
use super::node::Node;
use super::state::ProvisionState;
use crate::rest::{DryRunResponder, Request, mask};

/// A request that a dry run would send.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct RecordedRequest {
    /// The HTTP method.
    pub method: String,
    /// The path with its query, including the API's root.
    pub path: String,
    /// The body, with secrets masked.
    pub body: Option<Value>,
}

/// The recorded requests of a dry run, in order. Clones share the list.
#[derive(Clone, Default)]
pub struct RequestRecorder(Arc<Mutex<Simulated>>);

impl fmt::Debug for RequestRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestRecorder(…)")
    }
}

#[derive(Default)]
struct Simulated {
    requests: Vec<RecordedRequest>,
    /// The fields that nodes would have by now, by UUID. Contains secrets.
    nodes: HashMap<String, Map<String, Value>>,
    /// The changes of the VIFs of nodes, by the path of their list.
    vifs: HashMap<String, VifChanges>,
    /// The created allocations, by UUID.
    allocations: HashMap<String, Value>,
}

#[derive(Default)]
struct VifChanges {
    attached: Vec<Value>,
    detached: Vec<String>,
}

impl RequestRecorder {
    /// All requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.simulated().requests.clone()
    }

    /// Records a request to a service with this API root, and returns its body.
    #[must_use]
    pub fn note(&self, root: &str, request: &Request<'_>) -> Option<Value> {
        let body: Option<Value> = request.body.as_ref().and_then(|body| serde_json::from_slice(&body.0).ok());
        let shown = body.clone().map(|mut body| {
            mask::value(&mut body);
            body
        });
        let query: Vec<String> = request.query.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        self.simulated().requests.push(RecordedRequest {
            method: request.method.to_string(),
            path: format!("/{root}/{}{query}", request.path),
            body: shown,
        });
        body
    }

    /// Ends the operation that is in progress on a node, as if it had succeeded.
    pub fn end_operation(&self, node: &Node) {
        let state = node.provision_state.as_str();
        let end = node.target_provision_state.as_deref().unwrap_or(state);
        let mut simulated = self.simulated();
        let rests = [("target_provision_state", Value::Null), ("reservation", Value::Null)];
        simulated.set(&node.uuid, rests);
        simulated.set(&node.uuid, [("provision_state", json!(end))]);
        if node.provision_state == ProvisionState::Deleting {
            let bare = [("instance_uuid", Value::Null), ("instance_info", json!({}))];
            simulated.set(&node.uuid, bare);
        }
    }

    fn simulated(&self) -> MutexGuard<'_, Simulated> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DryRunResponder for RequestRecorder {
    fn answer(&self, request: &Request<'_>) -> Option<String> {
        let body = self.note(IRONIC.root, request).unwrap_or_default();
        self.simulated().answer(request, &body)
    }

    fn as_if_sent(&self, request: &Request<'_>, answer: String) -> String {
        self.simulated().as_if_sent(request, answer)
    }
}

impl Simulated {
    /// Carries out a request and returns Ironic's response for success; `None` for a request that only reads and may be
    /// sent. A validation is not sent, because it would validate a node that is not prepared.
    fn answer(&mut self, request: &Request<'_>, body: &Value) -> Option<String> {
        let path: Vec<&str> = request.path.split('/').collect();
        match (request.method.as_str(), path.as_slice()) {
            ("GET", [.., "validate"]) => {}
            ("GET", ["allocations", id]) => return self.allocations.get(*id).map(Value::to_string),
            ("GET", _) => return None,
            ("POST", ["allocations"]) => return Some(self.allocate(body).to_string()),
            ("DELETE", ["allocations", id]) => {
                if let Some(allocation) = self.allocations.remove(*id) {
                    let node = allocation["node_uuid"].as_str().unwrap_or_default();
                    self.set(node, [("instance_uuid", Value::Null)]);
                }
            }
            ("POST", ["nodes", _, "vifs"]) => {
                let changes = self.vifs.entry(request.path.clone()).or_default();
                changes.attached.push(body.clone());
                // Ironic's response has no body.
                return Some(String::new());
            }
            ("DELETE", ["nodes", node, "vifs", vif]) => {
                let changes = self.vifs.entry(format!("nodes/{node}/vifs")).or_default();
                changes.attached.retain(|attached| attached["id"] != *vif);
                changes.detached.push((*vif).to_owned());
            }
            ("PATCH", ["nodes", node]) => self.patch(node, body),
            ("PUT", ["nodes", node, "states", "provision"]) => {
                self.begin(node, body["target"].as_str().unwrap_or_default());
            }
            _ => {}
        }
        Some("{}".to_owned())
    }

    /// Sets fields of a node.
    fn set<const N: usize>(&mut self, node: &str, fields: [(&str, Value); N]) {
        let fields = fields.map(|(field, value)| (field.to_owned(), value));
        self.nodes.entry(node.to_owned()).or_default().extend(fields);
    }

    /// Allocates the only candidate.
    fn allocate(&mut self, body: &Value) -> Value {
        let node = &body["candidate_nodes"][0];
        self.set(node.as_str().unwrap_or_default(), [("instance_uuid", body["uuid"].clone())]);
        let granted = json!({
            "uuid": body["uuid"], "name": body["name"], "state": "active", "extra": body["extra"],
            "node_uuid": node,
        });
        let uuid = body["uuid"].as_str().unwrap_or_default();
        self.allocations.insert(uuid.to_owned(), granted.clone());
        granted
    }

    /// Changes whole fields of a node. Keys inside of fields are not simulated, because nothing reads them again.
    fn patch(&mut self, node: &str, changes: &Value) {
        for change in changes.as_array().into_iter().flatten() {
            let path = change["path"].as_str().and_then(|path| path.strip_prefix('/'));
            let Some(field) = path.filter(|path| !path.contains('/')) else { continue };
            let removed = if field == "instance_info" { json!({}) } else { Value::Null };
            let value = change.get("value").cloned().unwrap_or(removed);
            self.set(node, [(field, value)]);
        }
    }

    /// Starts an operation of the state machine.
    fn begin(&mut self, node: &str, target: &str) {
        let (state, end) = match target {
            "active" | "rebuild" => (ProvisionState::Deploying, ProvisionState::Active),
            "deleted" => (ProvisionState::Deleting, ProvisionState::Available),
            _ => return,
        };
        self.set(node, [("provision_state", json!(state)), ("target_provision_state", json!(end))]);
    }

    /// Ironic's response, changed as if all recorded requests had been sent.
    fn as_if_sent(&self, request: &Request<'_>, answer: String) -> String {
        let Ok(mut changed) = serde_json::from_str::<Map<String, Value>>(&answer) else { return answer };
        if let Some(VifChanges { attached, detached }) = self.vifs.get(&request.path) {
            let Some(vifs) = changed.get_mut("vifs").and_then(Value::as_array_mut) else { return answer };
            vifs.retain(|vif| detached.iter().all(|detached| vif["id"] != **detached));
            vifs.extend(attached.iter().cloned());
        } else if let Some(fields) = request.path.strip_prefix("nodes/").and_then(|node| self.nodes.get(node))
        {
            changed.extend(fields.clone());
        } else {
            return answer;
        }
        Value::from(changed).to_string()
    }
}

impl Client {
    /// The same connection for a dry run, which sends no changes, and the requests that it records.
    #[must_use]
    pub fn for_dry_run(&self) -> (Self, RequestRecorder) {
        let recorder = RequestRecorder::default();
        let session = self.session.for_dry_run(Arc::new(recorder.clone()));
        (self.with_session(session), recorder)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Method;

    use super::*;

    #[test]
    fn only_reads_are_sent() {
        let recorder = RequestRecorder::default();
        assert_eq!(recorder.answer(&Request::get("nodes/n").query("fields", "uuid")), None);
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(recorder.answer(&Request::new(method, "nodes/n")).is_some());
        }
        assert!(recorder.answer(&Request::get("nodes/n/validate")).is_some());
        let secret = json!({"driver_info": {"ipmi_password": "hunter2"}});
        let _ = recorder.answer(&Request::new(Method::POST, "nodes").json(&secret));
        let requests = recorder.requests();
        assert_eq!(
            (requests[0].method.as_str(), requests[0].path.as_str()),
            ("GET", "/v1/nodes/n?fields=uuid")
        );
        assert!(!format!("{requests:?}").contains("hunter2"));
    }

    #[test]
    fn reads_reflect_the_recorded_requests() {
        let recorder = RequestRecorder::default();
        let claim = json!({"uuid": "i", "name": "web", "candidate_nodes": ["n"]});
        let granted =
            recorder.answer(&Request::new(Method::POST, "allocations").json(&claim)).expect("an answer");
        let granted: Value = serde_json::from_str(&granted).expect("JSON");
        assert_eq!((&granted["node_uuid"], &granted["state"]), (&json!("n"), &json!("active")));
        let patch = json!([{"op": "add", "path": "/instance_info", "value": {"display_name": "web"}}]);
        let _ = recorder.answer(&Request::new(Method::PATCH, "nodes/n").json(&patch));
        let read = |node: &str| -> Value {
            let request = Request::get(format!("nodes/{node}"));
            let answer = json!({"uuid": node, "instance_uuid": null}).to_string();
            serde_json::from_str(&recorder.as_if_sent(&request, answer)).expect("JSON")
        };
        assert_eq!(
            read("n"),
            json!({"uuid": "n", "instance_uuid": "i", "instance_info": {"display_name": "web"}})
        );
        assert_eq!(read("m")["instance_uuid"], Value::Null);
    }

    #[test]
    fn lists_of_vifs_keep_the_vifs_that_were_not_detached() {
        let recorder = RequestRecorder::default();
        let _ = recorder.answer(&Request::new(Method::POST, "nodes/n/vifs").json(&json!({"id": "c"})));
        let _ = recorder.answer(&Request::new(Method::DELETE, "nodes/n/vifs/a"));
        let answer = json!({"vifs": [{"id": "a"}, {"id": "b"}]}).to_string();
        let list = recorder.as_if_sent(&Request::get("nodes/n/vifs"), answer);
        let list: Value = serde_json::from_str(&list).expect("JSON");
        assert_eq!(list, json!({"vifs": [{"id": "b"}, {"id": "c"}]}));
    }

    #[test]
    fn an_operation_ends_in_its_target_state() {
        let recorder = RequestRecorder::default();
        let path = "nodes/n/states/provision";
        let _ = recorder.answer(&Request::new(Method::PUT, path).json(&json!({"target": "deleted"})));
        let read = || -> Node {
            let answer = json!({"uuid": "n", "provision_state": "active", "instance_uuid": "i"}).to_string();
            let answer = recorder.as_if_sent(&Request::get("nodes/n"), answer);
            serde_json::from_str(&answer).expect("a node")
        };
        let node = read();
        assert_eq!((node.provision_state.as_str(), node.instance_uuid.as_deref()), ("deleting", Some("i")));
        recorder.end_operation(&node);
        let node = read();
        assert_eq!((node.provision_state.as_str(), node.instance_uuid.as_deref()), ("available", None));
        assert_eq!(node.target_provision_state, None);
    }
}
