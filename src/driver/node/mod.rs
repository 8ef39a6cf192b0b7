//! Operations on nodes that do not involve an instance.
//!
//! | file | content |
//! | --- | --- |
//! | [`lifecycle`] | `node manage`, `provide`, `clean`, `inspect`, `adopt`, `abort`, `delete`: provision states |
//! | [`flags`] | `node maintenance`, `retire` and `protect` |
//! | [`change`] | `node set` and `unset` |
//! | [`credential_trial`] | tests new BMC credentials before a node is changed |
//! | [`secret_fingerprints`] | detects changed secrets without storing them |
//! | [`management`] | boot device, console, NMI |
//! | `hardware` | inspection data, and the recorded baseline |
//! | [`steps`] | deploy, clean and service steps |
//! | `served_drivers` | hardware types and conductor groups that conductors serve |

pub mod change;
pub mod credential_trial;
pub mod flags;
pub(in crate::driver) mod hardware;
pub mod lifecycle;
pub mod management;
pub mod secret_fingerprints;
pub(in crate::driver) mod served_drivers;
pub mod steps;
