//! The machines of all files of one `farrier enroll` command.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value as Json;

use super::document::{Document, InputError, InputFile, InputProblem, Report, SourceLocation};
use super::duplicates;
use super::format::{self, FileContents, InputFormat, Secrets};
use super::node_spec::{ChassisSpec, NodeSpec};
use super::reference::{ResolveContext, SecretResolver};
use super::unquoted_secrets;

/// The machines to enroll, checked as far as possible without Ironic.
#[derive(Debug)]
pub struct Enrollment {
    /// The machines in the order of the files.
    pub machines: Vec<NodeSpec>,
    /// The chassis of the machines.
    pub chassis: Vec<ChassisSpec>,
    /// Warnings about the files.
    pub warnings: Vec<InputProblem>,
    /// The format of each file.
    pub formats: Vec<(Arc<str>, InputFormat)>,
    /// Errors of machines that are in use. They only matter if these machines are enrolled.
    pub errors_of_hosts_in_use: Vec<InputProblem>,
}

impl Enrollment {
    /// Reads files, or standard input for `-`. The format of each file is detected, unless `format` is given. `resolver`
    /// resolves references in the files.
    ///
    /// # Errors
    /// All errors of all files.
    pub fn read(
        paths: &[PathBuf],
        format: Option<InputFormat>,
        resolver: &SecretResolver<'_>,
    ) -> Result<Self, InputError> {
        let report = Report::default();
        let mut files = Vec::new();
        for path in paths {
            match InputFile::read(path) {
                Ok(file) => files.push(file),
                Err(error) => report.absorb(error),
            }
        }
        Self::from_files(files, format, resolver, report)
    }

    /// Reads texts that are already in memory.
    pub(super) fn from_files(
        files: Vec<InputFile>,
        format: Option<InputFormat>,
        resolver: &SecretResolver<'_>,
        report: Report,
    ) -> Result<Self, InputError> {
        let documents: Vec<(Document, InputFormat)> =
            files.into_iter().filter_map(|file| parse(file, format, &report)).collect();
        let mut secrets = Secrets::default();
        for (document, format) in &documents {
            if format.collect_secrets(document, &mut secrets, &report) {
                warn_if_readable_by_others(document.file(), &report);
            }
        }
        let mut all = FileContents::default();
        let mut ignored_kinds = Vec::new();
        for (document, format) in &documents {
            let contents = read_document(document, *format, &secrets, resolver, &report);
            all.machines.extend(contents.machines);
            all.chassis.extend(contents.chassis);
            all.errors_of_hosts_in_use.extend(contents.errors_of_hosts_in_use);
            ignored_kinds.push(contents.others);
        }
        if all.machines.is_empty() && all.chassis.is_empty() && report.is_clean() {
            for ((document, _), kinds) in documents.iter().zip(ignored_kinds) {
                let kinds: Vec<String> = kinds.into_iter().collect();
                let suffix =
                    if kinds.is_empty() { String::new() } else { format!(", only {}", kinds.join(", ")) };
                let location = SourceLocation::file(document.file().name().clone());
                report.error(location, format!("contains no machines{suffix}"));
            }
        }
        let formats =
            documents.iter().map(|(document, format)| (Arc::clone(document.file().name()), *format));
        Ok(Self { formats: formats.collect(), ..Self::checked(all, report)? })
    }

    /// Reads one machine from options of the command line, in the form of a node in a file.
    ///
    /// # Errors
    /// All errors of the machine.
    pub fn from_node(node: Json, resolver: &SecretResolver<'_>) -> Result<Self, InputError> {
        let document = Document::from_value("command line", node.into());
        let report = Report::default();
        let mut contents = FileContents::default();
        for root in document.roots(&report) {
            contents.read_node(&root, None, context(document.file(), resolver));
        }
        Self::checked(contents, report)
    }

    fn checked(contents: FileContents, report: Report) -> Result<Self, InputError> {
        let FileContents { machines, chassis, errors_of_hosts_in_use, .. } = contents;
        duplicates::check(&machines, &chassis, &report);
        let ((machines, chassis), warnings) = report.finish((machines, chassis))?;
        Ok(Self { machines, chassis, warnings, formats: Vec::new(), errors_of_hosts_in_use })
    }
}

fn context<'a>(file: &'a InputFile, resolver: &'a SecretResolver<'a>) -> ResolveContext<'a> {
    ResolveContext { directory: file.directory(), resolver }
}

/// Parses a file in the given or detected format. Errors go to the report.
fn parse(file: InputFile, format: Option<InputFormat>, report: &Report) -> Option<(Document, InputFormat)> {
    let location = SourceLocation::file(file.name().clone());
    let known = format.or_else(|| format::detect_table(&file));
    let format_error = || format::ini_error(&file).or_else(|| format::table_error(&file));
    let format_error = if known.is_none() { format_error() } else { None };
    let table = match known {
        Some(format) => format.convert_table(file, report),
        None => Err(file),
    };
    let document = match table.or_else(Document::parse) {
        Ok(document) => document,
        Err(error) => {
            match format_error {
                Some(error) => report.error(error.location, error.message),
                None => report.absorb(error),
            }
            return None;
        }
    };
    let detected = known.map_or_else(|| format::detect(document.roots(report).map(|root| root.value())), Ok);
    match detected {
        Ok(format) => Some((document, format)),
        Err(why) => {
            let error = format_error.unwrap_or_else(|| InputProblem::error(location, why.to_owned()));
            report.error(error.location, error.message);
            None
        }
    }
}

/// Reads a parsed file.
fn read_document(
    document: &Document,
    format: InputFormat,
    secrets: &Secrets,
    resolver: &SecretResolver<'_>,
    report: &Report,
) -> FileContents {
    let context = context(document.file(), resolver);
    let mut all = FileContents::default();
    for root in document.roots(report) {
        if !format.is_table() {
            unquoted_secrets::warn(&root, document.file());
        }
        let contents = format.read(&root, secrets, context);
        all.machines.extend(contents.machines);
        all.chassis.extend(contents.chassis);
        all.errors_of_hosts_in_use.extend(contents.errors_of_hosts_in_use);
        all.has_plain_secret |= contents.has_plain_secret;
        all.ignored.merge(contents.ignored);
        all.others.extend(contents.others);
    }
    std::mem::take(&mut all.ignored).warn(report);
    if all.has_plain_secret {
        warn_if_readable_by_others(document.file(), report);
    }
    all
}

/// Warns about a file with secrets that other users can read.
fn warn_if_readable_by_others(file: &InputFile, report: &Report) {
    if file.is_open_to_others() {
        let location = SourceLocation::file(file.name().clone());
        report
            .warning(location, "contains passwords and is readable by other users (run `chmod go-r` on it)");
    }
}

#[cfg(test)]
mod damaged_file_tests;
#[cfg(test)]
mod format_tests;
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
