//! Everything that one call of `enroll` is given, from however many files.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value as Json;

use super::baremetal_create::{self, FileContents};
use super::bifrost;
use super::document::{Document, Finding, InputError, Origin, Report, Source};
use super::duplicates;
use super::format::{self, Format};
use super::metal3;
use super::node_spec::{ChassisSpec, NodeSpec};
use super::positional;
use super::reference::{Elsewhere, Surroundings};
use super::sheet;
use super::tripleo;
use super::unquoted;

/// Machines to bring under management, checked as far as that is possible without Ironic.
#[derive(Debug)]
pub struct Enrolment {
    /// The machines in the order of the files.
    pub machines: Vec<NodeSpec>,
    /// The chassis that some of them stand in.
    pub chassis: Vec<ChassisSpec>,
    /// What the operator should know about the files.
    pub warnings: Vec<Finding>,
    /// As what each file was read.
    pub read_as: Vec<(Arc<str>, Format)>,
    /// What machines that are in use lack: errors only if these machines are enrolled too.
    pub errors_in_use: Vec<Finding>,
}

impl Enrolment {
    /// Reads files, `-` for standard input, in the dialect that each is found to have, or all in the given one. `elsewhere`
    /// has the values that they only refer to.
    ///
    /// # Errors
    /// Everything that is wrong with any of the files.
    pub fn read(
        paths: &[PathBuf],
        format: Option<Format>,
        elsewhere: &Elsewhere<'_>,
    ) -> Result<Self, InputError> {
        let report = Report::default();
        let mut sources = Vec::new();
        for path in paths {
            match Source::read(path) {
                Ok(source) => sources.push(source),
                Err(error) => report.absorb(error),
            }
        }
        Self::of_sources(sources, format, elsewhere, report)
    }

    /// Reads texts that are in memory already.
    pub(super) fn of_sources(
        sources: Vec<Source>,
        format: Option<Format>,
        elsewhere: &Elsewhere<'_>,
        report: Report,
    ) -> Result<Self, InputError> {
        let files: Vec<(Document, Format)> =
            sources.into_iter().filter_map(|source| recognise(source, format, &report)).collect();
        let mut secrets = metal3::Secrets::default();
        for (document, _) in files.iter().filter(|(_, format)| *format == Format::Metal3) {
            if secrets.collect(document, &report) {
                warn_if_open(document.source(), &report);
            }
        }
        let mut all = FileContents::default();
        let mut others = Vec::new();
        for (document, format) in &files {
            let contents = read_one(document, *format, &secrets, elsewhere, &report);
            all.machines.extend(contents.machines);
            all.chassis.extend(contents.chassis);
            all.errors_in_use.extend(contents.errors_in_use);
            others.push(contents.others);
        }
        if all.machines.is_empty() && all.chassis.is_empty() && report.is_clean() {
            for ((document, _), others) in files.iter().zip(others) {
                let others: Vec<String> = others.into_iter().collect();
                let others =
                    if others.is_empty() { String::new() } else { format!(", only {}", others.join(", ")) };
                let file = Origin::file(document.source().name().clone());
                report.error(file, format!("holds no machine{others}"));
            }
        }
        let read_as = files.iter().map(|(document, format)| (Arc::clone(document.source().name()), *format));
        Ok(Self { read_as: read_as.collect(), ..Self::checked(all, report)? })
    }

    /// One machine from options of the command line, put into the form of a node of a file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn of_node(node: Json, elsewhere: &Elsewhere<'_>) -> Result<Self, InputError> {
        let document = Document::of("command line", node.into());
        let report = Report::default();
        let mut contents = FileContents::default();
        for root in document.roots(&report) {
            contents.read_node(&root, None, surroundings(document.source(), elsewhere));
        }
        Self::checked(contents, report)
    }

    fn checked(contents: FileContents, report: Report) -> Result<Self, InputError> {
        let FileContents { machines, chassis, errors_in_use, .. } = contents;
        duplicates::check(&machines, &chassis, &report);
        let ((machines, chassis), warnings) = report.finish((machines, chassis))?;
        Ok(Self { machines, chassis, warnings, read_as: Vec::new(), errors_in_use })
    }
}

fn surroundings<'a>(source: &'a Source, elsewhere: &'a Elsewhere<'a>) -> Surroundings<'a> {
    Surroundings { directory: source.directory(), elsewhere }
}

/// Parses one file in the given dialect, or the one that it is found to have; what is wrong with it goes to the report.
fn recognise(source: Source, format: Option<Format>, report: &Report) -> Option<(Document, Format)> {
    let file = Origin::file(source.name().clone());
    let known = format.or_else(|| format::of_table(&source));
    let fault = || format::fault_of_ini(&source).or_else(|| format::fault_of_table(&source));
    let fault = if known.is_none() { fault() } else { None };
    let document = match known {
        Some(Format::Csv) => sheet::document(source, report),
        Some(Format::BifrostCsv) => positional::bifrost(source, report),
        Some(Format::TripleoCsv) => positional::tripleo(source, report),
        _ => match Document::parse(source) {
            Ok(document) => document,
            Err(error) => {
                match fault {
                    Some(fault) => report.error(fault.origin, fault.message),
                    None => report.absorb(error),
                }
                return None;
            }
        },
    };
    let detected = known.map_or_else(|| format::detect(document.roots(report).map(|root| root.value())), Ok);
    match detected {
        Ok(format) => Some((document, format)),
        Err(why) => {
            let fault = fault.unwrap_or_else(|| Finding::error(file, why.to_owned()));
            report.error(fault.origin, fault.message);
            None
        }
    }
}

/// Reads one file in its dialect.
fn read_one(
    document: &Document,
    format: Format,
    secrets: &metal3::Secrets,
    elsewhere: &Elsewhere<'_>,
    report: &Report,
) -> FileContents {
    let surroundings = surroundings(document.source(), elsewhere);
    let mut all = FileContents::default();
    let is_yaml = !matches!(format, Format::Csv | Format::BifrostCsv | Format::TripleoCsv);
    for root in document.roots(report) {
        if is_yaml {
            unquoted::note(&root, document.source());
        }
        let contents = match format {
            Format::BaremetalCreate | Format::Csv => baremetal_create::read(&root, surroundings),
            Format::Bifrost | Format::BifrostCsv => bifrost::read(&root, surroundings),
            Format::Tripleo | Format::TripleoCsv => tripleo::read(&root, surroundings),
            Format::Metal3 => metal3::read(&root, secrets, surroundings),
        };
        all.machines.extend(contents.machines);
        all.chassis.extend(contents.chassis);
        all.errors_in_use.extend(contents.errors_in_use);
        all.has_plain_secret |= contents.has_plain_secret;
        all.ignored.merge(contents.ignored);
        all.others.extend(contents.others);
    }
    std::mem::take(&mut all.ignored).warn(report);
    if all.has_plain_secret {
        warn_if_open(document.source(), report);
    }
    all
}

/// Warns of a file with secrets that others can read.
fn warn_if_open(source: &Source, report: &Report) {
    if source.is_open_to_others() {
        let file = Origin::file(source.name().clone());
        report.warning(file, "holds passwords, and others than its owner can read it (`chmod go-r` it)");
    }
}

#[cfg(test)]
mod dialect_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod merge_tests;
#[cfg(test)]
mod metal3_tests;
#[cfg(test)]
mod precheck_tests;
#[cfg(test)]
mod secret_tests;
#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;
