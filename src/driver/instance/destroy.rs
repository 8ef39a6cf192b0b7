//! `destroy`: undeploys a node and removes everything that a deploy created, in any state.

use super::claim::Claim;
use super::intent::Intent;
use super::lookup::FoundInstance;
use crate::driver::change_requests::ChangeTarget;
use crate::driver::confirmation::Confirmed;
use crate::driver::error::Operation;
use crate::driver::network::{AfterDetach, Networked};
use crate::driver::watch::event::{NodeRef, in_words};
use crate::driver::watch::progress::Progress;
use crate::driver::watch::stage::time;
use crate::driver::{Aftermath, Driver, Error, OnStop};
use crate::ironic::state::Phase;
use crate::ironic::{Node, ProvisionState, ProvisionTarget};

/// How long to wait for a `destroy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DestroyUntil {
    /// Until Ironic accepts the request.
    Accepted,
    /// Until the node has no instance. It may still be in cleaning.
    Gone,
    /// Until cleaning has finished and the node can be deployed again.
    Clean,
}

/// The result of a `destroy`.
#[derive(Debug, Clone)]
pub struct Destroyed {
    /// The instance's name, or the name that was given.
    pub name: String,
    /// The instance's UUID, if there was an instance.
    pub uuid: Option<String>,
    /// The instance's node.
    pub node: Option<NodeRef>,
    /// The current state of the node; `gone` if there was no node.
    pub state: String,
}

impl Driver<'_> {
    /// Destroys an instance in any state, or undeploys a node that is deployed without an instance. Succeeds if the
    /// instance does not exist; [`Driver::would_destroy`] tells whether it exists.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the node is protected or nothing is deployed on it; [`Error::NodeTaken`] if another
    /// instance has the node; [`Error::Failed`] if tearing down or cleaning failed; or the error of a request.
    pub fn destroy(&self, name: &str, until: DestroyUntil, _: Confirmed) -> Result<Destroyed, Error> {
        let mut progress = self.progress(name, None);
        let result = self.destroy_through(name, until, &mut progress);
        progress.end_of(Operation::Destroy, result, |destroyed| match &destroyed.node {
            Some(_) => Some(format!("destroyed; its node is {}", destroyed.state)),
            None if destroyed.uuid.is_some() => Some("destroyed".to_owned()),
            None => Some("nothing to destroy".to_owned()),
        })
    }

    /// A summary of what `destroy` would remove; `None` if nothing. Changes nothing.
    ///
    /// # Errors
    /// [`Error::Ambiguous`], or a request's failure.
    pub fn would_destroy(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(found) = self.find_if_any(name)? else {
            return Ok(self.has_ports_left(name).then(|| "leftover ports in Neutron".to_owned()));
        };
        let node = found.node.as_ref().map(|node| format!("node {}", node.label()));
        let state = found.instance().map(|instance| instance.state);
        let state = state.or_else(|| found.node.as_ref().map(|node| node.provision_state.to_string()));
        let instance = found.instance();
        let image = instance.as_ref().and_then(|instance| instance.image.clone());
        let image = image.map(|image| format!("image {image}"));
        let since = instance.and_then(|instance| instance.created_at).as_deref().and_then(time);
        let age = since.map(|since| self.client.now().duration_since(since).unsigned_abs());
        let age = age.map(|age| format!("{} old", in_words(age)));
        let parts = [node, state, image, age];
        Ok(Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", ")))
    }

    pub(super) fn destroy_through(
        &self,
        name: &str,
        until: DestroyUntil,
        progress: &mut Progress<'_>,
    ) -> Result<Destroyed, Error> {
        let gone = Destroyed { name: name.to_owned(), uuid: None, node: None, state: "gone".to_owned() };
        let Some(found) = self.find_unless_gone(name)? else {
            self.delete_foreign_leftovers(name, progress);
            return Ok(gone);
        };
        self.check_canceled(progress, Aftermath::AsItWas)?;
        let FoundInstance { allocation, node, .. } = &found;
        let Some(instance) = found.instance() else {
            let node = found.any_node()?;
            progress.on_node(NodeRef::from(node));
            progress.in_state(&node.provision_state);
            return self.undeploy(node, until, progress);
        };
        progress.of_instance(Some(instance.uuid.clone()));
        let of_allocation = allocation.as_ref().map(|allocation| &allocation.extra);
        let noted = of_allocation.or_else(|| node.as_ref().map(|node| &node.instance_info));
        let networks = noted.and_then(Intent::read).unwrap_or_default().networks;
        let networked = Networked::noted(&networks);
        let Some(node) = node else {
            self.detach_networks(
                &instance.uuid,
                None,
                networked,
                AfterDetach::Release,
                OnStop::End,
                progress,
            )?;
            if let Some(allocation) = allocation {
                let about = Error::about(format!("instance {name}"));
                self.client.delete_allocation(&allocation.uuid).map_err(about)?;
            }
            return Ok(Destroyed { uuid: Some(instance.uuid), ..gone });
        };
        let reference = NodeRef::from(node);
        progress.on_node(reference.clone());
        progress.in_state(&node.provision_state);
        let done = |state: String| Destroyed {
            name: instance.label().to_owned(),
            uuid: Some(instance.uuid.clone()),
            node: Some(reference.clone()),
            state,
        };
        let claim = Claim {
            uuid: instance.uuid.clone(),
            node: reference.clone(),
            allocated: allocation.is_some(),
            created_at: None,
            networked,
        };
        if node.provision_state.is_idle() {
            progress.stage("releasing the node");
            // If a deploy has just started, tear it down below.
            if self.release(&claim, progress)? {
                return Ok(done(node.provision_state.to_string()));
            }
        }
        if until == DestroyUntil::Accepted {
            self.ask_to_tear_down(&claim, OnStop::End, progress)?;
            return Ok(done(ProvisionState::Deleting.to_string()));
        }
        let after = self.tear_down(&claim, OnStop::End, progress)?;
        let after = if until == DestroyUntil::Clean { self.watch_cleaning(&after, progress)? } else { after };
        Ok(done(after.provision_state.to_string()))
    }

    /// Undeploys a node without an instance, for example one that was adopted or deployed by another tool.
    fn undeploy(
        &self,
        node: &Node,
        until: DestroyUntil,
        progress: &mut Progress<'_>,
    ) -> Result<Destroyed, Error> {
        let (label, state) = (node.label(), &node.provision_state);
        if !state.accepts(ProvisionTarget::Deleted) {
            return Err(Error::Forbidden {
                subject: format!("node {label} is `{state}` and has no instance"),
                why: "nothing to destroy".to_owned(),
            });
        }
        if node.protected {
            return Err(is_protected(node));
        }
        let begin = |before: &Node, progress: &mut Progress<'_>| {
            let begun = self.begin_undeploy(before, OnStop::End, progress);
            begun.map_err(|error| with_remedy(error, before))
        };
        let done = |state: String| Destroyed {
            name: label.to_owned(),
            uuid: None,
            node: Some(NodeRef::from(node)),
            state,
        };
        if until == DestroyUntil::Accepted {
            begin(node, progress)?;
            return Ok(done(ProvisionState::Deleting.to_string()));
        }
        let target = ChangeTarget::from(node);
        let mut before = node.clone();
        let after = self.despite_dead_conductors(OnStop::End, progress, |progress| {
            begin(&before, progress)?;
            let now = self.follow_begun(&node.uuid, progress, |node| {
                (node.provision_state != ProvisionState::Deleting).then(|| node.clone())
            })?;
            target.must_be(&now)?;
            before = now;
            self.must_be_down(&before)?;
            Ok(before.clone())
        })?;
        let after = if until == DestroyUntil::Clean { self.watch_cleaning(&after, progress)? } else { after };
        Ok(done(after.provision_state.to_string()))
    }

    /// Undeploys a node and waits until it has no instance. Does not wait for cleaning. Idempotent.
    pub(in crate::driver) fn tear_down(
        &self,
        claim: &Claim,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<Node, Error> {
        let node = self.despite_dead_conductors(on_stop, progress, |progress| {
            self.ask_to_tear_down(claim, on_stop, progress)?;
            let node = self.follow(&claim.node.uuid, progress, |node| {
                let ours = node.instance_uuid.as_deref() == Some(&claim.uuid);
                let failed = node.provision_state == ProvisionState::Error && node.is_at_rest();
                (!ours && node.provision_state != ProvisionState::Deleting || failed).then(|| node.clone())
            })?;
            self.must_be_down(&node)?;
            Ok(node)
        })?;
        // Ironic deletes the allocation with the instance, but an earlier failure may have left it.
        let about = Error::about(progress.name());
        self.client.delete_allocation(&claim.uuid).map_err(about)?;
        Ok(node)
    }

    fn must_be_down(&self, node: &Node) -> Result<(), Error> {
        if node.provision_state != ProvisionState::Error {
            return Ok(());
        }
        Err(Error::Failed {
            reason: self.reason(node),
            node: NodeRef::from(node),
            operation: "tearing down",
            state: node.provision_state.to_string(),
        })
    }

    /// The error if the node no longer belongs to the instance that is being deployed on it. If the claim was removed just
    /// before the deploy started, Ironic deploys without an instance: that deploy is torn down first.
    pub(in crate::driver) fn unclaimed(
        &self,
        node: &Node,
        has_ports: bool,
        progress: &mut Progress<'_>,
    ) -> Error {
        let name = progress.name();
        let left = if has_ports {
            format!("; its ports stay in Neutron: remove them with `farrier destroy {name}` or `farrier gc`")
        } else {
            String::new()
        };
        let taken = Error::Forbidden {
            subject: format!("node {}", node.label()),
            why: format!("another user took it from this instance{left}"),
        };
        let has_no_owner =
            node.instance_uuid.is_none() && node.provision_state.may_follow(ProvisionTarget::Active);
        if !has_no_owner {
            return taken;
        }
        progress.undoing("tearing down a deploy without an instance");
        let down = self
            .follow(&node.uuid, progress, |node| {
                (node.instance_uuid.is_some() || !node.provision_state.blocks_undeploy())
                    .then(|| node.clone())
            })
            .and_then(|node| match node.instance_uuid {
                // Another instance has the node.
                Some(_) => Ok(()),
                None => self.begin_undeploy(&node, OnStop::Continue, progress),
            });
        match down {
            Ok(()) => taken,
            Err(undo) => Error::NotUndone { cause: Box::new(taken), undo: Box::new(undo) },
        }
    }

    /// Starts an undeploy unless one is in progress. First waits for a state from which Ironic can undeploy.
    pub(in crate::driver) fn ask_to_tear_down(
        &self,
        claim: &Claim,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let node_uuid = claim.node.uuid.as_str();
        let now = self.client.node(node_uuid).map_err(Error::about(progress.name()))?;
        let ready = if now.provision_state.blocks_undeploy() {
            let seen = self.follow(node_uuid, progress, |node| {
                let ours = node.instance_uuid.as_deref() == Some(&claim.uuid);
                (!ours || !node.provision_state.blocks_undeploy()).then(|| node.clone())
            });
            seen.map_err(|error| error.with_aftermath(Aftermath::AsItWas))?
        } else {
            now
        };
        let ours = ready.instance_uuid.as_deref() == Some(&claim.uuid);
        if !ours && ready.instance_uuid.is_some() {
            return Err(ChangeTarget::from(claim).taken(&ready));
        }
        if !ours || ready.provision_state == ProvisionState::Deleting {
            // Ironic removes the claim when the undeploy ends, and with it the list of ports.
            let node = Some(&ready).filter(|_| ours);
            return self
                .detach_networks(&claim.uuid, node, claim.networked, AfterDetach::Undeploy, on_stop, progress)
                .map(drop);
        }
        if ready.protected {
            return Err(is_protected(&ready));
        }
        if on_stop == OnStop::End {
            self.check_canceled(progress, Aftermath::AsItWas)?;
        }
        // Before the undeploy: its end removes the claim, which is needed to find the ports.
        let is_unplugged = self.detach_networks(
            &claim.uuid,
            Some(&ready),
            claim.networked,
            AfterDetach::Undeploy,
            on_stop,
            progress,
        )?;
        let (on_stop, left) = match on_stop {
            // An instance without its ports is useless: undeploy it in spite of a signal.
            OnStop::End if is_unplugged => (OnStop::SendOnce, Aftermath::Unplugged),
            other => (other, Aftermath::AsItWas),
        };
        match self.begin_undeploy(&ready, on_stop, progress) {
            // Another user has torn it down.
            Err(Error::NodeTaken { by: None, .. }) => Ok(()),
            other => other.map_err(|error| with_remedy(error.with_aftermath(left), &ready)),
        }
    }

    /// Waits until cleaning ends.
    fn watch_cleaning(&self, node: &Node, progress: &mut Progress<'_>) -> Result<Node, Error> {
        let node = self.follow(&node.uuid, progress, |node| {
            let over = !matches!(node.provision_state.phase(), Some(Phase::Clean | Phase::TearDown));
            (over && node.is_at_rest()).then(|| node.clone())
        })?;
        if node.provision_state == ProvisionState::CleanFailed {
            return Err(Error::Failed {
                reason: self.reason(&node),
                node: NodeRef::from(&node),
                operation: "cleaning",
                state: node.provision_state.to_string(),
            });
        }
        Ok(node)
    }
}

/// The error for a protected node.
pub(super) fn is_protected(node: &Node) -> Error {
    let label = node.label();
    Error::NotAllowed {
        message: format!("node {label} is protected"),
        hint: format!("unprotect it: `farrier node protect {label} --off`"),
    }
}

/// Names the command to run first, if an older Ironic refuses to undeploy in this state.
fn with_remedy(error: Error, node: &Node) -> Error {
    let is_refused =
        matches!(error.fault(), Some(crate::ironic::Fault::InvalidState | crate::ironic::Fault::BadRequest));
    if !is_refused || node.provision_state != ProvisionState::ServiceFailed {
        return error;
    }
    let label = node.label();
    Error::NotAllowed {
        message: format!("node {label}: this Ironic cannot undeploy a node in `{}`", node.provision_state),
        hint: format!("make it `active` first: `farrier node abort {label}`"),
    }
}
