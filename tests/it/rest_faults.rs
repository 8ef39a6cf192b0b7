//! Every fault of a network or server on single requests of each kind: how often the request is sent, how
//! often it reaches the server, and whether it finally succeeds. `fault_table.rs` tries the faults on
//! commands.

use std::io::{BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use farrier::cloud::transport;
use farrier::rest::retry::Repeat;
use farrier::rest::{Authenticator, Endpoint, Error, LoginError, LoginGeneration, Request, Service, Session};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;

use crate::proxy::{Fault, Proxy, RetryAfter, read_request};

/// A server that answers everything as Ironic would, and counts requests.
struct Server {
    address: String,
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
                let Ok(Some(_)) = read_request(&mut BufReader::new(&client)) else { continue };
                counter.fetch_add(1, Ordering::SeqCst);
                let body = r#"{"uuid": "11111111-1111-4111-8111-111111111111", "name": "node-1"}"#;
                let length = body.len();
                // Clients that have disconnected are part of the faults.
                let _ = write!(
                    client,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
                );
            }
        });
        Self { address, arrived }
    }
}

/// The result of the first attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// There was no connection.
    NotSent,
    /// It is unknown whether the request arrived.
    Lost,
    /// The server failed.
    ServerTrouble,
    /// The request was not executed, and may be retried later.
    TurnedAway,
    /// The server refused.
    Refused,
    /// It succeeded.
    Well,
}

/// Each fault, the result of the attempt that it is applied to, and how often that attempt reaches the server.
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
    (Fault::HalfBody, End::Lost, 1),
    (Fault::HtmlPage, End::Lost, 1),
    (Fault::EndlessBody, End::Lost, 1),
    (Fault::SlowBody, End::Well, 1),
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
    (Fault::RetryLater(429, RetryAfter::Seconds(1), "{}"), End::TurnedAway, 0),
    (Fault::RetryLater(503, RetryAfter::DateIn(1), "{}"), End::TurnedAway, 0),
];

/// A request, and the results after which it is sent again.
struct Kind {
    name: &'static str,
    method: Method,
    repeat: Repeat,
    again: &'static [End],
}

const KINDS: &[Kind] = &[
    Kind {
        name: "a read",
        method: Method::GET,
        repeat: Repeat::Read,
        again: &[End::NotSent, End::Lost, End::ServerTrouble, End::TurnedAway],
    },
    Kind {
        name: "a change that may be made twice",
        method: Method::PATCH,
        repeat: Repeat::Safe,
        again: &[End::NotSent, End::Lost],
    },
    Kind {
        name: "a deletion",
        method: Method::DELETE,
        repeat: Repeat::Safe,
        again: &[End::NotSent, End::Lost],
    },
    Kind {
        name: "a verb that starts an operation",
        method: Method::PUT,
        repeat: Repeat::IfNotSent,
        again: &[End::NotSent],
    },
];

static SERVICE: Service = Service { name: "Ironic", root: "v1", error_keys: &["error_message"] };

/// Timeout of one attempt. Only a fault may make an attempt take so long, even on a busy computer.
const TRY: Duration = Duration::from_secs(15);

/// An anonymous user.
#[derive(Debug)]
struct Nobody;

impl Authenticator for Nobody {
    fn authorize(&self, _: &mut HeaderMap) -> Result<LoginGeneration, LoginError> {
        Ok(LoginGeneration::default())
    }

    fn renew(&self, _: LoginGeneration) -> Result<bool, LoginError> {
        Ok(false)
    }
}

/// Sends a request with a fault at its first attempt. Returns the deviations from the expected result.
fn send_under_fault(kind: &Kind, fault: Fault, end: End, reached: usize) -> Option<String> {
    let server = Server::start();
    let proxy = Proxy::start(&server.address);
    let url = proxy.endpoint().parse().expect("a URL");
    let http = transport::anonymous(&url).expect("a client");
    let endpoint = Endpoint { url, http, auth: Arc::new(Nobody), timeout: TRY };
    let session = Session::new(&SERVICE, endpoint);
    proxy.fault_from(1, 1, fault);
    let request = Request::new(kind.method.clone(), "nodes/node-1").json(&json!({})).repeat(kind.repeat);
    let outcome: Result<(), Error> = session.send_and_discard(&request);
    let again = kind.again.contains(&end);
    let sent = usize::from(end != End::NotSent) + usize::from(again);
    let expected = (again || end == End::Well, sent, reached + usize::from(again));
    let found = (outcome.is_ok(), proxy.seen().len(), server.arrived.load(Ordering::SeqCst));
    (found != expected).then(|| {
        format!("{}, {fault:?}: (ok, sent, arrived) is {found:?}, not {expected:?}: {outcome:?}", kind.name)
    })
}

#[test]
fn requests_are_repeated_only_if_that_is_safe() {
    let wrong: Vec<String> = thread::scope(|scope| {
        let deviations: Vec<_> = FAULTS
            .iter()
            .flat_map(|fault| KINDS.iter().map(move |kind| (kind, fault)))
            .map(|(kind, (fault, end, reached))| {
                scope.spawn(move || send_under_fault(kind, *fault, *end, *reached))
            })
            .collect();
        deviations.into_iter().filter_map(|sent| sent.join().expect("no panic")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
