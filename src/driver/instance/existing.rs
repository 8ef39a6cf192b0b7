//! Finds existing instances with the names of a deploy's orders, before nodes are chosen.

use std::collections::HashMap;

use jiff::Timestamp;

use super::claim::Claim;
use super::deploy::Order;
use super::intent::Intent;
use super::lookup::{FoundInstance, optional, unallocated};
use crate::driver::network::Networked;
use crate::driver::watch::event::NodeRef;
use crate::driver::{Driver, Drivers, Error};
use crate::ironic::allocation::{Allocation, AllocationState};
use crate::ironic::node::NodeQuery;
use crate::ironic::{self, Node, ProvisionState};

/// From this number of names on, two lists cost less than two requests per name.
const LIST_FROM: usize = 8;

/// What exists with the name of an order, and in which cloud: see [`Drivers::survey`].
#[derive(Debug, Clone)]
pub struct Existing {
    pub(in crate::driver) state: ExistingState,
    /// The index of the cloud's driver; 0 if nothing exists.
    pub(in crate::driver) at: usize,
}

impl Existing {
    /// Whether the order must claim a node.
    #[must_use]
    pub fn needs_node(&self) -> bool {
        matches!(self.state, ExistingState::Absent | ExistingState::Leftover(_))
    }

    /// Gives up a node with a failed deploy if it may not be chosen now: another one is claimed instead.
    pub fn release_unless_eligible(&mut self, may_be_chosen: impl Fn(&NodeRef) -> bool) {
        if let ExistingState::Failed(claim) = &self.state
            && !may_be_chosen(&claim.node)
        {
            self.state = ExistingState::Leftover(claim.clone());
        }
    }

    /// Whether nothing with this name exists.
    #[must_use]
    pub fn is_free(&self) -> bool {
        matches!(self.state, ExistingState::Absent)
    }

    /// Whether the deploy must still be requested from Ironic.
    #[must_use]
    pub fn needs_start(&self) -> bool {
        self.needs_node()
            || matches!(
                self.state,
                ExistingState::Claimed(_) | ExistingState::Reserved(_) | ExistingState::Failed(_)
            )
    }
}

#[derive(Debug, Clone)]
pub(in crate::driver) enum ExistingState {
    /// Nothing exists.
    Absent,
    /// It has claimed a node.
    Claimed(Claim),
    /// A reservation has its name.
    Reserved(Claim),
    /// Its deploy is in progress.
    InProgress(Claim),
    /// It is deployed.
    Deployed(Claim),
    /// Its deploy failed and can be repeated on the same node.
    Failed(Claim),
    /// It has failed or is partly removed, and must be removed before a new deploy.
    Leftover(Claim),
}

impl ExistingState {
    /// The claim of a node, if there is one.
    pub(in crate::driver) fn claim(&self) -> Option<&Claim> {
        match self {
            Self::Absent => None,
            Self::Claimed(claim)
            | Self::Reserved(claim)
            | Self::InProgress(claim)
            | Self::Deployed(claim)
            | Self::Failed(claim)
            | Self::Leftover(claim) => Some(claim),
        }
    }
}

impl Drivers<'_> {
    /// Finds out what exists with the names of the orders, in all clouds concurrently and before nodes are chosen: an
    /// instance that is already deployed needs none. Few names are requested one by one, many by lists of all instances.
    ///
    /// # Errors
    /// [`Error::NameTaken`] if another object has a name; [`Error::Ambiguous`] if a name exists in two clouds;
    /// [`Error::AllUnreachable`]; a failed request.
    pub fn survey(&self, orders: &[Order]) -> Result<Vec<Existing>, Error> {
        let in_clouds = self.ask_each(|driver| {
            match driver.survey(orders) {
                Err(Error::NameTaken { name, why }) if self.are_several() => {
                    let why = format!("{why}, in cloud `{}`", driver.cloud().unwrap_or_default());
                    Ok(Err(Error::NameTaken { name, why }))
                }
                // The error is about the order, not about the cloud.
                Err(error) if !error.is_unreachable() => Ok(Err(error)),
                other => other.map(Ok),
            }
        })?;
        let mut survey: Vec<Existing> = vec![Existing { state: ExistingState::Absent, at: 0 }; orders.len()];
        for (at, states) in in_clouds {
            for ((order, existing), state) in orders.iter().zip(&mut survey).zip(states?) {
                match (&existing.state, &state) {
                    (_, ExistingState::Absent) => {}
                    (ExistingState::Absent, _) => *existing = Existing { state, at },
                    _ => {
                        let place = |at: usize| {
                            format!("an instance in cloud `{}`", self.members[at].cloud().unwrap_or_default())
                        };
                        let matches = vec![place(existing.at), place(at)];
                        return Err(Error::Ambiguous { name: order.name.clone(), matches });
                    }
                }
            }
        }
        Ok(survey)
    }

    /// Refuses to create instances while an unreachable cloud may have one of the same name.
    ///
    /// # Errors
    /// [`Error::NotQueried`].
    pub fn must_be_new<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<(), Error> {
        let unreachable = self.unreachable();
        let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
        if unreachable.is_empty() || names.is_empty() {
            return Ok(());
        }
        let message =
            format!("no node was allocated, because {} may already exist in another cloud", names.join(", "));
        Err(Error::NotQueried { message, unreachable })
    }
}

impl Driver<'_> {
    /// What exists with the name of each order in this cloud.
    fn survey(&self, orders: &[Order]) -> Result<Vec<ExistingState>, Error> {
        if orders.len() < LIST_FROM {
            return orders.iter().map(|order| self.existing(order)).collect();
        }
        let about = || Error::about(format!("instances at {}", self.client.address()));
        let allocations = self.client.allocations().map_err(about())?;
        let mut by_name: HashMap<String, Allocation> = HashMap::with_capacity(allocations.len());
        by_name.extend(allocations.into_iter().filter_map(|found| Some((found.name.clone()?, found))));
        let query = NodeQuery::all().fields(Node::FIELDS).filter("associated", "True");
        let nodes: Vec<Node> = self.client.nodes(&query).map_err(about())?;
        let look = |order: &Order| {
            let name = order.name.as_str();
            let found = if let Some(allocation) = by_name.get(name).cloned() {
                let node = nodes.iter().find(|node| allocation.node_uuid.as_deref() == Some(&node.uuid));
                Some(self.found_by_claim(name, allocation, node.cloned())?)
            } else {
                one_found(
                    name,
                    nodes.iter().filter(|node| is_named(node, name)).cloned().collect(),
                    self.client.now(),
                )?
            };
            self.existing_if_any(order, found)
        };
        orders.iter().map(look).collect()
    }

    /// What exists with the name of an order in this cloud.
    fn existing(&self, order: &Order) -> Result<ExistingState, Error> {
        self.existing_if_any(order, self.find_instance(&order.name)?)
    }

    /// Evaluates what was found with the name of an order. If nothing was found, a missing Neutron is no error, because
    /// another cloud may be chosen.
    fn existing_if_any(&self, order: &Order, found: Option<FoundInstance>) -> Result<ExistingState, Error> {
        match self.intent(order) {
            Err(Error::NoNeutron { .. }) if found.is_none() => Ok(ExistingState::Absent),
            intent => self.evaluate_existing(order, &intent?, found),
        }
    }

    /// Evaluates what was found with the name of an order, given the order's intent.
    fn evaluate_existing(
        &self,
        order: &Order,
        intent: &Intent,
        found: Option<FoundInstance>,
    ) -> Result<ExistingState, Error> {
        let taken = |why: String| Error::NameTaken { name: order.name.clone(), why };
        let Some(mut found) = found else { return Ok(ExistingState::Absent) };
        self.await_decided_allocation(&mut found)
            .map_err(Error::about(format!("instance {}", order.name)))?;
        let FoundInstance { allocation, node, .. } = &found;
        let of_allocation = allocation.as_ref().map(|allocation| &allocation.extra);
        let of_node = || node.as_ref().map(|node| &node.instance_info);
        let noted = of_allocation.or_else(of_node).and_then(Intent::read);
        let noted = noted.map(|noted| node.as_ref().map_or(noted.clone(), |node| noted.current(node)));
        let Some(noted) = noted else {
            return Err(taken("by an instance that farrier did not create".to_owned()));
        };
        let differences = if noted.reserved.is_some() { Vec::new() } else { noted.differences(intent) };
        if !differences.is_empty() {
            return Err(taken(format!(
                "by an instance with a different configuration: the {}",
                differences.join(", the ")
            )));
        }
        if let Some(allocation) = allocation.as_ref().filter(|a| a.node_uuid.is_none()) {
            // A failed claim.
            let about = Error::about(format!("instance {}", order.name));
            self.client.delete_allocation(&allocation.uuid).map_err(about)?;
            return Ok(ExistingState::Absent);
        }
        let Some(node) = node else { return Ok(ExistingState::Absent) };
        let uuid = found.instance_uuid().unwrap_or_default().to_owned();
        let of_allocation = allocation.as_ref().and_then(|allocation| allocation.created_at.clone());
        let created_at = of_allocation.or(noted.claimed_at.clone());
        let claim = Claim {
            uuid,
            node: NodeRef::from(node),
            allocated: allocation.is_some(),
            created_at,
            networked: Networked::noted(&intent.networks),
        };
        Ok(match &node.provision_state {
            // The image's name may mean another image now, which is the one to deploy and to record.
            ProvisionState::Available if noted.reserved.is_some() || noted.image_id != intent.image_id => {
                ExistingState::Reserved(claim)
            }
            ProvisionState::Available => ExistingState::Claimed(claim),
            ProvisionState::Deploying | ProvisionState::DeployWait | ProvisionState::DeployHold => {
                ExistingState::InProgress(claim)
            }
            // Ironic refuses a deploy in maintenance.
            ProvisionState::DeployFailed if !node.maintenance => ExistingState::Failed(claim),
            ProvisionState::DeployFailed | ProvisionState::Error | ProvisionState::Deleting => {
                ExistingState::Leftover(claim)
            }
            ProvisionState::Active => ExistingState::Deployed(claim),
            other @ (ProvisionState::Enroll
            | ProvisionState::Verifying
            | ProvisionState::Manageable
            | ProvisionState::Cleaning
            | ProvisionState::CleanWait
            | ProvisionState::CleanHold
            | ProvisionState::CleanFailed
            | ProvisionState::Inspecting
            | ProvisionState::InspectWait
            | ProvisionState::InspectFailed
            | ProvisionState::Adopting
            | ProvisionState::AdoptFailed
            | ProvisionState::Rescuing
            | ProvisionState::RescueWait
            | ProvisionState::Rescue
            | ProvisionState::RescueFailed
            | ProvisionState::Unrescuing
            | ProvisionState::UnrescueFailed
            | ProvisionState::Servicing
            | ProvisionState::ServiceWait
            | ProvisionState::ServiceHold
            | ProvisionState::ServiceFailed
            | ProvisionState::Unknown(_)) => {
                return Err(taken(format!("by an instance on a node in state `{other}`")));
            }
        })
    }

    /// Waits until Ironic has processed an allocation. A pending one belongs to a killed or a concurrent run.
    fn await_decided_allocation(&self, found: &mut FoundInstance) -> Result<(), ironic::Error> {
        let undecided = |allocation: &mut Allocation| allocation.state == AllocationState::Allocating;
        let Some(allocation) = found.allocation.take_if(undecided) else { return Ok(()) };
        let allocation = self.await_decision(allocation)?;
        if let Some(uuid) = &allocation.node_uuid {
            found.node = Some(self.client.node(uuid)?);
        }
        found.allocation = Some(allocation);
        Ok(())
    }

    /// The instance of this name. Ignores a node of this name.
    pub(in crate::driver) fn find_instance(&self, name: &str) -> Result<Option<FoundInstance>, Error> {
        let about = || Error::about(format!("instance {name}"));
        let allocation = optional(self.client.allocation(name)).map_err(about())?;
        if let Some(allocation) = allocation.filter(|allocation| allocation.name.as_deref() == Some(name)) {
            return self.found_by_claim(name, allocation, None).map(Some);
        }
        let mut nodes = unallocated(&self.client, name).map_err(about())?;
        nodes.retain(|node| is_named(node, name));
        one_found(name, nodes, self.client.now())
    }

    /// The allocation with its node, which is read unless it is known.
    fn found_by_claim(
        &self,
        name: &str,
        allocation: Allocation,
        known: Option<Node>,
    ) -> Result<FoundInstance, Error> {
        let node = match (&allocation.node_uuid, known) {
            (Some(uuid), None) => {
                optional(self.client.node(uuid)).map_err(Error::about(format!("instance {name}")))?
            }
            (_, known) => known,
        };
        Ok(FoundInstance {
            sought: name.to_owned(),
            allocation: Some(allocation),
            node,
            at: self.client.now(),
        })
    }
}

/// Whether the node's instance has this name.
fn is_named(node: &Node, name: &str) -> bool {
    node.display_name() == Some(name)
}

/// The instance without an allocation on the only node that has one of this name.
fn one_found(name: &str, mut nodes: Vec<Node>, at: Timestamp) -> Result<Option<FoundInstance>, Error> {
    if nodes.len() > 1 {
        let shown = |node: &Node| format!("node {} ({})", node.label(), node.uuid);
        return Err(Error::Ambiguous { name: name.to_owned(), matches: nodes.iter().map(shown).collect() });
    }
    let node = nodes.pop();
    Ok(node.map(|node| FoundInstance { sought: name.to_owned(), allocation: None, node: Some(node), at }))
}
