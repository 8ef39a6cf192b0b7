use super::*;

fn refused(hosts: &[HostState], request: &Request, count: usize) -> NoValidHost {
    let options = Options { count: Count::Exactly(count), ..Options::default() };
    select(hosts, request, &options).expect("the request can be meant").verdict().expect_err("too few fit")
}

/// The only node's explanation: filter, reason, wanted, has.
fn told(host: HostState, request: &Request) -> [String; 4] {
    let hosts = [host];
    let options = Options::default();
    let selection = select(&hosts, request, &options).expect("the request can be meant");
    let told = selection.explanations().next().expect("the node is refused");
    [told.filter.to_string(), told.reason, told.wanted, told.has]
}

fn with(change: impl FnOnce(&mut Request)) -> Request {
    let mut request = Request::default();
    change(&mut request);
    request
}

/// The traps of a request that nodes fit, by kind, each with its advice.
fn traps_of(hosts: &[HostState], request: &Request) -> Vec<(TrapKind, String)> {
    let options = Options::default();
    let selection = select(hosts, request, &options).expect("the request can be meant");
    assert!(!selection.candidates().is_empty());
    selection.traps(None).into_iter().map(|trap| (trap.kind, trap.advice)).collect()
}

#[test]
fn ignored_extra_specs_are_named_once_with_what_was_probably_meant() {
    let mut known = machine("known");
    known.stats = [("boot_mode".into(), "uefi".into())].into_iter().collect::<Stats>().into();
    let hosts = [known, machine("other")];
    let asking = |pairs: &[(&str, &str)]| {
        let mut request = ram(1);
        let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        request.extra_specs = pairs.collect();
        request
    };
    let told = |pairs: &[(&str, &str)]| traps_of(&hosts, &asking(pairs));
    assert_eq!(told(&[("group_policy", "none"), ("quota:x", "1"), ("hw:y", "2")]), []);
    let note = [("resource_type", "ironic"), ("boot_mode", "uefi")];
    let told_once = told(&note);
    let [(kind, advice)] = told_once.as_slice() else { panic!("{told_once:?}") };
    assert_eq!(*kind, TrapKind::ExtraSpecIgnored);
    assert!(
        advice
            .ends_with("`boot_mode` on 1 of 2 nodes (`capabilities:boot_mode` requires it), `resource_type`"),
        "{advice}"
    );
    for (key, value, meant) in [
        ("resources", "CUSTOM_BM_SMALL=1", "`resources:CUSTOM_BM_SMALL=1`"),
        ("trait", "CUSTOM_GPU", "`trait:CUSTOM_GPU=required`"),
        ("capabilities", "boot_mode:uefi", "`capabilities:boot_mode=uefi`"),
    ] {
        let told = told(&[(key, value)]);
        assert!(told[0].1.contains(&format!("`{key}={value}` (did you mean {meant}?)")), "{told:?}");
    }
}

#[test]
fn extra_specs_with_a_misspelled_scope_are_noted_for_one_request_and_for_a_plan() {
    let hosts = [machine("a")];
    for (key, value, meant) in [
        ("resource:CUSTOM_X", "1", "resources:CUSTOM_X=1"),
        (" resources:CUSTOM_X", "1", "resources:CUSTOM_X=1"),
        ("Trait:CUSTOM_NVME", "required", "trait:CUSTOM_NVME=required"),
        ("capability:boot_mode", "uefi", "capabilities:boot_mode=uefi"),
    ] {
        let mut request = ram(1);
        request.extra_specs.insert(key.to_owned(), value.to_owned());
        let note = format!(
            "ignored extra specs, as Nova does, because their scope is unknown: `{key}={value}` (did you mean \
             `{meant}`?)"
        );
        assert_eq!(traps_of(&hosts, &request), [(TrapKind::ExtraSpecIgnored, note.clone())]);
        let demands = [Demand { name: "web".to_owned(), request, count: 1 }];
        let options = Options::default();
        let plan = plan(&hosts, &demands, &options).expect("the request can be meant");
        assert_eq!(plan.notes(0), [note]);
    }
}

#[test]
fn several_architectures_are_told_unless_one_is_asked_for() {
    let of = |name: &str, arch: &str| {
        let json =
            serde_json::json!({"uuid": name, "power_state": "power off", "properties": {"cpu_arch": arch}});
        serde_json::from_value::<HostState>(json).expect("the node can be read")
    };
    let hosts = [of("a", "x86_64"), of("b", "arm64"), of("c", "amd64"), of("d", "")];
    let anything = with(|request| request.required_traits.clear());
    let ambiguity = |hosts: &[HostState], request: &Request| {
        let options = Options::default();
        let selection = select(hosts, request, &options).expect("the request can be meant");
        selection.architectures().ambiguity()
    };
    let told = ambiguity(&hosts, &anything);
    assert_eq!(
        told.as_deref(),
        Some("the nodes that fit have different architectures: x86_64 (2 nodes), aarch64 (1 node)")
    );
    assert!(traps_of(&hosts, &anything).iter().any(|(kind, _)| *kind == TrapKind::ArchitecturesDiffer));
    // Names of one architecture are one, and what is not known is none.
    let alike = [hosts[0].clone(), hosts[2].clone(), hosts[3].clone()];
    assert_eq!(ambiguity(&alike, &anything), None);
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
    let options = Options::default();
    let plan = plan(&hosts, &demands, &options).expect("the request can be meant");
    assert_eq!(plan.architectures(0).ambiguity(), told);
}

#[test]
fn taking_the_smallest_machine_is_told_where_nothing_is_asked() {
    let hosts = [machine("n")];
    let is_told = |request: &Request, options: &Options| {
        let selection = select(&hosts, request, options).expect("the request can be meant");
        selection.traps(None).iter().any(|trap| trap.kind == TrapKind::NothingAsked)
    };
    let best_fit = Options::default();
    assert!(is_told(&Request::default(), &best_fit));
    assert!(is_told(&with(|request| request.exclude = vec!["x".to_owned()]), &best_fit));
    for request in [
        ram(1),
        with(|request| request.disk_gb = Some(1)),
        with(|request| request.resource_class = Some("bm".to_owned())),
        with(|request| request.flavor = Some("any".to_owned())),
        with(|request| request.nodes = vec!["n".to_owned()]),
    ] {
        assert!(!is_told(&request, &best_fit), "{request:?}");
    }
    for options in [
        Options { weigher: Weigher::Ram, ..Options::default() },
        Options { subset_size: 3, ..Options::default() },
        Options { count: Count::Exactly(0), ..Options::default() },
    ] {
        assert!(!is_told(&Request::default(), &options), "{options:?}: another machine may be taken");
    }
}

#[test]
fn a_name_in_another_case_is_no_node_and_the_nearest_is_told() {
    let hosts = [machine("n40"), HostState { uuid: "0f3c".into(), ..machine("n41") }];
    let of = |word: &str| {
        let request = with(|request| request.nodes = vec![word.to_owned()]);
        let options = Options::default();
        select(&hosts, &request, &options).map(|selection| selection.candidates().len())
    };
    assert_eq!((of("n40"), of("0F3C")), (Ok(1), Ok(1)));
    let told = of("N40").expect_err("names have a case").to_string();
    assert_eq!(told, "no node is called `N40`; did you mean `n40`?");
    assert_eq!(of("n4").expect_err("there is none").to_string(), "no node is called `n4`");
}

#[test]
fn each_cause_in_words() {
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
            ["RamFilter", "has 16384 MB of RAM", "at least 32768 MB of RAM", "16384 MB of RAM"],
        ),
        (
            machine("n"),
            with(|request| request.disk_gb = Some(99)).exact(),
            ["ExactDiskFilter", "has 100 GB of disk", "exactly 99 GB of disk", "100 GB of disk"],
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
                "is not to be had: in maintenance (psu)",
                "a free node",
                "in maintenance, power state unknown",
            ],
        ),
        (
            uefi.clone(),
            specs("capabilities:boot_mode", "bios"),
            [
                "ComputeCapabilitiesFilter",
                "has boot_mode uefi",
                "capabilities:boot_mode bios",
                "boot_mode uefi",
            ],
        ),
        (
            uefi,
            specs("boot_mode", ">= 2"),
            [
                "ComputeCapabilitiesFilter",
                "has boot_mode uefi, which is no number, and `>= 2` needs one",
                "boot_mode >= 2",
                "boot_mode uefi",
            ],
        ),
        (
            machine("n"),
            specs("capabilities:raid", "1"),
            ["ComputeCapabilitiesFilter", "has no capability raid", "capabilities:raid 1", "no raid"],
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
            ["TraitsFilter", "lacks trait CUSTOM_X", "trait CUSTOM_X", "not that trait"],
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
            ["RetryFilter", "is excluded", "none of those excluded", "excluded"],
        ),
    ] {
        assert_eq!(told(host, &request), expected);
    }
}

#[test]
fn the_nearest_sizes_are_told() {
    let mut hosts: Vec<_> = (0..3).map(|n| machine(&format!("a{n}"))).collect();
    for host in &mut hosts {
        host.hardware.ram_mb = 16000;
    }
    hosts.extend((0..12).map(|n| machine_of(&format!("b{n}"), 32)));
    let error = refused(&hosts, &ram(16).exact(), 1);
    assert_eq!(
        error.to_string(),
        "no valid host: no node has exactly 16384 MB of RAM; the closest are 16000 MB (3 nodes) and 32768 MB (12 nodes) \
         (ExactRamFilter)"
    );
    assert_eq!(error.filter, Some(FilterName::ExactRam));
    assert_eq!(
        error.hints,
        [
            "3 nodes would fit with ram_mb 16000",
            "12 nodes would fit with ram_mb 32768",
            "12 nodes would fit if sizes were at least, not exactly, as asked",
            "of 15 nodes, ExactRamFilter left 0",
        ]
    );
}

#[test]
fn a_disk_one_gigabyte_short_is_told_with_the_change_and_as_a_trap() {
    let hosts: Vec<_> = (0..3).map(|n| machine(&n.to_string())).collect();
    let request = with(|request| {
        request.disk_gb = Some(91);
        request.ephemeral_gb = Some(10);
    });
    let error = refused(&hosts, &request.clone().exact(), 1);
    assert_eq!(error.reason, "no node has exactly 101 GB of disk; the closest are 100 GB (3 nodes)");
    assert_eq!(
        error.hints,
        [
            "3 nodes would fit with disk_gb 90: their `local_gb` is one less than the disk's size",
            "of 3 nodes, ExactDiskFilter left 0",
        ]
    );
    let options = Options::default();
    let selection = select(&hosts, &request, &options).expect("the request can be meant");
    let traps = selection.traps(None);
    assert_eq!(traps.iter().map(|trap| trap.kind).collect::<Vec<_>>(), [TrapKind::LocalGbOneShort]);
    assert_eq!(traps[0].hosts.len(), 3);
}

#[test]
fn nodes_in_use_are_not_blamed_on_the_request() {
    let mut hosts = vec![machine_of("free", 64), machine_of("used", 16), machine_of("down", 16)];
    hosts[1].instance_uuid = Some("i".into());
    hosts[2].maintenance = true;
    let error = refused(&hosts, &ram(16).exact(), 1);
    assert_eq!(error.reason, "no free node has exactly 16384 MB of RAM; the closest are 65536 MB (1 node)");
    assert!(error.hints.contains(&"2 nodes fit but are not free: 1 in maintenance, 1 in use".to_owned()));
    let error = refused(&hosts[1..], &ram(16).exact(), 1);
    assert_eq!(error.reason, "no node is free: 1 in maintenance, 1 in use");
    assert_eq!(error.filter, Some(FilterName::Compute));
}

#[test]
fn too_few_is_told_with_numbers() {
    let hosts = [machine("a"), machine_of("b", 64), machine_of("c", 1)];
    let error = refused(&hosts, &ram(16), 3);
    assert_eq!(error.reason, "3 nodes wanted, but only 2 of 3 fit");
    assert_eq!((error.fitting, error.missing, error.filter), (2, 1, None));
    assert_eq!(refused(&[], &ram(16), 1).reason, "there are no nodes to choose from");
}

#[test]
fn other_filters_tell_what_was_found() {
    let mut hosts = vec![machine("a"), machine("b"), machine("c")];
    hosts[2].resource_class = None;
    let request = with(|request| request.resource_class = Some("gold".to_owned()));
    let error = refused(&hosts, &request, 1);
    assert_eq!(
        error.reason,
        "no node passes ResourceClassFilter: wanted resource class gold, found resource class bm (2 nodes), \
         no resource class (1 node)"
    );
    assert_eq!(
        error.hints,
        [
            "2 nodes would fit with resource class bm",
            "1 node would fit without asking for a resource class: they have none",
            "of 3 nodes, ResourceClassFilter left 0",
        ]
    );
}

#[test]
fn where_no_single_change_helps_the_nearest_node_is_shown() {
    let hosts = [machine("a")];
    let mut request = ram(64);
    request.vcpus = Some(64);
    request.disk_gb = Some(1);
    let error = refused(&hosts, &request, 1);
    assert_eq!(
        error.hints,
        ["the nearest is a: it has 16384 MB of RAM, and has 8 CPUs", "of 1 node, RamFilter left 0",]
    );
}

#[test]
fn groups_gather_equal_reasons_in_the_order_of_filters() {
    let mut hosts = vec![machine("a"), machine("b"), machine_of("c", 8), machine("d")];
    hosts[3].instance_uuid = Some("i".into());
    let request = ram(64);
    let options = Options::default();
    let selection = select(&hosts, &request, &options).expect("the request can be meant");
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
            (FilterName::Ram, "16384 MB of RAM".to_owned(), vec!["a", "b"]),
            (FilterName::Ram, "8192 MB of RAM".to_owned(), vec!["c"]),
        ]
    );
}

#[test]
fn traps_are_named_when_met() {
    let mut text: HostState = serde_json::from_str(
        r#"{"uuid": "t", "properties": {"cpus": "8", "memory_mb": "16384", "local_gb": "100"}, "resource_class": "bm",
            "power_state": "power off"}"#,
    )
    .expect("the node can be read");
    text.owner = Some("p1".into());
    let mut unread = machine("unread");
    unread.hardware.ram_mb = 0;
    let mut silent = machine("silent");
    silent.power_state = None;
    let mut classless = machine("classless");
    classless.resource_class = None;
    let hosts = [text, unread, silent, classless];
    let mut request = ram(1);
    request.resource_class = Some("bm".to_owned());
    let options = Options { count: Count::All, ..Options::default() };
    let selection = select(&hosts, &request, &options).expect("the request can be meant");
    let traps: Vec<_> =
        selection.traps(Some("p2")).into_iter().map(|trap| (trap.kind, trap.hosts[0].label())).collect();
    assert_eq!(
        traps,
        [
            (TrapKind::NoRam, "unread"),
            (TrapKind::NumbersAsText, "t"),
            (TrapKind::NoResourceClass, "classless"),
            (TrapKind::PowerStateUnknown, "silent"),
            (TrapKind::OtherOwner, "t"),
        ]
    );
    assert!(selection.traps(Some("p1")).iter().all(|trap| trap.kind != TrapKind::OtherOwner));
    request.resource_class = None;
    let selection = select(&hosts, &request, &options).expect("the request can be meant");
    assert!(selection.traps(None).iter().any(|trap| trap.advice.contains("by its instance_uuid")));
}

#[test]
fn a_request_that_its_filters_do_not_look_at_is_a_trap() {
    let hosts = [machine("a")];
    let mut request = ram(1);
    request.vcpus = Some(1);
    request.exclude = vec!["a".to_owned()];
    request.filters = vec![FilterName::ExactRam];
    let options = Options::default();
    let selection = select(&hosts, &request, &options).expect("the request can be meant");
    assert_eq!(selection.traps(None).last().map(ToString::to_string), Some(
        "the request names what only RetryFilter, CoreFilter would look at, and the list of filters leaves them out"
            .to_owned()
    ));
}

#[test]
fn an_exclusion_of_nobody_is_a_trap() {
    let hosts = [machine("a"), machine("b")];
    let request = Request { exclude: vec!["a".to_owned(), "aa".to_owned()], ..ram(16) };
    let options = Options::default();
    let selection = select(&hosts, &request, &options).expect("the request can be meant");
    let traps: Vec<String> = selection.traps(None).iter().map(ToString::to_string).collect();
    assert_eq!(traps, ["no node is called aa, which was to be left alone"]);
}

#[test]
fn named_nodes_are_the_only_ones_looked_at() {
    let hosts = [machine("a"), machine("b"), machine("c")];
    let mut request = with(|request| request.nodes = vec!["b".to_owned(), "UUID-OF-C".to_owned()]);
    let options = Options { count: Count::All, ..Options::default() };
    let selection = select(&hosts, &request, &options).expect("the request can be meant");
    let mut chosen = selection.chosen().to_vec();
    chosen.sort_unstable();
    assert_eq!(chosen, [1, 2]);
    assert_eq!(selection.considered(), 2);
    request.nodes.push("d".to_owned());
    let error = select(&hosts, &request, &options).expect_err("there is no such node");
    assert_eq!(error.to_string(), "no node is called `d`");
}

#[test]
fn snapshot_of_every_reason_and_hint() {
    let mut text = String::new();
    let mut tell = |title: &str, hosts: &[HostState], request: &Request, count: usize| {
        let options = Options { count: Count::Exactly(count), ..Options::default() };
        let selection = select(hosts, request, &options).expect("the request is valid");
        let error = selection.verdict().expect_err(title);
        text.extend([format!("## {title}\nerror: {error}\n")]);
        text.extend(error.hints.iter().map(|hint| format!("hint: {hint}\n")));
        text.extend(selection.explanations().map(|told| {
            format!(
                "{}: {}: {} (wanted: {}; has: {})\n",
                told.host.label(),
                told.filter,
                told.reason,
                told.wanted,
                told.has
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
