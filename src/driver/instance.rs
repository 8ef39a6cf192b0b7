//! An instance as Ironic shows it, and how one is found by name.

use std::collections::{HashMap, HashSet};
use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::destroy::has_deployed;
use super::event::NodeRef;
use super::guard::Target;
use super::intent::Intent;
use super::{Driver, Error};
use crate::ironic::allocation::{Allocation, AllocationState};
use crate::ironic::node::NodeQuery;
use crate::ironic::{Client, Feature, Node, PowerState, ProvisionState};
use crate::rest::mask;

/// What `list` asks of each node that has an instance.
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

/// An instance: a claim of a node and what was made of it.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its UUID, which is the node's `instance_uuid`.
    pub uuid: String,
    /// The node it has.
    pub node: Option<NodeRef>,
    /// Ironic's word for the node's state; before a deploy `reserved`, `expired` (a reservation that is over), `claimed`,
    /// `allocating` or `error`.
    pub state: String,
    /// Whether it has power.
    pub power_state: Option<PowerState>,
    /// The image: what it was called when it was asked for, or its address without user information.
    pub image: Option<String>,
    /// Glance's id of the image, where it has one.
    pub image_id: Option<String>,
    /// The flavor it was made by.
    pub flavor: Option<String>,
    /// The addresses that its config drive gives it, as far as that is known.
    pub ip_addresses: Vec<String>,
    /// The MAC addresses of its machine, where they were looked up.
    pub mac_addresses: Option<Vec<String>>,
    /// Ports of its networks that were there before it, by their UUIDs.
    pub(super) brought: Vec<String>,
    /// When the node was claimed, RFC 3339.
    pub created_at: Option<String>,
    /// How long the operation took that this is the answer to.
    pub duration: Option<Duration>,
    /// What is wrong with it, in Ironic's words.
    pub error: Option<String>,
}

impl Instance {
    /// Puts together what the allocation and the node know. At least one of them has the UUID.
    /// `now` is the time by the clock of their Ironic.
    pub(super) fn new(
        uuid: &str,
        allocation: Option<&Allocation>,
        node: Option<&Node>,
        now: Timestamp,
    ) -> Self {
        let noted = allocation.map(|allocation| &allocation.extra).or(node.map(|node| &node.instance_info));
        let intent = noted.and_then(Intent::read).unwrap_or_default();
        // `instance_info` may have the image of a rebuild already that has not begun.
        let by_note = intent.rebuilding.is_some() && intent.image.is_some();
        let intent = match node {
            Some(node) => intent.as_of(node),
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
            brought: intent.networks.brought(),
            created_at: allocation.map_or(intent.claimed_at, |allocation| allocation.created_at.clone()),
            duration: None,
            error: node
                .and_then(|node| node.kept_error().map(str::to_owned))
                .or_else(|| allocation.and_then(|allocation| allocation.last_error.clone())),
        }
    }

    /// The name, or where there is none the UUID.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.uuid)
    }
}

/// What a name or UUID was found to mean.
#[derive(Debug, Clone)]
pub struct Found {
    /// The name or UUID it was found by.
    pub sought: String,
    /// The claim.
    pub allocation: Option<Allocation>,
    /// The node: the instance's, or the one named.
    pub node: Option<Node>,
    /// When it was found, by Ironic's clock.
    pub(super) at: Timestamp,
}

impl Found {
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

    /// The instance, or that there is none.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the name is that of a node without instance.
    pub fn need_instance(&self) -> Result<Instance, Error> {
        self.instance().ok_or_else(|| Error::NotFound {
            what: "instance",
            name: self.sought.clone(),
            asker: None,
        })
    }

    /// The node, or that there is none yet. An allocation's node must say, too, that it is this instance's.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a claim that has no node, [`Error::NodeTaken`] for one whose node is another's.
    pub fn need_node(&self) -> Result<&Node, Error> {
        let node = self.any_node()?;
        if let Some(allocation) = &self.allocation
            && node.instance_uuid.as_deref() != Some(&allocation.uuid)
        {
            return Err(Target::new(node.into(), Some(allocation.uuid.clone())).taken(node));
        }
        Ok(node)
    }

    /// The node that the allocation names or that was found, whoever has it now.
    pub(super) fn any_node(&self) -> Result<&Node, Error> {
        self.node.as_ref().ok_or_else(|| Error::Forbidden {
            subject: format!("instance {}", self.sought),
            why: "it has no node".to_owned(),
        })
    }
}

impl Driver<'_> {
    /// Finds an instance or a node by name or UUID. Both kinds are asked for, so that a name which means
    /// two things is seen.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], or a request's failure.
    pub fn find(&self, sought: &str) -> Result<Found, Error> {
        self.find_if_any(sought)?.ok_or_else(|| Error::NotFound {
            what: "instance or node",
            name: sought.to_owned(),
            asker: self.client.asker(),
        })
    }

    /// As [`Driver::find`], where nothing to find is an answer.
    ///
    /// # Errors
    /// [`Error::Ambiguous`]; [`Error::NodeTaken`] or [`Error::NameTaken`] if the name meant something else when this
    /// command first looked it up; or a request's failure.
    pub fn find_if_any(&self, sought: &str) -> Result<Option<Found>, Error> {
        let found = self.look_up(sought)?;
        if let Some(found) = &found {
            self.resolved.settle(sought, found)?;
        }
        Ok(found)
    }

    /// As [`Driver::find_if_any`], with nothing to find if the instance that the name meant has left its node since.
    pub(super) fn find_unless_gone(&self, sought: &str) -> Result<Option<Found>, Error> {
        match self.find_if_any(sought) {
            Err(Error::NodeTaken { node, by: None, why }) => {
                // Only its instance is gone if something is deployed there: that is no undeploy.
                let about = Error::about(format!("node {}", node.uuid));
                let now = optional(self.client.node(&node.uuid)).map_err(about)?;
                if now.is_some_and(|now| has_deployed(&now.provision_state)) {
                    return Err(Error::NodeTaken { node, by: None, why });
                }
                Ok(None)
            }
            other => other,
        }
    }

    /// As [`Driver::find_if_any`], whatever the name meant before.
    pub(super) fn look_up(&self, sought: &str) -> Result<Option<Found>, Error> {
        if matches!(sought, "" | "." | "..") {
            // No name of anything, and not a path of its own.
            return Ok(None);
        }
        let about = || Error::about(format!("`{sought}`"));
        let client = &self.client;
        let allocation = optional(client.allocation(sought)).map_err(about())?;
        let named = optional(client.node(sought)).map_err(about())?;
        let found = |allocation, node| {
            Ok(Some(Found { sought: sought.to_owned(), allocation, node, at: client.now() }))
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

    /// Every instance: each allocation, and each node that has an instance without one, as Nova makes them.
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

/// Nodes whose instance has this name or UUID and no allocation, as far as Ironic finds them by it.
pub(super) fn unallocated(client: &Client, sought: &str) -> Result<Vec<Node>, crate::ironic::Error> {
    let query = NodeQuery::all().fields(Node::FIELDS);
    if let Ok(uuid) = Uuid::try_parse(sought) {
        return client.nodes(&query.filter("instance_uuid", uuid.to_string()));
    }
    let mut nodes: Vec<Node> = if client.has(Feature::InstanceName) {
        client.nodes(&query.filter("instance_name", sought))?
    } else {
        client.nodes(&query.filter("associated", "True"))?
    };
    // Ironic 39 keeps `instance_name` when a claim is given back, and on into the next instance.
    nodes.retain(|node| {
        let name = node.display_name();
        node.instance_uuid.is_some()
            && (name == Some(sought) || name.is_none() && client.has(Feature::InstanceName))
    });
    Ok(nodes)
}

impl Driver<'_> {
    /// What is to be said where there is no node of this name: it may be an instance's.
    #[must_use]
    pub fn no_such_node(&self, name: &str) -> Error {
        match self.look_up(name) {
            Ok(Some(Found { node: Some(node), .. })) => {
                Error::NotANode { name: name.to_owned(), node: NodeRef::from(&node) }
            }
            _ => Error::NotFound { what: "node", name: name.to_owned(), asker: self.client.asker() },
        }
    }

    /// Nodes whose instance has this name or UUID and no allocation.
    fn without_allocation(&self, sought: &str) -> Result<Vec<Node>, Error> {
        let about = || Error::about(format!("`{sought}`"));
        let found = unallocated(&self.client, sought).map_err(about())?;
        let is_told = !self.client.has(Feature::InstanceName) || Uuid::try_parse(sought).is_ok();
        if !found.is_empty() || is_told {
            return Ok(found);
        }
        let mut named = Vec::new();
        for uuid in self.displayed(sought).map_err(about())? {
            let node = self.client.node(&uuid).map_err(about())?;
            let Some(instance) = &node.instance_uuid else { continue };
            // An instance with an allocation has that one's name.
            if optional(self.client.allocation(instance)).map_err(about())?.is_none() {
                named.push(node);
            }
        }
        Ok(named)
    }

    /// Whether an instance is known to have a name that only `instance_info` gives; nothing is asked for it.
    pub(super) fn is_displayed(&self, name: &str) -> bool {
        let known = self.displayed.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().is_some_and(|names| names.contains_key(name))
    }

    /// The nodes whose instance only `instance_info` gives this name, by their UUIDs: Ironic gives no `instance_name` to
    /// instances that were there before it knew such names. They are listed once.
    pub(super) fn displayed(&self, name: &str) -> Result<Vec<String>, crate::ironic::Error> {
        let mut known = self.displayed.lock().unwrap_or_else(PoisonError::into_inner);
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

/// What is asked of nodes to know what their instances are called.
#[derive(serde::Deserialize)]
struct Displayed {
    uuid: String,
    #[serde(default)]
    instance_name: Option<String>,
    #[serde(default)]
    instance_info: serde_json::Map<String, serde_json::Value>,
}

/// What is not there is an answer.
pub(super) fn optional<T>(asked: Result<T, crate::ironic::Error>) -> Result<Option<T>, crate::ironic::Error> {
    match asked {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
