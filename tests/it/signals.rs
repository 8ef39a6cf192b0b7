//! How the program reacts to signals.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use std::time::{Duration, Instant};

use predicates::str::contains;
use rustix::process::Signal;

use crate::proxy::{Fault, Proxy};
use crate::support::{IMAGE, Lab, ending_signals, signal};

/// How long the program may take to end after a signal.
const AT_MOST: Duration = Duration::from_secs(2);

/// A program that waits for a response that never comes.
struct Waiting {
    child: Child,
    _connection: TcpStream,
}

impl Waiting {
    /// Starts `farrier list` through `prefix`, a command that ends in `exec "$@"`, or empty.
    fn start(prefix: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let child = Command::new("/bin/sh")
            .args(["-c", &format!("{prefix} exec \"$@\""), "sh"])
            .arg(assert_cmd::cargo::cargo_bin!("farrier"))
            .args(["--os-endpoint", &endpoint, "list"])
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        // Once the request is sent, the signal handlers are installed.
        let (connection, _) = listener.accept().expect("it connects");
        Self { child, _connection: connection }
    }

    fn send(&self, sent: Signal) {
        signal(&self.child, sent);
    }

    fn exit_code(&mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // It is still running only if a test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn read_only_command_ends_at_the_first_signal() {
    for (sent, code) in ending_signals() {
        let mut waiting = Waiting::start("");
        waiting.send(sent);
        assert_eq!(waiting.exit_code(), Some(code), "{sent:?}");
    }
}

#[test]
fn nohup_is_honored_and_background_jobs_can_be_interrupted() {
    let mut waiting = Waiting::start("trap '' HUP INT;");
    waiting.send(Signal::HUP);
    waiting.send(Signal::INT);
    assert_eq!(waiting.exit_code(), Some(130));
}

#[test]
fn timeout_ends_a_command_without_a_response() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
    let lab = Lab::shared();
    for command in [
        &["wait", "nobody", "--timeout", "1s"][..],
        &["destroy", "nobody", "--yes", "--timeout", "1s"],
        &["node", "provide", "nobody", "--timeout", "1s"],
    ] {
        let began = Instant::now();
        lab.farrier_at(&endpoint).args(command).assert().code(8).stderr(contains("timed out after 1s"));
        assert!(began.elapsed() < Duration::from_secs(1) + AT_MOST, "{command:?}: {:?}", began.elapsed());
    }
}

#[test]
fn timeout_ends_reading_from_an_idle_fifo() {
    let lab = Lab::shared();
    let fifo = lab.folder().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("coreutils").success());
    let began = Instant::now();
    let mut deploy = lab.farrier();
    deploy.args(["deploy", "fifo", "--timeout", "1s", "--user-data"]).arg(&fifo).args(IMAGE);
    deploy.args(["-f", "json"]).assert().code(8).stderr(contains(r#""kind":"timeout""#));
    assert!(began.elapsed() < Duration::from_secs(1) + AT_MOST, "{:?}", began.elapsed());
}

/// A request of a command, at which the server stops responding.
struct Stall {
    command: Vec<&'static str>,
    method: &'static str,
    path: &'static str,
    fault: Fault,
}

impl Stall {
    /// Runs the command, and sends it the signal, if any, once it waits. Returns its exit code and stderr.
    fn ends(&self, lab: &Lab, sent: Option<Signal>) -> (Option<i32>, String) {
        let proxy = Proxy::start(&lab.endpoint());
        proxy.fault(self.method, self.path, usize::MAX, self.fault);
        let mut command = lab.process_at(&proxy.endpoint(), &self.command);
        if sent.is_none() {
            command.args(["--timeout", "3s"]);
        }
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
        let stalled = format!("{} /v1/{}", self.method, self.path);
        lab.until("the request is sent", |_| proxy.seen().iter().any(|seen| seen.starts_with(&stalled)));
        // From now on no request is answered.
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            proxy.fault(method, "/", usize::MAX, Fault::StallBefore);
        }
        let began = Instant::now();
        if let Some(sent) = sent {
            signal(&child, sent);
        }
        let output = child.wait_with_output().expect("the child can be waited for");
        let allowed = if sent.is_some() { AT_MOST } else { Duration::from_secs(3) + AT_MOST };
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(began.elapsed() < allowed, "{:?}: {:?}: {stderr}", self.command, began.elapsed());
        (output.status.code(), stderr)
    }
}

#[test]
fn signal_or_timeout_ends_a_request_without_a_response() {
    let lab = Lab::shared();
    lab.machines("stalled", 2);
    let deploy = |name| [&["deploy", name, "--resource-class", "stalled"][..], &IMAGE].concat();
    lab.farrier().args(deploy("stalled-1")).assert().success();
    for stall in [
        Stall {
            command: deploy("stalled-2"),
            method: "POST",
            path: "allocations",
            fault: Fault::StallBefore,
        },
        Stall { command: vec!["wait", "stalled-1"], method: "GET", path: "nodes/", fault: Fault::StallAfter },
        Stall {
            command: vec!["destroy", "stalled-1", "--yes"],
            method: "GET",
            path: "allocations/",
            fault: Fault::EndlessBody,
        },
        Stall {
            command: vec!["power", "reboot", "stalled-1", "--yes"],
            method: "PUT",
            path: "nodes/",
            fault: Fault::StallBefore,
        },
    ] {
        for (sent, code) in [(Some(Signal::INT), 130), (Some(Signal::TERM), 143), (None, 8)] {
            let (ended, stderr) = stall.ends(lab, sent);
            assert_eq!(ended, Some(code), "{:?}: {stderr}", stall.command);
            if stall.method != "GET" {
                // It may have arrived: the result is unknown.
                assert!(stderr.contains("no response"), "{:?} {sent:?}: {stderr}", stall.command);
                assert!(
                    !stderr.contains("nothing else was started"),
                    "{:?} {sent:?}: {stderr}",
                    stall.command
                );
                continue;
            }
            // While the command has only read, a signal ends it at once, like all read-only commands.
            let explained = ["no response", "nothing was started"].iter().any(|text| stderr.contains(text));
            let explained = explained || sent.is_some() && stderr.is_empty();
            assert!(explained, "{:?} {sent:?}: {stderr}", stall.command);
        }
    }
    lab.farrier().args(["destroy", "stalled-1", "--yes"]).assert().success();
}

#[test]
fn endless_response_is_refused() {
    // One response with a length, and one without.
    for head in ["Content-Length: 9999999999\r\n", ""] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let server = std::thread::spawn(move || {
            let (mut client, _) = listener.accept().expect("it connects");
            let _ = client.read(&mut [0; 4096]);
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{head}\r\n");
            let _ = client.write_all(head.as_bytes());
            // Until the client gives up.
            while client.write_all(&[b' '; 1 << 12]).is_ok() {}
        });
        let mut command = Lab::shared().farrier_at(&endpoint);
        command.args(["node", "list"]).timeout(Duration::from_secs(60));
        command.assert().code(9).stderr(contains("not an Ironic API"));
        server.join().expect("it ends");
    }
}

#[test]
fn abort_writes_no_core_dump() {
    let waiting = Waiting::start("ulimit -S -c $(ulimit -H -c);");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", waiting.child.id())).expect("it runs");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("Linux");
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}

#[test]
fn read_without_a_terminal_does_not_wait_for_progress() {
    let lab = Lab::shared();
    lab.machines("prompt", 1);
    let began = Instant::now();
    for _ in 0..5 {
        lab.farrier().args(["node", "traits", "prompt-node-1"]).assert().success();
    }
    // One-second intervals would come from the ticker.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn interrupted_batch_does_not_start_the_rest() {
    const LOCKED: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"Node x is locked by host conductor-9, please retry after the current operation is completed.\"}"}"#;
    let lab = Lab::shared();
    lab.machines("batch", 3);
    let names = ["batch-1", "batch-2", "batch-3"];
    for name in names {
        let reserve = ["schedule", "--resource-class", "batch", "--reserve", name];
        lab.farrier().args(reserve).assert().success();
    }
    let node = lab.json(&["show", "batch-1"])["node"]["uuid"].as_str().expect("it has one").to_owned();
    let verbs: [&[&str]; 3] = [&["destroy"], &["reservation", "release"], &["power", "reboot"]];
    for (at, verb) in verbs.iter().enumerate() {
        // The first one waits for a lock when the signal arrives.
        let proxy = Proxy::start(&lab.endpoint());
        for method in ["PATCH", "PUT"] {
            proxy.fault(method, "/nodes/", usize::MAX, Fault::Answer(409, LOCKED));
        }
        let arguments = [verb, &names[..], &["--yes", "-j", "1"]].concat();
        let mut command = lab.process_at(&proxy.endpoint(), &arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().expect("it runs");
        lab.until("it waits for the lock", |_| !proxy.changes().is_empty());
        signal(&child, Signal::INT);
        let output = child.wait_with_output().expect("the child can be waited for");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{at}: {stderr}");
        assert!(stderr.contains("not started: batch-2, batch-3"), "{at}: {stderr}");
        for (request, _) in proxy.changes() {
            assert!(request.contains(&node), "{at}: {request}");
        }
    }
    let left = lab.json(&["reservation", "list"]);
    let left =
        left.as_array().expect("an array").iter().filter(|row| names.iter().any(|name| row["name"] == *name));
    assert_eq!(left.count(), 3);
    lab.farrier().args([&["reservation", "release"], &names[..], &["--yes"]].concat()).assert().success();
}
