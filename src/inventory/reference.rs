//! Values that a file of machines only refers to: in the environment, in another file, told by a program, or typed by
//! whoever is asked. So secrets need not stand in files that are shared, and never on a command line.

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

/// How long a program may take to tell a value: somebody may have to touch a token first.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long what a program printed may be on its way after its end.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// More is no password.
const LONGEST: u64 = 64 << 10;

/// Where values come from that stand in no file of machines. There is one for a run, so that each program is run, and
/// each question asked, once.
pub struct Elsewhere<'a> {
    environment: &'a dyn Fn(&str) -> Option<String>,
    prompt: &'a dyn Fn(&str) -> Option<SecretString>,
    /// What each program told, by the folder that it was run in and its words.
    told: RefCell<HashMap<(PathBuf, Vec<String>), Told>>,
    typed: RefCell<HashMap<String, Option<SecretString>>>,
    patience: Duration,
}

/// A value, or why there is none.
type Told = Result<SecretString, String>;

impl<'a> Elsewhere<'a> {
    /// `environment` answers for variables, `prompt` asks for a secret without showing it: nothing where nobody can be
    /// asked, or nothing was typed.
    #[must_use]
    pub fn new(
        environment: &'a dyn Fn(&str) -> Option<String>,
        prompt: &'a dyn Fn(&str) -> Option<SecretString>,
    ) -> Self {
        Self { environment, prompt, told: RefCell::default(), typed: RefCell::default(), patience: PATIENCE }
    }

    /// The same, but no program may take longer than this.
    #[must_use]
    pub fn within(self, longest: Duration) -> Self {
        Self { patience: self.patience.min(longest), ..self }
    }

    /// No variable is set, and nobody can be asked.
    #[must_use]
    pub fn none() -> Self {
        Self::new(&|_| None, &|_| None)
    }

    fn ask(&self, question: &str) -> Told {
        let mut typed = self.typed.borrow_mut();
        let answer = typed.entry(question.to_owned()).or_insert_with(|| (self.prompt)(question));
        answer.clone().ok_or_else(|| "nothing was typed, or there is no terminal to ask on".to_owned())
    }

    fn run(&self, command: &[String], directory: &Path) -> Told {
        let key = (directory.to_owned(), command.to_owned());
        self.told.borrow_mut().entry(key).or_insert_with(|| run(command, directory, self.patience)).clone()
    }
}

impl fmt::Debug for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elsewhere").finish_non_exhaustive()
    }
}

/// What references in a file refer to.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The folder from which `{file: …}` is reckoned, and in which programs are run.
    pub directory: &'a Path,
    /// Where all else comes from.
    pub elsewhere: &'a Elsewhere<'a>,
}

/// Where a value is to be taken from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference {
    Environment(String),
    File(String),
    Command(Vec<String>),
    Prompt(String),
}

/// Whether a mapping that is meant as it is would be taken for a reference.
pub(super) fn looks_like_one(mapping: &Map<String, Json>) -> bool {
    let mut keys = mapping.keys();
    matches!(
        (keys.next().map(String::as_str), keys.next()),
        (Some("env" | "file" | "command" | "prompt"), None)
    )
}

impl Reference {
    /// What a value refers to, if it is a reference: `${NAME}`, or a mapping with one of the keys `env`, `file`,
    /// `command` and `prompt`.
    ///
    /// # Errors
    /// Why it is none, though it was meant to be one.
    pub(super) fn of(value: &Cursor<'_>) -> Result<Option<Self>, String> {
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
                let word = |item: &super::document::Value| item.text().map(str::to_owned);
                let words: Option<Vec<String>> = match target {
                    Content::List(items) if !items.is_empty() => items.iter().map(word).collect(),
                    _ => None,
                };
                Some(Self::Command(
                    words.ok_or("`command` is a list: a program and its arguments (no shell reads them)")?,
                ))
            }
            _ => None,
        })
    }

    /// The value; from a file without the line end that editors add, from a program without white space around it.
    ///
    /// # Errors
    /// Why there is none, without anything that a program printed.
    pub(super) fn follow(&self, surroundings: Surroundings<'_>) -> Told {
        let Surroundings { directory, elsewhere } = surroundings;
        match self {
            Self::Environment(name) => (elsewhere.environment)(name)
                .map(SecretString::from)
                .ok_or_else(|| format!("the environment variable `{name}` is not set")),
            Self::File(path) => {
                let read = || -> std::io::Result<String> {
                    let mut text = String::new();
                    File::open(directory.join(path))?.take(LONGEST).read_to_string(&mut text)?;
                    Ok(text)
                };
                let text =
                    read().map_err(|error| format!("the file `{path}` cannot be read: {}", error.kind()))?;
                Ok(text.strip_suffix('\n').map_or(&*text, |text| text.trim_end_matches('\r')).into())
            }
            Self::Command(command) => elsewhere.run(command, directory),
            Self::Prompt(question) => elsewhere.ask(question),
        }
    }

    /// The file that it names, if others than its owner can read it.
    pub(super) fn open_file(&self, directory: &Path) -> Option<&str> {
        let Self::File(path) = self else { return None };
        let about = std::fs::metadata(directory.join(path)).ok()?;
        mask::is_open_to_others(&about).then_some(path)
    }
}

/// What a program prints, run without a shell and without input. What it has to say otherwise may hold secrets: of a
/// failure only the exit code is told.
fn run(command: &[String], directory: &Path, patience: Duration) -> Told {
    let program = command.first().map(String::as_str).unwrap_or_default();
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    tracing::info!(program, "asked for a value");
    let mut asked = Command::new(program);
    // Our own credentials are none of its business.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"OS_")) {
        asked.env_remove(name);
    }
    let child = asked
        .args(&command[1..])
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.map_err(|error| format!("`{program}` cannot be run: {}", error.kind()))?;
    let mut stdout = child.stdout.take().expect("it is piped").take(LONGEST);
    let (sender, output) = mpsc::channel();
    // Not waited for: a program that ended may have left others behind that hold the pipe.
    std::thread::spawn(move || {
        let mut piece = vec![0; 4096];
        while let Ok(count @ 1..) = stdout.read(&mut piece) {
            if sender.send(piece[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    let end = Instant::now() + patience;
    let Some(status) = ended(&mut child, end) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("`{program}` did not end within {} s", patience.as_secs()));
    };
    if !status.success() {
        let how =
            status.code().map_or("was killed".to_owned(), |code| format!("failed with exit code {code}"));
        return Err(format!("`{program}` {how} (what it printed is not shown: it may hold secrets)"));
    }
    let mut bytes = Vec::new();
    while let Ok(piece) = output.recv_timeout(LAST_WORDS) {
        bytes.extend(piece);
    }
    let text = String::from_utf8(bytes).ok();
    let text = text.map(SecretString::from).ok_or_else(|| format!("`{program}` printed no text"))?;
    match text.expose_secret().trim() {
        "" => Err(format!("`{program}` printed nothing")),
        value => Ok(value.into()),
    }
}

/// How a child ended, if it does before this moment.
fn ended(child: &mut Child, end: Instant) -> Option<ExitStatus> {
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < end => std::thread::sleep(pause),
            _ => return None,
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn told(command: &[&str]) -> Result<String, String> {
        let told = run(&words(command), Path::new(""), PATIENCE)?;
        Ok(told.expose_secret().to_owned())
    }

    #[test]
    fn a_program_that_ended_is_not_waited_for_on_account_of_those_it_left_behind() {
        let began = Instant::now();
        assert_eq!(told(&["sh", "-c", "sleep 20 & echo hi"]).as_deref(), Ok("hi"));
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    }

    #[test]
    fn no_program_takes_longer_than_the_command_may() {
        let elsewhere = Elsewhere::none().within(Duration::from_millis(100));
        let refused = elsewhere.run(&words(&["sleep", "20"]), Path::new("")).map(|_| ());
        assert!(refused.expect_err("too slow").contains("did not end within"));
    }

    #[test]
    fn a_program_s_words_are_taken_without_what_is_around_them() {
        assert_eq!(told(&["printf", " hunter2 \n\n"]).as_deref(), Ok("hunter2"));
        assert_eq!(told(&["echo", "$HOME; `id`"]).as_deref(), Ok("$HOME; `id`"), "no shell reads it");
    }

    #[test]
    fn a_program_that_fails_is_told_without_what_it_printed() {
        let failed = told(&["sh", "-c", "echo hunter2; echo hunter3 >&2; exit 3"]).expect_err("it fails");
        assert!(failed.starts_with("`sh` failed with exit code 3") && !failed.contains("hunter"), "{failed}");
        assert_eq!(told(&["true"]), Err("`true` printed nothing".to_owned()));
        assert_eq!(
            told(&["/nonexistent/x"]),
            Err("`/nonexistent/x` cannot be run: entity not found".to_owned())
        );
        assert_eq!(told(&["printf", r"\377"]), Err("`printf` printed no text".to_owned()));
        let asleep = run(&words(&["sleep", "600"]), Path::new(""), Duration::ZERO).map(drop);
        assert_eq!(asleep, Err("`sleep` did not end within 0 s".to_owned()));
    }

    #[test]
    fn each_program_is_run_and_each_question_asked_once() {
        let folder = crate::test_files::folder();
        let asked = Cell::new(0);
        let prompt = |question: &str| {
            asked.set(asked.get() + 1);
            (question == "BMC password").then(|| "hunter2".into())
        };
        let elsewhere = Elsewhere::new(&|_| None, &prompt);
        let surroundings = Surroundings { directory: folder.path(), elsewhere: &elsewhere };
        let command = Reference::Command(words(&["sh", "-c", "echo x >> runs; wc -l < runs"]));
        for _ in 0..3 {
            let told = command.follow(surroundings).expect("it prints");
            assert_eq!(told.expose_secret(), "1");
            let typed = Reference::Prompt("BMC password".to_owned()).follow(surroundings).expect("typed");
            assert_eq!(typed.expose_secret(), "hunter2");
            assert!(Reference::Prompt("another".to_owned()).follow(surroundings).is_err());
        }
        assert_eq!(asked.get(), 2);
    }
}
