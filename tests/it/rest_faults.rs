//! What every fault of a network or server does to a single request of each kind: how often it is sent, how often it
//! reaches the server, and whether it succeeds in the end. What commands make of it is tried in `fault_table.rs`.

use std::io::{BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use farrier::cloud::{Cloud, Tokens};
use farrier::ironic::patch::Patch;
use farrier::ironic::state::ProvisionTarget;
use farrier::ironic::{self, Client};
use serde_json::Map;

use crate::proxy::{Fault, Proxy, RetryAfter, read_request};

/// A server that answers everything as Ironic would, and counts.
struct Server {
    address: String,
    /// Requests but those that ask for the API's version.
    arrived: Arc<AtomicUsize>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let arrived = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&arrived);
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let Ok(Some((head, _))) = read_request(&mut BufReader::new(&client)) else { continue };
                let body = if head.starts_with("GET /v1/ ") {
                    r#"{"version": {"id": "v1", "version": "1.82", "min_version": "1.1"}}"#
                } else {
                    counter.fetch_add(1, Ordering::SeqCst);
                    r#"{"uuid": "11111111-1111-4111-8111-111111111111", "name": "node-1", "boot_device": "disk"}"#
                };
                let length = body.len();
                // Whoever has gone meanwhile is what the faults are about.
                let _ = write!(
                    client,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
                );
            }
        });
        Self { address, arrived }
    }
}

/// How the first try ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// There was no connection.
    NotSent,
    /// Nobody can say whether it arrived.
    Lost,
    /// The server failed over it.
    ServerTrouble,
    /// It was not done, and may be asked for later.
    TurnedAway,
    /// The server said no.
    Refused,
    /// It is as it should be.
    Well,
}

/// Each fault, how the try ends that it strikes, and how often that try reaches the server.
const FAULTS: &[(Fault, End, usize)] = &[
    (Fault::Refused, End::NotSent, 0),
    (Fault::CutBefore, End::Lost, 0),
    (Fault::CutAfter, End::Lost, 1),
    (Fault::ResetBefore, End::Lost, 0),
    (Fault::ResetAfter, End::Lost, 1),
    (Fault::StallBefore, End::Lost, 0),
    (Fault::StallAfter, End::Lost, 1),
    (Fault::Truncate, End::Lost, 1),
    (Fault::CutChunk, End::Lost, 1),
    (Fault::Mangle, End::Lost, 1),
    (Fault::Page, End::Lost, 1),
    (Fault::DripForever, End::Lost, 1),
    (Fault::Drip, End::Well, 1),
    (Fault::Twice, End::Well, 2),
    (Fault::Answer(401, "{}"), End::Refused, 0),
    (Fault::Answer(403, "{}"), End::Refused, 0),
    (Fault::Answer(404, r#"{"error_message": "no"}"#), End::Refused, 0),
    (Fault::Answer(404, "default backend - 404"), End::TurnedAway, 0),
    (Fault::Answer(406, "{}"), End::Refused, 0),
    (Fault::Answer(409, "{}"), End::Refused, 0),
    (Fault::Answer(500, "{}"), End::ServerTrouble, 0),
    (Fault::Answer(502, ""), End::Lost, 0),
    (Fault::Answer(504, ""), End::Lost, 0),
    (Fault::Answer(503, "{}"), End::TurnedAway, 0),
    (Fault::Later(429, RetryAfter::Seconds(1), "{}"), End::TurnedAway, 0),
    (Fault::Later(503, RetryAfter::DateIn(1), "{}"), End::TurnedAway, 0),
];

/// A request, and how a try may end for it to be sent again.
struct Kind {
    name: &'static str,
    send: fn(&Client) -> Result<(), ironic::Error>,
    again: &'static [End],
}

const KINDS: &[Kind] = &[
    Kind {
        name: "a read",
        send: |client| client.node("node-1").map(drop),
        again: &[End::NotSent, End::Lost, End::ServerTrouble, End::TurnedAway],
    },
    Kind {
        name: "a change that may be made twice",
        send: |client| client.patch_node("node-1", &Patch::new()),
        again: &[End::NotSent, End::Lost],
    },
    Kind {
        name: "a deletion",
        send: |client| client.end_maintenance("node-1"),
        again: &[End::NotSent, End::Lost],
    },
    Kind {
        name: "a change that must not be made twice",
        send: |client| client.patch_node_once("node-1", &Patch::new()),
        again: &[End::NotSent],
    },
    Kind {
        name: "a verb that starts an operation",
        send: |client| client.set_provision_state("node-1", ProvisionTarget::Active, Map::new()),
        again: &[End::NotSent],
    },
];

/// Sends a request whose first try is struck. What is not as it should be.
fn strike(kind: &Kind, fault: Fault, end: End, reached: usize) -> Option<String> {
    let server = Server::start();
    let proxy = Proxy::start(&server.address);
    let environment =
        [("OS_AUTH_TYPE", "none"), ("OS_API_TIMEOUT", "2")].map(|(name, value)| (name.into(), value.into()));
    let endpoint = proxy.endpoint();
    let cloud = Cloud::resolve(None, Some(&endpoint), Tokens::Forgotten, &environment.into_iter().collect());
    let client = cloud.expect("all is said").ironic().expect("it answers");
    proxy.strike(2, 1, fault);
    let outcome = (kind.send)(&client);
    let again = kind.again.contains(&end);
    let sent = usize::from(end != End::NotSent) + usize::from(again);
    let expected = (again || end == End::Well, sent, reached + usize::from(again));
    let found = (outcome.is_ok(), proxy.seen().len() - 1, server.arrived.load(Ordering::SeqCst));
    (found != expected).then(|| {
        format!("{}, {fault:?}: (ok, sent, arrived) is {found:?}, not {expected:?}: {outcome:?}", kind.name)
    })
}

#[test]
fn a_request_is_repeated_just_when_that_is_safe_whatever_strikes_it() {
    let wrong: Vec<String> = thread::scope(|scope| {
        let strikes: Vec<_> = FAULTS
            .iter()
            .flat_map(|fault| KINDS.iter().map(move |kind| (kind, fault)))
            .map(|(kind, (fault, end, reached))| scope.spawn(move || strike(kind, *fault, *end, *reached)))
            .collect();
        strikes.into_iter().filter_map(|strike| strike.join().expect("no panic")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
