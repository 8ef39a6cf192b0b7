//! The same work on several targets: in parallel, each with its own outcome.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::Context;
use super::failure::{self, Failure, Kind};
use crate::bounded;
use crate::driver::drivers::Silent;
use crate::driver::{Error, Left, Operation};
use crate::rest;
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
        warn_of_failures(context, failed.iter().map(|(_, error)| error));
        let failure = Failure::new(signal.into(), format!("interrupted: {}", fates(&failed)));
        return Err(match what_next(&failed) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
        .into());
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

/// Says why targets failed that were not interrupted, where the command itself ends with another error.
pub(super) fn warn_of_failures<'e>(context: &Context, errors: impl Iterator<Item = &'e Error>) {
    if context.ui.format() != Format::Json {
        for error in errors.filter(|error| error.left().is_none()) {
            context.ui.warn(&error.to_string());
        }
    }
}

/// What has become of the targets of an interrupted command, each in one of a few ways.
fn fates(failed: &[(String, Error)]) -> String {
    let of = |fate: fn(Option<Left>) -> bool| {
        let names = failed.iter().filter(|(_, error)| fate(error.left())).map(|(name, _)| name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let fates = [
        ("taken back, or not begun", of(|left| left == Some(Left::Nothing))),
        ("not begun", of(|left| left == Some(Left::NotBegun))),
        ("nothing more started", of(|left| left == Some(Left::AsItWas))),
        ("still running in Ironic", of(|left| left == Some(Left::UnderWay))),
        ("without network ports, and not undeployed", of(|left| left == Some(Left::Unplugged))),
        ("not known, for no answer came", of(|left| left == Some(Left::Unknown))),
        ("failed", of(|left| left.is_none())),
    ];
    let told = fates.iter().filter(|(_, names)| !names.is_empty());
    told.map(|(fate, names)| format!("{fate}: {names}")).collect::<Vec<_>>().join("; ")
}

/// What to type about the targets that go on without us.
fn what_next(failed: &[(String, Error)]) -> Option<String> {
    let running = failed.iter().filter(|(_, error)| error.left() == Some(Left::UnderWay));
    let running: Vec<&(String, Error)> = running.collect();
    if running.is_empty() {
        return None;
    }
    let is = |operation: Operation| {
        running.iter().all(|(_, error)| matches!(error, Error::At { operation: of, .. } if *of == operation))
    };
    let node = |(name, error): &&(String, Error)| {
        let node = error.node().filter(|_| is(Operation::Destroy));
        node.map_or_else(|| name.clone(), |node| node.name.clone().unwrap_or_else(|| node.uuid.clone()))
    };
    let names = running.iter().map(node).collect::<Vec<_>>().join(" ");
    let undo = if is(Operation::Deploy) {
        format!(", `farrier destroy {names}` undoes the deploys")
    } else {
        String::new()
    };
    Some(format!("`farrier wait {names}` goes on watching{undo}"))
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
            if let Some(word) = text.split_whitespace().find(|word| !rest::is_name(word)) {
                let problem = format!("standard input: {}", super::not_a_name(word));
                return Err(Failure::new(Kind::Input, problem).into());
            }
            names.extend(text.split_whitespace().map(str::to_owned));
        } else {
            names.push(name.clone());
        }
    }
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    Ok(names)
}

/// Looks every name up before the first one is changed: one that cannot be worked on ends the command.
///
/// # Errors
/// The names that nothing has; else the first error of a look-up.
pub(super) fn look_up(
    jobs: u16,
    what: &str,
    names: &[String],
    look: impl Fn(&str) -> Result<(), Error> + Sync,
) -> anyhow::Result<()> {
    let found = each(jobs, names, |name| look(name));
    if names.len() == 1 {
        return Ok(found.into_iter().collect::<Result<(), Error>>()?);
    }
    let is_unknown = |result: &Result<(), Error>| matches!(result, Err(Error::NotFound { .. }));
    let unknown: Vec<&str> = names
        .iter()
        .zip(&found)
        .filter(|(_, found)| is_unknown(found))
        .map(|(name, _)| name.as_str())
        .collect();
    if unknown.is_empty() {
        let Err(error) = found.into_iter().collect::<Result<(), Error>>() else { return Ok(()) };
        let failure = failure::classify(&error.into());
        let message = format!("{}; nothing was changed", failure.message);
        return Err(Failure { message, ..failure }.into());
    }
    let hint = "`farrier list` shows the instances, `farrier node list` the nodes";
    Err(no_such(what, &unknown).hint(hint).into())
}

/// What several names were found to mean.
pub(super) struct LookedUp<'n, T> {
    /// The names of something, each with what was found.
    pub(super) known: Vec<(String, T)>,
    /// The names of nothing.
    pub(super) missing: Vec<&'n str>,
}

/// Looks every name up before anything is asked or changed.
///
/// # Errors
/// The first error of a look-up.
pub(super) fn find_each<T: Send>(
    jobs: u16,
    names: &[String],
    look: impl Fn(&str) -> Result<Option<T>, Error> + Sync,
) -> Result<LookedUp<'_, T>, Error> {
    let (mut known, mut missing) = (Vec::new(), Vec::new());
    for (name, found) in names.iter().zip(each(jobs, names, |name| look(name))) {
        match found? {
            Some(found) => known.push((name.clone(), found)),
            None => missing.push(name.as_str()),
        }
    }
    Ok(LookedUp { known, missing })
}

/// The failure of a command that changes nothing because of names that do not exist.
pub(super) fn no_such(what: &str, names: &[&str]) -> Failure {
    let message = format!("no {what} is named `{}`; nothing was changed", names.join("`, `"));
    Failure::new(Kind::NotFound, message)
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
    use crate::driver::event::NodeRef;
    use crate::ui::Options;

    #[test]
    fn outcomes_come_in_the_order_of_the_items_and_each_once() {
        let items: Vec<usize> = (0..100).collect();
        assert_eq!(each(7, &items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert!(each(3, &[] as &[usize], |item| *item).is_empty());
    }

    #[test]
    fn an_interrupt_tells_what_is_true_of_each() {
        let signal = crate::driver::cancel::Signal::Interrupt;
        let interrupted = |name: &str, operation, left| {
            let error = Error::Interrupted { subject: name.to_owned(), signal, left };
            let node = Some(NodeRef { uuid: "u".to_owned(), name: Some(format!("{name}-node")) });
            (
                name.to_owned(),
                Error::At { operation, node, instance: None, state: None, error: Box::new(error) },
            )
        };
        let deploys = [
            interrupted("a", Operation::Deploy, Left::Nothing),
            interrupted("b", Operation::Deploy, Left::UnderWay),
            ("c".to_owned(), Error::Unfit("no".to_owned())),
        ];
        assert_eq!(fates(&deploys), "taken back, or not begun: a; still running in Ironic: b; failed: c");
        let hint = what_next(&deploys).expect("one goes on");
        assert_eq!(hint, "`farrier wait b` goes on watching, `farrier destroy b` undoes the deploys");
        assert_eq!(what_next(&deploys[..1]), None);
        let other =
            |operation| what_next(&[interrupted("a", operation, Left::UnderWay)]).expect("it goes on");
        assert_eq!(other(Operation::Other), "`farrier wait a` goes on watching");
        assert_eq!(other(Operation::Destroy), "`farrier wait a-node` goes on watching");
    }

    #[test]
    fn a_name_given_twice_is_worked_on_once() {
        let given = ["b", "a", "b"].map(str::to_owned);
        assert_eq!(names(&given, &Ui::new(Options::default())).expect("nothing is read"), ["b", "a"]);
    }
}
