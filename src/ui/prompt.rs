//! Questions: asked on stderr, answered on stdin, and only where somebody is there to answer.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};

use console::{Key, Term};
use dialoguer::Password;
use secrecy::SecretString;

use super::{Ui, clean, color};
use crate::driver::consent::{Confirmed, Question, Stakes};

/// Set while a question waits for its answer: whoever ends the program then says that nothing was changed.
static WAITING: AtomicBool = AtomicBool::new(false);

/// Whether a question waits for its answer just now.
#[must_use]
pub fn waiting() -> bool {
    WAITING.load(Ordering::SeqCst)
}

/// Why there is no consent. In either case nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody is there to ask, and `--yes` was not given.
    #[error("refusing to {action} without confirmation: not a terminal")]
    CannotAsk {
        /// What was to be done.
        action: String,
    },
    /// The answer was not consent.
    #[error("not confirmed; nothing was changed")]
    Declined,
}

impl Ui {
    /// Asks `question`, after telling what it is about, unless `--yes` answered it beforehand.
    ///
    /// # Errors
    ///
    /// There is nobody to ask, or the answer was no.
    pub fn confirm(&self, question: &Question) -> Result<Confirmed, Refusal> {
        if self.options.yes {
            return Ok(question.waived());
        }
        if !can_ask() {
            return Err(Refusal::CannotAsk { action: summary(question) });
        }
        let typed = self.ask(question);
        question.answered(&typed.unwrap_or_default()).ok_or(Refusal::Declined)
    }

    /// Asks for a password without showing it. Nothing where nobody can be asked, or nothing was typed.
    #[must_use]
    pub fn password(&self, prompt: &str) -> Option<SecretString> {
        secret(|| hidden(&clean::line(prompt)))
    }

    /// Asks for a new password twice, without showing it. Nothing as with [`Ui::password`].
    #[must_use]
    pub fn new_password(&self, prompt: &str) -> Option<SecretString> {
        secret(|| {
            let mut prompt = clean::line(prompt);
            loop {
                let password = hidden(&prompt)?;
                if password.is_empty() || hidden("the same again")? == password {
                    return Ok(password);
                }
                prompt = "these differ; once more".into();
            }
        })
    }

    /// What was typed; an error where nothing could be.
    fn ask(&self, question: &Question) -> dialoguer::Result<String> {
        let [what, prompt] = wording(question, self.stderr.colored);
        let terminal = Term::stderr();
        waited_for(|| {
            let typed = match question.stakes() {
                Stakes::Disturbance => {
                    terminal.write_str(&format!("{prompt} [y/N] "))?;
                    let agrees = |typed: &str| matches!(typed.trim().to_lowercase().as_str(), "y" | "yes");
                    read_line(&terminal)?.filter(|typed| agrees(typed)).map(|_| question.expected())
                }
                Stakes::Removal | Stakes::Risk | Stakes::Loss => {
                    terminal.write_str(&format!("{what}\n{prompt}: "))?;
                    read_line(&terminal)?
                }
            };
            Ok(typed.unwrap_or_default())
        })
    }
}

/// The end of input: Ctrl-D.
const END: char = '\u{4}';

/// A line that is typed; nothing if the input ends before anything was.
fn read_line(terminal: &Term) -> io::Result<Option<String>> {
    let mut typed = String::new();
    let ended = loop {
        match terminal.read_key()? {
            Key::Enter => break false,
            Key::Char(END) if typed.is_empty() => break true,
            Key::Char(c) if !c.is_control() => {
                typed.push(c);
                terminal.write_str(&c.to_string())?;
            }
            Key::Backspace => {
                if let Some(c) = typed.pop() {
                    terminal.clear_chars(console::measure_text_width(&c.to_string()))?;
                }
            }
            _ => {}
        }
    };
    terminal.write_line("")?;
    Ok((!ended).then_some(typed))
}

fn secret(ask: impl FnOnce() -> dialoguer::Result<String> + Send) -> Option<SecretString> {
    if !can_ask() {
        return None;
    }
    waited_for(ask).ok().filter(|password| !password.is_empty()).map(SecretString::from)
}

/// Reads a line without showing it. It is empty at the end of input (Ctrl-D).
fn hidden(prompt: &str) -> dialoguer::Result<String> {
    Password::new().with_prompt(prompt).allow_empty_password(true).interact_on(&Term::stderr())
}

/// Whether there is somebody to ask, who did not forbid it.
fn can_ask() -> bool {
    let forbidden = std::env::var_os("FARRIER_NO_INPUT").is_some_and(|value| !value.is_empty());
    !forbidden && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Lets somebody type, on a thread of its own: the system gives signals to the first thread, and one that reads a key
/// when any signal comes takes it for Ctrl-C.
fn waited_for<T: Send>(ask: impl FnOnce() -> dialoguer::Result<T> + Send) -> dialoguer::Result<T> {
    WAITING.store(true, Ordering::SeqCst);
    let typed = std::thread::scope(|scope| scope.spawn(ask).join());
    let typed = typed.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    if matches!(&typed, Err(dialoguer::Error::IO(error)) if error.kind() == io::ErrorKind::Interrupted) {
        // It was Ctrl-C, which went as a signal to the thread that ends the program and says why.
        loop {
            std::thread::park();
        }
    }
    WAITING.store(false, Ordering::SeqCst);
    typed
}

/// What is to be done, and to which targets.
fn summary(question: &Question) -> String {
    let targets: Vec<_> = question.targets().iter().map(|target| clean::line(target)).collect();
    let action = question.action();
    match targets.as_slice() {
        [only] => format!("{action} `{only}`"),
        many => format!("{action} {} machines: {}", many.len(), many.join(", ")),
    }
}

/// What is at stake, and what to answer. A mere disturbance is asked for in one line.
fn wording(question: &Question, colored: bool) -> [String; 2] {
    let what = summary(question);
    let expected = color::paint(colored, color::TYPE_THIS, &clean::line(&question.expected()));
    let is_one = question.targets().len() == 1;
    let data = if is_one { "the data on it" } else { "the data on them" };
    let fate = match question.stakes() {
        Stakes::Disturbance => return [String::new(), format!("{what}?")],
        Stakes::Removal if is_one => {
            "it is removed from Ironic; the machine and its data stay as they are".to_owned()
        }
        Stakes::Removal => {
            "they are removed from Ironic; the machines and their data stay as they are".to_owned()
        }
        Stakes::Risk => format!("{data} may be lost"),
        Stakes::Loss => format!("{data} will be lost"),
    };
    let expects = if is_one { "its name" } else { "their number" };
    [format!("{what}: {fate}"), format!("type {expects}, {expected}, to go on")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_names_what_is_at_stake_and_what_to_type() {
        let ask = |stakes, targets: &[&str]| {
            wording(
                &Question::new(stakes, "destroy", targets.iter().map(ToString::to_string).collect()),
                false,
            )
        };
        assert_eq!(ask(Stakes::Disturbance, &["web-1"]), ["", "destroy `web-1`?"]);
        assert_eq!(
            ask(Stakes::Loss, &["web\u{1b}-1"]),
            ["destroy `web-1`: the data on it will be lost", "type its name, web-1, to go on"]
        );
        assert_eq!(
            ask(Stakes::Removal, &["web-1"])[0],
            "destroy `web-1`: it is removed from Ironic; the machine and its data stay as they are"
        );
        assert!(!ask(Stakes::Removal, &["web-1", "web-2"])[0].contains("lost"));
        assert!(ask(Stakes::Risk, &["web-1"])[0].ends_with("the data on it may be lost"));
        assert_eq!(
            ask(Stakes::Loss, &["web-1", "web-2"]),
            [
                "destroy 2 machines: web-1, web-2: the data on them will be lost",
                "type their number, 2, to go on"
            ]
        );
    }

    #[test]
    fn snapshot_of_every_question() {
        let mut text = String::new();
        for stakes in [Stakes::Disturbance, Stakes::Removal, Stakes::Risk, Stakes::Loss] {
            for targets in [&["web-1"][..], &["web-1", "web-2"]] {
                let targets = targets.iter().map(ToString::to_string).collect();
                let [what, prompt] = wording(&Question::new(stakes, "destroy", targets), false);
                text.extend(
                    [&format!("## {stakes:?}"), &*what, &*prompt, ""].map(|line| format!("{line}\n")),
                );
            }
        }
        let refusals = [Refusal::CannotAsk { action: "destroy `web-1`".to_owned() }, Refusal::Declined];
        text.extend(refusals.map(|refusal| format!("{refusal}\n")));
        crate::snapshot::compare("prompts", &text);
    }
}
