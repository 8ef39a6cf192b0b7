//! Running an operation on several targets in parallel, each with its own outcome.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;

use super::failure::{self, Failure, FailureKind};
use crate::bounded_read;
use crate::cli::Context;
use crate::driver::clouds::UnreachableCloud;
use crate::driver::{Aftermath, Error, ObjectKind, Operation};
use crate::rest;
use crate::ui::Ui;
use crate::ui::output::OutputFormat;

/// The hints if an instance or node is not found, one per line.
pub(crate) const LISTS: &str = "list the instances: `farrier list`\nlist the nodes: `farrier node list`";

/// The hint if a node is not found.
pub(crate) const NODE_LIST: &str = "list the nodes: `farrier node list`";

/// Runs the work on every item, with at most `jobs` at a time. Returns the outcomes in the order of the items.
pub(crate) fn each<I: Sync, T: Send>(jobs: u16, items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
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

/// Ends a command with several targets. For a single target, returns its error. Otherwise prints each error, and
/// returns a failure with the number of failed targets. If no target failed, unreachable clouds are the failure.
pub(crate) fn conclude<T>(
    context: &Context,
    outcomes: Vec<(String, Result<T, Error>)>,
    unreachable: &[UnreachableCloud],
) -> anyhow::Result<()> {
    context.warn_unreachable(unreachable);
    let total = outcomes.len();
    let failed: Vec<(String, Error)> =
        outcomes.into_iter().filter_map(|(name, outcome)| Some((name, outcome.err()?))).collect();
    if failed.is_empty() {
        return context.conclude(unreachable);
    }
    if total == 1 {
        let (_, error) = failed.into_iter().next().expect("there is one");
        return Err(error.into());
    }
    // After an interrupt, one summary replaces the errors of the interrupted targets.
    if let Some(signal) = failed.iter().find_map(|(_, error)| error.signal()) {
        warn_of_failures(context, failed.iter().map(|(_, error)| error));
        let failure = Failure::new(signal.into(), format!("interrupted: {}", summary(&failed)));
        return Err(failure.hints(next_commands(&failed)).into());
    }
    let count = failed.len();
    // In JSON, the rows contain the errors, and stderr has a single object.
    if context.ui.format() != OutputFormat::Json {
        for (_, error) in failed {
            failure::print(&error.into(), &context.ui);
        }
    }
    Err(Failure::new(FailureKind::Partial, format!("{count} of {total} failed")).into())
}

/// Warns about targets that failed but were not interrupted, if the command ends with another error.
pub(crate) fn warn_of_failures<'e>(context: &Context, errors: impl Iterator<Item = &'e Error>) {
    if context.ui.format() != OutputFormat::Json {
        for error in errors.filter(|error| error.aftermath().is_none()) {
            context.ui.warn(&error.to_string());
        }
    }
}

/// The targets of an interrupted command, grouped by what is left of them.
fn summary(failed: &[(String, Error)]) -> String {
    let names = |is_in_group: fn(Option<Aftermath>) -> bool| {
        let names =
            failed.iter().filter(|(_, error)| is_in_group(error.aftermath())).map(|(name, _)| name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let groups = [
        ("undone", names(|left| left == Some(Aftermath::Nothing))),
        ("not started", names(|left| left == Some(Aftermath::NotBegun))),
        ("stopped", names(|left| left == Some(Aftermath::AsItWas))),
        ("continues in Ironic", names(|left| left == Some(Aftermath::UnderWay))),
        ("ports detached, node not undeployed", names(|left| left == Some(Aftermath::Unplugged))),
        ("unknown because Ironic did not respond", names(|left| left == Some(Aftermath::Unknown))),
        ("failed", names(|left| left.is_none())),
    ];
    let groups = groups.iter().filter(|(_, names)| !names.is_empty());
    groups.map(|(title, names)| format!("{title}: {names}")).collect::<Vec<_>>().join("; ")
}

/// The hints for operations that continue in Ironic.
fn next_commands(failed: &[(String, Error)]) -> Vec<String> {
    let running = failed.iter().filter(|(_, error)| error.aftermath() == Some(Aftermath::UnderWay));
    let running: Vec<&(String, Error)> = running.collect();
    if running.is_empty() {
        return Vec::new();
    }
    let is = |operation: Operation| {
        running.iter().all(|(_, error)| matches!(error, Error::At { operation: of, .. } if *of == operation))
    };
    let node = |(name, error): &&(String, Error)| {
        let node = error.node().filter(|_| is(Operation::Destroy));
        node.map_or_else(|| name.clone(), |node| node.label().to_owned())
    };
    let names = running.iter().map(node).collect::<Vec<_>>().join(" ");
    let undo = is(Operation::Deploy).then(|| format!("undo the deploys: `farrier destroy {names}`"));
    std::iter::once(format!("keep waiting: `farrier wait {names}`")).chain(undo).collect()
}

/// The names without duplicates. `-` reads names from standard input.
pub(crate) fn names(given: &[String], ui: &Ui) -> anyhow::Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for name in given {
        if name == "-" {
            if std::io::stdin().is_terminal() {
                ui.note("reading names from standard input; end with Ctrl-D");
            }
            let text = bounded_read::read_text_from(std::io::stdin(), bounded_read::LARGE)
                .context("cannot read standard input")?;
            if let Some(invalid) = text.split_whitespace().find(|name| !rest::is_name(name)) {
                let problem = format!("standard input: {}", crate::cli::not_a_name(invalid));
                return Err(Failure::new(FailureKind::Input, problem).into());
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

/// Looks up every name before the first change. Any error ends the command.
///
/// # Errors
/// The unknown names, or else the first error of a look-up.
pub(crate) fn look_up(
    jobs: u16,
    what: ObjectKind,
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
    Err(no_such(what, &unknown).hint(if what == ObjectKind::Node { NODE_LIST } else { LISTS }).into())
}

/// The result of looking up several names.
pub(crate) struct TargetLookup<'n, T> {
    /// The known names, each with its object.
    pub(crate) known: Vec<(String, T)>,
    /// The unknown names.
    pub(crate) missing: Vec<&'n str>,
}

/// Looks up every name before any prompt or change.
///
/// # Errors
/// The first error of a look-up.
pub(crate) fn find_each<T: Send>(
    jobs: u16,
    names: &[String],
    look: impl Fn(&str) -> Result<Option<T>, Error> + Sync,
) -> Result<TargetLookup<'_, T>, Error> {
    let (mut known, mut missing) = (Vec::new(), Vec::new());
    for (name, found) in names.iter().zip(each(jobs, names, |name| look(name))) {
        match found? {
            Some(found) => known.push((name.clone(), found)),
            None => missing.push(name.as_str()),
        }
    }
    Ok(TargetLookup { known, missing })
}

/// The failure of a command that changed nothing because of unknown names.
pub(crate) fn no_such(what: ObjectKind, names: &[&str]) -> Failure {
    let message = format!("{}; nothing was changed", what.not_found(&names.join("`, `")));
    Failure::new(FailureKind::NotFound, message)
}

/// The error of a target for its row of the output; null if it succeeded.
pub(crate) fn error_text<T>(outcome: &Result<T, Error>) -> Option<String> {
    outcome.as_ref().err().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::watch::event::NodeRef;
    use crate::ui::UiOptions;

    #[test]
    fn outcomes_are_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..100).collect();
        assert_eq!(each(7, &items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert!(each(3, &[] as &[usize], |item| *item).is_empty());
    }

    #[test]
    fn an_interrupt_reports_what_is_left_of_each_target() {
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
            interrupted("a", Operation::Deploy, Aftermath::Nothing),
            interrupted("b", Operation::Deploy, Aftermath::UnderWay),
            ("c".to_owned(), Error::Unfit("no".to_owned())),
        ];
        assert_eq!(summary(&deploys), "undone: a; continues in Ironic: b; failed: c");
        let hints = next_commands(&deploys);
        assert_eq!(hints, ["keep waiting: `farrier wait b`", "undo the deploys: `farrier destroy b`"]);
        assert!(next_commands(&deploys[..1]).is_empty());
        let other = |operation| next_commands(&[interrupted("a", operation, Aftermath::UnderWay)]);
        assert_eq!(other(Operation::Other), ["keep waiting: `farrier wait a`"]);
        assert_eq!(other(Operation::Destroy), ["keep waiting: `farrier wait a-node`"]);
    }

    #[test]
    fn duplicate_names_are_removed() {
        let given = ["b", "a", "b"].map(str::to_owned);
        assert_eq!(names(&given, &Ui::new(UiOptions::default())).expect("nothing is read"), ["b", "a"]);
    }
}
