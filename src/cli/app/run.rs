//! Runs the work of a command: drivers for all clouds, progress while the work lasts, rows, and the end of the command.

use serde::Serialize;

use super::batch;
use super::connection::Connections;
use crate::cli::Context;
use crate::driver::clouds::UnreachableCloud;
use crate::driver::{Deadline, Drivers, Error, Outcome};
use crate::ui::output::View;

/// What the work of a command returned.
pub(crate) struct Finished<T> {
    pub(crate) value: T,
    /// The clouds that it could not reach.
    pub(crate) unreachable: Vec<UnreachableCloud>,
}

/// What the work on several targets returned.
pub(crate) struct Outcomes<T> {
    /// The targets in the order of the command line.
    pub(crate) targets: Vec<(String, Outcome<T>)>,
    /// The clouds that it could not reach.
    pub(crate) unreachable: Vec<UnreachableCloud>,
}

impl Context {
    /// Runs work that only reads. A signal ends the process.
    pub(crate) fn read<T>(
        &self,
        connections: &Connections,
        work: impl FnOnce(&Drivers<'_>) -> T,
    ) -> Finished<T> {
        let progress = self.ui.progress();
        let drivers = connections.readers(&progress);
        Finished { value: work(&drivers), unreachable: drivers.unreachable() }
    }

    /// Runs work that changes something. The first signal and the deadline only ask the work to stop.
    pub(crate) fn change<T>(
        &self,
        connections: &Connections,
        deadline: Deadline,
        work: impl FnOnce(&Drivers<'_>) -> T,
    ) -> Finished<T> {
        let progress = self.ui.progress();
        let drivers = self.drivers(connections, &progress, deadline);
        Finished { value: work(&drivers), unreachable: drivers.unreachable() }
    }

    /// Like [`Context::read`], for each target in parallel.
    pub(crate) fn read_each<T: Send>(
        &self,
        connections: &Connections,
        names: Vec<String>,
        work: impl Fn(&Drivers<'_>, &str) -> Outcome<T> + Sync,
    ) -> Outcomes<T> {
        let each = |drivers: &Drivers<'_>| batch::each(self.global.jobs, &names, |name| work(drivers, name));
        let Finished { value, unreachable } = self.read(connections, each);
        Outcomes { targets: names.into_iter().zip(value).collect(), unreachable }
    }

    /// Like [`Context::change`], for each target in parallel.
    pub(crate) fn change_each<T: Send>(
        &self,
        connections: &Connections,
        names: Vec<String>,
        deadline: Deadline,
        work: impl Fn(&Drivers<'_>, &str) -> Outcome<T> + Sync,
    ) -> Outcomes<T> {
        let each = |drivers: &Drivers<'_>| batch::each(self.global.jobs, &names, |name| work(drivers, name));
        let Finished { value, unreachable } = self.change(connections, deadline, each);
        Outcomes { targets: names.into_iter().zip(value).collect(), unreachable }
    }
}

impl<T> Outcomes<T> {
    /// Prints one row per target, and ends the command with the errors of the targets: see [`batch::conclude`].
    pub(crate) fn print<R: Serialize>(
        self,
        view: View,
        connections: &Connections,
        context: &Context,
        row: impl Fn(&str, &Outcome<T>) -> R,
    ) -> anyhow::Result<()> {
        let rows = self.targets.iter().map(|(name, outcome)| row(name, outcome)).collect();
        context.ui.list(&connections.view(view), rows)?;
        self.conclude(context)
    }

    /// Ends the command with the errors of the targets: see [`batch::conclude`].
    pub(crate) fn conclude(self, context: &Context) -> anyhow::Result<()> {
        let results: Vec<(String, Result<T, Error>)> =
            self.targets.into_iter().map(|(name, outcome)| (name, outcome.result)).collect();
        batch::conclude(context, results, &self.unreachable)
    }
}
