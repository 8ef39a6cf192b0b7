use super::*;
use crate::host_manager::FilterName;

fn parse(text: &str) -> Result<Vec<InstanceGroup>, InputError> {
    let document = Document::parse(InputFile::from_text("fleet.yaml", text))?;
    Ok(read(&document)?.0)
}

fn groups(text: &str) -> Vec<InstanceGroup> {
    parse(text).expect("a valid fleet")
}

fn refused(text: &str) -> String {
    parse(text).expect_err("an invalid fleet").to_string()
}

/// The name and the count of each group.
fn counts(text: &str) -> Vec<(String, usize)> {
    groups(text).into_iter().map(|group| (group.name, group.count)).collect()
}

#[test]
fn farriers_own_format_is_read() {
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
    assert_eq!(read[0].requirements.filters, FilterName::exact());
    assert_eq!(read[0].requirements.conductor_group.as_deref(), Some("east"));
    let db = &read[1].requirements;
    assert_eq!((db.ram_mb, db.resource_class.as_deref()), (Some(262_144), Some("bm.large")));
    assert_eq!(db.filters, FilterName::at_least());
    assert_eq!(db.required_traits, ["CUSTOM_NVME".to_owned()].into());
    assert_eq!(db.forbidden_traits, ["CUSTOM_GPU".to_owned()].into());
    assert_eq!(db.nodes, ["r1", "r2"]);
    assert_eq!(db.exclude, ["r3"]);
    let specs: Vec<_> = db.extra_specs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(specs, [("capabilities:boot_mode", "uefi"), ("x", ">= 1")]);
}

#[test]
fn the_file_overrides_the_flavor() {
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
fn both_forms_of_metalsmith_are_read() {
    let role = groups(
        "metalsmith_image: http://img/el9.qcow2\n\
         metalsmith_resource_class: baremetal\n\
         metalsmith_nics: [{network: prov}]\n\
         metalsmith_instances:\n\
         - {hostname: build-0, traits: [CUSTOM_NVME], capabilities: {boot_mode: uefi}, ssh_public_keys: [k]}\n\
         - {hostname: build-1, resource_class: bm.large, candidates: [r1, r2], root_size: 40}\n",
    );
    assert_eq!(role[0].requirements.resource_class.as_deref(), Some("baremetal"));
    assert_eq!(role[1].requirements.resource_class.as_deref(), Some("bm.large"));
    assert_eq!(
        (role[1].name.as_str(), &role[1].requirements.nodes[..]),
        ("build-1", &["r1".to_owned(), "r2".to_owned()][..])
    );
    let module = groups(
        r#"{"instances": [{"hostname": "a", "name": "node-7", "image": {"href": "x"}, "capabilities": "boot_mode:uefi,x:1"}]}"#,
    );
    assert_eq!(module[0].requirements.nodes, ["node-7"]);
    assert_eq!(module[0].requirements.extra_specs["capabilities:x"], "1");
}

#[test]
fn the_count_of_a_tripleo_role_includes_its_listed_instances() {
    let text = "- name: Controller\n  count: 3\n  hostname_format: '%stackname%-ctl-%index%'\n  \
                defaults: {profile: control, resource_class: bm}\n  \
                instances:\n  - {hostname: ctl-0, name: r1}\n  - {hostname: ctl-9, provisioned: false}\n\
                - name: Compute\n";
    assert_eq!(
        counts(text),
        [("ctl-0".to_owned(), 1), ("Controller".to_owned(), 2), ("Compute".to_owned(), 1)]
    );
    let read = groups(text);
    assert_eq!(read[0].requirements.nodes, ["r1"]);
    assert_eq!(read[1].requirements.extra_specs["capabilities:profile"], "control");
    assert!(read[2].requirements.extra_specs.is_empty());
}

#[test]
fn errors_name_their_place() {
    for (text, expected) in [
        ("- {count: 2}", "fleet.yaml:1:3: [0]: `name` is missing"),
        ("- {name: a, flvor: x}", "fleet.yaml:1:13: [0]: unknown key `flvor`, did you mean `flavor`?"),
        (
            "- {name: a, count: many}",
            "fleet.yaml:1:20: [0].count: expected a whole number, found text `many`",
        ),
        (
            "- {name: a}\n- {name: a}",
            "fleet.yaml:2:3: [1]: duplicate instances `a`, first defined at fleet.yaml:1",
        ),
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

/// The findings of a group, and whether each is a warning.
fn findings(group: &InstanceGroup) -> Vec<(String, bool)> {
    group.payload.findings.iter().map(|finding| (finding.to_string(), finding.is_warning)).collect()
}

fn value<T: Clone>(located: Option<&Located<T>>) -> Option<T> {
    located.map(|located| located.value.clone())
}

#[test]
fn image_and_configuration_override_the_defaults() {
    let read = groups(
        "defaults: {image: http://img/a.img, image_checksum: 'http://img/SUMS', root_size: 20G, user_data: init.yaml}\n\
         instances:\n\
         - {name: web, ssh_keys: ssh-ed25519 AAAA me, swap_size: 2G, ephemeral_size: 10, meta: {role: web}}\n\
         - {name: db, image: http://img/b.img, root_size_gb: 30, ssh_public_keys: [keys.pub, /etc/keys.pub]}\n",
    );
    let (web, db) = (&read[0].payload, &read[1].payload);
    assert_eq!(value(web.image.as_ref()).as_deref(), Some("http://img/a.img"));
    assert_eq!(value(web.image_checksum.as_ref()).as_deref(), Some("http://img/SUMS"));
    assert_eq!((web.root_gb, web.swap_mb, web.ephemeral_gb), (Some(20), Some(2048), Some(10)));
    assert_eq!(value(web.ssh_keys.first()), Some(SshKey::Text("ssh-ed25519 AAAA me".to_owned())));
    assert_eq!(value(web.user_data.first()).as_deref(), Some(Path::new("init.yaml")));
    assert_eq!(web.meta, [("role".to_owned(), "web".to_owned())]);
    assert_eq!(value(db.image.as_ref()).as_deref(), Some("http://img/b.img"));
    assert_eq!(db.image_checksum, None, "the default is for another image");
    assert_eq!(db.root_gb, Some(30));
    let files = ["keys.pub", "/etc/keys.pub"].map(|path| SshKey::File(path.into()));
    assert_eq!(db.ssh_keys.iter().map(|key| key.value.clone()).collect::<Vec<_>>(), files);
    assert_eq!(web.image.as_ref().expect("an image").origin.to_string(), "fleet.yaml:1:19: defaults.image");
}

#[test]
fn an_image_that_is_no_url_uuid_or_path_is_a_name_in_glance() {
    for (image, expected) in [
        ("el10", "glance://el10"),
        ("glance://el10.img", "glance://el10.img"),
        ("/srv/el10.img", "/srv/el10.img"),
        ("2fb01d0b-b75b-4de2-b427-893c52327b4d", "2fb01d0b-b75b-4de2-b427-893c52327b4d"),
    ] {
        let groups = groups(&format!("instances: [{{name: a, image: '{image}'}}]"));
        assert_eq!(value(groups[0].payload.image.as_ref()).as_deref(), Some(expected));
    }
    let path = groups("instances: [{name: a, image: ./el10.img}]");
    assert!(value(path[0].payload.image.as_ref()).is_some_and(|path| !path.contains("://")));
}

#[test]
fn the_image_mapping_of_metalsmiths_module_is_read() {
    let read = groups(
        "instances: [{hostname: a, image: {href: 'http://x', checksum: abc, kernel: 'http://k', ramdisk: 'http://r'}}]",
    );
    let payload = &read[0].payload;
    assert_eq!(value(payload.image.as_ref()).as_deref(), Some("http://x"));
    assert_eq!(value(payload.image_checksum.as_ref()).as_deref(), Some("abc"));
    assert_eq!(value(payload.image_ramdisk.as_ref()).as_deref(), Some("http://r"));
    // A default checksum without an image is a checksum file for all images.
    let read = groups("defaults: {image_checksum: 'http://s'}\ninstances: [{name: a, image: 'http://x'}]");
    assert_eq!(value(read[0].payload.image_checksum.as_ref()).as_deref(), Some("http://s"));
    for (text, expected) in [
        ("- {name: a, image: {source: x}}", "unknown key `source`"),
        ("- {name: a, image_kernel: 'http://k'}", "fleet.yaml:1:3: [0]: a partition image needs both"),
        ("- {name: a, root_size: 20GB}", "fleet.yaml:1:24: [0].root_size: `20GB` is ambiguous"),
    ] {
        assert!(refused(text).contains(expected), "{}", refused(text));
    }
}

#[test]
fn paths_are_relative_to_the_folder_of_the_file() {
    let folder = crate::test_files::folder();
    let file = folder.path().join("fleet.yaml");
    std::fs::write(&file, "- {name: a, image: el.img, user_data: init}\n- {name: b, image: /srv/el.img}\n")
        .expect("written");
    std::fs::write(folder.path().join("el.img"), "").expect("written");
    let read = load(&file).expect("a valid fleet").0;
    let image = |at: usize| value(read[at].payload.image.as_ref());
    assert_eq!(image(0).map(Into::into), Some(folder.path().join("el.img")));
    assert_eq!(value(read[0].payload.user_data.first()), Some(folder.path().join("init")));
    assert_eq!(image(1).as_deref(), Some("/srv/el.img"));
}

#[test]
fn settings_that_a_deployment_does_not_support_are_findings_of_the_payload() {
    let read = groups(
        "- {name: a, network_config: {template: x}, state: reserved}\n\
         - {name: b, nics: [], state: present, managed: true, hostname_format: 'x-%index%'}\n",
    );
    let first = findings(&read[0]);
    assert_eq!(first.len(), 2);
    assert_eq!(first.iter().map(|(_, is_warning)| *is_warning).collect::<Vec<_>>(), [true, false]);
    assert!(
        first[0].0.starts_with("fleet.yaml:1:29: [0].network_config: `network_config` ignored"),
        "{first:?}"
    );
    let second = findings(&read[1]);
    assert_eq!(second.len(), 1);
    assert!(second[0].1 && second[0].0.contains("`hostname_format` ignored"), "{second:?}");
}

#[test]
fn all_deployment_settings_are_read() {
    let read = groups(
        "- {name: a, image: http://x, image_type: partition, image_format: raw, root_device: {size: '>= 60', rotational: false},\n\
            ephemeral_format: xfs, deploy_steps: [{interface: bios}], deploy_templates: CUSTOM_RAID, traits: [CUSTOM_X],\n\
            user_data: [a.yaml, /b.sh], network_data: {links: []}, vendor_data: vendor.json}\n\
         - {name: b, config_drive: drive.iso}\n\
         - {name: c, config_drive: 'http://h/drive'}\n",
    );
    let payload = &read[0].payload;
    assert_eq!(value(payload.image_type.as_ref()).as_deref(), Some("partition"));
    assert_eq!(value(payload.image_format.as_ref()).as_deref(), Some("raw"));
    let hints =
        [("size", ">= 60"), ("rotational", "false")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(value(payload.root_device.as_ref()).as_deref(), Some(&hints[..]));
    assert_eq!(payload.ephemeral_format.as_deref(), Some("xfs"));
    assert_eq!(value(payload.deploy_steps.as_ref()), Some(serde_json::json!([{"interface": "bios"}])));
    assert_eq!(
        read[0].requirements.required_traits,
        ["CUSTOM_RAID".to_owned(), "CUSTOM_X".to_owned()].into()
    );
    let files: Vec<_> = payload.user_data.iter().map(|file| file.value.clone()).collect();
    assert_eq!(files, [Path::new("a.yaml"), Path::new("/b.sh")]);
    assert!(
        matches!(value(payload.network_data.as_ref()), Some(MappingSource::Inline(map)) if map.contains_key("links"))
    );
    assert_eq!(value(payload.vendor_data.as_ref()), Some(MappingSource::File("vendor.json".into())));
    assert_eq!(value(read[1].payload.config_drive.as_ref()).as_deref(), Some("drive.iso"));
    assert!(!read[1].payload.has_config_drive_parts() && payload.has_config_drive_parts());
    assert_eq!(value(read[2].payload.config_drive.as_ref()).as_deref(), Some("http://h/drive"));
    assert!(
        refused("- {name: a, root_device: {size: [1]}}")
            .contains("root_device.size: expected the value of the hint")
    );
}

#[test]
fn metalsmiths_users_and_module_parameters_are_read() {
    let text = "timeout: 1200\nstate: present\ninstances:\n- {hostname: a, user_name: admin, passwordless_sudo: false,\n   \
                config_drive: {cloud_config: {packages: [vim]}, meta_data: {rack: r7}}}\n";
    let document = Document::parse(InputFile::from_text("fleet.yaml", text)).expect("YAML");
    let (read, warnings) = super::read(&document).expect("a valid fleet");
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].to_string().contains("`timeout` ignored: use `--timeout`"), "{warnings:?}");
    let payload = &read[0].payload;
    assert_eq!((payload.user_name.as_deref(), payload.passwordless_sudo), (Some("admin"), Some(false)));
    assert_eq!(payload.cloud_config["packages"], serde_json::json!(["vim"]));
    assert_eq!(payload.meta_data["rack"], "r7");
    assert!(payload.findings.is_empty());
    assert!(refused("state: absent\ninstances: []").contains("`state`"));
    assert!(refused("instances: []\ninstance: []").contains("did you mean `instances`?"));
    assert!(refused("- {name: a, config_drive: {cloud_config: x}}").contains("expected a mapping"));
}

#[test]
fn networks_are_read_in_all_dialects() {
    let read = groups(
        "defaults: {networks: [prov]}\n\
         instances:\n\
         - {name: a}\n\
         - {name: b, networks: []}\n\
         - {name: c, nics: [{network: prov, fixed_ip: 192.0.2.7}, {subnet: s}, {port: p}]}\n\
         - {name: d, networks: [{network: ctlplane, vif: true}]}\n",
    );
    let nics = |at: usize| read[at].payload.networks.clone().expect("networks");
    let on = |network: &str| Nic { network: Some(network.to_owned()), ..Nic::default() };
    assert_eq!((nics(0), nics(1), nics(3)), (vec![on("prov")], vec![], vec![on("ctlplane")]));
    let address = "192.0.2.7".parse().ok();
    let subnet = Nic { subnet: Some("s".to_owned()), ..Nic::default() };
    let port = Nic { port: Some("p".to_owned()), ..Nic::default() };
    assert_eq!(nics(2), [Nic { address, ..on("prov") }, subnet, port]);
    for (text, expected) in [
        ("- {name: a, nics: [{port: p, network: n}]}", "[0].nics[0]: `port` cannot be combined"),
        (
            "- {name: a, nics: [{fixed_ip: 192.0.2.7}]}",
            "[0].nics[0]: `network`, `subnet` or `port` is missing",
        ),
        ("- {name: a, nics: [{network: n, ip: 192.0.2}]}", "`192.0.2` is not an IP address"),
    ] {
        assert!(refused(text).contains(expected), "{}", refused(text));
    }
}

#[test]
fn networks_that_tripleo_does_not_attach_are_ignored_with_a_warning() {
    let read = |networks: &str| {
        let text = format!("- {{name: Compute, count: 1, networks: {networks}}}\n");
        let document = Document::parse(InputFile::from_text("fleet.yaml", text)).expect("YAML");
        let (groups, warnings) = super::read(&document).unwrap_or_else(|error| panic!("{error}"));
        let nics = groups[0].payload.networks.clone().expect("networks");
        let names: Vec<String> = nics.into_iter().filter_map(|nic| nic.network).collect();
        (names.join(","), warnings.len())
    };
    for (networks, attached, warnings) in [
        (
            "[{network: ctlplane, vif: true}, {network: internal_api, subnet: s}, {network: n, vif: false}]",
            "ctlplane",
            2,
        ),
        ("[{network: n, vif: false}]", "", 1),
        ("{network: n, vif: false}", "", 1),
        ("[{network: a}, b]", "a,b", 0),
        ("[{network: a, vif: 'yes'}]", "a", 0),
    ] {
        assert_eq!(read(networks), (attached.to_owned(), warnings), "{networks}");
    }
}

#[test]
fn contradictory_keys_are_refused_in_any_order() {
    for (text, expected) in [
        (
            "- {name: a, profile: x, capabilities: {profile: y}}",
            "fleet.yaml:1:25: [0]: `profile` and `capabilities` set different values for `capabilities:profile`",
        ),
        (
            "- {name: a, capabilities: 'profile:y,boot_mode:uefi', profile: x}",
            "`capabilities` and `profile` set different values for `capabilities:profile`",
        ),
        (
            "- {name: a, extra_specs: {'capabilities:profile': y}, profile: x}",
            "`extra_specs` and `profile` set different values for `capabilities:profile`",
        ),
        (
            "- {name: a, capabilities: {boot_mode: bios}, properties: {'capabilities:boot_mode': uefi}}",
            "`capabilities` and `properties` set different values for `capabilities:boot_mode`",
        ),
        (
            "- {name: a, capabilities: 'boot_mode:bios,boot_mode:uefi'}",
            "`capabilities` sets different values for `capabilities:boot_mode`",
        ),
        ("- {name: a, traits: [X, '!X']}", "`traits` sets different values for `trait:X`"),
        (
            "- {name: a, traits: ['!X'], extra_specs: {'trait:X': required}}",
            "`traits` and `extra_specs` set different values for `trait:X`",
        ),
        ("- {name: a, deploy_templates: X, traits: '!X'}", "`deploy_templates` and `traits` set different"),
        (
            "defaults: {profile: x, capabilities: {profile: y}}\ninstances: [{name: a}]",
            "`profile` and `capabilities`",
        ),
        (
            "metalsmith_profile: x\nmetalsmith_capabilities: {profile: y}\nmetalsmith_instances: [{hostname: a}]",
            "`metalsmith_profile` and `metalsmith_capabilities` set different",
        ),
        ("- {name: a, ram: 16G, ram_mb: 32768}", "`ram` and `ram_mb` mean the same: use only one of them"),
        ("- {name: a, nodes: [r1], candidates: [r2]}", "`nodes` and `candidates` mean the same"),
        ("- {name: a, root_size: 20, root_size_gb: 40}", "`root_size` and `root_size_gb` mean the same"),
        ("- {name: a, nics: [], networks: [n]}", "`nics` and `networks` mean the same"),
        (
            "- {name: a, ssh_keys: a.pub, ssh_public_keys: b.pub}",
            "`ssh_keys` and `ssh_public_keys` mean the same",
        ),
        (
            "- {name: a, image: {href: 'http://x', checksum: abc}, image_checksum: def}",
            "`checksum` of `image` and `image_checksum` mean the same",
        ),
        (
            "- {name: a, network_data: n.json, config_drive: {network_data: {links: []}}}",
            "`network_data` of `config_drive` and `network_data` mean the same",
        ),
        (
            "- {hostname: a, name: r1, nodes: [r2]}",
            "with `hostname`, `name` chooses the node, as `nodes` does",
        ),
    ] {
        assert!(refused(text).contains(expected), "{}", refused(text));
    }
    let read = groups(
        "defaults: {profile: x, extra_specs: {'capabilities:boot_mode': bios}}\n\
         instances: [{name: a, profile: y, capabilities: {profile: y}}, {name: b, capabilities: {profile: z}}]",
    );
    assert_eq!(read[0].requirements.extra_specs["capabilities:profile"], "y");
    assert_eq!(read[1].requirements.extra_specs["capabilities:profile"], "z");
}

#[test]
fn a_group_overrides_its_defaults_with_any_synonym() {
    let read = groups(
        "defaults: {capabilities: {boot_mode: bios}, nodes: [r1, r2], image_checksum: 'http://s'}\n\
         instances:\n\
         - {name: a, extra_specs: {'capabilities:boot_mode': uefi}}\n\
         - {hostname: b, name: r3, image_kernel: 'http://k', image: {href: 'http://x', ramdisk: 'http://r'}}\n",
    );
    assert_eq!(read[0].requirements.extra_specs["capabilities:boot_mode"], "uefi");
    assert_eq!(read[0].requirements.nodes, ["r1", "r2"]);
    assert_eq!(read[1].requirements.nodes, ["r3"]);
    let payload = &read[1].payload;
    assert_eq!(value(payload.image_kernel.as_ref()).as_deref(), Some("http://k"));
    assert_eq!(value(payload.image_ramdisk.as_ref()).as_deref(), Some("http://r"));
    assert_eq!(value(payload.image_checksum.as_ref()).as_deref(), Some("http://s"));
}

#[test]
fn unrendered_templates_are_refused_in_every_field() {
    for (text, place) in [
        ("- {name: 'web-{{ s }}'}", "fleet.yaml:1:10: [0].name"),
        ("- {name: a, image: 'http://h/<image>'}", "[0].image"),
        ("- {name: a, resource_class: '$(class)'}", "[0].resource_class"),
        ("- {name: a, extra_specs: {x: '{% y %}'}}", "[0].extra_specs.x"),
        ("- {name: a, networks: [{network: '<%= n %>'}]}", "[0].networks[0].network"),
        ("- {name: a, user_data: '{{ s }}.yaml'}", "[0].user_data"),
        ("- {name: a, count: '{{ n }}'}", "[0].count"),
        ("- {name: a, ram: '${RAM}'}", "[0].ram"),
        ("- {hostname: a, name: '{{ n }}', instances: [{hostname: b}]}", "[0].name"),
        ("defaults: {flavor: '{{ f }}'}\ninstances: [{name: a}]", "defaults.flavor"),
        ("metalsmith_image: '{{ i }}'\nmetalsmith_instances: [{hostname: a}]", "metalsmith_image"),
    ] {
        let refused = refused(text);
        assert!(refused.contains(place) && refused.contains("an unrendered template"), "{refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
    }
    let read = groups(
        "- {name: a, config_drive: {cloud_config: {runcmd: ['echo {{ ds.meta_data.name }} $(date)']}}}\n\
         - {name: b, hostname_format: '%stackname%-%index%', root_device: {model: '<in> SSD'}}\n",
    );
    assert_eq!(read.len(), 2);
}

#[test]
fn errors_about_misplaced_keys_explain_them() {
    for (text, expected) in [
        (
            "ansible_user: root\nmetalsmith_instances: [{hostname: a}]",
            "fleet.yaml:1:1: unknown key `ansible_user`: with `metalsmith_instances`, all keys must begin with \
             `metalsmith_`",
        ),
        (
            "image: http://x\nmetalsmith_instances: [{hostname: a}]",
            "fleet.yaml:1:1: unknown key `image`, did you mean `metalsmith_image`?",
        ),
        (
            "metalsmith_imag: http://x\nmetalsmith_instances: [{hostname: a}]",
            "fleet.yaml:1:1: unknown key `metalsmith_imag`, did you mean `metalsmith_image`?",
        ),
        (
            "defaults: {count: 2}\ninstances: [{name: a}]",
            "fleet.yaml:1:12: defaults: `count` cannot be a default: set it in each group of instances",
        ),
        (
            "metalsmith_hostname: a\nmetalsmith_instances: [{hostname: a}]",
            "fleet.yaml:1:1: `metalsmith_hostname` cannot be a default: set it in each group of instances",
        ),
        ("- {name: a, cpus: 8}", "fleet.yaml:1:13: [0]: unknown key `cpus`, did you mean `vcpus`?"),
    ] {
        assert_eq!(refused(text), expected, "{text}");
    }
    assert_eq!(groups("x-a: &a {ram: 1G}\nmetalsmith_instances: [{hostname: a, <<: *a}]")[0].name, "a");
}

#[test]
fn keys_of_metalsmiths_role_without_a_counterpart_are_ignored_or_refused() {
    let role = "metalsmith_debug: false\nmetalsmith_netboot: false\nmetalsmith_provisioning_timeout: 3600\n\
                metalsmith_extra_args: []\nmetalsmith_candidates: []\nmetalsmith_state: present\n\
                metalsmith_instances: [{hostname: a, netboot: no, extra_args: ''}]\n";
    let document = Document::parse(InputFile::from_text("fleet.yaml", role)).expect("YAML");
    let (read, warnings) = super::read(&document).expect("a valid fleet");
    assert_eq!(read.len(), 1);
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "fleet.yaml:1:19: metalsmith_debug: `metalsmith_debug` ignored: use `-v`",
            "fleet.yaml:3:34: metalsmith_provisioning_timeout: `metalsmith_provisioning_timeout` ignored: use \
             `--timeout`"
        ]
    );
    for (text, expected) in [
        ("metalsmith_netboot: true\nmetalsmith_instances: [{hostname: a}]", "network boot is not supported"),
        (
            "metalsmith_extra_args: [--debug]\nmetalsmith_instances: [{hostname: a}]",
            "metalsmith arguments are not supported",
        ),
        ("- {hostname: a, extra_args: '--debug'}", "metalsmith arguments are not supported"),
        ("- {hostname: a, debug: true}", "unknown key `debug`"),
    ] {
        assert!(refused(text).contains(expected), "{}", refused(text));
    }
}

#[test]
fn a_key_without_a_value_before_a_comment_is_warned_about() {
    let document =
        Document::parse(InputFile::from_text("fleet.yaml", "- name: a\n  user_data: #cloud-config\n"));
    let (_, warnings) = super::read(&document.expect("YAML")).expect("a valid fleet");
    assert_eq!(
        warnings[0].to_string(),
        "fleet.yaml:2:3: [0]: `user_data` has no value: text that begins with `#` needs quotes"
    );
}
