//! Decides when to poll which nodes: a pure function of the times that are passed in.
//!
//! In the first minute after a change, a node is due half a second after its last poll. Later, the interval is a
//! fiftieth of the time since the last change. Due nodes are polled with as few requests as possible: one node by
//! itself, several by a list, the narrowest that contains them. Lists of several pages are read page by page at the
//! same pace. If the watched nodes need more than that pace allows, they are polled less often.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::ironic::{Node, ProvisionState};

/// Time since the watcher began.
pub(in crate::driver) type Elapsed = Duration;

/// The shortest poll interval, and the minimum time between the starts of two requests.
pub(in crate::driver) const MIN_INTERVAL: Duration = Duration::from_millis(500);

/// At most two requests arrive in any period of this length.
pub(in crate::driver) const RATE_WINDOW: Duration = Duration::from_secs(1);

/// Time after a change in which the next one is seen within [`MIN_INTERVAL`].
pub(in crate::driver) const FAST_POLLING: Duration = Duration::from_secs(60);

/// The divisor for later changes: they are seen within this fraction of the time since the last change.
pub(in crate::driver) const POLL_DIVISOR: u32 = 50;

/// The longest time between two polls of a node.
pub(in crate::driver) const MAX_INTERVAL: Duration = Duration::from_secs(20);

/// The filter of a list of nodes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::driver) enum ListFilter {
    /// All nodes except child nodes, which Ironic lists only on request.
    All,
    /// Nodes with an instance. A node leaves this list when its cleaning after a destroy begins.
    Associated,
    /// Nodes in this provision state.
    InState(ProvisionState),
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::driver) enum PollRequest {
    /// For one node.
    One(String),
    /// For the page of a list that starts after this node.
    Page(ListFilter, Option<String>),
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::driver) enum NextAction {
    /// Send this request, and report its result before asking for the next action.
    Ask(PollRequest),
    /// Wait until this moment.
    Wait(Elapsed),
    /// Wait until there is a node to watch.
    Idle,
}

/// The properties of a node that the next choice depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::driver) struct NodeActivity {
    pub(in crate::driver) state: ProvisionState,
    pub(in crate::driver) associated: bool,
}

impl From<&Node> for NodeActivity {
    fn from(node: &Node) -> Self {
        Self { state: node.provision_state.clone(), associated: node.instance_uuid.is_some() }
    }
}

#[derive(Debug)]
struct PolledNode {
    /// When the watching thread last sent a request that changes it.
    requested: Elapsed,
    /// When it last changed, or the watching thread last sent a request that changes it.
    changed: Elapsed,
    asked: Elapsed,
    due: Elapsed,
    /// Its last known properties, unless a list has disproved them.
    activity: Option<NodeActivity>,
    /// A complete list did not contain it: it is a child node, or gone.
    unlisted: bool,
}

impl PolledNode {
    fn postpone(&mut self, asked: Elapsed) {
        self.asked = asked;
        let calm = asked.saturating_sub(self.changed);
        // A node that is no longer in a filtered list needs a second request: leave time for that.
        let rare = (calm / POLL_DIVISOR).min(MAX_INTERVAL).saturating_sub(MIN_INTERVAL);
        self.due = asked + if calm <= FAST_POLLING { MIN_INTERVAL } else { rare };
    }

    /// Whether it is polled at the highest rate.
    fn is_fresh(&self) -> bool {
        self.due <= self.asked + MIN_INTERVAL
    }

    /// Whether to include it in a list that is polled now: half of its interval has passed.
    fn is_due_soon(&self, now: Elapsed) -> bool {
        self.asked + self.due.saturating_sub(self.asked) / 2 <= now
    }

    fn is_in(&self, filter: &ListFilter) -> bool {
        !self.unlisted
            && match filter {
                ListFilter::All => true,
                ListFilter::Associated => self.activity.as_ref().is_some_and(|activity| activity.associated),
                ListFilter::InState(state) => {
                    self.activity.as_ref().is_some_and(|activity| activity.state == *state)
                }
            }
    }
}

/// The reading of a list page by page.
#[derive(Debug)]
struct ListWalk {
    filter: ListFilter,
    after: Option<String>,
    /// The nodes that it has not found yet.
    wanted: HashSet<String>,
    pages: usize,
    /// The last request was for a single node.
    last_was_single: bool,
}

/// The watched nodes and the times of their polls.
#[derive(Debug)]
pub(in crate::driver) struct Pace {
    targets: HashMap<String, PolledNode>,
    walk: Option<ListWalk>,
    /// The number of pages of each list when it was last read.
    pages: HashMap<ListFilter, usize>,
    /// When the last request was sent.
    sent: Option<Elapsed>,
    /// When the responses to the last two requests arrived, newest last. The server received the requests before that.
    answered: [Option<Elapsed>; 2],
    /// No request before this moment.
    held: Elapsed,
    filters: bool,
    lists: bool,
}

impl Pace {
    /// A pace without nodes.
    pub(in crate::driver) fn new() -> Self {
        Self {
            targets: HashMap::new(),
            walk: None,
            pages: HashMap::new(),
            sent: None,
            answered: [None; 2],
            held: Elapsed::ZERO,
            filters: true,
            lists: true,
        }
    }

    /// A request that changes this node was just sent: poll it after this pause, and often.
    pub(in crate::driver) fn poll_soon(&mut self, uuid: &str, now: Elapsed, pause: Duration) {
        let fresh = PolledNode {
            requested: now,
            changed: now,
            asked: now,
            due: now,
            activity: None,
            unlisted: false,
        };
        let target = self.targets.entry(uuid.to_owned()).or_insert(fresh);
        (target.requested, target.changed, target.due) = (now, now, now + pause);
    }

    /// Whether a change of this node was requested after the last poll was sent, so that its response may be outdated.
    pub(in crate::driver) fn is_stale(&self, uuid: &str) -> bool {
        self.targets.get(uuid).is_some_and(|target| self.sent.is_some_and(|sent| sent < target.requested))
    }

    /// Stops watching this node.
    pub(in crate::driver) fn forget(&mut self, uuid: &str) {
        self.targets.remove(uuid);
        if let Some(walk) = &mut self.walk {
            walk.wanted.remove(uuid);
            if walk.wanted.is_empty() {
                self.walk = None;
            }
        }
    }

    /// Sends no request before this moment, because the server fails or asked for a pause.
    pub(in crate::driver) fn pause_until(&mut self, until: Elapsed) {
        self.held = self.held.max(until);
    }

    /// What to do now. A returned request counts as sent.
    pub(in crate::driver) fn next_action(&mut self, now: Elapsed) -> NextAction {
        let Some(due) = self.targets.values().map(|target| target.due).min() else { return NextAction::Idle };
        let due = if self.walk.is_some() { now } else { due };
        let at = due.max(self.free());
        if at > now {
            return NextAction::Wait(at);
        }
        let request = self.choose(now);
        self.sent = Some(now);
        NextAction::Ask(request)
    }

    /// The last request was answered or has finally failed.
    pub(in crate::driver) fn answered(&mut self, now: Elapsed) {
        self.answered = [self.answered[1], Some(now)];
    }

    /// The last response contained this node; `changed` compares it with its last known properties.
    pub(in crate::driver) fn saw(&mut self, uuid: &str, activity: NodeActivity, changed: bool) {
        let asked = self.sent.unwrap_or_default();
        if let Some(target) = self.targets.get_mut(uuid) {
            if changed {
                target.changed = asked;
            }
            target.activity = Some(activity);
            target.postpone(asked);
        }
    }

    /// The last request was for this node, and returned nothing.
    pub(in crate::driver) fn missed(&mut self, uuid: &str) {
        let asked = self.sent.unwrap_or_default();
        if let Some(target) = self.targets.get_mut(uuid) {
            target.postpone(asked);
        }
    }

    /// The last response was a page with these nodes, all reported by [`Pace::saw`]; `next` is where the next page starts.
    pub(in crate::driver) fn page(
        &mut self,
        nodes: impl IntoIterator<Item = impl AsRef<str>>,
        next: Option<String>,
    ) {
        let Some(mut walk) = self.walk.take() else { return };
        walk.pages += 1;
        for uuid in nodes {
            walk.wanted.remove(uuid.as_ref());
        }
        if !walk.wanted.is_empty() && next.is_some() {
            walk.after = next;
            self.walk = Some(walk);
            return;
        }
        for uuid in &walk.wanted {
            if let Some(target) = self.targets.get_mut(uuid) {
                // A node that is no longer in a filtered list has changed: it stays due and is polled by other means.
                target.unlisted = walk.filter == ListFilter::All;
                target.activity = None;
            }
        }
        self.pages.insert(walk.filter, walk.pages);
    }

    /// The list was refused: start again, then use a wider one, then none.
    pub(in crate::driver) fn page_refused(&mut self) {
        match self.walk.take() {
            // The node before the page may be gone.
            Some(ListWalk { after: Some(_), .. }) | None => {}
            Some(ListWalk { filter: ListFilter::All, .. }) => self.lists = false,
            Some(_) => self.filters = false,
        }
    }

    /// The list is unavailable: its nodes are not polled until they are due again.
    pub(in crate::driver) fn page_missed(&mut self) -> HashSet<String> {
        let wanted = self.walk.take().map(|walk| walk.wanted).unwrap_or_default();
        for uuid in &wanted {
            self.missed(uuid);
        }
        wanted
    }

    /// The earliest moment for the next request.
    ///
    /// The last but one request arrived at an unknown time before its response, so the window starts at that response.
    fn free(&self) -> Elapsed {
        let after_last = self.sent.map_or(Elapsed::ZERO, |sent| sent + MIN_INTERVAL);
        let after_both = self.answered[0].map_or(Elapsed::ZERO, |answered| answered + RATE_WINDOW);
        after_last.max(after_both).max(self.held)
    }

    /// The number of pages of a list; 1 if unknown.
    fn pages_of(&self, filter: &ListFilter) -> usize {
        self.pages.get(filter).copied().unwrap_or(1)
    }

    /// Chooses the next request. Only called while a node is due or a walk is in progress.
    fn choose(&mut self, now: Elapsed) -> PollRequest {
        if let Some(request) = self.go_on(now) {
            return request;
        }
        let due = self.targets.iter().filter(|(_, target)| target.due <= now);
        let (first, target) = due
            .min_by_key(|(_, target)| target.due)
            .expect("without a walk, only called when something is due");
        // The node that has waited longest comes first if no cheap list contains it; otherwise it would never be polled.
        let list = self.cheapest_list(now).filter(|(filter, _)| target.is_in(filter));
        let Some((filter, wanted)) = list else { return PollRequest::One(first.clone()) };
        self.walk =
            Some(ListWalk { filter: filter.clone(), after: None, wanted, pages: 0, last_was_single: false });
        PollRequest::Page(filter, None)
    }

    /// The next request of the current walk. A few fresh nodes do not wait for its end: every other request is for one of
    /// them.
    fn go_on(&mut self, now: Elapsed) -> Option<PollRequest> {
        let few = self.pages_of(&self.walk.as_ref()?.filter);
        let walk = self.walk.as_mut()?;
        let fresh = self.targets.iter().filter(|(_, target)| target.due <= now && target.is_fresh());
        let fresh: Vec<_> = fresh.collect();
        let first = fresh.iter().min_by_key(|(_, target)| target.due);
        if let Some((uuid, _)) = first.filter(|_| !walk.last_was_single && fresh.len() <= few) {
            let uuid = (*uuid).clone();
            walk.last_was_single = true;
            walk.wanted.remove(&uuid);
            if walk.wanted.is_empty() {
                self.walk = None;
            }
            return Some(PollRequest::One(uuid));
        }
        walk.last_was_single = false;
        Some(PollRequest::Page(walk.filter.clone(), walk.after.clone()))
    }

    /// The list that saves the most requests, and the nodes that it is read for; `None` if no list saves any.
    fn cheapest_list(&self, now: Elapsed) -> Option<(ListFilter, HashSet<String>)> {
        let due = |target: &PolledNode| target.due <= now;
        let common = self.targets.values().filter(|target| due(target)).find_map(|t| t.activity.as_ref());
        let mut filters = vec![ListFilter::Associated, ListFilter::All];
        filters.extend(common.map(|activity| ListFilter::InState(activity.state.clone())));
        filters.retain(|filter| self.lists && (self.filters || *filter == ListFilter::All));
        let wanted = |filter: &ListFilter| {
            // A single page costs the same with more nodes: include those that are nearly due.
            let generous = self.pages_of(filter) == 1;
            let wanted = self.targets.iter().filter(|(_, target)| {
                target.is_in(filter) && (due(target) || generous && target.is_due_soon(now))
            });
            wanted.map(|(uuid, _)| uuid.clone()).collect::<HashSet<_>>()
        };
        let lists = filters.into_iter().map(|filter| (wanted(&filter), filter));
        let saving = lists.filter_map(|(wanted, filter)| {
            let saved = wanted.len().checked_sub(self.pages_of(&filter)).filter(|saved| *saved > 0)?;
            Some((saved, filter, wanted))
        });
        // The first of lists that save the same number.
        let best = saving.reduce(|best, other| if other.0 > best.0 { other } else { best });
        best.map(|(_, filter, wanted)| (filter, wanted))
    }
}

#[cfg(test)]
mod tests;
