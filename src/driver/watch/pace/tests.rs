//! Tests the pace against a simulated Ironic with a simulated clock.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Nodes on a page.
const PAGE: usize = 1000;

/// The duration of a request: the node's state is read in the middle of it.
const ANSWER: Duration = Duration::from_millis(40);

/// A simulated Ironic with its nodes in list order.
struct World {
    now: Elapsed,
    pace: Pace,
    nodes: BTreeMap<String, Machine>,
    /// When each request arrived.
    arrived: Vec<Elapsed>,
    /// For each seen change, the delay until it was seen, and the time since the previous change.
    latencies: Vec<(Duration, Duration)>,
    singles: usize,
}

struct Machine {
    state: &'static str,
    associated: bool,
    child: bool,
    seen: Option<&'static str>,
    watched: bool,
    /// Its future state changes, earliest first.
    future: Vec<(Elapsed, &'static str)>,
    /// When a change was last seen.
    changed: Elapsed,
    /// When the oldest unseen change happened, and the time since the last seen change before it.
    unseen: Option<(Elapsed, Duration)>,
}

impl World {
    /// A world of `all` machines; `watched` of them are watched, spread evenly.
    fn new(watched: usize, all: usize) -> Self {
        let mut pace = Pace::new();
        let nodes = (0..all).map(|n| {
            let watched = n * watched / all != (n + 1) * watched / all;
            let machine = Machine {
                state: "deploying",
                associated: true,
                child: false,
                seen: None,
                watched,
                future: Vec::new(),
                changed: Elapsed::ZERO,
                unseen: None,
            };
            (format!("node-{n:05}"), machine)
        });
        let nodes: BTreeMap<_, _> = nodes.collect();
        for (uuid, _) in nodes.iter().filter(|(_, machine)| machine.watched) {
            pace.poll_soon(uuid, Elapsed::ZERO, Duration::ZERO);
        }
        Self { now: Elapsed::ZERO, pace, nodes, arrived: Vec::new(), latencies: Vec::new(), singles: 0 }
    }

    fn watched(&mut self) -> impl Iterator<Item = &mut Machine> {
        self.nodes.values_mut().filter(|machine| machine.watched)
    }

    /// Simulates until `end`.
    fn run(&mut self, end: Elapsed) {
        while self.now < end {
            match self.pace.next_action(self.now) {
                NextAction::Idle => return,
                NextAction::Wait(until) => {
                    assert!(until > self.now, "it would spin");
                    self.now = until;
                }
                NextAction::Ask(request) => {
                    let arrived = self.now + ANSWER / 2;
                    self.arrived.push(arrived);
                    self.now += ANSWER;
                    self.happen(arrived);
                    self.pace.answered(self.now);
                    self.answer(&request);
                }
            }
        }
    }

    /// Applies all future state changes up to a moment.
    fn happen(&mut self, moment: Elapsed) {
        for machine in self.nodes.values_mut() {
            while machine.future.first().is_some_and(|(at, _)| *at <= moment) {
                let (at, state) = machine.future.remove(0);
                machine.unseen.get_or_insert((at, at.saturating_sub(machine.changed)));
                machine.state = state;
                // In Ironic, undeploy removes the instance before cleaning begins.
                machine.associated &= !state.starts_with("clean");
            }
        }
    }

    fn answer(&mut self, request: &PollRequest) {
        match request {
            PollRequest::One(uuid) => {
                self.singles += 1;
                if self.nodes.contains_key(uuid) { self.see(uuid) } else { self.pace.missed(uuid) }
            }
            PollRequest::Page(filter, after) => {
                let listed = |machine: &Machine| {
                    !machine.child
                        && match filter {
                            ListFilter::All => true,
                            ListFilter::Associated => machine.associated,
                            ListFilter::InState(state) => state.as_str() == machine.state,
                        }
                };
                let mut rest = self.nodes.iter().filter(|(uuid, machine)| {
                    after.as_ref().is_none_or(|after| *uuid > after) && listed(machine)
                });
                let page: Vec<String> = rest.by_ref().take(PAGE).map(|(uuid, _)| uuid.clone()).collect();
                let next = rest.next().and(page.last().cloned());
                for uuid in &page {
                    self.see(uuid);
                }
                self.pace.page(&page, next);
            }
        }
    }

    fn see(&mut self, uuid: &str) {
        let machine = self.nodes.get_mut(uuid).expect("a listed node");
        if !machine.watched {
            return;
        }
        let changed = machine.seen.replace(machine.state) != Some(machine.state);
        // A change that was reverted between two polls cannot be seen.
        let unseen = machine.unseen.take().filter(|_| changed);
        if changed {
            machine.changed = self.now;
        }
        if let Some((at, calm)) = unseen {
            self.latencies.push((self.now.saturating_sub(at), calm));
        }
        let activity = NodeActivity { state: machine.state.into(), associated: machine.associated };
        self.pace.saw(uuid, activity, changed);
    }

    fn assert_no_burden(&self) {
        for window in self.arrived.windows(3) {
            assert!(window[0] + RATE_WINDOW <= window[2], "{window:?}");
        }
    }

    /// Every change was seen within the promised time, or within `cycle`, in which all nodes can be polled.
    fn assert_timely(&self, cycle: Duration) {
        for (latency, calm) in &self.latencies {
            let promised = if *calm <= FAST_POLLING { MIN_INTERVAL } else { *calm / POLL_DIVISOR };
            let allowed = promised.max(cycle) + 3 * ANSWER;
            assert!(*latency <= allowed, "{latency:?} after {calm:?}, not {allowed:?}");
        }
        assert!(self.watched_all_seen(), "something was never seen");
    }

    fn watched_all_seen(&self) -> bool {
        self.nodes.values().all(|machine| !machine.watched || machine.unseen.is_none())
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

#[test]
fn one_node_is_polled_often_at_first_and_after_each_change() {
    let mut world = World::new(1, 3000);
    world.watched().for_each(|machine| {
        machine.future = vec![
            (seconds(17.3), "wait call-back"),
            (seconds(700.2), "deploying"),
            (seconds(730.0), "active"),
        ];
    });
    world.run(seconds(740.0));
    world.assert_no_burden();
    world.assert_timely(MIN_INTERVAL);
    assert_eq!(world.latencies.len(), 3);
    assert_eq!(world.singles, world.arrived.len(), "one node must not cause a list of three thousand");
}

#[test]
fn an_unchanging_node_is_polled_rarely() {
    let mut world = World::new(1, 1);
    world.run(seconds(3600.0));
    // Two per second for a minute, then fewer: fifty each time that the time since the change grows by a factor of e.
    assert!(world.arrived.len() < 450, "{}", world.arrived.len());
}

#[test]
fn fifty_nodes_need_no_more_requests_than_one() {
    let mut world = World::new(50, 200);
    world.run(seconds(3600.0));
    world.assert_no_burden();
    assert!(world.arrived.len() < 450, "{}", world.arrived.len());
    assert_eq!(world.singles, 0);
}

#[test]
fn nodes_that_lose_their_instance_are_found_in_a_wider_list() {
    let mut world = World::new(50, 200);
    world.watched().for_each(|machine| machine.future = vec![(seconds(20.2), "cleaning")]);
    world.run(seconds(25.0));
    world.assert_no_burden();
    world.assert_timely(2 * MIN_INTERVAL);
    assert_eq!((world.latencies.len(), world.singles), (50, 0));
}

#[test]
fn pages_of_a_long_list_are_spread_and_every_node_is_seen() {
    let mut world = World::new(5000, 5000);
    for (n, machine) in world.watched().enumerate() {
        machine.future = vec![(Duration::from_millis(10_000 + 7 * n as u64), "wait call-back")];
    }
    world.run(seconds(60.0));
    world.assert_no_burden();
    // Five pages at the pace; the current walk may already have passed the node.
    world.assert_timely(seconds(5.5));
    assert_eq!(world.latencies.len(), 5000);
}

#[test]
fn few_watched_nodes_do_not_cause_reading_all_pages() {
    let mut world = World::new(3, 8000);
    world.run(seconds(300.0));
    world.assert_no_burden();
    let late = world.arrived.iter().filter(|arrived| **arrived > seconds(20.0)).count();
    assert!(world.singles > late / 2, "{} of {late}", world.singles);
}

#[test]
fn a_fresh_node_does_not_wait_for_the_end_of_a_walk() {
    let mut world = World::new(5000, 5000);
    let fresh = "node-04999";
    let watch = |world: &mut World, watched| {
        world.nodes.get_mut(fresh).expect("the last node").watched = watched;
    };
    watch(&mut world, false);
    world.pace.forget(fresh);
    world.run(seconds(400.0));
    watch(&mut world, true);
    world.nodes.get_mut(fresh).expect("the last node").future = vec![(seconds(410.7), "wait call-back")];
    world.pace.poll_soon(fresh, world.now, Duration::ZERO);
    world.run(seconds(430.0));
    world.assert_no_burden();
    world.assert_timely(2 * MIN_INTERVAL);
    assert_eq!(world.latencies.len(), 1);
}

#[test]
fn child_nodes_and_deleted_nodes_are_polled_by_themselves() {
    let mut world = World::new(4, 20);
    world.watched().take(2).for_each(|machine| {
        machine.child = true;
        machine.future = vec![(seconds(30.0), "active")];
    });
    world.pace.poll_soon("gone", Elapsed::ZERO, Duration::ZERO);
    world.run(seconds(40.0));
    world.assert_no_burden();
    world.assert_timely(5 * MIN_INTERVAL);
    assert_eq!(world.latencies.len(), 2);
}

#[test]
fn single_nodes_are_polled_if_lists_are_refused() {
    let mut pace = Pace::new();
    for uuid in ["a", "b", "c"] {
        pace.poll_soon(uuid, Elapsed::ZERO, Duration::ZERO);
    }
    let mut now = Elapsed::ZERO;
    let mut asked = HashSet::new();
    for _ in 0..20 {
        match pace.next_action(now) {
            NextAction::Wait(until) => now = until,
            NextAction::Ask(request) => {
                pace.answered(now);
                match request {
                    PollRequest::Page(..) => pace.page_refused(),
                    PollRequest::One(uuid) => {
                        pace.missed(&uuid);
                        asked.insert(uuid);
                    }
                }
            }
            NextAction::Idle => unreachable!("there are targets"),
        }
    }
    assert_eq!(asked.len(), 3);
}

#[test]
fn no_request_is_sent_during_a_requested_pause() {
    let mut pace = Pace::new();
    pace.poll_soon("a", Elapsed::ZERO, Duration::ZERO);
    assert!(matches!(pace.next_action(Elapsed::ZERO), NextAction::Ask(_)));
    pace.answered(Elapsed::ZERO);
    pace.pause_until(seconds(30.0));
    pace.poll_soon("b", seconds(1.0), Duration::ZERO);
    assert_eq!(pace.next_action(seconds(1.0)), NextAction::Wait(seconds(30.0)));
    pace.forget("a");
    pace.forget("b");
    assert_eq!(pace.next_action(seconds(31.0)), NextAction::Idle);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_change_is_seen_without_too_many_requests(
        watched in prop::sample::select(vec![1_usize, 2, 3, 7, 50]),
        others in 0_usize..120,
        changes in prop::collection::vec((0_usize..50, 1_u64..240_000, 0_usize..5), 0..40),
    ) {
        const STATES: [&str; 5] = ["deploying", "wait call-back", "active", "cleaning", "clean wait"];
        let mut world = World::new(watched, watched + others);
        let mut futures: Vec<Vec<(Elapsed, &str)>> = vec![Vec::new(); watched];
        for (machine, at, state) in changes {
            futures[machine % watched].push((Duration::from_millis(at), STATES[state]));
        }
        for (machine, mut future) in world.watched().zip(futures) {
            future.sort_unstable();
            machine.future = future;
        }
        world.run(seconds(260.0));
        world.assert_no_burden();
        // A node that leaves a narrow list is polled with the next request.
        world.assert_timely(2 * MIN_INTERVAL);
    }
}
