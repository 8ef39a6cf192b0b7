use serde_json::{Value, json};

use super::*;

/// What is known about a node with these fields, without anything else.
pub(crate) fn evidence(node: &Value) -> Evidence {
    let mut whole = json!({"uuid": "u-1", "name": "rack4-u12"});
    whole.as_object_mut().expect("an object").extend(node.as_object().expect("an object").clone());
    Evidence {
        sought: "rack4-u12".to_owned(),
        node: serde_json::from_value(whole).expect("a node"),
        allocation: None,
        events: Vec::new(),
        verdicts: BTreeMap::new(),
        not_validated: None,
        conductors: Vec::new(),
        vifs: Vec::new(),
        known_vifs: None,
        callable: None,
        has_history: true,
        can_abort_deploys: true,
        now: "2026-01-01T12:10:00Z".parse().expect("a time"),
    }
}

#[test]
fn every_state_has_an_explanation_and_a_next_command() {
    for state in ProvisionState::KNOWN {
        let diagnosis = evidence(&json!({"provision_state": state})).diagnosis();
        assert!(diagnosis.what.len() > 10, "{state}");
        assert!(!diagnosis.next.is_empty(), "{state}");
        for NextCommand { command, does } in &diagnosis.next {
            assert!(
                command.starts_with("farrier ") && !command.contains('{') && !does.is_empty(),
                "{command}"
            );
        }
        let is_free = diagnosis.touch.starts_with("yes");
        assert!(!(is_free && state.is_moving()), "{state}");
    }
    let later = evidence(&json!({"provision_state": "quantum hold"})).diagnosis();
    assert!(later.what.contains("quantum hold") && later.touch.starts_with("unclear"));
}

#[test]
fn a_node_with_an_instance_or_a_lock_is_not_safe_to_work_on() {
    for state in ProvisionState::KNOWN {
        let with = json!({"provision_state": state, "instance_uuid": "i-1"});
        assert!(!evidence(&with).diagnosis().touch.starts_with("yes"), "{state}");
        let locked = json!({"provision_state": state, "reservation": "conductor-1"});
        assert!(evidence(&locked).diagnosis().touch.starts_with("no:"), "{state}");
    }
}

#[test]
fn the_reason_of_a_failure_comes_from_the_node_or_its_history() {
    let event = |severity: &str, words: &str| {
        serde_json::from_value(json!({"uuid": words, "severity": severity, "event": words}))
            .expect("an event")
    };
    let mut failed = evidence(&json!({"provision_state": "deploy failed", "last_error": null}));
    failed.events =
        vec![event("INFO", "deployment_start"), event("ERROR", "no space"), event("ERROR", "older")];
    assert_eq!(failed.diagnosis().reason.as_deref(), Some("no space"));
    failed.node.last_error = Some("checksum differs".to_owned());
    assert_eq!(failed.diagnosis().reason.as_deref(), Some("checksum differs"));
    failed.node.provision_state = ProvisionState::Active;
    assert_eq!(failed.diagnosis().reason, None, "an earlier failure is not shown");
}

#[test]
fn remarks_list_everything_unusual() {
    let mut odd = evidence(&json!({
        "provision_state": "clean wait", "maintenance": true, "maintenance_reason": "swapping a DIMM",
        "fault": "power failure", "reservation": "conductor-1", "protected": true,
        "provision_updated_at": "2026-01-01T12:00:00+00:00",
    }));
    odd.conductors = vec![conductor("conductor-1", true)];
    odd.vifs = vec!["p-1".to_owned(), "p-2".to_owned()];
    odd.known_vifs = Some(vec!["p-1".to_owned()]);
    let diagnosis = odd.diagnosis();
    let remarks = diagnosis.remarks.join("\n");
    for word in ["swapping a DIMM", "BMC is unreachable", "conductor-1", "10m", "protected", "p-2"] {
        assert!(remarks.contains(word), "{word}: {remarks}");
    }
    assert!(!remarks.contains("p-1,"), "{remarks}");
    assert_eq!(remarks.matches("swapping a DIMM").count(), 1, "{remarks}");
    // Ironic would put the node into maintenance again.
    assert!(diagnosis.next.iter().all(|next| !next.command.contains("maintenance")), "{:?}", diagnosis.next);
    odd.node.fault = None;
    assert_eq!(odd.diagnosis().next[0].command, "farrier node maintenance rack4-u12 --off");
}

fn conductor(name: &str, alive: bool) -> Conductor {
    serde_json::from_value(json!({"hostname": name, "alive": alive})).expect("one")
}

fn commands(evidence: &Evidence) -> Vec<String> {
    evidence.diagnosis().next.into_iter().map(|next| next.command).collect()
}

#[test]
fn an_abandoned_node_has_one_explanation() {
    let alive = [conductor("c-1", true), conductor("c-2", false)];
    let at = "2026-01-01T12:00:00+00:00";
    for (node, conductors, what, next) in [
        (
            json!({"provision_state": "deploying", "reservation": "c-9"}),
            &alive[..],
            "Ironic does not know it",
            &["farrier doctor", "farrier wait rack4-u12"][..],
        ),
        (
            json!({"provision_state": "cleaning", "reservation": "c-2"}),
            &alive,
            "another conductor will take over the node",
            &["farrier wait rack4-u12"],
        ),
        (
            json!({"provision_state": "deleting", "instance_uuid": "i-1", "conductor": "c-1"}),
            &alive,
            "restart conductor c-1",
            &["farrier doctor", "farrier wait rack4-u12"],
        ),
        (
            json!({"provision_state": "manageable", "maintenance": true}),
            &alive[1..],
            "no live conductor serves",
            &["farrier doctor"],
        ),
    ] {
        let mut evidence = evidence(&node);
        evidence.node.provision_updated_at = Some(at.to_owned());
        evidence.conductors = conductors.to_vec();
        let diagnosis = evidence.diagnosis();
        assert!(diagnosis.what.contains(what), "{}", diagnosis.what);
        assert!(
            ["no: Ironic cannot finish", "no: another conductor"]
                .iter()
                .any(|text| diagnosis.touch.starts_with(text)),
            "{}",
            diagnosis.touch
        );
        assert!(!format!("{diagnosis:?}").contains("a conductor is "), "{diagnosis:?}");
        assert_eq!(commands(&evidence), next, "{node}");
        evidence.conductors.clear();
        let hidden = evidence.diagnosis();
        assert!(!hidden.touch.contains("the conductor"), "without a list of conductors nothing is concluded");
    }
}

#[test]
fn no_advice_would_be_refused() {
    let with = |node: Value, change: &dyn Fn(&mut Evidence)| {
        let mut evidence = evidence(&node);
        change(&mut evidence);
        commands(&evidence)
    };
    let claimed = json!({"provision_state": "available", "instance_uuid": "i-1",
                         "instance_info": {"display_name": "web-1"}});
    assert_eq!(with(claimed, &|_| {}), ["farrier show web-1", "farrier destroy web-1"]);
    let adopted = json!({"provision_state": "active"});
    assert_eq!(with(adopted, &|_| {}), ["farrier node show rack4-u12", "farrier destroy rack4-u12"]);
    let protected = json!({"provision_state": "active", "instance_uuid": "i-1", "protected": true});
    assert_eq!(with(protected, &|_| {}), ["farrier show i-1", "farrier node protect rack4-u12 --off"]);
    let retired = json!({"provision_state": "manageable", "retired": true});
    assert_eq!(with(retired, &|_| {})[0], "farrier node retire rack4-u12 --off");
    let waits = json!({"provision_state": "wait call-back", "instance_uuid": "i-1"});
    let old = with(waits.clone(), &|it| it.can_abort_deploys = false);
    assert_eq!(old, ["farrier wait rack4-u12", "farrier destroy i-1"]);
    assert!(with(waits, &|_| {}).contains(&"farrier node abort rack4-u12".to_owned()));
    let failed = |more: Value| {
        let mut node = json!({"provision_state": "clean failed"});
        node.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
        node
    };
    let [history, manage, off] = ["history rack4-u12", "manage rack4-u12", "maintenance rack4-u12 --off"]
        .map(|it| format!("farrier node {it}"));
    assert_eq!(with(failed(json!({})), &|_| {}), [&history[..], &manage]);
    assert_eq!(with(failed(json!({})), &|it| it.has_history = false), [&manage[..]]);
    assert_eq!(with(failed(json!({"maintenance": true})), &|_| {}), [history, manage, off.clone()]);
    let rescue = json!({"provision_state": "rescue failed", "instance_uuid": "i-1", "maintenance": true});
    assert_eq!(with(rescue, &|it| it.has_history = false), [&off[..]]);
    let service = json!({"provision_state": "service failed", "instance_uuid": "i-1", "maintenance": true});
    assert_eq!(with(service, &|it| it.has_history = false), [off]);
    let unlike = json!({"provision_state": "inspect failed"});
    let no_inspect = InterfaceValidation { result: None, reason: Some("not supported".to_owned()) };
    let next = with(unlike, &|it| drop(it.verdicts.insert("inspect".to_owned(), no_inspect.clone())));
    assert_eq!(next, ["farrier node history rack4-u12", "farrier node manage rack4-u12"]);
    let unknown = json!({"provision_state": "adopt failed"});
    assert!(!with(unknown, &|_| {}).iter().any(|command| command.contains("adopt")));
}

#[test]
fn a_locked_node_has_only_read_only_commands() {
    for lock in [json!({"reservation": "c-1"}), json!({"target_power_state": "power off"})] {
        let mut node = json!({"provision_state": "manageable"});
        node.as_object_mut().expect("an object").extend(lock.as_object().cloned().expect("an object"));
        assert_eq!(commands(&evidence(&node)), ["farrier wait rack4-u12"], "{node}");
    }
}

#[test]
fn only_a_node_that_can_be_deployed_is_called_so() {
    let what = |node: Value| evidence(&node).diagnosis().what;
    let free = json!({"provision_state": "available", "power_state": "power off"});
    assert_eq!(what(free), "it has no instance and can be deployed");
    for node in [
        json!({"provision_state": "available", "power_state": "power off", "maintenance": true}),
        json!({"provision_state": "available", "power_state": null}),
    ] {
        assert_eq!(what(node.clone()), "it has no instance, but cannot be deployed now", "{node}");
    }
}

#[test]
fn a_missing_image_is_a_problem_only_with_an_instance() {
    let mut free = evidence(&json!({"provision_state": "available", "power_state": "power off"}));
    let invalid = |reason: &str| InterfaceValidation { result: Some(false), reason: Some(reason.to_owned()) };
    free.verdicts.insert("deploy".to_owned(), invalid("Missing are: ['instance_info.image_source']"));
    assert!(free.diagnosis().remarks.is_empty(), "{:?}", free.diagnosis().remarks);
    free.verdicts.insert("boot".to_owned(), invalid("Missing are: ['driver_info.deploy_kernel']"));
    assert_eq!(free.diagnosis().remarks.len(), 1, "{:?}", free.diagnosis().remarks);
    free.node.instance_uuid = Some("i-1".to_owned());
    let remarks = free.diagnosis().remarks.join("\n");
    assert!(remarks.contains("image_source") && remarks.contains("deploy_kernel"), "{remarks}");
}

#[test]
fn commands_use_instance_names() {
    let mut active = evidence(&json!({
        "provision_state": "active", "instance_uuid": "i-1", "instance_info": {"display_name": "web-1"},
    }));
    let commands: Vec<String> = active.diagnosis().next.into_iter().map(|next| next.command).collect();
    assert_eq!(commands, ["farrier show web-1", "farrier destroy web-1"]);
    assert!(active.diagnosis().remarks.join("\n").contains("no allocation"));
    let allocation = json!({"uuid": "i-1", "name": "web-2", "state": "active"});
    active.allocation = Some(serde_json::from_value(allocation).expect("an allocation"));
    assert_eq!(active.diagnosis().next[0].command, "farrier show web-2");
    assert!(active.diagnosis().remarks.iter().all(|remark| !remark.contains("no allocation")));
}

#[test]
fn a_validation_without_an_answer_is_reported() {
    let mut free = evidence(&json!({"provision_state": "available"}));
    free.not_validated = Some("no response in time".to_owned());
    let remark = "its interfaces could not be validated: no response in time".to_owned();
    assert!(free.diagnosis().remarks.contains(&remark), "{:?}", free.diagnosis().remarks);
    // An operation in progress may keep the conductor from answering.
    let mut moving = evidence(&json!({"provision_state": "deploying"}));
    moving.not_validated = free.not_validated;
    assert!(!moving.diagnosis().remarks.contains(&remark));
}
