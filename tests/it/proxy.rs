//! A proxy between farrier and the real Ironic that does to single requests what networks and servers do.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// What is done to a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The connection is closed before the request reaches Ironic.
    CutBefore,
    /// Ironic gets the request; its answer is lost.
    CutAfter,
    /// Ironic never sees it; this status is answered, with this body.
    Answer(u16, &'static str),
    /// Ironic's answer, cut in the middle of its body.
    Truncate,
}

/// Which requests a fault strikes, and how many of them.
#[derive(Debug)]
struct Rule {
    method: &'static str,
    path: &'static str,
    times: usize,
    fault: Fault,
}

/// A running proxy. It lives as long as the tests.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: String,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    rules: Mutex<Vec<Rule>>,
    seen: Mutex<Vec<String>>,
    bodies: Mutex<Vec<Vec<u8>>>,
    answered: AtomicUsize,
    hang_after: Mutex<Option<usize>>,
}

impl Proxy {
    /// Begins to forward to an Ironic at `upstream` (`127.0.0.1:PORT`).
    pub(crate) fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let shared = Arc::new(Shared::default());
        let (upstream, inner) = (upstream.to_owned(), Arc::clone(&shared));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (upstream, shared) = (upstream.clone(), Arc::clone(&inner));
                // A connection that breaks is what a proxy is here for.
                thread::spawn(move || drop(serve(client, &upstream, &shared)));
            }
        });
        Self { address, shared }
    }

    /// Where farrier finds it.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, the next `times` requests with this method, and `path` in their path, get the fault.
    pub(crate) fn fault(&self, method: &'static str, path: &'static str, times: usize, fault: Fault) {
        self.shared.rules.lock().expect("no panic").push(Rule { method, path, times, fault });
    }

    /// Answers no request after the first so many: whoever asks waits, to be killed meanwhile.
    pub(crate) fn hang_after(&self, requests: usize) {
        *self.shared.hang_after.lock().expect("no panic") = Some(requests);
    }

    /// The requests seen so far, as `METHOD PATH`.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.shared.seen.lock().expect("no panic").clone()
    }

    /// The requests seen so far that may change something, each with its body.
    pub(crate) fn changes(&self) -> Vec<(String, Value)> {
        let bodies = self.shared.bodies.lock().expect("no panic").clone();
        let all = self.seen().into_iter().zip(bodies);
        let changes = all.filter(|(request, _)| !request.starts_with("GET "));
        changes.map(|(request, body)| (request, serde_json::from_slice(&body).unwrap_or_default())).collect()
    }

    /// How many requests Ironic has answered, whether or not the answer went on.
    pub(crate) fn answered(&self) -> usize {
        self.shared.answered.load(Ordering::SeqCst)
    }

    /// Whether every fault ordered has struck as often as it was to.
    pub(crate) fn spent(&self) -> bool {
        self.shared.rules.lock().expect("no panic").iter().all(|rule| rule.times == 0)
    }
}

impl Shared {
    fn fault_for(&self, method: &str, path: &str) -> Option<Fault> {
        let mut rules = self.rules.lock().expect("no panic");
        let strikes = |rule: &&mut Rule| rule.times > 0 && rule.method == method && path.contains(rule.path);
        let rule = rules.iter_mut().find(strikes)?;
        rule.times -= 1;
        Some(rule.fault)
    }
}

/// One request and its answer; the connection is not kept, so that every request can be struck.
fn serve(mut client: TcpStream, upstream: &str, shared: &Shared) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if !lower.starts_with("connection:") {
            if line == "\r\n" {
                break;
            }
            head.push_str(&line);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = head.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let number = {
        let mut seen = shared.seen.lock().expect("no panic");
        seen.push(format!("{method} {path}"));
        shared.bodies.lock().expect("no panic").push(body.clone());
        seen.len()
    };
    let hang_after = *shared.hang_after.lock().expect("no panic");

    let fault = shared.fault_for(method, path);
    match fault {
        Some(Fault::CutBefore) => return client.shutdown(Shutdown::Both),
        Some(Fault::Answer(status, text)) => {
            let length = text.len();
            return write!(
                client,
                "HTTP/1.1 {status} Fault\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
            );
        }
        _ => {}
    }
    let mut server = TcpStream::connect(upstream)?;
    server.write_all(head.as_bytes())?;
    server.write_all(b"Connection: close\r\n\r\n")?;
    server.write_all(&body)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    shared.answered.fetch_add(1, Ordering::SeqCst);
    if hang_after.is_some_and(|last| number >= last) {
        // The request has arrived, and whoever sent it never learns: until it is killed.
        return client.read(&mut [0]).map(drop);
    }
    match fault {
        Some(Fault::CutAfter) => client.shutdown(Shutdown::Both),
        Some(Fault::Truncate) => client.write_all(&answer[..answer.len() - answer.len().min(20)]),
        _ => client.write_all(&answer),
    }
}
