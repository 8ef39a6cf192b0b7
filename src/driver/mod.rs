//! What a virt driver does: claim, deploy, rebuild, power and destroy, wait for what is under way, and undo what fails.
//!
//! Nothing here prints or parses arguments: progress leaves as [`event::Event`]s.

pub mod event;
