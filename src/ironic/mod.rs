//! A typed client for Ironic's REST API.
//!
//! [`Client`] uses one negotiated microversion ([`version`]) through a [`crate::rest::Session`], and converts responses
//! into types or an [`Error`] ([`error`]). Each resource has a file: [`node`], [`port`], [`portgroup`], [`chassis`],
//! [`allocation`], [`driver`], [`conductor`], [`hardware`], [`management`], [`vif`], `deploy_template`, `runbook`.
//! [`paging`] pages through long lists of nodes, [`dry_run`] records requests for dry runs, and [`condition`]
//! implements `--where`.
//!
//! This module implements Ironic's API and rules. Deploys and other workflows are in [`crate::driver`].

pub mod allocation;
pub mod chassis;
pub mod client;
pub mod condition;
pub mod conductor;
mod deploy_template;
pub mod driver;
pub mod dry_run;
pub mod error;
pub mod guard;
pub mod hardware;
pub mod management;
pub mod node;
pub mod paging;
pub mod patch;
pub mod policy;
pub mod port;
pub mod portgroup;
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
