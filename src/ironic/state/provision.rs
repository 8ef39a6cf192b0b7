//! What each provision state means. [`ProvisionState::facts`] has one row per state; no other code judges states by their
//! text, so that a new state is a compile error here and nowhere silently wrong.

use super::{ProvisionState, ProvisionTarget};

/// The meaning of a provision state for a caller that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateClass {
    /// It does not change without a request.
    Stable,
    /// An operation failed. It does not change without a request.
    Failed,
    /// A conductor works on the node and holds its lock.
    Busy,
    /// The operation waits for the ramdisk, without a lock.
    Waiting,
    /// On hold at a step until `unhold`.
    Held,
    /// An unknown state of a later server.
    Unknown,
}

/// An operation of Ironic that begins with a request and ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A deploy or rebuild.
    Deploy,
    /// An undeploy, until cleaning begins.
    TearDown,
    /// Cleaning, automated or manual.
    Clean,
    /// The boot of the rescue ramdisk.
    Rescue,
    /// The way out of rescue mode.
    Unrescue,
    /// An inspection of the hardware.
    Inspect,
    /// The verification of the BMC credentials.
    Verify,
    /// The adoption of a running machine.
    Adopt,
    /// Service steps.
    Service,
}

impl Phase {
    /// Its name in stored durations.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::TearDown => "tear down",
            Self::Clean => "clean",
            Self::Rescue => "rescue",
            Self::Unrescue => "unrescue",
            Self::Inspect => "inspect",
            Self::Verify => "verify",
            Self::Adopt => "adopt",
            Self::Service => "service",
        }
    }

    /// Its name in messages: "… failed".
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::TearDown => "tearing down",
            Self::Clean => "cleaning",
            Self::Rescue => "rescue",
            Self::Unrescue => "unrescue",
            Self::Inspect => "inspection",
            Self::Verify => "verifying the BMC",
            Self::Adopt => "adoption",
            Self::Service => "servicing",
        }
    }

    /// Whether it controls the node's power or uses a ramdisk.
    fn controls_power(self) -> bool {
        match self {
            Self::Deploy
            | Self::TearDown
            | Self::Clean
            | Self::Rescue
            | Self::Unrescue
            | Self::Inspect
            | Self::Service => true,
            Self::Verify | Self::Adopt => false,
        }
    }
}

/// How good or bad a state is, for colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// It changes, or waits for somebody.
    Changing,
    /// Something failed.
    Failed,
    /// None of these.
    Neutral,
}

/// Other properties of a provision state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trait {
    /// See [`Tone::Good`].
    Good,
    /// See [`ProvisionState::is_idle`].
    Idle,
    /// See [`ProvisionState::is_of_enrollment`].
    OfEnrollment,
    /// See [`ProvisionState::is_deletable`].
    Deletable,
    /// See [`ProvisionState::blocks_undeploy`].
    BlocksUndeploy,
    /// See [`ProvisionState::may_be_protected`].
    Protectable,
}

/// Everything that farrier knows about a provision state.
struct StateFacts {
    class: StateClass,
    /// The operation in progress, on hold, or failed.
    operation: Option<Phase>,
    /// The operations that succeed with this state.
    completes: &'static [Phase],
    traits: &'static [Trait],
    /// The targets that Ironic accepts.
    accepts: &'static [ProvisionTarget],
}

impl ProvisionState {
    /// All properties of the state: the only place to extend for a new one (Ironic: `ironic/common/states.py`).
    fn facts(&self) -> StateFacts {
        use ProvisionState as P;
        use ProvisionTarget as T;
        use StateClass::{Busy, Failed, Held, Stable, Unknown, Waiting};
        use Trait::{BlocksUndeploy, Deletable, Good, Idle, OfEnrollment, Protectable};
        type Row =
            (StateClass, Option<Phase>, &'static [Phase], &'static [Trait], &'static [ProvisionTarget]);
        const DEPLOY: Option<Phase> = Some(Phase::Deploy);
        const CLEAN: Option<Phase> = Some(Phase::Clean);
        const INSPECT: Option<Phase> = Some(Phase::Inspect);
        const RESCUE: Option<Phase> = Some(Phase::Rescue);
        const SERVICE: Option<Phase> = Some(Phase::Service);
        let (class, operation, completes, traits, accepts): Row = match self {
            P::Enroll => (Stable, None, &[], &[Idle, OfEnrollment, Deletable], &[T::Manage]),
            P::Verifying => (Busy, Some(Phase::Verify), &[], &[OfEnrollment], &[]),
            P::Manageable => (
                Stable,
                None,
                &[Phase::TearDown, Phase::Clean, Phase::Inspect, Phase::Verify],
                &[Good, Idle, OfEnrollment, Deletable],
                &[T::Provide, T::Inspect, T::Clean, T::Adopt],
            ),
            P::Available => (
                Stable,
                None,
                &[Phase::TearDown, Phase::Clean],
                &[Good, Idle, Deletable],
                &[T::Manage, T::Active],
            ),
            P::Active => (
                Stable,
                None,
                &[Phase::Deploy, Phase::Unrescue, Phase::Adopt, Phase::Service],
                &[Good, Protectable],
                &[T::Rebuild, T::Deleted, T::Rescue, T::Service],
            ),
            P::Error => (Failed, None, &[], &[], &[T::Rebuild, T::Deleted]),
            P::Deploying => (Busy, DEPLOY, &[], &[BlocksUndeploy], &[]),
            P::DeployWait => (Waiting, DEPLOY, &[], &[], &[T::Deleted, T::Abort]),
            P::DeployHold => (Held, DEPLOY, &[], &[], &[T::Deleted, T::Abort, T::Unhold]),
            P::DeployFailed => (Failed, DEPLOY, &[], &[], &[T::Active, T::Rebuild, T::Deleted]),
            P::Deleting => (Busy, Some(Phase::TearDown), &[], &[], &[]),
            P::Cleaning => (Busy, CLEAN, &[Phase::TearDown], &[OfEnrollment], &[]),
            P::CleanWait => (Waiting, CLEAN, &[Phase::TearDown], &[OfEnrollment], &[T::Abort]),
            P::CleanHold => (Held, CLEAN, &[], &[], &[T::Abort, T::Unhold]),
            P::CleanFailed => (Failed, CLEAN, &[], &[OfEnrollment], &[T::Manage]),
            P::Inspecting => (Busy, INSPECT, &[], &[OfEnrollment], &[]),
            P::InspectWait => (Waiting, INSPECT, &[], &[OfEnrollment], &[T::Abort]),
            P::InspectFailed => (Failed, INSPECT, &[], &[Idle, OfEnrollment], &[T::Manage, T::Inspect]),
            P::Adopting => (Busy, Some(Phase::Adopt), &[], &[], &[]),
            P::AdoptFailed => (Failed, Some(Phase::Adopt), &[], &[Deletable], &[T::Manage, T::Adopt]),
            P::Rescuing => (Busy, RESCUE, &[], &[BlocksUndeploy], &[]),
            P::RescueWait => (Waiting, RESCUE, &[], &[], &[T::Abort]),
            P::Rescue => (Stable, None, &[Phase::Rescue], &[Protectable], &[T::Unrescue, T::Deleted]),
            P::RescueFailed => (Failed, RESCUE, &[], &[], &[T::Rescue, T::Unrescue, T::Deleted]),
            P::Unrescuing => (Busy, Some(Phase::Unrescue), &[], &[BlocksUndeploy], &[]),
            P::UnrescueFailed => {
                (Failed, Some(Phase::Unrescue), &[], &[], &[T::Rescue, T::Unrescue, T::Deleted])
            }
            P::Servicing => (Busy, SERVICE, &[], &[BlocksUndeploy], &[]),
            P::ServiceWait => (Waiting, SERVICE, &[], &[], &[T::Abort]),
            P::ServiceHold => (Held, SERVICE, &[], &[], &[T::Abort, T::Unhold]),
            P::ServiceFailed => (Failed, SERVICE, &[], &[], &[T::Service, T::Rescue, T::Abort, T::Deleted]),
            P::Unknown(_) => (Unknown, None, &[], &[], &[]),
        };
        StateFacts { class, operation, completes, traits, accepts }
    }

    fn has(&self, property: Trait) -> bool {
        self.facts().traits.contains(&property)
    }

    /// The meaning of the state for a caller that waits.
    #[must_use]
    pub fn class(&self) -> StateClass {
        self.facts().class
    }

    /// Whether an operation is in progress that ends without a request.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        matches!(self.class(), StateClass::Busy | StateClass::Waiting)
    }

    /// Whether an operation has failed.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.class() == StateClass::Failed
    }

    /// Whether the node waits for its ramdisk.
    #[must_use]
    pub fn waits_for_ramdisk(&self) -> bool {
        self.class() == StateClass::Waiting
    }

    /// The operation in progress or on hold.
    #[must_use]
    pub fn phase(&self) -> Option<Phase> {
        let facts = self.facts();
        match facts.class {
            StateClass::Busy | StateClass::Waiting | StateClass::Held => facts.operation,
            StateClass::Stable | StateClass::Failed | StateClass::Unknown => None,
        }
    }

    /// The operation that failed, if the state tells.
    #[must_use]
    pub fn failed_phase(&self) -> Option<Phase> {
        self.facts().operation.filter(|_| self.is_failed())
    }

    /// Whether an operation that ended with this state succeeded.
    #[must_use]
    pub fn completes(&self, phase: Phase) -> bool {
        self.facts().completes.contains(&phase)
    }

    /// Whether Ironic accepts a request for this target. Older servers accept fewer.
    #[must_use]
    pub fn accepts(&self, target: ProvisionTarget) -> bool {
        self.facts().accepts.contains(&target)
    }

    /// All states in which Ironic accepts a request for this target.
    #[must_use]
    pub fn that_accept(target: ProvisionTarget) -> Vec<Self> {
        Self::KNOWN.iter().filter(|state| state.accepts(target)).cloned().collect()
    }

    /// Whether a node can be in this state after Ironic accepted a request for this target.
    #[must_use]
    pub fn may_follow(&self, target: ProvisionTarget) -> bool {
        let is_of = |phase| self.facts().operation == Some(phase) || self.completes(phase);
        match target {
            ProvisionTarget::Active | ProvisionTarget::Rebuild => is_of(Phase::Deploy),
            // Cleaning after an undeploy leads to `available`.
            ProvisionTarget::Deleted => {
                *self != Self::Manageable
                    && (*self == Self::Error || is_of(Phase::TearDown) || is_of(Phase::Clean))
            }
            ProvisionTarget::Rescue => is_of(Phase::Rescue),
            ProvisionTarget::Unrescue => is_of(Phase::Unrescue),
            ProvisionTarget::Manage
            | ProvisionTarget::Provide
            | ProvisionTarget::Inspect
            | ProvisionTarget::Clean
            | ProvisionTarget::Service
            | ProvisionTarget::Adopt
            | ProvisionTarget::Abort
            | ProvisionTarget::Unhold => true,
        }
    }

    /// Whether nothing is deployed on a node in this state, so that it may be claimed.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.has(Trait::Idle)
    }

    /// Whether nodes are in this state while they are enrolled, before they become available.
    #[must_use]
    pub fn is_of_enrollment(&self) -> bool {
        self.has(Trait::OfEnrollment)
    }

    /// Whether Ironic deletes nodes in this state; in maintenance it deletes them in any state.
    #[must_use]
    pub fn is_deletable(&self) -> bool {
        self.has(Trait::Deletable)
    }

    /// Whether an undeploy must wait until this state ends by itself, because no request can end it.
    #[must_use]
    pub fn blocks_undeploy(&self) -> bool {
        self.has(Trait::BlocksUndeploy)
    }

    /// Whether Ironic protects nodes in this state.
    #[must_use]
    pub fn may_be_protected(&self) -> bool {
        self.has(Trait::Protectable)
    }

    /// Whether an operation is in progress that controls the power or uses a ramdisk.
    #[must_use]
    pub fn needs_its_power(&self) -> bool {
        self.is_moving() && self.phase().is_some_and(Phase::controls_power)
    }

    /// How good or bad the state is.
    #[must_use]
    pub fn tone(&self) -> Tone {
        match self.class() {
            StateClass::Stable if self.has(Trait::Good) => Tone::Good,
            StateClass::Stable | StateClass::Unknown => Tone::Neutral,
            StateClass::Busy | StateClass::Waiting | StateClass::Held => Tone::Changing,
            StateClass::Failed => Tone::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(has: impl Fn(&ProvisionState) -> bool) -> Vec<&'static str> {
        ProvisionState::KNOWN.iter().filter(|state| has(state)).map(ProvisionState::as_str).collect()
    }

    #[test]
    fn each_question_has_the_right_states() {
        use Phase as O;
        use ProvisionState as P;
        let moving = [
            "verifying",
            "deploying",
            "wait call-back",
            "deleting",
            "cleaning",
            "clean wait",
            "inspecting",
            "inspect wait",
            "adopting",
            "rescuing",
            "rescue wait",
            "unrescuing",
            "servicing",
            "service wait",
        ];
        let held = ["deploy hold", "clean hold", "service hold"];
        assert_eq!(states(P::is_moving), moving);
        assert_eq!(states(|state| state.class() == StateClass::Held), held);
        assert_eq!(
            states(P::waits_for_ramdisk),
            ["wait call-back", "clean wait", "inspect wait", "rescue wait", "service wait"]
        );
        assert_eq!(
            states(P::needs_its_power),
            moving.into_iter().filter(|state| !["verifying", "adopting"].contains(state)).collect::<Vec<_>>()
        );
        let is_failure = |state: &&str| state.ends_with(" failed") || *state == "error";
        assert_eq!(states(P::is_failed), states(|state| is_failure(&state.as_str())));
        assert_eq!(states(P::is_idle), ["enroll", "manageable", "available", "inspect failed"]);
        assert_eq!(states(P::is_deletable), ["enroll", "manageable", "available", "adopt failed"]);
        assert_eq!(states(P::may_be_protected), ["active", "rescue"]);
        assert_eq!(states(P::blocks_undeploy), ["deploying", "rescuing", "unrescuing", "servicing"]);
        assert_eq!(
            states(P::is_of_enrollment),
            [
                "enroll",
                "verifying",
                "manageable",
                "cleaning",
                "clean wait",
                "clean failed",
                "inspecting",
                "inspect wait",
                "inspect failed"
            ]
        );
        // An operation is in progress exactly in the moving and held states, and only a failed teardown is not named.
        assert_eq!(
            states(|state| state.phase().is_some()),
            states(|state| state.is_moving() || held.contains(&state.as_str()))
        );
        assert_eq!(states(|state| state.is_failed() && state.failed_phase().is_none()), ["error"]);
        assert_eq!(
            states(|state| state.phase() == Some(O::Service)),
            ["servicing", "service wait", "service hold"]
        );
        assert_eq!(
            states(|state| state.completes(O::TearDown)),
            ["manageable", "available", "cleaning", "clean wait"]
        );
        assert_eq!(states(|state| state.completes(O::Unrescue)), ["active"]);
    }

    #[test]
    fn the_tone_is_that_of_the_class() {
        assert_eq!(states(|state| state.tone() == Tone::Good), ["manageable", "available", "active"]);
        assert_eq!(states(|state| state.tone() == Tone::Neutral), ["enroll", "rescue"]);
        assert_eq!(states(|state| state.tone() == Tone::Failed), states(ProvisionState::is_failed));
        assert_eq!(states(|state| state.tone() == Tone::Changing), states(|state| state.phase().is_some()));
        assert_eq!(ProvisionState::Unknown("quantum hold".to_owned()).tone(), Tone::Neutral);
    }

    #[test]
    fn targets_are_accepted_in_these_states_and_lead_to_these() {
        use ProvisionTarget as T;
        let accepting = |target| states(|state| state.accepts(target));
        for (target, expected) in [
            (T::Manage, &["enroll", "available", "clean failed", "inspect failed", "adopt failed"][..]),
            (T::Provide, &["manageable"]),
            (T::Clean, &["manageable"]),
            (T::Inspect, &["manageable", "inspect failed"]),
            (T::Adopt, &["manageable", "adopt failed"]),
            (T::Service, &["active", "service failed"]),
            (T::Active, &["available", "deploy failed"]),
            (T::Rebuild, &["active", "error", "deploy failed"]),
            (T::Rescue, &["active", "rescue failed", "unrescue failed", "service failed"]),
            (T::Unrescue, &["rescue", "rescue failed", "unrescue failed"]),
            (T::Unhold, &["deploy hold", "clean hold", "service hold"]),
        ] {
            assert_eq!(accepting(target), expected, "{target:?}");
        }
        let deployed = accepting(T::Deleted);
        assert_eq!(deployed.len(), 9, "{deployed:?}");
        assert_eq!(accepting(T::Abort).len(), 9);
        let following = |target| states(|state| state.may_follow(target));
        for (target, expected) in [
            (T::Active, &["active", "deploying", "wait call-back", "deploy hold", "deploy failed"][..]),
            (T::Rescue, &["rescuing", "rescue wait", "rescue", "rescue failed"]),
            (T::Unrescue, &["active", "unrescuing", "unrescue failed"]),
            (
                T::Deleted,
                &["available", "error", "deleting", "cleaning", "clean wait", "clean hold", "clean failed"],
            ),
        ] {
            assert_eq!(following(target), expected, "{target:?}");
        }
    }
}
