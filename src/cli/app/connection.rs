//! Connections to the clouds in the global options, and drivers for them.

use std::sync::{Arc, Mutex, PoisonError};

use super::failure::{Failure, FailureKind};
use super::{batch, config_dir};
use crate::cli::Context;
use crate::cloud::files::Environment;
use crate::cloud::neutron::Neutron;
use crate::cloud::{self, Cloud, Tokens};
use crate::driver::cancel::Cancel;
use crate::driver::clouds::UnreachableCloud;
use crate::driver::name_cache::NameCache;
use crate::driver::{Deadline, Driver, Drivers, Error, Purpose};
use crate::ironic;
use crate::rest::Stop;
use crate::ui::output::View;
use crate::ui::progress::ProgressDisplay;

/// A connection to the Ironic of a cloud.
#[derive(Debug)]
pub(crate) struct Connection {
    /// The name of the cloud in `clouds.yaml`, if it has an entry.
    pub(crate) cloud: Option<String>,
    /// The client.
    pub(crate) client: ironic::Client,
    /// The settings and other services of the cloud.
    origin: Arc<Cloud>,
    /// The objects that names referred to when this command first looked them up.
    resolved: Arc<NameCache>,
}

/// The connections to all given clouds. At least one cloud is reachable.
#[derive(Debug)]
pub(crate) struct Connections {
    /// The reachable clouds, in the given order.
    pub(crate) members: Vec<Connection>,
    /// The unreachable clouds.
    unreachable: Vec<UnreachableCloud>,
}

impl Connection {
    /// Connects to the Ironic of a cloud.
    pub(crate) fn open(cloud: Arc<Cloud>) -> anyhow::Result<Self> {
        Ok(Self::new(cloud.ironic()?, cloud))
    }

    fn new(client: ironic::Client, origin: Arc<Cloud>) -> Self {
        Self { client, cloud: origin.name.clone(), origin, resolved: Arc::default() }
    }

    /// The Neutron of the cloud, if there is one.
    pub(crate) fn neutron(&self) -> Option<Neutron> {
        Neutron::of(&self.origin)
            .inspect_err(|error| tracing::info!(%error, "without Neutron"))
            .unwrap_or_default()
    }

    /// A read-only driver. The first signal ends the program, because there is nothing to undo.
    pub(crate) fn reader<'a>(&self, progress: &'a ProgressDisplay) -> Driver<'a> {
        Driver::new(self.client.clone(), progress, Cancel::new(), Deadline::none())
            .named(self.cloud.clone())
            .with_neutron(self.neutron())
            .with_name_cache(Arc::clone(&self.resolved))
    }
}

impl Connections {
    /// Whether several clouds were given.
    pub(crate) fn are_several(&self) -> bool {
        self.members.len() + self.unreachable.len() > 1
    }

    /// Adds the cloud's column to the view if several clouds were given.
    pub(crate) fn view(&self, view: View) -> View {
        if self.are_several() { view.including("cloud") } else { view }
    }

    /// Looks up a name before a prompt.
    ///
    /// # Errors
    /// See [`Driver::find`], and [`Drivers::locate`] for several clouds.
    pub(crate) fn resolve(&self, name: &str, context: &Context) -> Result<(), Error> {
        let progress = context.ui.progress();
        self.readers(&progress)
            .run_in_cloud_of(name, Purpose::Change, |driver| driver.find(name))
            .result
            .map(drop)
    }

    /// Read-only drivers for all clouds.
    pub(crate) fn readers<'a>(&self, progress: &'a ProgressDisplay) -> Drivers<'a> {
        let members = self.members.iter().map(|connection| connection.reader(progress)).collect();
        Drivers::new(members, self.unreachable.clone())
    }
}

/// The resolved clouds with the names that were requested.
pub(crate) type Clouds = Mutex<Vec<(Option<String>, Arc<Cloud>)>>;

impl Context {
    /// Connects to the cloud in the global options.
    pub(crate) fn connect(&self) -> anyhow::Result<Connection> {
        match self.cloud_names()?.as_slice() {
            [cloud] => self.open(cloud.as_deref()),
            _ => Err(Failure::new(FailureKind::Usage, "this command works with one cloud at a time").into()),
        }
    }

    /// Connects to all clouds in the global options in parallel. Invalid settings of any cloud are an error;
    /// unreachable clouds cause a warning if another one is reachable.
    pub(crate) fn connect_all(&self) -> anyhow::Result<Connections> {
        let names = self.cloud_names()?;
        if let [cloud] = names.as_slice() {
            return Ok(Connections { members: vec![self.open(cloud.as_deref())?], unreachable: Vec::new() });
        }
        let clouds = self.clouds()?;
        let opened = batch::each(self.global.jobs, &clouds, |cloud| cloud.ironic());
        let mut connections = Connections { members: Vec::new(), unreachable: Vec::new() };
        for ((cloud, origin), opened) in names.into_iter().flatten().zip(clouds).zip(opened) {
            match opened {
                Ok(client) => connections.add(Connection::new(client, origin))?,
                Err(error) => {
                    connections
                        .unreachable
                        .push(UnreachableCloud { cloud, why: Error::Connect(error).into() });
                }
            }
        }
        if connections.members.is_empty() {
            return Err(Error::AllUnreachable { unreachable: connections.unreachable }.into());
        }
        self.warn_unreachable(&connections.unreachable);
        Ok(connections)
    }

    fn open(&self, cloud: Option<&str>) -> anyhow::Result<Connection> {
        let cloud = self.cloud(cloud)?;
        Connection::open(cloud)
    }

    /// The names of the clouds in the global options, or `None` for a cloud without a name.
    pub(crate) fn cloud_names(&self) -> anyhow::Result<Vec<Option<String>>> {
        let names = config_dir::cloud_names(self)?;
        Ok(if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() })
    }

    /// The clouds in the global options, in the given order. Sends no requests.
    pub(crate) fn clouds(&self) -> anyhow::Result<Vec<Arc<Cloud>>> {
        self.cloud_names()?.iter().map(|name| self.cloud(name.as_deref())).collect()
    }

    /// A cloud. Its settings are read, and a missing password is prompted for, once per run.
    fn cloud(&self, name: Option<&str>) -> anyhow::Result<Arc<Cloud>> {
        let mut known = self.clouds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cloud)) = known.iter().find(|(known, _)| known.as_deref() == name) {
            return Ok(Arc::clone(cloud));
        }
        let tokens = if self.global.no_auth_cache { Tokens::Forgotten } else { Tokens::Kept };
        let cloud = self.resolve(name, tokens)?;
        for warning in &cloud.warnings {
            self.ui.warn(warning);
        }
        let cloud = Arc::new(cloud);
        known.push((name.map(str::to_owned), Arc::clone(&cloud)));
        Ok(cloud)
    }

    /// Reads the settings of a cloud, and prompts for a missing password.
    pub(crate) fn resolve(&self, name: Option<&str>, tokens: Tokens) -> anyhow::Result<Cloud> {
        let resolve = |env: &Environment| Cloud::resolve(name, self.global.endpoint(), tokens, env);
        let env = Environment::of_process();
        match resolve(&env) {
            Err(cloud::Error::NoPassword { user, place }) => {
                match self.ui.password(&format!("Password of {user} ({place})")) {
                    Some(password) => Ok(resolve(&env.with_password(password))?),
                    None => Err(cloud::Error::NoPassword { user, place }.into()),
                }
            }
            resolved => Ok(resolved?),
        }
    }

    /// A driver for work that must not stop halfway. From now on, the first signal only requests cancellation.
    pub(crate) fn driver<'a>(
        &'a self,
        connection: &Connection,
        progress: &'a ProgressDisplay,
        deadline: Deadline,
    ) -> Driver<'a> {
        let cancel = self.interrupt.defer_exit().clone();
        if let Some((at, limit)) = deadline.end() {
            Stop::of_process().end_at(at, limit);
        }
        Driver::new(connection.client.clone(), progress, cancel, deadline)
            .named(connection.cloud.clone())
            .with_neutron(connection.neutron())
            .with_name_cache(Arc::clone(&connection.resolved))
            .with_estimates(&self.durations)
            .with_secret_fingerprints(&self.fingerprints)
    }

    /// Like [`Context::driver`], for all clouds.
    pub(crate) fn drivers<'a>(
        &'a self,
        connections: &Connections,
        progress: &'a ProgressDisplay,
        deadline: Deadline,
    ) -> Drivers<'a> {
        let driver = |connection| self.driver(connection, progress, deadline);
        Drivers::new(connections.members.iter().map(driver).collect(), connections.unreachable.clone())
    }

    /// Warns about unreachable clouds.
    pub(crate) fn warn_unreachable(&self, unreachable: &[UnreachableCloud]) {
        for unreachable in unreachable {
            self.ui.warn(&format!("{unreachable}; skipped"));
        }
    }

    /// Ends a command that succeeded in all reachable clouds. Unreachable clouds make it a partial failure.
    pub(crate) fn conclude(&self, unreachable: &[UnreachableCloud]) -> anyhow::Result<()> {
        self.warn_unreachable(unreachable);
        let clouds: Vec<String> =
            unreachable.iter().map(|unreachable| format!("`{}`", unreachable.cloud)).collect();
        match clouds.as_slice() {
            [] => Ok(()),
            [one] => Err(Failure::new(FailureKind::Partial, format!("cloud {one} is unreachable")).into()),
            several => {
                let message = format!("clouds {} are unreachable", several.join(", "));
                Err(Failure::new(FailureKind::Partial, message).into())
            }
        }
    }
}

impl Connections {
    /// Adds a connection. Refuses one to the same Ironic as another, because all nodes would be listed twice.
    fn add(&mut self, connection: Connection) -> Result<(), Failure> {
        let address = connection.client.address();
        let same = self.members.iter().find(|known| known.client.address() == address);
        if let Some(same) = same {
            let name = |connection: &Connection| connection.cloud.clone().unwrap_or_default();
            let (first, second) = (name(same), name(&connection));
            let problem = format!("clouds `{first}` and `{second}` have the same Ironic at {address}");
            return Err(Failure::new(FailureKind::Usage, problem).hint("use only one of them"));
        }
        self.members.push(connection);
        Ok(())
    }
}
