//! Operations on instances and nodes, as in a virt driver of Nova: claim, deploy, rebuild, power, destroy, wait, and undo
//! after failures.
//!
//! Ironic is the only database. Everything that is needed to continue after a crash, or as another operator, is stored in
//! Ironic: the claim is an allocation with the instance's name and, in `extra`, the requested properties
//! ([`instance::intent`]). Every operation reads the current state, does only the missing work, and can be repeated. This module does not print
//! or parse arguments: it reports progress as [`watch::event::Event`]s.
//!
//! | folder or file | content |
//! | --- | --- |
//! | [`instance`] | deploy, rebuild, destroy, power, rescue, wait: operations on instances |
//! | [`node`] | provision states, flags, fields and BMC functions of nodes |
//! | [`enroll`] | enrolls the nodes of a file |
//! | [`watch`] | polling, progress events, estimates |
//! | [`network`], [`image`], [`config_drive`] | the parts of a deploy request |
//! | [`gc`] | finds and removes orphans: stale allocations, VIFs and ports |
//! | [`why`] | explains a node |
//! | [`clouds`] | several clouds as one pool |
//! | `change_requests` | sends all requests that change nodes |
//! | [`name_cache`] | the first lookup of each name in one command |
//! | [`confirmation`], [`cancel`], [`error`] | confirmation of destructive operations, cancellation, errors |

pub mod cancel;
mod change_requests;
pub mod clouds;
pub mod config_drive;
pub mod confirmation;
pub mod enroll;
pub mod error;
pub mod gc;
pub mod image;
pub mod instance;
pub mod name_cache;
pub mod network;
pub mod node;
mod object_kind;
pub mod watch;
pub mod why;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::cloud::neutron::Neutron;
use crate::ironic::dry_run::RequestRecorder;
use crate::ironic::node::HistoryEvent;
use crate::ironic::{self, Client, Fault, Node, ProvisionTarget};
use crate::rest::retry::growing;
use crate::state_dir::estimates::EstimateStore;
use crate::state_dir::secret_fingerprints::SecretFingerprints;
use cancel::Cancel;
pub use clouds::{Drivers, Outcome, Purpose};
pub use error::{Aftermath, Error, Operation};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use name_cache::NameCache;
use network::{NetworkRequest, Networks};
pub use object_kind::ObjectKind;
use watch::dead_conductor::ConductorWatch;
use watch::event::{NodeRef, Observer};
use watch::poller::{PollResult, Watch, Watcher};
use watch::progress::{AwaitedLock, Progress, Reporter};

/// How long to wait for a lock or a busy conductor without a timeout.
const MAX_LOCK_WAIT: Duration = Duration::from_secs(180);

/// How often a request is repeated if its answer was lost.
const LOST_RESPONSE_RETRIES: usize = 4;

/// How long an undo waits for a lock or a busy conductor. Signals and timeouts do not end an undo: they are often its
/// cause.
const UNDOING: Duration = Duration::from_secs(120);

/// The same after a signal or the timeout, because the operator waits for the command to end.
const UNDOING_AFTER_STOP: Duration = Duration::from_secs(30);

/// How long an undo waits for Ironic's database.
const UNDOING_WITHOUT_DATABASE: Duration = Duration::from_secs(20);

/// The effect of a signal or the timeout on a request that may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnStop {
    /// The request is not sent.
    End,
    /// The request is sent once.
    SendOnce,
    /// The request is repeated as usual, because it is part of an undo.
    Continue,
}

/// How long Ironic may be unreachable while a node is watched without a timeout. Longer than any restart.
const MAX_UNREACHABLE: Duration = Duration::from_secs(1800);

/// How often a waiting thread checks for signals and the timeout.
const CANCEL_INTERVAL: Duration = Duration::from_millis(100);

/// How long to wait for a lock before checking whether its conductor is running.
const LONG_LOCK: Duration = Duration::from_secs(3);

/// The driver of one cloud, shared by threads that each handle one target.
pub struct Driver<'a> {
    client: Client,
    /// The cloud's name, if it has one.
    cloud: Option<String>,
    reporter: Reporter<'a>,
    cancel: Cancel,
    watcher: Watcher,
    deadline: Deadline,
    /// Fingerprints of the secrets that were last sent from this computer.
    fingerprints: Option<&'a dyn SecretFingerprints>,
    neutron: Option<Neutron>,
    /// Networks that were already looked up in Neutron.
    resolved_networks: Mutex<HashMap<NetworkRequest, Networks>>,
    /// UUIDs of nodes whose instance has its name only in `instance_info`, by that name. Listed once.
    nodes_by_display_name: Mutex<Option<HashMap<String, Vec<String>>>>,
    /// Names of nodes that are addressed by UUID, by UUID.
    labels: Mutex<HashMap<String, String>>,
    /// The first lookup of each name in this command.
    name_cache: Arc<NameCache>,
    /// In a dry run, the requests that were recorded instead of sent.
    recorder: Option<RequestRecorder>,
}

/// When to stop waiting. Operations in Ironic continue.
#[derive(Debug, Clone, Copy, Default)]
pub struct Deadline(Option<(Instant, Duration)>);

impl Deadline {
    /// No deadline.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// A deadline this long from now.
    #[must_use]
    pub fn after(duration: Duration) -> Self {
        // A time beyond the clock's range means no deadline.
        Self(Instant::now().checked_add(duration).map(|end| (end, duration)))
    }

    /// The end and the full duration, unless there is no deadline.
    #[must_use]
    pub fn end(self) -> Option<(Instant, Duration)> {
        self.0
    }

    /// A pause, limited to the remaining time.
    fn cut(self, pause: Duration) -> Duration {
        let left = self.0.map(|(end, _)| end.saturating_duration_since(Instant::now()));
        left.map_or(pause, |left| pause.min(left))
    }

    fn passed(self) -> Option<Duration> {
        self.0.filter(|(end, _)| Instant::now() >= *end).map(|(_, allowed)| allowed)
    }
}

impl<'a> Driver<'a> {
    /// A driver that uses this client and reports to this observer.
    #[must_use]
    pub fn new(client: Client, observer: &'a dyn Observer, cancel: Cancel, deadline: Deadline) -> Self {
        let watcher = Watcher::new(&client);
        Self {
            client,
            cloud: None,
            reporter: Reporter { observer, estimates: None },
            cancel,
            watcher,
            deadline,
            fingerprints: None,
            neutron: None,
            resolved_networks: Mutex::default(),
            nodes_by_display_name: Mutex::default(),
            labels: Mutex::default(),
            name_cache: Arc::default(),
            recorder: None,
        }
    }

    /// Shows the node's name instead of its UUID in progress and errors, for nodes that are addressed by UUID.
    pub fn label(&self, node: &NodeRef) {
        if let Some(name) = &node.name {
            let mut labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
            labels.insert(node.uuid.clone(), name.clone());
        }
    }

    /// Adds the Neutron client.
    #[must_use]
    pub fn with_neutron(mut self, neutron: Option<Neutron>) -> Self {
        self.neutron = neutron;
        self
    }

    /// Shares the lookups of names with other drivers of the same command.
    #[must_use]
    pub fn with_name_cache(mut self, name_cache: Arc<NameCache>) -> Self {
        self.name_cache = name_cache;
        self
    }

    /// Sets the name of the cloud.
    #[must_use]
    pub fn named(mut self, cloud: Option<String>) -> Self {
        self.cloud = cloud;
        self
    }

    /// Uses this store of durations for estimates, and adds to it.
    #[must_use]
    pub fn with_estimates(mut self, estimates: &'a dyn EstimateStore) -> Self {
        self.reporter.estimates = Some(estimates);
        self
    }

    /// Uses this store of secret fingerprints, and records the secrets that are sent.
    #[must_use]
    pub fn with_secret_fingerprints(mut self, fingerprints: &'a dyn SecretFingerprints) -> Self {
        self.fingerprints = Some(fingerprints);
        self
    }

    /// Starts the progress of a target.
    fn progress(&self, name: impl Into<String>, node: Option<NodeRef>) -> Progress<'a> {
        let name = name.into();
        let label = self.labels.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        let name = label.unwrap_or(name);
        Progress::start(self.reporter, self.client.address(), name, node)
    }

    /// The cloud's name, if it has one.
    #[must_use]
    pub fn cloud(&self) -> Option<&str> {
        self.cloud.as_deref()
    }

    /// The Ironic client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Fails after a signal or the timeout.
    fn check_canceled(&self, progress: &Progress<'_>, left: Aftermath) -> Result<(), Error> {
        self.stopped(progress.name(), left, || progress.current_stage(), progress.dead_lock_holder())
    }

    /// Fails after a signal or the timeout, before the work on a target starts.
    fn check_start_allowed(&self, subject: &str) -> Result<(), Error> {
        self.stopped(subject, Aftermath::NotBegun, || "not started".to_owned(), None)
    }

    /// The error after a signal or the timeout.
    fn stopped(
        &self,
        subject: &str,
        left: Aftermath,
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

    /// Watches a node until `evaluate` returns a result.
    ///
    /// Continues while Ironic is unreachable, until a signal, the timeout, or [`MAX_UNREACHABLE`] if there is no
    /// timeout.
    fn follow<T>(
        &self,
        uuid: &str,
        progress: &mut Progress<'_>,
        evaluate: impl FnMut(&Node) -> Option<T>,
    ) -> Result<T, Error> {
        match &self.recorder {
            Some(recorder) => self.simulate_end(recorder, uuid, progress, evaluate),
            None => self.follow_through(self.watcher.watch(uuid), uuid, progress, evaluate),
        }
    }

    /// Like [`Driver::follow`], for an operation that has just started, so that an immediate poll would show the old
    /// state.
    fn follow_begun<T>(
        &self,
        uuid: &str,
        progress: &mut Progress<'_>,
        evaluate: impl FnMut(&Node) -> Option<T>,
    ) -> Result<T, Error> {
        match &self.recorder {
            Some(recorder) => self.simulate_end(recorder, uuid, progress, evaluate),
            None => self.follow_through(self.watcher.watch_begun(uuid), uuid, progress, evaluate),
        }
    }

    fn follow_through<T>(
        &self,
        mut watch: Watch<'_>,
        uuid: &str,
        progress: &mut Progress<'_>,
        mut evaluate: impl FnMut(&Node) -> Option<T>,
    ) -> Result<T, Error> {
        let mut silent_since: Option<Instant> = None;
        let mut conductors = ConductorWatch::default();
        loop {
            self.check_canceled(progress, Aftermath::UnderWay)?;
            progress.tick();
            let Some(observation) = watch.next(CANCEL_INTERVAL) else { continue };
            match &observation {
                PollResult::Silent(_) => drop(silent_since.get_or_insert_with(Instant::now)),
                _ => silent_since = None,
            }
            match observation {
                PollResult::Seen(node) => {
                    progress.abandoned(conductors.check(&self.client, &node));
                    progress.saw(&node);
                    if let Some(verdict) = evaluate(&node) {
                        return Ok(verdict);
                    }
                }
                PollResult::Silent(error)
                    if self.deadline.0.is_some()
                        || silent_since.is_none_or(|since| since.elapsed() < MAX_UNREACHABLE) =>
                {
                    progress.in_trouble(format!("no response: {error}"));
                }
                PollResult::Silent(error) | PollResult::Refused(error) => {
                    self.read_again(uuid, progress)?;
                    progress.in_trouble(format!("temporary error: {error}"));
                }
                PollResult::Gone => self.read_again(uuid, progress)?,
            }
        }
    }

    /// Reads a node again after the watcher failed to read it, so that one wrong answer does not end the wait. The
    /// watcher's error is shared with other threads; this one is not.
    fn read_again(&self, uuid: &str, progress: &Progress<'_>) -> Result<(), Error> {
        match self.client.node_fields(uuid, &["uuid"]) {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Err(Error::NotFound {
                what: ObjectKind::Node,
                name: uuid.to_owned(),
                identity: self.client.identity(),
            }),
            Err(source) => Err(Error::LostContact { subject: progress.name().to_owned(), source }),
        }
    }

    /// Makes a request, and repeats it while a lock, a busy conductor or a rate limit prevents it.
    fn patiently<T>(
        &self,
        progress: &mut Progress<'_>,
        request: impl FnMut() -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        self.queue(progress, OnStop::SendOnce, request)
    }

    /// Makes a request that undoes something. Continues after a signal or the timeout, but not longer than [`UNDOING`].
    fn undoing<T>(
        &self,
        progress: &mut Progress<'_>,
        request: impl FnMut() -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        self.queue(progress, OnStop::Continue, request)
    }

    /// Whether a signal or the timeout has ended the work.
    fn is_stopped(&self) -> bool {
        self.cancel.requested().is_some() || self.deadline.passed().is_some()
    }

    /// Waits for `pause`, or until a signal or the timeout. Returns whether one of these ended it.
    fn pause(&self, pause: Duration) -> bool {
        let is_over = || self.deadline.passed().is_some();
        is_over() || self.cancel.wait(self.deadline.cut(pause)).is_some() || is_over()
    }

    /// Waits before a retry. Returns `false` if a signal or the timeout forbids the retry. An undo waits the whole
    /// pause and retries.
    fn may_repeat_after(&self, pause: Duration, on_stop: OnStop) -> bool {
        let is_stopped = self.pause(pause);
        if is_stopped && on_stop == OnStop::Continue {
            std::thread::sleep(pause);
        }
        !is_stopped || on_stop == OnStop::Continue
    }

    /// Repeats a request, with growing pauses, while Ironic refuses it for a temporary reason.
    fn queue<T>(
        &self,
        progress: &mut Progress<'_>,
        on_stop: OnStop,
        mut request: impl FnMut() -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        let is_undoing = on_stop == OnStop::Continue;
        let check_canceled = |progress: &Progress<'_>| match on_stop {
            OnStop::Continue => Ok(()),
            OnStop::End | OnStop::SendOnce => self.check_canceled(progress, Aftermath::AsItWas),
        };
        if on_stop == OnStop::End {
            check_canceled(progress)?;
        }
        let began = Instant::now();
        let mut lock = LockHolder::default();
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
                    found.text
                }
                Some(Fault::Locked { host: None }) => "another operation is in progress".to_owned(),
                Some(Fault::NoConductor) => "no conductor serves it; waiting for one".to_owned(),
                Some(Fault::Unavailable) => {
                    format!("Ironic is busy: {}", error.stable_text())
                }
                Some(Fault::NoDatabase) => error.text(),
                _ => {
                    if let Some(reason) = error.stopped().filter(|_| error.may_have_changed()) {
                        return Err(Error::interrupted(progress.name(), reason, progress.current_stage()));
                    }
                    // After a signal, report the interruption instead of the lost request.
                    if error.is_lost() {
                        check_canceled(progress)?;
                    }
                    return Err(Error::Request { subject: progress.name().to_owned(), source: error });
                }
            };
            let waited = began.elapsed();
            let patience = match error.fault() {
                Some(Fault::NoDatabase) if is_undoing => Some(UNDOING_WITHOUT_DATABASE),
                _ if is_undoing && self.is_stopped() => Some(UNDOING_AFTER_STOP),
                _ if is_undoing => Some(UNDOING),
                _ => self.deadline.0.is_none().then_some(MAX_LOCK_WAIT),
            };
            if patience.is_some_and(|patience| waited > patience) {
                return Err(Error::Busy { subject: progress.name().to_owned(), waited, source: error });
            }
            progress.waiting(why);
            check_canceled(progress)?;
            let pause = pauses.next().expect("it never ends");
            let pause = error.retry_after().map_or(pause, |asked| asked.max(pause));
            self.may_repeat_after(pause, on_stop);
            check_canceled(progress)?;
        }
    }

    /// The lock that prevented a request. Checks once whether its holder is running, and only if the lock lasts.
    fn lock(&self, holder: &mut LockHolder, host: &str, waited: Duration) -> AwaitedLock {
        let message = holder.describe(host);
        if holder.is_dead.is_none() && waited >= LONG_LOCK {
            // The user may have no permission to list conductors.
            let conductors = self.client.conductors_with_liveness().unwrap_or_default();
            let known = conductors.iter().find(|conductor| conductor.hostname == host);
            holder.is_dead = Some(!conductors.is_empty() && known.is_none_or(|conductor| !conductor.alive));
        }
        if holder.is_dead == Some(true) {
            let text = format!("{message}; this conductor is not alive");
            return AwaitedLock { text, dead_holder: Some(host.to_owned()) };
        }
        AwaitedLock { text: message, dead_holder: None }
    }

    /// Ironic's reason for a failed operation.
    ///
    /// The next successful power sync clears `last_error`, so the node's history is read as well (API 1.78). Lessees cannot
    /// read it.
    fn reason(&self, node: &Node) -> String {
        let from_history = || newest_error(&self.client.node_history(&node.uuid, 5).ok()?);
        let reason = node.last_failure().map(str::to_owned).or_else(from_history);
        reason.unwrap_or_else(|| {
            "Ironic gives no reason; see the node's history and the log of its conductor".to_owned()
        })
    }
}

/// The newest error in a node's history, which lists the newest event first.
fn newest_error(events: &[HistoryEvent]) -> Option<String> {
    events.iter().find(|event| event.severity.as_deref() == Some("ERROR"))?.event.clone()
}

/// The holder of a lock, and when farrier first saw it. Ironic does not show when the lock was taken.
#[derive(Debug, Default)]
struct LockHolder {
    holder: Option<(String, Timestamp)>,
    /// Whether the holder is not running, once checked.
    is_dead: Option<bool>,
}

impl LockHolder {
    /// A message with the holder and the time when it was first seen.
    fn describe(&mut self, host: &str) -> String {
        if self.holder.as_ref().is_none_or(|(holder, _)| holder != host) {
            *self = Self { holder: Some((host.to_owned(), Timestamp::now())), is_dead: None };
        }
        let since = self.holder.as_ref().map_or_else(Timestamp::now, |(_, since)| *since);
        let since = since.to_zoned(TimeZone::system()).strftime("%H:%M:%S");
        format!("locked by conductor {host} since {since} or earlier")
    }
}

/// Whether an operation has started or ended on a node whose state was `before` when the operation was requested.
fn has_begun(before: &Node, now: &Node, target: ProvisionTarget) -> bool {
    // A node with another instance runs another operation. After an undeploy there is no instance.
    let ours = now.instance_uuid == before.instance_uuid
        || matches!(target, ProvisionTarget::Deleted) && now.instance_uuid.is_none();
    let changed = now.provision_state != before.provision_state
        || now.provision_updated_at != before.provision_updated_at;
    // Another user's operation also changes the state, but to a different one.
    let is_expected = now.provision_state.may_follow(target);
    ours && changed && is_expected
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_requested_operation_counts_as_started() {
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
    fn a_lock_message_has_the_time_when_the_lock_was_first_seen() {
        let mut held = LockHolder::default();
        let first = held.describe("c-1");
        assert!(first.starts_with("locked by conductor c-1 since "), "{first}");
        assert_eq!(held.holder.as_ref().map(|(_, since)| *since), {
            let _ = held.describe("c-1");
            held.holder.as_ref().map(|(_, since)| *since)
        });
        assert!(held.describe("c-2").contains("c-2"));
    }

    #[test]
    fn a_deadline_passes_after_its_duration() {
        assert_eq!(Deadline::none().passed(), None);
        assert_eq!(Deadline::after(Duration::MAX).passed(), None);
        assert_eq!(Deadline::after(Duration::ZERO).passed(), Some(Duration::ZERO));
    }
}
