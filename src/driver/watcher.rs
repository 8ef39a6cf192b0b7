//! The one watcher: a single poller for all machines in hand, however many threads wait for them.
//!
//! Each waiting thread holds a [`Watch`]. One thread asks Ironic: single nodes while that is cheaper, else
//! the list. It asks quickly at first and after each change, and ever more slowly in the long middle: a
//! change is seen within half a second, or within a fiftieth of the time that nothing had changed. Between
//! two requests it leaves half a second, so that no number of machines makes a burden of it.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::ironic::node::NodeQuery;
use crate::ironic::{self, Client, Node, ProvisionState};

/// The least time between two requests, and so the most that a fresh change goes unseen.
const BRISK: Duration = Duration::from_millis(500);

/// The longest that a machine goes unasked about.
const SLOW: Duration = Duration::from_secs(20);

/// Nothing asked in between: a fiftieth of the time that nothing has changed.
const PATIENCE: u32 = 50;

/// What the last poll brought.
#[derive(Debug, Clone)]
pub(super) enum Observation {
    /// The node as it was.
    Seen(Arc<Node>),
    /// There is no such node any more.
    Gone,
    /// Ironic gave no usable answer; the asking goes on.
    Silent(Arc<ironic::Error>),
    /// Ironic refuses to answer; asking on would not help.
    Refused(Arc<ironic::Error>),
}

struct Target {
    watchers: usize,
    latest: Option<Observation>,
    /// Grows with each observation.
    seen: u64,
    /// When something last changed, or the watch began.
    changed: Instant,
    due: Instant,
}

impl Target {
    fn fresh(now: Instant) -> Self {
        Self { watchers: 0, latest: None, seen: 0, changed: now, due: now }
    }

    fn take(&mut self, observation: Observation, now: Instant) {
        if self.latest.as_ref().is_none_or(|latest| differ(latest, &observation)) {
            self.changed = now;
        }
        self.latest = Some(observation);
        self.seen += 1;
        self.due = now + ((now - self.changed) / PATIENCE).clamp(BRISK, SLOW);
    }
}

fn differ(before: &Observation, after: &Observation) -> bool {
    let key = |node: &Node| -> (ProvisionState, Option<String>, Option<String>, Option<String>) {
        let step = node.deploy_step.as_ref().or(node.clean_step.as_ref()).and_then(|step| step.get("step"));
        (
            node.provision_state.clone(),
            node.target_power_state.clone(),
            node.power_state.as_ref().map(ToString::to_string),
            step.map(ToString::to_string),
        )
    };
    match (before, after) {
        (Observation::Seen(before), Observation::Seen(after)) => key(before) != key(after),
        (Observation::Silent(_), Observation::Silent(_)) => false,
        _ => true,
    }
}

#[derive(Default)]
struct State {
    targets: HashMap<String, Target>,
    /// How many requests a walk through the whole list took last time.
    pages: usize,
    closing: bool,
}

struct Shared {
    client: Client,
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Observations are replaced whole, so a panic elsewhere leaves none half written.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Polls for everybody. Dropping it ends the polling, after whatever request is under way.
pub(super) struct Watcher {
    shared: Arc<Shared>,
}

impl Watcher {
    /// A watcher of one Ironic's nodes; asks nothing until there is something to watch.
    pub(super) fn new(client: Client) -> Self {
        let state = State { pages: 1, ..State::default() };
        let shared = Arc::new(Shared { client, state: Mutex::new(state), changed: Condvar::new() });
        std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || poll(&shared)
        });
        Self { shared }
    }

    /// Watches a node, by UUID, from now until the answer is dropped.
    pub(super) fn watch(&self, uuid: &str) -> Watch<'_> {
        self.watch_after(uuid, Duration::ZERO)
    }

    /// As [`Watcher::watch`], for what has been begun just now: it cannot be over at once.
    pub(super) fn watch_begun(&self, uuid: &str) -> Watch<'_> {
        self.watch_after(uuid, BRISK)
    }

    fn watch_after(&self, uuid: &str, pause: Duration) -> Watch<'_> {
        let now = Instant::now();
        let mut state = self.shared.state();
        let target = state.targets.entry(uuid.to_owned()).or_insert_with(|| Target::fresh(now));
        target.watchers += 1;
        // Whoever begins to watch has just done something to the node, or wants to know now.
        target.changed = now;
        target.due = now + pause;
        let seen = target.seen;
        drop(state);
        self.shared.changed.notify_all();
        Watch { shared: &self.shared, uuid: uuid.to_owned(), seen }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.shared.state().closing = true;
        self.shared.changed.notify_all();
    }
}

/// One thread's view of one node.
pub(super) struct Watch<'a> {
    shared: &'a Shared,
    uuid: String,
    seen: u64,
}

impl Watch<'_> {
    /// The next observation made after the last one taken, if one comes before the time is up.
    pub(super) fn next(&mut self, limit: Duration) -> Option<Observation> {
        let nothing_new =
            |state: &mut State| state.targets.get(&self.uuid).is_none_or(|t| t.seen == self.seen);
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(self.shared.state(), limit, nothing_new)
            .unwrap_or_else(PoisonError::into_inner);
        let target = state.targets.get(&self.uuid)?;
        if target.seen == self.seen {
            return None;
        }
        self.seen = target.seen;
        target.latest.clone()
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        if let Some(target) = state.targets.get_mut(&self.uuid) {
            target.watchers -= 1;
            if target.watchers == 0 {
                state.targets.remove(&self.uuid);
            }
        }
    }
}

/// The poller's life: sleep until something is due, ask, tell.
fn poll(shared: &Shared) {
    let mut state = shared.state();
    loop {
        if state.closing {
            return;
        }
        let now = Instant::now();
        match state.targets.values().map(|target| target.due).min() {
            None => {
                state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            Some(due) if due > now => {
                let waited = shared.changed.wait_timeout(state, due - now);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            Some(_) => {}
        }
        let due: Vec<String> = state
            .targets
            .iter()
            .filter(|(_, target)| target.due <= now)
            .map(|(uuid, _)| uuid.clone())
            .collect();
        let pages = state.pages;
        drop(state);
        if due.len() > pages {
            ask_list(shared, &due);
        } else {
            for uuid in &due {
                ask_one(shared, uuid);
            }
        }
        state = shared.state();
    }
}

/// Leaves the pause between two requests, or less of it when closing.
fn breathe(shared: &Shared) {
    let (_state, _) = shared
        .changed
        .wait_timeout_while(shared.state(), BRISK, |state| !state.closing)
        .unwrap_or_else(PoisonError::into_inner);
}

fn ask_one(shared: &Shared, uuid: &str) {
    let observation = match shared.client.node(uuid) {
        Ok(node) => Observation::Seen(Arc::new(node)),
        Err(error) => failed(error),
    };
    if let Some(target) = shared.state().targets.get_mut(uuid) {
        target.take(observation, Instant::now());
    }
    shared.changed.notify_all();
    breathe(shared);
}

fn ask_list(shared: &Shared, due: &[String]) {
    let listed = shared.client.nodes::<Node>(&NodeQuery::all().fields(Node::FIELDS));
    let now = Instant::now();
    let mut state = shared.state();
    match listed {
        Ok(nodes) => {
            state.pages = nodes.len().div_ceil(1000).max(1);
            for node in nodes {
                if let Some(target) = state.targets.get_mut(&node.uuid) {
                    target.take(Observation::Seen(Arc::new(node)), now);
                }
            }
            // Child nodes are in no list, and neither is what is gone: those are asked for one by one.
            let missing: Vec<&String> =
                due.iter().filter(|uuid| state.targets.get(*uuid).is_some_and(|t| t.due <= now)).collect();
            drop(state);
            shared.changed.notify_all();
            breathe(shared);
            for uuid in missing {
                ask_one(shared, uuid);
            }
        }
        Err(error) => {
            let observation = failed(error);
            for uuid in due {
                if let Some(target) = state.targets.get_mut(uuid) {
                    target.take(observation.clone(), now);
                }
            }
            drop(state);
            shared.changed.notify_all();
            breathe(shared);
        }
    }
}

/// Whether asking on may help: a server that restarts or stumbles will answer again.
fn failed(error: ironic::Error) -> Observation {
    if error.is_not_found() {
        return Observation::Gone;
    }
    let refused = match &error {
        ironic::Error::Api(answer) => answer.status < 500 && answer.status != 429 && answer.status != 409,
        ironic::Error::Unreachable { .. } | ironic::Error::Malformed { .. } => false,
        _ => true,
    };
    let error = Arc::new(error);
    if refused { Observation::Refused(error) } else { Observation::Silent(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(state: &str) -> Observation {
        let node = serde_json::json!({"uuid": "u", "provision_state": state});
        Observation::Seen(Arc::new(serde_json::from_value(node).expect("a node")))
    }

    #[test]
    fn polls_grow_rare_while_nothing_changes_and_brisk_again_after_a_change() {
        let start = Instant::now();
        let mut target = Target::fresh(start);
        target.take(seen("deploying"), start);
        assert_eq!(target.due, start + BRISK);
        let later = start + Duration::from_secs(600);
        target.take(seen("deploying"), later);
        assert_eq!(target.due, later + Duration::from_secs(12));
        let much_later = start + Duration::from_secs(7200);
        target.take(seen("deploying"), much_later);
        assert_eq!(target.due, much_later + SLOW);
        target.take(seen("active"), much_later);
        assert_eq!(target.due, much_later + BRISK);
    }
}
