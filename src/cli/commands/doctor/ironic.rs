//! The checks of what Ironic manages, and the data that they share.

use super::check_run::CheckResult;
use super::{conductors, hardware, nodes};
use crate::ironic::conductor::{Conductor, mark_alive};
use crate::ironic::driver::Driver;
use crate::ironic::{self, Client, Fault};

/// A check with the client of an Ironic that accepted the login.
type Check = fn(&Client, &mut SharedData) -> anyhow::Result<CheckResult>;

/// The checks, in the order in which they run. All are skipped if Ironic is unreachable or refuses the login.
pub(super) const CHECKS: [(&str, Check); 3] =
    [("conductors", conductors::check), ("hardware", hardware::check), ("nodes", nodes::check)];

/// Skips a check that this user has no permission for; other errors are errors.
pub(super) fn unless_hidden(error: ironic::Error, client: &Client) -> anyhow::Result<CheckResult> {
    let in_project = client.identity().is_some_and(|identity| identity.project().is_some());
    match error.fault() {
        // Ironic 39 answers 500 instead of 403 to users of projects.
        Some(Fault::Forbidden) => {}
        Some(Fault::Server) if in_project => {}
        _ => return Err(error.into()),
    }
    Ok(CheckResult::Skipped("no permission (needs the role reader in system scope)".to_owned()))
}

/// Data that several checks share, and that the first one requests.
#[derive(Debug, Default)]
pub(super) struct SharedData {
    /// The conductors; empty if this user cannot see them.
    pub(super) conductors: Vec<Conductor>,
    /// The hardware types, if they were requested.
    drivers: Option<Vec<Driver>>,
}

impl SharedData {
    /// Requests the conductors. Requests the hardware types too if they are needed to tell which conductors are alive.
    pub(super) fn fetch(&mut self, client: &Client) -> Result<(), ironic::Error> {
        let mut all = client.conductors()?;
        if all.iter().any(|conductor| !conductor.alive) {
            mark_alive(&mut all, self.fetch_drivers(client)?);
        }
        self.conductors = all;
        Ok(())
    }

    /// The hardware types with their interfaces, requested only once.
    pub(super) fn fetch_drivers(&mut self, client: &Client) -> Result<&[Driver], ironic::Error> {
        if self.drivers.is_none() {
            self.drivers = Some(client.drivers_in_detail()?);
        }
        Ok(self.drivers.as_deref().unwrap_or_default())
    }
}
