//! Allocations, by which Ironic assigns nodes to instances.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::client::Client;
use super::error::Error;
use super::patch::Patch;
use crate::rest::retry::Repeat;
use crate::rest::{Request, segment};

/// The state of an allocation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AllocationState {
    /// A conductor is selecting a node.
    Allocating,
    /// It has a node.
    Active,
    /// No node was found; the record and its name stay until deleted.
    Error,
    /// A state added by a newer Ironic.
    #[serde(untagged)]
    Unknown(String),
}

/// An allocation. Its UUID is the node's `instance_uuid`.
#[derive(Debug, Clone, Deserialize)]
pub struct Allocation {
    /// Its UUID, which is also the instance's.
    pub uuid: String,
    /// The instance's name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its state.
    pub state: AllocationState,
    /// The allocated node.
    #[serde(default)]
    pub node_uuid: Option<String>,
    /// The requested resource class.
    #[serde(default)]
    pub resource_class: Option<String>,
    /// The candidate nodes.
    #[serde(default)]
    pub candidate_nodes: Vec<String>,
    /// The creator's own data.
    #[serde(default)]
    pub extra: Map<String, Value>,
    /// Why it failed.
    #[serde(default, deserialize_with = "super::node::message")]
    pub last_error: Option<String>,
    /// The time of its creation (RFC 3339).
    #[serde(default)]
    pub created_at: Option<String>,
    /// The time of its last change (RFC 3339); `None` if it never changed.
    #[serde(default)]
    pub updated_at: Option<String>,
    /// The project it belongs to.
    #[serde(default)]
    pub owner: Option<String>,
}

/// An allocation to create.
#[derive(Debug, Clone)]
pub struct NewAllocation<'a> {
    /// Chosen by the caller, so that the allocation can be looked up if the response is lost. It must be a UUID: Ironic
    /// accepts any text, but can then neither show nor delete the allocation.
    pub uuid: uuid::Uuid,
    /// Unique among allocations.
    pub name: &'a str,
    /// Must equal the node's resource class exactly.
    pub resource_class: &'a str,
    /// The node. Ironic would accept several and select one of them itself.
    pub candidate: &'a str,
    /// The creator's own data.
    pub extra: Map<String, Value>,
}

impl Client {
    /// Reads an allocation by UUID or name.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn allocation(&self, id: &str) -> Result<Allocation, Error> {
        self.fetch(&Request::get(format!("allocations/{}", segment(id))))
    }

    /// All allocations that this user may see.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn allocations(&self) -> Result<Vec<Allocation>, Error> {
        let mut allocations = Vec::new();
        self.list("allocations", &[], |allocation| allocations.push(allocation))?;
        Ok(allocations)
    }

    /// Creates an allocation. Ironic responds before it selects a node: the state is `allocating`.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`super::Fault::AlreadyExists`] for a name that is taken, or if an earlier attempt arrived and its response was lost: check whether the UUID exists.
    pub fn create_allocation(&self, new: &NewAllocation<'_>) -> Result<Allocation, Error> {
        let body = json!({
            "uuid": new.uuid.to_string(),
            "name": new.name,
            "resource_class": new.resource_class,
            "candidate_nodes": [new.candidate],
            "extra": new.extra,
        });
        self.fetch(&Request::new(Method::POST, "allocations").json(&body).repeat(Repeat::Safe))
    }

    /// Changes an allocation; only `name` and `extra` can change.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn patch_allocation(&self, uuid: &str, patch: &Patch) -> Result<(), Error> {
        self.send(&Request::new(Method::PATCH, format!("allocations/{}", segment(uuid))).json(patch))
    }

    /// Deletes an allocation, which releases its node. Ironic rejects it while the node is active or in a transient
    /// state.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]. A missing allocation is not an error.
    pub fn delete_allocation(&self, uuid: &str) -> Result<(), Error> {
        self.remove(format!("allocations/{}", segment(uuid)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_unknown_states_are_read() {
        for (value, state) in [
            ("allocating", AllocationState::Allocating),
            ("error", AllocationState::Error),
            ("later", AllocationState::Unknown("later".to_owned())),
        ] {
            assert_eq!(serde_json::from_value::<AllocationState>(json!(value)).expect("any text"), state);
        }
    }
}
