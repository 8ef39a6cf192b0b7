//! Conductors: the processes that do Ironic's work.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::client::Client;
use super::driver::Driver;
use super::error::Error;
use crate::rest::Request;

/// A process that does the work for some hardware types in one group of nodes.
#[derive(Debug, Clone, Deserialize)]
pub struct Conductor {
    /// Its host name, as `reservation` shows it.
    pub hostname: String,
    /// The group of nodes it serves; empty is the default group.
    #[serde(default)]
    pub conductor_group: String,
    /// Whether it reported lately. On SQLite this reads `false` while all is well.
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
    /// The conductors that ever were. Needs a system-scoped role under Keystone.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn conductors(&self) -> Result<Vec<Conductor>, Error> {
        let request = Request::get("conductors").query("detail", "True");
        Ok(self.fetch::<Conductors>(&request)?.conductors)
    }

    /// The conductors, each alive or not. One that is said to serve a hardware type now is alive, whatever it says of
    /// itself: on SQLite no conductor counts as alive.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn conductors_with_life(&self) -> Result<Vec<Conductor>, Error> {
        let mut all = self.conductors()?;
        if all.iter().any(|conductor| !conductor.alive) {
            note_life(&mut all, &self.drivers()?);
        }
        Ok(all)
    }
}

/// Marks as alive the conductors that serve one of these hardware types.
pub fn note_life(conductors: &mut [Conductor], drivers: &[Driver]) {
    let serving: BTreeSet<&str> =
        drivers.iter().flat_map(|driver| &driver.hosts).map(String::as_str).collect();
    for conductor in conductors {
        conductor.alive |= serving.contains(conductor.hostname.as_str());
    }
}
