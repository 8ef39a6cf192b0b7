use serde_json::{Value, json};

use super::*;

fn evidence(node: &Value) -> Evidence {
    let mut whole = json!({"uuid": "u-1", "name": "rack4-u12"});
    whole.as_object_mut().expect("an object").extend(node.as_object().expect("an object").clone());
    Evidence {
        sought: "rack4-u12".to_owned(),
        node: serde_json::from_value(whole).expect("a node"),
        allocation: None,
        events: Vec::new(),
        verdicts: BTreeMap::new(),
        conductors: Vec::new(),
        vifs: Vec::new(),
        known_vifs: None,
        now: "2026-01-01T12:10:00Z".parse().expect("a time"),
    }
}

#[test]
fn every_state_says_what_it_is_whether_it_may_be_touched_and_what_to_type() {
    for state in ProvisionState::KNOWN {
        let diagnosis = evidence(&json!({"provision_state": state})).diagnosis();
        assert!(diagnosis.what.len() > 10, "{state}");
        assert!(!diagnosis.next.is_empty(), "{state}");
        for Command { command, does } in &diagnosis.next {
            assert!(
                command.starts_with("farrier ") && !command.contains('{') && !does.is_empty(),
                "{command}"
            );
        }
        let is_free = diagnosis.touch.starts_with("yes");
        assert!(!(is_free && state.is_moving()), "{state}");
    }
    let later = evidence(&json!({"provision_state": "quantum hold"})).diagnosis();
    assert!(later.what.contains("quantum hold") && later.touch.starts_with("no"));
}

#[test]
fn no_state_is_free_that_has_an_instance_or_is_locked() {
    for state in ProvisionState::KNOWN {
        let with = json!({"provision_state": state, "instance_uuid": "i-1"});
        assert!(!evidence(&with).diagnosis().touch.starts_with("yes"), "{state}");
        let locked = json!({"provision_state": state, "reservation": "conductor-1"});
        assert!(evidence(&locked).diagnosis().touch.starts_with("no:"), "{state}");
    }
}

#[test]
fn why_it_failed_comes_from_the_node_or_its_history() {
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
    assert_eq!(failed.diagnosis().reason, None, "what failed before is over");
}

#[test]
fn what_is_out_of_the_ordinary_is_told() {
    let mut odd = evidence(&json!({
        "provision_state": "clean wait", "maintenance": true, "maintenance_reason": "swapping a DIMM",
        "fault": "power failure", "reservation": "conductor-1", "protected": true,
        "provision_updated_at": "2026-01-01T12:00:00+00:00",
    }));
    odd.conductors =
        vec![serde_json::from_value(json!({"hostname": "conductor-1", "alive": false})).expect("one")];
    odd.vifs = vec!["p-1".to_owned(), "p-2".to_owned()];
    odd.known_vifs = Some(vec!["p-1".to_owned()]);
    let diagnosis = odd.diagnosis();
    let remarks = diagnosis.remarks.join("\n");
    for word in
        ["swapping a DIMM", "lost its BMC", "conductor-1", "10m", "not reported lately", "protected", "p-2"]
    {
        assert!(remarks.contains(word), "{word}: {remarks}");
    }
    assert!(!remarks.contains("p-1,"), "{remarks}");
    assert_eq!(diagnosis.next[0].command, "farrier node maintenance rack4-u12 --off");
    odd.conductors.clear();
    assert!(
        !odd.diagnosis().remarks.join("\n").contains("no conductor"),
        "who may not see them is told nothing wrong"
    );
}

#[test]
fn instances_are_called_by_their_names() {
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
