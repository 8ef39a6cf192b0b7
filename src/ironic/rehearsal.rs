//! Requests that are made and not sent: what a command would do, told by the code that would do it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::Method;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::client::{Client, IRONIC};
use crate::rest::{Rehearse, Request, mask};

/// A request as it would be sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rehearsed {
    /// The verb.
    pub method: String,
    /// The path with its query, from the API's root on.
    pub path: String,
    /// The body, secrets masked.
    pub body: Option<Value>,
}

/// The requests of a client that rehearses, in their order. Clones are the same list.
#[derive(Clone, Default)]
pub struct Rehearsal(Arc<Mutex<Played>>);

impl fmt::Debug for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rehearsal(…)")
    }
}

#[derive(Default)]
struct Played {
    requests: Vec<Rehearsed>,
    /// What nodes would have by now, by their UUIDs; secrets stand in it.
    nodes: HashMap<String, Map<String, Value>>,
    /// What would be attached to nodes by now, by the paths of the lists of it.
    vifs: HashMap<String, Vec<Value>>,
}

impl Rehearsal {
    /// All requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Rehearsed> {
        self.played().requests.clone()
    }

    /// Notes a request to a service whose paths begin with this root, and gives back its body.
    #[must_use]
    pub fn note(&self, root: &str, request: &Request<'_>) -> Option<Value> {
        let body: Option<Value> = request.body.as_ref().and_then(|body| serde_json::from_slice(&body.0).ok());
        let shown = body.clone().map(|mut body| {
            mask::value(&mut body);
            body
        });
        let query: Vec<String> = request.query.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        self.played().requests.push(Rehearsed {
            method: request.method.to_string(),
            path: format!("/{root}/{}{query}", request.path),
            body: shown,
        });
        body
    }

    fn played(&self) -> MutexGuard<'_, Played> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rehearse for Rehearsal {
    /// Notes a request, and answers it as Ironic does when all goes well; `None` for what only reads, and may be
    /// sent. A validation is not: it would judge a machine on which nothing is prepared.
    fn answer(&self, request: &Request<'_>) -> Option<String> {
        let body = self.note(IRONIC.root, request);
        let mut played = self.played();
        if request.method == Method::GET {
            return request.path.ends_with("/validate").then(|| "{}".to_owned());
        }
        if request.method == Method::POST && request.path == "allocations" {
            let body = body.unwrap_or_default();
            let node = body["candidate_nodes"][0].as_str().unwrap_or_default();
            let claimed = Map::from_iter([("instance_uuid".to_owned(), body["uuid"].clone())]);
            played.nodes.entry(node.to_owned()).or_default().extend(claimed);
            let granted = json!({
                "uuid": body["uuid"], "name": body["name"], "state": "active", "extra": body["extra"],
                "node_uuid": body["candidate_nodes"][0],
            });
            return Some(granted.to_string());
        }
        if request.method == Method::POST && request.path.ends_with("/vifs") {
            played.vifs.entry(request.path.clone()).or_default().extend(body);
            return Some(String::new());
        }
        if let Some(node) = request.path.strip_prefix("nodes/").filter(|_| request.method == Method::PATCH) {
            let changes = body.as_ref().and_then(Value::as_array).into_iter().flatten();
            let fields = changes.filter_map(|change| {
                let field = change["path"].as_str()?.strip_prefix('/').filter(|path| !path.contains('/'))?;
                Some((field.to_owned(), change.get("value").cloned().unwrap_or_default()))
            });
            played.nodes.entry(node.to_owned()).or_default().extend(fields);
        }
        Some("{}".to_owned())
    }

    /// Ironic's answer with what it would say, had all been sent.
    fn as_if_sent(&self, request: &Request<'_>, answer: String) -> String {
        let played = self.played();
        if let Some(attached) = played.vifs.get(&request.path) {
            return json!({"vifs": attached}).to_string();
        }
        let fields = request.path.strip_prefix("nodes/").and_then(|node| played.nodes.get(node));
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
    /// The same connection, on which nothing that could change anything is sent, and where its requests are noted.
    #[must_use]
    pub fn rehearsing(&self) -> (Self, Rehearsal) {
        let rehearsal = Rehearsal::default();
        let session = self.session.rehearsing(Arc::new(rehearsal.clone()));
        (self.through(session), rehearsal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_reads_goes_through() {
        let rehearsal = Rehearsal::default();
        assert_eq!(rehearsal.answer(&Request::get("nodes/n").query("fields", "uuid")), None);
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(rehearsal.answer(&Request::new(method, "nodes/n")).is_some());
        }
        assert!(rehearsal.answer(&Request::get("nodes/n/validate")).is_some());
        let secret = json!({"driver_info": {"ipmi_password": "hunter2"}});
        let _ = rehearsal.answer(&Request::new(Method::POST, "nodes").json(&secret));
        let requests = rehearsal.requests();
        assert_eq!(
            (requests[0].method.as_str(), requests[0].path.as_str()),
            ("GET", "/v1/nodes/n?fields=uuid")
        );
        assert!(!format!("{requests:?}").contains("hunter2"));
    }

    #[test]
    fn a_node_is_read_as_if_all_had_been_sent() {
        let rehearsal = Rehearsal::default();
        let claim = json!({"uuid": "i", "name": "web", "candidate_nodes": ["n"]});
        let granted =
            rehearsal.answer(&Request::new(Method::POST, "allocations").json(&claim)).expect("an answer");
        let granted: Value = serde_json::from_str(&granted).expect("JSON");
        assert_eq!((&granted["node_uuid"], &granted["state"]), (&json!("n"), &json!("active")));
        let patch = json!([{"op": "add", "path": "/instance_info", "value": {"display_name": "web"}}]);
        let _ = rehearsal.answer(&Request::new(Method::PATCH, "nodes/n").json(&patch));
        let read = |node: &str| -> Value {
            let request = Request::get(format!("nodes/{node}"));
            let answer = json!({"uuid": node, "instance_uuid": null}).to_string();
            serde_json::from_str(&rehearsal.as_if_sent(&request, answer)).expect("JSON")
        };
        assert_eq!(
            read("n"),
            json!({"uuid": "n", "instance_uuid": "i", "instance_info": {"display_name": "web"}})
        );
        assert_eq!(read("m")["instance_uuid"], Value::Null);
    }
}
