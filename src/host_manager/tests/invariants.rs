use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;
use proptest::sample::{select as one_of, subsequence};

use super::*;

fn any_host() -> impl Strategy<Value = HostState> {
    let size = || one_of(vec![0_i64, 1, 8, 16, 16384, 32768]);
    let state = one_of(vec![None, Some("available"), Some("active"), Some("cleaning")]);
    let power = one_of(vec![None, Some("power on"), Some("power off"), Some("error")]);
    let class = one_of(vec![None, Some("bm.small"), Some("CUSTOM_BM_SMALL"), Some("bm.large")]);
    let arch = one_of(vec![None, Some("x86_64"), Some("amd64"), Some("arm64")]);
    let traits = subsequence(vec!["A", "B", "C"], 0..3);
    let capabilities = one_of(vec!["", "boot_mode:uefi", "boot_mode:bios,ports:4", "ports: 8 ,x"]);
    ((size(), size(), size()), state, power, class, arch, traits, capabilities, any::<(bool, bool, bool)>()).prop_map(
        |((cpus, ram, disk), state, power, class, arch, traits, capabilities, (used, down, locked))| {
            let json = serde_json::json!({
                "properties": {
                    "cpus": cpus, "memory_mb": ram, "local_gb": disk, "cpu_arch": arch, "capabilities": capabilities,
                },
                "provision_state": state, "power_state": power, "resource_class": class, "traits": traits,
                "instance_uuid": used.then_some("i"), "maintenance": down,
                "reservation": locked.then_some("conductor-1"),
            });
            serde_json::from_value(json).expect("the node is valid")
        },
    )
}

fn any_hosts() -> impl Strategy<Value = Vec<HostState>> {
    prop::collection::vec(any_host(), 0..30).prop_map(|mut hosts| {
        for (at, host) in hosts.iter_mut().enumerate() {
            host.uuid = format!("{at}").into();
        }
        hosts
    })
}

fn any_request() -> impl Strategy<Value = Request> {
    let size = || prop::option::of(one_of(vec![0_u64, 1, 8, 16, 16384]));
    let class = one_of(vec![None, Some("bm.small"), Some("CUSTOM_BM_LARGE")]);
    let arch = one_of(vec![None, Some("x86_64"), Some("aarch64")]);
    let traits = subsequence(vec!["A", "B", "C"], 0..2);
    let specs = subsequence(
        vec![
            ("capabilities:boot_mode", "uefi"),
            ("ports", ">= 4"),
            ("capabilities:boot_mode", "<or> uefi <or> bios"),
            ("trait:A", "forbidden"),
            ("resources:VCPU", "0"),
        ],
        0..3,
    );
    (size(), size(), size(), class, arch, traits, specs).prop_map(
        |(vcpus, ram, disk, class, arch, traits, specs)| Request {
            vcpus,
            ram_mb: ram,
            disk_gb: disk,
            resource_class: class.map(str::to_owned),
            arch: arch.map(str::to_owned),
            required_traits: traits.into_iter().map(str::to_owned).collect(),
            extra_specs: specs
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect::<BTreeMap<_, _>>(),
            ..Request::default()
        },
    )
}

fn any_options() -> impl Strategy<Value = SelectOptions> {
    (0_usize..10, one_of(Weigher::ALL.to_vec()), 0_usize..6, any::<u64>()).prop_map(
        |(count, weigher, subset_size, seed)| SelectOptions {
            count: Count::Exactly(count),
            weigher,
            subset_size,
            seed,
            ..SelectOptions::default()
        },
    )
}

/// The UUIDs of the nodes that pass.
fn passing(hosts: &[HostState], request: &Request) -> HashSet<String> {
    let options = SelectOptions::default();
    let selection = select(hosts, request, &options).expect("the request is valid");
    selection.candidates().iter().map(|&at| hosts[at].uuid.to_string()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn every_node_is_either_a_candidate_or_refused_with_a_reason(
        hosts in any_hosts(), request in any_request(), options in any_options(),
    ) {
        let selection = select(&hosts, &request, &options).expect("the request is valid");
        let mut seen: Vec<usize> = selection.candidates().to_vec();
        seen.extend(selection.refused().iter().map(|refused| refused.host));
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..hosts.len()).collect::<Vec<_>>());
        let Count::Exactly(count) = options.count else { unreachable!() };
        prop_assert_eq!(selection.chosen().len() + selection.missing(), count.max(selection.chosen().len()));
        prop_assert!(selection.chosen().len() <= count);
        prop_assert_eq!(selection.verdict().is_ok(), selection.missing() == 0);
        prop_assert_eq!(selection.explanations().count(), selection.refused().len());
        let grouped: usize = selection.groups().iter().map(|group| group.hosts.len()).sum();
        prop_assert_eq!(grouped, selection.refused().len());
    }

    #[test]
    fn the_summary_counts_the_nodes_of_each_filter(hosts in any_hosts(), request in any_request()) {
        let options = SelectOptions::default();
        let selection = select(&hosts, &request, &options).expect("the request is valid");
        let mut came = hosts.len();
        for count in selection.summary() {
            prop_assert_eq!(count.came, came);
            let refused = selection.refused().iter().filter(|refused| refused.filter == count.filter).count();
            prop_assert_eq!(count.passed, came - refused);
            came = count.passed;
        }
        prop_assert_eq!(came, selection.candidates().len());
    }

    #[test]
    fn nodes_that_fit_exactly_also_fit_at_least(hosts in any_hosts(), request in any_request()) {
        let at_least = passing(&hosts, &request);
        let exactly = passing(&hosts, &request.exact());
        prop_assert!(exactly.is_subset(&at_least));
    }

    #[test]
    fn one_more_filter_never_adds_a_node(
        hosts in any_hosts(), request in any_request(),
        filters in subsequence(FilterName::ALL.to_vec(), 0..13).prop_shuffle(), more in one_of(FilterName::ALL.to_vec()),
    ) {
        let fewer = Request { filters, ..request };
        let mut filters = fewer.filters.clone();
        filters.push(more);
        let with_more = Request { filters, ..fewer.clone() };
        prop_assert!(passing(&hosts, &with_more).is_subset(&passing(&hosts, &fewer)));
    }

    #[test]
    fn nodes_that_cannot_fit_do_not_change_the_candidates(
        hosts in any_hosts(), request in any_request(), options in any_options(),
    ) {
        // The driver narrows its query like this. Pack and spread count all free nodes, so they need the whole list.
        let counts_groups = matches!(options.weigher, Weigher::Pack | Weigher::Spread);
        let classes = asked_classes(&request);
        let can_be_listed = |host: &&HostState| {
            let is_of_class = |requested: &str| {
                host.resource_class.as_deref().is_some_and(|class| class_spellings(requested).iter().any(|spelling| spelling == class))
            };
            host.availability() == Availability::Free
                && (counts_groups || classes.first().is_none_or(|requested| is_of_class(requested)))
        };
        let narrowed: Vec<HostState> = hosts.iter().filter(can_be_listed).cloned().collect();
        let order = |hosts: &[HostState]| -> Vec<String> {
            let selection = select(hosts, &request, &options).expect("the request is valid");
            selection.candidates().iter().map(|&at| hosts[at].uuid.to_string()).collect()
        };
        prop_assert_eq!(order(&hosts), order(&narrowed));
    }

    #[test]
    fn the_order_of_nodes_and_filters_does_not_change_which_nodes_pass(
        hosts in any_hosts().prop_shuffle(), request in any_request(), filters in Just(FilterName::exact()).prop_shuffle(),
    ) {
        let mut sorted = hosts.clone();
        sorted.sort_by(|left, right| left.uuid.cmp(&right.uuid));
        prop_assert_eq!(passing(&hosts, &request), passing(&sorted, &request));
        let shuffled = Request { filters, ..request.clone() };
        prop_assert_eq!(passing(&hosts, &shuffled), passing(&hosts, &request.exact()));
    }

    #[test]
    fn the_ranking_depends_on_the_seed_and_not_on_the_order_of_nodes(
        hosts in any_hosts(), request in any_request(), options in any_options(),
    ) {
        let order = |hosts: &[HostState]| -> Vec<String> {
            let selection = select(hosts, &request, &options).expect("the request is valid");
            selection.candidates().iter().map(|&at| hosts[at].uuid.to_string()).collect()
        };
        let mut reversed = hosts.clone();
        reversed.reverse();
        prop_assert_eq!(order(&hosts), order(&reversed));
    }

    #[test]
    fn a_subset_size_of_k_selects_each_node_from_the_k_best_remaining(
        hosts in any_hosts(), size in 1_usize..6, seed in any::<u64>(),
    ) {
        let request = Request { filters: Vec::new(), ram_mb: Some(1), ..Request::default() };
        let best = SelectOptions { count: Count::All, seed, ..SelectOptions::default() };
        let subset = SelectOptions { subset_size: size, ..best.clone() };
        let mut remaining = select(&hosts, &request, &best).expect("the request is valid").candidates().to_vec();
        let selected = select(&hosts, &request, &subset).expect("the request is valid").candidates().to_vec();
        prop_assert_eq!(selected.len(), remaining.len());
        for host in selected {
            let at = remaining.iter().position(|&other| other == host);
            prop_assert!(at.is_some_and(|at| at < size));
            remaining.retain(|&other| other != host);
        }
    }
}
