//! Reservations: allocations without a deploy, with an optional expiry time in their `extra`.
//!
//! No service is needed. `reservation reap` (for example in a cron job) releases expired reservations. A deploy of the same
//! name replaces the reservation's intent with its own and uses the node.

use std::cell::Cell;
use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::claim::{Candidate, Claim, ClaimedNodes};
use super::intent::{Intent, Reserved};
use super::lookup::FoundInstance;
use crate::driver::confirmation::Confirmed;
use crate::driver::network::Networked;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Drivers, Error, Outcome};
use crate::ironic::allocation::Allocation;
use crate::ironic::node::NodeQuery;
use crate::ironic::{Node, ProvisionState};

/// A reserved node.
#[derive(Debug, Clone)]
pub struct Reservation {
    /// Its name, by which a deploy finds it.
    pub name: String,
    /// The UUID of its claim, and of the instance that a deploy would create.
    pub uuid: String,
    /// The node.
    pub node: Option<NodeRef>,
    /// When it expires; `None` for never.
    pub until: Option<Timestamp>,
    /// When it was created, RFC 3339.
    pub created_at: Option<String>,
    /// Whether an allocation holds the node. A node without a resource class is held by its `instance_uuid` only.
    allocated: bool,
}

impl Reservation {
    /// Reads a reservation from an allocation; `None` if it is not one.
    fn read(allocation: &Allocation, node: Option<NodeRef>) -> Option<Self> {
        let reserved = Intent::read(&allocation.extra)?.reserved?;
        Some(Self {
            name: allocation.name.clone().unwrap_or_else(|| allocation.uuid.clone()),
            uuid: allocation.uuid.clone(),
            node,
            until: reserved.until,
            created_at: allocation.created_at.clone(),
            allocated: true,
        })
    }

    /// Reads a reservation from a node without an allocation; `None` if it is not reserved.
    fn of_node(node: &Node) -> Option<Self> {
        let uuid = node.instance_uuid.clone()?;
        let Intent { reserved, claimed_at, .. } = Intent::read(&node.instance_info)?;
        let reserved = reserved?;
        let name = node.display_name();
        Some(Self {
            name: name.map_or_else(|| uuid.clone(), str::to_owned),
            uuid,
            node: Some(NodeRef::from(node)),
            until: reserved.until,
            created_at: claimed_at,
            allocated: false,
        })
    }

    /// Whether it has expired.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        Reserved { until: self.until }.has_expired(now)
    }
}

impl Drivers<'_> {
    /// Reserves the first available candidate for this duration. Returns an existing reservation of the same name unchanged.
    ///
    /// # Errors
    /// [`Error::NameTaken`] if the name belongs to an instance; [`Error::Taken`] if others have taken every candidate; a
    /// failed request.
    pub fn reserve(
        &self,
        name: &str,
        lasting: Option<SignedDuration>,
        candidates: &[Candidate],
        taken: &ClaimedNodes,
    ) -> Outcome<Reservation> {
        let mut progress = self.members[0].progress(name, None);
        let result = self.reserve_through(name, lasting, candidates, taken, &mut progress);
        let cloud = result.as_ref().ok().and_then(|(at, _)| self.members[*at].cloud.clone());
        let result = result.map(|(_, reservation)| reservation);
        progress.end(&result, |reservation| {
            let node = reservation.node.as_ref()?;
            Some(format!("{} is reserved", node.label()))
        });
        Outcome { cloud, result }
    }

    fn reserve_through(
        &self,
        name: &str,
        lasting: Option<SignedDuration>,
        candidates: &[Candidate],
        taken: &ClaimedNodes,
        progress: &mut Progress<'_>,
    ) -> Result<(usize, Reservation), Error> {
        if let Some((at, reservation)) = self.existing_reservation(name)? {
            if reservation.node.is_some() {
                return Ok((at, reservation));
            }
            let driver = &self.members[at];
            // The claim of a killed run, which may still get a node; a failed one only occupies the name.
            let about = || Error::about(format!("reservation {name}"));
            let claimed = driver.client.allocation(&reservation.uuid).map_err(about())?;
            if driver.await_decision(claimed).map_err(about())?.node_uuid.is_some() {
                return self.reserve_through(name, lasting, candidates, taken, progress);
            }
            driver.undoing(progress, || driver.client.delete_allocation(&reservation.uuid))?;
        }
        // By the clock of its Ironic, as in `reap`.
        let until = Cell::new(None);
        let intent = |driver: &Driver<'_>| {
            until.set(lasting.and_then(|lasting| driver.client.now().checked_add(lasting).ok()));
            Ok(Intent { reserved: Some(Reserved { until: until.get() }), ..Intent::default() })
        };
        let (at, claim) = self.claim(name, intent, candidates, taken, progress)?;
        let driver = &self.members[at];
        let reservation = Reservation {
            name: name.to_owned(),
            uuid: claim.uuid,
            node: Some(claim.node),
            until: until.get(),
            created_at: claim.created_at.or_else(|| Some(driver.client.now().to_string())),
            allocated: claim.allocated,
        };
        Ok((at, reservation))
    }

    /// The reservation of this name in any cloud, with the cloud's index.
    fn existing_reservation(&self, name: &str) -> Result<Option<(usize, Reservation)>, Error> {
        // Without the list of all instances: the claim checks that list afterwards.
        let look = |driver: &Driver<'_>| Driver::reservation(name, driver.find_instance(name)?);
        let in_clouds = self.ask_each(|driver| match look(driver) {
            // The error is about the name, not about the cloud.
            Err(error) if !error.is_unreachable() => Ok(Err(error)),
            other => other.map(Ok),
        })?;
        let mut existing: Vec<(usize, Reservation)> = Vec::new();
        for (at, found) in in_clouds {
            existing.extend(found?.map(|reservation| (at, reservation)));
        }
        if existing.len() > 1 {
            let place = |(at, found): &(usize, Reservation)| {
                let cloud = self.members[*at].cloud.as_deref().unwrap_or_default();
                format!("reservation {name} ({}) in cloud `{cloud}`", found.uuid)
            };
            let matches = existing.iter().map(place).collect();
            return Err(Error::Ambiguous { name: name.to_owned(), matches });
        }
        Ok(existing.pop())
    }

    /// Whether a reservation of this name exists.
    ///
    /// # Errors
    /// [`Error::NameTaken`] if the name belongs to an instance; [`Error::Ambiguous`]; a failed request.
    pub fn is_reserved(&self, name: &str) -> Result<bool, Error> {
        Ok(self.existing_reservation(name)?.is_some())
    }
}

impl Driver<'_> {
    /// The reservation among what was found by a name, if it is one.
    ///
    /// # Errors
    /// [`Error::NameTaken`] if the name belongs to an instance.
    fn reservation(name: &str, found: Option<FoundInstance>) -> Result<Option<Reservation>, Error> {
        let Some(FoundInstance { allocation, node, .. }) = found else { return Ok(None) };
        let deployed = node.as_ref().is_some_and(|node| node.provision_state != ProvisionState::Available);
        let reserved = match (&allocation, &node) {
            (Some(allocation), node) => Reservation::read(allocation, node.as_ref().map(NodeRef::from)),
            (None, Some(node)) if node.instance_uuid.is_some() => Reservation::of_node(node),
            // The name is a node's.
            (None, _) => return Ok(None),
        };
        match reserved {
            Some(reservation) if !deployed => Ok(Some(reservation)),
            _ => Err(Error::NameTaken { name: name.to_owned(), why: "by an instance".to_owned() }),
        }
    }

    /// Every reservation, and the current time by the clock of their Ironic.
    ///
    /// # Errors
    /// A failed request.
    pub fn reservations(&self) -> Result<(Vec<Reservation>, Timestamp), Error> {
        let about = || Error::about(format!("reservations at {}", self.client.address()));
        let fields = ["uuid", "name", "instance_uuid", "instance_info", "provision_state"];
        let query = NodeQuery::all().fields(&fields).filter("associated", "True");
        let nodes: Vec<Node> = self.client.nodes(&query).map_err(about())?;
        let allocations = self.client.allocations().map_err(about())?;
        let node = |uuid: &str| nodes.iter().find(|node| node.uuid == uuid).map(NodeRef::from);
        let read = |allocation: &Allocation| {
            Reservation::read(allocation, allocation.node_uuid.as_deref().and_then(node))
        };
        let mut reservations: Vec<Reservation> = allocations.iter().filter_map(read).collect();
        let allocated: HashSet<&str> =
            allocations.iter().map(|allocation| allocation.uuid.as_str()).collect();
        let is_alone = |node: &&Node| {
            node.provision_state == ProvisionState::Available
                && node.instance_uuid.as_deref().is_some_and(|uuid| !allocated.contains(uuid))
        };
        reservations.extend(nodes.iter().filter(is_alone).filter_map(Reservation::of_node));
        Ok((reservations, self.client.now()))
    }

    /// The reservation of this name, if it exists.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the name belongs to an instance; a failed request.
    pub fn find_reservation(&self, name: &str) -> Result<Option<Reservation>, Error> {
        Self::reservation(name, self.find_if_any(name)?).map_err(|error| match error {
            Error::NameTaken { name, .. } => Error::Forbidden {
                why: format!(
                    "it is not a reservation; nothing was changed (to destroy it: `farrier destroy {name}`)"
                ),
                subject: format!("instance {name}"),
            },
            other => other,
        })
    }

    /// Releases a reservation. Succeeds if it is already gone; leaves it unchanged if it has been deployed.
    ///
    /// # Errors
    /// [`Error::NameTaken`] if the name belongs to an instance; a failed request.
    pub fn release_reservation(&self, name: &str, _: Confirmed) -> Result<Option<Reservation>, Error> {
        let mut progress = self.progress(name, None);
        let result = self.release_reservation_through(name, &mut progress);
        progress.end(&result, |released| {
            Some(if released.is_some() { "released" } else { "nothing to release" }.to_owned())
        });
        result
    }

    /// Releases an expired reservation, unless it was renewed or used since the listing.
    ///
    /// # Errors
    /// A failed request.
    pub fn reap_reservation(
        &self,
        expired: &Reservation,
        _: Confirmed,
    ) -> Result<Option<Reservation>, Error> {
        let mut progress = self.progress(&expired.name, None);
        let result = match self.expired_reservation(&expired.uuid) {
            Ok(Some(reservation)) => self.release_reserved(reservation, &mut progress),
            other => other,
        };
        // A deploy that has started since uses the node.
        let result = match result {
            Err(Error::NameTaken { .. }) => Ok(None),
            other => other,
        };
        progress.end(&result, |released| {
            Some(if released.is_some() { "released" } else { "no longer expired" }.to_owned())
        });
        result
    }

    /// The reservation of this UUID, if it has expired.
    pub(in crate::driver) fn expired_reservation(&self, uuid: &str) -> Result<Option<Reservation>, Error> {
        let reservation = Self::reservation(uuid, self.find_unless_gone(uuid)?)?;
        Ok(reservation.filter(|reservation| reservation.has_expired(self.client.now())))
    }

    fn release_reservation_through(
        &self,
        name: &str,
        progress: &mut Progress<'_>,
    ) -> Result<Option<Reservation>, Error> {
        let Some(reservation) = Self::reservation(name, self.find_unless_gone(name)?)? else {
            return Ok(None);
        };
        self.release_reserved(reservation, progress)
    }

    fn release_reserved(
        &self,
        reservation: Reservation,
        progress: &mut Progress<'_>,
    ) -> Result<Option<Reservation>, Error> {
        let name = reservation.name.clone();
        match reservation.node.clone() {
            Some(node) => {
                progress.on_node(node.clone());
                let uuid = reservation.uuid.clone();
                let networked = Networked::Unknown;
                let allocated = reservation.allocated;
                let claim = Claim { uuid, node, allocated, created_at: None, networked };
                if !self.release(&claim, progress)? {
                    return Err(Error::NameTaken { name, why: "by an instance".to_owned() });
                }
            }
            None => self.client.delete_allocation(&reservation.uuid).map_err(Error::about(name))?,
        }
        Ok(Some(reservation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reservations_expire_at_their_time() {
        let time = |text: &str| text.parse::<Timestamp>().expect("a time");
        let reservation = |until: Option<&str>| Reservation {
            name: "r".to_owned(),
            uuid: "u".to_owned(),
            node: None,
            until: until.map(time),
            created_at: None,
            allocated: true,
        };
        let noon = time("2026-01-01T12:00:00Z");
        assert!(reservation(Some("2026-01-01T12:00:00Z")).has_expired(noon));
        assert!(!reservation(Some("2026-01-01T12:00:01Z")).has_expired(noon));
        assert!(!reservation(None).has_expired(noon));
    }
}
