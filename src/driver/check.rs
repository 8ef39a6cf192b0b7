//! Whether an instance that Ironic calls active can be reached: the operator's word for running.

use std::io::{ErrorKind, Read as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::time::Duration;

use super::event::NodeRef;
use super::instance::Instance;
use super::progress::Progress;
use super::{Driver, Error, Left};

/// The program that sends an ICMP echo request: whoever is not root cannot send one without it.
const PING: &str = "ping";

/// How long one try may take.
const TRY: Duration = Duration::from_secs(3);

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

    /// Tries every address once.
    ///
    /// # Errors
    /// Why none of them answered.
    pub fn once(&self) -> Result<IpAddr, String> {
        let mut failures = Vec::new();
        for address in &self.addresses {
            let tried = match self.kind {
                Kind::Ping => ping(*address),
                Kind::Ssh => banner(SocketAddr::new(*address, 22)),
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

fn connect(address: SocketAddr) -> Result<TcpStream, String> {
    TcpStream::connect_timeout(&address, TRY).map_err(|error| format!("port {}: {error}", address.port()))
}

fn banner(address: SocketAddr) -> Result<(), String> {
    let mut stream = connect(address)?;
    let mut begun = [0; 4];
    let read = stream.set_read_timeout(Some(TRY)).and_then(|()| stream.read_exact(&mut begun));
    match read {
        Ok(()) if &begun == b"SSH-" => Ok(()),
        Ok(()) => Err(format!("port {}: what answers is no SSH server", address.port())),
        Err(error) => Err(format!("port {}: no greeting: {error}", address.port())),
    }
}

fn ping(address: IpAddr) -> Result<(), String> {
    let mut command = Command::new(PING);
    command.args(["-n", "-c", "1", "-W", "2"]).arg(address.to_string());
    match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            // It complains where it may not send, which looks like a machine that is silent.
            let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Err(if complaint.is_empty() { "no answer".to_owned() } else { complaint })
        }
        Err(error) => Err(format!("`ping` cannot be run: {error}")),
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
        loop {
            let Err(mut reason) = check.once() else { return Ok(()) };
            if reason.is_empty() {
                "no address of it is known".clone_into(&mut reason);
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
            let _ = self.cancel.wait(PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::{Ipv4Addr, TcpListener};
    use std::thread;

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
        assert_eq!(check.once(), Ok(here));
        drop(listener);
        let failure = check.once().expect_err("nobody listens");
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
            assert_eq!(banner(address).is_ok(), is_ssh, "{greeting}");
            server.join().expect("no panic");
        }
    }
}
