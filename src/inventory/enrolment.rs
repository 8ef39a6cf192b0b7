//! Everything that one call of `enroll` is given, from however many files.

use std::path::PathBuf;

use serde_json::Value as Json;

use super::baremetal_create::{self, Contents};
use super::bifrost;
use super::document::{Document, Finding, InputError, Origin, Report, Source};
use super::driver_info::Surroundings;
use super::duplicates;
use super::format::{self, Format};
use super::machine::{Chassis, Machine};
use super::tripleo;

/// Machines to bring under management, checked as far as that is possible without Ironic.
#[derive(Debug)]
pub struct Enrolment {
    /// The machines in the order of the files.
    pub machines: Vec<Machine>,
    /// The chassis that some of them stand in.
    pub chassis: Vec<Chassis>,
    /// What the operator should know about the files.
    pub warnings: Vec<Finding>,
}

impl Enrolment {
    /// Reads files, `-` for standard input. `environment` answers for `${NAME}` and `{env: NAME}`.
    ///
    /// # Errors
    /// Everything that is wrong with any of the files.
    pub fn read(paths: &[PathBuf], environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, InputError> {
        let report = Report::default();
        let mut sources = Vec::new();
        for path in paths {
            match Source::read(path) {
                Ok(source) => sources.push(source),
                Err(error) => report.absorb(error),
            }
        }
        Self::of_sources(sources, environment, report)
    }

    /// Reads texts that are in memory already.
    fn of_sources(
        sources: Vec<Source>,
        environment: &dyn Fn(&str) -> Option<String>,
        report: Report,
    ) -> Result<Self, InputError> {
        let mut all = Contents::default();
        for source in sources {
            if let Some(contents) = read_one(source, environment, &report) {
                all.machines.extend(contents.machines);
                all.chassis.extend(contents.chassis);
            }
        }
        Self::checked(all, report)
    }

    /// One machine from options of the command line, put into the form of a node of a file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn of_node(node: Json, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, InputError> {
        let document = Document::of("command line", node.into());
        let report = Report::default();
        let mut contents = Contents::default();
        for root in document.roots(&report) {
            contents.read_node(&root, None, surroundings(document.source(), environment));
        }
        Self::checked(contents, report)
    }

    fn checked(contents: Contents, report: Report) -> Result<Self, InputError> {
        let Contents { machines, chassis, .. } = contents;
        duplicates::check(&machines, &chassis, &report);
        let ((machines, chassis), warnings) = report.finish((machines, chassis))?;
        Ok(Self { machines, chassis, warnings })
    }
}

fn surroundings<'a>(source: &'a Source, environment: &'a dyn Fn(&str) -> Option<String>) -> Surroundings<'a> {
    Surroundings { directory: source.directory(), environment }
}

/// Reads one file in whatever dialect it is; what is wrong with it goes to the report.
fn read_one(
    source: Source,
    environment: &dyn Fn(&str) -> Option<String>,
    report: &Report,
) -> Option<Contents> {
    let file = Origin::file(source.name().clone());
    let csv = format::looks_like_csv(source.text());
    let refuse_csv = || report.error(file.clone(), not_read(Format::Csv));
    let document = match Document::parse(source) {
        Ok(document) => document,
        Err(_) if csv => {
            refuse_csv();
            return None;
        }
        Err(error) => {
            report.absorb(error);
            return None;
        }
    };
    let read = match format::detect(document.roots(report).map(|root| root.value())) {
        Ok(Format::BaremetalCreate) => baremetal_create::read,
        Ok(Format::Bifrost) => bifrost::read,
        Ok(Format::Tripleo) => tripleo::read,
        Ok(other) => {
            report.error(file, not_read(other));
            return None;
        }
        Err(_) if csv => {
            refuse_csv();
            return None;
        }
        Err(why) => {
            report.error(file, why);
            return None;
        }
    };
    let surroundings = surroundings(document.source(), environment);
    let mut all = Contents::default();
    for root in document.roots(report) {
        let contents = read(&root, surroundings);
        all.machines.extend(contents.machines);
        all.chassis.extend(contents.chassis);
        all.has_plain_secret |= contents.has_plain_secret;
    }
    if all.machines.is_empty() && all.chassis.is_empty() && report.is_clean() {
        report.error(file.clone(), "holds no machine");
    }
    if all.has_plain_secret && document.source().is_world_readable() {
        report.warning(file, "holds passwords and every user of this computer can read it (`chmod o-r` it)");
    }
    Some(all)
}

fn not_read(format: Format) -> String {
    let [create, bifrost, tripleo] = [Format::BaremetalCreate, Format::Bifrost, Format::Tripleo];
    format!("is in the {format} format, which is not read yet; {create}, {bifrost} and {tripleo} files are")
}

#[cfg(test)]
mod tests;
