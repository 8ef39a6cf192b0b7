//! From the global options to a connection, and from a connection to a driver.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::anyhow;

use super::Context;
use super::failure::{Failure, Kind};
use crate::cloud::files::Environment;
use crate::cloud::neutron::Neutron;
use crate::cloud::{self, Cloud, Tokens};
use crate::driver::cancel::Cancel;
use crate::driver::{Deadline, Driver};
use crate::ironic;
use crate::ui::progress::Progress;

/// A connection, and the cloud's name for answers.
#[derive(Debug)]
pub(super) struct Connection {
    /// The cloud's entry in `clouds.yaml`, where it has one.
    pub(super) cloud: Option<String>,
    /// The connection.
    pub(super) client: ironic::Client,
    /// What else the cloud has.
    origin: Arc<Cloud>,
}

impl Connection {
    /// Opens the connection to a cloud's Ironic.
    pub(super) fn open(cloud: Arc<Cloud>) -> anyhow::Result<Self> {
        Ok(Self { client: cloud.ironic()?, cloud: cloud.name.clone(), origin: cloud })
    }

    /// The cloud's Neutron, where it has one that can be found.
    pub(super) fn neutron(&self) -> Option<Neutron> {
        Neutron::of(&self.origin)
            .inspect_err(|error| tracing::info!(%error, "without Neutron"))
            .unwrap_or_default()
    }

    /// A driver for looking only: the first signal ends the program, as there is nothing to leave behind.
    pub(super) fn reader<'a>(&self, progress: &'a Progress) -> Driver<'a> {
        Driver::new(self.client.clone(), progress, Cancel::new(), Deadline::none())
            .with_neutron(self.neutron())
    }
}

/// The clouds that were resolved, each by the name that was asked for.
pub(super) type Clouds = Mutex<Vec<(Option<String>, Arc<Cloud>)>>;

impl Context {
    /// Opens the connection that the global options ask for.
    pub(super) fn connect(&self) -> anyhow::Result<Connection> {
        let mut clouds = self.global.clouds();
        let cloud = clouds.next();
        if clouds.next().is_some() {
            return Err(anyhow!(Failure::new(Kind::Usage, "this command works over one cloud at a time")));
        }
        self.open(cloud)
    }

    /// Opens a connection to each of the clouds that the global options name, or the one that they ask for otherwise.
    pub(super) fn connect_each(&self) -> anyhow::Result<Vec<Connection>> {
        self.cloud_names().into_iter().map(|cloud| self.open(cloud)).collect()
    }

    fn open(&self, cloud: Option<&str>) -> anyhow::Result<Connection> {
        let cloud = self.cloud(cloud)?;
        Connection::open(cloud)
    }

    /// The clouds that the global options name, or the one that they ask for otherwise, which need not have a name.
    pub(super) fn cloud_names(&self) -> Vec<Option<&str>> {
        let named: Vec<Option<&str>> = self.global.clouds().map(Some).collect();
        if named.is_empty() { vec![None] } else { named }
    }

    /// A cloud, whose settings are read, and whose password is asked for, once a run.
    pub(super) fn cloud(&self, name: Option<&str>) -> anyhow::Result<Arc<Cloud>> {
        let mut known = self.clouds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cloud)) = known.iter().find(|(known, _)| known.as_deref() == name) {
            return Ok(Arc::clone(cloud));
        }
        let tokens = if self.global.no_auth_cache { Tokens::Forgotten } else { Tokens::Kept };
        let resolve = |env: &Environment| Cloud::resolve(name, self.global.endpoint(), tokens, env);
        let env = Environment::of_process();
        let cloud = match resolve(&env) {
            Err(cloud::Error::NoPassword { user, place }) => {
                let Some(password) = self.ui.password(&format!("Password of {user} ({place})")) else {
                    return Err(cloud::Error::NoPassword { user, place }.into());
                };
                resolve(&env.with_password(password))?
            }
            resolved => resolved?,
        };
        for warning in &cloud.warnings {
            self.ui.warn(warning);
        }
        let cloud = Arc::new(cloud);
        known.push((name.map(str::to_owned), Arc::clone(&cloud)));
        Ok(cloud)
    }

    /// A driver for work that must not be torn: from here on the first signal only asks it to stop.
    pub(super) fn driver<'a>(
        &'a self,
        connection: &Connection,
        progress: &'a Progress,
        deadline: Deadline,
    ) -> Driver<'a> {
        let cancel = self.interrupt.hold().clone();
        Driver::new(connection.client.clone(), progress, cancel, deadline)
            .with_neutron(connection.neutron())
            .remembering(&self.durations)
    }
}
