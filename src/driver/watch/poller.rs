//! A single poller for all watched nodes, independent of the number of waiting threads.
//!
//! Each waiting thread has a [`Watch`]. One thread polls Ironic at the times that `pace` decides. A failing server is polled
//! with growing pauses, or when its `Retry-After` ends, and waiting threads see the failure only if it lasts.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::driver::watch::pace::{
    Elapsed, ListFilter, MIN_INTERVAL, NextAction, NodeActivity, Pace, PollRequest,
};
use crate::ironic::node::NodeQuery;
use crate::ironic::{self, Client, Node};
use crate::rest::retry::growing;
use crate::rest::{self, LoginError, Meaning};

/// Time for which failures of a server are not reported: long enough for a restart behind a proxy.
const TOLERATED: Duration = Duration::from_secs(5);

/// The longest pause between requests to a failing server, unless it asks for a longer one.
const RARELY: Duration = Duration::from_secs(5);

/// The result of the last poll of a node.
#[derive(Debug, Clone)]
pub(in crate::driver) enum PollResult {
    /// The node.
    Seen(Arc<Node>),
    /// The node does not exist any more.
    Gone,
    /// Ironic gave no usable response; polling continues.
    Silent(Arc<ironic::Error>),
    /// Ironic refuses the request; repeating it would not help.
    Refused(Arc<ironic::Error>),
}

#[derive(Default)]
struct WatchedNode {
    watchers: usize,
    latest: Option<PollResult>,
    /// The last known node.
    node: Option<Arc<Node>>,
    /// Grows with each observation.
    seen: u64,
}

impl WatchedNode {
    fn take(&mut self, observation: PollResult) {
        if let PollResult::Seen(node) = &observation {
            self.node = Some(Arc::clone(node));
        }
        self.latest = Some(observation);
        self.seen += 1;
    }
}

/// Whether a node has changed between two polls, so that the next change may come soon.
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

struct PollerState {
    targets: HashMap<String, WatchedNode>,
    pace: Pace,
    closing: bool,
}

impl PollerState {
    fn report(&mut self, uuid: &str, observation: PollResult) {
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
        self.pace.saw(&node.uuid, NodeActivity::from(&node), changed);
        target.take(PollResult::Seen(Arc::new(node)));
    }
}

struct Shared {
    client: Client,
    began: Instant,
    state: Mutex<PollerState>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, PollerState> {
        // Observations are replaced as a whole, so a panic in another thread leaves none half written.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Elapsed {
        self.began.elapsed()
    }
}

/// The handle of the polling thread. Dropping it ends the polling after the current request.
pub(in crate::driver) struct Watcher {
    shared: Arc<Shared>,
}

impl Watcher {
    /// A watcher for nodes of one Ironic; sends no request until a node is watched.
    pub(in crate::driver) fn new(client: &Client) -> Self {
        let state = PollerState { targets: HashMap::new(), pace: Pace::new(), closing: false };
        let shared = Arc::new(Shared {
            // Failed requests are repeated here, at the watcher's pace.
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

    /// Watches a node, by UUID, until the returned value is dropped.
    pub(in crate::driver) fn watch(&self, uuid: &str) -> Watch<'_> {
        self.watch_after(uuid, Duration::ZERO)
    }

    /// Like [`Watcher::watch`], after the start of an operation, which cannot have ended yet.
    pub(in crate::driver) fn watch_begun(&self, uuid: &str) -> Watch<'_> {
        self.watch_after(uuid, MIN_INTERVAL)
    }

    fn watch_after(&self, uuid: &str, pause: Duration) -> Watch<'_> {
        let mut state = self.shared.state();
        // A new watch follows a request for the node, or needs its state immediately.
        state.pace.poll_soon(uuid, self.shared.now(), pause);
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
pub(in crate::driver) struct Watch<'a> {
    shared: &'a Shared,
    uuid: String,
    seen: u64,
}

impl Watch<'_> {
    /// The next new observation, if there is one before the timeout.
    pub(in crate::driver) fn next(&mut self, limit: Duration) -> Option<PollResult> {
        let nothing_new =
            |state: &mut PollerState| state.targets.get(&self.uuid).is_none_or(|t| t.seen == self.seen);
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

/// The polling thread: waits until a node is due, sends a request and distributes the result.
fn poll(shared: &Shared) {
    let mut trouble = Outage::none();
    let mut state = shared.state();
    while !state.closing {
        state = match state.pace.next_action(shared.now()) {
            NextAction::Idle => shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            NextAction::Wait(until) => {
                let pause = until.saturating_sub(shared.now());
                let waited = shared.changed.wait_timeout(state, pause);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            NextAction::Ask(ask) => {
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

/// The response to one request: nodes, and where the list continues.
type ListResponse = Result<(Vec<Node>, Option<String>), ironic::Error>;

fn send(client: &Client, ask: &PollRequest) -> ListResponse {
    match ask {
        PollRequest::One(uuid) => Ok((vec![client.node(uuid)?], None)),
        PollRequest::Page(filter, after) => {
            let query = NodeQuery::all().fields(Node::FIELDS);
            let query = match filter {
                ListFilter::All => query,
                ListFilter::Associated => query.filter("associated", "True"),
                ListFilter::InState(state) => query.filter("provision_state", state.as_str()),
            };
            client.nodes_page(&query, after.as_deref())
        }
    }
}

/// Passes the result of a request to the pace and the waiting threads.
fn take(
    state: &mut PollerState,
    ask: &PollRequest,
    answer: ListResponse,
    trouble: &mut Outage,
    now: Elapsed,
) {
    let error = match answer {
        Ok((nodes, next)) => {
            *trouble = Outage::none();
            let uuids: Vec<String> = nodes.iter().map(|node| node.uuid.clone()).collect();
            for node in nodes {
                state.saw(node);
            }
            if let PollRequest::Page(..) = ask {
                state.pace.page(uuids, next);
            }
            return;
        }
        Err(error) => error,
    };
    if may_recover(&error) {
        state.pace.pause_until(now + trouble.pause(error.retry_after()));
        if trouble.is_long(now) {
            let error = Arc::new(error);
            for target in state.targets.values_mut() {
                target.take(PollResult::Silent(Arc::clone(&error)));
            }
        }
        return;
    }
    *trouble = Outage::none();
    match (ask, &error) {
        (PollRequest::One(uuid), _) => {
            let gone = error.is_not_found();
            state.report(uuid, if gone { PollResult::Gone } else { PollResult::Refused(Arc::new(error)) });
            state.pace.missed(uuid);
        }
        (PollRequest::Page(..), ironic::Error::Api(_)) => state.pace.page_refused(),
        (PollRequest::Page(..), _) => {
            let error = Arc::new(error);
            for uuid in state.pace.page_missed() {
                state.report(&uuid, PollResult::Refused(Arc::clone(&error)));
            }
        }
    }
}

/// Whether repeating the request may help, for example because the server is restarting.
fn may_recover(error: &ironic::Error) -> bool {
    match error {
        ironic::Error::Api(_) => {
            error.meaning().is_some_and(|meaning| meaning == Meaning::Conflict || meaning.is_server_trouble())
        }
        ironic::Error::Rest(rest::Error::Login(error)) => matches!(error, LoginError::Unreachable(_)),
        ironic::Error::Rest(_) => true,
        _ => false,
    }
}

/// A period without a usable response.
struct Outage {
    since: Option<Elapsed>,
    pauses: Box<dyn Iterator<Item = Duration>>,
}

impl Outage {
    fn none() -> Self {
        Self { since: None, pauses: Box::new(growing(MIN_INTERVAL, RARELY)) }
    }

    /// The pause before the next request; `asked` is the pause that the server asked for.
    fn pause(&mut self, asked: Option<Duration>) -> Duration {
        let pause = self.pauses.next().unwrap_or(RARELY);
        asked.map_or(pause, |asked| asked.max(pause))
    }

    /// Whether the period is long enough to be reported.
    fn is_long(&mut self, now: Elapsed) -> bool {
        now.saturating_sub(*self.since.get_or_insert(now)) >= TOLERATED
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::rest::{ErrorResponse, Service};

    fn node(more: &Value) -> Node {
        let mut node = json!({"uuid": "u", "provision_state": "deploying"});
        let more = more.as_object().expect("an object").clone();
        node.as_object_mut().expect("an object").extend(more);
        serde_json::from_value(node).expect("a node")
    }

    fn watching() -> PollerState {
        let mut state = PollerState { targets: HashMap::new(), pace: Pace::new(), closing: false };
        state.targets.entry("u".to_owned()).or_default();
        state.pace.poll_soon("u", Elapsed::ZERO, Duration::ZERO);
        state
    }

    fn ask(state: &mut PollerState, now: Elapsed) -> PollRequest {
        match state.pace.next_action(now) {
            NextAction::Ask(ask) => ask,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_changes_of_states_and_steps_count() {
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
    fn responses_to_earlier_requests_are_ignored() {
        let mut state = watching();
        let mut trouble = Outage::none();
        let before = ask(&mut state, Elapsed::ZERO);
        state.pace.poll_soon("u", Duration::from_millis(20), Duration::ZERO);
        let now = Duration::from_millis(40);
        state.pace.answered(now);
        take(&mut state, &before, Ok((vec![node(&json!({}))], None)), &mut trouble, now);
        assert!(state.targets["u"].latest.is_none());
        let after = ask(&mut state, MIN_INTERVAL);
        take(&mut state, &after, Ok((vec![node(&json!({}))], None)), &mut trouble, MIN_INTERVAL);
        assert!(state.targets["u"].latest.is_some());
    }

    #[test]
    fn the_poller_waits_for_conflicts_and_troubled_servers() {
        let answered = |status| {
            let response = ErrorResponse::decode(
                &Service { name: "Ironic", root: "v1", error_keys: &["error_message"] },
                "GET /v1/nodes".to_owned(),
                status,
                r#"{"error_message": "no"}"#,
            );
            ironic::Error::from(rest::Error::Refused(Box::new(response)))
        };
        for status in [409, 429, 500, 501, 502, 503, 504, 520] {
            assert!(may_recover(&answered(status)), "{status}");
        }
        for status in [302, 400, 401, 403, 404, 405, 406] {
            assert!(!may_recover(&answered(status)), "{status}");
        }
    }

    #[test]
    fn lasting_failures_are_reported_and_polled_with_growing_pauses() {
        let unreachable = || {
            ironic::Error::from(rest::Error::Unreachable {
                service: "Ironic",
                endpoint: "http://h".to_owned(),
                reason: "connection refused".to_owned(),
                tries: 1,
                meaning: Meaning::NotSent,
            })
        };
        let mut state = watching();
        let mut trouble = Outage::none();
        let mut now = Elapsed::ZERO;
        let mut requests = 0;
        while state.targets["u"].latest.is_none() {
            let ask = ask(&mut state, now);
            state.pace.answered(now);
            take(&mut state, &ask, Err(unreachable()), &mut trouble, now);
            requests += 1;
            if let NextAction::Wait(until) = state.pace.next_action(now) {
                now = until;
            }
        }
        assert!(matches!(state.targets["u"].latest, Some(PollResult::Silent(_))));
        assert!(now >= TOLERATED, "{now:?}");
        assert!(requests < 8, "{requests}");
        let ask = ask(&mut state, now);
        take(&mut state, &ask, Ok((vec![node(&json!({}))], None)), &mut trouble, now);
        assert!(matches!(state.targets["u"].latest, Some(PollResult::Seen(_))));
    }
}
