//! `schedule`, `flavor` and `capacity` on saved inventories, without a server.

use crate::schema;
use std::path::PathBuf;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_empty};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with an inventory and flavors.
struct Site {
    folder: TempDir,
}

impl Site {
    fn new(nodes: &[Value]) -> Self {
        let folder = crate::run::folder();
        let site = Self { folder };
        site.write("inventory.json", &json!({"nodes": nodes}).to_string());
        site.write(
            "flavors.yaml",
            "flavors:\n  small: {vcpus: 8, ram: 16G, disk: 100}\n  large: {ram_mb: 65536, resource_class: bm.large}\n",
        );
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("the folder can be written to");
    }

    /// The program in the folder.
    fn farrier(&self, arguments: &str) -> Command {
        let mut command = crate::farrier();
        command.current_dir(self.folder.path()).args(arguments.split_whitespace());
        command
    }

    /// The lines of its output, with each run of spaces replaced by one.
    fn rows(&self, arguments: &str) -> Vec<String> {
        let output = self.farrier(arguments).output().expect("it runs");
        let text = String::from_utf8(output.stdout).expect("answers are UTF-8");
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    /// Its JSON output and its exit code.
    fn json(&self, arguments: &str) -> (Value, i32) {
        let output = self.farrier(arguments).args(["-f", "json"]).output().expect("it runs");
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let answer = schema::answer(&arguments, &output);
        (answer, output.status.code().expect("it ends by itself"))
    }
}

fn node(name: &str, ram_mb: i64) -> Value {
    json!({
        "uuid": format!("00000000-0000-0000-0000-0000000000{name:0>2}"),
        "name": name,
        "properties": {"cpus": 8, "memory_mb": ram_mb, "local_gb": 100, "cpu_arch": "x86_64"},
        "resource_class": "bm.small",
        "provision_state": "available",
        "power_state": "power off",
        "driver_info": {"redfish_password": "******"},
    })
}

fn with(mut node: Value, key: &str, value: Value) -> Value {
    node[key] = value;
    node
}

/// Three free nodes of 16, 64 and 64 GiB, one in use, one in maintenance.
fn site() -> Site {
    Site::new(&[
        node("a1", 16384),
        node("b1", 65536),
        with(node("b2", 65536), "resource_class", json!("bm.large")),
        with(node("c1", 16384), "instance_uuid", json!("some-instance")),
        with(node("c2", 16384), "maintenance", json!(true)),
    ])
}

#[test]
fn best_fit_is_chosen_and_others_are_explained_on_request() {
    let site = site();
    let (answer, code) = site.json("schedule --inventory inventory.json --ram 8G");
    assert_eq!(code, 0);
    assert_eq!(
        answer["selected"],
        json!([{
            "uuid": "00000000-0000-0000-0000-0000000000a1", "name": "a1", "cloud": null,
            "resource_class": "bm.small", "vcpus": 8, "ram_mb": 16384, "disk_gb": 100, "waste": 0.5,
        }])
    );
    assert_eq!(answer["request"]["ram_mb"], 8192);
    assert!(answer.get("rejected").is_none());
    assert_eq!(answer["summary"][2], json!({"filter": "ComputeFilter", "in": 5, "out": 3}));

    let (answer, _) =
        site.json("schedule --inventory inventory.json --ram 64G --exact --count all --explain");
    let names: Vec<_> =
        answer["selected"].as_array().expect("a list").iter().map(|row| &row["name"]).collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&&json!("b1")) && names.contains(&&json!("b2")));
    assert_eq!(
        answer["rejected"][0],
        json!({
            "uuid": "00000000-0000-0000-0000-0000000000a1", "name": "a1", "cloud": null, "filter": "ExactRamFilter",
            "reason": "has 16 GiB of RAM", "wanted": "exactly 64 GiB of RAM", "has": "16 GiB of RAM",
        })
    );
    assert_eq!(answer["rejected"].as_array().map(Vec::len), Some(3));
}

#[test]
fn no_valid_host_is_exit_code_4_with_the_nearest_miss() {
    let site = site();
    site.farrier("schedule --inventory inventory.json --ram 32G --exact")
        .assert()
        .code(4)
        .stdout(is_empty())
        .stderr(contains(
            "error: no valid host: no free node has exactly 32 GiB of RAM; \
             closest: 16 GiB (1 node) and 64 GiB (2 nodes) (ExactRamFilter)\n",
        ))
        .stderr(contains("hint: 1 node would fit with 16 GiB of RAM\n"));
    let (answer, code) = site.json("schedule --inventory inventory.json --ram 16G --exact --count 2");
    assert_eq!((code, answer["selected"].as_array().map(Vec::len)), (4, Some(1)));
    let output =
        site.farrier("schedule --inventory inventory.json --ram 1T -f json").output().expect("it runs");
    let error = schema::read("error", &output.stderr);
    assert_eq!((&error["error"]["code"], &error["error"]["kind"]), (&json!(4), &json!("no_valid_host")));
}

#[test]
fn explanations_are_tables_grouped_by_reason() {
    let site = site();
    let rows = site.rows("schedule --inventory inventory.json --ram 16G --exact --explain");
    assert!(rows.contains(&"Rejected".to_owned()), "{rows:?}");
    assert!(rows.contains(&"c1 ComputeFilter a free node in use".to_owned()), "{rows:?}");
    assert!(rows.contains(&"ExactRamFilter 3 1".to_owned()), "{rows:?}");
    let nodes: Vec<Value> = (10..99).map(|number| node(&number.to_string(), 1024)).collect();
    let rows = Site::new(&nodes).rows("schedule --inventory inventory.json --ram 16G --explain");
    let group = "89 RamFilter at least 16 GiB of RAM 1 GiB of RAM 10, 11, 12, …";
    assert!(rows.contains(&group.to_owned()), "{rows:?}");
}

#[test]
fn seed_makes_the_result_reproducible() {
    let nodes: Vec<Value> = (10..99).map(|number| node(&number.to_string(), 16384)).collect();
    let site = Site::new(&nodes);
    let chosen = |seed: u64| {
        let (answer, _) = site
            .json(&format!("schedule --inventory inventory.json --count 5 --subset-size 4 --seed {seed}"));
        assert_eq!(answer["request"]["seed"], seed);
        answer["selected"].clone()
    };
    assert_eq!(chosen(7), chosen(7));
    assert_ne!(chosen(7), chosen(8));
}

#[test]
fn options_override_a_flavor() {
    let site = site();
    let base = "schedule --inventory inventory.json --flavor-file flavors.yaml --flavor large";
    let (answer, code) = site.json(base);
    assert_eq!((code, &answer["selected"][0]["name"]), (0, &json!("b2")));
    assert_eq!(answer["request"]["flavor"], "large");
    let (answer, _) = site.json(&format!("{base} --resource-class bm.small --ram 16G --exact"));
    assert_eq!(answer["selected"][0]["name"], "a1");
    site.farrier("schedule --inventory inventory.json --flavor-file flavors.yaml --flavor lagre")
        .assert()
        .code(5)
        .stderr(contains("did you mean `large`?"));
}

#[test]
fn an_inventory_on_stdin_may_be_a_json_list() {
    let site = site();
    site.farrier("schedule --inventory - -f value -c name")
        .write_stdin(json!([node("z9", 1)]).to_string())
        .assert()
        .success()
        .stdout("z9\n");
}

#[test]
fn invalid_values_cause_warnings_with_node_key_and_value() {
    let odd = json!({"cpus": "8", "memory_mb": "16 GB", "local_gb": null});
    let site = Site::new(&[node("a1", 1), with(node("b1", 1), "properties", odd)]);
    site.farrier("schedule --inventory inventory.json")
        .assert()
        .success()
        .stderr(contains(r#"warning: node b1: properties.memory_mb is invalid: "16 GB""#))
        .stderr(contains("warning: node b1: properties.local_gb is null"));
}

#[test]
fn invalid_input_is_exit_code_2_with_its_location() {
    let site = site();
    site.write("broken.json", "[\n  {\"uuid\": }]");
    site.farrier("schedule --inventory broken.json").assert().code(2).stderr(contains("broken.json:2:12: "));
    site.farrier("schedule --inventory missing.json")
        .assert()
        .code(2)
        .stderr(contains("missing.json: cannot be read"));
    site.write("bad.yaml", "flavors:\n  a: {vcpu: 8}\n");
    site.farrier("flavor list --flavor-file bad.yaml")
        .assert()
        .code(2)
        .stderr(contains("bad.yaml:2:7: flavors.a: unknown key `vcpu`, did you mean `vcpus`?"));
    for arguments in
        ["--filters NoFilter", "--ram 16GB", "--count 0", "--weigher best", "--exact --filters RamFilter"]
    {
        site.farrier(&format!("schedule --inventory inventory.json {arguments}"))
            .assert()
            .code(2)
            .stdout(is_empty());
    }
    site.write("vcpu.yaml", "a: {extra_specs: {'resources:VCPU': 4}}");
    site.farrier("schedule --inventory inventory.json --flavor-file vcpu.yaml --flavor a")
        .assert()
        .code(2)
        .stderr(contains("`resources:VCPU=0`"));
    site.farrier("schedule --inventory inventory.json --node nowhere").assert().code(5);
}

#[test]
fn filters_can_be_given_and_missing_ones_cause_warnings() {
    let site = site();
    let (answer, _) =
        site.json("schedule --inventory inventory.json --ram 16G --filters ComputeFilter,ExactRamFilter");
    assert_eq!(answer["summary"].as_array().map(Vec::len), Some(2));
    site.farrier("schedule --inventory inventory.json --ram 1T --filters ComputeFilter")
        .assert()
        .success()
        .stderr(contains("warning: the request has criteria that no filter checks: add RamFilter"));
}

/// A flavor file with one flavor `f` of 16 GiB with these extra specs.
fn specs_file(site: &Site, specs: &Value) {
    site.write("specs.yaml", &json!({"flavors": {"f": {"ram_mb": 16384, "extra_specs": specs}}}).to_string());
}

const BY_SPECS: &str = "schedule --inventory inventory.json --flavor-file specs.yaml --flavor f --count all";

#[test]
fn nova_flavors_for_ironic_select_their_nodes() {
    let site = Site::new(&[
        with(node("a1", 16384), "traits", json!(["CUSTOM_SSD"])),
        with(with(node("b1", 65536), "resource_class", json!("bm.large")), "traits", json!(["CUSTOM_GPU"])),
    ]);
    let chosen = |specs: Value| {
        specs_file(&site, &specs);
        let rows = site.rows(&format!("{BY_SPECS} -f value -c name"));
        (rows.join(" "), site.farrier(BY_SPECS).output().expect("it runs"))
    };
    let both = "a1 b1";
    for (specs, names) in [
        // What Nova's host state contains for every Ironic node.
        (json!({"capabilities:hypervisor_type": "s== ironic", "quota:separate": "true"}), both),
        (
            json!({"capabilities:hypervisor_type": "<in> iron", "capabilities:hypervisor_version": ">= 1"}),
            both,
        ),
        (json!({"capabilities:hypervisor_type": "kvm"}), ""),
        (json!({"capabilities:free_ram_mb": ">= 20000"}), "b1"),
        // Request groups with a number or a name.
        (json!({"resources1:CUSTOM_BM_LARGE": "1", "group_policy": "isolate"}), "b1"),
        (json!({"resources_NODE:CUSTOM_BM_SMALL": "1", "trait_NODE:CUSTOM_SSD": "required"}), "a1"),
        (json!({"resources_NODE:CUSTOM_BM_SMALL": "1", "trait_GPU:CUSTOM_GPU": "required"}), ""),
        (json!({"trait2:CUSTOM_GPU": "forbidden", "resources2:VCPU": "0"}), "a1"),
    ] {
        let (found, output) = chosen(specs.clone());
        assert_eq!(found, names, "{specs}");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!stderr.contains("ignored"), "{specs}: {stderr}");
    }
    // Unscoped keys that describe no machine are ignored, with a warning.
    for (specs, note) in [
        (json!({"purpose": "hypervisors"}), "of the nodes: `purpose`\n"),
        (json!({"resources": "CUSTOM_BM_LARGE=1"}), "(did you mean `resources:CUSTOM_BM_LARGE=1`?)"),
        (json!({"trait": "CUSTOM_GPU"}), "(did you mean `trait:CUSTOM_GPU=required`?)"),
    ] {
        let (found, output) = chosen(specs.clone());
        assert_eq!(found, both, "{specs}");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(stderr.matches("note: ignored extra specs").count(), 1, "{stderr}");
        assert!(stderr.contains(note), "{stderr}");
    }
    specs_file(&site, &json!({"resources_A:MEMORY_MB": "8192"}));
    site.farrier(BY_SPECS).assert().code(2).stderr(contains("`resources_A:MEMORY_MB=0`"));
}

#[test]
fn empty_request_takes_the_smallest_node_and_warns_of_architectures() {
    let arm = |name: &str, ram_mb: i64| {
        let mut node = node(name, ram_mb);
        node["properties"]["cpu_arch"] = json!("arm64");
        node
    };
    let unknown = with(node("u1", 0), "properties", json!({"cpu_arch": "x86_64"}));
    let site = Site::new(&[node("c1", 65536), arm("a1", 32768), unknown, node("b1", 16384)]);
    let base = "schedule --inventory inventory.json --count all";
    for seed in 0..3 {
        let rows = site.rows(&format!("{base} --seed {seed} -f value -c name"));
        assert_eq!(rows, ["b1", "a1", "c1", "u1"]);
    }
    let differ =
        "warning: the nodes that fit have different architectures: x86_64 (3 nodes), aarch64 (1 node)\n";
    let smallest = "note: no size, flavor, resource class or node given: choosing the smallest free node\n";
    site.farrier(base).assert().success().stderr(contains(differ)).stderr(contains(smallest));
    let run = site.farrier(&format!("{base} --arch amd64 --ram 1G")).assert().success();
    run.stderr(contains("different").or(contains("smallest")).not());
    site.write("fleet.yaml", "- {name: web, count: 2}\n- {name: db, ram: 32G, arch: x86_64}\n");
    let fleet = site.farrier("schedule --file fleet.yaml --inventory inventory.json").assert().success();
    fleet
        .stderr(contains("warning: web: the nodes that fit have different architectures"))
        .stderr(contains("note: web: no size"))
        .stderr(contains("db: ").not());
}

#[test]
fn unknown_sizes_are_not_shown_as_zero() {
    let site = Site::new(&[with(node("u1", 0), "properties", json!({"local_gb": 100}))]);
    let rows = site.rows("capacity --flavor-file flavors.yaml --inventory inventory.json -q");
    assert!(rows.iter().any(|row| row.starts_with("u1 ") && row.contains(" - - 100.0 GiB ")), "{rows:?}");
    let (answer, _) = site.json("schedule --inventory inventory.json");
    assert_eq!(
        (&answer["selected"][0]["ram_mb"], &answer["selected"][0]["disk_gb"]),
        (&Value::Null, &json!(100))
    );
}

#[test]
fn node_names_are_case_sensitive() {
    let site = site();
    site.farrier("schedule --inventory inventory.json --node A1")
        .assert()
        .code(5)
        .stderr(contains("no node is named `A1`; did you mean `a1`?"));
    site.farrier("schedule --inventory inventory.json --exclude A1")
        .assert()
        .success()
        .stderr(contains("cannot exclude A1"));
}

#[test]
fn no_valid_host_error_has_the_whole_explanation() {
    let site = Site::new(&[with(node("u1", 0), "properties", json!({"memory_mb": 0}))]);
    let output =
        site.farrier("schedule --inventory inventory.json --ram 1G -f json -q").output().expect("it runs");
    let stderr = String::from_utf8(output.stderr).expect("text");
    let last = stderr.lines().last().expect("an error");
    let error = schema::read("error", last.as_bytes());
    assert!(error["error"]["hint"].as_str().is_some_and(|hint| hint.contains("memory_mb is 0")), "{error}");
    assert!(!stderr.contains("note:"), "{stderr}");
}

#[test]
fn fleet_is_planned_together() {
    let site = site();
    // Two machines are large enough for `web`, and only one of them for `db`.
    site.write(
        "fleet.yaml",
        "instances:\n- {name: web, ram: 64G}\n- {name: db, resource_class: bm.large}\n\
         - {name: cache, count: 2, flavor: small, exact: true}\n",
    );
    let base = "schedule --file fleet.yaml --inventory inventory.json --flavor-file flavors.yaml";
    let (answer, code) = site.json(base);
    assert_eq!(code, 4);
    let given: Vec<_> = answer["selected"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| (row["for"].as_str().expect("a name"), row["name"].as_str().expect("a name")))
        .collect();
    assert_eq!(given, [("web", "b1"), ("db", "b2"), ("cache", "a1")]);
    assert_eq!(
        (&answer["missing"][0]["name"], &answer["missing"][0]["missing"]),
        (&json!("cache"), &json!(1))
    );
    let run = site.farrier(base).assert().code(4);
    run.stderr(contains("error: no valid host for 1 of 2 cache: only 1 node fits\n"))
        .stderr(contains("hint: 2 nodes fit but are not free: 1 in maintenance, 1 in use\n"));
    // Options override the file.
    let (answer, _) = site.json(&format!("{base} --exclude a1 --explain"));
    assert_eq!(answer["selected"].as_array().map(Vec::len), Some(2));
    assert!(answer["rejected"].as_array().is_some_and(|rows| rows.iter().all(|row| row["for"].is_string())));
    site.write("bad.yaml", "- {name: web, flavr: x}");
    site.farrier("schedule --file bad.yaml --inventory inventory.json")
        .assert()
        .code(2)
        .stderr(contains("bad.yaml:1:15: [0]: unknown key `flavr`, did you mean `flavor`?"));
    site.farrier("schedule --file fleet.yaml --count 2").assert().code(2);
}

#[test]
fn flavors_are_listed_shown_and_read_from_the_configuration_directory() {
    let site = site();
    site.farrier("flavor list --flavor-file flavors.yaml -f value -c name -c ram_mb")
        .assert()
        .success()
        .stdout("large 65536\nsmall 16384\n");
    // One flavor in the format of `openstack flavor show -f json`.
    let shown = json!({"name": "node", "ram": 4096, "disk": 40, "vcpus": 4, "swap": "", "id": "7",
        "OS-FLV-EXT-DATA:ephemeral": 0, "OS-FLV-DISABLED:disabled": false, "os-flavor-access:is_public": true,
        "properties": "capabilities:profile='node', resources:CUSTOM_BM_SMALL='1', resources:VCPU='0'"});
    site.write("shown.json", &shown.to_string());
    let (flavor, code) = site.json("flavor show node --flavor-file shown.json");
    assert_eq!((code, &flavor["ram_mb"], &flavor["swap_mb"]), (0, &json!(4096), &json!(0)));
    assert_eq!(flavor["extra_specs"]["capabilities:profile"], "node");
    let (flavor, _) = site.json("flavor show small --flavor-file flavors.yaml");
    assert_eq!((&flavor["disk_gb"], &flavor["resource_class"]), (&json!(100), &Value::Null));
    site.farrier("flavor list -f json").assert().success().stdout("[]\n");
    std::fs::create_dir_all(site.path("home/.config/farrier/flavors")).expect("a folder");
    site.write("home/.config/farrier/flavors/site.yml", "mine: {vcpus: 1}");
    site.farrier("flavor list -f value -c name").env("HOME", site.path("home")).assert().stdout("mine\n");
    // A relative folder would depend on the current directory, so it is ignored.
    std::fs::create_dir_all(site.path("relative/farrier/flavors")).expect("a folder");
    site.write("relative/farrier/flavors/other.yml", "other: {vcpus: 1}");
    for (folder, names) in [(site.path("relative"), "other\n"), ("relative".into(), "mine\n")] {
        let mut list = site.farrier("flavor list -f value -c name");
        list.env("HOME", site.path("home")).env("XDG_CONFIG_HOME", folder).assert().success().stdout(names);
    }
    site.farrier("flavor show small")
        .assert()
        .code(5)
        .stderr(contains("create one: `farrier flavor derive`"));
}

#[test]
fn derived_flavors_fit_their_machines_exactly() {
    let site = site();
    let derived = site.farrier("flavor derive --inventory inventory.json").assert().success();
    site.write("derived.yaml", std::str::from_utf8(&derived.get_output().stdout).expect("text"));
    let (flavors, _) = site.json("flavor list --flavor-file derived.yaml");
    assert_eq!(flavors.as_array().map(Vec::len), Some(3));
    let (capacity, _) = site.json("capacity --flavor-file derived.yaml --inventory inventory.json");
    assert_eq!(capacity["unmatched"], json!([]));
    let totals: u64 = capacity["flavors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|flavor| flavor["exact"]["total"].as_u64().expect("a number"))
        .sum();
    assert_eq!(totals, 5);
}

#[test]
fn capacity_counts_exact_and_fitting_nodes() {
    let site = site();
    let (answer, code) = site.json("capacity --flavor-file flavors.yaml --inventory inventory.json");
    assert_eq!(code, 0);
    let small = &answer["flavors"][0];
    assert_eq!(small["name"], "small");
    assert_eq!(
        small["exact"],
        json!({
            "total": 3, "free": 1, "used": 1, "unavailable": 1, "reasons": {"in maintenance": 1},
            "why": "1 in maintenance",
        })
    );
    assert_eq!((&small["at_least"]["total"], &small["at_least"]["free"]), (&json!(5), &json!(3)));
    assert_eq!(answer["unmatched"][0]["name"], "b1");
    assert_eq!(answer["unmatched"][0]["at_least"], json!(["small"]));
    site.farrier("capacity --flavor small --flavor-file flavors.yaml --inventory inventory.json -f value -c exact.free")
        .assert()
        .success()
        .stdout("1\n");
    site.farrier("capacity --inventory inventory.json")
        .assert()
        .code(2)
        .stderr(contains("farrier flavor derive"));
}
