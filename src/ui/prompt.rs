//! Prompts on stderr, answered on stdin; only if both are a terminal.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};

use console::{Key, Term};
use dialoguer::Password;
use secrecy::SecretString;

use super::{Ui, color, sanitize};
use crate::driver::confirmation::{Confirmed, Consequences, Question};

/// Whether a prompt is waiting; a signal handler then reports that nothing was changed.
static WAITING: AtomicBool = AtomicBool::new(false);

/// Whether a prompt is waiting for input.
#[must_use]
pub fn waiting() -> bool {
    WAITING.load(Ordering::SeqCst)
}

/// Why there is no confirmation. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotConfirmed {
    /// There is no terminal, and `--yes` was not given.
    #[error("refusing to {action} without confirmation: not a terminal")]
    CannotAsk {
        /// The action.
        action: String,
    },
    /// The answer was not a confirmation.
    #[error("not confirmed; nothing was changed")]
    Declined,
}

impl Ui {
    /// Shows what is affected and asks for confirmation; `--yes` skips the prompt.
    ///
    /// # Errors
    ///
    /// There is no terminal, or the answer was no.
    pub fn confirm(&self, question: &Question) -> Result<Confirmed, NotConfirmed> {
        if self.options.yes {
            return Ok(question.given_by_option());
        }
        if !is_interactive() {
            return Err(NotConfirmed::CannotAsk { action: summary(question) });
        }
        let typed = self.ask(question);
        question.answered(&typed.unwrap_or_default()).ok_or(NotConfirmed::Declined)
    }

    /// Prompts for a password without showing it. `None` without a terminal or input.
    #[must_use]
    pub fn password(&self, prompt: &str) -> Option<SecretString> {
        read_secret(|| read_hidden(&sanitize::line(prompt)))
    }

    /// Prompts for a new password twice, without showing it. `None` without a terminal or input.
    #[must_use]
    pub fn new_password(&self, prompt: &str) -> Option<SecretString> {
        read_secret(|| {
            let mut prompt = sanitize::line(prompt);
            loop {
                let password = read_hidden(&prompt)?;
                if password.is_empty() || read_hidden("repeat the password")? == password {
                    return Ok(password);
                }
                prompt = "the passwords differ; try again".into();
            }
        })
    }

    /// The line that the user typed.
    fn ask(&self, question: &Question) -> dialoguer::Result<String> {
        let [what, prompt] = prompt_lines(question, self.stderr.colored);
        let terminal = Term::stderr();
        wait_for_input(|| {
            let typed = match question.consequences() {
                Consequences::Disturbance => {
                    terminal.write_str(&format!("{prompt} [y/N] "))?;
                    let agrees = |typed: &str| matches!(typed.trim().to_lowercase().as_str(), "y" | "yes");
                    read_line(&terminal)?.filter(|typed| agrees(typed)).map(|_| question.expected())
                }
                Consequences::Removal | Consequences::Risk | Consequences::Loss => {
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

/// Reads a line; `None` if the input ends before any character.
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

fn read_secret(ask: impl FnOnce() -> dialoguer::Result<String> + Send) -> Option<SecretString> {
    if !is_interactive() {
        return None;
    }
    wait_for_input(ask).ok().filter(|password| !password.is_empty()).map(SecretString::from)
}

/// Reads a line without showing it. It is empty at the end of input (Ctrl-D).
fn read_hidden(prompt: &str) -> dialoguer::Result<String> {
    Password::new().with_prompt(prompt).allow_empty_password(true).interact_on(&Term::stderr())
}

/// Whether prompts are possible and not disabled.
fn is_interactive() -> bool {
    let forbidden = std::env::var_os("FARRIER_NO_INPUT").is_some_and(|value| !value.is_empty());
    !forbidden && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Runs a prompt on its own thread: the system delivers signals to the first thread, and a thread that reads a key
/// mistakes any signal for Ctrl-C.
fn wait_for_input<T: Send>(ask: impl FnOnce() -> dialoguer::Result<T> + Send) -> dialoguer::Result<T> {
    WAITING.store(true, Ordering::SeqCst);
    let typed = std::thread::scope(|scope| scope.spawn(ask).join());
    let typed = typed.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    if matches!(&typed, Err(dialoguer::Error::IO(error)) if error.kind() == io::ErrorKind::Interrupted) {
        // Ctrl-C: the signal handler ends the program and prints the reason.
        loop {
            std::thread::park();
        }
    }
    WAITING.store(false, Ordering::SeqCst);
    typed
}

/// The action and its targets.
fn summary(question: &Question) -> String {
    let targets: Vec<_> = question.targets().iter().map(|target| sanitize::line(target)).collect();
    let action = question.action();
    match targets.as_slice() {
        [only] => format!("{action} `{only}`"),
        many => format!("{action} {} {}s ({})", many.len(), question.noun(), many.join(", ")),
    }
}

/// The consequences, and the prompt. For a disturbance the prompt is one line.
fn prompt_lines(question: &Question, colored: bool) -> [String; 2] {
    let what = summary(question);
    let expected = color::paint(colored, color::TYPE_THIS, &sanitize::line(&question.expected()));
    let is_one = question.targets().len() == 1;
    let data = if is_one { "the data on it" } else { "the data on them" };
    let consequence = match question.consequences() {
        Consequences::Disturbance => return [String::new(), format!("{what}?")],
        Consequences::Removal if is_one => {
            "it will be removed from Ironic; the machine and its data are not changed".to_owned()
        }
        Consequences::Removal => {
            "they will be removed from Ironic; the machines and their data are not changed".to_owned()
        }
        Consequences::Risk => format!("{data} may be lost"),
        Consequences::Loss => format!("{data} will be lost"),
    };
    let number = if is_one { String::new() } else { format!(" (the number of {}s)", question.noun()) };
    [format!("{what}: {consequence}"), format!("type {expected}{number} to confirm")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_names_the_consequences_and_the_expected_input() {
        let ask = |consequences, targets: &[&str]| {
            prompt_lines(
                &Question::new(consequences, "destroy", targets.iter().map(ToString::to_string).collect()),
                false,
            )
        };
        assert_eq!(ask(Consequences::Disturbance, &["web-1"]), ["", "destroy `web-1`?"]);
        assert_eq!(
            ask(Consequences::Loss, &["web\u{1b}-1"]),
            ["destroy `web-1`: the data on it will be lost", "type web-1 to confirm"]
        );
        assert_eq!(
            ask(Consequences::Removal, &["web-1"])[0],
            "destroy `web-1`: it will be removed from Ironic; the machine and its data are not changed"
        );
        assert!(!ask(Consequences::Removal, &["web-1", "web-2"])[0].contains("lost"));
        assert!(ask(Consequences::Risk, &["web-1"])[0].ends_with("the data on it may be lost"));
        assert_eq!(
            ask(Consequences::Loss, &["web-1", "web-2"]),
            [
                "destroy 2 instances (web-1, web-2): the data on them will be lost",
                "type 2 (the number of instances) to confirm"
            ]
        );
    }

    #[test]
    fn snapshot_of_every_question() {
        let mut text = String::new();
        for consequences in
            [Consequences::Disturbance, Consequences::Removal, Consequences::Risk, Consequences::Loss]
        {
            for targets in [&["web-1"][..], &["web-1", "web-2"]] {
                let targets = targets.iter().map(ToString::to_string).collect();
                let [what, prompt] = prompt_lines(&Question::new(consequences, "destroy", targets), false);
                text.extend(
                    [&format!("## {consequences:?}"), &*what, &*prompt, ""].map(|line| format!("{line}\n")),
                );
            }
        }
        let refusals =
            [NotConfirmed::CannotAsk { action: "destroy `web-1`".to_owned() }, NotConfirmed::Declined];
        text.extend(refusals.map(|refusal| format!("{refusal}\n")));
        crate::snapshot::compare("prompts", &text);
    }
}
