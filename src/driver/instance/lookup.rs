//! Instances as shown by Ironic, and their lookup by name.

use std::collections::{HashMap, HashSet};
use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::intent::Intent;
use crate::driver::change_requests::ChangeTarget;
use crate::driver::watch::event::NodeRef;
use crate::driver::{Driver, Error, ObjectKind};
use crate::ironic::allocation::{Allocation, AllocationState};
use crate::ironic::node::NodeQuery;
use crate::ironic::{Client, Feature, Node, PowerState, ProvisionState, ProvisionTarget};
use crate::rest::mask;

/// The node fields that `list` reads.
const FIELDS: [&str; 9] = [
    "provision_updated_at",
    "uuid",
    "name",
    "provision_state",
    "target_provision_state",
    "power_state",
    "instance_uuid",
    "instance_info",
    "last_error",
];

/// An instance: a claim of a node, and the deploy on it.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its UUID, which is the node's `instance_uuid`.
    pub uuid: String,
    /// Its node.
    pub node: Option<NodeRef>,
    /// The provision state of the node; before a deploy `reserved`, `expired` (of a reservation), `claimed`, `allocating`
    /// or `error`.
    pub state: String,
    /// The power state of the node.
    pub power_state: Option<PowerState>,
    /// The name of the image in the request, or its URL without user information.
    pub image: Option<String>,
    /// The image's ID in Glance, if it has one.
    pub image_id: Option<String>,
    /// The flavor of the request.
    pub flavor: Option<String>,
    /// The IP addresses in its config drive, if known.
    pub ip_addresses: Vec<String>,
    /// The MAC addresses of its node, if they were looked up.
    pub mac_addresses: Option<Vec<String>>,
    /// The UUIDs of its Neutron ports that existed before the instance.
    pub(in crate::driver) requested_ports: Vec<String>,
    /// When the node was claimed, RFC 3339.
    pub created_at: Option<String>,
    /// The duration of the operation that returned the instance.
    pub duration: Option<Duration>,
    /// Ironic's error message.
    pub error: Option<String>,
}

impl Instance {
    /// Combines an allocation and a node. At least one of them has the UUID. `now` is the time of Ironic's clock.
    pub(in crate::driver) fn new(
        uuid: &str,
        allocation: Option<&Allocation>,
        node: Option<&Node>,
        now: Timestamp,
    ) -> Self {
        let noted = allocation.map(|allocation| &allocation.extra).or(node.map(|node| &node.instance_info));
        let intent = noted.and_then(Intent::read).unwrap_or_default();
        // `instance_info` may already have the image of a rebuild that has not started.
        let by_note = intent.rebuilding.is_some() && intent.image.is_some();
        let intent = match node {
            Some(node) => intent.current(node),
            None => intent,
        };
        let info = |key: &str| {
            let value = node?.instance_info.get(key)?.as_str()?;
            Some(value.to_owned())
        };
        let source = info("image_source").map(|image| mask::address(&image));
        let is_noted = by_note || source.is_none() || source == intent.image_id;
        let image_id = source.clone().filter(|source| !by_note && Uuid::try_parse(source).is_ok());
        let claimed = match &intent.reserved {
            Some(reserved) if reserved.has_expired(now) => "expired",
            Some(_) => "reserved",
            None => "claimed",
        };
        let state = match (node, allocation.map(|allocation| &allocation.state)) {
            (Some(node), _) if node.provision_state == ProvisionState::Available => claimed.to_owned(),
            (Some(node), _) => node.provision_state.to_string(),
            (None, Some(AllocationState::Allocating)) => "allocating".to_owned(),
            (None, Some(AllocationState::Active)) => claimed.to_owned(),
            (None, _) => "error".to_owned(),
        };
        Self {
            name: allocation.and_then(|a| a.name.clone()).or_else(|| info("display_name")),
            uuid: uuid.to_owned(),
            node: node.map(NodeRef::from),
            state,
            power_state: node.and_then(|node| node.power_state.clone()),
            image: intent.image.filter(|_| is_noted).or(source),
            image_id: image_id.or(intent.image_id.filter(|_| is_noted)),
            flavor: intent.flavor,
            ip_addresses: intent.ip_addresses,
            mac_addresses: None,
            requested_ports: intent.networks.requested_ports(),
            created_at: allocation.map_or(intent.claimed_at, |allocation| allocation.created_at.clone()),
            duration: None,
            error: node
                .and_then(|node| node.last_failure().map(str::to_owned))
                .or_else(|| allocation.and_then(|allocation| allocation.last_error.clone())),
        }
    }

    /// The name, or the UUID if there is no name.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.uuid)
    }
}

/// The result of looking up a name or UUID.
#[derive(Debug, Clone)]
pub struct FoundInstance {
    /// The name or UUID that was looked up.
    pub sought: String,
    /// The instance's allocation.
    pub allocation: Option<Allocation>,
    /// The instance's node, or the node with this name.
    pub node: Option<Node>,
    /// The time of the lookup, by Ironic's clock.
    pub(in crate::driver) at: Timestamp,
}

impl FoundInstance {
    /// The instance, if there is one.
    #[must_use]
    pub fn instance(&self) -> Option<Instance> {
        Some(Instance::new(self.instance_uuid()?, self.allocation.as_ref(), self.node.as_ref(), self.at))
    }

    /// The instance's UUID, if there is an instance.
    #[must_use]
    pub fn instance_uuid(&self) -> Option<&str> {
        let of_node = self.node.as_ref().and_then(|node| node.instance_uuid.as_deref());
        self.allocation.as_ref().map(|allocation| allocation.uuid.as_str()).or(of_node)
    }

    /// The instance.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the name is that of a node without an instance.
    pub fn need_instance(&self) -> Result<Instance, Error> {
        self.instance().ok_or_else(|| Error::NotFound {
            what: ObjectKind::Instance,
            name: self.sought.clone(),
            identity: None,
        })
    }

    /// The node. If there is an allocation, the node must have its instance.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the claim has no node; [`Error::NodeTaken`] if the node has another instance.
    pub fn need_node(&self) -> Result<&Node, Error> {
        let node = self.any_node()?;
        if let Some(allocation) = &self.allocation
            && node.instance_uuid.as_deref() != Some(&allocation.uuid)
        {
            return Err(ChangeTarget::new(node.into(), Some(allocation.uuid.clone())).taken(node));
        }
        Ok(node)
    }

    /// The node of the allocation or with the name, even if it has another instance.
    pub(in crate::driver) fn any_node(&self) -> Result<&Node, Error> {
        self.node.as_ref().ok_or_else(|| Error::Forbidden {
            subject: format!("instance {}", self.sought),
            why: "it has no node".to_owned(),
        })
    }
}

impl Driver<'_> {
    /// Finds an instance or a node by name or UUID. Looks up both, to detect ambiguous names.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], or a request's failure.
    pub fn find(&self, sought: &str) -> Result<FoundInstance, Error> {
        self.find_if_any(sought)?.ok_or_else(|| Error::NotFound {
            what: ObjectKind::InstanceOrNode,
            name: sought.to_owned(),
            identity: self.client.identity(),
        })
    }

    /// Like [`Driver::find`], but returns `None` if there is no match.
    ///
    /// # Errors
    /// [`Error::Ambiguous`]; [`Error::NodeTaken`] or [`Error::NameTaken`] if the name meant something else when this
    /// command first looked it up; or a request's failure.
    pub fn find_if_any(&self, sought: &str) -> Result<Option<FoundInstance>, Error> {
        let found = self.look_up(sought)?;
        if let Some(found) = &found {
            self.name_cache.check_unchanged(sought, found)?;
        }
        Ok(found)
    }

    /// Like [`Driver::find_if_any`], but also returns `None` if the instance that had this name has left its node.
    pub(in crate::driver) fn find_unless_gone(&self, sought: &str) -> Result<Option<FoundInstance>, Error> {
        match self.find_if_any(sought) {
            Err(Error::NodeTaken { node, by: None, why }) => {
                // If something is still deployed, the node was not undeployed, only its instance was removed.
                let about = Error::about(format!("node {}", node.uuid));
                let now = optional(self.client.node(&node.uuid)).map_err(about)?;
                if now.is_some_and(|now| now.provision_state.accepts(ProvisionTarget::Deleted)) {
                    return Err(Error::NodeTaken { node, by: None, why });
                }
                Ok(None)
            }
            other => other,
        }
    }

    /// Like [`Driver::find_if_any`], without the check for a changed meaning.
    pub(in crate::driver) fn look_up(&self, sought: &str) -> Result<Option<FoundInstance>, Error> {
        if matches!(sought, "" | "." | "..") {
            // Not a valid name, and it would change the path of the URL.
            return Ok(None);
        }
        let about = || Error::about(format!("`{sought}`"));
        let client = &self.client;
        let allocation = optional(client.allocation(sought)).map_err(about())?;
        let named = optional(client.node(sought)).map_err(about())?;
        let found = |allocation, node| {
            Ok(Some(FoundInstance { sought: sought.to_owned(), allocation, node, at: client.now() }))
        };
        match (allocation, named) {
            (Some(allocation), Some(node)) => {
                if allocation.node_uuid.as_deref() == Some(&node.uuid) {
                    return found(Some(allocation), Some(node));
                }
                Err(Error::Ambiguous {
                    name: sought.to_owned(),
                    matches: vec![
                        format!(
                            "instance {} ({})",
                            allocation.name.as_deref().unwrap_or(sought),
                            allocation.uuid
                        ),
                        format!("node {} ({})", node.label(), node.uuid),
                    ],
                })
            }
            (Some(allocation), None) => {
                let node = match &allocation.node_uuid {
                    Some(uuid) => optional(client.node(uuid)).map_err(about())?,
                    None => None,
                };
                found(Some(allocation), node)
            }
            (None, Some(node)) => {
                let allocation = match &node.instance_uuid {
                    Some(uuid) => optional(client.allocation(uuid)).map_err(about())?,
                    None => None,
                };
                found(allocation, Some(node))
            }
            (None, None) => match self.without_allocation(sought)?.as_mut_slice() {
                [] => Ok(None),
                [node] => found(None, Some(node.clone())),
                several => Err(Error::Ambiguous {
                    name: sought.to_owned(),
                    matches: several
                        .iter()
                        .map(|node| format!("node {} ({})", node.label(), node.uuid))
                        .collect(),
                }),
            },
        }
    }

    /// All instances: the allocations, and the nodes with an instance but no allocation, for example Nova's.
    ///
    /// # Errors
    /// A request's failure.
    pub fn instances(&self) -> Result<Vec<Instance>, Error> {
        let about = || Error::about(format!("instances at {}", self.client.address()));
        let allocations = self.client.allocations().map_err(about())?;
        let query = NodeQuery::all().fields(&FIELDS).filter("associated", "True");
        let nodes: Vec<Node> = self.client.nodes(&query).map_err(about())?;
        let now = self.client.now();
        let by_instance: HashMap<&str, &Node> =
            nodes.iter().filter_map(|node| Some((node.instance_uuid.as_deref()?, node))).collect();
        let mut instances: Vec<Instance> = allocations
            .iter()
            .map(|allocation| {
                let node = by_instance.get(allocation.uuid.as_str()).copied();
                Instance::new(&allocation.uuid, Some(allocation), node, now)
            })
            .collect();
        let allocated: HashSet<&str> =
            allocations.iter().map(|allocation| allocation.uuid.as_str()).collect();
        let alone = by_instance.iter().filter(|(uuid, _)| !allocated.contains(*uuid));
        instances.extend(alone.map(|(uuid, node)| Instance::new(uuid, None, Some(node), now)));
        Ok(instances)
    }
}

/// Nodes whose instance has this name or UUID and no allocation, if Ironic can search for them.
pub(in crate::driver) fn unallocated(
    client: &Client,
    sought: &str,
) -> Result<Vec<Node>, crate::ironic::Error> {
    let query = NodeQuery::all().fields(Node::FIELDS);
    if let Ok(uuid) = Uuid::try_parse(sought) {
        return client.nodes(&query.filter("instance_uuid", uuid.to_string()));
    }
    let mut nodes: Vec<Node> = if client.has(Feature::InstanceName) {
        client.nodes(&query.filter("instance_name", sought))?
    } else {
        client.nodes(&query.filter("associated", "True"))?
    };
    // Ironic 39 keeps `instance_name` after the instance is removed, and even with the next instance.
    nodes.retain(|node| {
        let name = node.display_name();
        node.instance_uuid.is_some()
            && (name == Some(sought) || name.is_none() && client.has(Feature::InstanceName))
    });
    Ok(nodes)
}

impl Driver<'_> {
    /// The error if no node has this name. An instance may have it.
    #[must_use]
    pub fn no_such_node(&self, name: &str) -> Error {
        match self.look_up(name) {
            Ok(Some(FoundInstance { node: Some(node), .. })) => {
                Error::NotANode { name: name.to_owned(), node: NodeRef::from(&node) }
            }
            _ => Error::NotFound {
                what: ObjectKind::Node,
                name: name.to_owned(),
                identity: self.client.identity(),
            },
        }
    }

    /// Nodes whose instance has this name or UUID and no allocation.
    fn without_allocation(&self, sought: &str) -> Result<Vec<Node>, Error> {
        let about = || Error::about(format!("`{sought}`"));
        let found = unallocated(&self.client, sought).map_err(about())?;
        let is_final = !self.client.has(Feature::InstanceName) || Uuid::try_parse(sought).is_ok();
        if !found.is_empty() || is_final {
            return Ok(found);
        }
        let mut named = Vec::new();
        for uuid in self.displayed(sought).map_err(about())? {
            let node = self.client.node(&uuid).map_err(about())?;
            let Some(instance) = &node.instance_uuid else { continue };
            // The name of an instance with an allocation is the allocation's name.
            if optional(self.client.allocation(instance)).map_err(about())?.is_none() {
                named.push(node);
            }
        }
        Ok(named)
    }

    /// Whether an instance has this name only in `instance_info`, as far as already known. Sends no request.
    pub(in crate::driver) fn is_displayed(&self, name: &str) -> bool {
        let known = self.nodes_by_display_name.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().is_some_and(|names| names.contains_key(name))
    }

    /// The UUIDs of nodes whose instance has this name only in `instance_info`. Ironic sets no `instance_name` for instances
    /// that existed before it supported the field. The nodes are listed only once.
    pub(in crate::driver) fn displayed(&self, name: &str) -> Result<Vec<String>, crate::ironic::Error> {
        let mut known = self.nodes_by_display_name.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_none() {
            let fields = ["uuid", "instance_uuid", "instance_name", "instance_info"];
            let query = NodeQuery::all().fields(&fields).filter("associated", "True");
            let mut names: HashMap<String, Vec<String>> = HashMap::new();
            for node in self.client.nodes::<Displayed>(&query)? {
                if let (None, Some(name)) = (node.instance_name, node.instance_info.get("display_name"))
                    && let Some(name) = name.as_str()
                {
                    names.entry(name.to_owned()).or_default().push(node.uuid);
                }
            }
            *known = Some(names);
        }
        Ok(known.as_ref().and_then(|names| names.get(name)).cloned().unwrap_or_default())
    }
}

/// The node fields with the name of the instance.
#[derive(serde::Deserialize)]
struct Displayed {
    uuid: String,
    #[serde(default)]
    instance_name: Option<String>,
    #[serde(default)]
    instance_info: serde_json::Map<String, serde_json::Value>,
}

/// Turns "not found" into `None`.
pub(in crate::driver) fn optional<T>(
    asked: Result<T, crate::ironic::Error>,
) -> Result<Option<T>, crate::ironic::Error> {
    match asked {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
