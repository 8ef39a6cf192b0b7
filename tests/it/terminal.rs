//! Prompts on a terminal, and the state of the terminal afterwards.

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

/// A pseudoterminal: the user's side, and the side for programs.
pub(crate) struct Terminal {
    pub(crate) person: File,
    pub(crate) program: OwnedFd,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there are terminals");
        grantpt(&person).expect("the file belongs to this user");
        unlockpt(&person).expect("the file belongs to this user");
        let name = ptsname(&person, Vec::new()).expect("it has a name");
        let program = open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty())
            .expect("the file belongs to this user");
        Self { person: File::from(person), program }
    }

    pub(crate) fn stdio(&self) -> Stdio {
        self.program.try_clone().expect("a descriptor is free").into()
    }

    /// Reads the output up to this text.
    pub(crate) fn read_up_to(&mut self, text: &str) -> String {
        let mut read = Vec::new();
        let mut byte = [0];
        while !String::from_utf8_lossy(&read).contains(text) {
            let limit = Timespec { tv_sec: 60, tv_nsec: 0 };
            let ready = poll(&mut [PollFd::new(&self.person, PollFlags::IN)], Some(&limit));
            assert_eq!(ready, Ok(1), "`{text}` does not come: {}", String::from_utf8_lossy(&read));
            self.person.read_exact(&mut byte).expect("more output follows");
            read.push(byte[0]);
        }
        String::from_utf8_lossy(&read).into_owned()
    }

    /// Whether input is line-buffered and echoed.
    pub(crate) fn is_cooked(&self) -> bool {
        let modes = tcgetattr(&self.program).expect("it is a terminal").local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO)
    }
}

/// Something to confirm.
fn reserve(lab: &Lab, name: &str) {
    lab.machines(name, 1);
    lab.farrier().args(["schedule", "--resource-class", name, "--reserve", name]).assert().success();
}

/// `destroy` at its prompt.
fn at_destroy_prompt(lab: &Lab, name: &str, terminal: &mut Terminal) -> Child {
    let mut command = lab.process(&["destroy", name]);
    command.env("TERM", "xterm").stdin(terminal.stdio()).stderr(terminal.stdio()).stdout(Stdio::null());
    let child = command.spawn().expect("it runs");
    terminal.read_up_to("to confirm");
    lab.until("keys are read one by one", |_| !terminal.is_cooked());
    child
}

#[test]
fn signal_at_a_prompt_sets_the_exit_code_and_restores_the_terminal() {
    let lab = Lab::shared();
    reserve(lab, "asked-signal");
    for (sent, code) in ending_signals() {
        let mut terminal = Terminal::new();
        let mut child = at_destroy_prompt(lab, "asked-signal", &mut terminal);
        signal(&child, sent);
        assert_eq!(child.wait().expect("the child can be waited for").code(), Some(code), "{sent:?}");
        assert!(terminal.is_cooked(), "{sent:?} left it raw");
        terminal.read_up_to("nothing was changed");
    }
}

#[test]
fn no_ctrl_c_and_ctrl_d_all_decline() {
    use std::io::Write as _;
    let lab = Lab::shared();
    reserve(lab, "asked-no");
    for typed in ["no\r", "\x03", "\x04"] {
        let mut terminal = Terminal::new();
        let mut child = at_destroy_prompt(lab, "asked-no", &mut terminal);
        terminal.person.write_all(typed.as_bytes()).expect("the terminal is writable");
        assert_eq!(child.wait().expect("the child can be waited for").code(), Some(130), "{typed:?}");
        assert!(terminal.is_cooked(), "{typed:?} left it raw");
        terminal.read_up_to("nothing was changed");
    }
}

/// A command at its prompt, which ends with this text.
fn at_prompt(lab: &Lab, arguments: &[&str], text: &str, terminal: &mut Terminal) -> Child {
    let mut command = lab.process(arguments);
    command.env("TERM", "xterm").env("FARRIER_RESCUE_PASSWORD", "hunter2");
    command.stdin(terminal.stdio()).stderr(terminal.stdio()).stdout(Stdio::null());
    let child = command.spawn().expect("it runs");
    terminal.read_up_to(text);
    lab.until("keys are read one by one", |_| !terminal.is_cooked());
    child
}

#[test]
fn node_that_changes_hands_during_a_prompt_is_not_changed() {
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
        let mut child = at_prompt(lab, arguments, question, &mut terminal);
        give_to(&json!(Uuid::new_v4().to_string()));
        let before = lab.node(node);
        terminal.person.write_all(format!("{typed}\r").as_bytes()).expect("the terminal is writable");
        let screen = terminal.read_up_to("another user took it");
        assert_eq!(
            child.wait().expect("the child can be waited for").code(),
            Some(6),
            "{arguments:?}: {screen}"
        );
        let after = lab.node(node);
        for field in ["provision_state", "power_state", "instance_info", "updated_at"] {
            assert_eq!(after[field], before[field], "{arguments:?}: {field}");
        }
        give_to(&ours);
    }
    lab.farrier().args(["destroy", "handed", "--yes"]).assert().success();
}

#[test]
fn password_is_prompted_for_once_without_echo() {
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
    while terminal.is_cooked() {
        std::thread::yield_now();
    }
    terminal.person.write_all(b"hunter2\r").expect("the terminal is writable");
    let output = child.wait_with_output().expect("the child can be waited for");
    assert!(output.status.success() && terminal.is_cooked());
    assert_eq!(output.stdout, b"a\nb\n");
    // The rest of the output, up to a mark of this test.
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
    terminal.read_up_to("rescue password for web-1");
    while terminal.is_cooked() {
        std::thread::yield_now();
    }
    terminal.person.write_all(b"\x04").expect("the terminal is writable");
    assert_eq!(child.wait().expect("the child can be waited for").code(), Some(2));
    assert!(terminal.is_cooked());
    let screen = terminal.read_up_to("--password-file");
    assert!(
        screen.contains("no rescue password given") && !screen.contains("repeat the password"),
        "{screen}"
    );
}

#[test]
fn color_can_be_forced_in_tables() {
    let lab = Lab::shared();
    lab.machines("paint", 1);
    let mut command =
        lab.process(&["node", "list", "--color", "always", "-c", "name", "-c", "provision_state"]);
    let output = command.env("NO_COLOR", "1").output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("\u{1b}[") && text.contains("paint-node-1"), "{text:?}");
    let colored = text.lines().find(|line| line.contains("paint-node-1")).expect("its row");
    assert!(colored.contains("\u{1b}[3"), "the state has a color: {colored:?}");
}

#[test]
fn watched_list_is_redrawn_in_place() {
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
    assert_eq!(child.wait().expect("the child can be waited for").code(), Some(130));
}
