//! What each role may do at a real Ironic behind Keystone: a reader can read everything, and a permission
//! error names the required role.

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::site::{Service, Site};
use crate::support::IMAGE;

/// Nodes of the project `owner`, leased to `lessee`; and an instance `NAME` on one of them.
fn with_instance(site: &Site, name: &str) {
    let node = json!({"owner": site.project("owner"), "lessee": site.project("lessee")});
    site.machines(name, 2, &node);
    let mut deploy = site.farrier("owner-member");
    deploy.args(["deploy", name, "--resource-class", name]).args(IMAGE);
    deploy.assert().success();
}

#[test]
fn reader_can_use_every_read_only_command() {
    let site = Site::shared();
    with_instance(site, "readable");
    let file = site.clouds_yaml().with_file_name("readable-flavors.yaml");
    let flavor =
        json!({"flavors": {"readable": {"vcpus": 8, "ram_mb": 16384, "resource_class": "readable"}}});
    std::fs::write(&file, flavor.to_string()).expect("written");
    let file = file.to_str().expect("UTF-8");
    let commands: [&[&str]; 14] = [
        &["node", "list"],
        &["node", "list", "--detail"],
        &["node", "show", "readable-node-1"],
        &["export"],
        &["list"],
        &["show", "readable"],
        &["wait", "readable"],
        &["schedule", "--resource-class", "readable", "--exact", "--explain"],
        &["schedule", "--flavor", "readable", "--flavor-file", file],
        &["capacity", "--flavor-file", file],
        &["flavor", "list", "--flavor-file", file],
        &["flavor", "derive"],
        &["power", "status", "readable"],
        &["reservation", "list"],
    ];
    for cloud in ["system-reader", "owner-reader", "lessee-reader"] {
        for command in commands {
            site.farrier(cloud).args(command).assert().success();
        }
    }
    let export = ["export", "readable-node-1", "--quiet"];
    let hidden = "`driver_info` of readable-node-1 is not exported: this user cannot see it";
    site.farrier("lessee-reader").args(export).assert().success().stderr(contains(hidden));
    site.farrier("owner-reader").args(export).assert().success().stderr("");
    let unseen = "chassis are not exported: this user cannot see them";
    site.farrier("owner-reader").arg("export").assert().success().stderr(contains(unseen));
    site.farrier("system-reader").arg("export").assert().success().stderr(contains(unseen).not());
    // A lessee cannot see a node's history.
    for cloud in ["system-reader", "owner-reader"] {
        site.farrier(cloud).args(["node", "history", "readable-node-1"]).assert().success();
    }
    let refused = site.farrier("lessee-admin").args(["node", "history", "readable-node-1"]).assert().code(3);
    refused.stderr(contains("reader in the project that owns the node, or reader in system scope"));
}

#[test]
fn permission_errors_name_the_required_role() {
    let site = Site::shared();
    with_instance(site, "guarded");
    let gives = |user: &str, place: &str, role: &str| {
        contains(format!("`openstack role add --user {user} {place} {role}`"))
    };
    let power = ["power", "on", "guarded"];
    let destroy = ["destroy", "guarded", "--yes"];
    let boot = ["boot-device", "guarded-node-1"];
    for (cloud, command, place, role) in [
        ("system-reader", &power[..], "--system all", "member"),
        ("system-reader", &destroy, "--system all", "member"),
        ("owner-reader", &power, "--project owner", "member"),
        ("owner-reader", &destroy, "--project owner", "member"),
        ("lessee-reader", &power, "--project lessee", "member"),
        ("lessee-member", &destroy, "--project lessee", "manager"),
        ("owner-member", &boot, "--project owner", "manager"),
    ] {
        let refused = site.farrier(cloud).args(command).assert().failure();
        let names_user = contains(format!("you are {cloud}, with the role"));
        refused.stderr(names_user.and(gives(cloud, place, role)));
    }
    for cloud in ["lessee-admin", "lessee-manager"] {
        site.farrier(cloud).args(boot).assert().code(3).stderr(contains("no role in project"));
    }
    for cloud in ["lessee-member", "owner-manager", "system-member", "system-manager", "owner-admin"] {
        site.farrier(cloud).args(power).assert().success();
    }
    site.farrier("lessee-manager").args(destroy).assert().success();
}

#[test]
fn nodes_of_other_projects_are_hidden_with_an_explanation() {
    let site = Site::shared();
    site.machines("elsewhere", 1, &json!({"owner": site.project("admin")}));
    let hidden = contains("project owner sees only its own allocations and the nodes that it owns or leases");
    for command in [&["node", "show", "elsewhere-node-1"][..], &["power", "status", "elsewhere-node-1"]] {
        site.farrier("owner-admin").args(command).assert().failure().stderr(hidden.clone());
    }
    let absent = site.farrier("system-reader").args(["node", "show", "no-such-node"]).assert().code(5);
    absent.stderr(contains("sees only").not());
}

#[test]
fn forbidden_deploy_leaves_no_claim() {
    let site = Site::shared();
    let node = json!({"owner": site.project("owner"), "lessee": site.project("lessee")});
    site.machines("unclaimed", 1, &node);
    for cloud in ["lessee-member", "owner-reader", "system-reader"] {
        let mut deploy = site.farrier(cloud);
        deploy.args(["deploy", "unclaimed-1", "--resource-class", "unclaimed"]).args(IMAGE);
        deploy.assert().code(3).stderr(contains(format!("you are {cloud}")));
        let (status, claim) = site.ask(Service::Ironic, "GET", "/v1/allocations/unclaimed-1", &Value::Null);
        assert_eq!(status, 404, "{cloud}: {claim}");
        let (_, node) = site.ask(Service::Ironic, "GET", "/v1/nodes/unclaimed-node-1", &Value::Null);
        assert_eq!(node["instance_uuid"], Value::Null, "{cloud}");
    }
}
