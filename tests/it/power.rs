//! Power of machines on a real Ironic: soft, hard, and refused.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::proxy::{Fault, Proxy};
use crate::schema;
use crate::support::Lab;

const NO_SOFT: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"The requested action soft power off is not supported by the power interface.\"}"}"#;
const NO_OFF: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"Failed to set node power state\"}"}"#;

fn proxy(lab: &Lab) -> Proxy {
    Proxy::start(lab.endpoint().trim_start_matches("http://"))
}

#[test]
fn unsupported_soft_power_off_becomes_a_hard_one_with_a_warning() {
    let lab = Lab::shared();
    lab.machines("softly", 1);
    lab.json(&["power", "on", "softly-node-1"]);
    let off = ["power", "off", "softly-node-1", "--soft", "--yes", "-f", "json"];

    let refusing = proxy(lab);
    refusing.fault("PUT", "/states/power", 1, Fault::Answer(400, NO_SOFT));
    lab.farrier_at(&refusing.endpoint()).args(off).arg("--no-fallback").assert().failure();
    assert_eq!(lab.node("softly-node-1")["power_state"], "power on");

    let refusing = proxy(lab);
    refusing.fault("PUT", "/states/power", 1, Fault::Answer(400, NO_SOFT));
    let output = lab.farrier_at(&refusing.endpoint()).args(off).output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let answer = schema::read("power off", &output.stdout);
    assert_eq!(answer[0]["power_state"], "power off");
    assert!(answer[0]["forced"].as_str().is_some_and(|why| why.contains("not supported")), "{answer}");
    let targets: Vec<Value> =
        refusing.changes().into_iter().map(|(_, body)| body["target"].clone()).collect();
    assert_eq!(targets, [json!("soft power off"), json!("power off")]);
}

#[test]
fn supported_soft_power_off_is_not_escalated() {
    let lab = Lab::shared();
    lab.machines("softly", 1);
    lab.json(&["power", "on", "softly-node-1"]);
    let answer = lab.json(&["power", "off", "softly-node-1", "--soft", "--yes"]);
    assert_eq!((&answer[0]["power_state"], &answer[0]["forced"]), (&json!("power off"), &Value::Null));
}

#[test]
fn disabled_power_off_is_explained() {
    let lab = Lab::shared();
    lab.machines("keep-on", 1);
    lab.json(&["power", "on", "keep-on-node-1"]);
    let refusing = proxy(lab);
    refusing.fault("PUT", "/states/power", 1, Fault::Answer(409, NO_OFF));
    let off = ["power", "off", "keep-on-node-1", "--yes"];
    let expected = contains("disable_power_off").and(contains("Failed to set node power state"));
    lab.farrier_at(&refusing.endpoint()).args(off).assert().code(6).stderr(expected);
    assert_eq!(lab.node("keep-on-node-1")["power_state"], "power on");
}

#[test]
fn lock_of_a_dead_conductor_is_reported_at_the_timeout() {
    const LOCKED: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"Node x is locked by host old-conductor-7, please retry after the current operation is completed.\"}"}"#;
    let lab = Lab::shared();
    lab.machines("dead-lock", 1);
    let locked = proxy(lab);
    locked.fault("PUT", "/states/power", usize::MAX, Fault::Answer(409, LOCKED));
    let on = ["power", "on", "dead-lock-node-1", "--timeout", "12s"];
    let expected = contains("locked by conductor old-conductor-7 since")
        .and(contains("this conductor is not alive"))
        .and(contains("hint: start ironic-conductor on host `old-conductor-7`"))
        .and(contains("farrier why dead-lock-node-1"))
        .and(contains("a longer `--timeout`").not());
    lab.farrier_at(&locked.endpoint()).args(on).assert().code(8).stderr(expected);

    let two = ["power", "on", "dead-lock-node-1", "dead-lock-nobody"];
    let expected = contains("no instance or node is named `dead-lock-nobody`; nothing was changed");
    lab.farrier().args(two).assert().code(5).stderr(expected);
    assert_ne!(lab.node("dead-lock-node-1")["power_state"], "power on");
}
