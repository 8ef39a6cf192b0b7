//! A small server in this process with the parts of Ironic and Neutron that a deploy uses. It records the requests that
//! change something.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use url::Url;

use crate::cloud::transport;
use crate::rest::{Authenticator, Endpoint, LoginError, LoginGeneration};

/// The objects of both services.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) version: &'static str,
    pub(super) nodes: Vec<Value>,
    pub(super) allocations: Vec<Value>,
    /// The UUIDs of VIFs by the UUID of their node.
    pub(super) vifs: HashMap<String, Vec<String>>,
    pub(super) ports: Vec<Value>,
    /// The requests that changed something.
    pub(super) changes: Vec<(String, Value)>,
    /// The number of reads of a node that is `deleting` or `deploying`. That ends after two.
    pub(super) reads: usize,
}

/// A running server; it ends with the process.
pub(super) struct Server {
    world: Arc<Mutex<World>>,
    url: Url,
    http: reqwest::blocking::Client,
}

/// An anonymous user.
#[derive(Debug)]
struct Nobody;

impl Authenticator for Nobody {
    fn authorize(&self, _: &mut HeaderMap) -> Result<LoginGeneration, LoginError> {
        Ok(LoginGeneration::default())
    }

    fn renew(&self, _: LoginGeneration) -> Result<bool, LoginError> {
        Ok(false)
    }
}

impl Server {
    pub(super) fn start(world: World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let world = Arc::new(Mutex::new(world));
        let shared = Arc::clone(&world);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let world = Arc::clone(&shared);
                thread::spawn(move || serve(client, &world));
            }
        });
        let url = Url::parse(&format!("http://{address}/")).expect("a URL");
        let http = transport::anonymous(&url).expect("a client");
        Self { world, url, http }
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        Endpoint {
            url: self.url.clone(),
            http: self.http.clone(),
            auth: Arc::new(Nobody),
            timeout: Duration::from_secs(20),
        }
    }

    /// Returns to this world.
    pub(super) fn reset(&self, world: World) {
        *self.world.lock().unwrap_or_else(PoisonError::into_inner) = world;
    }

    /// The requests that changed something.
    pub(super) fn changes(&self) -> Vec<(String, Value)> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner).changes.clone()
    }
}

/// Answers the requests of one connection.
fn serve(mut client: TcpStream, world: &Mutex<World>) {
    let mut reader = BufReader::new(client.try_clone().expect("a second handle"));
    loop {
        let (mut line, mut length) = (String::new(), 0);
        if reader.read_line(&mut line).unwrap_or_default() == 0 {
            return;
        }
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header).unwrap_or_default() <= 2 {
                break;
            }
            let value = header.to_lowercase();
            length = value
                .strip_prefix("content-length:")
                .map_or(length, |value| value.trim().parse().unwrap_or(0));
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let mut words = line.split_whitespace();
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let body = serde_json::from_slice(&body).unwrap_or_default();
        let (status, answer) =
            world.lock().unwrap_or_else(PoisonError::into_inner).answer(method, target, &body);
        let answer = answer.to_string();
        let length = answer.len();
        let head = format!(
            "HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        if client.write_all((head + &answer).as_bytes()).is_err() {
            return;
        }
    }
}

impl World {
    fn answer(&mut self, method: &str, target: &str, body: &Value) -> (u16, Value) {
        if method != "GET" {
            self.changes.push((format!("{method} {target}"), body.clone()));
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path: Vec<&str> = path.trim_matches('/').split('/').collect();
        let found = match (method, path.as_slice()) {
            ("GET", ["v1"]) => Some(json!({"version": {"version": self.version}})),
            ("GET", ["v1", "nodes"]) => Some(json!({"nodes": self.matching(query)})),
            ("GET", ["v1", "nodes", id]) => self.read_node(id),
            ("GET", ["v1", "nodes", _, "validate"]) => Some(json!({})),
            ("GET", ["v1", "nodes", id, "vifs"]) => Some(self.vif_list(id)),
            ("GET", ["v1", "ports"]) => {
                Some(json!({"ports": [{"uuid": "p-1", "address": "52:54:00:00:00:01"}]}))
            }
            ("GET", ["v1", list @ ("portgroups" | "conductors" | "drivers")]) => Some(json!({*list: []})),
            ("GET", ["v1", "allocations", id]) => self.allocation(id).cloned(),
            ("GET", ["v2.0", "networks"]) => {
                Some(json!({"networks": [{"id": super::NETWORK, "name": "private"}]}))
            }
            ("GET", ["v2.0", "ports"]) => Some(json!({"ports": self.ports_of(query)})),
            ("GET", _) => None,
            _ => Some(self.change(method, &path, body)),
        };
        found.map_or((404, json!({"error_message": "not found"})), |found| (200, found))
    }

    /// Carries out a change.
    fn change(&mut self, method: &str, path: &[&str], body: &Value) -> Value {
        match (method, path) {
            ("POST", ["v1", "allocations"]) => return self.allocate(body),
            ("PATCH", ["v1", "allocations", id]) => {
                let allocation = self.allocations.iter_mut().find(|allocation| allocation["uuid"] == **id);
                patch(allocation.expect("an allocation"), body);
            }
            ("DELETE", ["v1", "allocations", id]) => {
                self.allocations.retain(|allocation| allocation["uuid"] != **id);
                self.nodes.iter_mut().filter(|node| node["instance_uuid"] == **id).for_each(clear);
            }
            ("PATCH", ["v1", "nodes", id]) => patch(self.node(id).expect("a node"), body),
            ("PUT", ["v1", "nodes", id, "states", "provision"]) => {
                let node = self.node(id).expect("a node");
                if body["target"] == "deleted" {
                    node["provision_state"] = json!("available");
                    clear(node);
                } else {
                    node["provision_state"] = json!("deploying");
                    node["target_provision_state"] = json!("active");
                }
            }
            ("PUT", ["v1", "nodes", id, "traits"]) => {
                self.node(id).expect("a node")["traits"] = body["traits"].clone();
            }
            ("POST", ["v1", "nodes", id, "vifs"]) => {
                let vif = body["id"].as_str().expect("a UUID").to_owned();
                self.vifs.entry((*id).to_owned()).or_default().push(vif);
            }
            ("DELETE", ["v1", "nodes", id, "vifs", vif]) => {
                self.vifs.entry((*id).to_owned()).or_default().retain(|other| other != vif);
            }
            ("POST", ["v2.0", "ports"]) => {
                let mut port = body["port"].clone();
                port["id"] = json!(uuid::Uuid::new_v4().to_string());
                self.ports.push(port.clone());
                return json!({"port": port});
            }
            ("DELETE", ["v2.0", "ports", id]) => self.ports.retain(|port| port["id"] != **id),
            other => panic!("unexpected request {other:?}"),
        }
        json!({})
    }

    fn allocate(&mut self, body: &Value) -> Value {
        let mut allocation = body.clone();
        allocation["state"] = json!("active");
        allocation["node_uuid"] = body["candidate_nodes"][0].clone();
        let node = self.node(body["candidate_nodes"][0].as_str().expect("a UUID")).expect("a node");
        node["instance_uuid"] = body["uuid"].clone();
        self.allocations.push(allocation.clone());
        allocation
    }

    fn node(&mut self, id: &str) -> Option<&mut Value> {
        self.nodes.iter_mut().find(|node| node["uuid"] == *id || node["name"] == *id)
    }

    fn allocation(&self, id: &str) -> Option<&Value> {
        self.allocations.iter().find(|allocation| allocation["uuid"] == *id || allocation["name"] == *id)
    }

    fn read_node(&mut self, id: &str) -> Option<Value> {
        let state = self.node(id)?["provision_state"].clone();
        let is_moving = state == "deleting" || state == "deploying";
        self.reads += usize::from(is_moving);
        let is_over = self.reads > 2;
        let node = self.node(id)?;
        if is_moving && is_over {
            node["provision_state"] = node["target_provision_state"].take();
            if state == "deleting" {
                clear(node);
            }
        }
        Some(node.clone())
    }

    /// The nodes with an instance, with one of this name if the query has a name.
    fn matching(&self, query: &str) -> Vec<Value> {
        let name = query.split('&').find_map(|pair| pair.strip_prefix("instance_name="));
        let fits = |node: &&Value| {
            !node["instance_uuid"].is_null()
                && name.is_none_or(|name| node["instance_info"]["display_name"] == *name)
        };
        self.nodes.iter().filter(fits).cloned().collect()
    }

    fn vif_list(&self, node: &str) -> Value {
        let vifs = self.vifs.get(node).cloned().unwrap_or_default();
        json!({"vifs": vifs.iter().map(|vif| json!({"id": vif})).collect::<Vec<_>>()})
    }

    fn ports_of(&self, query: &str) -> Vec<Value> {
        let device = query.split('&').find_map(|pair| pair.strip_prefix("device_id="));
        let fits = |port: &&Value| device.is_some_and(|device| port["device_id"] == *device);
        self.ports.iter().filter(fits).cloned().collect()
    }
}

/// Removes the instance from a node.
fn clear(node: &mut Value) {
    node["instance_uuid"] = Value::Null;
    node["instance_info"] = json!({});
    node["target_provision_state"] = Value::Null;
}

/// Applies a JSON patch of at most two levels.
fn patch(object: &mut Value, changes: &Value) {
    for change in changes.as_array().expect("a list") {
        let path: Vec<&str> = change["path"].as_str().expect("a path").trim_matches('/').split('/').collect();
        let value = change["value"].clone();
        match path.as_slice() {
            [field @ "instance_info"] if value.is_null() => object[*field] = json!({}),
            [field] => object[*field] = value,
            [field, key] => object[*field][*key] = value,
            other => panic!("unexpected path {other:?}"),
        }
    }
}
