//! Operations on instances.
//!
//! | file | content |
//! | --- | --- |
//! | [`deploy`] | deploys an instance: claim, prepare, validate, deploy, watch, undo |
//! | `next_step` | decides the next step of a deploy |
//! | `start` | the requests of a deploy from the claim to its start |
//! | [`existing`] | what already exists of an instance, before a node is chosen |
//! | [`claim`] | claims a node, or the next one if that fails |
//! | [`quarantine`] | quarantines a failed node, and decides whether the deploy continues on another one |
//! | `failure_cause` | decides whether the node, the request or the site caused a failed deploy |
//! | [`dry_run`] | dry runs: the real code with a client that records requests |
//! | [`reachability`] | `deploy --check`: waits until the instance answers |
//! | [`intent`] | the request, as recorded in the allocation |
//! | [`lookup`] | instances as Ironic has them, by name |
//! | [`rebuild`], [`destroy`], [`power`], [`rescue`], [`wait`], [`reservation`] | the commands with these names |

pub mod claim;
pub mod deploy;
pub mod destroy;
pub mod dry_run;
pub mod existing;
pub(in crate::driver) mod failure_cause;
pub mod intent;
pub mod lookup;
mod next_step;
pub mod power;
pub mod quarantine;
pub mod reachability;
pub mod rebuild;
pub mod rescue;
pub mod reservation;
mod start;
pub mod wait;
