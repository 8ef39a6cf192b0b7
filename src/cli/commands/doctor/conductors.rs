//! The check of the conductors.

use super::check_run::CheckResult;
use super::ironic::{SharedData, unless_hidden};
use crate::cli::app::failure::{Failure, FailureKind};
use crate::ironic::Client;
use crate::ironic::conductor::Conductor;

/// Whether conductors are alive.
pub(super) fn check(client: &Client, known: &mut SharedData) -> anyhow::Result<CheckResult> {
    if let Err(error) = known.fetch(client) {
        return unless_hidden(error, client);
    }
    let (alive, dead): (Vec<_>, Vec<_>) = known.conductors.iter().partition(|conductor| conductor.alive);
    let names = |some: &[&Conductor]| {
        some.iter().map(|conductor| conductor.hostname.clone()).collect::<Vec<_>>().join(", ")
    };
    let remedy = "start ironic-conductor there: the nodes of a conductor that is not alive cannot be managed";
    if alive.is_empty() {
        let problem = match dead.len() {
            0 => "no conductors".to_owned(),
            _ => format!("no conductor is alive; not alive: {}", names(&dead)),
        };
        return Err(Failure::new(FailureKind::Unreachable, problem).hint(remedy).into());
    }
    let found = format!("{} alive: {}", alive.len(), names(&alive));
    Ok(if dead.is_empty() {
        CheckResult::Ok(found)
    } else {
        CheckResult::Warning(format!("{found}; not alive: {}", names(&dead)), remedy.to_owned())
    })
}
