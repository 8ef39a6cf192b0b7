//! What a virt driver does: claim, deploy, rebuild, power and destroy, wait for what is under way, and undo
//! what fails.
//!
//! Ironic is the only database. Whatever the driver must know to go on (after a crash, or as another
//! operator) stands in Ironic: the claim is an allocation that bears the instance's name and, in `extra`,
//! what was intended ([`intent`]). Every operation looks at what is there, does what is missing and may be
//! repeated. Nothing here prints or parses arguments: progress leaves as [`event::Event`]s.
//!
//! | file | what |
//! | --- | --- |
//! | [`deploy`] | an instance from nothing: claim, prepare, validate, deploy, watch, and back |
//! | [`enroll`] | machines of a file under management |
//! | [`aside`] | what becomes of a machine that failed |
//! | [`claim`], [`reservation`] | a node of one's own, atomically; and kept for later |
//! | [`rebuild`], [`destroy`], [`power`], [`wait`] | the other operations |
//! | `maintenance` | of nodes, by hand |
//! | [`instance`] | an instance as Ironic shows it, and how one is found by name |
//! | [`image`], [`config_drive`], [`intent`] | what is deployed |
//! | `watcher` | the one poller |
//! | [`stage`], [`event`], `progress` | what is told meanwhile |

pub mod aside;
pub mod cancel;
pub mod claim;
pub mod config_drive;
pub mod consent;
pub mod deploy;
pub mod destroy;
pub mod enroll;
pub mod error;
pub mod event;
pub mod image;
pub mod instance;
pub mod intent;
mod maintenance;
pub mod power;
mod progress;
pub mod rebuild;
pub mod reservation;
pub mod stage;
pub mod wait;
mod watcher;

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::ironic::retry::growing;
use crate::ironic::{self, Client, Fault, Node, ProvisionState, ProvisionTarget};
use cancel::Cancel;
pub use error::{Error, Left};
use event::Observer;
use progress::Progress;
use watcher::{Observation, Watcher};

/// How long a lock or a busy conductor is waited for where no time limit is given.
const PATIENCE: Duration = Duration::from_secs(180);

/// How often a request to start an operation is sent again that was lost on its way.
const SENT_AGAIN: usize = 4;

/// How often a waiting thread looks whether it is to stop.
const HEED: Duration = Duration::from_millis(100);

/// The driver of one Ironic: shared by the threads that each care for one machine.
pub struct Driver<'a> {
    client: Client,
    observer: &'a dyn Observer,
    cancel: Cancel,
    watcher: Watcher,
    deadline: Deadline,
}

/// When to stop waiting for machines. What was started in Ironic goes on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Deadline(Option<(Instant, Duration)>);

impl Deadline {
    /// Never.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// So long from now.
    #[must_use]
    pub fn after(duration: Duration) -> Self {
        // A time beyond the clock's range is never.
        Self(Instant::now().checked_add(duration).map(|end| (end, duration)))
    }

    fn passed(self) -> Option<Duration> {
        self.0.filter(|(end, _)| Instant::now() >= *end).map(|(_, allowed)| allowed)
    }
}

impl<'a> Driver<'a> {
    /// A driver that asks through this client and tells this observer.
    #[must_use]
    pub fn new(client: Client, observer: &'a dyn Observer, cancel: Cancel, deadline: Deadline) -> Self {
        let watcher = Watcher::new(client.clone());
        Self { client, observer, cancel, watcher, deadline }
    }

    /// The connection.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Stops here if asked to, or if the time is up.
    fn heed(&self, progress: &Progress<'_>, left: Left) -> Result<(), Error> {
        if let Some(signal) = self.cancel.requested() {
            let subject = progress.name().to_owned();
            return Err(Error::Interrupted { subject, signal, left });
        }
        match self.deadline.passed() {
            Some(after) => Err(Error::TimedOut {
                subject: progress.name().to_owned(),
                after,
                stage: progress.current_stage().to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// Watches a node until `judge` makes something of what it sees.
    ///
    /// Survives Ironic being away: only the time limit or the operator ends the wait then.
    fn follow<T>(
        &self,
        uuid: &str,
        progress: &mut Progress<'_>,
        mut judge: impl FnMut(&Node) -> Option<T>,
    ) -> Result<T, Error> {
        let mut watch = self.watcher.watch(uuid);
        loop {
            self.heed(progress, Left::UnderWay)?;
            match watch.next(HEED) {
                None => {}
                Some(Observation::Seen(node)) => {
                    progress.stage(stage::of(&node));
                    if let Some(verdict) = judge(&node) {
                        return Ok(verdict);
                    }
                    if let (Some(held), true) = (&node.maintenance_reason, node.maintenance) {
                        progress
                            .waiting(format!("in maintenance, where Ironic suspends time limits: {held}"));
                    }
                }
                Some(Observation::Gone) => {
                    return Err(Error::NotFound { what: "node", name: uuid.to_owned() });
                }
                Some(Observation::Silent(error)) => progress.waiting(format!("no answer: {error}")),
                Some(Observation::Refused(error)) => {
                    // The watcher's copy is shared with other waiters; asking once more gives us our own.
                    let subject = progress.name().to_owned();
                    let Err(own) = self.client.node_fields(uuid, &["uuid"]) else {
                        progress.waiting(format!("refused for a moment: {error}"));
                        continue;
                    };
                    return Err(Error::Request { subject, source: own });
                }
            }
        }
    }

    /// Makes a request that a lock, a full conductor or a limit may turn away, as often as it takes.
    fn patiently<T>(
        &self,
        progress: &mut Progress<'_>,
        mut request: impl FnMut() -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        let began = Instant::now();
        let mut pauses = growing(Duration::from_millis(400), Duration::from_secs(10));
        loop {
            let error = match request() {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let waited = began.elapsed();
            let why = match error.fault() {
                Some(Fault::Locked { host: Some(host) }) => format!("locked by conductor {host}"),
                Some(Fault::Locked { host: None }) => "an operation is under way on it".to_owned(),
                Some(Fault::Unavailable) => format!("Ironic is busy: {error}"),
                _ => return Err(Error::Request { subject: progress.name().to_owned(), source: error }),
            };
            if self.deadline.0.is_none() && waited > PATIENCE {
                return Err(Error::Busy { subject: progress.name().to_owned(), waited, source: error });
            }
            progress.waiting(why);
            self.heed(progress, Left::AsItWas)?;
            let pause = pauses.next().expect("it never ends");
            // Whether it was cut short is seen at the next turn.
            let _ = self.cancel.wait(pause);
        }
    }

    /// Starts an operation of the state machine on a node that is in the state `before`, once: where the
    /// answer was lost, the node is looked at to see whether the request arrived.
    fn begin(
        &self,
        before: &Node,
        target: ProvisionTarget,
        body: &Map<String, Value>,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let mut lost = false;
        let mut pauses = growing(Duration::from_millis(400), Duration::from_secs(5)).take(SENT_AGAIN);
        self.patiently(progress, || {
            loop {
                let error = match self.client.set_provision_state(&before.uuid, target, body.clone()) {
                    Ok(()) => return Ok(()),
                    Err(error) => error,
                };
                let unreachable = matches!(error, ironic::Error::Unreachable { .. });
                let stumbled =
                    matches!(&error, ironic::Error::Api(answer) if answer.status >= 500 && answer.status != 503);
                // A refusal after a lost answer may only mean that the first request did arrive.
                if !unreachable && !stumbled && !lost {
                    return Err(error);
                }
                lost = true;
                let now = self.client.node(&before.uuid)?;
                let arrived = now.provision_state != before.provision_state
                    || now.provision_updated_at != before.provision_updated_at;
                if arrived {
                    return Ok(());
                }
                // It never arrived; and if it does all the same, the next one is refused and seen through.
                match pauses.next().filter(|_| unreachable) {
                    Some(pause) => {
                        let _ = self.cancel.wait(pause);
                    }
                    None => return Err(error),
                }
            }
        })
    }

    /// Ironic's own words for why an operation failed.
    ///
    /// `last_error` is wiped by the next successful power sync, so the node's history is asked as well
    /// (Ironic ≥ 1.78); a lessee may not read it.
    fn reason(&self, node: &Node) -> String {
        let from_history = || {
            let events = self.client.node_history(&node.uuid, 5).ok()?;
            let error = events.into_iter().find(|event| event.severity.as_deref() == Some("ERROR"))?;
            error.event
        };
        let last_error = node.last_error.clone().filter(|text| !text.is_empty() && !text.starts_with("** "));
        let words = last_error.or_else(from_history);
        words.unwrap_or_else(|| {
            "Ironic keeps no reason; look at the node's history and the conductor's log".to_owned()
        })
    }
}

/// Whether a node has come to rest in a state: nothing is aimed at, and no lock is held that could refuse
/// the next request.
fn rests_in(node: &Node, state: &ProvisionState) -> bool {
    node.provision_state == *state && node.is_at_rest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_passes_once_its_time_is_over() {
        assert_eq!(Deadline::none().passed(), None);
        assert_eq!(Deadline::after(Duration::MAX).passed(), None);
        assert_eq!(Deadline::after(Duration::ZERO).passed(), Some(Duration::ZERO));
    }
}
