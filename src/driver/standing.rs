//! What there is already under the names of orders, before machines are chosen for them.

use std::collections::HashMap;

use jiff::Timestamp;

use super::claim::Claim;
use super::deploy::Order;
use super::event::NodeRef;
use super::instance::{Found, optional, unallocated};
use super::intent::Intent;
use super::network::Networked;
use super::{Driver, Drivers, Error};
use crate::ironic::allocation::{Allocation, AllocationState};
use crate::ironic::node::NodeQuery;
use crate::ironic::{self, Node, ProvisionState};

/// From so many names on, two lists cost less than two requests for each.
const MANY: usize = 8;

/// What is there already under the name of an order, and in which cloud: see [`Drivers::survey`].
#[derive(Debug, Clone)]
pub struct Standing {
    pub(super) state: State,
    /// The cloud's place among the drivers; the first where there is nothing.
    pub(super) at: usize,
}

impl Standing {
    /// Whether the order cannot be met without claiming a node.
    #[must_use]
    pub fn needs_node(&self) -> bool {
        matches!(self.state, State::Free | State::Debris(_))
    }

    /// Gives up a node on which the deploy failed, if it may not be chosen now: another one is claimed instead.
    pub fn leave_unless(&mut self, may_be_chosen: impl Fn(&NodeRef) -> bool) {
        if let State::Failed(claim) = &self.state
            && !may_be_chosen(&claim.node)
        {
            self.state = State::Debris(claim.clone());
        }
    }

    /// Whether there is nothing at all of the name.
    #[must_use]
    pub fn is_free(&self) -> bool {
        matches!(self.state, State::Free)
    }

    /// Whether Ironic is still to be told to deploy it.
    #[must_use]
    pub fn needs_start(&self) -> bool {
        self.needs_node() || matches!(self.state, State::Claimed(_) | State::Reserved(_) | State::Failed(_))
    }
}

#[derive(Debug, Clone)]
pub(super) enum State {
    /// Nothing.
    Free,
    /// A node is claimed for it.
    Claimed(Claim),
    /// A node is reserved under its name.
    Reserved(Claim),
    /// A deploy is under way.
    Deploying(Claim),
    /// It is deployed.
    Deployed(Claim),
    /// Its deploy failed, and can begin anew where it is.
    Failed(Claim),
    /// What is there has failed or is half gone, and must go before anything new.
    Debris(Claim),
}

impl Drivers<'_> {
    /// Looks at what the names of the orders stand for now, in all clouds at once and before machines are chosen: a name
    /// that is deployed already needs none. Few are asked for one by one, many in lists of all instances.
    ///
    /// # Errors
    /// [`Error::NameTaken`] for a name that something else has, [`Error::Ambiguous`] for one that stands in two clouds,
    /// [`Error::AllSilent`], or a request's failure.
    pub fn survey(&self, orders: &[Order]) -> Result<Vec<Standing>, Error> {
        let in_clouds = self.ask_each(|driver| {
            match driver.survey(orders) {
                Err(Error::NameTaken { name, why }) if self.are_several() => {
                    let why = format!("{why}, in cloud `{}`", driver.cloud().unwrap_or_default());
                    Ok(Err(Error::NameTaken { name, why }))
                }
                // It says something of the order, and nothing of the cloud.
                Err(error) if !error.is_silence() => Ok(Err(error)),
                other => other.map(Ok),
            }
        })?;
        let mut standings: Vec<Standing> = vec![Standing { state: State::Free, at: 0 }; orders.len()];
        for (at, states) in in_clouds {
            for ((order, standing), state) in orders.iter().zip(&mut standings).zip(states?) {
                match (&standing.state, &state) {
                    (_, State::Free) => {}
                    (State::Free, _) => *standing = Standing { state, at },
                    _ => {
                        let place = |at: usize| {
                            format!("an instance in cloud `{}`", self.members[at].cloud().unwrap_or_default())
                        };
                        let matches = vec![place(standing.at), place(at)];
                        return Err(Error::Ambiguous { name: order.name.clone(), matches });
                    }
                }
            }
        }
        Ok(standings)
    }

    /// Refuses to make an instance while a cloud that cannot be asked may have one of its name.
    ///
    /// # Errors
    /// [`Error::Unasked`].
    pub fn must_be_new<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<(), Error> {
        let silent = self.silent();
        let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
        if silent.is_empty() || names.is_empty() {
            return Ok(());
        }
        let said = format!("nothing was claimed, for {} may be elsewhere already", names.join(", "));
        Err(Error::Unasked { said, silent })
    }
}

impl Driver<'_> {
    /// What each of the orders stands for in this cloud.
    fn survey(&self, orders: &[Order]) -> Result<Vec<State>, Error> {
        if orders.len() < MANY {
            return orders.iter().map(|order| self.standing(order)).collect();
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
            self.standing_if_any(order, found)
        };
        orders.iter().map(look).collect()
    }

    /// Looks at what the name stands for now.
    fn standing(&self, order: &Order) -> Result<State, Error> {
        self.standing_if_any(order, self.find_instance(&order.name)?)
    }

    /// What has been found under the name, for this order. Where there is nothing, it does not matter that this cloud has
    /// no Neutron: another may be chosen.
    fn standing_if_any(&self, order: &Order, found: Option<Found>) -> Result<State, Error> {
        match self.intent(order) {
            Err(Error::NoNeutron { .. }) if found.is_none() => Ok(State::Free),
            intent => self.standing_of(order, &intent?, found),
        }
    }

    /// What has been found under the name, for this order.
    fn standing_of(&self, order: &Order, intent: &Intent, found: Option<Found>) -> Result<State, Error> {
        let taken = |why: String| Error::NameTaken { name: order.name.clone(), why };
        let Some(mut found) = found else { return Ok(State::Free) };
        self.let_it_be_decided(&mut found).map_err(Error::about(format!("instance {}", order.name)))?;
        let Found { allocation, node, .. } = &found;
        let of_allocation = allocation.as_ref().map(|allocation| &allocation.extra);
        let of_node = || node.as_ref().map(|node| &node.instance_info);
        let noted = of_allocation.or_else(of_node).and_then(Intent::read);
        let noted = noted.map(|noted| node.as_ref().map_or(noted.clone(), |node| noted.as_of(node)));
        let Some(noted) = noted else {
            return Err(taken("by an instance that farrier did not make".to_owned()));
        };
        let differences = if noted.reserved.is_some() { Vec::new() } else { noted.differences(intent) };
        if !differences.is_empty() {
            return Err(taken(format!("by an instance of which the {}", differences.join(", the "))));
        }
        if let Some(allocation) = allocation.as_ref().filter(|a| a.node_uuid.is_none()) {
            // A claim that got nothing.
            let about = Error::about(format!("instance {}", order.name));
            self.client.delete_allocation(&allocation.uuid).map_err(about)?;
            return Ok(State::Free);
        }
        let Some(node) = node else { return Ok(State::Free) };
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
            // An image's name may mean another one by now: that is the one to deploy, and to be noted.
            ProvisionState::Available if noted.reserved.is_some() || noted.image_id != intent.image_id => {
                State::Reserved(claim)
            }
            ProvisionState::Available => State::Claimed(claim),
            ProvisionState::Deploying | ProvisionState::DeployWait | ProvisionState::DeployHold => {
                State::Deploying(claim)
            }
            // Ironic begins nothing in maintenance.
            ProvisionState::DeployFailed if !node.maintenance => State::Failed(claim),
            ProvisionState::DeployFailed | ProvisionState::Error | ProvisionState::Deleting => {
                State::Debris(claim)
            }
            ProvisionState::Active => State::Deployed(claim),
            other => return Err(taken(format!("by an instance whose node is `{other}`"))),
        })
    }

    /// A claim that is being decided just now belongs to a run that was killed, or to one beside this one:
    /// what becomes of it is waited for.
    fn let_it_be_decided(&self, found: &mut Found) -> Result<(), ironic::Error> {
        let undecided = |allocation: &mut Allocation| allocation.state == AllocationState::Allocating;
        let Some(allocation) = found.allocation.take_if(undecided) else { return Ok(()) };
        let allocation = self.decided(allocation)?;
        if let Some(uuid) = &allocation.node_uuid {
            found.node = Some(self.client.node(uuid)?);
        }
        found.allocation = Some(allocation);
        Ok(())
    }

    /// The instance of this name; a *node* of this name is not one.
    pub(super) fn find_instance(&self, name: &str) -> Result<Option<Found>, Error> {
        let about = || Error::about(format!("instance {name}"));
        let allocation = optional(self.client.allocation(name)).map_err(about())?;
        if let Some(allocation) = allocation.filter(|allocation| allocation.name.as_deref() == Some(name)) {
            return self.found_by_claim(name, allocation, None).map(Some);
        }
        let mut nodes = unallocated(&self.client, name).map_err(about())?;
        nodes.retain(|node| is_named(node, name));
        one_found(name, nodes, self.client.now())
    }

    /// What a claim holds; its node is asked for unless it is known.
    fn found_by_claim(
        &self,
        name: &str,
        allocation: Allocation,
        known: Option<Node>,
    ) -> Result<Found, Error> {
        let node = match (&allocation.node_uuid, known) {
            (Some(uuid), None) => {
                optional(self.client.node(uuid)).map_err(Error::about(format!("instance {name}")))?
            }
            (_, known) => known,
        };
        Ok(Found { sought: name.to_owned(), allocation: Some(allocation), node, at: self.client.now() })
    }
}

/// Whether a node says of its instance that it has this name.
fn is_named(node: &Node, name: &str) -> bool {
    node.display_name() == Some(name)
}

/// An instance without allocation, of the nodes that have one of this name.
fn one_found(name: &str, mut nodes: Vec<Node>, at: Timestamp) -> Result<Option<Found>, Error> {
    if nodes.len() > 1 {
        let told = |node: &Node| format!("node {} ({})", node.label(), node.uuid);
        return Err(Error::Ambiguous { name: name.to_owned(), matches: nodes.iter().map(told).collect() });
    }
    let node = nodes.pop();
    Ok(node.map(|node| Found { sought: name.to_owned(), allocation: None, node: Some(node), at }))
}
