//! Dry runs: records the requests that a command would send, with the same code.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::Method;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::client::{Client, IRONIC};
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
        f.write_str("Rehearsal(…)")
    }
}

#[derive(Default)]
struct Simulated {
    requests: Vec<RecordedRequest>,
    /// The fields that nodes would have by now, by UUID. Contains secrets.
    nodes: HashMap<String, Map<String, Value>>,
    /// The VIFs that nodes would have by now, by the path of their list.
    vifs: HashMap<String, Vec<Value>>,
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

    fn simulated(&self) -> MutexGuard<'_, Simulated> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DryRunResponder for RequestRecorder {
    /// Records a request and returns Ironic's response for success; `None` for a request that only reads and may be
    /// sent. A validation is not sent, because it would validate a node that is not prepared.
    fn answer(&self, request: &Request<'_>) -> Option<String> {
        let body = self.note(IRONIC.root, request);
        let mut simulated = self.simulated();
        if request.method == Method::GET {
            return request.path.ends_with("/validate").then(|| "{}".to_owned());
        }
        if request.method == Method::POST && request.path == "allocations" {
            let body = body.unwrap_or_default();
            let node = body["candidate_nodes"][0].as_str().unwrap_or_default();
            let claimed = Map::from_iter([("instance_uuid".to_owned(), body["uuid"].clone())]);
            simulated.nodes.entry(node.to_owned()).or_default().extend(claimed);
            let granted = json!({
                "uuid": body["uuid"], "name": body["name"], "state": "active", "extra": body["extra"],
                "node_uuid": body["candidate_nodes"][0],
            });
            return Some(granted.to_string());
        }
        if request.method == Method::POST && request.path.ends_with("/vifs") {
            simulated.vifs.entry(request.path.clone()).or_default().extend(body);
            return Some(String::new());
        }
        if let Some(node) = request.path.strip_prefix("nodes/").filter(|_| request.method == Method::PATCH) {
            let changes = body.as_ref().and_then(Value::as_array).into_iter().flatten();
            let fields = changes.filter_map(|change| {
                let field = change["path"].as_str()?.strip_prefix('/').filter(|path| !path.contains('/'))?;
                Some((field.to_owned(), change.get("value").cloned().unwrap_or_default()))
            });
            simulated.nodes.entry(node.to_owned()).or_default().extend(fields);
        }
        Some("{}".to_owned())
    }

    /// Ironic's response, changed as if all recorded requests had been sent.
    fn as_if_sent(&self, request: &Request<'_>, answer: String) -> String {
        let simulated = self.simulated();
        if let Some(attached) = simulated.vifs.get(&request.path) {
            return json!({"vifs": attached}).to_string();
        }
        let fields = request.path.strip_prefix("nodes/").and_then(|node| simulated.nodes.get(node));
        match (fields, serde_json::from_str::<Map<String, Value>>(&answer)) {
            (Some(fields), Ok(mut node)) => {
                node.extend(fields.clone());
                Value::from(node).to_string()
            }
            _ => answer,
        }
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
}
