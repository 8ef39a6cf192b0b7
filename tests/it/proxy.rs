//! A proxy between farrier and the real Ironic that applies network and server faults to single requests.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use socket2::SockRef;

/// How long connections are refused if `Refused` is applied once.
const REFUSING: Duration = Duration::from_millis(500);

/// A fault of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The connection is refused. Only for requests selected by number.
    Refused,
    /// The connection is closed before the request reaches Ironic.
    CutBefore,
    /// Ironic gets the request; its response is lost.
    CutAfter,
    /// As `CutBefore`, with a TCP reset.
    ResetBefore,
    /// As `CutAfter`, with a TCP reset.
    ResetAfter,
    /// Ironic does not get the request, and no response is ever sent.
    StallBefore,
    /// Ironic gets the request, and no response is ever sent.
    StallAfter,
    /// Ironic does not get the request; the response has this status and this JSON body.
    Answer(u16, &'static str),
    /// Ironic does not get the request; the response has this status and this `Retry-After`, in seconds or as
    /// an HTTP date.
    RetryLater(u16, RetryAfter, &'static str),
    /// Ironic gets the request; the response has this status and this JSON body.
    AnswerAfter(u16, &'static str),
    /// Ironic gets the request; the response is an HTML page with a success status.
    HtmlPage,
    /// Ironic's response, cut in the middle of its body.
    Truncate,
    /// Ironic's response in chunks, cut in the middle of one.
    CutChunk,
    /// Half of Ironic's response, with a matching `Content-Length`.
    HalfBody,
    /// Ironic's response in small pieces with pauses between them.
    SlowBody,
    /// A response that never ends, a byte at a time.
    EndlessBody,
    /// Ironic gets the request twice; its second response is returned.
    Twice,
}

/// The format of a `Retry-After` header.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RetryAfter {
    Seconds(u32),
    DateIn(u32),
}

/// The requests that a fault is applied to.
#[derive(Debug, Clone, Copy)]
enum Which {
    /// Requests with this method, and this text in their path.
    Like(&'static str, &'static str),
    /// Requests from this number on, counted from 1.
    From(usize),
}

/// A fault, and how many more requests it is applied to.
#[derive(Debug)]
struct Rule {
    which: Which,
    times: usize,
    fault: Fault,
}

/// A proxy that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    address: String,
    upstream: String,
    rules: Mutex<Vec<Rule>>,
    seen: Mutex<Vec<String>>,
    bodies: Mutex<Vec<Vec<u8>>>,
    answered: AtomicUsize,
    /// The last request to pass, if one is set.
    last: Mutex<Option<(&'static str, &'static str)>>,
    /// The number of the request whose response is held, until it is released.
    held_number: Mutex<Option<usize>>,
    release: Condvar,
    /// The next request with this method, and this text in its path, is the one whose response is held.
    to_hold: Mutex<Option<(&'static str, &'static str)>>,
    /// Whether a response is being held.
    is_holding: AtomicBool,
    /// Tells the listener to stop for this time, or permanently; it confirms when it has stopped.
    listener_pause: Mutex<Option<(Option<Duration>, Sender<()>)>>,
    closing: AtomicBool,
}

impl Proxy {
    /// Starts to forward to an Ironic at `upstream` (`127.0.0.1:PORT`, with or without `http://`).
    pub(crate) fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let shared = Arc::new(Shared {
            address: listener.local_addr().expect("it is bound").to_string(),
            upstream: upstream.trim_start_matches("http://").to_owned(),
            rules: Mutex::default(),
            seen: Mutex::default(),
            bodies: Mutex::default(),
            answered: AtomicUsize::new(0),
            last: Mutex::default(),
            held_number: Mutex::default(),
            release: Condvar::new(),
            to_hold: Mutex::default(),
            is_holding: AtomicBool::new(false),
            listener_pause: Mutex::default(),
            closing: AtomicBool::new(false),
        });
        let inner = Arc::clone(&shared);
        thread::spawn(move || listen(listener, &inner));
        Self { shared }
    }

    /// Its URL.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// The next `times` requests with this method, and `path` in their path, get the fault.
    pub(crate) fn fault(&self, method: &'static str, path: &'static str, times: usize, fault: Fault) {
        self.shared.rules().push(Rule { which: Which::Like(method, path), times, fault });
    }

    /// The request with this number, counted from 1, and those after it get the fault, `times` in total.
    pub(crate) fn fault_from(&self, number: usize, times: usize, fault: Fault) {
        self.shared.rules().push(Rule { which: Which::From(number), times, fault });
        self.shared.refuse_before(1);
    }

    /// The next request with this method, and `path` in its path, is the last to pass: after its response,
    /// every connection is cut.
    pub(crate) fn cut_after(&self, method: &'static str, path: &'static str) {
        *self.shared.last.lock().expect("no panic") = Some((method, path));
    }

    /// Holds the response to the request with this number until [`Proxy::release`].
    pub(crate) fn hold(&self, number: usize) {
        *self.shared.held_number.lock().expect("no panic") = Some(number);
    }

    /// Holds the response to the next request with this method, and `path` in its path, until
    /// [`Proxy::release`].
    pub(crate) fn hold_next(&self, method: &'static str, path: &'static str) {
        *self.shared.to_hold.lock().expect("no panic") = Some((method, path));
    }

    /// Whether Ironic has answered a request, and the response is being held.
    pub(crate) fn is_holding(&self) -> bool {
        self.shared.is_holding.load(Ordering::SeqCst)
    }

    /// Releases the held response.
    pub(crate) fn release(&self) {
        *self.shared.held_number.lock().expect("no panic") = None;
        self.shared.release.notify_all();
    }

    /// The requests so far, as `METHOD PATH`.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.shared.seen.lock().expect("no panic").clone()
    }

    /// The mutating requests so far, each with its body.
    pub(crate) fn changes(&self) -> Vec<(String, Value)> {
        let bodies = self.shared.bodies.lock().expect("no panic").clone();
        let all = self.seen().into_iter().zip(bodies);
        let changes = all.filter(|(request, _)| !request.starts_with("GET "));
        changes.map(|(request, body)| (request, serde_json::from_slice(&body).unwrap_or_default())).collect()
    }

    /// How many requests Ironic has answered, whether or not the responses were returned.
    pub(crate) fn answered(&self) -> usize {
        self.shared.answered.load(Ordering::SeqCst)
    }

    /// Whether every fault was applied as often as requested.
    pub(crate) fn is_done(&self) -> bool {
        self.shared.rules().iter().all(|rule| rule.times == 0)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.release();
        self.shared.closing.store(true, Ordering::SeqCst);
        self.shared.wake();
    }
}

impl Shared {
    fn rules(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().expect("no panic")
    }

    fn fault_for(&self, number: usize, method: &str, path: &str) -> Option<Fault> {
        let mut rules = self.rules();
        let applies = |rule: &&mut Rule| {
            rule.times > 0
                && match rule.which {
                    Which::Like(of, part) => of == method && path.contains(part),
                    Which::From(first) => number >= first,
                }
        };
        let rule = rules.iter_mut().find(applies)?;
        rule.times = rule.times.saturating_sub(usize::from(rule.times < usize::MAX));
        Some(rule.fault)
    }

    /// Stops listening before the request with this number, if its fault requires that.
    fn refuse_before(&self, number: usize) {
        let listener_pause = {
            let mut rules = self.rules();
            let due = |rule: &&mut Rule| {
                rule.times > 0
                    && matches!((rule.fault, rule.which), (Fault::Refused, Which::From(first)) if first == number)
            };
            let Some(rule) = rules.iter_mut().find(due) else { return };
            let times = std::mem::take(&mut rule.times);
            (times < usize::MAX).then_some(REFUSING)
        };
        let (confirm, gone) = mpsc::channel();
        *self.listener_pause.lock().expect("no panic") = Some((listener_pause, confirm));
        self.wake();
        // An error means that the listener has ended, so it has stopped as well.
        let _ = gone.recv();
    }

    /// Wakes the listener, so that it reads its commands.
    fn wake(&self) {
        drop(TcpStream::connect(&self.address));
    }
}

fn listen(mut listener: TcpListener, shared: &Arc<Shared>) {
    loop {
        let client = listener.accept();
        if shared.closing.load(Ordering::SeqCst) {
            return;
        }
        if let Some((listener_pause, confirm)) = shared.listener_pause.lock().expect("no panic").take() {
            drop(listener);
            let _ = confirm.send(());
            let Some(listener_pause) = listener_pause else { return };
            thread::sleep(listener_pause);
            listener = TcpListener::bind(&shared.address).expect("the port is free");
            continue;
        }
        if let Ok((client, _)) = client {
            let shared = Arc::clone(shared);
            // Broken connections are the purpose of this proxy.
            thread::spawn(move || drop(serve(client, &shared)));
        }
    }
}

/// Handles one request and its response; the connection is then closed, so that a fault can be applied to every
/// request.
fn serve(client: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let Some((head, body)) = read_request(&mut reader)? else { return Ok(()) };
    let mut parts = head.split_whitespace();
    let (method, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let number = {
        let mut seen = shared.seen.lock().expect("no panic");
        seen.push(format!("{method} {path}"));
        shared.bodies.lock().expect("no panic").push(body.clone());
        seen.len()
    };
    let fault = shared.fault_for(number, method, path);
    match fault {
        Some(Fault::CutBefore) => return client.shutdown(Shutdown::Both),
        Some(Fault::ResetBefore) => return reset(&client),
        Some(Fault::StallBefore) => return hang(client),
        Some(Fault::Answer(status, text)) => return respond(client, status, "", "application/json", text),
        Some(Fault::RetryLater(status, after, text)) => {
            return respond(client, status, &after.header(), "application/json", text);
        }
        _ => {}
    }
    if let Some(Fault::Twice) = fault {
        forward(&head, &body, &shared.upstream)?;
    }
    let reply = forward(&head, &body, &shared.upstream)?;
    shared.answered.fetch_add(1, Ordering::SeqCst);
    let is_last = |(of, part): &mut (&str, &str)| *of == method && path.contains(*part);
    if shared.last.lock().expect("no panic").take_if(is_last).is_some() {
        shared.rules().push(Rule { which: Which::From(0), times: usize::MAX, fault: Fault::CutBefore });
    }
    let is_next = |(of, part): &mut (&str, &str)| *of == method && path.contains(*part);
    if shared.to_hold.lock().expect("no panic").take_if(is_next).is_some() {
        *shared.held_number.lock().expect("no panic") = Some(number);
    }
    let guard = shared.held_number.lock().expect("no panic");
    shared.is_holding.store(*guard == Some(number), Ordering::SeqCst);
    drop(shared.release.wait_while(guard, |guard| *guard == Some(number)).expect("no panic"));
    shared.refuse_before(number + 1);
    return_response(client, &reply, fault)
}

pub(crate) fn read_request(reader: &mut impl BufRead) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
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
    Ok(Some((head, body)))
}

pub(crate) fn forward(head: &str, body: &[u8], upstream: &str) -> io::Result<Vec<u8>> {
    let mut server = TcpStream::connect(upstream)?;
    server.write_all(head.as_bytes())?;
    server.write_all(b"Connection: close\r\n\r\n")?;
    server.write_all(body)?;
    let mut reply = Vec::new();
    server.read_to_end(&mut reply)?;
    Ok(reply)
}

/// Returns Ironic's response, or what the fault makes of it.
fn return_response(mut client: TcpStream, reply: &[u8], fault: Option<Fault>) -> io::Result<()> {
    let (head, body) = split_head(reply);
    match fault {
        Some(Fault::CutAfter) => client.shutdown(Shutdown::Both),
        Some(Fault::ResetAfter) => reset(&client),
        Some(Fault::StallAfter) => hang(client),
        Some(Fault::Truncate) => client.write_all(&reply[..reply.len() - body.len().min(20)]),
        Some(Fault::CutChunk) => {
            let head = without(&head, "content-length");
            let half = String::from_utf8_lossy(&body[..body.len() / 2]);
            write!(client, "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{half}", body.len())
        }
        Some(Fault::HalfBody) => {
            let half = &body[..body.len() / 2];
            write!(client, "{}Content-Length: {}\r\n\r\n", without(&head, "content-length"), half.len())?;
            client.write_all(half)
        }
        Some(Fault::AnswerAfter(status, text)) => respond(client, status, "", "application/json", text),
        Some(Fault::HtmlPage) => {
            respond(client, 200, "", "text/html", "<!DOCTYPE html><html><h1>Welcome</h1></html>")
        }
        Some(Fault::SlowBody) => {
            for piece in reply.chunks((reply.len() / 6).max(1)) {
                client.write_all(piece)?;
                thread::sleep(Duration::from_millis(50));
            }
            Ok(())
        }
        Some(Fault::EndlessBody) => {
            write!(client, "{}Content-Length: 1000000\r\n\r\n", without(&head, "content-length"))?;
            loop {
                // Until the client gives up.
                client.write_all(b" ")?;
                thread::sleep(Duration::from_millis(100));
            }
        }
        _ => client.write_all(reply),
    }
}

/// The head of a response without its final empty line, and its body.
fn split_head(reply: &[u8]) -> (String, &[u8]) {
    let end = reply.windows(4).position(|window| window == b"\r\n\r\n").map_or(reply.len(), |at| at + 2);
    (String::from_utf8_lossy(&reply[..end]).into_owned(), reply.get(end + 2..).unwrap_or_default())
}

/// A head without one of its lines.
fn without(head: &str, name: &str) -> String {
    let other = |line: &&str| !line.to_ascii_lowercase().starts_with(name);
    head.split_inclusive("\r\n").filter(other).collect()
}

impl RetryAfter {
    fn header(self) -> String {
        match self {
            Self::Seconds(seconds) => format!("Retry-After: {seconds}\r\n"),
            Self::DateIn(seconds) => {
                let then = jiff::Timestamp::now() + Duration::from_secs(seconds.into());
                format!("Retry-After: {}\r\n", then.strftime("%a, %d %b %Y %H:%M:%S GMT"))
            }
        }
    }
}

fn respond(mut client: TcpStream, status: u16, headers: &str, form: &str, text: &str) -> io::Result<()> {
    let length = text.len();
    write!(
        client,
        "HTTP/1.1 {status} Fault\r\n{headers}Content-Type: {form}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
    )
}

/// Closes a connection with a TCP reset.
fn reset(client: &TcpStream) -> io::Result<()> {
    SockRef::from(client).set_linger(Some(Duration::ZERO))
}

/// Keeps a connection open and sends nothing until the client gives up.
fn hang(mut client: TcpStream) -> io::Result<()> {
    client.read(&mut [0]).map(drop)
}
