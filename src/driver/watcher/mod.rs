//! The one watcher: a single poller for all machines in hand, however many threads wait for them.
//!
//! Each waiting thread holds a [`Watch`]. One thread asks Ironic, when and as `pace` says; a server in trouble is
//! asked more and more rarely, or when it wants to be, and whoever waits hears of it only when it lasts.

mod pace;

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::ironic::node::NodeQuery;
use crate::ironic::{self, Client, Node};
use crate::rest::retry::growing;
use crate::rest::{self, LoginError};
use pace::{Ask, BRISK, Filter, Moment, Pace, Sight, Turn};

/// How long a server may be in trouble before it is worth telling: a restart behind a proxy passes unnoticed.
const TOLERATED: Duration = Duration::from_secs(5);

/// The longest that a server in trouble is left alone, unless it asks for more.
const RARELY: Duration = Duration::from_secs(5);

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

#[derive(Default)]
struct Target {
    watchers: usize,
    latest: Option<Observation>,
    /// The node as it was last seen.
    node: Option<Arc<Node>>,
    /// Grows with each observation.
    seen: u64,
}

impl Target {
    fn take(&mut self, observation: Observation) {
        if let Observation::Seen(node) = &observation {
            self.node = Some(Arc::clone(node));
        }
        self.latest = Some(observation);
        self.seen += 1;
    }
}

/// Whether something happened between two looks at a node: then the next change may be near.
fn differ(before: &Node, after: &Node) -> bool {
    let steps = |node: &Node| {
        let name = |step: &Option<_>| {
            let step: Option<&serde_json::Map<_, _>> = step.as_ref();
            step.and_then(|step| step.get("step")).cloned()
        };
        (name(&node.deploy_step), name(&node.clean_step))
    };
    before.provision_state != after.provision_state
        || before.target_power_state != after.target_power_state
        || before.power_state != after.power_state
        || steps(before) != steps(after)
}

struct State {
    targets: HashMap<String, Target>,
    pace: Pace,
    closing: bool,
}

impl State {
    fn tell(&mut self, uuid: &str, observation: Observation) {
        if self.pace.is_stale(uuid) {
            return;
        }
        if let Some(target) = self.targets.get_mut(uuid) {
            target.take(observation);
        }
    }

    fn saw(&mut self, node: Node) {
        if self.pace.is_stale(&node.uuid) {
            return;
        }
        let Some(target) = self.targets.get_mut(&node.uuid) else { return };
        let changed = target.node.as_ref().is_none_or(|before| differ(before, &node));
        self.pace.saw(&node.uuid, Sight::from(&node), changed);
        target.take(Observation::Seen(Arc::new(node)));
    }
}

struct Shared {
    client: Client,
    began: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Observations are replaced whole, so a panic elsewhere leaves none half written.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Moment {
        self.began.elapsed()
    }
}

/// Polls for everybody. Dropping it ends the polling, after whatever request is under way.
pub(super) struct Watcher {
    shared: Arc<Shared>,
}

impl Watcher {
    /// A watcher of one Ironic's nodes; asks nothing until there is something to watch.
    pub(super) fn new(client: &Client) -> Self {
        let state = State { targets: HashMap::new(), pace: Pace::new(), closing: false };
        let shared = Arc::new(Shared {
            // What fails is asked again here, at the same pace.
            client: client.without_repeats(),
            began: Instant::now(),
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
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
        let mut state = self.shared.state();
        // Whoever begins to watch has just done something to the node, or wants to know now.
        state.pace.attend(uuid, self.shared.now(), pause);
        let target = state.targets.entry(uuid.to_owned()).or_default();
        target.watchers += 1;
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
                state.pace.forget(&self.uuid);
            }
        }
    }
}

/// The poller's life: sleep until something is due, ask, tell.
fn poll(shared: &Shared) {
    let mut trouble = Trouble::none();
    let mut state = shared.state();
    while !state.closing {
        state = match state.pace.turn(shared.now()) {
            Turn::Idle => shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            Turn::Wait(until) => {
                let pause = until.saturating_sub(shared.now());
                let waited = shared.changed.wait_timeout(state, pause);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            Turn::Ask(ask) => {
                drop(state);
                let answer = send(&shared.client, &ask);
                let mut state = shared.state();
                let now = shared.now();
                state.pace.answered(now);
                take(&mut state, &ask, answer, &mut trouble, now);
                shared.changed.notify_all();
                state
            }
        };
    }
}

/// What one request brought: nodes, and where the list goes on.
type Answer = Result<(Vec<Node>, Option<String>), ironic::Error>;

fn send(client: &Client, ask: &Ask) -> Answer {
    match ask {
        Ask::One(uuid) => Ok((vec![client.node(uuid)?], None)),
        Ask::Page(filter, after) => {
            let query = NodeQuery::all().fields(Node::FIELDS);
            let query = match filter {
                Filter::All => query,
                Filter::Associated => query.filter("associated", "True"),
                Filter::InState(state) => query.filter("provision_state", state.as_str()),
            };
            client.nodes_page(&query, after.as_deref())
        }
    }
}

/// Tells whoever waits, and the pace, what a request brought.
fn take(state: &mut State, ask: &Ask, answer: Answer, trouble: &mut Trouble, now: Moment) {
    let error = match answer {
        Ok((nodes, next)) => {
            *trouble = Trouble::none();
            let uuids: Vec<String> = nodes.iter().map(|node| node.uuid.clone()).collect();
            for node in nodes {
                state.saw(node);
            }
            if let Ask::Page(..) = ask {
                state.pace.page(uuids, next);
            }
            return;
        }
        Err(error) => error,
    };
    if may_pass(&error) {
        state.pace.hold(now + trouble.pause(error.retry_after()));
        if trouble.lasts(now) {
            let error = Arc::new(error);
            for target in state.targets.values_mut() {
                target.take(Observation::Silent(Arc::clone(&error)));
            }
        }
        return;
    }
    *trouble = Trouble::none();
    match (ask, &error) {
        (Ask::One(uuid), _) => {
            let gone = error.is_not_found();
            state.tell(uuid, if gone { Observation::Gone } else { Observation::Refused(Arc::new(error)) });
            state.pace.missed(uuid);
        }
        (Ask::Page(..), ironic::Error::Api(_)) => state.pace.page_refused(),
        (Ask::Page(..), _) => {
            let error = Arc::new(error);
            for uuid in state.pace.page_missed() {
                state.tell(&uuid, Observation::Refused(Arc::clone(&error)));
            }
        }
    }
}

/// Whether asking on may help: a server that restarts or stumbles will answer again.
fn may_pass(error: &ironic::Error) -> bool {
    match error {
        ironic::Error::Api(answer) => matches!(answer.refusal.status, 409 | 429 | 500..),
        ironic::Error::Rest(rest::Error::Login(error)) => matches!(error, LoginError::Unreachable(_)),
        ironic::Error::Rest(_) => true,
        _ => false,
    }
}

/// A time without a usable answer.
struct Trouble {
    since: Option<Moment>,
    pauses: Box<dyn Iterator<Item = Duration>>,
}

impl Trouble {
    fn none() -> Self {
        Self { since: None, pauses: Box::new(growing(BRISK, RARELY)) }
    }

    /// How long to leave the server alone now, if it `asked` for no more.
    fn pause(&mut self, asked: Option<Duration>) -> Duration {
        let pause = self.pauses.next().unwrap_or(RARELY);
        asked.map_or(pause, |asked| asked.max(pause))
    }

    /// Whether it is worth telling.
    fn lasts(&mut self, now: Moment) -> bool {
        now.saturating_sub(*self.since.get_or_insert(now)) >= TOLERATED
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn node(more: &Value) -> Node {
        let mut node = json!({"uuid": "u", "provision_state": "deploying"});
        let more = more.as_object().expect("an object").clone();
        node.as_object_mut().expect("an object").extend(more);
        serde_json::from_value(node).expect("a node")
    }

    fn watching() -> State {
        let mut state = State { targets: HashMap::new(), pace: Pace::new(), closing: false };
        state.targets.entry("u".to_owned()).or_default();
        state.pace.attend("u", Moment::ZERO, Duration::ZERO);
        state
    }

    fn ask(state: &mut State, now: Moment) -> Ask {
        match state.pace.turn(now) {
            Turn::Ask(ask) => ask,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_moves_counts_as_a_change_and_what_is_merely_noted_does_not() {
        let before = node(&json!({}));
        for change in [
            json!({"provision_state": "wait call-back"}),
            json!({"power_state": "power on"}),
            json!({"target_power_state": "power on"}),
            json!({"deploy_step": {"step": "write_image"}}),
            json!({"clean_step": {"step": "erase_devices"}}),
        ] {
            assert!(differ(&before, &node(&change)), "{change}");
        }
        assert!(!differ(&before, &node(&json!({"last_error": "no disk"}))));
    }

    #[test]
    fn what_was_asked_before_something_was_done_says_nothing_of_it() {
        let mut state = watching();
        let mut trouble = Trouble::none();
        let before = ask(&mut state, Moment::ZERO);
        state.pace.attend("u", Duration::from_millis(20), Duration::ZERO);
        let now = Duration::from_millis(40);
        state.pace.answered(now);
        take(&mut state, &before, Ok((vec![node(&json!({}))], None)), &mut trouble, now);
        assert!(state.targets["u"].latest.is_none());
        let after = ask(&mut state, BRISK);
        take(&mut state, &after, Ok((vec![node(&json!({}))], None)), &mut trouble, BRISK);
        assert!(state.targets["u"].latest.is_some());
    }

    #[test]
    fn trouble_is_told_once_it_lasts_and_left_alone_ever_longer() {
        let unreachable = || {
            ironic::Error::from(rest::Error::Unreachable {
                service: "Ironic",
                endpoint: "http://h".to_owned(),
                reason: "connection refused".to_owned(),
                tries: 1,
                failed: None,
            })
        };
        let mut state = watching();
        let mut trouble = Trouble::none();
        let mut now = Moment::ZERO;
        let mut requests = 0;
        while state.targets["u"].latest.is_none() {
            let ask = ask(&mut state, now);
            state.pace.answered(now);
            take(&mut state, &ask, Err(unreachable()), &mut trouble, now);
            requests += 1;
            if let Turn::Wait(until) = state.pace.turn(now) {
                now = until;
            }
        }
        assert!(matches!(state.targets["u"].latest, Some(Observation::Silent(_))));
        assert!(now >= TOLERATED, "{now:?}");
        assert!(requests < 8, "{requests}");
        let ask = ask(&mut state, now);
        take(&mut state, &ask, Ok((vec![node(&json!({}))], None)), &mut trouble, now);
        assert!(matches!(state.targets["u"].latest, Some(Observation::Seen(_))));
    }
}
