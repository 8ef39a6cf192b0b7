//! Ironic's state words as types, each with an escape for words of later servers.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Declares an enum whose variants are words of the API, read and written as such.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A word that this version of farrier does not know.
            Unknown(String),
        }

        impl $name {
            /// Every known value.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// The API's word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unknown(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from(String::deserialize(deserializer)?.as_str()))
            }
        }
    };
}

words! {
    /// Where a node is in Ironic's provisioning state machine (Ironic: `ironic/common/states.py`).
    ProvisionState {
        /// Known, not yet verified.
        Enroll = "enroll",
        /// Its credentials are being tried.
        Verifying = "verifying",
        /// Verified; not offered for deployment.
        Manageable = "manageable",
        /// Free to be deployed.
        Available = "available",
        /// An instance runs on it.
        Active = "active",
        /// Tearing down failed.
        Error = "error",
        /// The conductor works on the deploy.
        Deploying = "deploying",
        /// The deploy waits for the ramdisk.
        DeployWait = "wait call-back",
        /// The deploy is held at a step.
        DeployHold = "deploy hold",
        /// The deploy failed.
        DeployFailed = "deploy failed",
        /// Being torn down.
        Deleting = "deleting",
        /// The conductor cleans it.
        Cleaning = "cleaning",
        /// Cleaning waits for the ramdisk.
        CleanWait = "clean wait",
        /// Cleaning is held at a step.
        CleanHold = "clean hold",
        /// Cleaning failed.
        CleanFailed = "clean failed",
        /// Its hardware is being looked at.
        Inspecting = "inspecting",
        /// Inspection waits for the ramdisk.
        InspectWait = "inspect wait",
        /// Inspection failed.
        InspectFailed = "inspect failed",
        /// A running machine is being taken over.
        Adopting = "adopting",
        /// Taking it over failed.
        AdoptFailed = "adopt failed",
        /// The rescue ramdisk is being started.
        Rescuing = "rescuing",
        /// Rescue waits for the ramdisk.
        RescueWait = "rescue wait",
        /// The rescue ramdisk runs.
        Rescue = "rescue",
        /// Starting the rescue ramdisk failed.
        RescueFailed = "rescue failed",
        /// Going back from rescue to the instance.
        Unrescuing = "unrescuing",
        /// Going back failed.
        UnrescueFailed = "unrescue failed",
        /// Service steps run.
        Servicing = "servicing",
        /// Servicing waits for the ramdisk.
        ServiceWait = "service wait",
        /// Servicing is held at a step.
        ServiceHold = "service hold",
        /// Servicing failed.
        ServiceFailed = "service failed",
    }
}

/// What a provision state means for whoever waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateClass {
    /// Nothing moves without a request.
    Stable,
    /// An operation failed; nothing moves without a request.
    Failed,
    /// A conductor works on it and holds the node's lock.
    Busy,
    /// The ramdisk is awaited, the lock is free.
    Waiting,
    /// Held at a step until somebody says `unhold`.
    Held,
    /// A state of a later server: nothing is known of it.
    Unknown,
}

impl ProvisionState {
    /// What the state means for whoever waits.
    #[must_use]
    pub fn class(&self) -> StateClass {
        use ProvisionState as P;
        match self {
            P::Enroll | P::Manageable | P::Available | P::Active | P::Rescue => StateClass::Stable,
            P::Error
            | P::DeployFailed
            | P::CleanFailed
            | P::InspectFailed
            | P::AdoptFailed
            | P::RescueFailed
            | P::UnrescueFailed
            | P::ServiceFailed => StateClass::Failed,
            P::Verifying
            | P::Deploying
            | P::Deleting
            | P::Cleaning
            | P::Inspecting
            | P::Adopting
            | P::Rescuing
            | P::Unrescuing
            | P::Servicing => StateClass::Busy,
            P::DeployWait | P::CleanWait | P::InspectWait | P::RescueWait | P::ServiceWait => {
                StateClass::Waiting
            }
            P::DeployHold | P::CleanHold | P::ServiceHold => StateClass::Held,
            P::Unknown(_) => StateClass::Unknown,
        }
    }

    /// Whether something goes on that will end by itself or by the ramdisk.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        matches!(self.class(), StateClass::Busy | StateClass::Waiting)
    }
}

words! {
    /// Whether the machine has power, as Ironic last saw it. A null in the API (never read, or the BMC is
    /// lost) is `None` around this type.
    PowerState {
        /// It has power.
        On = "power on",
        /// It has none.
        Off = "power off",
        /// It is being restarted.
        Rebooting = "rebooting",
        /// The BMC reported an error.
        Error = "error",
    }
}

/// A verb of the provisioning state machine (`PUT …/states/provision`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProvisionTarget {
    /// Deploy. (`deploy` is a later alias that refuses a config drive, so it is never sent.)
    Active,
    /// Deploy anew in place.
    Rebuild,
    /// Tear down.
    Deleted,
    /// `enroll` or a failure to `manageable`.
    Manage,
    /// `manageable` to `available`.
    Provide,
    /// Look at the hardware.
    Inspect,
    /// Run clean steps on a `manageable` node.
    Clean,
    /// Run service steps on an `active` node (Ironic ≥ 1.87).
    Service,
    /// Take over a machine that runs already.
    Adopt,
    /// End what waits or is held.
    Abort,
    /// Let what is held at a step go on.
    Unhold,
    /// Start the rescue ramdisk.
    Rescue,
    /// Start the instance again instead of the rescue ramdisk.
    Unrescue,
}

impl ProvisionTarget {
    /// The API's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Rebuild => "rebuild",
            Self::Deleted => "deleted",
            Self::Manage => "manage",
            Self::Provide => "provide",
            Self::Inspect => "inspect",
            Self::Clean => "clean",
            Self::Service => "service",
            Self::Adopt => "adopt",
            Self::Abort => "abort",
            Self::Unhold => "unhold",
            Self::Rescue => "rescue",
            Self::Unrescue => "unrescue",
        }
    }
}

/// A request to change power (`PUT …/states/power`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerTarget {
    /// Give power.
    On,
    /// Cut power.
    Off,
    /// Ask the operating system to shut down.
    SoftOff,
    /// Cut and give power.
    Reboot,
    /// Ask the operating system to restart.
    SoftReboot,
}

impl PowerTarget {
    /// The API's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "power on",
            Self::Off => "power off",
            Self::SoftOff => "soft power off",
            Self::Reboot => "rebooting",
            Self::SoftReboot => "soft rebooting",
        }
    }

    /// What a soft request becomes without regard for the operating system; `None` for what is hard already.
    #[must_use]
    pub fn hard(self) -> Option<Self> {
        match self {
            Self::SoftOff => Some(Self::Off),
            Self::SoftReboot => Some(Self::Reboot),
            Self::On | Self::Off | Self::Reboot => None,
        }
    }

    /// The state that the machine is in once the request is fulfilled.
    #[must_use]
    pub fn reaches(self) -> PowerState {
        match self {
            Self::On | Self::Reboot | Self::SoftReboot => PowerState::On,
            Self::Off | Self::SoftOff => PowerState::Off,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_comes_back_as_itself() {
        for state in ProvisionState::KNOWN {
            assert_eq!(&ProvisionState::from(state.as_str()), state);
            assert_ne!(state.class(), StateClass::Unknown, "{state}");
        }
    }

    #[test]
    fn a_word_of_a_later_server_passes_through() {
        let state: ProvisionState = serde_json::from_str("\"quantum hold\"").expect("any word is a state");
        assert_eq!(state.class(), StateClass::Unknown);
        assert_eq!(serde_json::to_string(&state).expect("a word"), "\"quantum hold\"");
    }
}
