use super::*;

fn no_valid_host(hosts: &[HostState], request: &Request, count: usize) -> NoValidHost {
    let options = SelectOptions { count: Count::Exactly(count), ..SelectOptions::default() };
    select(hosts, request, &options).expect("the request is valid").verdict().expect_err("too few fit")
}

/// The explanation of a single node: filter, reason, wanted, has.
fn explanation(host: HostState, request: &Request) -> [String; 4] {
    let hosts = [host];
    let options = SelectOptions::default();
    let selection = select(&hosts, request, &options).expect("the request is valid");
    let Explanation { filter, reason, wanted, has, .. } =
        selection.explanations().next().expect("the node is refused");
    [filter.to_string(), reason, wanted, has]
}

fn with(change: impl FnOnce(&mut Request)) -> Request {
    let mut request = Request::default();
    change(&mut request);
    request
}

/// The traps of a request that nodes fit, with their advice.
fn traps_of(hosts: &[HostState], request: &Request) -> Vec<(TrapKind, String)> {
    let options = SelectOptions::default();
    let selection = select(hosts, request, &options).expect("the request is valid");
    assert!(!selection.candidates().is_empty());
    selection.traps(None).into_iter().map(|trap| (trap.kind, trap.advice)).collect()
}

#[test]
fn ignored_extra_specs_are_listed_once_with_a_suggestion() {
    let mut known = machine("known");
    known.stats = [("boot_mode".into(), "uefi".into())].into_iter().collect::<Stats>().into();
    let hosts = [known, machine("other")];
    let requesting = |pairs: &[(&str, &str)]| {
        let mut request = ram(1);
        let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        request.extra_specs = pairs.collect();
        request
    };
    let traps = |pairs: &[(&str, &str)]| traps_of(&hosts, &requesting(pairs));
    assert_eq!(traps(&[("group_policy", "none"), ("quota:x", "1"), ("hw:y", "2")]), []);
    let note = [("resource_type", "ironic"), ("boot_mode", "uefi")];
    let found = traps(&note);
    let [(kind, advice)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(*kind, TrapKind::ExtraSpecIgnored);
    assert!(
        advice.ends_with(
            "`boot_mode` on 1 of 2 nodes (use `capabilities:boot_mode` to require it), `resource_type`"
        ),
        "{advice}"
    );
    for (key, value, intended) in [
        ("resources", "CUSTOM_BM_SMALL=1", "`resources:CUSTOM_BM_SMALL=1`"),
        ("trait", "CUSTOM_GPU", "`trait:CUSTOM_GPU=required`"),
        ("capabilities", "boot_mode:uefi", "`capabilities:boot_mode=uefi`"),
    ] {
        let found = traps(&[(key, value)]);
        assert!(found[0].1.contains(&format!("`{key}={value}` (did you mean {intended}?)")), "{found:?}");
    }
}

#[test]
fn misspelled_scopes_are_noted_for_requests_and_plans() {
    let hosts = [machine("a")];
    for (key, value, intended) in [
        ("resource:CUSTOM_X", "1", "resources:CUSTOM_X=1"),
        (" resources:CUSTOM_X", "1", "resources:CUSTOM_X=1"),
        ("Trait:CUSTOM_NVME", "required", "trait:CUSTOM_NVME=required"),
        ("capability:boot_mode", "uefi", "capabilities:boot_mode=uefi"),
    ] {
        let mut request = ram(1);
        request.extra_specs.insert(key.to_owned(), value.to_owned());
        let note = format!(
            "ignored extra specs with an unknown scope, as Nova does: `{key}={value}` (did you mean `{intended}`?)"
        );
        assert_eq!(traps_of(&hosts, &request), [(TrapKind::ExtraSpecIgnored, note.clone())]);
        let demands = [Demand { name: "web".to_owned(), request, count: 1 }];
        let options = SelectOptions::default();
        let plan = plan(&hosts, &demands, &options).expect("the request is valid");
        assert_eq!(plan.notes(0), [note]);
    }
}

#[test]
fn different_architectures_are_reported_unless_the_request_specifies_one() {
    let of = |name: &str, arch: &str| {
        let json =
            serde_json::json!({"uuid": name, "power_state": "power off", "properties": {"cpu_arch": arch}});
        serde_json::from_value::<HostState>(json).expect("the node is valid")
    };
    let hosts = [of("a", "x86_64"), of("b", "arm64"), of("c", "amd64"), of("d", "")];
    let anything = with(|request| request.required_traits.clear());
    let ambiguity = |hosts: &[HostState], request: &Request| {
        let options = SelectOptions::default();
        let selection = select(hosts, request, &options).expect("the request is valid");
        selection.architectures().ambiguity()
    };
    let message = ambiguity(&hosts, &anything);
    assert_eq!(
        message.as_deref(),
        Some("the nodes that fit have different architectures: x86_64 (2 nodes), aarch64 (1 node)")
    );
    assert!(traps_of(&hosts, &anything).iter().any(|(kind, _)| *kind == TrapKind::ArchitecturesDiffer));
    // Aliases count as one architecture, and unknown architectures do not count.
    let same = [hosts[0].clone(), hosts[2].clone(), hosts[3].clone()];
    assert_eq!(ambiguity(&same, &anything), None);
    let specs = |key: &str| {
        with(|request| {
            request.extra_specs.insert(key.to_owned(), "<or> x86_64 <or> arm64".to_owned());
        })
    };
    for request in [
        with(|request| request.arch = Some("x86_64".to_owned())),
        with(|request| request.image.architecture = Some("aarch64".to_owned())),
        specs("cpu_arch"),
        specs("capabilities:cpu_arch"),
        specs("baremetal:cpu_arch"),
    ] {
        assert_eq!(ambiguity(&hosts, &request), None, "{request:?}");
    }
    let demands = [Demand { name: "web".to_owned(), request: anything, count: 1 }];
    let options = SelectOptions::default();
    let plan = plan(&hosts, &demands, &options).expect("the request is valid");
    assert_eq!(plan.architectures(0).ambiguity(), message);
}

#[test]
fn taking_the_smallest_machine_is_noted_for_a_request_without_criteria() {
    let hosts = [machine("n")];
    let is_noted = |request: &Request, options: &SelectOptions| {
        let selection = select(&hosts, request, options).expect("the request is valid");
        selection.traps(None).iter().any(|trap| trap.kind == TrapKind::NothingAsked)
    };
    let best_fit = SelectOptions::default();
    assert!(is_noted(&Request::default(), &best_fit));
    assert!(is_noted(&with(|request| request.exclude = vec!["x".to_owned()]), &best_fit));
    for request in [
        ram(1),
        with(|request| request.disk_gb = Some(1)),
        with(|request| request.resource_class = Some("bm".to_owned())),
        with(|request| request.flavor = Some("any".to_owned())),
        with(|request| request.nodes = vec!["n".to_owned()]),
    ] {
        assert!(!is_noted(&request, &best_fit), "{request:?}");
    }
    for options in [
        SelectOptions { weigher: Weigher::Ram, ..SelectOptions::default() },
        SelectOptions { subset_size: 3, ..SelectOptions::default() },
        SelectOptions { count: Count::Exactly(0), ..SelectOptions::default() },
    ] {
        assert!(!is_noted(&Request::default(), &options), "{options:?}: another machine may be taken");
    }
}

#[test]
fn an_unknown_name_suggests_a_node_with_another_case() {
    let hosts = [machine("n40"), HostState { uuid: "0f3c".into(), ..machine("n41") }];
    let select_named = |name: &str| {
        let request = with(|request| request.nodes = vec![name.to_owned()]);
        let options = SelectOptions::default();
        select(&hosts, &request, &options).map(|selection| selection.candidates().len())
    };
    assert_eq!((select_named("n40"), select_named("0F3C")), (Ok(1), Ok(1)));
    let message = select_named("N40").expect_err("names are case-sensitive").to_string();
    assert_eq!(message, "no node is named `N40`; did you mean `n40`?");
    assert_eq!(select_named("n4").expect_err("no such node").to_string(), "no node is named `n4`");
}

const CAPABILITIES: &str = "ComputeCapabilitiesFilter";

#[test]
fn causes_are_explained() {
    let specs = |key: &str, value: &str| {
        with(|request| {
            request.extra_specs.insert(key.to_owned(), value.to_owned());
        })
    };
    let mut uefi = machine("n");
    uefi.stats = [("boot_mode".into(), "uefi".into())].into_iter().collect::<Stats>().into();
    let mut down = machine("n");
    down.maintenance = true;
    down.maintenance_reason = Some("psu".into());
    down.power_state = None;
    for (host, request, expected) in [
        (
            machine("n"),
            ram(32),
            ["RamFilter", "has 16 GiB of RAM", "at least 32 GiB of RAM", "16 GiB of RAM"],
        ),
        (
            machine("n"),
            with(|request| request.disk_gb = Some(99)).exact(),
            ["ExactDiskFilter", "has 100 GiB of disk", "exactly 99 GiB of disk", "100 GiB of disk"],
        ),
        (
            HostState { hardware: Hardware::default(), ..machine("n") },
            with(|request| request.vcpus = Some(1)),
            ["CoreFilter", "has no CPUs in its properties", "at least 1 CPU", "0 CPUs"],
        ),
        (
            HostState { instance_uuid: Some("i-1".into()), ..machine("n") },
            Request::default(),
            ["ComputeFilter", "is in use by instance i-1", "a free node", "in use"],
        ),
        (
            down,
            Request::default(),
            [
                "ComputeFilter",
                "is unavailable: in maintenance (psu)",
                "a free node",
                "in maintenance, power state unknown",
            ],
        ),
        (
            uefi.clone(),
            specs("capabilities:boot_mode", "bios"),
            [CAPABILITIES, "has boot_mode uefi", "capability boot_mode=bios", "boot_mode uefi"],
        ),
        (
            uefi,
            specs("boot_mode", ">= 2"),
            [
                CAPABILITIES,
                "has boot_mode uefi, but `>= 2` needs a number",
                "boot_mode >= 2",
                "boot_mode uefi",
            ],
        ),
        (
            machine("n"),
            specs("capabilities:raid", "1"),
            [CAPABILITIES, "has no capability raid", "capability raid=1", "no capability raid"],
        ),
        (
            machine("n"),
            with(|request| request.arch = Some("arm64".to_owned())),
            ["ImagePropertiesFilter", "has no architecture", "architecture arm64", "no architecture"],
        ),
        (
            machine("n"),
            with(|request| request.resource_class = Some("gold".to_owned())),
            ["ResourceClassFilter", "has resource class bm", "resource class gold", "resource class bm"],
        ),
        (
            machine("n"),
            with(|request| request.required_traits = ["CUSTOM_X".to_owned()].into()),
            ["TraitsFilter", "lacks trait CUSTOM_X", "trait CUSTOM_X", "no such trait"],
        ),
        (
            machine("n"),
            with(|request| request.conductor_group = Some("east".to_owned())),
            [
                "AvailabilityZoneFilter",
                "has the default conductor group",
                "conductor group east",
                "the default conductor group",
            ],
        ),
        (
            machine("n"),
            with(|request| request.exclude = vec!["n".to_owned()]),
            ["RetryFilter", "is excluded", "a node that is not excluded", "excluded"],
        ),
    ] {
        assert_eq!(explanation(host, &request), expected);
    }
}

#[test]
fn the_closest_sizes_are_reported() {
    let mut hosts: Vec<_> = (0..3).map(|n| machine(&format!("a{n}"))).collect();
    for host in &mut hosts {
        host.hardware.ram_mb = 16000;
    }
    hosts.extend((0..12).map(|n| machine_of(&format!("b{n}"), 32)));
    let error = no_valid_host(&hosts, &ram(16).exact(), 1);
    assert_eq!(
        error.to_string(),
        "no valid host: no node has exactly 16 GiB of RAM; closest: 16000 MiB (3 nodes) and 32 GiB (12 nodes) \
         (ExactRamFilter)"
    );
    assert_eq!(error.filter, Some(FilterName::ExactRam));
    assert_eq!(
        error.hints,
        [
            "3 nodes would fit with 16000 MiB of RAM",
            "12 nodes would fit with 32 GiB of RAM",
            "12 nodes would fit if the sizes were minimums, not exact values",
            "of 15 nodes, 0 passed ExactRamFilter",
        ]
    );
}

#[test]
fn a_disk_one_gigabyte_short_gives_a_hint_and_a_trap() {
    let hosts: Vec<_> = (0..3).map(|n| machine(&n.to_string())).collect();
    let request = with(|request| {
        request.disk_gb = Some(91);
        request.ephemeral_gb = Some(10);
    });
    let error = no_valid_host(&hosts, &request.clone().exact(), 1);
    assert_eq!(error.reason, "no node has exactly 101 GiB of disk; closest: 100 GiB (3 nodes)");
    assert_eq!(
        error.hints,
        [
            "3 nodes would fit with 90 GiB of disk for the root partition (`local_gb` is 1 less than the disk size)",
            "of 3 nodes, 0 passed ExactDiskFilter",
        ]
    );
    let options = SelectOptions::default();
    let selection = select(&hosts, &request, &options).expect("the request is valid");
    let traps = selection.traps(None);
    assert_eq!(traps.iter().map(|trap| trap.kind).collect::<Vec<_>>(), [TrapKind::LocalGbOneShort]);
    assert_eq!(traps[0].hosts.len(), 3);
}

#[test]
fn nodes_in_use_are_counted_apart_from_nodes_that_do_not_fit() {
    let mut hosts = vec![machine_of("free", 64), machine_of("used", 16), machine_of("down", 16)];
    hosts[1].instance_uuid = Some("i".into());
    hosts[2].maintenance = true;
    let error = no_valid_host(&hosts, &ram(16).exact(), 1);
    assert_eq!(error.reason, "no free node has exactly 16 GiB of RAM; closest: 64 GiB (1 node)");
    assert!(error.hints.contains(&"2 nodes fit but are not free: 1 in maintenance, 1 in use".to_owned()));
    let error = no_valid_host(&hosts[1..], &ram(16).exact(), 1);
    assert_eq!(error.reason, "no node is free: 1 in maintenance, 1 in use");
    assert_eq!(error.filter, Some(FilterName::Compute));
}

#[test]
fn too_few_nodes_are_reported_with_numbers() {
    let hosts = [machine("a"), machine_of("b", 64), machine_of("c", 1)];
    let error = no_valid_host(&hosts, &ram(16), 3);
    assert_eq!(error.reason, "3 nodes wanted, but only 2 of 3 fit");
    assert_eq!((error.fitting, error.missing, error.filter), (2, 1, None));
    assert_eq!(no_valid_host(&[], &ram(16), 1).reason, "there are no nodes to choose from");
}

#[test]
fn other_filters_report_the_values_found() {
    let mut hosts = vec![machine("a"), machine("b"), machine("c")];
    hosts[2].resource_class = None;
    let request = with(|request| request.resource_class = Some("gold".to_owned()));
    let error = no_valid_host(&hosts, &request, 1);
    assert_eq!(
        error.reason,
        "no node has resource class gold; found: resource class bm (2 nodes), \
         no resource class (1 node)"
    );
    assert_eq!(
        error.hints,
        [
            "2 nodes would fit with resource class bm",
            "1 node would fit if no resource class were required",
            "of 3 nodes, 0 passed ResourceClassFilter",
        ]
    );
}

#[test]
fn the_closest_node_is_shown_if_no_single_change_helps() {
    let hosts = [machine("a")];
    let mut request = ram(64);
    request.vcpus = Some(64);
    request.disk_gb = Some(1);
    let error = no_valid_host(&hosts, &request, 1);
    assert_eq!(
        error.hints,
        ["the closest node is a: it has 16 GiB of RAM and 8 CPUs", "of 1 node, 0 passed RamFilter",]
    );
}

#[test]
fn refused_nodes_are_grouped_by_reason_in_the_order_of_filters() {
    let mut hosts = vec![machine("a"), machine("b"), machine_of("c", 8), machine("d")];
    hosts[3].instance_uuid = Some("i".into());
    let request = ram(64);
    let options = SelectOptions::default();
    let selection = select(&hosts, &request, &options).expect("the request is valid");
    let groups: Vec<_> = selection
        .groups()
        .into_iter()
        .map(|group| {
            (group.filter, group.has, group.hosts.iter().map(|host| host.label()).collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        groups,
        [
            (FilterName::Compute, "in use".to_owned(), vec!["d"]),
            (FilterName::Ram, "16 GiB of RAM".to_owned(), vec!["a", "b"]),
            (FilterName::Ram, "8 GiB of RAM".to_owned(), vec!["c"]),
        ]
    );
}

#[test]
fn traps_are_reported_with_their_nodes() {
    let mut text: HostState = serde_json::from_str(
        r#"{"uuid": "t", "properties": {"cpus": "8", "memory_mb": "16384", "local_gb": "100"}, "resource_class": "bm",
            "power_state": "power off"}"#,
    )
    .expect("the node is valid");
    text.owner = Some("p1".into());
    let mut no_ram = machine("no_ram");
    no_ram.hardware.ram_mb = 0;
    let mut no_power_state = machine("no_power_state");
    no_power_state.power_state = None;
    let mut no_class = machine("no_class");
    no_class.resource_class = None;
    let hosts = [text, no_ram, no_power_state, no_class];
    let mut request = ram(1);
    request.resource_class = Some("bm".to_owned());
    let options = SelectOptions { count: Count::All, ..SelectOptions::default() };
    let selection = select(&hosts, &request, &options).expect("the request is valid");
    let traps: Vec<_> =
        selection.traps(Some("p2")).into_iter().map(|trap| (trap.kind, trap.hosts[0].label())).collect();
    assert_eq!(
        traps,
        [
            (TrapKind::NoRam, "no_ram"),
            (TrapKind::NumbersAsText, "t"),
            (TrapKind::NoResourceClass, "no_class"),
            (TrapKind::PowerStateUnknown, "no_power_state"),
            (TrapKind::OtherOwner, "t"),
        ]
    );
    assert!(selection.traps(Some("p1")).iter().all(|trap| trap.kind != TrapKind::OtherOwner));
    request.resource_class = None;
    let selection = select(&hosts, &request, &options).expect("the request is valid");
    assert!(selection.traps(None).iter().any(|trap| trap.advice.contains("setting instance_uuid")));
}

#[test]
fn criteria_without_a_filter_are_a_trap() {
    let hosts = [machine("a")];
    let mut request = ram(1);
    request.vcpus = Some(1);
    request.exclude = vec!["a".to_owned()];
    request.filters = vec![FilterName::ExactRam];
    let options = SelectOptions::default();
    let selection = select(&hosts, &request, &options).expect("the request is valid");
    assert_eq!(
        selection.traps(None).last().map(ToString::to_string),
        Some(
            "the request has criteria that no filter checks: add RetryFilter, CoreFilter to the filters"
                .to_owned()
        )
    );
}

#[test]
fn excluding_an_unknown_node_is_a_trap() {
    let hosts = [machine("a"), machine("b")];
    let request = Request { exclude: vec!["a".to_owned(), "aa".to_owned()], ..ram(16) };
    let options = SelectOptions::default();
    let selection = select(&hosts, &request, &options).expect("the request is valid");
    let traps: Vec<String> = selection.traps(None).iter().map(ToString::to_string).collect();
    assert_eq!(traps, ["cannot exclude aa: no node has this name or UUID"]);
}

#[test]
fn only_named_nodes_are_considered() {
    let hosts = [machine("a"), machine("b"), machine("c")];
    let mut request = with(|request| request.nodes = vec!["b".to_owned(), "UUID-OF-C".to_owned()]);
    let options = SelectOptions { count: Count::All, ..SelectOptions::default() };
    let selection = select(&hosts, &request, &options).expect("the request is valid");
    let mut chosen = selection.chosen().to_vec();
    chosen.sort_unstable();
    assert_eq!(chosen, [1, 2]);
    assert_eq!(selection.considered(), 2);
    request.nodes.push("d".to_owned());
    let error = select(&hosts, &request, &options).expect_err("no such node");
    assert_eq!(error.to_string(), "no node is named `d`");
}

#[test]
fn snapshot_of_every_reason_and_hint() {
    let mut text = String::new();
    let mut tell = |title: &str, hosts: &[HostState], request: &Request, count: usize| {
        let options = SelectOptions { count: Count::Exactly(count), ..SelectOptions::default() };
        let selection = select(hosts, request, &options).expect("the request is valid");
        let error = selection.verdict().expect_err(title);
        text.extend([format!("## {title}\nerror: {error}\n")]);
        text.extend(error.hints.iter().map(|hint| format!("hint: {hint}\n")));
        text.extend(selection.explanations().map(|explanation| {
            format!(
                "{}: {}: {} (wanted: {}; has: {})\n",
                explanation.host.label(),
                explanation.filter,
                explanation.reason,
                explanation.wanted,
                explanation.has
            )
        }));
        text.push('\n');
    };
    let change = |change: &dyn Fn(&mut HostState)| {
        let mut host = machine("a");
        change(&mut host);
        host
    };
    let spec = |key: &str, value: &str| {
        with(|request| drop(request.extra_specs.insert(key.to_owned(), value.to_owned())))
    };
    let some = |text: &str| Some(text.to_owned());
    let stats = |host: &mut HostState, key: &str, value: &str| {
        host.stats = [(key.into(), value.into())].into_iter().collect::<Stats>().into();
    };
    let plain = Request::default();
    tell("no nodes", &[], &ram(16), 1);
    tell("too few", &[machine("a"), machine_of("b", 8)], &ram(16), 2);
    tell("several sizes", &[machine("a"), machine_of("b", 8), machine_of("c", 4)], &ram(17), 1);
    tell("exactly", &[machine("a"), machine_of("b", 32)], &ram(17).exact(), 1);
    tell("no memory", &[change(&|host| host.hardware.ram_mb = 0)], &ram(16), 1);
    tell("CPUs", &[machine("a")], &with(|request| request.vcpus = Some(16)), 1);
    tell("no CPUs", &[change(&|host| host.hardware.vcpus = 0)], &with(|request| request.vcpus = Some(16)), 1);
    tell("disk", &[machine("a")], &with(|request| request.disk_gb = Some(500)), 1);
    tell("disk one short", &[machine("a")], &with(|request| request.disk_gb = Some(101)).exact(), 1);
    tell(
        "disk in all",
        &[machine("a")],
        &with(|request| (request.disk_gb, request.swap_mb) = (Some(1), Some(200_000))),
        1,
    );
    tell(
        "no disk",
        &[change(&|host| host.hardware.disk_mb = 0)],
        &with(|request| request.disk_gb = Some(5)),
        1,
    );
    tell("in use", &[change(&|host| host.instance_uuid = Some("i-1".into()))], &plain, 1);
    let repaired = change(&|host| {
        (host.maintenance, host.maintenance_reason) = (true, Some("new DIMMs".into()));
    });
    tell("maintenance", &[repaired], &plain, 1);
    tell("another state", &[change(&|host| host.provision_state = Some("cleaning".into()))], &plain, 1);
    tell("no power state", &[change(&|host| host.power_state = None)], &plain, 1);
    tell("a fault", &[change(&|host| host.fault = Some("power failure".into()))], &plain, 1);
    tell("retired", &[change(&|host| host.retired = true)], &plain, 1);
    tell("capability missing", &[machine("a")], &spec("capabilities:raid", "1"), 1);
    tell(
        "capability differs",
        &[change(&|host| stats(host, "boot_mode", "uefi"))],
        &spec("capabilities:boot_mode", "bios"),
        1,
    );
    tell("no number", &[change(&|host| stats(host, "boot_mode", "uefi"))], &spec("boot_mode", ">= 2"), 1);
    tell("architecture", &[machine("a")], &with(|request| request.arch = some("aarch64")), 1);
    tell("hypervisor type", &[machine("a")], &with(|request| request.image.hypervisor_type = some("kvm")), 1);
    tell("virtual machine mode", &[machine("a")], &with(|request| request.image.vm_mode = some("xen")), 1);
    tell(
        "firmware",
        &[change(&|host| stats(host, "boot_mode", "bios"))],
        &with(|request| request.image.firmware = some("uefi")),
        1,
    );
    tell("image memory", &[machine("a")], &with(|request| request.image.min_ram_mb = Some(32768)), 1);
    tell("image disk", &[machine("a")], &with(|request| request.image.min_disk_gb = Some(500)), 1);
    tell("resource class", &[machine("a")], &with(|request| request.resource_class = some("gold")), 1);
    tell(
        "no resource class",
        &[change(&|host| host.resource_class = None)],
        &with(|request| request.resource_class = some("gold")),
        1,
    );
    let required = with(|request| request.required_traits = ["CUSTOM_X".to_owned()].into());
    tell("required trait", &[machine("a")], &required, 1);
    tell("another cloud", &[machine("a")], &with(|request| request.cloud = some("north")), 1);
    tell("conductor group", &[machine("a")], &with(|request| request.conductor_group = some("east")), 1);
    tell("shard", &[machine("a")], &with(|request| request.shard = some("s1")), 1);
    tell("owner", &[machine("a")], &with(|request| request.owner = some("lab")), 1);
    tell("lessee", &[machine("a")], &with(|request| request.lessee = some("lab")), 1);
    tell("excluded", &[machine("a")], &with(|request| request.exclude = vec!["a".to_owned()]), 1);
    let mut several = ram(64);
    several.vcpus = Some(64);
    tell("several reasons", &[machine("a")], &several, 1);
    crate::snapshot::compare("schedule_reasons_and_hints", &text);
}
