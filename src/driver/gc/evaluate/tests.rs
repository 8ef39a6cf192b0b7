//! The search for orphans, without a server.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::cloud::neutron;
use crate::driver::gc::claims::still_as_listed;
use crate::driver::gc::{NeutronPorts, OF_RAMDISK, OrphanKind, PortVifs};
use crate::driver::network::OWNER;
use crate::ironic::Node;
use crate::ironic::allocation::Allocation;

const NOW: &str = "2026-01-02T12:00:00Z";
const HERE: &str = " at https://ironic.lab";

fn node(name: &str, state: &str, more: &Value) -> Node {
    let mut node = json!({"uuid": format!("uuid-{name}"), "name": name, "provision_state": state});
    node.as_object_mut().expect("a mapping").extend(more.as_object().cloned().expect("a mapping"));
    serde_json::from_value(node).expect("a node")
}

fn allocation(name: &str, state: &str, node: Option<&str>, extra: &Value) -> Allocation {
    let node = node.map(|node| format!("uuid-{node}"));
    serde_json::from_value(json!({
        "uuid": format!("uuid-{name}"), "name": name, "state": state, "node_uuid": node, "extra": extra,
        "created_at": "2026-01-01T00:00:00+00:00", "last_error": "no luck",
    }))
    .expect("an allocation")
}

fn port(id: &str, more: &Value) -> neutron::Port {
    let mut port =
        json!({"id": id, "network_id": "n", "created_at": "2026-01-01T00:00:00Z", "project_id": "p"});
    port.as_object_mut().expect("a mapping").extend(more.as_object().cloned().expect("a mapping"));
    serde_json::from_value(port).expect("a port")
}

fn made_for(id: &str, instance: &str, description_suffix: &str) -> neutron::Port {
    port(
        id,
        &json!({"device_owner": OWNER, "device_id": instance, "description": format!("made by farrier for i{description_suffix}")}),
    )
}

fn node_port(node: &str, mac: &str, info: &Value) -> PortVifs {
    let internal_info = info.as_object().cloned().expect("a mapping");
    PortVifs { node: format!("uuid-{node}"), address: Some(mac.to_owned()), internal_info }
}

fn evidence() -> GcEvidence {
    GcEvidence {
        allocations: Vec::new(),
        nodes: Vec::new(),
        node_ports: Vec::new(),
        neutron: Some(NeutronPorts { sees_all: true, ..NeutronPorts::default() }),
        sees_all: true,
        description_suffix: HERE.to_owned(),
        project: Some("p".to_owned()),
        now: NOW.parse().expect("a time"),
    }
}

/// Kind and ID of each orphan of any age, and whether `gc` removes it.
fn found(evidence: &GcEvidence) -> Vec<(OrphanKind, String, bool)> {
    let (orphans, young) = evidence.orphans(Duration::ZERO);
    assert_eq!(young, 0);
    orphans.into_iter().map(|orphan| (orphan.kind, orphan.id, orphan.remedy.is_none())).collect()
}

fn ours() -> Value {
    json!({"farrier": {"image": "http://i"}})
}

fn reserved(until: Option<&str>) -> Value {
    json!({"farrier": {"reserved": {"until": until}}})
}

#[test]
fn claims_without_a_node_or_a_deploy_are_orphans() {
    let evidence = GcEvidence {
        allocations: vec![
            allocation("failed", "error", None, &json!({})),
            allocation("undecided", "allocating", None, &json!({})),
            allocation("abandoned", "active", Some("a"), &ours()),
            allocation("deployed", "active", Some("b"), &ours()),
            allocation("another's", "active", Some("c"), &json!({})),
            allocation("unseen", "active", Some("nowhere"), &ours()),
            allocation("over", "active", Some("d"), &reserved(Some("2026-01-02T11:59:59Z"))),
            allocation("reserved", "active", Some("e"), &reserved(Some("2026-01-02T12:00:01Z"))),
            allocation("for ever", "active", Some("f"), &reserved(None)),
            allocation("used after all", "active", Some("b"), &reserved(Some("2026-01-01T00:00:00Z"))),
        ],
        nodes: [
            ("a", "available"),
            ("b", "active"),
            ("c", "available"),
            ("d", "available"),
            ("e", "available"),
            ("f", "available"),
        ]
        .map(|(name, state)| node(name, state, &json!({})))
        .into(),
        ..evidence()
    };
    let expected = [
        (OrphanKind::FailedAllocation, "uuid-failed".to_owned(), true),
        (OrphanKind::StuckAllocation, "uuid-undecided".to_owned(), true),
        (OrphanKind::ExpiredReservation, "uuid-over".to_owned(), true),
        (OrphanKind::UnusedAllocation, "uuid-abandoned".to_owned(), true),
    ];
    assert_eq!(found(&evidence), expected);
}

#[test]
fn an_unallocated_instance_is_released_only_if_it_is_not_deployed() {
    let with = |instance: &str, info: &Value| json!({"instance_uuid": instance, "instance_info": info});
    let nova = json!({"nova_host_id": "compute-1"});
    let allocated = json!({"instance_uuid": "i6", "allocation_uuid": "i6"});
    let evidence = GcEvidence {
        nodes: vec![
            node("idle", "available", &with("i1", &json!({}))),
            node("runs", "active", &with("i2", &json!({}))),
            node("of Nova", "active", &with("i3", &nova)),
            node("left by Nova", "available", &with("i4", &nova)),
            node("ours, classless", "active", &with("i5", &ours())),
            node("claimed", "active", &allocated),
            node("claim of ours", "available", &with("i7", &ours())),
            node("free", "available", &json!({})),
        ],
        ..evidence()
    };
    let expected = [
        (OrphanKind::UnusedAllocation, "i7".to_owned(), true),
        (OrphanKind::UnallocatedInstance, "i1".to_owned(), true),
        (OrphanKind::UnallocatedInstance, "i2".to_owned(), false),
        (OrphanKind::UnallocatedInstance, "i4".to_owned(), true),
    ];
    assert_eq!(found(&evidence), expected);
    let (orphans, _) = evidence.orphans(Duration::ZERO);
    let runs = orphans.iter().find(|orphan| orphan.id == "i2").expect("it is listed");
    assert!(runs.remedy.as_ref().is_some_and(|remedy| remedy.contains("`farrier destroy i2`")));
}

#[test]
fn vifs_are_stale_only_if_every_neutron_port_is_visible() {
    let vif = |key: &str, id: &str| json!({key: id, "other": 1});
    let nodes = [("a", "active"), ("b", "deploying"), ("c", "clean wait"), ("d", "available")];
    let known = HashSet::from(["there".to_owned()]);
    let all = GcEvidence {
        nodes: nodes.map(|(name, state)| node(name, state, &json!({}))).into(),
        node_ports: vec![
            node_port("a", "m1", &vif("tenant_vif_port_id", "gone")),
            node_port("a", "m2", &vif("tenant_vif_port_id", "there")),
            node_port("b", "m3", &vif("tenant_vif_port_id", "gone as well")),
            node_port("c", "m4", &vif("cleaning_vif_port_id", "gone too")),
            node_port("d", "m5", &vif("cleaning_vif_port_id", "of old")),
            node_port("unseen", "m6", &vif("tenant_vif_port_id", "who knows")),
        ],
        neutron: Some(NeutronPorts { known, sees_all: true, ..NeutronPorts::default() }),
        ..evidence()
    };
    let expected = [
        (OrphanKind::StaleVif, "gone".to_owned(), true),
        (OrphanKind::StaleVif, "gone as well".to_owned(), false),
        (OrphanKind::StaleRamdiskVif, "gone too".to_owned(), false),
    ];
    assert_eq!(found(&all), expected);
    let hidden = NeutronPorts { sees_all: false, ..all.neutron.clone().expect("it is there") };
    assert!(found(&GcEvidence { neutron: Some(hidden), ..all.clone() }).is_empty());
    assert!(found(&GcEvidence { neutron: None, ..all }).is_empty());
}

#[test]
fn ports_are_stale_only_if_their_instance_would_be_visible() {
    let of_another = neutron::Port { project_id: Some("q".to_owned()), ..made_for("hidden", "gone", HERE) };
    let ours = vec![
        made_for("left", "gone", HERE),
        made_for("of a claim", "uuid-claim", HERE),
        made_for("of an instance", "i1", HERE),
        made_for("of a node", "uuid-a", HERE),
        made_for("elsewhere", "gone", " at https://other.lab"),
        made_for("attached", "gone", HERE),
        of_another,
    ];
    let evidence = GcEvidence {
        allocations: vec![allocation("claim", "active", Some("b"), &json!({}))],
        nodes: vec![
            node("a", "active", &json!({"instance_uuid": "i1", "allocation_uuid": "i1"})),
            node("b", "active", &json!({})),
        ],
        node_ports: vec![node_port("b", "m", &json!({"tenant_vif_port_id": "attached"}))],
        neutron: Some(NeutronPorts {
            ours,
            known: HashSet::from(["attached".to_owned()]),
            ..NeutronPorts::default()
        }),
        ..evidence()
    };
    let mut expected = vec![
        (OrphanKind::StalePort, "attached".to_owned(), false),
        (OrphanKind::StalePort, "hidden".to_owned(), true),
        (OrphanKind::StalePort, "left".to_owned(), true),
    ];
    assert_eq!(found(&evidence), expected);
    expected.remove(1);
    assert_eq!(found(&GcEvidence { sees_all: false, ..evidence.clone() }), expected);
    assert!(found(&GcEvidence { sees_all: false, project: None, ..evidence }).is_empty());
}

#[test]
fn ramdisk_ports_are_stale_if_no_ramdisk_can_run() {
    let of = |id: &str, more: &Value| {
        let mut port = port(id, more);
        port.device_owner = OF_RAMDISK.to_owned();
        port
    };
    let on = |id: &str, host: &str| of(id, &json!({"binding:host_id": format!("uuid-{host}")}));
    let of_ramdisks = vec![
        on("left", "free"),
        on("at work", "cleans"),
        on("of a failure", "failed"),
        on("of a rescue", "rescue"),
        on("kept running", "fast"),
        on("of a stranger", "nowhere"),
        of("by its MAC", &json!({"mac_address": "m1", "binding:host_id": "uuid-of-old"})),
        of("by its device", &json!({"device_id": "uuid-free"})),
    ];
    let states =
        [("free", "available"), ("cleans", "clean wait"), ("failed", "clean failed"), ("rescue", "rescue")];
    let mut nodes: Vec<Node> = states.map(|(name, state)| node(name, state, &json!({}))).into();
    nodes.push(node("fast", "available", &json!({"driver_internal_info": {"agent_url": "http://a"}})));
    let evidence = GcEvidence {
        nodes,
        node_ports: vec![node_port("free", "m1", &json!({}))],
        neutron: Some(NeutronPorts { of_ramdisks, sees_all: true, ..NeutronPorts::default() }),
        ..evidence()
    };
    let expected = [
        (OrphanKind::StaleRamdiskPort, "by its MAC".to_owned(), true),
        (OrphanKind::StaleRamdiskPort, "by its device".to_owned(), true),
        (OrphanKind::StaleRamdiskPort, "left".to_owned(), true),
        (OrphanKind::StaleRamdiskPort, "of a stranger".to_owned(), false),
    ];
    assert_eq!(found(&evidence), expected);
    let partly = GcEvidence { sees_all: false, ..evidence };
    assert!(found(&partly).iter().all(|(_, id, _)| id != "of a stranger"));
}

#[test]
fn recent_changes_are_ignored() {
    let evidence = GcEvidence {
        allocations: vec![
            allocation("old", "error", None, &json!({})),
            Allocation {
                updated_at: Some("2026-01-02T11:30:00+00:00".to_owned()),
                ..allocation("young", "error", None, &json!({}))
            },
            allocation("used", "active", Some("a"), &ours()),
        ],
        nodes: vec![node("a", "available", &json!({"updated_at": "2026-01-02T11:59:00+00:00"}))],
        ..evidence()
    };
    let (orphans, young) = evidence.orphans(Duration::from_secs(3600));
    assert_eq!(orphans.iter().map(|orphan| orphan.id.as_str()).collect::<Vec<_>>(), ["uuid-old"]);
    assert_eq!(young, 2);
}

#[test]
fn a_claim_that_was_used_or_renewed_after_the_listing_is_not_an_orphan() {
    let now: Timestamp = NOW.parse().expect("a time");
    let claim = |kind, since: Option<&str>| Orphan {
        kind,
        id: "uuid-web".to_owned(),
        name: None,
        node: None,
        since: since.map(str::to_owned),
        why: String::new(),
        remedy: None,
    };
    let at =
        |updated: &str| node("n", "available", &json!({"instance_uuid": "uuid-web", "updated_at": updated}));
    let intent = |reserved: &Value| {
        allocation("web", "active", Some("n"), &json!({"farrier": {"reserved": reserved}}))
    };
    let plain = allocation("web", "active", Some("n"), &json!({"farrier": {}}));
    let (early, late) = ("2026-01-01T01:00:00+00:00", "2026-01-02T11:59:00+00:00");

    let abandoned = claim(OrphanKind::UnusedAllocation, Some(early));
    assert!(still_as_listed(&abandoned, Some(&plain), Some(&at(early)), now));
    assert!(
        !still_as_listed(&abandoned, Some(&plain), Some(&at(late)), now),
        "a deploy has started to prepare it"
    );
    assert!(still_as_listed(&abandoned, None, None, now), "it is gone");

    let expired = claim(OrphanKind::ExpiredReservation, None);
    let until = |until: &str| intent(&json!({"until": until}));
    assert!(still_as_listed(&expired, Some(&until("2026-01-02T11:00:00Z")), Some(&at(late)), now));
    assert!(
        !still_as_listed(&expired, Some(&until("2026-01-02T13:00:00Z")), Some(&at(late)), now),
        "renewed"
    );
    assert!(!still_as_listed(&expired, Some(&plain), Some(&at(late)), now), "deployed");
    assert!(still_as_listed(&expired, None, Some(&node("n", "available", &json!({}))), now), "released");
    assert!(!still_as_listed(&expired, None, Some(&at(late)), now), "its node has it without a reservation");
}
