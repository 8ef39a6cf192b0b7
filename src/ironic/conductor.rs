//! Conductors.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::client::Client;
use super::driver::Driver;
use super::error::Error;
use crate::rest::Request;

/// A conductor, which serves some hardware types in one conductor group.
#[derive(Debug, Clone, Deserialize)]
pub struct Conductor {
    /// Its host name, as in `reservation`.
    pub hostname: String,
    /// Its conductor group; empty for the default group.
    #[serde(default)]
    pub conductor_group: String,
    /// Whether it sent a recent heartbeat. With SQLite it is always `false`.
    #[serde(default)]
    pub alive: bool,
    /// The hardware types it serves.
    #[serde(default)]
    pub drivers: Vec<String>,
}

#[derive(Deserialize)]
struct Conductors {
    conductors: Vec<Conductor>,
}

impl Client {
    /// All conductors that ever existed. Needs a system-scoped role under Keystone.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn conductors(&self) -> Result<Vec<Conductor>, Error> {
        let request = Request::get("conductors").query("detail", "True");
        Ok(self.fetch::<Conductors>(&request)?.conductors)
    }

    /// The conductors with a corrected `alive`. A conductor that serves a hardware type is alive, even if its record
    /// says otherwise: with SQLite, no conductor counts as alive.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn conductors_with_liveness(&self) -> Result<Vec<Conductor>, Error> {
        let mut all = self.conductors()?;
        if all.iter().any(|conductor| !conductor.alive) {
            mark_alive(&mut all, &self.drivers()?);
        }
        Ok(all)
    }
}

/// Marks as alive the conductors that serve one of these hardware types.
pub fn mark_alive(conductors: &mut [Conductor], drivers: &[Driver]) {
    let serving: BTreeSet<&str> =
        drivers.iter().flat_map(|driver| &driver.hosts).map(String::as_str).collect();
    for conductor in conductors {
        conductor.alive |= serving.contains(conductor.hostname.as_str());
    }
}
