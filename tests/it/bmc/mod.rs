//! BMCs that speak Redfish: an emulator with simulated machines, whose password can be changed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::packages;
use crate::run::mark;

/// A BMC for some machines, on its own port. It ends when it is dropped, and when the tests end.
#[derive(Debug)]
pub(crate) struct Bmc {
    _folder: tempfile::TempDir,
    port: u16,
    machines: Vec<String>,
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Bmc {
    /// The initial password; the user is `op`.
    pub(crate) const PASSWORD: &str = "first";

    /// Starts a BMC with this many machines.
    pub(crate) fn start(machines: usize) -> Self {
        let folder = crate::run::folder();
        let script = folder.path().join("bmc.py");
        std::fs::write(&script, include_str!("bmc.py")).expect("written");
        let python = packages::python("bmc");
        let machines: Vec<String> =
            (1..=machines).map(|number| format!("00000000-0000-4000-8000-{number:012}")).collect();
        let mut child = mark(&mut Command::new(python))
            .args(["-I", "-W", "ignore"])
            .arg(script)
            .arg(folder.path())
            .args(&machines)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it exists");
        let commands = child.stdin.take().expect("it is piped");
        let mut answers = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut port = String::new();
        answers.read_line(&mut port).expect("a line");
        let port = port.trim().parse().expect("its port");
        Self { _folder: folder, port, machines, child, commands, answers }
    }

    /// The number of machines.
    pub(crate) fn machines(&self) -> usize {
        self.machines.len()
    }

    /// The `driver_info` of a machine, counted from 0, with this password.
    pub(crate) fn access(&self, machine: usize, password: &str) -> Value {
        json!({
            "redfish_address": format!("http://127.0.0.1:{}", self.port),
            "redfish_system_id": format!("/redfish/v1/Systems/{}", self.machines[machine]),
            "redfish_username": "op",
            "redfish_password": password,
            // A session would stay valid after the password changes.
            "redfish_auth_type": "basic",
        })
    }

    /// Changes the password.
    pub(crate) fn set_password(&mut self, password: &str) {
        self.command(&format!("password {password}"));
    }

    /// Delays every response.
    pub(crate) fn delay(&mut self, seconds: f32) {
        self.command(&format!("delay {seconds}"));
    }

    /// How many logins it refused.
    pub(crate) fn refusals(&mut self) -> usize {
        self.command("refusals").parse().expect("a number")
    }

    /// Removes the BMC from the network.
    pub(crate) fn vanish(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    fn command(&mut self, command: &str) -> String {
        writeln!(self.commands, "{command}").expect("it listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("a line");
        assert!(!answer.is_empty(), "it does not answer `{command}`");
        answer.trim().to_owned()
    }
}

impl Drop for Bmc {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
