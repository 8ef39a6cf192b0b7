//! Whether an instance that Ironic calls active can be reached: the operator's word for running.

use std::io::{ErrorKind, Read as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use super::event::NodeRef;
use super::instance::Instance;
use super::progress::Progress;
use super::{Driver, Error, Left};

/// The program that sends an ICMP echo request: whoever is not root cannot send one without it.
const PING: &str = "ping";

/// How long a connection may take. Nothing can cut this wait short, so it is also how late a signal can be noticed.
const CONNECT: Duration = Duration::from_secs(2);

/// How long the whole greeting of an SSH server, or the answer to a `ping`, may take.
const ANSWER: Duration = Duration::from_secs(3);

/// How often a wait for an answer looks whether it is to end.
const LOOK: Duration = Duration::from_millis(100);

/// The pause between tries: machines take minutes to boot.
const PAUSE: Duration = Duration::from_secs(1);

/// What an instance must do to count as running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Answer to `ping`, the system's program.
    Ping,
    /// Greet as an SSH server does (RFC 4253, section 4.2).
    Ssh,
    /// Take a connection on this TCP port.
    Tcp(u16),
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "ping" => Ok(Self::Ping),
            None if text == "ssh" => Ok(Self::Ssh),
            Some(("tcp", port)) => match port.parse() {
                Ok(port) if port > 0 => Ok(Self::Tcp(port)),
                _ => Err(format!("`{port}` is no TCP port")),
            },
            _ => Err("expected `ping`, `ssh` or `tcp:PORT`".to_owned()),
        }
    }
}

impl Kind {
    /// The program that it needs and that this computer does not have.
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

/// A check of one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it must do.
    pub kind: Kind,
    /// Where it may be; one that answers is enough, for some may be on networks that cannot be reached from here.
    pub addresses: Vec<IpAddr>,
}

impl Check {
    /// How the check is called.
    fn operation(&self) -> &'static str {
        match self.kind {
            Kind::Ping => "the check by ping",
            Kind::Ssh => "the check by SSH",
            Kind::Tcp(_) => "the check by TCP",
        }
    }

    /// The same, at the instance's addresses where it names none.
    fn at(&self, instance: &Instance) -> Self {
        let mut check = self.clone();
        if check.addresses.is_empty() {
            let known = instance.ip_addresses.iter();
            check.addresses.extend(known.filter_map(|address| address.parse::<IpAddr>().ok()));
        }
        check
    }

    /// Tries every address once, until one answers or `ended` says that it is time to stop.
    ///
    /// # Errors
    /// Why none of them answered.
    fn once(&self, ended: Ended<'_>) -> Result<IpAddr, String> {
        let mut failures = Vec::new();
        for address in &self.addresses {
            if ended() {
                break;
            }
            let tried = match self.kind {
                Kind::Ping => ping(*address, ended),
                Kind::Ssh => banner(SocketAddr::new(*address, 22), ended),
                Kind::Tcp(port) => connect(SocketAddr::new(*address, port)).map(drop),
            };
            match tried {
                Ok(()) => return Ok(*address),
                Err(failure) => failures.push(format!("{address}: {failure}")),
            }
        }
        Err(failures.join("; "))
    }
}

/// Whether a wait is to end because of a signal or the time limit.
type Ended<'a> = &'a dyn Fn() -> bool;

fn connect(address: SocketAddr) -> Result<TcpStream, String> {
    TcpStream::connect_timeout(&address, CONNECT).map_err(|error| format!("port {}: {error}", address.port()))
}

fn banner(address: SocketAddr, ended: Ended<'_>) -> Result<(), String> {
    let port = address.port();
    match greeting(connect(address)?, ended) {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!("port {port}: what answers is no SSH server")),
        Err(reason) => Err(format!("port {port}: no greeting: {reason}")),
    }
}

/// Whether a greeting begins as that of an SSH server does. One deadline is for all of its bytes, however slowly they
/// arrive.
fn greeting(mut stream: TcpStream, ended: Ended<'_>) -> Result<bool, String> {
    const BEGINS: &[u8] = b"SSH-";

    let end = Instant::now() + ANSWER;
    let mut read = [0; BEGINS.len()];
    let mut length = 0;
    stream.set_read_timeout(Some(LOOK)).map_err(|error| error.to_string())?;
    while length < read.len() {
        if ended() || Instant::now() >= end {
            return Err("it does not come in time".to_owned());
        }
        match stream.read(&mut read[length..]) {
            Ok(0) => return Err("the connection is closed before it".to_owned()),
            Ok(count) => length += count,
            Err(error) if is_passing(error.kind()) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(read == BEGINS)
}

/// Whether a read can simply be tried again.
fn is_passing(error: ErrorKind) -> bool {
    matches!(error, ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

fn ping(address: IpAddr, ended: Ended<'_>) -> Result<(), String> {
    let mut command = Command::new(PING);
    command.args(["-n", "-c", "1", "-W", "2"]).arg(address.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let unable = |error: std::io::Error| format!("`ping` cannot be run: {error}");
    let mut child = command.spawn().map_err(unable)?;
    if !has_ended(&mut child, ended).map_err(unable)? {
        // It may have ended just now: then there is nothing to kill.
        let _ = child.kill();
    }
    let output = child.wait_with_output().map_err(unable)?;
    if output.status.success() {
        return Ok(());
    }
    // If it may not send, it complains, and otherwise that would look like a machine that does not answer.
    let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(if complaint.is_empty() { "no answer".to_owned() } else { complaint })
}

/// Waits for a program as long as an answer may take, and returns whether it ended.
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
    /// Waits until the instance does what it must. It is kept if it never does.
    pub(super) fn check(
        &self,
        check: &Check,
        instance: &Instance,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let check = check.at(instance);
        progress.stage(format!("waiting for {} to succeed", check.operation()));
        let ended = || self.cancel.requested().is_some() || self.deadline.passed().is_some();
        let mut reason = match check.addresses.as_slice() {
            [] => "no address of it is known".to_owned(),
            _ => "there was no time to try".to_owned(),
        };
        loop {
            match check.once(&ended) {
                Ok(_) => return Ok(()),
                // A round that was cut short before its first address says nothing.
                Err(failures) if failures.is_empty() => {}
                Err(failures) => reason = failures,
            }
            match self.heed(progress, Left::AsItWas) {
                Err(Error::TimedOut { after, .. }) => {
                    let node = instance.node.clone();
                    let nameless = || NodeRef { uuid: instance.uuid.clone(), name: None };
                    return Err(Error::Failed {
                        node: node.unwrap_or_else(nameless),
                        operation: check.operation(),
                        state: instance.state.clone(),
                        reason: format!(
                            "{reason}, for {}; the instance stays",
                            super::event::in_words(after)
                        ),
                    });
                }
                other => other?,
            }
            // Whether it was cut short is seen at the next turn.
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
    fn checks_are_named_as_on_the_command_line() {
        assert_eq!("ping".parse(), Ok(Kind::Ping));
        assert_eq!("ssh".parse(), Ok(Kind::Ssh));
        assert_eq!("tcp:443".parse(), Ok(Kind::Tcp(443)));
        for text in ["", "tcp", "tcp:", "tcp:0", "tcp:70000", "http", "ssh:22"] {
            assert!(text.parse::<Kind>().is_err(), "{text}");
        }
    }

    #[test]
    fn one_address_that_answers_is_enough() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);
        let check =
            Check { kind: Kind::Tcp(port), addresses: vec![Ipv4Addr::new(127, 0, 0, 9).into(), here] };
        assert_eq!(check.once(&|| false), Ok(here));
        drop(listener);
        let failure = check.once(&|| false).expect_err("nobody listens");
        assert!(failure.contains("127.0.0.9: ") && failure.contains("127.0.0.1: "), "{failure}");
    }

    #[test]
    fn a_greeting_tells_an_ssh_server_from_others() {
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
    fn no_further_address_is_tried_once_the_wait_is_to_end() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let check = Check { kind: Kind::Tcp(port), addresses: vec![Ipv4Addr::LOCALHOST.into()] };
        assert_eq!(check.once(&|| true), Err(String::new()));
        let check = Check { kind: Kind::Ping, ..check };
        assert_eq!(check.once(&|| true), Err(String::new()));
    }

    #[test]
    fn a_greeting_that_trickles_in_has_one_deadline() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let server = thread::spawn(move || {
            let (mut client, _) = listener.accept().expect("a client");
            for byte in b"SSH" {
                client.write_all(&[*byte]).expect("it listens");
                thread::sleep(Duration::from_millis(50));
            }
            // Until the client gives up.
            let _ = client.read(&mut [0]);
        });
        let began = Instant::now();
        let limit = began + Duration::from_millis(400);
        let failure = banner(address, &|| Instant::now() >= limit).expect_err("it is never whole");
        assert!(failure.ends_with("no greeting: it does not come in time"), "{failure}");
        assert!(began.elapsed() < ANSWER, "it ends by the signal");
        server.join().expect("no panic");
    }

    #[test]
    fn a_program_is_not_waited_for_once_the_wait_is_to_end() {
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
