//! Errors and warnings about input files, each with its location.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::Place;

/// The maximum number of errors in a message; further ones are only counted.
const MAX_SHOWN: usize = 100;

/// A location in a file, as shown in messages: `nodes.yaml:12:7: nodes[3].properties`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    source: Arc<str>,
    place: Option<Place>,
    path: String,
    /// Whether messages may quote the value.
    quotes: bool,
}

impl Origin {
    /// A whole file, or a source without lines, such as the command line.
    #[must_use]
    pub fn file(source: Arc<str>) -> Self {
        Self { source, place: None, path: String::new(), quotes: true }
    }

    /// A position in a file, and the path of keys to it (empty for the top level).
    #[must_use]
    pub fn at(source: Arc<str>, place: Place, path: String) -> Self {
        Self { source, place: Some(place).filter(|place| *place != Place::NOWHERE), path, quotes: true }
    }

    /// The same location, for messages that must not quote the value.
    #[must_use]
    pub fn without_quotes(self) -> Self {
        Self { quotes: false, ..self }
    }

    /// A value for a message: in backticks after a space, or empty if messages must not quote it.
    #[must_use]
    pub fn quoted(&self, value: &str) -> String {
        if self.quotes { format!(" `{value}`") } else { String::new() }
    }

    /// The name of the file.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The line, if the location has one.
    pub(super) fn line(&self) -> Option<u32> {
        self.place.map(|place| place.line)
    }

    /// `nodes.yaml:12`, or the name of the file if there is no line.
    #[must_use]
    pub fn short(&self) -> String {
        match self.place {
            Some(place) => format!("{}:{}", self.source, place.line),
            None => self.source.to_string(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        if let Some(Place { line, column }) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        if self.path.is_empty() { Ok(()) } else { write!(f, ": {}", self.path) }
    }
}

/// An error or a warning about an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its location.
    pub origin: Origin,
    /// The message, without the location.
    pub message: String,
    /// Whether the input can be used in spite of it.
    pub is_warning: bool,
}

impl Finding {
    /// An error: the input cannot be used.
    #[must_use]
    pub fn error(origin: Origin, message: String) -> Self {
        Self { origin, message, is_warning: false }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.message)
    }
}

/// Why a value is invalid: a message that quotes the value, and one that does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    plain: String,
    quoting: Option<String>,
}

impl Objection {
    /// A message without the value (`plain`) and one with it (`quoting`).
    #[must_use]
    pub fn quoting(plain: impl Into<String>, quoting: impl Into<String>) -> Self {
        Self { plain: plain.into(), quoting: Some(quoting.into()) }
    }

    /// The message. It contains the value only if `quotes`.
    #[must_use]
    pub fn text(&self, quotes: bool) -> &str {
        self.quoting.as_deref().filter(|_| quotes).unwrap_or(&self.plain)
    }
}

/// A message that does not quote the value.
impl From<String> for Objection {
    fn from(plain: String) -> Self {
        Self { plain, quoting: None }
    }
}

/// The errors of an input that cannot be used, shown one per line.
#[derive(Debug, thiserror::Error)]
pub struct InputError {
    findings: Vec<Finding>,
    warnings: Vec<Finding>,
}

impl InputError {
    /// The errors, by file and line.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The warnings about the input.
    #[must_use]
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }
}

impl From<Vec<Finding>> for InputError {
    fn from(findings: Vec<Finding>) -> Self {
        Self { findings, warnings: Vec::new() }
    }
}

impl From<Finding> for InputError {
    fn from(finding: Finding) -> Self {
        Self { findings: vec![finding], warnings: Vec::new() }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.findings.iter().take(MAX_SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{finding}")?;
        }
        match self.findings.len().saturating_sub(MAX_SHOWN) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more errors"),
        }
    }
}

/// Collects the errors and warnings of one or more files.
#[derive(Debug, Default)]
pub struct Report {
    findings: RefCell<Vec<Finding>>,
    /// Warnings that are dropped if their value has an error.
    doubts: RefCell<Vec<Finding>>,
    /// Locations that get no more errors.
    settled: RefCell<HashSet<Origin>>,
}

impl Report {
    /// Adds an error.
    pub fn error(&self, origin: Origin, message: impl Into<String>) {
        if !self.settled.borrow().contains(&origin) {
            self.findings.borrow_mut().push(Finding::error(origin, message.into()));
        }
    }

    /// Adds an error and drops later errors of the same value, because they would only follow from it.
    pub fn only_error(&self, origin: Origin, message: impl Into<String>) {
        self.error(origin.clone(), message);
        self.settled.borrow_mut().insert(origin);
    }

    /// Adds a warning.
    pub fn warning(&self, origin: Origin, message: impl Into<String>) {
        self.findings.borrow_mut().push(Finding { origin, message: message.into(), is_warning: true });
    }

    /// Adds a warning that is dropped if the value has an error.
    pub fn doubt(&self, origin: Origin, message: impl Into<String>) {
        self.doubts.borrow_mut().push(Finding { origin, message: message.into(), is_warning: true });
    }

    /// Adds the errors and warnings of a file that cannot be read, so that the next file can be read.
    pub fn absorb(&self, error: InputError) {
        self.findings.borrow_mut().extend(error.findings.into_iter().chain(error.warnings));
    }

    /// Whether there is no error.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.borrow().iter().all(|finding| finding.is_warning)
    }

    /// Returns the value and the warnings. Equal warnings are combined into one with the first location.
    ///
    /// # Errors
    /// All errors, by file and line, and the warnings.
    pub fn finish<T>(self, value: T) -> Result<(T, Vec<Finding>), InputError> {
        let mut findings = self.findings.into_inner();
        let refused: HashSet<Origin> = findings
            .iter()
            .filter(|finding| !finding.is_warning)
            .map(|finding| finding.origin.clone())
            .collect();
        let doubts = self.doubts.into_inner();
        findings.extend(doubts.into_iter().filter(|doubt| !refused.contains(&doubt.origin)));
        let mut files: Vec<Arc<str>> = Vec::new();
        for finding in &findings {
            if !files.contains(&finding.origin.source) {
                files.push(Arc::clone(&finding.origin.source));
            }
        }
        findings.sort_by_key(|finding| {
            (files.iter().position(|file| *file == finding.origin.source), finding.origin.place)
        });
        if findings.iter().all(|finding| finding.is_warning) {
            return Ok((value, summarized(findings)));
        }
        let (warnings, findings) = findings.into_iter().partition(|finding: &Finding| finding.is_warning);
        Err(InputError { findings, warnings: summarized(warnings) })
    }
}

/// Each message once, with the number of further locations.
fn summarized(findings: Vec<Finding>) -> Vec<Finding> {
    let mut summaries: Vec<(Finding, usize)> = Vec::new();
    let mut indexes: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        if let Some(index) = indexes.get(&finding.message) {
            summaries[*index].1 += 1;
        } else {
            indexes.insert(finding.message.clone(), summaries.len());
            summaries.push((finding, 0));
        }
    }
    let with_count = |(mut finding, more): (Finding, usize)| {
        if more > 0 {
            finding.message = format!("{} (and {more} more like it)", finding.message);
        }
        finding
    };
    summaries.into_iter().map(with_count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(source: &str, line: usize) -> Origin {
        Origin::at(source.into(), Place::new(line, 1), "nodes".to_owned())
    }

    #[test]
    fn errors_are_sorted_by_file_and_line() {
        let report = Report::default();
        report.error(at("b.yaml", 9), "late");
        report.error(at("a.yaml", 2), "other file");
        report.warning(at("b.yaml", 1), "not an error");
        report.error(at("b.yaml", 3), "early");
        let refused = report.finish(()).expect_err("has errors");
        assert_eq!(
            refused.to_string(),
            "b.yaml:3:1: nodes: early\nb.yaml:9:1: nodes: late\na.yaml:2:1: nodes: other file"
        );
        let warnings: Vec<_> = refused.warnings().iter().map(ToString::to_string).collect();
        assert_eq!(warnings, ["b.yaml:1:1: nodes: not an error"]);
    }

    #[test]
    fn an_input_with_only_warnings_is_accepted() {
        let report = Report::default();
        report.warning(at("a", 1), "odd");
        assert!(report.is_clean());
        let (value, warnings) = report.finish(7).expect("only a warning");
        assert_eq!((value, warnings.len()), (7, 1));
    }

    #[test]
    fn a_doubt_about_a_value_with_an_error_is_dropped() {
        let report = Report::default();
        report.doubt(at("a", 1), "odd");
        report.doubt(at("a", 2), "odd");
        report.error(at("a", 1), "bad");
        let refused = report.finish(()).expect_err("has an error");
        assert_eq!(refused.to_string(), "a:1:1: nodes: bad");
        assert_eq!(
            refused.warnings().iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["a:2:1: nodes: odd"]
        );
    }

    #[test]
    fn equal_warnings_are_combined() {
        let report = Report::default();
        (1..=5).for_each(|line| report.warning(at("a", line), "odd"));
        report.warning(at("a", 9), "other");
        let ((), warnings) = report.finish(()).expect("only warnings");
        let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings, ["a:1:1: nodes: odd (and 4 more like it)", "a:9:1: nodes: other"]);
    }

    #[test]
    fn errors_beyond_the_first_hundred_are_counted() {
        let report = Report::default();
        (1..=103).for_each(|line| report.error(at("a", line), "bad"));
        let text = report.finish(()).expect_err("has errors").to_string();
        assert_eq!(text.lines().count(), 101);
        assert!(text.ends_with("and 3 more errors"), "{text}");
    }
}
