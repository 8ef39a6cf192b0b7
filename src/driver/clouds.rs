//! Several clouds used as one pool: one driver per cloud, and the list of unreachable clouds.
//!
//! A name is looked up in all clouds at once and is ambiguous if two clouds have it. While a cloud is unreachable,
//! nothing is changed by name, because the unreachable cloud may have the name too. With one cloud this costs no
//! additional request.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::instance::lookup::optional;
use super::{Driver, Error, ObjectKind};
use crate::ironic::Node;

/// The drivers of all selected clouds, in the order of the command line.
pub struct Drivers<'a> {
    pub(super) members: Vec<Driver<'a>>,
    unreachable: Mutex<Vec<UnreachableCloud>>,
    several: bool,
}

/// An unreachable cloud.
#[derive(Debug, Clone)]
pub struct UnreachableCloud {
    /// The cloud's name.
    pub cloud: String,
    /// Why it is unreachable.
    pub why: Arc<Error>,
}

impl fmt::Display for UnreachableCloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cloud `{}`: {}", self.cloud, self.why)
    }
}

/// Why a name is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To read the object. A match in one cloud suffices, even if another cloud is unreachable.
    Look,
    /// To change the object. All clouds must be reachable to look up a name, but not a UUID, because it is unique.
    Change,
}

/// The result of the work on one target, and its cloud.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The name of the cloud, if known.
    pub cloud: Option<String>,
    /// The result.
    pub result: Result<T, Error>,
}

impl<'a> Drivers<'a> {
    /// The drivers of the reachable clouds, at least one, and the unreachable clouds.
    #[must_use]
    pub fn new(members: Vec<Driver<'a>>, unreachable: Vec<UnreachableCloud>) -> Self {
        let several = members.len() + unreachable.len() > 1;
        Self { members, unreachable: Mutex::new(unreachable), several }
    }

    /// Whether several clouds were named.
    #[must_use]
    pub fn are_several(&self) -> bool {
        self.several
    }

    /// The clouds that have been unreachable so far.
    #[must_use]
    pub fn unreachable(&self) -> Vec<UnreachableCloud> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<UnreachableCloud>> {
        // A panic leaves no partial entry.
        self.unreachable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Marks a cloud as unreachable.
    fn mark_unreachable(&self, driver: &Driver<'_>, why: Error) {
        let cloud = driver.cloud().unwrap_or_default().to_owned();
        let mut unreachable = self.lock();
        if unreachable.iter().all(|known| known.cloud != cloud) {
            unreachable.push(UnreachableCloud { cloud, why: Arc::new(why) });
        }
    }

    /// The drivers of the reachable clouds, each with its index.
    fn reachable(&self) -> Vec<(usize, &Driver<'a>)> {
        let unreachable = self.unreachable();
        let answers = |driver: &Driver<'_>| {
            unreachable.iter().all(|unreachable| driver.cloud() != Some(&unreachable.cloud))
        };
        self.members.iter().enumerate().filter(|(_, driver)| answers(driver)).collect()
    }

    /// Runs the work in all clouds in parallel. If one of several clouds fails, it is marked as unreachable and skipped
    /// from then on. Returns the results of the other clouds with their names, in the order of the clouds.
    ///
    /// # Errors
    /// The error of the only cloud, [`Error::AllUnreachable`] if all of several clouds fail, or a signal.
    pub fn ask<T: Send>(
        &self,
        work: impl Fn(&Driver<'a>) -> Result<T, Error> + Sync,
    ) -> Result<Vec<(Option<String>, T)>, Error> {
        let answers = self.ask_each(work)?;
        let of_cloud = |at: usize| self.members[at].cloud.clone();
        Ok(answers.into_iter().map(|(at, answer)| (of_cloud(at), answer)).collect())
    }

    /// Like [`Drivers::ask`], with the indexes of the clouds.
    pub(super) fn ask_each<T: Send>(
        &self,
        work: impl Fn(&Driver<'a>) -> Result<T, Error> + Sync,
    ) -> Result<Vec<(usize, T)>, Error> {
        if let ([only], false) = (self.members.as_slice(), self.several) {
            return Ok(vec![(0, work(only)?)]);
        }
        let mut answers = Vec::new();
        for (at, answer) in in_parallel(self.reachable(), &work) {
            match answer {
                Ok(answer) => answers.push((at, answer)),
                Err(error) if error.signal().is_some() => return Err(error),
                Err(error) => self.mark_unreachable(&self.members[at], error),
            }
        }
        if answers.is_empty() {
            Err(Error::AllUnreachable { unreachable: self.unreachable() })
        } else {
            Ok(answers)
        }
    }

    /// The driver of the cloud that has an instance or node with this name or UUID.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], [`Error::NotQueried`], or a request's failure.
    pub fn locate(&self, name: &str, purpose: Purpose) -> Result<&Driver<'a>, Error> {
        self.find_in_clouds(ObjectKind::InstanceOrNode, name, purpose, |driver| {
            // `look_up`, because the work itself checks that the meaning of the name has not changed.
            Ok(driver.look_up(name)?.map(|found| match (found.instance(), &found.node) {
                (None, Some(node)) => Match::node(node),
                (instance, _) => Match {
                    what: ObjectKind::Instance,
                    label: instance
                        .as_ref()
                        .map_or_else(|| name.to_owned(), |found| found.label().to_owned()),
                    uuid: instance.map(|instance| instance.uuid).unwrap_or_default(),
                },
            }))
        })
    }

    /// The driver of the cloud that has a node with this name or UUID.
    ///
    /// # Errors
    /// Like [`Drivers::locate`].
    pub fn locate_node(&self, name: &str, purpose: Purpose) -> Result<&Driver<'a>, Error> {
        self.find_in_clouds(ObjectKind::Node, name, purpose, |driver| {
            let found = optional(driver.client.node_fields(name, &["uuid", "name"]));
            let found = found.map_err(Error::about(format!("node {name}")))?;
            Ok(found.as_ref().map(Match::node))
        })
    }

    fn find_in_clouds(
        &self,
        what: ObjectKind,
        name: &str,
        purpose: Purpose,
        look: impl Fn(&Driver<'a>) -> Result<Option<Match>, Error> + Sync,
    ) -> Result<&Driver<'a>, Error> {
        if !self.several {
            return Ok(&self.members[0]);
        }
        let mut places: Vec<(&Driver<'a>, Match)> = Vec::new();
        for (at, found) in in_parallel(self.reachable(), &look) {
            match found {
                Ok(found) => places.extend(found.map(|found| (&self.members[at], found))),
                // The error does not depend on the name.
                Err(error) if error.is_unreachable() => self.mark_unreachable(&self.members[at], error),
                Err(error) => return Err(error),
            }
        }
        let unreachable = self.unreachable();
        match places.as_slice() {
            [] if unreachable.is_empty() && what == ObjectKind::Node => {
                let is_instance = |driver: &&Driver<'a>| matches!(driver.look_up(name), Ok(Some(_)));
                let members = || self.members.iter();
                let known = members().find(is_instance).or_else(|| members().next());
                Err(known.map_or_else(
                    || Error::NotFound { what, name: name.to_owned(), identity: None },
                    |driver| driver.no_such_node(name),
                ))
            }
            [] if unreachable.is_empty() => Err(Error::NotFound {
                what,
                name: name.to_owned(),
                identity: self.members.iter().find_map(|driver| driver.client.identity()),
            }),
            [] => Err(Error::NotQueried {
                message: format!("{} in the reachable clouds", what.not_found(name)),
                unreachable,
            }),
            [(driver, _)] => {
                let is_certain =
                    unreachable.is_empty() || purpose == Purpose::Look || Uuid::try_parse(name).is_ok();
                if is_certain {
                    return Ok(driver);
                }
                let cloud = driver.cloud().unwrap_or_default();
                let found = format!("`{name}` is in cloud `{cloud}`, but may also be in another cloud");
                Err(Error::NotQueried { message: found, unreachable })
            }
            several => {
                let describe = |(driver, Match { what, label, uuid }): &(&Driver<'a>, Match)| {
                    format!("{what} {label} ({uuid}) in cloud `{}`", driver.cloud().unwrap_or_default())
                };
                let matches = several.iter().map(describe).collect();
                Err(Error::Ambiguous { name: name.to_owned(), matches })
            }
        }
    }

    /// Runs the work in the cloud that has an instance or node with this name or UUID.
    pub fn run_in_cloud_of<T>(
        &self,
        name: &str,
        purpose: Purpose,
        work: impl FnOnce(&Driver<'a>) -> Result<T, Error>,
    ) -> Outcome<T> {
        Outcome::of(self.check_canceled(name).and_then(|()| self.locate(name, purpose)), work)
    }

    /// Fails after a signal or the timeout. All members share the cancel token and the deadline.
    fn check_canceled(&self, name: &str) -> Result<(), Error> {
        self.members[0].check_start_allowed(name)
    }

    /// Like [`Drivers::run_in_cloud_of`], but if nothing has this name, runs the work in the first cloud, which handles that case.
    pub fn run_in_cloud_of_if_any<T>(
        &self,
        name: &str,
        purpose: Purpose,
        work: impl FnOnce(&Driver<'a>) -> Result<T, Error>,
    ) -> Outcome<T> {
        match self.check_canceled(name).and_then(|()| self.locate(name, purpose)) {
            Err(Error::NotFound { .. }) => Outcome { cloud: None, result: work(&self.members[0]) },
            located => Outcome::of(located, work),
        }
    }

    /// The first other cloud that meets the condition. All are checked in parallel.
    pub(super) fn first_other_cloud(
        &self,
        at: usize,
        is: impl Fn(&Driver<'a>) -> bool + Sync,
    ) -> Option<&Driver<'a>> {
        let others = self.reachable().into_iter().filter(|(place, _)| *place != at).collect();
        let found = in_parallel(others, &is).into_iter().find(|(_, is)| *is);
        found.map(|(place, _)| &self.members[place])
    }

    /// Whether the cloud with this name has Neutron.
    #[must_use]
    pub fn has_neutron(&self, cloud: Option<&str>) -> bool {
        self.members[self.place_of(cloud)].neutron.is_some()
    }

    /// Runs the work on a target in the cloud with this name, which must be a member.
    pub fn in_cloud<T>(
        &self,
        cloud: Option<&str>,
        subject: &str,
        work: impl FnOnce(&Driver<'a>) -> Result<T, Error>,
    ) -> Outcome<T> {
        Outcome::of(self.check_canceled(subject).map(|()| &self.members[self.place_of(cloud)]), work)
    }

    /// The index of the cloud with this name; 0 for a single cloud without a name.
    pub(super) fn place_of(&self, cloud: Option<&str>) -> usize {
        self.members.iter().position(|driver| driver.cloud() == cloud).unwrap_or_default()
    }

    /// Runs the work in the cloud that has a node with this name or UUID.
    pub fn on_node<T>(
        &self,
        name: &str,
        purpose: Purpose,
        work: impl FnOnce(&Driver<'a>) -> Result<T, Error>,
    ) -> Outcome<T> {
        Outcome::of(self.check_canceled(name).and_then(|()| self.locate_node(name, purpose)), work)
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

/// Runs the work for all drivers in parallel, and returns the results in the order of the drivers.
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

/// An object that has the given name.
struct Match {
    what: ObjectKind,
    label: String,
    uuid: String,
}

impl Match {
    fn node(node: &Node) -> Self {
        Self { what: ObjectKind::Node, label: node.label().to_owned(), uuid: node.uuid.clone() }
    }
}
