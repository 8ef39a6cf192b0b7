//! From the global options to connections, and from connections to drivers.

use std::sync::{Arc, Mutex, PoisonError};

use super::failure::{Failure, Kind};
use super::{Context, batch, settings};
use crate::cloud::files::Environment;
use crate::cloud::neutron::Neutron;
use crate::cloud::{self, Cloud, Tokens};
use crate::driver::cancel::Cancel;
use crate::driver::drivers::Silent;
use crate::driver::resolved::Resolved;
use crate::driver::{Deadline, Driver, Drivers, Error, Purpose};
use crate::ironic;
use crate::rest::Stop;
use crate::ui::answer::View;
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
    /// What names meant there when this command first looked them up.
    resolved: Arc<Resolved>,
}

/// The connections to all clouds that were named, of which at least one answers.
#[derive(Debug)]
pub(super) struct Connections {
    /// Those that answer, in the order in which they were named.
    pub(super) members: Vec<Connection>,
    silent: Vec<Silent>,
}

impl Connection {
    /// Opens the connection to a cloud's Ironic.
    pub(super) fn open(cloud: Arc<Cloud>) -> anyhow::Result<Self> {
        Ok(Self::new(cloud.ironic()?, cloud))
    }

    fn new(client: ironic::Client, origin: Arc<Cloud>) -> Self {
        Self { client, cloud: origin.name.clone(), origin, resolved: Arc::default() }
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
            .named(self.cloud.clone())
            .with_neutron(self.neutron())
            .resolving(Arc::clone(&self.resolved))
    }
}

impl Connections {
    /// Whether several clouds were named.
    pub(super) fn are_several(&self) -> bool {
        self.members.len() + self.silent.len() > 1
    }

    /// The view of an answer, which tells clouds apart where there are several.
    pub(super) fn view(&self, view: View) -> View {
        if self.are_several() { view.including("cloud") } else { view }
    }

    /// Looks up what a name means before a question is asked about it.
    ///
    /// # Errors
    /// As [`Driver::find`], and as [`Drivers::locate`] with several clouds.
    pub(super) fn resolve(&self, name: &str, context: &Context) -> Result<(), Error> {
        let progress = context.ui.progress();
        self.readers(&progress).on(name, Purpose::Change, |driver| driver.find(name)).result.map(drop)
    }

    /// Drivers for looking only.
    pub(super) fn readers<'a>(&self, progress: &'a Progress) -> Drivers<'a> {
        let members = self.members.iter().map(|connection| connection.reader(progress)).collect();
        Drivers::new(members, self.silent.clone())
    }
}

/// The clouds that were resolved, each by the name that was asked for.
pub(super) type Clouds = Mutex<Vec<(Option<String>, Arc<Cloud>)>>;

impl Context {
    /// Opens the connection that the global options ask for.
    pub(super) fn connect(&self) -> anyhow::Result<Connection> {
        match self.cloud_names()?.as_slice() {
            [cloud] => self.open(cloud.as_deref()),
            _ => Err(Failure::new(Kind::Usage, "this command works over one cloud at a time").into()),
        }
    }

    /// Opens a connection to each of the clouds that the global options name, at once, or to the one that they ask for
    /// otherwise. What is wrong with the settings of any of them ends it; that one does not answer is told, and no more.
    pub(super) fn connect_all(&self) -> anyhow::Result<Connections> {
        let names = self.cloud_names()?;
        if let [cloud] = names.as_slice() {
            return Ok(Connections { members: vec![self.open(cloud.as_deref())?], silent: Vec::new() });
        }
        let clouds = self.clouds()?;
        let opened = batch::each(self.global.jobs, &clouds, |cloud| cloud.ironic());
        let mut connections = Connections { members: Vec::new(), silent: Vec::new() };
        for ((cloud, origin), opened) in names.into_iter().flatten().zip(clouds).zip(opened) {
            match opened {
                Ok(client) => connections.add(Connection::new(client, origin))?,
                Err(error) => connections.silent.push(Silent { cloud, why: Error::Connect(error).into() }),
            }
        }
        if connections.members.is_empty() {
            return Err(Error::AllSilent { silent: connections.silent }.into());
        }
        self.tell_silent(&connections.silent);
        Ok(connections)
    }

    fn open(&self, cloud: Option<&str>) -> anyhow::Result<Connection> {
        let cloud = self.cloud(cloud)?;
        Connection::open(cloud)
    }

    /// The clouds that the global options name, or the one that they ask for otherwise, which need not have a name.
    pub(super) fn cloud_names(&self) -> anyhow::Result<Vec<Option<String>>> {
        let named = settings::clouds_named(self)?;
        Ok(if named.is_empty() { vec![None] } else { named.into_iter().map(Some).collect() })
    }

    /// All clouds that are worked with, in their order; none of them is asked for anything yet.
    pub(super) fn clouds(&self) -> anyhow::Result<Vec<Arc<Cloud>>> {
        self.cloud_names()?.iter().map(|name| self.cloud(name.as_deref())).collect()
    }

    /// A cloud, whose settings are read, and whose password is asked for, once a run.
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

    /// Reads a cloud's settings, and asks for a password that is missing.
    pub(super) fn resolve(&self, name: Option<&str>, tokens: Tokens) -> anyhow::Result<Cloud> {
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

    /// A driver for work that must not be torn: from here on the first signal only asks it to stop.
    pub(super) fn driver<'a>(
        &'a self,
        connection: &Connection,
        progress: &'a Progress,
        deadline: Deadline,
    ) -> Driver<'a> {
        let cancel = self.interrupt.hold().clone();
        if let Some((at, limit)) = deadline.end() {
            Stop::of_process().end_at(at, limit);
        }
        Driver::new(connection.client.clone(), progress, cancel, deadline)
            .named(connection.cloud.clone())
            .with_neutron(connection.neutron())
            .resolving(Arc::clone(&connection.resolved))
            .remembering(&self.durations)
            .noting(&self.fingerprints)
    }

    /// As [`Context::driver`], for each of the clouds.
    pub(super) fn drivers<'a>(
        &'a self,
        connections: &Connections,
        progress: &'a Progress,
        deadline: Deadline,
    ) -> Drivers<'a> {
        let driver = |connection| self.driver(connection, progress, deadline);
        Drivers::new(connections.members.iter().map(driver).collect(), connections.silent.clone())
    }

    /// Warns of clouds that could not be asked, each once.
    pub(super) fn tell_silent(&self, silent: &[Silent]) {
        for silent in silent {
            self.ui.warn(&format!("{silent}; left out"));
        }
    }

    /// Ends a command that did what there was to do in those clouds that answer: it is not all of it where one did not.
    pub(super) fn conclude(&self, silent: &[Silent]) -> anyhow::Result<()> {
        self.tell_silent(silent);
        let clouds: Vec<String> = silent.iter().map(|silent| format!("`{}`", silent.cloud)).collect();
        match clouds.as_slice() {
            [] => Ok(()),
            [one] => Err(Failure::new(Kind::Partial, format!("cloud {one} could not be asked")).into()),
            several => {
                let message = format!("clouds {} could not be asked", several.join(", "));
                Err(Failure::new(Kind::Partial, message).into())
            }
        }
    }
}

impl Connections {
    /// Adds one more, unless it is the same Ironic as another: its machines would be there twice.
    fn add(&mut self, connection: Connection) -> Result<(), Failure> {
        let address = connection.client.address();
        let same = self.members.iter().find(|known| known.client.address() == address);
        if let Some(same) = same {
            let name = |connection: &Connection| connection.cloud.clone().unwrap_or_default();
            let (first, second) = (name(same), name(&connection));
            let problem = format!("clouds `{first}` and `{second}` are one Ironic, at {address}");
            return Err(Failure::new(Kind::Usage, problem).hint("name one of them"));
        }
        self.members.push(connection);
        Ok(())
    }
}
