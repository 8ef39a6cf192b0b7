//! What a deploy would ask of Ironic, found out by asking nothing: the steps of a deploy on a client that only notes them.

use serde_json::Value;

use super::aside::{FailedNode, Setbacks};
use super::cancel::Cancel;
use super::claim::{Candidate, Taken};
use super::deploy::{Order, Standing, State};
use super::event::{Event, NodeRef, Observer};
use super::{Deadline, Driver, Error};
use crate::cloud::neutron::Neutron;
use crate::ironic::rehearsal::{Rehearsal, Rehearsed};
use crate::ironic::{Client, ProvisionState};

/// Listens to nothing: what is only rehearsed does not happen.
struct Deaf;

impl Observer for Deaf {
    fn event(&self, _: &Event) {}
}

/// A deploy that is gone through without anything being changed.
#[derive(Debug)]
pub struct DryRun {
    client: Client,
    neutron: Option<Neutron>,
    rehearsal: Rehearsal,
}

/// What a deploy would do.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The instance.
    pub name: String,
    /// The machine that it has or would be given; `None` where it is deployed already on none that can be seen.
    pub node: Option<NodeRef>,
    /// The requests until Ironic deploys, in their order; the validation is thought to pass.
    pub requests: Vec<Rehearsed>,
}

impl DryRun {
    /// A dry run on this connection.
    #[must_use]
    pub fn new(client: &Client, neutron: Option<&Neutron>) -> Self {
        let (client, rehearsal) = client.rehearsing();
        let neutron = neutron.map(|neutron| neutron.rehearsing(rehearsal.clone()));
        Self { client, neutron, rehearsal }
    }

    fn driver(&self) -> Driver<'_> {
        Driver::new(self.client.clone(), &Deaf, Cancel::new(), Deadline::none())
            .with_neutron(self.neutron.clone())
    }

    /// As [`Driver::survey`].
    ///
    /// # Errors
    /// As [`Driver::survey`].
    pub fn survey(&self, order: &Order) -> Result<Standing, Error> {
        self.driver().survey(order)
    }

    /// Goes through the steps up to the moment at which Ironic would begin to deploy.
    ///
    /// # Errors
    /// As [`Driver::deploy`], as far as reading shows it.
    pub fn deploy(
        &self,
        order: &Order,
        standing: &Standing,
        candidates: &[Candidate],
        taken: &Taken,
    ) -> Result<Planned, Error> {
        let node = self.driver().go_through(order, standing.0.clone(), candidates, taken)?;
        let mut requests = self.rehearsal.requests();
        // Masked whole by now; what is in it may be told without what it says.
        for request in &mut requests {
            if let (Some(drive), Some(summary)) = (
                request.body.as_mut().and_then(|body| body.get_mut("configdrive")),
                order.config_drive.summary(),
            ) {
                *drive = Value::from(summary);
            }
        }
        Ok(Planned { name: order.name.clone(), node, requests })
    }
}

impl Driver<'_> {
    fn go_through(
        &self,
        order: &Order,
        mut standing: State,
        candidates: &[Candidate],
        taken: &Taken,
    ) -> Result<Option<NodeRef>, Error> {
        let mut progress = self.progress(&order.name, None);
        let intent = self.intent(order)?;
        loop {
            let claim = match standing {
                State::Deployed(claim) | State::Deploying(claim) => return Ok(Some(claim.node)),
                State::Debris(claim) => {
                    let node = self.client.node(&claim.node.uuid).map_err(Error::about(&order.name))?;
                    let failed = node.provision_state == ProvisionState::DeployFailed;
                    if failed && order.failed_node == FailedNode::SetAside {
                        let reason = self.reason(&node);
                        let mut setbacks = Setbacks::default();
                        self.set_aside(
                            &node,
                            &order.name,
                            &reason,
                            &taken.failures,
                            &mut setbacks,
                            &mut progress,
                        );
                    }
                    self.ask_to_tear_down(&claim, &mut progress)?;
                    self.client.delete_allocation(&claim.uuid).map_err(Error::about(&order.name))?;
                    standing = State::Free;
                    continue;
                }
                State::Reserved(claim) => {
                    self.note_intent(&claim, &intent, &mut progress)?;
                    claim
                }
                State::Claimed(claim) => claim,
                State::Free => self.claim(&order.name, &intent, candidates, taken, &mut progress)?,
            };
            self.start(order, &claim, &mut progress)?;
            return Ok(Some(claim.node));
        }
    }
}
