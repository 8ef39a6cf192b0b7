use super::*;
use crate::host_manager::host::{Availability, Unavailable};

fn parse(json: &str) -> HostState {
    serde_json::from_str(json).expect("the node is valid")
}

fn warnings(host: &HostState) -> Vec<String> {
    host.warnings().map(|warning| warning.to_string()).collect()
}

#[test]
fn a_node_from_ironic_is_parsed() {
    let host = parse(
        r#"{"uuid": "5a1c", "name": "n1", "driver": "redfish", "links": [{"href": "x"}], "extra": {"uuid": 3},
            "properties": {"cpus": 8, "memory_mb": 16384, "local_gb": 100, "cpu_arch": "AMD64", "vendor": {"a": [1]},
                           "capabilities": "boot_mode:uefi,raid: 10"},
            "resource_class": "bm.small", "traits": ["CUSTOM_B", "CUSTOM_A"], "conductor_group": "", "owner": null,
            "lessee": "p2", "shard": "s1", "instance_uuid": null, "provision_state": "available",
            "power_state": "power off", "maintenance": false, "retired": false, "fault": null, "reservation": null}"#,
    );
    assert_eq!(&*host.uuid, "5a1c");
    assert_eq!(host.label(), "n1");
    assert_eq!(host.hardware, Hardware { vcpus: 8, ram_mb: 16384, disk_mb: 102_400 });
    assert_eq!(host.raw_arch.as_deref(), Some("AMD64"));
    assert_eq!(host.arch.as_deref(), Some("x86_64"));
    let stats: Vec<_> = host.stats.iter().map(|(key, value)| (&**key, &**value)).collect();
    assert_eq!(stats, [("boot_mode", "uefi"), ("cpu_arch", "AMD64"), ("raid", " 10")]);
    assert!(host.has_trait("CUSTOM_A") && host.has_trait("CUSTOM_B") && !host.has_trait("CUSTOM"));
    assert_eq!(host.conductor_group, None);
    assert_eq!(host.lessee.as_deref(), Some("p2"));
    assert_eq!(host.availability(), Availability::Free);
    assert_eq!(host.oddities, []);
}

#[test]
fn column_titles_of_the_openstack_client_are_accepted() {
    let host = parse(
        r#"{"UUID": "5a1c", "Name": "n1", "Instance UUID": null, "Power State": "power on",
            "Provisioning State": "active", "Maintenance": false, "Resource Class": "c",
            "Properties": {"cpus": "8", "memory_mb": "16384", "local_gb": "100"}}"#,
    );
    assert_eq!(host.hardware.vcpus, 8);
    assert_eq!(host.resource_class.as_deref(), Some("c"));
    assert_eq!(host.availability(), Availability::Unavailable(Unavailable::ProvisionState));
}

#[test]
fn numbers_are_parsed_like_in_nova() {
    for (value, number, odd) in [
        ("8", 8, None),
        ("8.0", 8, None),
        ("-8", -8, None),
        ("8.9", 8, Some("node u: properties.cpus is not a whole number: 8.9")),
        (r#""8""#, 8, None),
        (r#"" 8 ""#, 8, None),
        (r#""1_0""#, 10, None),
        (r#""8.0""#, 0, Some(r#"node u: properties.cpus is invalid: "8.0""#)),
        (r#""8 cores""#, 0, Some(r#"node u: properties.cpus is invalid: "8 cores""#)),
        (r#""""#, 0, Some(r#"node u: properties.cpus is invalid: """#)),
        ("null", 0, Some("node u: properties.cpus is null")),
        ("true", 1, Some("node u: properties.cpus is invalid: true")),
        ("[8]", 0, Some("node u: properties.cpus is invalid: a list")),
        (r#"{"count": 8}"#, 0, Some("node u: properties.cpus is invalid: an object")),
        ("18446744073709551615", i64::MAX, None),
        ("1e300", i64::MAX, None),
    ] {
        let host = parse(&format!(
            r#"{{"uuid": "u", "properties": {{"cpus": {value}, "memory_mb": 1, "local_gb": 1}}}}"#
        ));
        assert_eq!(host.hardware.vcpus, number, "{value}");
        assert_eq!(warnings(&host), odd.into_iter().collect::<Vec<_>>(), "{value}");
    }
}

#[test]
fn numbers_as_text_count_and_are_recorded() {
    let host = parse(r#"{"uuid": "u", "properties": {"cpus": "8", "memory_mb": 1, "local_gb": 1}}"#);
    assert_eq!(
        host.oddities,
        [Oddity { key: "properties.cpus", kind: OddityKind::NumberAsText(r#""8""#.into()) }]
    );
}

#[test]
fn missing_properties_are_zero_with_a_warning_each() {
    for json in
        [r#"{"uuid": "u", "properties": {}}"#, r#"{"uuid": "u"}"#, r#"{"uuid": "u", "properties": null}"#]
    {
        let host = parse(json);
        assert_eq!(host.hardware, Hardware::default());
        assert_eq!(warnings(&host).len(), 3, "{json}");
    }
    let host = parse(r#"{"uuid": "u", "properties": "{'cpus': 8}"}"#);
    assert_eq!(warnings(&host)[0], r#"node u: properties is invalid: "{'cpus': 8}""#);
}

#[test]
fn capabilities_are_split_like_in_nova() {
    for (capabilities, expected, ignored) in [
        ("a:1,b:2", vec![("a", "1"), ("b", "2")], 0),
        (" a :1 , b:2", vec![("a", "1 "), ("b", "2")], 0),
        ("a:1,a:2", vec![("a", "2")], 0),
        ("a:1,b,c:2:3,:4,d:,", vec![("a", "1")], 5),
        ("", vec![], 0),
        (" :x", vec![("", "x")], 0),
    ] {
        let json = serde_json::json!({
            "uuid": "u",
            "properties": {"cpus": 1, "memory_mb": 1, "local_gb": 1, "capabilities": capabilities},
        });
        let host = parse(&json.to_string());
        let stats: Vec<_> = host.stats.iter().map(|(key, value)| (&**key, &**value)).collect();
        assert_eq!(stats, expected, "{capabilities}");
        assert_eq!(warnings(&host).len(), ignored, "{capabilities}");
    }
}

#[test]
fn a_capability_cpu_arch_overrides_the_architecture_for_extra_specs_only() {
    let host =
        parse(r#"{"uuid": "u", "properties": {"cpu_arch": "x86_64", "capabilities": "cpu_arch:knl"}}"#);
    assert_eq!(host.stats.get("cpu_arch"), Some("knl"));
    assert_eq!(host.arch.as_deref(), Some("x86_64"));
    let host = parse(r#"{"uuid": "u", "properties": {"cpu_arch": ""}}"#);
    assert_eq!((host.arch.as_deref(), host.stats.get("cpu_arch")), (None, Some("")));
}

#[test]
fn redacted_values_are_unknown() {
    let host =
        parse(r#"{"uuid": "u", "reservation": "** Redacted - requires a permission. **", "owner": "** x"}"#);
    assert_eq!(host.locked_by, None);
    assert_eq!(host.owner, None);
    assert_eq!(
        parse(r#"{"uuid": "u", "reservation": "conductor-1"}"#).locked_by.as_deref(),
        Some("conductor-1")
    );
}

#[test]
fn invalid_values_never_make_a_node_look_free() {
    let free = r#""power_state": "power off", "provision_state": "available""#;
    assert_eq!(parse(&format!("{{{free}}}")).availability(), Availability::Free);
    for field in [
        r#""maintenance": "yes""#,
        r#""maintenance": {"reason": "psu"}"#,
        r#""retired": 1"#,
        r#""instance_uuid": 5"#,
        r#""provision_state": {"name": "available"}"#,
    ] {
        // The last value of a key counts.
        let host = parse(&format!("{{{free}, {field}}}"));
        assert_ne!(host.availability(), Availability::Free, "{field}");
        assert!(host.warnings().any(|warning| field.contains(warning.oddity.key)), "{field}");
    }
    let host = parse(&format!(r#"{{{free}, "maintenance": "False", "retired": null, "power_state": 7}}"#));
    assert_eq!(host.availability(), Availability::Unavailable(Unavailable::PowerUnknown));
}

#[test]
fn invalid_traits_are_ignored() {
    let host = parse(r#"{"uuid": "u", "traits": ["A", 5, null, "A", {"name": "B"}]}"#);
    assert_eq!(host.traits.iter().map(|name| &**name).collect::<Vec<_>>(), ["A"]);
    assert_eq!(warnings(&host).iter().filter(|text| text.contains("traits")).count(), 2);
    assert_eq!(parse(r#"{"uuid": "u", "traits": null}"#).traits.len(), 0);
}

#[test]
fn only_objects_are_accepted() {
    assert!(serde_json::from_str::<HostState>("[]").is_err());
    assert!(serde_json::from_str::<HostState>(r#""node-1""#).is_err());
}

#[test]
fn nodes_parsed_with_and_without_a_pool_are_equal() {
    let json =
        r#"{"uuid": "u", "properties": {"cpus": 1, "capabilities": "a:1"}, "traits": ["T"], "driver": "d"}"#;
    let alone: HostState = parse(json);
    let mut pool = Pool::new();
    let mut parse_shared = || {
        HostSeed(&mut pool)
            .deserialize(&mut serde_json::Deserializer::from_str(json))
            .expect("the node is valid")
    };
    let (first, second) = (parse_shared(), parse_shared());
    assert_eq!(alone, first);
    assert!(Arc::ptr_eq(&first.stats, &second.stats) && Arc::ptr_eq(&first.traits, &second.traits));
    let mut shared_later = alone.clone();
    pool.share(&mut shared_later);
    assert_eq!(shared_later, alone);
    assert!(Arc::ptr_eq(&shared_later.stats, &first.stats));
}
