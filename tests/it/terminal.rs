//! What a person at a terminal meets: questions, and the terminal left as it was found.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::process::{Child, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{IMAGE, Lab, ending_signals, patch_node, signal};

/// A terminal: the side that a person sits at, and the side that programs have.
pub(crate) struct Terminal {
    pub(crate) person: File,
    pub(crate) program: OwnedFd,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there are terminals");
        grantpt(&person).expect("it is ours");
        unlockpt(&person).expect("it is ours");
        let name = ptsname(&person, Vec::new()).expect("it has a name");
        let program =
            open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("it is ours");
        Self { person: File::from(person), program }
    }

    pub(crate) fn stdio(&self) -> Stdio {
        self.program.try_clone().expect("a descriptor can be had").into()
    }

    /// Reads what is written to it up to these words.
    pub(crate) fn read_up_to(&mut self, words: &str) -> String {
        let mut read = Vec::new();
        let mut byte = [0];
        while !String::from_utf8_lossy(&read).contains(words) {
            let limit = Timespec { tv_sec: 60, tv_nsec: 0 };
            let ready = poll(&mut [PollFd::new(&self.person, PollFlags::IN)], Some(&limit));
            assert_eq!(ready, Ok(1), "`{words}` does not come: {}", String::from_utf8_lossy(&read));
            self.person.read_exact(&mut byte).expect("more is to come");
            read.push(byte[0]);
        }
        String::from_utf8_lossy(&read).into_owned()
    }

    /// Whether what is typed is given to programs line by line, and shown.
    pub(crate) fn is_usual(&self) -> bool {
        let modes = tcgetattr(&self.program).expect("it is a terminal").local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO)
    }
}

/// Something to be asked about.
fn reserve(lab: &Lab, name: &str) {
    lab.machines(name, 1);
    lab.farrier().args(["schedule", "--resource-class", name, "--reserve", name]).assert().success();
}

/// `destroy` at the question that it asks.
fn asked(lab: &Lab, name: &str, terminal: &mut Terminal) -> Child {
    let mut command = lab.process(&["destroy", name]);
    command.env("TERM", "xterm").stdin(terminal.stdio()).stderr(terminal.stdio()).stdout(Stdio::null());
    let child = command.spawn().expect("it runs");
    terminal.read_up_to("to confirm");
    lab.until("keys are read one by one", |_| !terminal.is_usual());
    child
}

#[test]
fn a_signal_at_a_question_has_its_exit_code_and_leaves_the_terminal_as_it_was() {
    let lab = Lab::shared();
    reserve(lab, "asked-signal");
    for (sent, code) in ending_signals() {
        let mut terminal = Terminal::new();
        let mut child = asked(lab, "asked-signal", &mut terminal);
        signal(&child, sent);
        assert_eq!(child.wait().expect("our child").code(), Some(code), "{sent:?}");
        assert!(terminal.is_usual(), "{sent:?} left it raw");
        terminal.read_up_to("nothing was changed");
    }
}

#[test]
fn no_ctrl_c_and_ctrl_d_are_the_same_answer() {
    use std::io::Write as _;
    let lab = Lab::shared();
    reserve(lab, "asked-no");
    for typed in ["no\r", "\x03", "\x04"] {
        let mut terminal = Terminal::new();
        let mut child = asked(lab, "asked-no", &mut terminal);
        terminal.person.write_all(typed.as_bytes()).expect("it can be typed on");
        assert_eq!(child.wait().expect("our child").code(), Some(130), "{typed:?}");
        assert!(terminal.is_usual(), "{typed:?} left it raw");
        terminal.read_up_to("nothing was changed");
    }
}

/// A command at the question that it asks, which ends with these words.
fn at_question(lab: &Lab, arguments: &[&str], words: &str, terminal: &mut Terminal) -> Child {
    let mut command = lab.process(arguments);
    command.env("TERM", "xterm").env("FARRIER_RESCUE_PASSWORD", "hunter2");
    command.stdin(terminal.stdio()).stderr(terminal.stdio()).stdout(Stdio::null());
    let child = command.spawn().expect("it runs");
    terminal.read_up_to(words);
    lab.until("keys are read one by one", |_| !terminal.is_usual());
    child
}

#[test]
fn a_node_that_changes_hands_at_the_question_is_not_touched() {
    use std::io::Write as _;
    let lab = Lab::shared();
    let endpoint = lab.endpoint();
    let node = "handed-node-1";
    lab.machines_with("handed", 1, &json!({"resource_class": null}));
    lab.farrier().args([&["deploy", "handed", "--node", node][..], &IMAGE].concat()).assert().success();
    lab.json(&["power", "on", node, "--yes"]);
    let ours = lab.node(node)["instance_uuid"].clone();
    let give_to = |instance: &Value| {
        patch_node(&endpoint, node, &json!([{"op": "remove", "path": "/instance_uuid"}]));
        patch_node(&endpoint, node, &json!([{"op": "add", "path": "/instance_uuid", "value": instance}]));
    };
    let step = r#"[{"interface": "power", "step": "reboot"}]"#;
    let commands: [(&[&str], &str, &str); 7] = [
        (&["destroy", node], "to confirm", node),
        (&["rebuild", node], "to confirm", node),
        (&["node", "service", node, "--step", step], "[y/N]", "y"),
        (&["power", "off", node], "[y/N]", "y"),
        (&["power", "reboot", node], "[y/N]", "y"),
        (&["rescue", node], "[y/N]", "y"),
        (&["nmi", node], "[y/N]", "y"),
    ];
    for (arguments, question, typed) in commands {
        let mut terminal = Terminal::new();
        let mut child = at_question(lab, arguments, question, &mut terminal);
        give_to(&json!(Uuid::new_v4().to_string()));
        let before = lab.node(node);
        terminal.person.write_all(format!("{typed}\r").as_bytes()).expect("it can be typed on");
        let told = terminal.read_up_to("someone else took the node");
        assert_eq!(child.wait().expect("our child").code(), Some(6), "{arguments:?}: {told}");
        let after = lab.node(node);
        for field in ["provision_state", "power_state", "instance_info", "updated_at"] {
            assert_eq!(after[field], before[field], "{arguments:?}: {field}");
        }
        give_to(&ours);
    }
    lab.farrier().args(["destroy", "handed", "--yes"]).assert().success();
}

#[test]
fn a_password_that_a_file_asks_for_is_asked_once_and_not_shown() {
    use std::io::Write as _;
    let folder = crate::run::folder();
    let node = |name: &str| {
        format!("- {{name: {name}, driver: ipmi, driver_info: {{ipmi_password: {{prompt: Of the BMCs}}}}}}\n")
    };
    let file = folder.path().join("nodes.yaml");
    std::fs::write(&file, format!("nodes:\n{}{}", node("a"), node("b"))).expect("written");
    let mut terminal = Terminal::new();
    let mut command = crate::support::bare(folder.path());
    command.args(["enroll", "--validate-only", "-f", "value", "-c", "name"]).arg(&file).env("TERM", "xterm");
    let child = command.stdin(terminal.stdio()).stderr(terminal.stdio()).stdout(Stdio::piped()).spawn();
    let child = child.expect("it runs");
    terminal.read_up_to("Of the BMCs");
    while terminal.is_usual() {
        std::thread::yield_now();
    }
    terminal.person.write_all(b"hunter2\r").expect("it can be typed on");
    let output = child.wait_with_output().expect("our child");
    assert!(output.status.success() && terminal.is_usual());
    assert_eq!(output.stdout, b"a\nb\n");
    // What else was shown, up to a mark of our own.
    File::from(terminal.program.try_clone().expect("a descriptor")).write_all(b"END").expect("written");
    assert!(!terminal.read_up_to("END").contains("hunter2"));
}

#[test]
fn ctrl_d_at_a_password_prompt_ends_the_command() {
    use std::io::Write as _;
    let folder = crate::run::folder();
    let mut terminal = Terminal::new();
    let mut command = crate::support::bare(folder.path());
    command.args(["rescue", "web-1"]).env("TERM", "xterm").stdin(terminal.stdio()).stderr(terminal.stdio());
    let mut child = command.stdout(Stdio::null()).spawn().expect("it runs");
    terminal.read_up_to("password for the rescue of web-1");
    while terminal.is_usual() {
        std::thread::yield_now();
    }
    terminal.person.write_all(b"\x04").expect("it can be typed on");
    assert_eq!(child.wait().expect("our child").code(), Some(2));
    assert!(terminal.is_usual());
    let said = terminal.read_up_to("--password-file");
    assert!(said.contains("no rescue password is given") && !said.contains("repeat the password"), "{said}");
}

#[test]
fn colour_that_is_asked_for_is_had_in_tables_too() {
    let lab = Lab::shared();
    lab.machines("paint", 1);
    let mut command =
        lab.process(&["node", "list", "--color", "always", "-c", "name", "-c", "provision_state"]);
    let output = command.env("NO_COLOR", "1").output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("\u{1b}[") && text.contains("paint-node-1"), "{text:?}");
    let colored = text.lines().find(|line| line.contains("paint-node-1")).expect("its row");
    assert!(colored.contains("\u{1b}[3"), "the state has a colour: {colored:?}");
}

#[test]
fn a_list_that_is_watched_is_redrawn_in_its_place() {
    let lab = Lab::shared();
    lab.machines("redrawn", 1);
    let node = "redrawn-node-1";
    let mut terminal = Terminal::new();
    let watch = ["node", "list", "--resource-class", "redrawn", "-c", "name", "-c", "description", "--watch"];
    let mut command = lab.process(&watch);
    command.args(["--every", "1s"]).env("TERM", "xterm").env("LANG", "C.UTF-8");
    let mut child = command.stdin(Stdio::null()).stdout(terminal.stdio()).spawn().expect("it runs");
    let first = terminal.read_up_to("end with Ctrl-C");
    assert!(first.contains(node) && !first.contains("\u{1b}[3A"), "{first:?}");
    let change = serde_json::json!([{"op": "add", "path": "/description", "value": "seen"}]);
    crate::support::patch_node(&lab.endpoint(), node, &change);
    let redrawn = terminal.read_up_to("seen");
    assert!(redrawn.contains("\u{1b}[3A\r\u{1b}[J"), "{redrawn:?}");
    signal(&child, Signal::INT);
    assert_eq!(child.wait().expect("our child").code(), Some(130));
}
