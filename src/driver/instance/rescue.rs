//! Boots an instance's machine into a rescue ramdisk, and back into the instance.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};

use super::lookup::FoundInstance;
use super::wait::Waited;
use crate::driver::confirmation::Confirmed;
use crate::driver::error::Operation;
use crate::driver::node::lifecycle::one_of;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error, OnStop};
use crate::ironic::state::Phase;
use crate::ironic::{Node, PowerState, ProvisionState, ProvisionTarget};

/// The result of a rescue or unrescue.
#[derive(Debug, Clone)]
pub struct Rescued {
    /// The instance, or the node if it has none.
    pub what: Waited,
    /// Whether this request did it; otherwise it was already done or in progress.
    pub ours: bool,
    /// The power state; `None` if unknown.
    pub power_state: Option<PowerState>,
}

/// A transition into rescue mode or out of it.
struct RescueTransition {
    target: ProvisionTarget,
    phase: Phase,
    goal: ProvisionState,
    body: Map<String, Value>,
}

impl Driver<'_> {
    /// Boots an instance's machine into a rescue ramdisk with this password for the user `rescue`, and waits for it unless
    /// `no_wait`. A ramdisk that already runs or boots is left unchanged.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the node's state or hardware does not allow it; [`Error::Failed`] if the rescue failed; a
    /// failed request.
    pub fn rescue(
        &self,
        name: &str,
        password: &SecretString,
        no_wait: bool,
        _: Confirmed,
    ) -> Result<Rescued, Error> {
        let body = Map::from_iter([("rescue_password".to_owned(), password.expose_secret().into())]);
        self.boot(
            name,
            no_wait,
            &RescueTransition {
                target: ProvisionTarget::Rescue,
                phase: Phase::Rescue,
                goal: ProvisionState::Rescue,
                body,
            },
        )
    }

    /// Leaves rescue mode and boots the instance, and waits for it unless `no_wait`.
    ///
    /// # Errors
    /// Those of [`Driver::rescue`].
    pub fn unrescue(&self, name: &str, no_wait: bool, _: Confirmed) -> Result<Rescued, Error> {
        self.boot(
            name,
            no_wait,
            &RescueTransition {
                target: ProvisionTarget::Unrescue,
                phase: Phase::Unrescue,
                goal: ProvisionState::Active,
                body: Map::new(),
            },
        )
    }

    fn boot(&self, name: &str, no_wait: bool, transition: &RescueTransition) -> Result<Rescued, Error> {
        let mut progress = self.progress(name, None);
        let result = self.despite_dead_conductors(OnStop::End, &mut progress, |progress| {
            self.boot_through(name, no_wait, transition, progress)
        });
        let elapsed = progress.elapsed();
        let result = progress.end_of(Operation::Other, result, |rescued| Some(rescued.what.in_words()));
        result.map(|rescued| Rescued { what: rescued.what.after(elapsed), ..rescued })
    }

    fn boot_through(
        &self,
        name: &str,
        no_wait: bool,
        transition: &RescueTransition,
        progress: &mut Progress<'_>,
    ) -> Result<Rescued, Error> {
        let found = self.find(name)?;
        let node = found.need_node()?;
        progress.on_node(NodeRef::from(node));
        progress.in_state(&node.provision_state);
        progress.of_instance(found.instance_uuid().map(str::to_owned));
        let state = &node.provision_state;
        let ours = *state != transition.goal && state.phase() != Some(transition.phase);
        if ours {
            check(node, transition)?;
            let begun = self.begin(node, transition.target, &transition.body, progress);
            begun.map_err(|error| error.into_refusal_by_node(node))?;
        }
        if !no_wait && *state != transition.goal {
            self.wait_for_state(node, &transition.goal, transition.phase.noun(), progress)?;
        }
        // Read again, because the power state may have changed since.
        let node = self.client.node(&node.uuid).map_err(Error::about(name));
        let node =
            node.map_err(|error| if no_wait { error.with_aftermath(Aftermath::UnderWay) } else { error })?;
        let power_state = node.power_state.clone();
        let mut what = Waited::of(&FoundInstance { node: Some(node.clone()), ..found }, &node);
        if let Waited::Instance(instance) = &mut what {
            self.look_up_all(instance);
        }
        Ok(Rescued { what, ours, power_state })
    }
}

/// Refuses what Ironic would refuse, and names what is needed.
fn check(node: &Node, transition: &RescueTransition) -> Result<(), Error> {
    let forbidden = |why: String| Err(Error::Forbidden { subject: format!("node {}", node.label()), why });
    if !node.provision_state.accepts(transition.target) {
        return Err(Error::Forbidden {
            subject: format!("cannot {} node {}", transition.phase.noun(), node.label()),
            why: format!(
                "it is `{}`, not {}",
                node.provision_state,
                one_of(&ProvisionState::that_accept(transition.target))
            ),
        });
    }
    if node.maintenance {
        let reason = node.maintenance_reason.as_deref().unwrap_or("no reason given");
        return forbidden(format!("Ironic refuses {} in maintenance: {reason}", transition.phase.noun()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_accepted_states_are_allowed() {
        let transition = RescueTransition {
            target: ProvisionTarget::Unrescue,
            phase: Phase::Unrescue,
            goal: ProvisionState::Active,
            body: Map::new(),
        };
        let node = |state: &str, maintenance: bool| -> Node {
            let node = json!({"uuid": "u", "provision_state": state, "maintenance": maintenance});
            serde_json::from_value(node).expect("a node")
        };
        assert!(check(&node("rescue", false), &transition).is_ok());
        let refused = check(&node("available", false), &transition).expect_err("no instance").to_string();
        assert_eq!(
            refused,
            "cannot unrescue node u: it is `available`, not `rescue`, `rescue failed` or `unrescue failed`"
        );
        assert!(
            check(&node("rescue", true), &transition)
                .expect_err("in maintenance")
                .to_string()
                .contains("maintenance")
        );
    }
}
