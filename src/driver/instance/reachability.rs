//! `deploy --check`: whether an active instance is reachable.

use std::io::{ErrorKind, Read as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use super::lookup::Instance;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error};

/// The program that sends an ICMP echo request. Users other than root need it for that.
const PING: &str = "ping";

/// Timeout of a connection attempt. It cannot be interrupted, so this is also the maximum delay until a signal is noticed.
const CONNECT: Duration = Duration::from_secs(2);

/// Timeout of the whole greeting of an SSH server, or of the answer to a `ping`.
const ANSWER: Duration = Duration::from_secs(3);

/// How often a wait for an answer checks for signals and the timeout.
const LOOK: Duration = Duration::from_millis(100);

/// The pause between attempts. Machines take minutes to boot.
const PAUSE: Duration = Duration::from_secs(1);

/// The kind of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckKind {
    /// The instance answers `ping`.
    Ping,
    /// Port 22 sends the greeting of an SSH server (RFC 4253, section 4.2).
    Ssh,
    /// This TCP port accepts a connection.
    Tcp(u16),
}

impl FromStr for CheckKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "ping" => Ok(Self::Ping),
            None if text == "ssh" => Ok(Self::Ssh),
            Some(("tcp", port)) => match port.parse() {
                Ok(port) if port > 0 => Ok(Self::Tcp(port)),
                _ => Err(format!("invalid TCP port `{port}`")),
            },
            _ => Err("expected `ping`, `ssh` or `tcp:PORT`".to_owned()),
        }
    }
}

impl CheckKind {
    /// The program that the check needs, if it is not installed.
    #[must_use]
    pub fn missing_program(self) -> Option<&'static str> {
        let program = match self {
            Self::Ping => PING,
            Self::Ssh | Self::Tcp(_) => return None,
        };
        let mut command = Command::new(program);
        command.arg("-V").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let missing = command.status().is_err_and(|error| error.kind() == ErrorKind::NotFound);
        missing.then_some(program)
    }
}

/// A check of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachabilityCheck {
    /// The kind of check.
    pub kind: CheckKind,
    /// The addresses to try. One answer is enough, because some may be on networks that are unreachable from here.
    pub addresses: Vec<IpAddr>,
}

impl ReachabilityCheck {
    /// The name of the check in messages.
    fn operation(&self) -> &'static str {
        match self.kind {
            CheckKind::Ping => "the ping check",
            CheckKind::Ssh => "the SSH check",
            CheckKind::Tcp(_) => "the TCP check",
        }
    }

    /// The same check, with the instance's addresses if it has none.
    fn at(&self, instance: &Instance) -> Self {
        let mut check = self.clone();
        if check.addresses.is_empty() {
            let known = instance.ip_addresses.iter();
            check.addresses.extend(known.filter_map(|address| address.parse::<IpAddr>().ok()));
        }
        check
    }

    /// Tries every address once, until one answers or `ended` returns true.
    ///
    /// # Errors
    /// The failure of each address.
    fn try_once(&self, ended: Ended<'_>) -> Result<IpAddr, String> {
        let mut failures = Vec::new();
        for address in &self.addresses {
            if ended() {
                break;
            }
            let tried = match self.kind {
                CheckKind::Ping => ping(*address, ended),
                CheckKind::Ssh => banner(SocketAddr::new(*address, 22), ended),
                CheckKind::Tcp(port) => connect(SocketAddr::new(*address, port)).map(drop),
            };
            match tried {
                Ok(()) => return Ok(*address),
                Err(failure) => failures.push(format!("{address}: {failure}")),
            }
        }
        Err(failures.join("; "))
    }
}

/// Whether a signal or the timeout ends the wait.
type Ended<'a> = &'a dyn Fn() -> bool;

fn connect(address: SocketAddr) -> Result<TcpStream, String> {
    TcpStream::connect_timeout(&address, CONNECT).map_err(|error| format!("port {}: {error}", address.port()))
}

fn banner(address: SocketAddr, ended: Ended<'_>) -> Result<(), String> {
    let port = address.port();
    match greeting(connect(address)?, ended) {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!("port {port}: not an SSH server")),
        Err(reason) => Err(format!("port {port}: no SSH greeting: {reason}")),
    }
}

/// Whether a server sends the greeting of an SSH server. One deadline covers all bytes, so that slow bytes do not extend
/// it.
fn greeting(mut stream: TcpStream, ended: Ended<'_>) -> Result<bool, String> {
    const BEGINS: &[u8] = b"SSH-";

    let end = Instant::now() + ANSWER;
    let mut read = [0; BEGINS.len()];
    let mut length = 0;
    stream.set_read_timeout(Some(LOOK)).map_err(|error| error.to_string())?;
    while length < read.len() {
        if ended() || Instant::now() >= end {
            return Err("timed out".to_owned());
        }
        match stream.read(&mut read[length..]) {
            Ok(0) => return Err("the connection was closed".to_owned()),
            Ok(count) => length += count,
            Err(error) if is_temporary(error.kind()) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(read == BEGINS)
}

/// Whether a failed read can be repeated.
fn is_temporary(error: ErrorKind) -> bool {
    matches!(error, ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

fn ping(address: IpAddr, ended: Ended<'_>) -> Result<(), String> {
    let mut command = Command::new(PING);
    command.args(["-n", "-c", "1", "-W", "2"]).arg(address.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let unable = |error: std::io::Error| format!("cannot run `ping`: {error}");
    let mut child = command.spawn().map_err(unable)?;
    if !has_ended(&mut child, ended).map_err(unable)? {
        // Fails if the program has just ended.
        let _ = child.kill();
    }
    let output = child.wait_with_output().map_err(unable)?;
    if output.status.success() {
        return Ok(());
    }
    // `ping` prints an error if it cannot send. Without the error this would look like an instance that does not answer.
    let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(if complaint.is_empty() { "no answer".to_owned() } else { complaint })
}

/// Waits up to [`ANSWER`] for a program, and returns whether it ended.
fn has_ended(child: &mut Child, ended: Ended<'_>) -> std::io::Result<bool> {
    let end = Instant::now() + ANSWER;
    loop {
        if child.try_wait()?.is_some() {
            return Ok(true);
        }
        if ended() || Instant::now() >= end {
            return Ok(false);
        }
        thread::sleep(LOOK / 4);
    }
}

impl Driver<'_> {
    /// Waits until the check succeeds. The instance is kept if it does not.
    pub(in crate::driver) fn check(
        &self,
        check: &ReachabilityCheck,
        instance: &Instance,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let check = check.at(instance);
        progress.stage(format!("waiting for {}", check.operation()));
        let ended = || self.cancel.requested().is_some() || self.deadline.passed().is_some();
        let mut reason = match check.addresses.as_slice() {
            [] => "it has no known address".to_owned(),
            _ => "timed out before the first attempt".to_owned(),
        };
        loop {
            match check.try_once(&ended) {
                Ok(_) => return Ok(()),
                // The round was interrupted before its first address.
                Err(failures) if failures.is_empty() => {}
                Err(failures) => reason = failures,
            }
            match self.check_canceled(progress, Aftermath::AsItWas) {
                Err(Error::TimedOut { after, .. }) => {
                    let node = instance.node.clone();
                    let nameless = || NodeRef { uuid: instance.uuid.clone(), name: None };
                    return Err(Error::Failed {
                        node: node.unwrap_or_else(nameless),
                        operation: check.operation(),
                        state: instance.state.clone(),
                        reason: format!(
                            "{reason} (tried for {}); the instance still exists",
                            crate::driver::watch::event::in_words(after)
                        ),
                    });
                }
                other => other?,
            }
            // The next round checks whether the pause was interrupted.
            let _ = self.pause(PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;

    #[test]
    fn checks_are_parsed() {
        assert_eq!("ping".parse(), Ok(CheckKind::Ping));
        assert_eq!("ssh".parse(), Ok(CheckKind::Ssh));
        assert_eq!("tcp:443".parse(), Ok(CheckKind::Tcp(443)));
        for text in ["", "tcp", "tcp:", "tcp:0", "tcp:70000", "http", "ssh:22"] {
            assert!(text.parse::<CheckKind>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_check_succeeds_if_one_address_answers() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);
        let check = ReachabilityCheck {
            kind: CheckKind::Tcp(port),
            addresses: vec![Ipv4Addr::new(127, 0, 0, 9).into(), here],
        };
        assert_eq!(check.try_once(&|| false), Ok(here));
        drop(listener);
        let failure = check.try_once(&|| false).expect_err("nobody listens");
        assert!(failure.contains("127.0.0.9: ") && failure.contains("127.0.0.1: "), "{failure}");
    }

    #[test]
    fn an_ssh_server_is_recognized_by_its_greeting() {
        for (greeting, is_ssh) in [("SSH-2.0-x\r\n", true), ("220 mail\r\n", false), ("", false)] {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
            let address = listener.local_addr().expect("it is bound");
            let server = thread::spawn(move || {
                let (mut client, _) = listener.accept().expect("a client");
                client.write_all(greeting.as_bytes()).expect("it listens");
            });
            assert_eq!(banner(address, &|| false).is_ok(), is_ssh, "{greeting}");
            server.join().expect("no panic");
        }
    }

    #[test]
    fn no_address_is_tried_after_the_wait_has_ended() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let check =
            ReachabilityCheck { kind: CheckKind::Tcp(port), addresses: vec![Ipv4Addr::LOCALHOST.into()] };
        assert_eq!(check.try_once(&|| true), Err(String::new()));
        let check = ReachabilityCheck { kind: CheckKind::Ping, ..check };
        assert_eq!(check.try_once(&|| true), Err(String::new()));
    }

    #[test]
    fn a_slow_greeting_has_one_deadline() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let server = thread::spawn(move || {
            let (mut client, _) = listener.accept().expect("a client");
            for byte in b"SSH" {
                client.write_all(&[*byte]).expect("it listens");
                thread::sleep(Duration::from_millis(50));
            }
            // Blocks until the client closes the connection.
            let _ = client.read(&mut [0]);
        });
        let began = Instant::now();
        let limit = began + Duration::from_millis(400);
        let failure =
            banner(address, &|| Instant::now() >= limit).expect_err("the greeting is never complete");
        assert!(failure.ends_with("no SSH greeting: timed out"), "{failure}");
        assert!(began.elapsed() < ANSWER, "it ends by the signal");
        server.join().expect("no panic");
    }

    #[test]
    fn a_wait_for_a_program_ends_early() {
        let mut sleep = Command::new("sleep").arg("60").spawn().expect("it starts");
        let began = Instant::now();
        let limit = began + Duration::from_millis(200);
        assert!(!has_ended(&mut sleep, &|| Instant::now() >= limit).expect("it can be waited for"));
        assert!(began.elapsed() < ANSWER, "it ends by the signal");
        sleep.kill().expect("it runs");
        sleep.wait().expect("it ends");
        let mut ends = Command::new("true").spawn().expect("it starts");
        assert!(has_ended(&mut ends, &|| false).expect("it can be waited for"));
    }
}
