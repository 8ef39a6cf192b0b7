use super::*;
use crate::host_manager::FilterName;

fn parse(text: &str) -> Result<Vec<Group>, InputError> {
    let document = Document::parse(Source::from_text("fleet.yaml", text))?;
    Ok(read(&document)?.0)
}

fn groups(text: &str) -> Vec<Group> {
    parse(text).expect("the fleet can be read")
}

fn refused(text: &str) -> String {
    parse(text).expect_err("it is refused").to_string()
}

/// Names and counts.
fn counts(text: &str) -> Vec<(String, usize)> {
    groups(text).into_iter().map(|group| (group.name, group.count)).collect()
}

#[test]
fn a_fleet_in_farriers_own_words() {
    let read = groups(
        "defaults: {exact: true, conductor_group: east}\n\
         instances:\n\
         - {name: web, count: 3, flavor: bm.small, image: http://x}\n\
         - {name: db, ram: 256G, resource_class: bm.large, traits: [CUSTOM_NVME, '!CUSTOM_GPU'], exact: false,\n\
            capabilities: {boot_mode: uefi}, nodes: [r1, r2], exclude: r3, extra_specs: {x: '>= 1'}}\n",
    );
    assert_eq!(
        (read[0].name.as_str(), read[0].count, read[0].flavor.as_deref()),
        ("web", 3, Some("bm.small"))
    );
    assert_eq!(read[0].wanted.filters, FilterName::EXACT);
    assert_eq!(read[0].wanted.conductor_group.as_deref(), Some("east"));
    let db = &read[1].wanted;
    assert_eq!((db.ram_mb, db.resource_class.as_deref()), (Some(262_144), Some("bm.large")));
    assert_eq!(db.filters, FilterName::AT_LEAST);
    assert_eq!(db.required_traits, ["CUSTOM_NVME".to_owned()].into());
    assert_eq!(db.forbidden_traits, ["CUSTOM_GPU".to_owned()].into());
    assert_eq!(db.nodes, ["r1", "r2"]);
    assert_eq!(db.exclude, ["r3"]);
    let specs: Vec<_> = db.extra_specs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(specs, [("capabilities:boot_mode", "uefi"), ("x", ">= 1")]);
}

#[test]
fn a_flavor_lies_under_what_the_file_says() {
    let group = &groups("- {name: a, flavor: f, ram: 2G, extra_specs: {x: '2'}}")[0];
    let specs = [("x", "1"), ("y", "1")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    let flavor = Flavor {
        name: "f".to_owned(),
        vcpus: Some(4),
        ram_mb: Some(1024),
        extra_specs: specs.into(),
        ..Flavor::default()
    };
    let request = group.request(Some(&flavor));
    assert_eq!((request.flavor.as_deref(), request.vcpus, request.ram_mb), (Some("f"), Some(4), Some(2048)));
    assert_eq!((request.extra_specs["x"].as_str(), request.extra_specs["y"].as_str()), ("2", "1"));
    assert_eq!(group.request(None).vcpus, None);
}

#[test]
fn metalsmiths_forms_are_read() {
    let role = groups(
        "metalsmith_image: http://img/el9.qcow2\n\
         metalsmith_resource_class: baremetal\n\
         metalsmith_nics: [{network: prov}]\n\
         metalsmith_instances:\n\
         - {hostname: build-0, traits: [CUSTOM_NVME], capabilities: {boot_mode: uefi}, ssh_public_keys: [k]}\n\
         - {hostname: build-1, resource_class: bm.large, candidates: [r1, r2], root_size: 40}\n",
    );
    assert_eq!(role[0].wanted.resource_class.as_deref(), Some("baremetal"));
    assert_eq!(role[1].wanted.resource_class.as_deref(), Some("bm.large"));
    assert_eq!(
        (role[1].name.as_str(), &role[1].wanted.nodes[..]),
        ("build-1", &["r1".to_owned(), "r2".to_owned()][..])
    );
    let module = groups(
        r#"{"instances": [{"hostname": "a", "name": "node-7", "image": {"href": "x"}, "capabilities": "boot_mode:uefi,x:1"}]}"#,
    );
    assert_eq!(module[0].wanted.nodes, ["node-7"]);
    assert_eq!(module[0].wanted.extra_specs["capabilities:x"], "1");
}

#[test]
fn tripleos_roles_count_the_instances_they_describe() {
    let text = "- name: Controller\n  count: 3\n  hostname_format: '%stackname%-ctl-%index%'\n  \
                defaults: {profile: control, resource_class: bm}\n  \
                instances:\n  - {hostname: ctl-0, name: r1}\n  - {hostname: ctl-9, provisioned: false}\n\
                - name: Compute\n";
    assert_eq!(
        counts(text),
        [("ctl-0".to_owned(), 1), ("Controller".to_owned(), 2), ("Compute".to_owned(), 1)]
    );
    let read = groups(text);
    assert_eq!(read[0].wanted.nodes, ["r1"]);
    assert_eq!(read[1].wanted.extra_specs["capabilities:profile"], "control");
    assert!(read[2].wanted.extra_specs.is_empty());
}

#[test]
fn errors_name_their_place() {
    for (text, expected) in [
        ("- {count: 2}", "fleet.yaml:1:3: [0]: the instances' `name` is missing"),
        ("- {name: a, flavour: x}", "fleet.yaml:1:13: [0]: unknown key `flavour`, did you mean `flavor`?"),
        (
            "- {name: a, count: many}",
            "fleet.yaml:1:20: [0].count: expected a whole number, found text `many`",
        ),
        ("- {name: a}\n- {name: a}", "fleet.yaml:2:3: [1]: instances `a` are given already at fleet.yaml:1"),
        (
            "- {name: a, capabilities: uefi}",
            "fleet.yaml:1:27: [0].capabilities: expected capabilities as a mapping, or as `key:value,key2:value2`, \
             found text `uefi`",
        ),
    ] {
        assert_eq!(refused(text), expected, "{text}");
    }
    assert!(refused("nodes: []").starts_with("fleet.yaml:1:1: `instances` is missing"));
}
