//! Allocations: claims of nodes, decided on the server.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::client::Client;
use super::error::Error;
use super::patch::Patch;
use crate::rest::retry::Repeat;
use crate::rest::{Request, segment};

/// How far a claim has come.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AllocationState {
    /// A conductor is choosing.
    Allocating,
    /// It has its node.
    Active,
    /// It got none; the record and its name stay until deleted.
    Error,
    /// A word of a later server.
    #[serde(untagged)]
    Unknown(String),
}

/// A claim of a node. Its UUID is the node's `instance_uuid`.
#[derive(Debug, Clone, Deserialize)]
pub struct Allocation {
    /// Identifier, and the instance's.
    pub uuid: String,
    /// The instance's name.
    #[serde(default)]
    pub name: Option<String>,
    /// How far it has come.
    pub state: AllocationState,
    /// The node it got.
    #[serde(default)]
    pub node_uuid: Option<String>,
    /// The class asked for.
    #[serde(default)]
    pub resource_class: Option<String>,
    /// The nodes to choose from.
    #[serde(default)]
    pub candidate_nodes: Vec<String>,
    /// Whatever the claimant noted.
    #[serde(default)]
    pub extra: Map<String, Value>,
    /// Why it got none.
    #[serde(default, deserialize_with = "super::node::words")]
    pub last_error: Option<String>,
    /// When it was made, RFC 3339.
    #[serde(default)]
    pub created_at: Option<String>,
    /// When it last changed, RFC 3339; none where it never did.
    #[serde(default)]
    pub updated_at: Option<String>,
    /// The project it belongs to.
    #[serde(default)]
    pub owner: Option<String>,
}

/// A claim to be made.
#[derive(Debug, Clone)]
pub struct NewAllocation<'a> {
    /// Chosen by the caller, so that a lost answer can be asked for. Ironic takes any text here and then
    /// can neither show nor delete it: it must be a UUID.
    pub uuid: uuid::Uuid,
    /// Unique among allocations.
    pub name: &'a str,
    /// Must equal the node's, to the letter.
    pub resource_class: &'a str,
    /// The one node that is wanted. Ironic would take several and choose among them as it likes.
    pub candidate: &'a str,
    /// What the claimant notes.
    pub extra: Map<String, Value>,
}

impl Client {
    /// One allocation, by UUID or name.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn allocation(&self, id: &str) -> Result<Allocation, Error> {
        self.fetch(&Request::get(format!("allocations/{}", segment(id))))
    }

    /// Every allocation that this user may see.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn allocations(&self) -> Result<Vec<Allocation>, Error> {
        let mut allocations = Vec::new();
        self.list("allocations", &[], |allocation| allocations.push(allocation))?;
        Ok(allocations)
    }

    /// Asks for a node. The answer comes before the choice: the state is `allocating`.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`super::Fault::AlreadyExists`] for a name that is taken, or where a
    /// first try arrived and its answer was lost: look whether the UUID is there.
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

    /// Changes an allocation; only `name` and `extra` can be.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn patch_allocation(&self, uuid: &str, patch: &Patch) -> Result<(), Error> {
        self.send(&Request::new(Method::PATCH, format!("allocations/{}", segment(uuid))).json(patch))
    }

    /// Gives the claim up. Refused while the node is active or moving.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]. A missing allocation is no error.
    pub fn delete_allocation(&self, uuid: &str) -> Result<(), Error> {
        self.remove(format!("allocations/{}", segment(uuid)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_read_and_unknown_ones_pass() {
        for (word, state) in [
            ("allocating", AllocationState::Allocating),
            ("error", AllocationState::Error),
            ("later", AllocationState::Unknown("later".to_owned())),
        ] {
            assert_eq!(serde_json::from_value::<AllocationState>(json!(word)).expect("any word"), state);
        }
    }
}
