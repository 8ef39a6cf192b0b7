//! When to ask Ironic about which machines: a pure function of the times that are passed in.
//!
//! A machine is due half a second after it was last asked about in the first minute after a change, and later so that
//! the next change is seen within a fiftieth of the time since the last. Whatever is due is asked for in as few requests as will do: one machine
//! by itself, several by a list, the narrowest that holds them. Lists of several pages are walked page by page at the
//! same pace; where the machines at hand need more than that pace allows, they are asked about less often.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::ironic::{Node, ProvisionState};

/// Time since the watcher began.
pub(super) type Moment = Duration;

/// The time within which a fresh change is to be seen, and the least time between the starts of two requests.
pub(super) const BRISK: Duration = Duration::from_millis(500);

/// No stretch of this length sees more than two requests arrive.
pub(super) const WINDOW: Duration = Duration::from_secs(1);

/// How long after a change the next one is to be seen at once.
pub(super) const FRESH: Duration = Duration::from_secs(60);

/// Later, which part of the time since the last change may pass before the next one is seen.
pub(super) const PATIENCE: u32 = 50;

/// The longest that a machine goes unasked about.
pub(super) const SLOW: Duration = Duration::from_secs(20);

/// Which machines a list holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Filter {
    /// All but child nodes, which Ironic lists only where asked to.
    All,
    /// Those with an instance: a node that is destroyed leaves it when cleaning begins.
    Associated,
    /// Those in this state: who leaves it leaves the list.
    InState(ProvisionState),
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    /// For one node.
    One(String),
    /// For the page of a list that begins after this node.
    Page(Filter, Option<String>),
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Turn {
    /// Send this, and report what came of it before asking for the next turn.
    Ask(Ask),
    /// Nothing before this moment.
    Wait(Moment),
    /// Nothing until there is something to watch.
    Idle,
}

/// What the next choice depends on, of a node that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sight {
    pub(super) state: ProvisionState,
    pub(super) associated: bool,
}

impl From<&Node> for Sight {
    fn from(node: &Node) -> Self {
        Self { state: node.provision_state.clone(), associated: node.instance_uuid.is_some() }
    }
}

#[derive(Debug)]
struct Target {
    /// When something was done to it by whoever watches.
    attended: Moment,
    /// When something last changed, or was done to it.
    changed: Moment,
    asked: Moment,
    due: Moment,
    /// What it was when last seen, so long as no list proves otherwise.
    sight: Option<Sight>,
    /// A whole list did not hold it: it is a child node, or gone.
    unlisted: bool,
}

impl Target {
    fn put_off(&mut self, asked: Moment) {
        self.asked = asked;
        let calm = asked.saturating_sub(self.changed);
        // Who left a narrow list is found with a second request: there must be time for that.
        let rare = (calm / PATIENCE).min(SLOW).saturating_sub(BRISK);
        self.due = asked + if calm <= FRESH { BRISK } else { rare };
    }

    /// Whether it is watched closely.
    fn is_fresh(&self) -> bool {
        self.due <= self.asked + BRISK
    }

    /// Whether it may as well be asked about now that others are: half of its time is over.
    fn is_ripe(&self, now: Moment) -> bool {
        self.asked + self.due.saturating_sub(self.asked) / 2 <= now
    }

    fn is_in(&self, filter: &Filter) -> bool {
        !self.unlisted
            && match filter {
                Filter::All => true,
                Filter::Associated => self.sight.as_ref().is_some_and(|sight| sight.associated),
                Filter::InState(state) => self.sight.as_ref().is_some_and(|sight| sight.state == *state),
            }
    }
}

/// A walk through the pages of a list.
#[derive(Debug)]
struct Walk {
    filter: Filter,
    after: Option<String>,
    /// Whom it has yet to find.
    wanted: HashSet<String>,
    pages: usize,
    /// The last request was for a machine of its own.
    stepped_aside: bool,
}

/// Who is watched, and when each was asked about.
#[derive(Debug)]
pub(super) struct Pace {
    targets: HashMap<String, Target>,
    walk: Option<Walk>,
    /// How many pages each list took when it was last walked.
    pages: HashMap<Filter, usize>,
    /// When the last request was sent.
    sent: Option<Moment>,
    /// When the last two were surely answered, the newest last: they arrived before that.
    answered: [Option<Moment>; 2],
    /// Not to be asked before this moment.
    held: Moment,
    filters: bool,
    lists: bool,
}

impl Pace {
    /// Nobody to ask about.
    pub(super) fn new() -> Self {
        Self {
            targets: HashMap::new(),
            walk: None,
            pages: HashMap::new(),
            sent: None,
            answered: [None; 2],
            held: Moment::ZERO,
            filters: true,
            lists: true,
        }
    }

    /// Something has just been done to this node: look after this pause, and often.
    pub(super) fn attend(&mut self, uuid: &str, now: Moment, pause: Duration) {
        let fresh =
            Target { attended: now, changed: now, asked: now, due: now, sight: None, unlisted: false };
        let target = self.targets.entry(uuid.to_owned()).or_insert(fresh);
        (target.attended, target.changed, target.due) = (now, now, now + pause);
    }

    /// Whether the answer to the last request may be older than what was done to this node since it was sent.
    pub(super) fn is_stale(&self, uuid: &str) -> bool {
        self.targets.get(uuid).is_some_and(|target| self.sent.is_some_and(|sent| sent < target.attended))
    }

    /// Nobody waits for this node any more.
    pub(super) fn forget(&mut self, uuid: &str) {
        self.targets.remove(uuid);
        if let Some(walk) = &mut self.walk {
            walk.wanted.remove(uuid);
            if walk.wanted.is_empty() {
                self.walk = None;
            }
        }
    }

    /// Nothing may be asked before this moment: the server is in trouble, or asked for it.
    pub(super) fn hold(&mut self, until: Moment) {
        self.held = self.held.max(until);
    }

    /// What to do now. A request that this gives counts as sent.
    pub(super) fn turn(&mut self, now: Moment) -> Turn {
        let Some(due) = self.targets.values().map(|target| target.due).min() else { return Turn::Idle };
        let due = if self.walk.is_some() { now } else { due };
        let at = due.max(self.free());
        if at > now {
            return Turn::Wait(at);
        }
        let ask = self.choose(now);
        self.sent = Some(now);
        Turn::Ask(ask)
    }

    /// The last request was answered, or failed for good.
    pub(super) fn answered(&mut self, now: Moment) {
        self.answered = [self.answered[1], Some(now)];
    }

    /// The last request, or one page of it, showed this node; `changed` compares it with what was seen before.
    pub(super) fn saw(&mut self, uuid: &str, sight: Sight, changed: bool) {
        let asked = self.sent.unwrap_or_default();
        if let Some(target) = self.targets.get_mut(uuid) {
            if changed {
                target.changed = asked;
            }
            target.sight = Some(sight);
            target.put_off(asked);
        }
    }

    /// The last request was for this node, and there is nothing to be seen.
    pub(super) fn missed(&mut self, uuid: &str) {
        let asked = self.sent.unwrap_or_default();
        if let Some(target) = self.targets.get_mut(uuid) {
            target.put_off(asked);
        }
    }

    /// The last request brought a page with these nodes, all of which were reported as seen; `next` is where the next
    /// page begins.
    pub(super) fn page(&mut self, nodes: impl IntoIterator<Item = impl AsRef<str>>, next: Option<String>) {
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
                // What left a narrow list has changed: it stays due, and is looked for elsewhere.
                target.unlisted = walk.filter == Filter::All;
                target.sight = None;
            }
        }
        self.pages.insert(walk.filter, walk.pages);
    }

    /// The list that was asked for is refused: begin anew, then with a wider one, then without.
    pub(super) fn page_refused(&mut self) {
        match self.walk.take() {
            // The node after which the page was to begin may be gone.
            Some(Walk { after: Some(_), .. }) | None => {}
            Some(Walk { filter: Filter::All, .. }) => self.lists = false,
            Some(_) => self.filters = false,
        }
    }

    /// The list that was asked for cannot be had now: whom it was to find is not looked for until due again.
    pub(super) fn page_missed(&mut self) -> HashSet<String> {
        let wanted = self.walk.take().map(|walk| walk.wanted).unwrap_or_default();
        for uuid in &wanted {
            self.missed(uuid);
        }
        wanted
    }

    /// From when on another request is no burden.
    ///
    /// Of the last but one it is known only that it arrived before it was answered, so the window counts from there.
    fn free(&self) -> Moment {
        let after_last = self.sent.map_or(Moment::ZERO, |sent| sent + BRISK);
        let after_both = self.answered[0].map_or(Moment::ZERO, |answered| answered + WINDOW);
        after_last.max(after_both).max(self.held)
    }

    /// How many pages a list has, as far as is known.
    fn pages_of(&self, filter: &Filter) -> usize {
        self.pages.get(filter).copied().unwrap_or(1)
    }

    /// Only called while something is due or a walk is under way.
    fn choose(&mut self, now: Moment) -> Ask {
        if let Some(ask) = self.go_on(now) {
            return ask;
        }
        let due = self.targets.iter().filter(|(_, target)| target.due <= now);
        let (first, target) = due
            .min_by_key(|(_, target)| target.due)
            .expect("without a walk, only called when something is due");
        // Whoever has waited longest and is in no cheap list comes first, or would be put off for ever.
        let list = self.cheapest_list(now).filter(|(filter, _)| target.is_in(filter));
        let Some((filter, wanted)) = list else { return Ask::One(first.clone()) };
        self.walk =
            Some(Walk { filter: filter.clone(), after: None, wanted, pages: 0, stepped_aside: false });
        Ask::Page(filter, None)
    }

    /// The next request of the walk that is under way. A few fresh machines need not wait for its end: every other
    /// request is for one of them.
    fn go_on(&mut self, now: Moment) -> Option<Ask> {
        let few = self.pages_of(&self.walk.as_ref()?.filter);
        let walk = self.walk.as_mut()?;
        let fresh = self.targets.iter().filter(|(_, target)| target.due <= now && target.is_fresh());
        let fresh: Vec<_> = fresh.collect();
        let first = fresh.iter().min_by_key(|(_, target)| target.due);
        if let Some((uuid, _)) = first.filter(|_| !walk.stepped_aside && fresh.len() <= few) {
            let uuid = (*uuid).clone();
            walk.stepped_aside = true;
            walk.wanted.remove(&uuid);
            if walk.wanted.is_empty() {
                self.walk = None;
            }
            return Some(Ask::One(uuid));
        }
        walk.stepped_aside = false;
        Some(Ask::Page(walk.filter.clone(), walk.after.clone()))
    }

    /// The list that saves the most requests, and whom it is asked for; nothing where single requests are no more.
    fn cheapest_list(&self, now: Moment) -> Option<(Filter, HashSet<String>)> {
        let due = |target: &Target| target.due <= now;
        let common = self.targets.values().filter(|target| due(target)).find_map(|t| t.sight.as_ref());
        let mut filters = vec![Filter::Associated, Filter::All];
        filters.extend(common.map(|sight| Filter::InState(sight.state.clone())));
        filters.retain(|filter| self.lists && (self.filters || *filter == Filter::All));
        let wanted = |filter: &Filter| {
            // One page more or less is no matter: those who are nearly due come along.
            let generous = self.pages_of(filter) == 1;
            let wanted = self.targets.iter().filter(|(_, target)| {
                target.is_in(filter) && (due(target) || generous && target.is_ripe(now))
            });
            wanted.map(|(uuid, _)| uuid.clone()).collect::<HashSet<_>>()
        };
        let lists = filters.into_iter().map(|filter| (wanted(&filter), filter));
        let saving = lists.filter_map(|(wanted, filter)| {
            let saved = wanted.len().checked_sub(self.pages_of(&filter)).filter(|saved| *saved > 0)?;
            Some((saved, filter, wanted))
        });
        // Of lists that save as much, the first.
        let best = saving.reduce(|best, other| if other.0 > best.0 { other } else { best });
        best.map(|(_, filter, wanted)| (filter, wanted))
    }
}

#[cfg(test)]
mod tests;
