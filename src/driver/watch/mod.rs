//! Following operations in Ironic: polling, stages, progress events and estimates.
//!
//! | file | content |
//! | --- | --- |
//! | `poller` | polls all watched nodes from one thread |
//! | `pace` | decides when to poll which nodes; pure |
//! | `stage` | the stage of a node's operation |
//! | `progress`, [`event`] | reports of changes to an observer |
//! | [`estimates`] | remaining time, from the durations of earlier runs |
//! | [`dead_conductor`] | operations that stopped because their conductor is down |

pub mod dead_conductor;
pub mod estimates;
pub mod event;
pub(in crate::driver) mod pace;
pub(in crate::driver) mod poller;
pub(in crate::driver) mod progress;
pub(in crate::driver) mod stage;
