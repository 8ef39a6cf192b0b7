//! Several Ironics worked on as one: a driver for each cloud in hand, and what is known of those that do not answer.
//!
//! A name stands for one thing in all clouds together. It is looked for in all of them at once; found in two, it is
//! ambiguous; and while a cloud cannot be asked, nothing is changed under a name that may stand there too. With one
//! cloud nothing of this costs a request.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::instance::optional;
use super::{Driver, Error};
use crate::ironic::Node;

/// The drivers of all clouds in hand, in the order in which the operator named them.
pub struct Drivers<'a> {
    pub(super) members: Vec<Driver<'a>>,
    silent: Mutex<Vec<Silent>>,
    several: bool,
}

/// A cloud that cannot be asked.
#[derive(Debug, Clone)]
pub struct Silent {
    /// Its name.
    pub cloud: String,
    /// Why not.
    pub why: Arc<Error>,
}

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cloud `{}`: {}", self.cloud, self.why)
    }
}

/// What is to be done with the thing that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It is looked at: where one of several clouds cannot be asked, what another one has is good enough.
    Look,
    /// It is changed: a name must not stand in a cloud that cannot be asked. A UUID stands but once.
    Change,
}

/// What came of the work on one target, and in which cloud.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The cloud in which it was done or failed, where that is known and has a name.
    pub cloud: Option<String>,
    /// What came of it.
    pub result: Result<T, Error>,
}

impl<'a> Drivers<'a> {
    /// Drivers of the clouds that answer, of which there is at least one, and the clouds that do not.
    #[must_use]
    pub fn new(members: Vec<Driver<'a>>, silent: Vec<Silent>) -> Self {
        let several = members.len() + silent.len() > 1;
        Self { members, silent: Mutex::new(silent), several }
    }

    /// Whether several clouds were named.
    #[must_use]
    pub fn are_several(&self) -> bool {
        self.several
    }

    /// The clouds that could not be asked so far.
    #[must_use]
    pub fn silent(&self) -> Vec<Silent> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Silent>> {
        // Entries are only ever added, whole.
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a cloud among those that cannot be asked.
    fn falls_silent(&self, driver: &Driver<'_>, why: Error) {
        let cloud = driver.cloud().unwrap_or_default().to_owned();
        let mut silent = self.lock();
        if silent.iter().all(|known| known.cloud != cloud) {
            silent.push(Silent { cloud, why: Arc::new(why) });
        }
    }

    /// The drivers of those clouds that have answered so far, each with its place.
    fn answering(&self) -> Vec<(usize, &Driver<'a>)> {
        let silent = self.silent();
        let answers = |driver: &Driver<'_>| silent.iter().all(|silent| driver.cloud() != Some(&silent.cloud));
        self.members.iter().enumerate().filter(|(_, driver)| answers(driver)).collect()
    }

    /// Asks all clouds at once. Of several, one that fails is counted among the silent and left out from then on; what
    /// the others say comes in the order of the clouds, each with the cloud's name.
    ///
    /// # Errors
    /// That of the only cloud, [`Error::AllSilent`] where none of several answers, or the operator's wish to stop.
    pub fn ask<T: Send>(
        &self,
        work: impl Fn(&Driver<'a>) -> Result<T, Error> + Sync,
    ) -> Result<Vec<(Option<String>, T)>, Error> {
        let answers = self.ask_each(work)?;
        let of_cloud = |at: usize| self.members[at].cloud.clone();
        Ok(answers.into_iter().map(|(at, answer)| (of_cloud(at), answer)).collect())
    }

    /// As [`Drivers::ask`], with the places of the clouds.
    pub(super) fn ask_each<T: Send>(
        &self,
        work: impl Fn(&Driver<'a>) -> Result<T, Error> + Sync,
    ) -> Result<Vec<(usize, T)>, Error> {
        if let ([only], false) = (self.members.as_slice(), self.several) {
            return Ok(vec![(0, work(only)?)]);
        }
        let mut answers = Vec::new();
        for (at, answer) in in_parallel(self.answering(), &work) {
            match answer {
                Ok(answer) => answers.push((at, answer)),
                Err(error) if error.signal().is_some() => return Err(error),
                Err(error) => self.falls_silent(&self.members[at], error),
            }
        }
        if answers.is_empty() { Err(Error::AllSilent { silent: self.silent() }) } else { Ok(answers) }
    }

    /// The driver of the cloud that has an instance or a node of this name or UUID.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], [`Error::Unasked`], or a request's failure.
    pub fn locate(&self, name: &str, purpose: Purpose) -> Result<&Driver<'a>, Error> {
        self.seek("instance or node", name, purpose, |driver| {
            // What it must mean is for the work to find out.
            Ok(driver.look_up(name)?.map(|found| match (found.instance(), &found.node) {
                (None, Some(node)) => Sighting::node(node),
                (instance, _) => Sighting {
                    what: "instance",
                    label: instance
                        .as_ref()
                        .map_or_else(|| name.to_owned(), |found| found.label().to_owned()),
                    uuid: instance.map(|instance| instance.uuid).unwrap_or_default(),
                },
            }))
        })
    }

    /// The driver of the cloud that has a node of this name or UUID.
    ///
    /// # Errors
    /// As [`Drivers::locate`].
    pub fn locate_node(&self, name: &str, purpose: Purpose) -> Result<&Driver<'a>, Error> {
        self.seek("node", name, purpose, |driver| {
            let found = optional(driver.client.node_fields(name, &["uuid", "name"]));
            let found = found.map_err(Error::about(format!("node {name}")))?;
            Ok(found.as_ref().map(Sighting::node))
        })
    }

    fn seek(
        &self,
        what: &'static str,
        name: &str,
        purpose: Purpose,
        look: impl Fn(&Driver<'a>) -> Result<Option<Sighting>, Error> + Sync,
    ) -> Result<&Driver<'a>, Error> {
        if !self.several {
            return Ok(&self.members[0]);
        }
        let mut places: Vec<(&Driver<'a>, Sighting)> = Vec::new();
        for (at, found) in in_parallel(self.answering(), &look) {
            match found {
                Ok(found) => places.extend(found.map(|found| (&self.members[at], found))),
                // It says nothing of this name alone.
                Err(error) if error.is_silence() => self.falls_silent(&self.members[at], error),
                Err(error) => return Err(error),
            }
        }
        let silent = self.silent();
        match places.as_slice() {
            [] if silent.is_empty() && what == "node" => {
                let is_instance = |driver: &&Driver<'a>| matches!(driver.look_up(name), Ok(Some(_)));
                let members = || self.members.iter();
                let known = members().find(is_instance).or_else(|| members().next());
                Err(known.map_or_else(
                    || Error::NotFound { what, name: name.to_owned(), asker: None },
                    |driver| driver.no_such_node(name),
                ))
            }
            [] if silent.is_empty() => Err(Error::NotFound {
                what,
                name: name.to_owned(),
                asker: self.members.iter().find_map(|driver| driver.client.asker()),
            }),
            [] => Err(Error::Unasked {
                said: format!("no {what} is named `{name}` where that can be asked"),
                silent,
            }),
            [(driver, _)] => {
                let is_certain =
                    silent.is_empty() || purpose == Purpose::Look || Uuid::try_parse(name).is_ok();
                if is_certain {
                    return Ok(driver);
                }
                let cloud = driver.cloud().unwrap_or_default();
                let said = format!("`{name}` is in cloud `{cloud}`, and may be elsewhere too");
                Err(Error::Unasked { said, silent })
            }
            several => {
                let told = |(driver, Sighting { what, label, uuid }): &(&Driver<'a>, Sighting)| {
                    format!("{what} {label} ({uuid}) in cloud `{}`", driver.cloud().unwrap_or_default())
                };
                let matches = several.iter().map(told).collect();
                Err(Error::Ambiguous { name: name.to_owned(), matches })
            }
        }
    }

    /// Does the work in the cloud that has an instance or a node of this name or UUID.
    pub fn on<T>(
        &self,
        name: &str,
        purpose: Purpose,
        work: impl FnOnce(&Driver<'a>) -> Result<T, Error>,
    ) -> Outcome<T> {
        Outcome::of(self.may_begin(name).and_then(|()| self.locate(name, purpose)), work)
    }

    /// Whether the work on one of several targets may begin. Whether to stop is the same to all clouds.
    fn may_begin(&self, name: &str) -> Result<(), Error> {
        self.members[0].may_begin(name)
    }

    /// As [`Drivers::on`], where it is no error that there is nothing of this name: the first cloud says so.
    pub fn on_if_any<T>(
        &self,
        name: &str,
        purpose: Purpose,
        work: impl FnOnce(&Driver<'a>) -> Result<T, Error>,
    ) -> Outcome<T> {
        match self.may_begin(name).and_then(|()| self.locate(name, purpose)) {
            Err(Error::NotFound { .. }) => Outcome { cloud: None, result: work(&self.members[0]) },
            located => Outcome::of(located, work),
        }
    }

    /// The first of the other clouds of which this is true, all asked at once.
    pub(super) fn elsewhere(
        &self,
        at: usize,
        is: impl Fn(&Driver<'a>) -> bool + Sync,
    ) -> Option<&Driver<'a>> {
        let others = self.answering().into_iter().filter(|(place, _)| *place != at).collect();
        let found = in_parallel(others, &is).into_iter().find(|(_, is)| *is);
        found.map(|(place, _)| &self.members[place])
    }

    /// Whether the cloud of this name has a Neutron.
    #[must_use]
    pub fn has_neutron(&self, cloud: Option<&str>) -> bool {
        self.members[self.place_of(cloud)].neutron.is_some()
    }

    /// Does the work on this subject in the cloud of this name, which is one of those that answer.
    pub fn in_cloud<T>(
        &self,
        cloud: Option<&str>,
        subject: &str,
        work: impl FnOnce(&Driver<'a>) -> Result<T, Error>,
    ) -> Outcome<T> {
        Outcome::of(self.may_begin(subject).map(|()| &self.members[self.place_of(cloud)]), work)
    }

    /// The place of a cloud among the drivers; that of the only one where it has no name.
    pub(super) fn place_of(&self, cloud: Option<&str>) -> usize {
        self.members.iter().position(|driver| driver.cloud() == cloud).unwrap_or_default()
    }

    /// Does the work in the cloud that has a node of this name or UUID.
    pub fn on_node<T>(
        &self,
        name: &str,
        purpose: Purpose,
        work: impl FnOnce(&Driver<'a>) -> Result<T, Error>,
    ) -> Outcome<T> {
        Outcome::of(self.may_begin(name).and_then(|()| self.locate_node(name, purpose)), work)
    }
}

impl<T> Outcome<T> {
    fn of<'a>(
        located: Result<&Driver<'a>, Error>,
        work: impl FnOnce(&Driver<'a>) -> Result<T, Error>,
    ) -> Self {
        match located {
            Ok(driver) => Self { cloud: driver.cloud.clone(), result: work(driver) },
            Err(error) => Self { cloud: None, result: Err(error) },
        }
    }
}

/// Does the work for each driver at once, and gives what came of it in their order.
fn in_parallel<'d, 'a, T: Send>(
    drivers: Vec<(usize, &'d Driver<'a>)>,
    work: &(impl Fn(&Driver<'a>) -> T + Sync),
) -> Vec<(usize, T)> {
    if let [(at, only)] = drivers.as_slice() {
        return vec![(*at, work(only))];
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            drivers.into_iter().map(|(at, driver)| (at, scope.spawn(move || work(driver)))).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, T>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(|(at, thread)| (at, join(thread))).collect()
    })
}

/// Something that has the name looked for.
struct Sighting {
    what: &'static str,
    label: String,
    uuid: String,
}

impl Sighting {
    fn node(node: &Node) -> Self {
        Self { what: "node", label: node.label().to_owned(), uuid: node.uuid.clone() }
    }
}
