//! The check of the hardware types.

use super::check_run::CheckResult;
use super::ironic::{SharedData, unless_hidden};
use crate::cli::app::failure::{Failure, FailureKind};
use crate::ironic::Client;

/// Which hardware types the conductors have.
pub(super) fn check(client: &Client, known: &mut SharedData) -> anyhow::Result<CheckResult> {
    let drivers = match known.fetch_drivers(client) {
        Ok(drivers) => drivers,
        Err(error) => return unless_hidden(error, client),
    };
    if drivers.is_empty() {
        let failure = Failure::new(FailureKind::Unreachable, "no hardware types are enabled");
        return Err(failure
            .hint("check `enabled_hardware_types` in ironic.conf, and the log of the conductor")
            .into());
    }
    let descriptions: Vec<String> = drivers
        .iter()
        .map(|driver| {
            let kinds = ["deploy", "network"].map(|kind| {
                // Ironic lists them in a different order each time.
                let mut names: Vec<&str> = driver.interfaces(kind).collect();
                names.sort_unstable();
                format!("{kind} {}", names.join(", "))
            });
            format!("{} ({})", driver.name, kinds.join("; "))
        })
        .collect();
    Ok(CheckResult::Ok(descriptions.join("; ")))
}
