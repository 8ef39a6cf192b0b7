//! `doctor` against working, partly working and missing services.

use predicates::str::contains;
use serde_json::{Value, json};

use crate::proxy::{Fault, Proxy};
use crate::schema;
use crate::site::{Service, Site};
use crate::support::{Lab, bare};

/// The rows and the exit code.
fn run_doctor(mut command: assert_cmd::Command) -> (Vec<Value>, i32) {
    let output = command.args(["doctor", "-f", "json"]).output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.stdout.is_empty(), "{stderr}");
    let rows = schema::read("doctor", &output.stdout);
    (rows.as_array().expect("a list").clone(), output.status.code().expect("no signal"))
}

/// The row of a check.
fn row_of<'a>(rows: &'a [Value], check: &str) -> &'a Value {
    rows.iter().find(|row| row["check"] == check).unwrap_or_else(|| panic!("no {check}: {rows:?}"))
}

fn checks_with<'a>(rows: &'a [Value], verdict: &str) -> Vec<&'a str> {
    let matching = rows.iter().filter(|row| row["verdict"] == verdict);
    matching.map(|row| row["check"].as_str().expect("a name")).collect()
}

#[test]
fn without_configuration_doctor_says_what_to_write() {
    let folder = crate::run::folder();
    let command = || -> assert_cmd::Command {
        let mut command = bare(folder.path());
        command.env("HOME", folder.path()).env_remove("XDG_CACHE_HOME");
        command.into()
    };
    let (rows, code) = run_doctor(command());
    assert_eq!((code, checks_with(&rows, "failed")), (2, vec!["configuration"]));
    assert_eq!(checks_with(&rows, "skipped").len(), rows.len() - 1);
    let remedy = row_of(&rows, "configuration")["remedy"].as_str().expect("there is one");
    assert!(remedy.contains("--os-cloud"), "{remedy}");
    let table = command().arg("doctor").assert().code(2);
    table.stdout(contains("What to do")).stderr(contains("1 check failed: configuration"));
}

#[test]
fn ironic_without_keystone_is_checked() {
    let lab = Lab::shared();
    lab.machines("examined", 1);
    let (rows, code) = run_doctor(lab.farrier());
    assert_eq!((code, checks_with(&rows, "failed")), (0, vec![]), "{rows:?}");
    for check in ["configuration", "login", "ironic", "conductors", "hardware", "clock"] {
        assert_eq!(row_of(&rows, check)["verdict"], "ok", "{rows:?}");
    }
    for check in ["roles", "catalog", "neutron", "glance", "nova", "tls"] {
        assert_eq!(row_of(&rows, check)["verdict"], "skipped", "{rows:?}");
    }
    let machines = row_of(&rows, "nodes")["found"].as_str().expect("a text");
    assert!(machines.contains("available"), "{machines}");
    assert_eq!(row_of(&rows, "ironic")["cloud"], "farrier-lab");
    assert!(rows.iter().all(|row| row["duration_s"].is_number()));
}

#[test]
fn wrong_password_and_dead_endpoint_differ() {
    let lab = Lab::impatient();
    let endpoint = lab.endpoint();
    let mut wrong = lab.farrier_at(&endpoint);
    wrong.env("OS_AUTH_TYPE", "http_basic").env("OS_USERNAME", "admin").env("OS_PASSWORD", "not this");
    let (rows, code) = run_doctor(wrong);
    assert_eq!((code, checks_with(&rows, "failed")), (3, vec!["login"]), "{rows:?}");
    assert_eq!(row_of(&rows, "ironic")["verdict"], "ok");
    assert_eq!(row_of(&rows, "nodes")["verdict"], "skipped");

    let (rows, code) = run_doctor(lab.farrier_at("http://127.0.0.1:9"));
    assert_eq!((code, checks_with(&rows, "failed")), (9, vec!["ironic"]), "{rows:?}");
    assert!(row_of(&rows, "ironic")["remedy"].as_str().expect("there is one").contains("check the address"));
}

#[test]
fn doctor_says_what_each_role_allows() {
    let site = Site::shared();
    for (cloud, may) in [
        ("system-admin", "read, deploy and enroll"),
        ("system-reader", ": read"),
        ("owner-member", "read and deploy; only nodes that owner owns or leases"),
        ("lessee-reader", ": read; only nodes that lessee owns or leases"),
    ] {
        let (rows, code) = run_doctor(site.farrier(cloud));
        assert_eq!((code, checks_with(&rows, "failed")), (0, vec![]), "{cloud}: {rows:?}");
        let roles = row_of(&rows, "roles")["found"].as_str().expect("a text");
        assert!(roles.contains(may), "{cloud}: {roles}");
        for check in ["configuration", "secrets", "login", "catalog", "ironic", "clock"] {
            assert_eq!(row_of(&rows, check)["verdict"], "ok", "{cloud}: {rows:?}");
        }
        let is_of_system = cloud.starts_with("system");
        // A user without Keystone projects sees no networks, images or flavors of projects.
        let (seen, services) = if is_of_system { ("ok", "warning") } else { ("skipped", "ok") };
        assert_eq!(row_of(&rows, "conductors")["verdict"], seen, "{cloud}: {rows:?}");
        assert_eq!(row_of(&rows, "hardware")["verdict"], seen, "{cloud}: {rows:?}");
        for check in ["neutron", "glance", "nova"] {
            assert_eq!(row_of(&rows, check)["verdict"], services, "{cloud}: {rows:?}");
        }
    }
    let (rows, _) = run_doctor(site.farrier("domain-admin"));
    assert_eq!(row_of(&rows, "roles")["verdict"], "warning");
}

#[test]
fn keystone_failure_skips_only_dependent_checks() {
    let site = Site::shared();
    let folder = crate::run::folder();
    let with = |change: &dyn Fn(&mut Value)| {
        let file = site.changed(folder.path(), "owner-member", |entry| change(entry));
        let mut command = site.farrier("owner-member");
        command.env("OS_CLIENT_CONFIG_FILE", file);
        run_doctor(command)
    };
    let (rows, code) = with(&|entry| entry["auth"]["password"] = json!("not this"));
    assert_eq!((code, checks_with(&rows, "failed")), (3, vec!["login"]), "{rows:?}");
    assert_eq!(
        (&row_of(&rows, "clock")["verdict"], &row_of(&rows, "ironic")["verdict"]),
        (&json!("ok"), &json!("skipped"))
    );
    // The file is readable by everyone.
    assert_eq!(row_of(&rows, "secrets")["verdict"], "warning");

    let (rows, code) = with(&|entry| entry["auth"]["auth_url"] = json!("http://127.0.0.1:9/v3"));
    assert_eq!((code, checks_with(&rows, "failed")), (9, vec!["login"]), "{rows:?}");

    let (rows, code) = with(&|entry| entry["region_name"] = json!("elsewhere"));
    assert_eq!((code, checks_with(&rows, "failed")[0]), (9, "catalog"), "{rows:?}");
    assert_eq!(row_of(&rows, "login")["verdict"], "ok");
    assert!(row_of(&rows, "catalog")["found"].as_str().expect("a text").contains("public in RegionOne"));
}

#[test]
fn failed_service_does_not_stop_other_checks() {
    let site = Site::shared();
    let folder = crate::run::folder();
    let neutron = Proxy::start(site.address(Service::Neutron));
    neutron.fault("GET", "/networks", usize::MAX, Fault::Answer(503, r#"{"message": "away"}"#));
    let file = site.changed(folder.path(), "owner-reader", |entry| {
        entry["network_endpoint_override"] = json!(neutron.endpoint());
    });
    let mut command = site.farrier("owner-reader");
    command.env("OS_CLIENT_CONFIG_FILE", file);
    let (rows, code) = run_doctor(command);
    assert_eq!((code, checks_with(&rows, "failed")), (9, vec!["neutron"]), "{rows:?}");
    assert_eq!(row_of(&rows, "glance")["verdict"], "ok");

    // Several clouds are checked one after the other.
    let mut both = site.farrier("owner-reader");
    both.args(["--os-cloud", "owner-reader,system-reader"]);
    let (rows, code) = run_doctor(both);
    let of_system = rows.iter().filter(|row| row["cloud"] == "system-reader").count();
    assert_eq!((code, of_system * 2), (0, rows.len()));
}
