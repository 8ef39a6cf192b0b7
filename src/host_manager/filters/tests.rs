use super::*;
use crate::host_manager::host::{Hardware, Stats};

/// A free machine with 8 CPUs, 16384 MiB of RAM and a disk of 100 GiB.
fn host() -> HostState {
    serde_json::from_str(
        r#"{"uuid": "0f3c", "name": "n1", "driver": "redfish", "provision_state": "available",
            "power_state": "power off", "resource_class": "bm.small", "traits": ["CUSTOM_NVME", "HW_CPU_X86_VMX"],
            "conductor_group": "rack-1", "owner": "p1", "lessee": "p2", "shard": "s1",
            "properties": {"cpus": 8, "memory_mb": 16384, "local_gb": 100, "cpu_arch": "amd64",
                           "capabilities": "boot_mode:uefi,ports:4"}}"#,
    )
    .expect("the node can be read")
}

/// The first filter that refuses the node, and its reason.
fn refusal_of(request: &Request, host: &HostState) -> Option<(FilterName, String)> {
    let circumstances = MatchContext::default();
    let matcher = Matcher::new(request, &circumstances).expect("the request is valid");
    reason(&matcher, host)
}

fn reason(matcher: &Matcher<'_>, host: &HostState) -> Option<(FilterName, String)> {
    let filter = matcher.request.filters[matcher.refusal(host)?];
    Some((filter, matcher.explain(host, filter).reason))
}

fn refused(filter: FilterName, reason: &str) -> (FilterName, String) {
    (filter, reason.to_owned())
}

fn passes(request: &Request, host: &HostState) -> bool {
    refusal_of(request, host).is_none()
}

fn with(change: impl FnOnce(&mut Request)) -> Request {
    let mut request = Request::default();
    change(&mut request);
    request
}

#[test]
fn filter_names_are_parsed_and_unknown_names_list_the_known() {
    for filter in FilterName::ALL {
        assert_eq!(filter.as_str().parse(), Ok(*filter));
    }
    let error = "RamFiltre".parse::<FilterName>().expect_err("no such filter");
    assert!(error.to_string().starts_with("unknown filter `RamFiltre`; available filters: RetryFilter, "));
    assert!(error.to_string().contains("ExactCoreFilter"));
}

#[test]
fn fields_that_are_not_requested_are_not_checked() {
    assert!(passes(&Request::default(), &host()));
    assert!(passes(&Request::default().exact(), &host()));
    let unknown = HostState { hardware: Hardware::default(), resource_class: None, arch: None, ..host() };
    assert!(passes(&Request::default().exact(), &unknown));
}

#[test]
fn sizes_match_at_least_or_exactly() {
    for (has, requested, at_least, exactly) in [(8, 8, true, true), (8, 7, true, false), (8, 9, false, false)]
    {
        let hardware = Hardware { vcpus: has, ram_mb: has * 1024, disk_mb: has * 1024 };
        let node = HostState { hardware, ..host() };
        for request in [
            with(|request| request.vcpus = Some(requested)),
            with(|request| request.ram_mb = Some(requested * 1024)),
            with(|request| request.disk_gb = Some(requested)),
        ] {
            assert_eq!(passes(&request, &node), at_least, "{request:?}");
            assert_eq!(passes(&request.exact(), &node), exactly);
        }
    }
}

#[test]
fn ephemeral_disk_and_swap_count_in_mebibytes() {
    let mut request = with(|request| request.disk_gb = Some(80)).exact();
    assert!(!passes(&request, &host()));
    request.ephemeral_gb = Some(20);
    assert!(passes(&request, &host()));
    request.swap_mb = Some(1);
    assert_eq!(refusal_of(&request, &host()), Some(refused(FilterName::ExactDisk, "has 100 GiB of disk")));
    request.ephemeral_gb = Some(19);
    request.swap_mb = Some(1024);
    assert!(passes(&request, &host()));
}

#[test]
fn a_node_without_cpus_never_passes_a_request_for_cpus() {
    let node = HostState { hardware: Hardware { vcpus: 0, ..host().hardware }, ..host() };
    for requested in [0, 1] {
        let request = with(|request| request.vcpus = Some(requested));
        assert!(!passes(&request, &node));
        assert!(!passes(&request.exact(), &node));
    }
    assert!(passes(&with(|request| request.vcpus = Some(0)), &host()));
}

#[test]
fn used_and_unavailable_nodes_are_refused_and_offer_nothing() {
    let used = HostState { instance_uuid: Some("i".into()), maintenance: true, ..host() };
    let in_use = Some(refused(FilterName::Compute, "is in use by instance i"));
    assert_eq!(refusal_of(&Request::default(), &used), in_use);
    for (node, reason) in [
        (HostState { maintenance: true, ..host() }, "in maintenance"),
        (HostState { fault: Some("clean failure".into()), ..host() }, "fault clean failure"),
        (HostState { retired: true, ..host() }, "retired"),
        (HostState { provision_state: Some("cleaning".into()), ..host() }, "provision state cleaning"),
        (HostState { power_state: Some("error".into()), ..host() }, "power state error"),
        (HostState { power_state: None, ..host() }, "power state unknown"),
    ] {
        let unavailable = Some(refused(FilterName::Compute, &format!("is unavailable: {reason}")));
        assert_eq!(refusal_of(&Request::default(), &node), unavailable);
        let sizes_alone = with(|request| {
            request.ram_mb = Some(16384);
            request.filters = vec![FilterName::ExactRam];
        });
        assert!(!passes(&sizes_alone, &node));
    }
    assert!(passes(&Request::default(), &HostState { provision_state: None, ..host() }));
    assert!(passes(&Request::default(), &HostState { locked_by: Some("conductor-1".into()), ..host() }));
}

#[test]
fn a_node_without_a_live_conductor_is_refused() {
    let request = Request::default();
    let mut live = LiveDrivers::default();
    live.insert(None, "", ["redfish".to_owned()]);
    live.insert(None, "rack-1", ["ipmi".to_owned()]);
    let circumstances = MatchContext { live_drivers: Some(live), ..MatchContext::default() };
    let matcher = Matcher::new(&request, &circumstances).expect("the request is valid");
    let unserved = "has no live conductor for driver redfish in its conductor group";
    assert_eq!(reason(&matcher, &host()), Some(refused(FilterName::Compute, unserved)));
    assert_eq!(matcher.refusal(&HostState { conductor_group: None, ..host() }), None);
    assert_eq!(matcher.refusal(&HostState { driver: Some("ipmi".into()), ..host() }), None);
    let elsewhere = HostState { cloud: Some("a cloud with unknown conductors".into()), ..host() };
    assert_eq!(matcher.refusal(&elsewhere), None);
}

#[test]
fn tried_and_excluded_nodes_are_refused() {
    for (name, excluded) in [("n1", true), ("0f3c", true), ("0F3C", true), ("N1", false), ("n", false)] {
        let request = with(|request| request.exclude = vec!["other".to_owned(), name.to_owned()]);
        assert_eq!(!passes(&request, &host()), excluded, "{name}");
    }
    let request = Request::default();
    let circumstances = MatchContext { tried: ["0f3c".to_owned()].into(), ..MatchContext::default() };
    let matcher = Matcher::new(&request, &circumstances).expect("the request is valid");
    assert_eq!(reason(&matcher, &host()), Some(refused(FilterName::Retry, "was already tried in this run")));
}

#[test]
fn location_and_owner_must_match() {
    for (what, has) in [("conductor group", "rack-1"), ("shard", "s1"), ("owner", "p1"), ("lessee", "p2")] {
        let requesting = |requested: &str| {
            with(|request| {
                let field = match what {
                    "conductor group" => &mut request.conductor_group,
                    "shard" => &mut request.shard,
                    "owner" => &mut request.owner,
                    _ => &mut request.lessee,
                };
                *field = Some(requested.to_owned());
            })
        };
        assert!(passes(&requesting(has), &host()), "{what}");
        let differs = Some(refused(FilterName::AvailabilityZone, &format!("has {what} {has}")));
        assert_eq!(refusal_of(&requesting("other"), &host()), differs);
        assert_eq!(refusal_of(&requesting(""), &host()), differs);
    }
    assert!(passes(&with(|request| request.conductor_group = Some("RACK-1".to_owned())), &host()));
    let in_default_group = HostState { conductor_group: None, ..host() };
    assert!(passes(&with(|request| request.conductor_group = Some(String::new())), &in_default_group));
    let in_cloud = HostState { cloud: Some("east".into()), ..host() };
    assert!(passes(&with(|request| request.cloud = Some("east".to_owned())), &in_cloud));
    assert!(!passes(&with(|request| request.cloud = Some("west".to_owned())), &in_cloud));
}

#[test]
fn all_extra_specs_must_match() {
    let requesting = |pairs: &[(&str, &str)]| {
        with(|request| {
            request.extra_specs =
                pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        })
    };
    for (pairs, expected) in [
        (&[("capabilities:boot_mode", "uefi"), ("ports", ">= 2")][..], true),
        (&[("capabilities:boot_mode", "uefi"), ("ports", ">= 5")], false),
        (&[("capabilities:cpu_arch", "amd64")], true),
        (&[("cpu_arch", "x86_64")], false),
        (&[("baremetal:cpu_arch", "s== amd64")], true),
        (&[("capabilities:missing", "s!= x")], false),
        (&[("boot_mode", "bios")], false),
        // A key without a scope is ignored if the node has no value for it, except for the architecture.
        (&[("missing", "x"), ("resource_type", "ironic"), ("group_policy", "none")], true),
        (&[("resources", "CUSTOM_BM_LARGE=1")], true),
        (&[("numa_topology", "x")], false),
        (&[("capabilities:boot_mode:x", "uefi")], false),
        (&[("capabilities:hypervisor_type", "ironic"), ("hypervisor_type", "<in> iron")], true),
        (&[("capabilities:hypervisor_type", "s== baremetal")], false),
        (&[("capabilities:hypervisor_version", ">= 1"), ("capabilities:hypervisor_hostname", "0f3c")], true),
        (&[("capabilities:vcpus_total", ">= 8"), ("capabilities:free_ram_mb", ">= 16384")], true),
        (&[("free_disk_mb", "== 102400"), ("total_usable_disk_gb", "100")], true),
        (&[("total_usable_ram_mb", "<= 16383")], false),
        (&[("hw:anything", "x"), ("quota:x", "= y")], true),
        (&[("resources:CUSTOM_BM_SMALL", "1"), ("resources:VCPU", "0")], true),
        (&[("resources:CUSTOM_BM_LARGE", "1")], false),
        (&[("resources1:CUSTOM_BM_SMALL", "1"), ("resources_NET:VCPU", "0")], true),
        (&[("resources_NET:CUSTOM_BM_LARGE", "1")], false),
        (&[("resources1:CUSTOM_BM_LARGE", "1"), ("resources2:CUSTOM_BM_LARGE", "1")], false),
        (&[("trait:CUSTOM_NVME", "required"), ("trait2:CUSTOM_GPU", "forbidden")], true),
        (&[("trait_NET:CUSTOM_GPU", "required")], false),
        (&[("trait-a:CUSTOM_NVME", "forbidden")], false),
        (&[("trait:CUSTOM_GPU", "required")], false),
        (&[("trait1:CUSTOM_NVME", "forbidden")], false),
    ] {
        assert_eq!(passes(&requesting(pairs), &host()), expected, "{pairs:?}");
    }
    let no_arch = HostState { raw_arch: None, stats: Stats::default().into(), ..host() };
    for key in ["cpu_arch", "capabilities:cpu_arch", "baremetal:cpu_arch"] {
        assert!(!passes(&requesting(&[(key, "x86_64")]), &no_arch), "{key}: the architecture is unknown");
    }
    assert_eq!(
        refusal_of(&requesting(&[("boot_mode", ">= 1")]), &host()),
        Some(refused(FilterName::ComputeCapabilities, "has boot_mode uefi, but `>= 1` needs a number"))
    );
}

#[test]
fn images_are_matched_by_canonical_architecture() {
    let requesting = |architecture: &str, hypervisor: &str, mode: &str| {
        with(|request| {
            let properties =
                [("architecture", architecture), ("hypervisor_type", hypervisor), ("vm_mode", mode)];
            request.image = crate::host_manager::request::ImageProperties::from_properties(properties);
        })
    };
    assert!(passes(&requesting("X86_64", "", ""), &host()));
    assert!(passes(&requesting("amd64", "baremetal", "HVM"), &host()));
    assert!(passes(&requesting("", "Ironic", ""), &HostState { arch: None, ..host() }));
    for (request, reason) in [
        (requesting("aarch64", "", ""), "has architecture amd64"),
        (requesting("", "kvm", ""), "is bare metal, but the image is made for hypervisor type kvm"),
        (requesting("", "", "xen"), "is bare metal, but the image is made for virtual machine mode xen"),
    ] {
        assert_eq!(refusal_of(&request, &host()), Some(refused(FilterName::ImageProperties, reason)));
    }
    assert!(!passes(&requesting("x86_64", "", ""), &HostState { arch: None, ..host() }));
    let both = with(|request| {
        request.arch = Some("x86_64".to_owned());
        request.image.architecture = Some("arm64".to_owned());
    });
    let circumstances = MatchContext::default();
    let matcher = Matcher::new(&both, &circumstances).expect("the request is valid");
    let wanted = matcher.explain(&host(), FilterName::ImageProperties).wanted;
    assert_eq!(wanted, "architecture arm64");
}

#[test]
fn the_firmware_and_minimum_sizes_of_an_image_are_checked() {
    let requesting = |firmware: &str, ram: u64, disk: u64| {
        with(|request| {
            request.image.firmware = Some(firmware.to_owned()).filter(|firmware| !firmware.is_empty());
            (request.image.min_ram_mb, request.image.min_disk_gb) = (Some(ram), Some(disk));
        })
    };
    let (ram, disk) = (host().hardware.ram_mb.cast_unsigned(), host().hardware.disk_gb().cast_unsigned());
    assert!(passes(&requesting("UEFI", ram, disk), &host()));
    let unknown = HostState { stats: Stats::default().into(), ..host() };
    assert!(passes(&requesting("bios", 0, 0), &unknown), "Ironic sets an unknown boot mode");
    for (request, reason, wanted) in [
        (requesting("bios", 0, 0), "boots with uefi, but the image needs bios", "firmware bios"),
        (
            requesting("", ram + 1, 0),
            "has 16 GiB of RAM, but the image needs 16385 MiB of RAM",
            "at least 16385 MiB of RAM",
        ),
        (
            requesting("", 0, disk + 1),
            "has 100 GiB of disk, but the image needs 101 GiB of disk",
            "at least 101 GiB of disk",
        ),
        (
            with(|request| request.image.clouds = ["b".to_owned()].into()),
            "is in no cloud, which does not have the image",
            "a cloud that has the image",
        ),
    ] {
        assert_eq!(refusal_of(&request, &host()), Some(refused(FilterName::ImageProperties, reason)));
        let circumstances = MatchContext::default();
        let matcher = Matcher::new(&request, &circumstances).expect("the request is valid");
        assert_eq!(matcher.explain(&host(), FilterName::ImageProperties).wanted, wanted);
    }
    assert!(!passes(&requesting("", 0, u64::MAX), &host()));
}

#[test]
fn resource_classes_are_compared_like_in_nova() {
    for (has, requested, same) in [
        ("bm.small", "bm.small", true),
        ("bm.small", "CUSTOM_BM_SMALL", true),
        ("CUSTOM_BM_SMALL", "bm-small", true),
        ("bm..small", "BM-small", true),
        ("baremetal", "CUSTOM_BAREMETAL", true),
        ("bm.small", "bm.large", false),
        ("bm.small", "bm.smal", false),
        ("bm.small.", "bm.small", false),
    ] {
        let node = HostState { resource_class: Some(has.into()), ..host() };
        assert_eq!(
            passes(&with(|request| request.resource_class = Some(requested.to_owned())), &node),
            same,
            "{has} {requested}"
        );
    }
    let without_class = HostState { resource_class: None, ..host() };
    assert!(!passes(&with(|request| request.resource_class = Some("bm.small".to_owned())), &without_class));
}

#[test]
fn the_first_filter_that_refuses_is_reported() {
    let mut request = with(|request| {
        request.ram_mb = Some(1);
        request.vcpus = Some(1);
        request.filters = vec![FilterName::ExactCore, FilterName::ExactRam];
    });
    assert_eq!(refusal_of(&request, &host()).map(|(filter, _)| filter), Some(FilterName::ExactCore));
    request.filters.reverse();
    assert_eq!(refusal_of(&request, &host()).map(|(filter, _)| filter), Some(FilterName::ExactRam));
}

#[test]
fn the_default_lists_differ_only_in_the_size_filters() {
    let everywhere = [
        FilterName::Retry,
        FilterName::AvailabilityZone,
        FilterName::Compute,
        FilterName::ComputeCapabilities,
        FilterName::ImageProperties,
        FilterName::ResourceClass,
        FilterName::Traits,
    ];
    let with = |sizes: [FilterName; 3]| [everywhere.as_slice(), &sizes].concat();
    assert_eq!(FilterName::at_least(), with([FilterName::Ram, FilterName::Disk, FilterName::Core]));
    let exact = with([FilterName::ExactRam, FilterName::ExactDisk, FilterName::ExactCore]);
    assert_eq!(FilterName::exact(), exact);
    let relaxed: Vec<FilterName> = exact.iter().map(|filter| filter.relaxed()).collect();
    assert_eq!(relaxed, FilterName::at_least());
}
