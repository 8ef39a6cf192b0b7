//! The evidence: everything that one Ironic and its Neutron tell of claims, machines and ports.

use std::collections::HashSet;

use serde_json::Value;

use super::{Card, Evidence, OF_RAMDISK, Ports};
use crate::cloud::neutron::{self, Neutron};
use crate::driver::network::marks;
use crate::driver::{Driver, Error};
use crate::ironic::node::NodeQuery;
use crate::rest;

impl Driver<'_> {
    /// Gathers what may be left behind. Nothing is changed.
    ///
    /// Whatever is owned is asked for before its owners: an owner that is gone by then was not there too late.
    ///
    /// # Errors
    /// Whatever a request to Ironic may fail with. Where Neutron cannot be asked, nothing of its is judged.
    pub fn left_behind(&self) -> Result<Evidence, Error> {
        let about = || Error::about(format!("what is left behind at {}", self.client.address()));
        let asked = self.neutron.as_ref().map(marked).transpose();
        let marked = asked.inspect_err(|error| tracing::info!(%error, "ports are not known")).ok().flatten();
        let cards = self.cards_of_all().map_err(about())?;
        let allocations = self.client.allocations().map_err(about())?;
        let nodes = self.client.nodes(&NodeQuery::all().detail()).map_err(about())?;
        let neutron = match (&self.neutron, marked) {
            (Some(neutron), Some(ports)) => with_known(neutron, ports, &cards)
                .inspect_err(|error| tracing::info!(%error, "which ports are there is not known"))
                .ok(),
            _ => None,
        };
        Ok(Evidence {
            allocations,
            nodes,
            cards,
            neutron,
            // Conductors are shown to those who are shown everything (Ironic: `ironic/common/policy.py`).
            sees_all: self.client.conductors().is_ok(),
            place: self.place(),
            project: self.client.asker().and_then(|asker| asker.project_id),
            now: self.client.now(),
        })
    }

    fn cards_of_all(&self) -> Result<Vec<Card>, crate::ironic::Error> {
        let card = |node: Option<String>, address, rest: &serde_json::Map<String, Value>| {
            let internal_info = rest.get("internal_info").and_then(Value::as_object);
            Card {
                node: node.unwrap_or_default(),
                address,
                internal_info: internal_info.cloned().unwrap_or_default(),
            }
        };
        let ports = self.client.ports(None)?.into_iter();
        let groups = self.client.portgroups(None)?.into_iter();
        let ports = ports.map(|port| card(port.node_uuid, Some(port.address), &port.rest));
        Ok(ports.chain(groups.map(|group| card(group.node_uuid, group.address, &group.rest))).collect())
    }
}

/// The ports that bear a mark by which an owner can be looked for.
fn marked(neutron: &Neutron) -> Result<Ports, rest::Error> {
    let of = |owner: &str| neutron.list::<neutron::Port>(&[("device_owner", owner.to_owned())]);
    Ok(Ports {
        ours: neutron.list(&marks())?,
        of_ramdisks: of(OF_RAMDISK)?,
        known: HashSet::new(),
        sees_all: neutron.shows_all_ports()?,
    })
}

/// Looks for the ports of all VIFs that are attached.
fn with_known(neutron: &Neutron, ports: Ports, cards: &[Card]) -> Result<Ports, rest::Error> {
    let ids = cards.iter().flat_map(|card| card.vifs().map(|(_, vif)| vif));
    let known: Vec<neutron::Port> = neutron.by_id(ids)?;
    Ok(Ports { known: known.into_iter().map(|port| port.id).collect(), ..ports })
}
