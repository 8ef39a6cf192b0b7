//! The same work on several targets: in parallel, each with its own outcome.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::Context;
use super::failure::{self, Failure, Kind};
use crate::bounded;
use crate::driver::Error;
use crate::driver::drivers::Silent;
use crate::ui::Ui;
use crate::ui::answer::Format;

/// Does the work on every item, so many at once, and gives the outcomes in the order of the items.
pub(super) fn each<I: Sync, T: Send>(jobs: u16, items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(items.len()));
    std::thread::scope(|scope| {
        for _ in 0..usize::from(jobs).min(items.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    let outcome = work(item);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, outcome));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Ends a command that worked on several targets: with the error itself where there was one target, else
/// with how many failed, after telling each. Where none did, clouds that could not be asked are what is missing.
pub(super) fn conclude<T>(
    context: &Context,
    outcomes: Vec<(String, Result<T, Error>)>,
    silent: &[Silent],
) -> anyhow::Result<()> {
    context.tell_silent(silent);
    let total = outcomes.len();
    let failed: Vec<(String, Error)> =
        outcomes.into_iter().filter_map(|(name, outcome)| Some((name, outcome.err()?))).collect();
    if failed.is_empty() {
        return context.conclude(silent);
    }
    if total == 1 {
        let (_, error) = failed.into_iter().next().expect("there is one");
        return Err(error.into());
    }
    // An operator who stopped it all knows why none was finished.
    if let Some(signal) = failed.iter().find_map(|(_, error)| error.signal()) {
        let names: Vec<&str> = failed.iter().map(|(name, _)| name.as_str()).collect();
        let message = format!("interrupted: not finished: {}", names.join(", "));
        let hint = format!("farrier wait {}", names.join(" "));
        return Err(Failure::new(signal.into(), message).hint(hint).into());
    }
    let count = failed.len();
    // Programs read each error in its row of the answer: one object on stderr is all they expect.
    if context.ui.format() != Format::Json {
        for (_, error) in failed {
            failure::tell(&error.into(), &context.ui);
        }
    }
    Err(Failure::new(Kind::Partial, format!("{count} of {total} failed")).into())
}

/// The names as given, with `-` standing for a list on standard input, each once.
pub(super) fn names(given: &[String], ui: &Ui) -> anyhow::Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for name in given {
        if name == "-" {
            if std::io::stdin().is_terminal() {
                ui.note("reading names from standard input, up to Ctrl-D");
            }
            let text = bounded::read_text_from(std::io::stdin(), bounded::LARGE)
                .context("cannot read standard input")?;
            names.extend(text.split_whitespace().map(str::to_owned));
        } else {
            names.push(name.clone());
        }
    }
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    Ok(names)
}

/// The error of a failed target, for its row of the answer.
pub(super) fn error_text<T>(outcome: &Result<T, Error>) -> Value {
    match outcome {
        Ok(_) => Value::Null,
        Err(error) => json!(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Options;

    #[test]
    fn outcomes_come_in_the_order_of_the_items_and_each_once() {
        let items: Vec<usize> = (0..100).collect();
        assert_eq!(each(7, &items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert!(each(3, &[] as &[usize], |item| *item).is_empty());
    }

    #[test]
    fn a_name_given_twice_is_worked_on_once() {
        let given = ["b", "a", "b"].map(str::to_owned);
        assert_eq!(names(&given, &Ui::new(Options::default())).expect("nothing is read"), ["b", "a"]);
    }
}
