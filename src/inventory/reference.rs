//! References to values that are not in the file of machines: an environment variable, another file, the output of a
//! program, or a prompt. With them, secrets do not have to be in shared files or on the command line.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value as Json};

use super::document::{Content, Cursor};
use crate::rest::mask;

/// How long a program may run. The user may have to touch a hardware token first.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// How long to wait for output after a program has exited.
const OUTPUT_TIMEOUT: Duration = Duration::from_millis(200);

/// The maximum number of bytes that are read. Passwords are shorter.
const MAX_BYTES: u64 = 64 << 10;

/// Resolves references. A command uses one resolver, so that each program runs once and each prompt appears once.
pub struct SecretResolver<'a> {
    environment: &'a dyn Fn(&str) -> Option<String>,
    prompt: &'a dyn Fn(&str) -> Option<SecretString>,
    /// The outputs of programs, by working directory and command.
    outputs: RefCell<HashMap<(PathBuf, Vec<String>), Resolved>>,
    /// The answers to prompts, by question.
    answers: RefCell<HashMap<String, Option<SecretString>>>,
    timeout: Duration,
}

/// A value, or why it cannot be resolved.
type Resolved = Result<SecretString, String>;

impl<'a> SecretResolver<'a> {
    /// `environment` returns the value of a variable. `prompt` asks for a secret without showing it, and returns `None` if
    /// there is no terminal or no input.
    #[must_use]
    pub fn new(
        environment: &'a dyn Fn(&str) -> Option<String>,
        prompt: &'a dyn Fn(&str) -> Option<SecretString>,
    ) -> Self {
        Self {
            environment,
            prompt,
            outputs: RefCell::default(),
            answers: RefCell::default(),
            timeout: COMMAND_TIMEOUT,
        }
    }

    /// Limits how long programs may run.
    #[must_use]
    pub fn within(self, timeout: Duration) -> Self {
        Self { timeout: self.timeout.min(timeout), ..self }
    }

    /// A resolver without environment variables and prompts.
    #[must_use]
    pub fn none() -> Self {
        Self::new(&|_| None, &|_| None)
    }

    fn ask(&self, question: &str) -> Resolved {
        let mut answers = self.answers.borrow_mut();
        let answer = answers.entry(question.to_owned()).or_insert_with(|| (self.prompt)(question));
        answer.clone().ok_or_else(|| "no input, or no terminal for the prompt".to_owned())
    }

    fn run(&self, command: &[String], directory: &Path) -> Resolved {
        let key = (directory.to_owned(), command.to_owned());
        self.outputs.borrow_mut().entry(key).or_insert_with(|| run(command, directory, self.timeout)).clone()
    }
}

impl fmt::Debug for SecretResolver<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretResolver").finish_non_exhaustive()
    }
}

/// The context in which the references of a file are resolved.
#[derive(Debug, Clone, Copy)]
pub struct ResolveContext<'a> {
    /// The folder to which `{file: …}` is relative, and in which programs run.
    pub directory: &'a Path,
    /// Resolves the other references.
    pub resolver: &'a SecretResolver<'a>,
}

/// The source of a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference {
    Environment(String),
    File(String),
    Command(Vec<String>),
    Prompt(String),
}

/// Whether a mapping that is a plain value would be read as a reference.
pub(super) fn looks_like_reference(mapping: &Map<String, Json>) -> bool {
    let mut keys = mapping.keys();
    matches!(
        (keys.next().map(String::as_str), keys.next()),
        (Some("env" | "file" | "command" | "prompt"), None)
    )
}

impl Reference {
    /// Parses a reference: `${NAME}`, or a mapping with one of the keys `env`, `file`, `command` and `prompt`. Returns
    /// `None` for other values.
    ///
    /// # Errors
    /// The value is an invalid reference.
    pub(super) fn parse(value: &Cursor<'_>) -> Result<Option<Self>, String> {
        let entries = match &value.value().content {
            Content::Scalar(scalar) => {
                let name = scalar.text().strip_prefix("${").and_then(|text| text.strip_suffix('}'));
                let is_name =
                    |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                let name = name.filter(is_name).filter(|name| !name.is_empty());
                return Ok(name.map(|name| Self::Environment(name.to_owned())));
            }
            Content::Mapping(entries) => entries,
            Content::List(_) => return Ok(None),
        };
        let [only] = entries.as_slice() else { return Ok(None) };
        let target = &only.value.content;
        Ok(match (&*only.key, target) {
            ("env", Content::Scalar(name)) => Some(Self::Environment(name.text().to_owned())),
            ("file", Content::Scalar(path)) => Some(Self::File(path.text().to_owned())),
            ("prompt", Content::Scalar(question)) => Some(Self::Prompt(question.text().to_owned())),
            ("command", target) => {
                let text = |item: &super::document::Value| item.text().map(str::to_owned);
                let command: Option<Vec<String>> = match target {
                    Content::List(items) if !items.is_empty() => items.iter().map(text).collect(),
                    _ => None,
                };
                Some(Self::Command(
                    command.ok_or(
                        "`command` must be a list of a program and its arguments (no shell is used)",
                    )?,
                ))
            }
            _ => None,
        })
    }

    /// Resolves the reference. The last line end of a file and white space around the output of a program are removed.
    ///
    /// # Errors
    /// The value is unavailable. The message does not contain the output of programs.
    pub(super) fn resolve(&self, context: ResolveContext<'_>) -> Resolved {
        let ResolveContext { directory, resolver } = context;
        match self {
            Self::Environment(name) => (resolver.environment)(name)
                .map(SecretString::from)
                .ok_or_else(|| format!("the environment variable `{name}` is not set")),
            Self::File(path) => {
                let read = || -> std::io::Result<String> {
                    let mut text = String::new();
                    File::open(directory.join(path))?.take(MAX_BYTES).read_to_string(&mut text)?;
                    Ok(text)
                };
                let text =
                    read().map_err(|error| format!("cannot read the file `{path}`: {}", error.kind()))?;
                Ok(text.strip_suffix('\n').map_or(&*text, |text| text.trim_end_matches('\r')).into())
            }
            Self::Command(command) => resolver.run(command, directory),
            Self::Prompt(question) => resolver.ask(question),
        }
    }

    /// The path of the file, if users other than its owner can read it.
    pub(super) fn open_file(&self, directory: &Path) -> Option<&str> {
        let Self::File(path) = self else { return None };
        let metadata = std::fs::metadata(directory.join(path)).ok()?;
        mask::is_open_to_others(&metadata).then_some(path)
    }
}

/// Runs a program without a shell and without input, and returns its output. The output may contain secrets, so errors only
/// show the exit code.
fn run(command: &[String], directory: &Path, timeout: Duration) -> Resolved {
    let program = command.first().map(String::as_str).unwrap_or_default();
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    tracing::info!(program, "running a program for a value");
    let mut process = Command::new(program);
    // Do not pass the credentials of the cloud to the program.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"OS_")) {
        process.env_remove(name);
    }
    let child = process
        .args(&command[1..])
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.map_err(|error| format!("cannot run `{program}`: {}", error.kind()))?;
    let mut stdout = child.stdout.take().expect("is piped").take(MAX_BYTES);
    let (sender, output) = mpsc::channel();
    // Do not join this thread: child processes of a program that has exited may keep the pipe open.
    std::thread::spawn(move || {
        let mut buffer = vec![0; 4096];
        while let Ok(count @ 1..) = stdout.read(&mut buffer) {
            if sender.send(buffer[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    let deadline = Instant::now() + timeout;
    let Some(status) = wait(&mut child, deadline) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("`{program}` did not exit within {} s", timeout.as_secs()));
    };
    if !status.success() {
        let reason =
            status.code().map_or("was killed".to_owned(), |code| format!("failed with exit code {code}"));
        return Err(format!("`{program}` {reason} (its output is not shown because it may contain secrets)"));
    }
    let mut bytes = Vec::new();
    while let Ok(chunk) = output.recv_timeout(OUTPUT_TIMEOUT) {
        bytes.extend(chunk);
    }
    let text = String::from_utf8(bytes).ok();
    let text =
        text.map(SecretString::from).ok_or_else(|| format!("the output of `{program}` is not UTF-8"))?;
    match text.expose_secret().trim() {
        "" => Err(format!("`{program}` printed nothing")),
        value => Ok(value.into()),
    }
}

/// Waits for a child process until a deadline.
fn wait(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(pause),
            _ => return None,
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn command(arguments: &[&str]) -> Vec<String> {
        arguments.iter().map(|argument| (*argument).to_owned()).collect()
    }

    fn output(arguments: &[&str]) -> Result<String, String> {
        let output = run(&command(arguments), Path::new(""), COMMAND_TIMEOUT)?;
        Ok(output.expose_secret().to_owned())
    }

    #[test]
    fn background_processes_of_a_program_are_not_waited_for() {
        let start = Instant::now();
        assert_eq!(output(&["sh", "-c", "sleep 20 & echo hi"]).as_deref(), Ok("hi"));
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    }

    #[test]
    fn the_timeout_of_the_command_applies_to_programs() {
        let resolver = SecretResolver::none().within(Duration::from_millis(100));
        let refused = resolver.run(&command(&["sleep", "20"]), Path::new("")).map(|_| ());
        assert!(refused.expect_err("too slow").contains("did not exit within"));
    }

    #[test]
    fn white_space_around_the_output_is_removed() {
        assert_eq!(output(&["printf", " hunter2 \n\n"]).as_deref(), Ok("hunter2"));
        assert_eq!(output(&["echo", "$HOME; `id`"]).as_deref(), Ok("$HOME; `id`"), "no shell is used");
    }

    #[test]
    fn the_error_of_a_program_does_not_contain_its_output() {
        let failed = output(&["sh", "-c", "echo hunter2; echo hunter3 >&2; exit 3"]).expect_err("it fails");
        assert!(failed.starts_with("`sh` failed with exit code 3") && !failed.contains("hunter"), "{failed}");
        assert_eq!(output(&["true"]), Err("`true` printed nothing".to_owned()));
        assert_eq!(
            output(&["/nonexistent/x"]),
            Err("cannot run `/nonexistent/x`: entity not found".to_owned())
        );
        assert_eq!(output(&["printf", r"\377"]), Err("the output of `printf` is not UTF-8".to_owned()));
        let slow = run(&command(&["sleep", "600"]), Path::new(""), Duration::ZERO).map(drop);
        assert_eq!(slow, Err("`sleep` did not exit within 0 s".to_owned()));
    }

    #[test]
    fn each_program_runs_once_and_each_prompt_appears_once() {
        let folder = crate::test_files::folder();
        let prompts = Cell::new(0);
        let prompt = |question: &str| {
            prompts.set(prompts.get() + 1);
            (question == "BMC password").then(|| "hunter2".into())
        };
        let resolver = SecretResolver::new(&|_| None, &prompt);
        let context = ResolveContext { directory: folder.path(), resolver: &resolver };
        let reference = Reference::Command(command(&["sh", "-c", "echo x >> runs; wc -l < runs"]));
        for _ in 0..3 {
            let output = reference.resolve(context).expect("has output");
            assert_eq!(output.expose_secret(), "1");
            let answer = Reference::Prompt("BMC password".to_owned()).resolve(context).expect("is answered");
            assert_eq!(answer.expose_secret(), "hunter2");
            assert!(Reference::Prompt("another".to_owned()).resolve(context).is_err());
        }
        assert_eq!(prompts.get(), 2);
    }
}
