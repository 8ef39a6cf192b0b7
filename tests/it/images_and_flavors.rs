//! Images of Glance and flavors of Nova: found by name, checked before the claim, and recorded with the node.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::schema;
use crate::site::{Service, Site};
use crate::support::{Lab, ask};

/// Creates an image of a few bytes in Glance with these properties. Returns its UUID.
fn image(site: &Site, name: &str, more: &Value) -> String {
    let id = image_without_data(site, name, more);
    site.upload(&id);
    id
}

fn image_without_data(site: &Site, name: &str, more: &Value) -> String {
    let mut image = json!({"name": name, "disk_format": "raw", "container_format": "bare"});
    let more = more.as_object().expect("it is an object").clone();
    image.as_object_mut().expect("it is an object").extend(more);
    let (status, made) = site.ask(Service::Glance, "POST", "/v2/images", &image);
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().expect("it has one").to_owned()
}

fn deactivate(site: &Site, id: &str) {
    let path = format!("/v2/images/{id}/actions/deactivate");
    assert_eq!(site.ask(Service::Glance, "POST", &path, &Value::Null).0, 204);
}

/// Creates a flavor that only the project `admin` may use. Returns its ID.
fn private_flavor(site: &Site, name: &str, extra_specs: &Value) -> String {
    let flavor = json!({"flavor": {
        "name": name, "vcpus": 8, "ram": 16384, "disk": 99, "swap": 512, "os-flavor-access:is_public": false,
    }});
    let (status, made) = site.ask(Service::Nova, "POST", "/v2.1/flavors", &flavor);
    assert_eq!(status, 200, "{made}");
    let id = made["flavor"]["id"].as_str().expect("it has one").to_owned();
    let specs = json!({"extra_specs": extra_specs});
    let (status, response) =
        site.ask(Service::Nova, "POST", &format!("/v2.1/flavors/{id}/os-extra_specs"), &specs);
    assert_eq!(status, 200, "{response}");
    id
}

fn of_admin(site: &Site, more: Value) -> Value {
    let mut keys = json!({"owner": site.project("admin")});
    let Value::Object(more) = more else { panic!("it is an object") };
    keys.as_object_mut().expect("it is an object").extend(more);
    keys
}

#[test]
fn glance_image_is_deployed_and_shown_by_name() {
    let site = Site::shared();
    site.machines("glance", 1, &of_admin(site, json!({"deploy_interface": "direct"})));
    let (_, known) = site.ask(Service::Glance, "GET", "/v2/images?name=site-disk", &Value::Null);
    let id = known["images"][0]["id"].as_str().expect("the site has the project");
    let deploy = |image: &str| {
        site.json("admin", &["deploy", "glance-1", "--resource-class", "glance", "--image", image])
    };
    let deployed = deploy("site-disk");
    assert_eq!((&deployed["state"], &deployed["image"]), (&json!("active"), &json!("site-disk")));
    assert_eq!(deployed["image_id"], id);
    let (_, node) = site.ask(Service::Ironic, "GET", "/v1/nodes/glance-node-1", &Value::Null);
    assert_eq!(node["instance_info"]["image_source"], id);
    assert_eq!(node["instance_info"]["image_type"], "whole-disk");

    // The UUID selects the same image, and the output shows the name that was given.
    for image in ["site-disk", "glance://site-disk", id] {
        let again = deploy(image);
        assert_eq!((&again["uuid"], &again["image"]), (&deployed["uuid"], &json!("site-disk")), "{image}");
    }
    assert_eq!(site.json("admin", &["show", "glance-1"])["image"], "site-disk");

    // Another image's name does not select it, and names are resolved before any request to Ironic.
    let other = image(site, "glance-other", &json!({}));
    let mut another = site.farrier("admin");
    another.args(["deploy", "glance-1", "--resource-class", "glance", "--image", "glance-other"]);
    another.assert().code(6).stderr(contains("the image is site-disk, not glance-other"));

    // A machine of another architecture does not fit the image.
    image(site, "glance-arm", &json!({"hw_architecture": "aarch64"}));
    let rebuild = |image: &str| {
        let mut command = site.farrier("admin");
        command.args(["rebuild", "glance-1", "--yes", "-f", "json", "--image", image]);
        command
    };
    rebuild("glance-arm").assert().code(6).stderr(contains("has architecture x86_64"));
    rebuild("glance-other").assert().success();
    let shown = site.json("admin", &["show", "glance-1"]);
    assert_eq!((&shown["image"], &shown["image_id"]), (&json!("glance-other"), &json!(other)));
    assert_eq!(deploy("glance-other")["uuid"], deployed["uuid"]);
    site.farrier("admin").args(["destroy", "glance-1", "--yes"]).assert().success();
}

#[test]
fn same_command_keeps_its_instance_after_the_image_name_moved() {
    let site = Site::shared();
    site.machines("renamed", 1, &of_admin(site, json!({})));
    let first = image(site, "renamed-disk", &json!({}));
    let arguments = ["deploy", "renamed-1", "--resource-class", "renamed", "--image", "renamed-disk"];
    let deployed = site.json("admin", &arguments);
    // An image that cannot be used does not make a name ambiguous.
    deactivate(site, &first);
    image(site, "renamed-disk", &json!({}));
    let again = site.json("admin", &arguments);
    assert_eq!((&again["uuid"], &again["image_id"]), (&deployed["uuid"], &json!(first)));
    site.farrier("admin").args(["destroy", "renamed-1", "--yes"]).assert().success();
}

#[test]
fn claim_without_a_deploy_gets_the_current_image_of_the_name() {
    let site = Site::shared();
    site.machines("meant", 1, &of_admin(site, json!({})));
    let first = image(site, "meant-disk", &json!({}));
    let arguments = ["deploy", "meant-1", "--resource-class", "meant", "--image", "meant-disk"];
    let deployed = site.json("admin", &arguments);
    // As if killed after the claim: the node has its instance, and Ironic has no image yet.
    let (_, claim) = site.ask(Service::Ironic, "GET", "/v1/allocations/meant-1", &Value::Null);
    site.farrier("admin").args(["destroy", "meant-1", "--yes"]).assert().success();
    let owner = site.project("admin");
    let claim =
        json!({"name": "meant-1", "resource_class": "meant", "extra": claim["extra"], "owner": owner});
    let (status, response) = site.ask(Service::Ironic, "POST", "/v1/allocations", &claim);
    assert_eq!(status, 201, "{response}");
    deactivate(site, &first);
    let second = image(site, "meant-disk", &json!({}));
    let resumed = site.json("admin", &arguments);
    assert_ne!(resumed["uuid"], deployed["uuid"]);
    assert_eq!(resumed["image_id"], json!(second));
    assert_eq!(site.json("admin", &["show", "meant-1"])["image"], "meant-disk");
    site.farrier("admin").args(["destroy", "meant-1", "--yes"]).assert().success();
}

#[test]
fn ambiguous_and_unusable_images_are_refused_with_a_reason() {
    let site = Site::shared();
    let twins = [image(site, "twin", &json!({})), image(site, "twin", &json!({}))];
    let (waiting, off) = (image_without_data(site, "waiting", &json!({})), image(site, "off", &json!({})));
    deactivate(site, &off);
    image(site, "in:two,words", &json!({}));
    image(site, "seclusion", &json!({"os_hidden": true}));
    image(site, "kernel", &json!({"disk_format": "aki", "container_format": "aki"}));
    let schedule = |cloud: &str, image: &str| {
        let mut command = site.farrier(cloud);
        command.args(["schedule", "--count", "all", "--image", image]);
        command.assert()
    };
    schedule("admin", "twin")
        .code(2)
        .stderr(contains(&twins[0]).and(contains(&twins[1])).and(contains("ambiguous")));
    schedule("admin", &waiting).code(6).stderr(contains("`queued`"));
    schedule("admin", "off").code(6).stderr(contains("`deactivated`"));
    schedule("admin", "kernel").code(2).stderr(contains("only a kernel"));
    schedule("admin", "twinn").code(5).stderr(contains("did you mean `twin`?"));
    schedule("admin", "2fb01d0b-b75b-4de2-b427-893c52327b4d").code(5);
    for there in ["in:two,words", "seclusion"] {
        schedule("admin", there).stderr(contains("image").not());
    }
    // Images belong to projects. Those of other projects are invisible, and the system scope sees none.
    schedule("owner-member", "twin").code(5);
    schedule("system-admin", "site-disk")
        .code(3)
        .stderr(contains("system scope").and(contains("project_name")));
    // Ironic may find an image by its UUID anyway, but farrier does not know its requirements.
    let mut unseen = site.farrier("system-admin");
    unseen.args(["deploy", "unseen", "--dry-run", "--resource-class", "none", "--image", &twins[0]]);
    unseen.assert().code(4).stderr(contains("system scope"));
    let mut checksum = site.farrier("admin");
    checksum.args(["deploy", "x", "--image", "site-disk", "--image-checksum", &"0".repeat(64)]);
    checksum.assert().code(2).stderr(contains("provides its checksum"));
}

#[test]
fn image_properties_select_the_node() {
    let site = Site::shared();
    let properties = |arch: &str, capabilities: &str| json!({"cpu_arch": arch, "cpus": 8, "memory_mb": 16384, "local_gb": 100, "capabilities": capabilities});
    site.machines("fit", 1, &of_admin(site, json!({"properties": properties("x86_64", "boot_mode:bios")})));
    site.machines(
        "fit-arm",
        1,
        &of_admin(site, json!({"properties": properties("aarch64", "boot_mode:uefi")})),
    );
    let chosen = |image: &str| -> Vec<String> {
        let nodes = ["--node", "fit-node-1", "--node", "fit-arm-node-1"];
        let output = site
            .farrier("admin")
            .args(["schedule", "--count", "all", "-f", "json", "--image", image])
            .args(nodes)
            .output()
            .expect("it runs");
        let answer = schema::read("schedule", &output.stdout);
        let names = answer["selected"].as_array().expect("a list").iter();
        names.map(|node| node["name"].as_str().expect("it has one").to_owned()).collect()
    };
    for (name, property, fits) in [
        ("fit-any", json!({}), vec!["fit-arm-node-1", "fit-node-1"]),
        ("fit-x86", json!({"hw_architecture": "amd64"}), vec!["fit-node-1"]),
        ("fit-arm", json!({"architecture": "aarch64"}), vec!["fit-arm-node-1"]),
        ("fit-uefi", json!({"hw_firmware_type": "uefi"}), vec!["fit-arm-node-1"]),
        ("fit-kvm", json!({"img_hv_type": "kvm"}), vec![]),
        ("fit-trait", json!({"trait:CUSTOM_FIT": "required"}), vec![]),
        ("fit-large", json!({"min_ram": 16385}), vec![]),
        ("fit-just", json!({"min_ram": 16384, "min_disk": 100}), vec!["fit-arm-node-1", "fit-node-1"]),
    ] {
        image(site, name, &property);
        let mut found = chosen(name);
        found.sort();
        assert_eq!(found, fits, "{name}");
    }
    // A request below an image's minimum is refused before a node is chosen.
    let mut less = site.farrier("admin");
    less.args(["schedule", "--image", "fit-large", "--ram", "16G"]);
    less.assert().code(2).stderr(contains("needs 16385 MiB of RAM, but only 16384 MiB"));

    // In fleets each group has its own image, and a missing one is reported with its location.
    let folder = crate::run::folder();
    let fleet = folder.path().join("fleet.yaml");
    let write = |second: &str| {
        let text = format!(
            "defaults: {{image: fit-x86, nodes: [fit-node-1, fit-arm-node-1]}}\n\
             instances: [{{name: fit-a}}, {{name: fit-b, image: {second}}}]\n"
        );
        fs::write(&fleet, text).expect("written");
    };
    let file = fleet.to_str().expect("UTF-8");
    write("fit-arm");
    let planned = site.json("admin", &["schedule", "--file", file]);
    let named = |at: usize| (&planned["selected"][at]["for"], &planned["selected"][at]["name"]);
    assert_eq!(named(0), (&json!("fit-a"), &json!("fit-node-1")));
    assert_eq!(named(1), (&json!("fit-b"), &json!("fit-arm-node-1")));
    let plan = site.json("admin", &["deploy", "--file", file, "--dry-run"]);
    assert_eq!(plan[1]["node"]["name"], "fit-arm-node-1");
    write("fit-amr");
    let mut wrong = site.farrier("admin");
    wrong.args(["deploy", "--file", file]);
    wrong.assert().code(5).stderr(contains("fleet.yaml:2:").and(contains("did you mean `fit-arm`?")));
}

#[test]
fn local_file_takes_precedence_over_a_glance_image_without_a_prefix() {
    let site = Site::shared();
    site.machines("both", 1, &of_admin(site, json!({})));
    let folder = crate::run::folder();
    fs::write(folder.path().join("both"), "a file").expect("written");
    image(site, "both", &json!({"img_hv_type": "kvm"}));
    let schedule = |image: &str| {
        let mut command = site.farrier("admin");
        command.current_dir(folder.path()).args(["schedule", "--node", "both-node-1", "--image", image]);
        command.assert()
    };
    schedule("both").success();
    schedule("glance://both").code(4).stderr(contains("kvm"));
}

#[test]
fn nova_flavors_are_used_if_no_file_has_the_flavor() {
    let site = Site::shared();
    site.machines("nova", 1, &of_admin(site, json!({})));
    let specs = json!({"resources:CUSTOM_NOVA": "1", "resources:VCPU": "0", "resources:MEMORY_MB": "0",
                       "resources:DISK_GB": "0"});
    let id = private_flavor(site, "nova.a", &specs);
    // More than one page on this site.
    private_flavor(site, "nova.b", &json!({"resources:CUSTOM_NONE": "1"}));
    private_flavor(site, "nova.odd", &json!({"capabilities:a": "b", "resources:VCPU": "8"}));
    let folder = crate::run::folder();
    let cached = folder.path().join("farrier/flavors");
    fs::create_dir_all(&cached).expect("created");
    fs::write(cached.join("mine.yaml"), "flavors: {nova.b: {vcpus: 1}}\n").expect("written");
    let farrier = |cloud: &str, arguments: &[&str]| {
        let mut command = site.farrier(cloud);
        command.env("XDG_CONFIG_HOME", folder.path()).args(arguments);
        command
    };
    let json = |cloud: &str, arguments: &[&str]| -> Value {
        let output = farrier(cloud, arguments).args(["-f", "json"]).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        schema::answer(arguments, &output)
    };

    let listed = json("admin", &["flavor", "list"]);
    let source = |name: &str| {
        let found: Vec<&Value> =
            listed.as_array().expect("a list").iter().filter(|flavor| flavor["name"] == name).collect();
        assert_eq!(found.len(), 1, "{name}: {listed}");
        found[0]["source"].as_str().expect("it has one").to_owned()
    };
    assert_eq!((source("site.small"), source("nova.a")), ("nova".to_owned(), "nova".to_owned()));
    assert!(source("nova.b").ends_with("mine.yaml"), "a file hides Nova's");

    for name in ["nova.a", &id] {
        let flavor = json("admin", &["flavor", "show", name]);
        assert_eq!(
            (&flavor["name"], &flavor["ram_mb"], &flavor["swap_mb"]),
            (&json!("nova.a"), &json!(16384), &json!(512))
        );
        let chosen = json("admin", &["schedule", "--flavor", name, "--count", "all"]);
        assert_eq!(chosen["selected"][0]["name"], "nova-node-1", "{chosen}");
    }
    assert_eq!(json("admin", &["flavor", "show", "nova.b"])["vcpus"], 1);
    // A private flavor is invisible to others, and farrier does not guess flavors that Nova hides from the
    // system scope.
    farrier("owner-member", &["flavor", "show", "nova.a"]).assert().code(5);
    farrier("system-admin", &["flavor", "show", "site.small"])
        .assert()
        .code(3)
        .stderr(contains("extra specs"));
    farrier("admin", &["flavor", "show", "nova.aa"])
        .assert()
        .code(5)
        .stderr(contains("did you mean `nova.a`?"));

    let counted = json("admin", &["capacity"]);
    let names: Vec<&Value> =
        counted["flavors"].as_array().expect("a list").iter().map(|row| &row["name"]).collect();
    assert!(names.contains(&&json!("nova.a")) && !names.contains(&&json!("nova.odd")), "{names:?}");
    farrier("admin", &["capacity", "--flavor", "nova.odd"])
        .assert()
        .code(2)
        .stderr(contains("resources:VCPU=8"));
    let files = cached.to_str().expect("UTF-8");
    let alone = json("admin", &["flavor", "list", "--flavor-file", files]);
    assert_eq!(alone.as_array().map(Vec::len), Some(1), "{alone}");
}

#[test]
fn service_endpoints_can_be_overridden_with_or_without_a_version() {
    let site = Site::shared();
    let folder = crate::run::folder();
    let project = site.project("admin");
    let clouds = site.changed(folder.path(), "admin", |entry| {
        entry["image_endpoint_override"] = json!(format!("{}/v2/", site.address(Service::Glance)));
        entry["compute_endpoint_override"] = json!(format!("{}/v2/{project}", site.address(Service::Nova)));
    });
    let farrier = |arguments: &[&str]| {
        let mut command = site.farrier("admin");
        command.env("OS_CLIENT_CONFIG_FILE", &clouds).args(arguments);
        command.assert()
    };
    farrier(&["flavor", "show", "site.small"]).success();
    farrier(&["schedule", "--image", "nowhere"]).code(5).stderr(contains(site.address(Service::Glance)));
    let clouds = site.changed(folder.path(), "admin", |entry| {
        entry["image_endpoint_override"] = json!("http://127.0.0.1:9");
        entry["compute_endpoint_override"] = json!("http://127.0.0.1:9");
        entry["api_timeout"] = json!(1);
    });
    let farrier = |arguments: &[&str]| {
        let mut command = site.farrier("admin");
        command.env("OS_CLIENT_CONFIG_FILE", &clouds).args(arguments);
        command.assert()
    };
    farrier(&["schedule", "--image", "nowhere"]).code(9).stderr(contains("Glance at http://127.0.0.1:9"));
    farrier(&["flavor", "show", "nowhere"]).code(9).stderr(contains("Nova at http://127.0.0.1:9"));
    farrier(&["flavor", "list"]).success().stderr(contains("Nova flavors are missing"));
}

#[test]
fn only_clouds_with_the_image_are_candidates() {
    let (site, lab) = (Site::shared(), Lab::shared());
    site.machines("here", 1, &of_admin(site, json!({})));
    lab.machines("there", 1);
    let text = fs::read_to_string(site.clouds_yaml()).expect("the site wrote the file");
    let known: Value = serde_json::from_str(&text).expect("JSON");
    let here = &known["clouds"]["admin"];
    let folder = crate::run::folder();
    let file = folder.path().join("clouds.yaml");
    let farrier = |there: &Value, arguments: &[&str]| {
        fs::write(&file, json!({"clouds": {"here": here, "there": there}}).to_string()).expect("written");
        let mut command = site.farrier("here,there");
        command.env("OS_CLIENT_CONFIG_FILE", &file).env_remove("OS_CLOUD").args(["--os-cloud", "here,there"]);
        command.args(arguments).args(["--image", "site-disk", "-f", "json"]);
        let output = command.output().expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{stderr}");
        (schema::answer(arguments, &output), stderr)
    };
    let both = ["schedule", "--count", "all", "--node", "here-node-1", "--node", "there-node-1"];
    let without = json!({"auth_type": "none", "endpoint": lab.endpoint()});
    let (chosen, stderr) = farrier(&without, &both);
    assert_eq!(chosen["selected"].as_array().map(Vec::len), Some(1), "{chosen}");
    assert_eq!(chosen["selected"][0]["name"], "here-node-1");
    assert!(stderr.contains("cloud `there` has no Glance; its nodes are skipped"), "{stderr}");
    assert!(!stderr.contains("cloud `there`: cloud `there`"), "{stderr}");

    // A cloud without Neutron is skipped in the same way if networks are requested.
    let mut on_network = site.farrier("here,there");
    on_network.env("OS_CLIENT_CONFIG_FILE", &file).env_remove("OS_CLOUD");
    on_network.args(["--os-cloud", "here,there", "deploy", "here-1", "--network", "provider", "--dry-run"]);
    on_network.args(["--node", "here-node-1", "--node", "there-node-1", "--image", "site-disk"]);
    let skipped = contains("cloud `there` has no Neutron: its nodes are skipped");
    on_network.assert().code(4).stderr(skipped.and(contains("network interface is `noop`")));

    let mut with = here.clone();
    with["baremetal_endpoint_override"] = json!(lab.endpoint());
    let (chosen, _) = farrier(&with, &both);
    assert_eq!(chosen["selected"].as_array().map(Vec::len), Some(2), "{chosen}");
    let (deployed, _) = farrier(&with, &["deploy", "there-1", "--node", "there-node-1"]);
    assert_eq!((&deployed["cloud"], &deployed["image"]), (&json!("there"), &json!("site-disk")));
    assert_eq!(
        ask(&lab.endpoint(), "/v1/nodes/there-node-1")["instance_info"]["image_source"],
        deployed["image_id"]
    );
    lab.farrier().args(["destroy", "there-1", "--yes"]).assert().success();
}

#[test]
fn missing_glance_and_nova_are_reported_and_the_rest_works() {
    let lab = Lab::shared();
    for command in ["deploy", "schedule"] {
        let mut named = lab.farrier();
        named.args([command, "--image", "el10"]);
        named.assert().code(5).stderr(contains("not a URL or a file").and(contains("has no Glance")));
    }
    lab.farrier().args(["flavor", "list"]).assert().success().stderr(contains("Nova").not());
    lab.farrier().args(["flavor", "list", "-v"]).assert().success().stderr(contains("has no Nova"));
    lab.farrier().args(["flavor", "show", "bm"]).assert().code(5).stderr(contains("has no Nova"));
    // Ironic may use a Glance that farrier does not know.
    let id = "2fb01d0b-b75b-4de2-b427-893c52327b4d";
    lab.machines("by-id", 1);
    let deploy = ["deploy", "by-id-1", "--resource-class", "by-id", "--image", id];
    assert_eq!(lab.json(&deploy)["image"], id);
    let node = ask(&lab.endpoint(), "/v1/nodes/by-id-node-1");
    assert_eq!(node["instance_info"]["image_source"], id);
    lab.farrier().args(["destroy", "by-id-1", "--yes"]).assert().success();
}
