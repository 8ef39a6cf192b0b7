//! How the program ends when it is told to.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;

use crate::support::{ending_signals, signal};

/// A program that has asked a server and waits for an answer that never comes.
struct Waiting {
    child: Child,
    _connection: TcpStream,
}

impl Waiting {
    /// Starts `farrier list` by way of `prefix`, a command that ends in `exec "$@"` or nothing.
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
        // Whoever asks a server has taken over its signals.
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
        // Only where a test failed is it still there.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_reader_ends_at_the_first_signal() {
    for (sent, code) in ending_signals() {
        let mut waiting = Waiting::start("");
        waiting.send(sent);
        assert_eq!(waiting.exit_code(), Some(code), "{sent:?}");
    }
}

#[test]
fn nohup_is_honoured_and_an_interrupt_of_a_background_job_too() {
    let mut waiting = Waiting::start("trap '' HUP INT;");
    waiting.send(Signal::HUP);
    waiting.send(Signal::INT);
    assert_eq!(waiting.exit_code(), Some(130));
}
