use super::*;

fn parse(text: &str) -> Result<Vec<Flavor>, InputError> {
    let document = Document::parse(InputFile::from_text("flavors.yaml", text))?;
    let report = Report::default();
    let flavors = read(&[document], &report);
    Ok(report.finish(flavors)?.0.into_iter().map(|entry| entry.flavor).collect())
}

fn flavors(text: &str) -> Vec<Flavor> {
    parse(text).expect("valid flavors")
}

fn refused(text: &str) -> String {
    parse(text).expect_err("invalid flavors").to_string()
}

fn specs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// The flavor that the test texts describe in different forms.
fn small() -> Flavor {
    Flavor {
        name: "bm.small".to_owned(),
        vcpus: Some(8),
        ram_mb: Some(16384),
        disk_gb: Some(100),
        ephemeral_gb: Some(20),
        swap_mb: Some(512),
        resource_class: None,
        extra_specs: specs(&[("capabilities:boot_mode", "uefi"), ("trait:CUSTOM_NVME", "required")]),
    }
}

#[test]
fn every_accepted_form_gives_the_same_flavor() {
    let own = "{vcpus: 8, ram_mb: 16384, disk_gb: 100, ephemeral_gb: 20, swap_mb: 512,
                 extra_specs: {'capabilities:boot_mode': uefi, 'trait:CUSTOM_NVME': required}}";
    let listed = own.replacen('{', "{name: bm.small, ", 1);
    let nova = r#"{"name": "bm.small", "id": "7", "vcpus": 8, "ram": 16384, "disk": 100, "swap": 512,
                   "OS-FLV-EXT-DATA:ephemeral": 20, "OS-FLV-DISABLED:disabled": false, "links": [],
                   "os-flavor-access:is_public": true, "rxtx_factor": 1.0, "description": null,
                   "extra_specs": {"capabilities:boot_mode": "uefi", "trait:CUSTOM_NVME": "required"}}"#;
    let client = r#"{"ID": "7", "Name": "bm.small", "RAM": 16384, "Disk": 100, "Ephemeral": 20, "VCPUs": 8,
                     "Is Public": true, "Swap": 512, "RXTX Factor": 1.0,
                     "Properties": {"capabilities:boot_mode": "uefi", "trait:CUSTOM_NVME": "required"}}"#;
    let older_client = client.replace(
        r#"{"capabilities:boot_mode": "uefi", "trait:CUSTOM_NVME": "required"}"#,
        r#""capabilities:boot_mode='uefi', trait:CUSTOM_NVME='required'""#,
    );
    for text in [
        format!("flavors:\n  bm.small: {own}\n"),
        format!("flavors:\n- {listed}\n"),
        format!("bm.small: {own}\n"),
        format!("- {listed}\n"),
        format!("---\nflavors: {{bm.small: {own}}}\n---\n"),
        format!(r#"{{"flavors": [{nova}], "flavors_links": []}}"#),
        format!(r#"{{"flavor": {nova}}}"#),
        format!("[{client}]"),
        format!("[{older_client}]"),
        // A single flavor, as `openstack flavor show` prints it.
        nova.to_owned(),
        client.to_owned(),
        older_client.clone(),
        listed.clone(),
        own.replace("ram_mb: 16384", "ram: 16G").replace("disk_gb: 100", "disk: 100GiB").replacen(
            '{',
            "bm.small: {",
            1,
        ),
    ] {
        assert_eq!(flavors(&text), [small()], "{text}");
    }
}

#[test]
fn missing_fields_are_not_filtered_on() {
    let named =
        flavors("flavors: {any: {}, ram: {ram: 1024}, class: {resource_class: gold}, null: {ram: ~}}");
    assert_eq!(named[0], Flavor { name: "any".to_owned(), ..Flavor::default() });
    assert_eq!(named[1], Flavor { name: "ram".to_owned(), ram_mb: Some(1024), ..Flavor::default() });
    assert_eq!(named[2].resource_class.as_deref(), Some("gold"));
    assert_eq!(named[3].ram_mb, None);
    assert!(
        flavors("flavors: {}").is_empty()
            && flavors("flavors: []").is_empty()
            && flavors("flavors:").is_empty()
    );
}

#[test]
fn the_output_of_openstack_flavor_show_is_read() {
    let shown = r#"{"OS-FLV-DISABLED:disabled": false, "OS-FLV-EXT-DATA:ephemeral": 0, "access_project_ids": null,
        "description": null, "disk": 893, "id": "9f3c", "name": "compute", "os-flavor-access:is_public": true,
        "properties": "capabilities:profile='compute', resources:CUSTOM_METAL='1', resources:VCPU='0'", "ram": 65536,
        "rxtx_factor": 1.0, "swap": "", "vcpus": 16}"#;
    let compute = Flavor {
        name: "compute".to_owned(),
        vcpus: Some(16),
        ram_mb: Some(65536),
        disk_gb: Some(893),
        ephemeral_gb: Some(0),
        swap_mb: Some(0),
        resource_class: None,
        extra_specs: specs(&[
            ("capabilities:profile", "compute"),
            ("resources:CUSTOM_METAL", "1"),
            ("resources:VCPU", "0"),
        ]),
    };
    let yaml = "name: compute\nram: 65536\nvcpus: 16\ndisk: 893\nswap: 0\nOS-FLV-EXT-DATA:ephemeral: 0\n\
                properties: capabilities:profile='compute', resources:CUSTOM_METAL='1', resources:VCPU='0'\n";
    // Several flavors, from a loop over `openstack flavor show -f yaml`.
    let several = format!("---\n{yaml}---\nname: other\n");
    assert_eq!(flavors(shown), std::slice::from_ref(&compute));
    assert_eq!(flavors(yaml), std::slice::from_ref(&compute));
    assert_eq!(flavors(&several).len(), 2);
    assert_eq!(refused("vcpus: 8\nram: 1G"), "flavors.yaml:1:1: flavor without a `name`");
    // A flavor may have the name of a key.
    assert_eq!(flavors("name: {vcpus: 1}\ndisk: {}")[1].name, "disk");
}

#[test]
fn empty_swap_is_zero() {
    let flavor = &flavors(r#"[{"name": "a", "disk": 1, "swap": ""}]"#)[0];
    assert_eq!(flavor.swap_mb, Some(0));
}

#[test]
fn extra_specs_are_unchanged_text() {
    let flavor =
        &flavors("a: {extra_specs: {'resources:VCPU': 0, 'capabilities:secure_boot': true, x: '>= 1.10'}}")
            [0];
    let expected = specs(&[("resources:VCPU", "0"), ("capabilities:secure_boot", "true"), ("x", ">= 1.10")]);
    assert_eq!(flavor.extra_specs, expected);
    assert!(flavors(r#"[{"Name": "a", "Properties": ""}]"#)[0].extra_specs.is_empty());
}

#[test]
fn errors_name_file_line_and_field() {
    for (text, expected) in [
        (
            "flavors:\n  a: {vcpu: 8}",
            "flavors.yaml:2:7: flavors.a: unknown key `vcpu`, did you mean `vcpus`?",
        ),
        (
            "flavors:\n  a:\n    ram_mb: lots",
            "flavors.yaml:3:13: flavors.a.ram_mb: expected a whole number, optionally with K, M, G or T (`16G`, `16GiB`), \
             found `lots`",
        ),
        ("a: {ram: 16GB}", "flavors.yaml:1:10: a.ram: `16GB` is ambiguous: write `16GiB` for powers of 1024"),
        ("a: {vcpus: 1.5}", "flavors.yaml:1:12: a.vcpus: expected a whole number, found a number `1.5`"),
        ("- {vcpus: 8}", "flavors.yaml:1:3: [0]: flavor without a `name`"),
        (
            "a: {ram: 1, ram_mb: 2}",
            "flavors.yaml:1:13: a: `ram` and `ram_mb` mean the same: use only one of them",
        ),
        (
            "a: {swap: 512}",
            "flavors.yaml:1:4: a: `disk_gb` is missing: ephemeral disk and swap are added to it (it may be 0)",
        ),
        (
            "flavors:\n- {name: a}\n- {name: a}",
            "flavors.yaml:3:3: flavors[1]: duplicate flavor `a`, first defined at flavors.yaml:2",
        ),
        ("flavor", "flavors.yaml:1:1: expected a mapping, found text"),
        ("flavors: {a: 5}", "flavors.yaml:1:14: flavors.a: expected a mapping, found a number"),
        (
            "flavors: {a: {}}\nmore: 1",
            "flavors.yaml:2:1: unknown key `more`; known keys: `flavors`, `flavors_links`",
        ),
        (
            "a: {properties: some}",
            "flavors.yaml:1:17: a.properties: expected a mapping of extra specs, found text `some`",
        ),
    ] {
        assert_eq!(refused(text), expected, "{text}");
    }
    assert!(refused("flavors:\n  a:\n").contains("empty flavor"));
    assert!(refused("a: {vcpus: 8}\na: {vcpus: 9}").starts_with("flavors.yaml:2:1"));
}

#[test]
fn all_errors_are_reported_at_once() {
    let errors = refused("flavors: {a: {vcpu: 1, ram: x}, b: {disc: 1}}");
    assert_eq!(errors.lines().count(), 3, "{errors}");
}

#[test]
fn the_files_of_a_folder_are_read_by_name_and_duplicates_are_found_across_files() {
    let folder = crate::test_files::folder();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("writable");
    write("b.yml", "b: {vcpus: 2}");
    write("a.json", r#"{"flavors": [{"name": "a", "vcpus": 1}]}"#);
    write("README", "not a flavor file");
    let (flavors, _) = load(&[folder.path().to_owned()]).expect("valid flavors");
    assert_eq!(flavors.iter().map(|entry| entry.flavor.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    write("c.yaml", "a: {vcpus: 3}");
    let error = load(&[folder.path().to_owned()]).expect_err("a duplicate").to_string();
    assert!(
        error.contains("c.yaml:1:4: a: duplicate flavor `a`, first defined at ")
            && error.ends_with("a.json:1"),
        "{error}"
    );
    let missing = folder.path().join("missing.yaml");
    let error = load(&[missing]).expect_err("a missing file").to_string();
    assert!(error.contains("missing.yaml: cannot be read"), "{error}");
}

#[test]
fn keys_that_only_contain_anchors_are_not_flavors() {
    let names = |text: &str| flavors(text).into_iter().map(|flavor| flavor.name).collect::<Vec<_>>();
    for text in [
        "x-a: &a {vcpus: 8}\nf: {<<: *a, ram: 16G}",
        ".a: &a {vcpus: 8}\nf: {<<: *a, ram: 16G}",
        "x-a: &a\n  vcpus: 8\nf:\n  <<: *a\n  ram: 16G",
        "x-sizes:\n  small: &a {vcpus: 8}\n  large: &b {vcpus: 16}\nf: {<<: *a, ram: 16G}",
        "x-a: &a {vcpus: 4}\nf: {<<: *a, vcpus: 8, ram: 16G}",
        "x-list: [&a {vcpus: 8}]\nf: {<<: *a, ram: 16G}",
        "{x-a: &a {vcpus: 8}, f: {<<: *a, ram: 16G}}",
        "flavors: {f: {vcpus: 8, ram: 16G}}\nx-a: 1",
        ".note: text\nf: {vcpus: 8, ram: 16G}",
        "f: {vcpus: 8, ram: 16G}\nx-a: &a {vcpus: 8}",
    ] {
        assert_eq!(names(text), ["f"], "{text}");
        assert_eq!((flavors(text)[0].vcpus, flavors(text)[0].ram_mb), (Some(8), Some(16384)), "{text}");
    }
    // These are names of flavors.
    assert_eq!(
        names("x-large: {vcpus: 64}\nx-small: {vcpus: 4}\na: {vcpus: 1}"),
        ["x-large", "x-small", "a"]
    );
    assert_eq!(names(r#"{"x-large": {"vcpus": 64}}"#), ["x-large"]);
    assert_eq!(names("flavors: {x-large: &a {vcpus: 64}, f: {<<: *a}}"), ["x-large", "f"]);
}

#[test]
fn unrendered_templates_are_refused() {
    for text in [
        "a: {resource_class: '{{ class }}'}",
        "a: {extra_specs: {'capabilities:x': '<value>'}}",
        "- {name: '$(name)', vcpus: 1}",
        "a: {ram: '${RAM}'}",
    ] {
        let refused = refused(text);
        assert!(refused.contains("an unrendered template"), "{refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
    }
}

#[test]
fn keys_of_other_tools_are_ignored_or_explained() {
    let terraform = r#"{"name": "a", "ram": "16384", "vcpus": "8", "disk": "100", "flavor_id": "auto", "swap": "0",
                        "ephemeral": "0", "is_public": "true", "rx_tx_factor": 1.0, "extra_specs": {}}"#;
    let ansible = "- {name: a, flavorid: auto, ram: 16 GiB, vcpus: 8, disk: 100, rxtx_factor: 1.0}";
    for text in [terraform, ansible] {
        let flavor = &flavors(text)[0];
        assert_eq!(
            (flavor.vcpus, flavor.ram_mb, flavor.disk_gb),
            (Some(8), Some(16384), Some(100)),
            "{text}"
        );
    }
    for (key, suggestion) in [
        ("cpus", "vcpus"),
        ("memory_mb", "ram_mb"),
        ("Memory", "ram_mb"),
        ("ram_gb", "ram: 16G"),
        ("local_gb", "disk_gb"),
        ("class", "resource_class"),
    ] {
        let refused = refused(&format!("a: {{{key}: 1}}"));
        assert!(refused.contains(&format!("unknown key `{key}`, did you mean `{suggestion}`?")), "{refused}");
    }
}

#[test]
fn tables_are_read_with_columns_of_openstack_or_farrier() {
    let read = |text: &str| {
        let report = Report::default();
        let document = super::parse(InputFile::from_text("flavors.csv", text), &report)?;
        let flavors = super::read(&[document], &report);
        report.finish(flavors).map(|(flavors, _)| flavors)
    };
    for text in [
        "\"ID\",\"Name\",\"RAM\",\"Disk\",\"Ephemeral\",\"VCPUs\",\"Is Public\"\n\"1\",\"bm.small\",16384,100,0,8,True\n",
        "name;vcpus;ram_mb;disk_gb;ephemeral_gb\nbm.small;8;16384;100;0\n",
        "Name\tVCPUs\tRAM\tDisk\tEphemeral\nbm.small\t8\t16G\t100\t0\n",
    ] {
        let flavors = read(text).expect(text);
        let expected = Flavor {
            name: "bm.small".to_owned(),
            vcpus: Some(8),
            ram_mb: Some(16384),
            disk_gb: Some(100),
            ephemeral_gb: Some(0),
            ..Flavor::default()
        };
        assert_eq!(flavors.iter().map(|entry| &entry.flavor).collect::<Vec<_>>(), [&expected], "{text}");
    }
    let errors = read("name,vcpus\na,1,2\nb,many\n").expect_err("an invalid table").to_string();
    assert_eq!(
        errors,
        "flavors.csv:2:1: the row has 3 cells, but the header has 2\n\
         flavors.csv:3:3: [0].vcpus: expected a whole number, found text"
    );
}

#[test]
fn files_of_other_tools_are_recognized() {
    for (text, expected) in [
        ("heat_template_version: queens\nresources: {a: {type: 'OS::Nova::Flavor'}}", "is a Heat template"),
        ("os_flavors: [{name: a}]", "the key for flavors is `flavors`, not `os_flavors`"),
        ("reference: []\nmandatory: [{name: a, cpus: 1}]", "is an OSISM flavor list"),
        ("apiVersion: v1\nkind: FlavorV2\nspec: {}", "is a Kubernetes resource"),
        (
            r#"{"resource": {"openstack_compute_flavor_v2": {"a": {"ram": 1}}}}"#,
            "is a Terraform configuration",
        ),
        ("- name: make\n  openstack.cloud.compute_flavor: {name: a}", "is an Ansible playbook or task list"),
        ("- hosts: localhost\n  tasks: []", "is an Ansible playbook or task list"),
    ] {
        let refused = refused(text);
        assert!(refused.contains(expected) && refused.lines().count() == 1, "{refused}");
    }
}

#[test]
fn flavors_may_have_the_names_of_other_tools_keys() {
    for name in ["mandatory", "os_flavors", "terraform", "resource"] {
        assert_eq!(flavors(&format!("{name}: {{vcpus: 8}}"))[0].name, name);
    }
}
