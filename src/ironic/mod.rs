//! A typed client of Ironic's REST API.
//!
//! [`Client`] speaks one negotiated microversion ([`version`]) through a [`crate::rest::Session`], and turns
//! whatever comes back into types or an [`Error`] ([`error`]). The resources have a file each: [`node`],
//! [`port`], [`portgroup`], [`chassis`], [`allocation`], [`driver`], [`conductor`], [`hardware`], [`management`], [`vif`], `deploy_template`.
//! Long lists of nodes are called up page by page ([`roll`]). A client may also only rehearse ([`rehearsal`]). What is asked of nodes by an operator is a [`condition`].
//!
//! This room knows Ironic's words and rules, and nothing of what a deploy is: that is the driver's.

pub mod allocation;
pub mod chassis;
pub mod client;
pub mod condition;
pub mod conductor;
mod deploy_template;
pub mod driver;
pub mod error;
pub mod guard;
pub mod hardware;
pub mod management;
pub mod node;
pub mod patch;
pub mod policy;
pub mod port;
pub mod portgroup;
pub mod rehearsal;
pub mod roll;
mod runbook;
pub mod state;
pub mod version;
pub mod vif;

pub use client::Client;
pub use error::{ApiError, Error, Fault};
pub use node::Node;
pub use patch::Patch;
pub use state::{PowerState, PowerTarget, ProvisionState, ProvisionTarget};
pub use version::{Feature, Microversion};
