//! The requests of a dry run are those of the real run.

mod server;

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::*;
use crate::cloud::neutron::Neutron;
use crate::driver::confirmation::{Confirmed, Consequences, Question};
use crate::driver::image::{Checksum, Image};
use crate::driver::instance::intent::{Intent, Reserved};
use crate::driver::instance::quarantine::FailedNode;
use crate::driver::network::{Interface, InterfaceRequest, NetworkRequest, Networks, OWNER};
use crate::driver::node::change::{ChangeMode, NodeChanges};
use crate::driver::node::credential_trial::TrialLimiter;
use crate::driver::{Cancel, Deadline};
use crate::ironic::Client;
use server::{Server, World};

const NETWORK: &str = "10000000-0000-4000-8000-000000000000";
const INSTANCE: &str = "20000000-0000-4000-8000-000000000000";
const PORT: &str = "30000000-0000-4000-8000-000000000000";
const NODES: [&str; 3] = [
    "40000000-0000-4000-8000-000000000000",
    "50000000-0000-4000-8000-000000000000",
    "60000000-0000-4000-8000-000000000000",
];

/// What exists of the instance, on the first node.
#[derive(Debug, Clone)]
struct Found {
    state: &'static str,
    maintenance: bool,
    is_reserved: bool,
    is_allocated: bool,
    /// 0: no port, 1: a port, 2: an attached port.
    ports: u8,
}

/// A site and an order.
#[derive(Debug, Clone)]
struct Case {
    version: &'static str,
    found: Option<Found>,
    /// The network interface and the resource class of each candidate.
    candidates: Vec<(&'static str, Option<&'static str>)>,
    order: Order,
}

impl Case {
    fn intent(&self) -> Intent {
        let interface =
            || Interface { name: "private".to_owned(), network: NETWORK.to_owned(), ..Interface::default() };
        let interfaces = self.order.networks.interfaces.iter().map(|_| interface()).collect();
        let networks = Networks { interfaces, ..Networks::default() };
        let reserved = self.found.as_ref().filter(|found| found.is_reserved);
        let reserved = reserved.map(|_| Reserved { until: None });
        Intent { networks, reserved, ..self.order.intent(None) }
    }

    fn world(&self) -> World {
        let mut world = World { version: self.version, ..World::default() };
        for ((uuid, at), (interface, class)) in NODES[1..].iter().zip(1..).zip(&self.candidates) {
            world.nodes.push(node(uuid, at, interface, *class));
        }
        let Some(found) = &self.found else { return world };
        let mut node = node(NODES[0], 0, "neutron", Some("bm"));
        node["provision_state"] = json!(found.state);
        node["target_provision_state"] = match found.state {
            "deploying" | "wait call-back" => json!("active"),
            "deleting" => json!("available"),
            _ => Value::Null,
        };
        node["maintenance"] = json!(found.maintenance);
        node["instance_uuid"] = json!(INSTANCE);
        let mut info = Map::from_iter([("display_name".to_owned(), json!("web"))]);
        if found.is_allocated {
            let extra = self.intent().to_extra();
            world.allocations.push(json!({
                "uuid": INSTANCE, "name": "web", "state": "active", "node_uuid": NODES[0], "extra": extra,
                "resource_class": "bm",
            }));
        } else {
            info.extend(self.intent().to_instance_info(Some("2026-11-01T00:00:00Z")));
        }
        info.extend(self.order.image.instance_info());
        node["instance_info"] = info.into();
        world.nodes.push(node);
        if found.ports > 0 {
            world.ports.push(json!({
                "id": PORT, "network_id": NETWORK, "device_id": INSTANCE, "device_owner": OWNER,
                "fixed_ips": [],
            }));
        }
        if found.ports > 1 {
            world.vifs.insert(NODES[0].to_owned(), vec![PORT.to_owned()]);
        }
        world
    }

    fn candidates(&self) -> Vec<Candidate> {
        let nodes = NODES[1..].iter().zip(1..).zip(&self.candidates);
        let candidate = |((uuid, at), (_, class)): ((&&str, usize), &(_, Option<&str>))| Candidate {
            node: NodeRef { uuid: (*uuid).to_owned(), name: Some(format!("node-{at}")) },
            resource_class: class.map(str::to_owned),
            cloud: None,
        };
        nodes.map(candidate).collect()
    }
}

fn node(uuid: &str, at: usize, interface: &str, class: Option<&str>) -> Value {
    json!({
        "uuid": uuid, "name": format!("node-{at}"), "driver": "ipmi", "provision_state": "available",
        "target_provision_state": null, "instance_uuid": null, "instance_info": {}, "resource_class": class,
        "maintenance": false, "network_interface": interface, "properties": {}, "extra": {"rack": "r4"},
        "traits": [], "protected": false, "retired": false,
    })
}

fn order(networks: usize, has_steps: bool) -> Order {
    let interface =
        || InterfaceRequest { network: Some("private".to_owned()), ..InterfaceRequest::default() };
    let value = "9f86d081884c7d659a2feaa0c55ad015".to_owned();
    let checksum = Checksum::Digest { algorithm: "md5", value };
    let step = json!({"interface": "bios", "step": "factory_reset", "args": {}, "priority": 10});
    Order {
        name: "web".to_owned(),
        flavor: None,
        image: Image {
            source: "http://images/el10.raw".to_owned(),
            checksum: Some(checksum),
            ..Image::default()
        },
        instance_info: Map::new(),
        config_drive: ConfigDrive::default(),
        deploy_steps: if has_steps { vec![step] } else { Vec::new() },
        retries: 0,
        failed_node: FailedNode::Release,
        no_wait: false,
        networks: NetworkRequest {
            interfaces: (0..networks).map(|_| interface()).collect(),
            ..NetworkRequest::default()
        },
        check: None,
    }
}

fn found() -> impl Strategy<Value = Found> {
    let states: &[_] =
        &["available", "deploying", "wait call-back", "deploy failed", "error", "deleting", "active"];
    (proptest::sample::select(states), any::<bool>(), any::<bool>(), any::<bool>(), 0..3u8).prop_map(
        |(state, maintenance, is_reserved, is_allocated, ports)| Found {
            state,
            maintenance,
            is_reserved: is_reserved && state == "available",
            is_allocated,
            ports,
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    let versions: &[_] = &["1.68", "1.95", "1.104"];
    let interfaces: &[_] = &["noop", "flat", "neutron"];
    let classes: &[_] = &[None, Some("bm")];
    let candidate = (proptest::sample::select(interfaces), proptest::sample::select(classes));
    (
        proptest::sample::select(versions),
        proptest::option::weighted(0.8, found()),
        proptest::collection::vec(candidate, 0..3),
        (0..2usize, proptest::bool::weighted(0.2), 0..3u32, any::<bool>()),
    )
        .prop_map(|(version, found, candidates, (networks, has_steps, retries, no_wait))| {
            let order = Order { retries, no_wait, ..order(networks, has_steps) };
            Case { version, found, candidates, order }
        })
}

fn drivers(server: &Server) -> Drivers<'static> {
    let client = Client::connect(server.endpoint()).expect("it answers");
    let driver =
        Driver::new(client, &SilentObserver, Cancel::new(), Deadline::after(Duration::from_secs(20)));
    Drivers::new(vec![driver.with_neutron(Some(Neutron::at(server.endpoint())))], Vec::new())
}

/// The requests that change something, one per line. UUIDs that one run made up are numbered.
fn lines(requests: impl IntoIterator<Item = (String, Value)>) -> Vec<String> {
    let known = [NETWORK, INSTANCE, PORT, NODES[0], NODES[1], NODES[2]];
    let mut made_up: Vec<String> = Vec::new();
    let mut number = |text: String| {
        let uuids: Vec<String> = text
            .split(|c: char| !(c.is_ascii_hexdigit() || c == '-'))
            .filter(|word| Uuid::try_parse(word).is_ok_and(|_| word.len() == 36 && !known.contains(word)))
            .map(str::to_owned)
            .collect();
        for uuid in uuids {
            if !made_up.contains(&uuid) {
                made_up.push(uuid);
            }
        }
        made_up.iter().zip(1..).fold(text, |text, (uuid, at)| text.replace(uuid.as_str(), &format!("<{at}>")))
    };
    let is_time = |key: &str| key == "claimed_at";
    let timeless = |mut body: Value| {
        remove(&mut body, &is_time);
        body
    };
    requests.into_iter().map(|(line, body)| number(format!("{line} {}", timeless(body)))).collect()
}

/// Removes keys at any depth.
fn remove(value: &mut Value, is_removed: &impl Fn(&str) -> bool) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !is_removed(key));
            map.values_mut().for_each(|value| remove(value, is_removed));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| remove(value, is_removed)),
        _ => {}
    }
}

fn recorded(plan: PlannedRequests) -> Vec<String> {
    let changes = plan.requests.into_iter().filter(|request| request.method != "GET");
    lines(
        changes.map(|request| {
            (format!("{} {}", request.method, request.path), request.body.unwrap_or_default())
        }),
    )
}

/// The requests or the error of a dry run and of the real run, which each begin with the same world.
fn both<T>(
    world: &World,
    plan: impl FnOnce(&Drivers<'_>) -> Result<PlannedRequests, Error>,
    run: impl FnOnce(&Drivers<'_>) -> Result<T, Error>,
) -> (Result<Vec<String>, String>, Result<Vec<String>, String>) {
    let server = Server::start(world.clone());
    let planned = plan(&drivers(&server)).map(recorded).map_err(|error| error.to_string());
    assert_eq!(server.changes(), [], "a dry run changed something");
    server.reset(world.clone());
    let ran = run(&drivers(&server)).map_err(|error| error.to_string());
    (planned, ran.map(|_| lines(server.changes())))
}

fn deploys(case: &Case) -> (Result<Vec<String>, String>, Result<Vec<String>, String>) {
    let candidates = case.candidates();
    both(
        &case.world(),
        |drivers| {
            let dry_run = DryRun::new(drivers);
            let existing = dry_run.survey(&case.order)?;
            dry_run.deploy(&case.order, &existing, &candidates, &ClaimedNodes::default())
        },
        |drivers| {
            // The dry run ends when the deploy starts.
            let order = Order { no_wait: true, ..case.order.clone() };
            let existing = drivers.survey(std::slice::from_ref(&order))?.remove(0);
            drivers.deploy(&order, &existing, &candidates, &ClaimedNodes::default()).result
        },
    )
}

fn confirmed() -> Confirmed {
    Question::new(Consequences::Loss, "destroy", vec!["web".to_owned()]).given_by_option()
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_dry_run_of_a_deploy_records_what_the_deploy_sends(case in case()) {
        let (planned, ran) = deploys(&case);
        prop_assert_eq!(planned, ran);
    }

    #[test]
    fn a_dry_run_of_destroy_records_what_destroy_sends(case in case(), waits: bool) {
        let until = if waits { DestroyUntil::Gone } else { DestroyUntil::Accepted };
        let (planned, ran) = both(
            &case.world(),
            |drivers| drivers.members[0].plan_destroy("web", until),
            |drivers| drivers.members[0].destroy("web", until, confirmed()),
        );
        prop_assert_eq!(planned, ran);
    }

    #[test]
    fn a_dry_run_of_rebuild_records_what_rebuild_sends(
        case in case(),
        preserve_ephemeral: bool,
        has_image: bool,
    ) {
        let image = has_image.then(|| Image { source: "http://images/el9.raw".to_owned(), ..Image::default() });
        let rebuild = Rebuild { image, preserve_ephemeral, no_wait: true, ..Rebuild::default() };
        let (planned, ran) = both(
            &case.world(),
            |drivers| drivers.members[0].plan_rebuild("web", &rebuild),
            |drivers| drivers.members[0].rebuild("web", &rebuild, confirmed()),
        );
        prop_assert_eq!(planned, ran);
    }

    #[test]
    fn a_dry_run_of_node_set_records_what_node_set_sends(
        case in case(),
        field in proptest::sample::select(&["owner", "description", "firmware_interface", "resource_class"][..]),
        rack in proptest::sample::select(&["r4", "r5"][..]),
        has_trait: bool,
    ) {
        let path = |path: &[&str]| path.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        let changes = NodeChanges {
            set: vec![(path(&[field]), json!("bm")), (path(&["extra", "rack"]), json!(rack))],
            traits: has_trait.then(|| ("CUSTOM_A".to_owned(), true)).into_iter().collect(),
            ..NodeChanges::default()
        };
        let (planned, ran) = both(
            &case.world(),
            |drivers| {
                let (dry, driver) = (drivers.members[0].for_dry_run(), &drivers.members[0]);
                let changed = dry.change_node("node-0", &changes, ChangeMode::NoVerify, &TrialLimiter::default())?;
                assert_eq!(driver.plan_change("node-0", &changes)?.fields, changed.fields);
                let requests = dry.recorded_requests();
                Ok(PlannedRequests { name: String::new(), node: None, cloud: None, requests })
            },
            |drivers| {
                let driver = &drivers.members[0];
                driver.change_node("node-0", &changes, ChangeMode::Verify, &TrialLimiter::default())
            },
        );
        prop_assert_eq!(planned, ran);
    }
}

#[test]
fn a_dry_run_refuses_deploy_steps_that_the_api_lacks() {
    let candidates = vec![("noop", Some("bm"))];
    for (version, is_refused) in [("1.68", true), ("1.69", false)] {
        let case = Case { version, found: None, candidates: candidates.clone(), order: order(0, true) };
        let (planned, ran) = deploys(&case);
        assert_eq!(planned, ran);
        assert_eq!(planned.is_err(), is_refused, "{planned:?}");
    }
}

#[test]
fn a_dry_run_attaches_missing_networks_to_a_deployed_instance() {
    for (ports, expected) in
        [(0, &["POST /v2.0/ports", "POST /v1/nodes"][..]), (1, &["POST /v1/nodes"]), (2, &[])]
    {
        let found =
            Found { state: "active", maintenance: false, is_reserved: false, is_allocated: true, ports };
        let case =
            Case { version: "1.95", found: Some(found), candidates: Vec::new(), order: order(1, false) };
        let (planned, ran) = deploys(&case);
        assert_eq!(planned, ran);
        let planned = planned.expect("nothing fails");
        assert_eq!(planned.len(), expected.len(), "{planned:?}");
        assert!(planned.iter().zip(expected).all(|(line, start)| line.starts_with(start)), "{planned:?}");
    }
}
