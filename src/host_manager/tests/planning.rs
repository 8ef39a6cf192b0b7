use proptest::prelude::*;

use super::*;

fn demand(name: &str, request: Request, count: usize) -> Demand {
    Demand { name: name.to_owned(), request, count }
}

fn seeded(seed: u64) -> SelectOptions {
    SelectOptions { seed, ..SelectOptions::default() }
}

/// The sorted names of the nodes that are assigned to each demand.
fn assigned<'h>(hosts: &'h [HostState], plan: &Plan<'_>) -> Vec<Vec<&'h str>> {
    let names = |share: &Share| {
        let mut names: Vec<&str> = share.hosts.iter().map(|&at| hosts[at].label()).collect();
        names.sort_unstable();
        names
    };
    plan.shares().iter().map(names).collect()
}

#[test]
fn an_early_demand_does_not_take_the_only_node_of_a_later_one() {
    // Node a fits both demands, node b only the first.
    let hosts = [machine_of("a", 64), machine_of("b", 16)];
    let options = seeded(1);
    for reversed in [false, true] {
        let mut demands = [demand("one", ram(8), 1), demand("two", ram(32), 1)];
        if reversed {
            demands.reverse();
        }
        let plan = plan(&hosts, &demands, &options).expect("the demands are valid");
        let expected = if reversed { [["a"], ["b"]] } else { [["b"], ["a"]] };
        assert_eq!(assigned(&hosts, &plan), expected);
        assert_eq!(plan.shortfalls(), []);
    }
}

#[test]
fn a_plan_serves_as_many_as_possible_with_least_waste() {
    let hosts = [machine_of("s1", 16), machine_of("s2", 16), machine_of("m", 32), machine_of("l", 64)];
    let demands = [demand("small", ram(16), 2), demand("large", ram(32), 1)];
    let options = seeded(1);
    let plan = plan(&hosts, &demands, &options).expect("the demands are valid");
    assert_eq!(assigned(&hosts, &plan), [vec!["s1", "s2"], vec!["m"]]);
    assert_eq!(plan.spare(0), [3]);
    assert_eq!(plan.spare(1), [3]);
}

#[test]
fn equal_demands_are_served_in_order() {
    let hosts = [machine("a"), machine("b"), machine("c")];
    let demands = [demand("one", ram(8), 2), demand("two", ram(8), 2), demand("none", ram(8), 0)];
    let options = seeded(1);
    let plan = plan(&hosts, &demands, &options).expect("the demands are valid");
    assert_eq!(plan.shares().iter().map(|share| share.hosts.len()).collect::<Vec<_>>(), [2, 1, 0]);
    let shortfalls = plan.shortfalls();
    assert_eq!(shortfalls.len(), 1);
    assert_eq!(
        shortfalls[0].to_string(),
        "no valid host for 1 of 2 two: 3 nodes fit; assigned: 2 to one, 1 to two"
    );
}

#[test]
fn a_demand_that_no_node_fits_reports_the_closest_values() {
    let hosts = [machine_of("a", 16)];
    let demands = [demand("huge", ram(512), 1), demand("web", ram(16), 1)];
    let options = seeded(1);
    let plan = plan(&hosts, &demands, &options).expect("the demands are valid");
    assert_eq!(assigned(&hosts, &plan), [vec![], vec!["a"]]);
    let shortfall = &plan.shortfalls()[0];
    assert_eq!(shortfall.reason, "no node has at least 512 GiB of RAM; closest: 16 GiB (1 node)");
    assert_eq!(shortfall.hints, ["1 node would fit with 16 GiB of RAM", "of 1 node, 0 passed RamFilter"]);
}

#[test]
fn unlocked_nodes_are_preferred_only_if_the_waste_is_equal() {
    let locked = |host: HostState| HostState { locked_by: Some("conductor-1".into()), ..host };
    let hosts =
        [locked(machine_of("a", 16)), machine_of("b", 16), locked(machine_of("c", 32)), machine_of("d", 64)];
    let demands = [demand("small", ram(16), 1), demand("middle", ram(32), 1)];
    let options = seeded(1);
    let plan = plan(&hosts, &demands, &options).expect("the demands are valid");
    assert_eq!(assigned(&hosts, &plan), [["b"], ["c"]]);
}

#[test]
fn the_order_of_clouds_decides_between_equal_nodes_or_before_waste() {
    let of = |cloud: &str, host: HostState| HostState { cloud: Some(cloud.into()), ..host };
    let hosts = [
        of("far", machine_of("f", 16)),
        of("near", machine_of("n", 16)),
        of("far", machine_of("g", 16)),
        of("near", machine_of("large", 64)),
    ];
    let demands = [demand("small", ram(16), 2), demand("one", ram(8), 1)];
    let clouds = vec!["near".into(), "far".into()];
    for seed in 0..9 {
        let options = SelectOptions { clouds: clouds.clone(), ..seeded(seed) };
        let assigned_to = |options: &SelectOptions, demands: &[Demand]| {
            let plan = plan(&hosts, demands, options).expect("the demands are valid");
            assigned(&hosts, &plan).concat().join(" ")
        };
        let mut all: Vec<String> = assigned_to(&options, &demands).split(' ').map(str::to_owned).collect();
        all.sort();
        assert_eq!(all, ["f", "g", "n"]);
        assert_eq!(assigned_to(&options, &[demand("one", ram(16), 1)]), "n");
        let first = SelectOptions { weigher: Weigher::CloudOrder, ..options };
        assert_eq!(assigned_to(&first, &demands[..1]), "large n");
    }
}

#[test]
fn a_name_in_two_clouds_is_ambiguous() {
    let of = |cloud: &str, host: HostState| HostState { cloud: Some(cloud.into()), ..host };
    let mut request = ram(1);
    request.nodes = vec!["a".to_owned()];
    let hosts = [of("near", machine("a")), of("far", HostState { uuid: "2".into(), ..machine("a") })];
    let options = SelectOptions::default();
    let error = select(&hosts, &request, &options).expect_err("two nodes have the name");
    assert_eq!(error.to_string(), "node `a` is ambiguous: it exists in several clouds: near, far");
    assert!(select(&hosts[..1], &request, &options).is_ok());
}

#[test]
fn the_error_names_the_invalid_demand() {
    let hosts = [machine("a")];
    let mut request = ram(1);
    request.nodes = vec!["nowhere".to_owned()];
    let demands = [demand("web", request, 1)];
    let error = plan(&hosts, &demands, &SelectOptions::default()).expect_err("no such node");
    assert_eq!(error.to_string(), "web: no node is named `nowhere`");
}

/// The maximum number of served instances, and the least waste for it, by brute force.
fn brute_force(hosts: &[HostState], demands: &[Demand]) -> (usize, f64) {
    fn search(at: usize, left: &mut [usize], fits: &[Vec<Option<f64>>]) -> (usize, f64) {
        let Some(offers) = fits.get(at) else { return (0, 0.0) };
        let mut best = search(at + 1, left, fits);
        for (demand, waste) in offers.iter().enumerate() {
            if let (Some(waste), true) = (waste, left[demand] > 0) {
                left[demand] -= 1;
                let (served, rest) = search(at + 1, left, fits);
                left[demand] += 1;
                let this = (served + 1, rest + waste);
                if this.0 > best.0 || (this.0 == best.0 && this.1 < best.1) {
                    best = this;
                }
            }
        }
        best
    }
    let circumstances = MatchContext::default();
    let matchers: Vec<Matcher<'_>> = demands
        .iter()
        .map(|demand| Matcher::new(&demand.request, &circumstances).expect("the request is valid"))
        .collect();
    let fits: Vec<Vec<Option<f64>>> = hosts
        .iter()
        .map(|host| {
            let offer =
                |matcher: &Matcher<'_>| matcher.refusal(host).is_none().then(|| matcher.waste(host.hardware));
            matchers.iter().map(offer).collect()
        })
        .collect();
    let mut left: Vec<usize> = demands.iter().map(|demand| demand.count).collect();
    search(0, &mut left, &fits)
}

fn any_hosts() -> impl Strategy<Value = Vec<HostState>> {
    let host = (1_i64..5, 1_i64..5, any::<bool>(), any::<bool>(), 0_u8..4).prop_map(
        |(cpus, ram, fast, locked, down)| {
            let mut host = machine("x");
            host.hardware.vcpus = cpus * 4;
            host.hardware.ram_mb = ram * 1024;
            host.resource_class = Some(if fast { "fast" } else { "slow" }.into());
            host.locked_by = locked.then(|| "conductor-1".into());
            host.maintenance = down == 0;
            host
        },
    );
    prop::collection::vec(host, 0..8).prop_map(|mut hosts| {
        for (at, host) in hosts.iter_mut().enumerate() {
            host.uuid = format!("{at}").into();
            host.name = None;
        }
        hosts
    })
}

fn any_demands() -> impl Strategy<Value = Vec<Demand>> {
    let demand = (
        prop::option::of(1_u64..5),
        prop::option::of(1_u64..5),
        prop::option::of(any::<bool>()),
        any::<bool>(),
        0_usize..4,
    )
        .prop_map(|(cpus, ram, fast, exact, count)| {
            let request = Request {
                vcpus: cpus.map(|cpus| cpus * 4),
                ram_mb: ram.map(|ram| ram * 1024),
                resource_class: fast.map(|fast| if fast { "fast" } else { "slow" }.to_owned()),
                ..Request::default()
            };
            Demand { name: String::new(), request: if exact { request.exact() } else { request }, count }
        });
    prop::collection::vec(demand, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn plans_are_as_good_as_brute_force(hosts in any_hosts(), demands in any_demands(), seed in any::<u64>()) {
        let circumstances = MatchContext::default();
        let options = seeded(seed);
        let plan = plan(&hosts, &demands, &options).expect("the demands are valid");
        let mut taken = vec![false; hosts.len()];
        let mut served = 0;
        let mut waste = 0.0;
        for (at, share) in plan.shares().iter().enumerate() {
            prop_assert_eq!(share.hosts.len() + share.missing, demands[at].count);
            let matcher = Matcher::new(&demands[at].request, &circumstances).expect("the request is valid");
            for &host in &share.hosts {
                prop_assert!(!std::mem::replace(&mut taken[host], true), "a node is assigned only once");
                prop_assert!(matcher.refusal(&hosts[host]).is_none(), "an assigned node fits");
                served += 1;
                waste += plan.waste(at, host);
            }
        }
        let (most, least) = brute_force(&hosts, &demands);
        prop_assert_eq!(served, most);
        prop_assert!((waste - least).abs() < 1e-6, "waste {} instead of {}", waste, least);
        prop_assert_eq!(plan.shortfalls().len(), plan.shares().iter().filter(|share| share.missing > 0).count());
    }

    #[test]
    fn the_order_of_nodes_does_not_change_the_plan(hosts in any_hosts(), demands in any_demands()) {
        let options = seeded(7);
        let forward = plan(&hosts, &demands, &options).expect("the demands are valid");
        let mut reversed = hosts.clone();
        reversed.reverse();
        let backward = plan(&reversed, &demands, &options).expect("the demands are valid");
        let total = |plan: &Plan<'_>| {
            let wastes = plan.shares().iter().enumerate().map(|(at, share)| {
                share.hosts.iter().map(|&host| plan.waste(at, host)).sum::<f64>()
            });
            (plan.shares().iter().map(|share| share.hosts.len()).sum::<usize>(), wastes.sum::<f64>())
        };
        let (forward, backward) = (total(&forward), total(&backward));
        prop_assert_eq!(forward.0, backward.0);
        prop_assert!((forward.1 - backward.1).abs() < 1e-6);
    }
}
