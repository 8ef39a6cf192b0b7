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
//! | [`aside`] | quarantine of machines that failed |
//! | `blame` | who is to blame for a failure |
//! | [`drivers`] | several clouds as one |
//! | [`standing`] | what there is already of what is to be deployed |
//! | [`claim`], [`reservation`] | a node of one's own, atomically; and kept for later |
//! | [`rehearse`], [`check`] | a deploy gone through without changing anything; whether one runs |
//! | [`rebuild`], [`destroy`], [`power`], [`rescue`], [`wait`] | the other operations |
//! | [`network`] | onto networks and off them |
//! | [`lifecycle`], [`marks`] | the states of nodes by hand; maintenance, retired, protected |
//! | [`change`] | fields of nodes, changed by hand |
//! | [`probe`] | new access to BMCs, tried before it is written |
//! | `hardware` | what inspections found, and what is recorded of it |
//! | [`orphans`] | what is left of things that are gone |
//! | [`management`] | boot device, console, the interrupt that crashes |
//! | [`instance`] | an instance as Ironic shows it, and how one is found by name |
//! | [`resolved`] | what names meant when they were first looked up |
//! | [`image`], [`config_drive`], [`root_device`], [`steps`], [`intent`] | what is deployed |
//! | `guard` | the one place from which nodes are changed |
//! | `watcher` | the one poller |
//! | `stage`, [`event`], `progress`, [`usual`] | what is told meanwhile, and what is usual |
//! | [`sent`] | which secrets were last sent from here |

pub mod abandoned;
pub mod aside;
mod blame;
pub mod cancel;
pub mod change;
pub mod check;
pub mod claim;
pub mod config_drive;
pub mod consent;
pub mod deploy;
pub mod destroy;
pub mod drivers;
pub mod enroll;
pub mod error;
pub mod event;
mod guard;
mod hardware;
pub mod image;
pub mod instance;
pub mod intent;
pub mod lifecycle;
pub mod management;
pub mod marks;
pub mod network;
pub mod orphans;
pub mod power;
pub mod probe;
mod progress;
pub mod rebuild;
pub mod rehearse;
pub mod rescue;
pub mod reservation;
pub mod resolved;
pub mod root_device;
pub mod sent;
mod served;
mod stage;
pub mod standing;
pub mod steps;
pub mod usual;
pub mod wait;
mod watcher;
pub mod why;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::cloud::neutron::Neutron;
use crate::ironic::node::HistoryEvent;
use crate::ironic::{self, Client, Fault, Node, ProvisionState, ProvisionTarget};
use crate::rest::retry::growing;
use abandoned::ConductorWatch;
use cancel::Cancel;
pub use drivers::{Drivers, Outcome, Purpose};
pub use error::{Error, Left, Operation};
use event::{NodeRef, Observer};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use network::{Networks, Wishes};
use progress::{Lock, Progress, Voice};
use resolved::Resolved;
use sent::Ledger;
use usual::Memory;
use watcher::{Observation, Watch, Watcher};

/// How long a lock or a busy conductor is waited for where no time limit is given.
const PATIENCE: Duration = Duration::from_secs(180);

/// How often something is done again whose answer was lost on its way.
const SENT_AGAIN: usize = 4;

/// How long taking back goes on where a lock or a busy conductor is in the way. It heeds neither signals nor time
/// limits, for it is what those ask for.
const UNDOING: Duration = Duration::from_secs(120);

/// The same after a signal or the time limit: the operator waits for the end of the command.
const UNDOING_AFTER_STOP: Duration = Duration::from_secs(30);

/// How long undoing waits for Ironic's database.
const UNDOING_WITHOUT_DATABASE: Duration = Duration::from_secs(20);

/// What a signal or the time limit does to a request that may have to be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnStop {
    /// The request is not sent any more.
    End,
    /// The request is sent once.
    SendOnce,
    /// The request is repeated as if there were no signal: it undoes something.
    Continue,
}

/// How long Ironic may be silent while a machine is watched without a time limit: longer than any restart.
const SILENCE: Duration = Duration::from_secs(1800);

/// How often a waiting thread looks whether it is to stop.
const HEED: Duration = Duration::from_millis(100);

/// After how long it is asked whether the conductor that holds a lock is running at all.
const LONG_LOCK: Duration = Duration::from_secs(3);

/// The driver of one Ironic: shared by the threads that each care for one machine.
pub struct Driver<'a> {
    client: Client,
    /// The cloud's name, where it has one.
    cloud: Option<String>,
    voice: Voice<'a>,
    cancel: Cancel,
    watcher: Watcher,
    deadline: Deadline,
    /// Which secrets were last sent from here.
    ledger: Option<&'a dyn Ledger>,
    neutron: Option<Neutron>,
    /// What was looked up there.
    known: Mutex<HashMap<Wishes, Networks>>,
    /// The nodes whose instances have a name that only `instance_info` knows, by that name; listed once.
    displayed: Mutex<Option<HashMap<String, Vec<String>>>>,
    /// Names of nodes that are addressed by UUID, by their UUIDs.
    labels: Mutex<HashMap<String, String>>,
    /// What names meant when they were first looked up.
    resolved: Arc<Resolved>,
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

    /// When that is, and after how long; nothing if it is never.
    #[must_use]
    pub fn end(self) -> Option<(Instant, Duration)> {
        self.0
    }

    /// A pause, cut to the time that is left.
    fn cut(self, pause: Duration) -> Duration {
        let left = self.0.map(|(end, _)| end.saturating_duration_since(Instant::now()));
        left.map_or(pause, |left| pause.min(left))
    }

    fn passed(self) -> Option<Duration> {
        self.0.filter(|(end, _)| Instant::now() >= *end).map(|(_, allowed)| allowed)
    }
}

impl<'a> Driver<'a> {
    /// A driver that asks through this client and tells this observer.
    #[must_use]
    pub fn new(client: Client, observer: &'a dyn Observer, cancel: Cancel, deadline: Deadline) -> Self {
        let watcher = Watcher::new(&client);
        Self {
            client,
            cloud: None,
            voice: Voice { observer, memory: None },
            cancel,
            watcher,
            deadline,
            ledger: None,
            neutron: None,
            known: Mutex::default(),
            displayed: Mutex::default(),
            labels: Mutex::default(),
            resolved: Arc::default(),
        }
    }

    /// Shows the node's name instead of its UUID in progress and errors, for nodes that are addressed by UUID.
    pub fn label(&self, node: &NodeRef) {
        if let Some(name) = &node.name {
            let mut labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
            labels.insert(node.uuid.clone(), name.clone());
        }
    }

    /// The same, with whom to ask for networks.
    #[must_use]
    pub fn with_neutron(mut self, neutron: Option<Neutron>) -> Self {
        self.neutron = neutron;
        self
    }

    /// The same, with the meanings of names that other drivers of the same command have found.
    #[must_use]
    pub fn resolving(mut self, resolved: Arc<Resolved>) -> Self {
        self.resolved = resolved;
        self
    }

    /// The same, by the name of its cloud.
    #[must_use]
    pub fn named(mut self, cloud: Option<String>) -> Self {
        self.cloud = cloud;
        self
    }

    /// The same, telling what is usual out of this memory, and adding to it.
    #[must_use]
    pub fn remembering(mut self, memory: &'a dyn Memory) -> Self {
        self.voice.memory = Some(memory);
        self
    }

    /// The same, knowing which secrets were last sent from here, and noting those that it sends.
    #[must_use]
    pub fn noting(mut self, ledger: &'a dyn Ledger) -> Self {
        self.ledger = Some(ledger);
        self
    }

    /// Begins the tale of a target.
    fn progress(&self, name: impl Into<String>, node: Option<NodeRef>) -> Progress<'a> {
        let name = name.into();
        let label = self.labels.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        let name = label.unwrap_or(name);
        Progress::start(self.voice, self.client.address(), name, node)
    }

    /// The cloud's name, where it has one.
    #[must_use]
    pub fn cloud(&self) -> Option<&str> {
        self.cloud.as_deref()
    }

    /// The connection.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Stops here if asked to, or if the time is up.
    fn heed(&self, progress: &Progress<'_>, left: Left) -> Result<(), Error> {
        self.stopped(progress.name(), left, || progress.current_stage(), progress.dead_lock_holder())
    }

    /// Ends the work on one of several targets before it has begun, if the operator has asked to stop or the time is up.
    fn may_begin(&self, subject: &str) -> Result<(), Error> {
        self.stopped(subject, Left::NotBegun, || "not begun".to_owned(), None)
    }

    /// The error of work that is to end because of a signal or the time limit.
    fn stopped(
        &self,
        subject: &str,
        left: Left,
        stage: impl FnOnce() -> String,
        dead_lock_holder: Option<&str>,
    ) -> Result<(), Error> {
        let subject = subject.to_owned();
        if let Some(signal) = self.cancel.requested() {
            return Err(Error::Interrupted { subject, signal, left });
        }
        let Some(after) = self.deadline.passed() else { return Ok(()) };
        let dead_lock_holder = dead_lock_holder.map(str::to_owned);
        Err(Error::TimedOut { subject, after, stage: stage(), dead_lock_holder, left })
    }

    /// Watches a node until `judge` makes something of what it sees.
    ///
    /// Survives Ironic being away: only the time limit or the operator ends the wait then.
    fn follow<T>(
        &self,
        uuid: &str,
        progress: &mut Progress<'_>,
        judge: impl FnMut(&Node) -> Option<T>,
    ) -> Result<T, Error> {
        self.follow_through(self.watcher.watch(uuid), uuid, progress, judge)
    }

    /// As [`Driver::follow`], where an operation has been begun just now: a look at once would show that and no more.
    fn follow_begun<T>(
        &self,
        uuid: &str,
        progress: &mut Progress<'_>,
        judge: impl FnMut(&Node) -> Option<T>,
    ) -> Result<T, Error> {
        self.follow_through(self.watcher.watch_begun(uuid), uuid, progress, judge)
    }

    fn follow_through<T>(
        &self,
        mut watch: Watch<'_>,
        uuid: &str,
        progress: &mut Progress<'_>,
        mut judge: impl FnMut(&Node) -> Option<T>,
    ) -> Result<T, Error> {
        let mut silent_since: Option<Instant> = None;
        let mut conductors = ConductorWatch::default();
        loop {
            self.heed(progress, Left::UnderWay)?;
            progress.tick();
            let Some(observation) = watch.next(HEED) else { continue };
            match &observation {
                Observation::Silent(_) => drop(silent_since.get_or_insert_with(Instant::now)),
                _ => silent_since = None,
            }
            match observation {
                Observation::Seen(node) => {
                    progress.abandoned(conductors.look(&self.client, &node));
                    progress.saw(&node);
                    if let Some(verdict) = judge(&node) {
                        return Ok(verdict);
                    }
                }
                Observation::Silent(error)
                    if self.deadline.0.is_some()
                        || silent_since.is_none_or(|since| since.elapsed() < SILENCE) =>
                {
                    progress.in_trouble(format!("no answer: {error}"));
                }
                Observation::Silent(error) | Observation::Refused(error) => {
                    self.look_again(uuid, progress)?;
                    progress.in_trouble(format!("refused for a moment: {error}"));
                }
                Observation::Gone => self.look_again(uuid, progress)?,
            }
        }
    }

    /// Asks once more for a node that the watcher was denied: its error is shared with other waiters and this one is
    /// our own, and one wrong answer ends nothing.
    fn look_again(&self, uuid: &str, progress: &Progress<'_>) -> Result<(), Error> {
        match self.client.node_fields(uuid, &["uuid"]) {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => {
                Err(Error::NotFound { what: "node", name: uuid.to_owned(), asker: self.client.asker() })
            }
            Err(source) => Err(Error::LostSight { subject: progress.name().to_owned(), source }),
        }
    }

    /// Makes a request that a lock, a full conductor or a limit may turn away, as often as it takes.
    fn patiently<T>(
        &self,
        progress: &mut Progress<'_>,
        request: impl FnMut() -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        self.queue(progress, OnStop::SendOnce, request)
    }

    /// Makes a request that takes something back: also when the operator has asked to stop or the time is up,
    /// but not for ever.
    fn undoing<T>(
        &self,
        progress: &mut Progress<'_>,
        request: impl FnMut() -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        self.queue(progress, OnStop::Continue, request)
    }

    /// Whether a signal or the time limit has ended the work.
    fn is_stopped(&self) -> bool {
        self.cancel.requested().is_some() || self.deadline.passed().is_some()
    }

    /// Waits, but not after a signal or beyond the time limit. Returns whether one of them ended the pause.
    fn pause(&self, pause: Duration) -> bool {
        let is_over = || self.deadline.passed().is_some();
        is_over() || self.cancel.wait(self.deadline.cut(pause)).is_some() || is_over()
    }

    /// Repeats a request, with growing pauses, as long as Ironic turns it away for now.
    fn queue<T>(
        &self,
        progress: &mut Progress<'_>,
        on_stop: OnStop,
        mut request: impl FnMut() -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        let is_undoing = on_stop == OnStop::Continue;
        let heed = |progress: &Progress<'_>| match on_stop {
            OnStop::Continue => Ok(()),
            OnStop::End | OnStop::SendOnce => self.heed(progress, Left::AsItWas),
        };
        if on_stop == OnStop::End {
            heed(progress)?;
        }
        let began = Instant::now();
        let mut lock = Held::default();
        let mut pauses = growing(Duration::from_millis(400), Duration::from_secs(10));
        loop {
            let error = match request() {
                Ok(value) => {
                    progress.set_lock(None);
                    return Ok(value);
                }
                Err(error) => error,
            };
            progress.set_lock(None);
            let why = match error.fault() {
                Some(Fault::Locked { host: Some(host) }) => {
                    let found = self.lock(&mut lock, host, began.elapsed());
                    progress.set_lock(Some(found.clone()));
                    found.words
                }
                Some(Fault::Locked { host: None }) => "an operation is under way on it".to_owned(),
                Some(Fault::NoConductor) => "its conductor is not there; waiting for one".to_owned(),
                Some(Fault::Unavailable) => {
                    format!("queued, for Ironic is busy: {}", error.lasting_words())
                }
                Some(Fault::NoDatabase) => error.words(),
                _ => {
                    if let Some(reason) = error.stopped().filter(|_| error.may_have_changed()) {
                        return Err(Error::unanswered(progress.name(), reason, progress.current_stage()));
                    }
                    // Whoever asked to stop is not told of what was in its way.
                    if error.is_lost() {
                        heed(progress)?;
                    }
                    return Err(Error::Request { subject: progress.name().to_owned(), source: error });
                }
            };
            let waited = began.elapsed();
            let patience = match error.fault() {
                Some(Fault::NoDatabase) if is_undoing => Some(UNDOING_WITHOUT_DATABASE),
                _ if is_undoing && self.is_stopped() => Some(UNDOING_AFTER_STOP),
                _ if is_undoing => Some(UNDOING),
                _ => self.deadline.0.is_none().then_some(PATIENCE),
            };
            if patience.is_some_and(|patience| waited > patience) {
                return Err(Error::Busy { subject: progress.name().to_owned(), waited, source: error });
            }
            progress.waiting(why);
            heed(progress)?;
            let pause = pauses.next().expect("it never ends");
            let pause = error.retry_after().map_or(pause, |asked| asked.max(pause));
            let is_stopped = self.pause(pause);
            heed(progress)?;
            if is_stopped {
                std::thread::sleep(pause);
            }
        }
    }

    /// The lock that turned a request away. Whether its holder is alive is asked once, and only if the lock stays.
    fn lock(&self, held: &mut Held, host: &str, waited: Duration) -> Lock {
        let words = held.by(host);
        if held.is_dead.is_none() && waited >= LONG_LOCK {
            // Conductors may be hidden from this user.
            let conductors = self.client.conductors_with_life().unwrap_or_default();
            let known = conductors.iter().find(|conductor| conductor.hostname == host);
            held.is_dead = Some(!conductors.is_empty() && known.is_none_or(|conductor| !conductor.alive));
        }
        if held.is_dead == Some(true) {
            let words = format!("{words}; that conductor is not running");
            return Lock { words, dead_holder: Some(host.to_owned()) };
        }
        Lock { words, dead_holder: None }
    }

    /// Ironic's own words for why an operation failed.
    ///
    /// `last_error` is wiped by the next successful power sync, so the node's history is asked as well
    /// (Ironic ≥ 1.78); a lessee may not read it.
    fn reason(&self, node: &Node) -> String {
        let from_history = || newest_error(&self.client.node_history(&node.uuid, 5).ok()?);
        let words = node.kept_error().map(str::to_owned).or_else(from_history);
        words.unwrap_or_else(|| {
            "Ironic keeps no reason; look at the node's history and the conductor's log".to_owned()
        })
    }
}

/// The newest error in a node's history, which is given newest first.
fn newest_error(events: &[HistoryEvent]) -> Option<String> {
    events.iter().find(|event| event.severity.as_deref() == Some("ERROR"))?.event.clone()
}

/// Who holds a lock, and since when that has been seen: Ironic does not tell when it was taken.
#[derive(Debug, Default)]
struct Held {
    holder: Option<(String, Timestamp)>,
    /// Whether the holder is not running, once that was asked.
    is_dead: Option<bool>,
}

impl Held {
    /// The holder in words, with the time at which it was first seen to hold it.
    fn by(&mut self, host: &str) -> String {
        if self.holder.as_ref().is_none_or(|(holder, _)| holder != host) {
            *self = Self { holder: Some((host.to_owned(), Timestamp::now())), is_dead: None };
        }
        let since = self.holder.as_ref().map_or_else(Timestamp::now, |(_, since)| *since);
        let since = since.to_zoned(TimeZone::system()).strftime("%H:%M:%S");
        format!("locked by conductor {host} since {since} or before")
    }
}

/// Whether an operation has begun, or is over, on a node that looked like `before` when it was asked for.
fn has_begun(before: &Node, now: &Node, target: ProvisionTarget) -> bool {
    use ProvisionState as P;
    // What another's node does is not our doing; what is torn down has no instance at the end.
    let ours = now.instance_uuid == before.instance_uuid
        || matches!(target, ProvisionTarget::Deleted) && now.instance_uuid.is_none();
    let moved = now.provision_state != before.provision_state
        || now.provision_updated_at != before.provision_updated_at;
    // Somebody else's operation moves it too, but elsewhere.
    let there = match target {
        ProvisionTarget::Active | ProvisionTarget::Rebuild => matches!(
            now.provision_state,
            P::Deploying | P::DeployWait | P::DeployHold | P::DeployFailed | P::Active
        ),
        ProvisionTarget::Deleted => matches!(
            now.provision_state,
            P::Deleting
                | P::Error
                | P::Cleaning
                | P::CleanWait
                | P::CleanHold
                | P::CleanFailed
                | P::Available
        ),
        ProvisionTarget::Rescue => {
            matches!(now.provision_state, P::Rescuing | P::RescueWait | P::Rescue | P::RescueFailed)
        }
        ProvisionTarget::Unrescue => {
            matches!(now.provision_state, P::Unrescuing | P::Active | P::UnrescueFailed)
        }
        _ => true,
    };
    ours && moved && there
}

/// Whether a node has come to rest in a state: nothing is aimed at, and no lock is held that could refuse
/// the next request.
fn rests_in(node: &Node, state: &ProvisionState) -> bool {
    node.provision_state == *state && node.is_at_rest()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_was_asked_for_counts_as_begun() {
        let node = |state: &str, updated: u8| -> Node {
            let updated = format!("2026-01-01T00:00:0{updated}+00:00");
            let node = json!({"uuid": "u", "provision_state": state, "provision_updated_at": updated});
            serde_json::from_value(node).expect("a node")
        };
        let active = node("active", 1);
        assert!(!has_begun(&active, &node("active", 1), ProvisionTarget::Rebuild));
        assert!(has_begun(&active, &node("active", 2), ProvisionTarget::Rebuild));
        assert!(!has_begun(&active, &node("deploying", 2), ProvisionTarget::Deleted));
        assert!(has_begun(&active, &node("clean wait", 2), ProvisionTarget::Deleted));
        assert!(!has_begun(&node("available", 1), &node("manageable", 2), ProvisionTarget::Active));
        let of = |instance: &str, node: Node| Node { instance_uuid: Some(instance.to_owned()), ..node };
        let ours = of("i", node("active", 1));
        assert!(has_begun(&ours, &of("i", node("rescuing", 2)), ProvisionTarget::Rescue));
        assert!(!has_begun(&ours, &of("j", node("rescuing", 2)), ProvisionTarget::Rescue));
        assert!(has_begun(&ours, &node("cleaning", 2), ProvisionTarget::Deleted));
        assert!(!has_begun(&ours, &of("j", node("deleting", 2)), ProvisionTarget::Deleted));
    }

    #[test]
    fn a_lock_is_told_with_when_it_was_first_seen() {
        let mut held = Held::default();
        let first = held.by("c-1");
        assert!(first.starts_with("locked by conductor c-1 since "), "{first}");
        assert_eq!(held.holder.as_ref().map(|(_, since)| *since), {
            let _ = held.by("c-1");
            held.holder.as_ref().map(|(_, since)| *since)
        });
        assert!(held.by("c-2").contains("c-2"));
    }

    #[test]
    fn a_deadline_passes_once_its_time_is_over() {
        assert_eq!(Deadline::none().passed(), None);
        assert_eq!(Deadline::after(Duration::MAX).passed(), None);
        assert_eq!(Deadline::after(Duration::ZERO).passed(), Some(Duration::ZERO));
    }
}
