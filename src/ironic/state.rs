//! Ironic's states as types, each with a variant for values of later servers.

mod provision;

use std::borrow::Cow;
use std::fmt;

pub use provision::{Phase, StateClass, Tone};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Declares an enum whose variants are string values of the API.
macro_rules! string_enum {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $value:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A value that this version of farrier does not know.
            Unknown(String),
        }

        impl $name {
            /// Every known value.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// The API's value.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                                        Self::Unknown(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                            match value {
                                $($value => Self::$variant,)+
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

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            // Later servers may have other values.
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "examples": [$($value),+]})
            }
        }
    };
}

string_enum! {
    /// A provision state (Ironic: `ironic/common/states.py`).
    ProvisionState {
        /// Registered, not yet verified.
        Enroll = "enroll",
        /// Its BMC credentials are being verified.
        Verifying = "verifying",
        /// Verified, not available for deployment.
        Manageable = "manageable",
        /// Available for deployment.
        Available = "available",
        /// An instance is deployed on it.
        Active = "active",
        /// Undeploy failed.
        Error = "error",
        /// The conductor is deploying.
        Deploying = "deploying",
        /// The deploy waits for the ramdisk.
        DeployWait = "wait call-back",
        /// The deploy is on hold at a step.
        DeployHold = "deploy hold",
        /// The deploy failed.
        DeployFailed = "deploy failed",
        /// Being undeployed.
        Deleting = "deleting",
        /// The conductor is cleaning.
        Cleaning = "cleaning",
        /// Cleaning waits for the ramdisk.
        CleanWait = "clean wait",
        /// Cleaning is on hold at a step.
        CleanHold = "clean hold",
        /// Cleaning failed.
        CleanFailed = "clean failed",
        /// Its hardware is being inspected.
        Inspecting = "inspecting",
        /// Inspection waits for the ramdisk.
        InspectWait = "inspect wait",
        /// Inspection failed.
        InspectFailed = "inspect failed",
        /// A running machine is being adopted.
        Adopting = "adopting",
        /// Adoption failed.
        AdoptFailed = "adopt failed",
        /// The rescue ramdisk is being started.
        Rescuing = "rescuing",
        /// Rescue waits for the ramdisk.
        RescueWait = "rescue wait",
        /// The rescue ramdisk is running.
        Rescue = "rescue",
        /// Starting the rescue ramdisk failed.
        RescueFailed = "rescue failed",
        /// Leaving rescue mode.
        Unrescuing = "unrescuing",
        /// Leaving rescue mode failed.
        UnrescueFailed = "unrescue failed",
        /// Service steps are running.
        Servicing = "servicing",
        /// Servicing waits for the ramdisk.
        ServiceWait = "service wait",
        /// Servicing is on hold at a step.
        ServiceHold = "service hold",
        /// Servicing failed.
        ServiceFailed = "service failed",
    }
}

string_enum! {
    /// A power state, as last seen by Ironic. Null in the API (never read, or the BMC is unreachable) is `None` of this
    /// type.
    PowerState {
        /// Powered on.
        On = "power on",
        /// Powered off.
        Off = "power off",
        /// Being rebooted.
        Rebooting = "rebooting",
        /// The BMC reported an error.
        Error = "error",
    }
}

impl PowerState {
    /// How good or bad the state is.
    #[must_use]
    pub fn tone(&self) -> Tone {
        match self {
            Self::On => Tone::Good,
            Self::Off | Self::Unknown(_) => Tone::Neutral,
            Self::Rebooting => Tone::Changing,
            Self::Error => Tone::Failed,
        }
    }
}

/// A target of a provision state change (`PUT …/states/provision`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProvisionTarget {
    /// Deploy. (The later alias `deploy` rejects a config drive, so it is never sent.)
    Active,
    /// Redeploy on the same node.
    Rebuild,
    /// Undeploy.
    Deleted,
    /// From `enroll` or a failure to `manageable`.
    Manage,
    /// From `manageable` to `available`.
    Provide,
    /// Inspect the hardware.
    Inspect,
    /// Run clean steps on a `manageable` node.
    Clean,
    /// Run service steps on an `active` node (Ironic ≥ 1.87).
    Service,
    /// Adopt a machine that is already running.
    Adopt,
    /// Abort an operation that is waiting or on hold.
    Abort,
    /// Resume an operation that is on hold.
    Unhold,
    /// Boot the rescue ramdisk.
    Rescue,
    /// Leave rescue mode and boot the instance.
    Unrescue,
}

impl ProvisionTarget {
    /// The API's value.
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

/// A target of a power change (`PUT …/states/power`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerTarget {
    /// Power on.
    On,
    /// Power off.
    Off,
    /// Power off through the operating system.
    SoftOff,
    /// Power off and on.
    Reboot,
    /// Reboot through the operating system.
    SoftReboot,
}

impl PowerTarget {
    /// The API's value.
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

    /// The hard equivalent of a soft target; `None` if it is not soft.
    #[must_use]
    pub fn hard(self) -> Option<Self> {
        match self {
            Self::SoftOff => Some(Self::Off),
            Self::SoftReboot => Some(Self::Reboot),
            Self::On | Self::Off | Self::Reboot => None,
        }
    }

    /// The power state after the change.
    #[must_use]
    pub fn resulting_state(self) -> PowerState {
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
    fn every_state_survives_a_round_trip() {
        for state in ProvisionState::KNOWN {
            assert_eq!(&ProvisionState::from(state.as_str()), state);
            assert_ne!(state.class(), StateClass::Unknown, "{state}");
        }
    }

    #[test]
    fn an_unknown_state_is_kept() {
        let state: ProvisionState = serde_json::from_str("\"quantum hold\"").expect("any text is a state");
        assert_eq!(state.class(), StateClass::Unknown);
        assert_eq!(serde_json::to_string(&state).expect("a text"), "\"quantum hold\"");
    }
}
