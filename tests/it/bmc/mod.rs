//! BMCs that speak Redfish: an emulator, with machines that are played, which lets in whom it is told to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::packages;
use crate::run::mark;

/// A BMC for some machines, on a port of its own. It ends when it is dropped, and when the tests do.
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
    /// Its first password; the user is `op`.
    pub(crate) const PASSWORD: &str = "first";

    /// Starts one with so many machines.
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
            .expect("it is there");
        let commands = child.stdin.take().expect("it is piped");
        let mut answers = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut port = String::new();
        answers.read_line(&mut port).expect("a line");
        let port = port.trim().parse().expect("its port");
        Self { _folder: folder, port, machines, child, commands, answers }
    }

    /// How many machines it has.
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
            // A session would outlive the password that it began with.
            "redfish_auth_type": "basic",
        })
    }

    /// Lets in with this password from now on, and with no other.
    pub(crate) fn lets_in(&mut self, password: &str) {
        self.obey(&format!("password {password}"));
    }

    /// Takes so long for each answer.
    pub(crate) fn slow(&mut self, seconds: f32) {
        self.obey(&format!("slow {seconds}"));
    }

    /// How often it refused.
    pub(crate) fn refusals(&mut self) -> usize {
        self.obey("refusals").parse().expect("a number")
    }

    /// Is gone from the network.
    pub(crate) fn vanish(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    fn obey(&mut self, command: &str) -> String {
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
