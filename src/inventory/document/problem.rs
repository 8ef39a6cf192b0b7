//! What is wrong with a file, all of it, each with its place.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::Place;

/// So many errors are printed one by one; the rest is counted.
const SHOWN: usize = 100;

/// A spot of a file, as messages name it: `nodes.yaml:12:7: nodes[3].properties`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    source: Arc<str>,
    place: Option<Place>,
    path: String,
    /// Whether messages about it may quote what stands there.
    quotes: bool,
}

impl Origin {
    /// A whole file, or a source that has no lines, such as the command line.
    #[must_use]
    pub fn file(source: Arc<str>) -> Self {
        Self { source, place: None, path: String::new(), quotes: true }
    }

    /// A place in a file, and the way to it through the keys (empty for the top).
    #[must_use]
    pub fn at(source: Arc<str>, place: Place, path: String) -> Self {
        Self { source, place: Some(place).filter(|place| *place != Place::NOWHERE), path, quotes: true }
    }

    /// The same spot, for messages that may not quote what stands there.
    #[must_use]
    pub fn without_quotes(self) -> Self {
        Self { quotes: false, ..self }
    }

    /// A value from there as a message may have it: in quotes after a blank, or not at all.
    #[must_use]
    pub fn quoted(&self, value: &str) -> String {
        if self.quotes { format!(" `{value}`") } else { String::new() }
    }

    /// The file's name.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The line, unless it is a whole file or has no lines.
    pub(super) fn line(&self) -> Option<u32> {
        self.place.map(|place| place.line)
    }

    /// `nodes.yaml:12` or, where there are no lines, the file's name alone: for "first given at".
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

/// One thing that is wrong with an input, or odd about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub origin: Origin,
    /// What, without the place.
    pub message: String,
    /// Whether the input can be used all the same.
    pub is_warning: bool,
}

impl Finding {
    /// A reason to refuse the input.
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

/// What a rule has to say against a value: with the value in it, and without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    plain: String,
    quoting: Option<String>,
}

impl Objection {
    /// An objection that can be put without the value (`plain`) and with it.
    #[must_use]
    pub fn quoting(plain: impl Into<String>, quoting: impl Into<String>) -> Self {
        Self { plain: plain.into(), quoting: Some(quoting.into()) }
    }

    /// The message, in which the value stands only if that is allowed.
    #[must_use]
    pub fn text(&self, quotes: bool) -> &str {
        self.quoting.as_deref().filter(|_| quotes).unwrap_or(&self.plain)
    }
}

/// An objection that does not quote the value.
impl From<String> for Objection {
    fn from(plain: String) -> Self {
        Self { plain, quoting: None }
    }
}

/// Why an input was refused: every error in it, one a line.
#[derive(Debug, thiserror::Error)]
pub struct InputError {
    findings: Vec<Finding>,
    warnings: Vec<Finding>,
}

impl InputError {
    /// The errors, file by file in the order of lines.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What else is odd about the input.
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
        for (index, finding) in self.findings.iter().take(SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{finding}")?;
        }
        match self.findings.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more errors"),
        }
    }
}

/// Collects what is found while files are read. One may serve several files.
#[derive(Debug, Default)]
pub struct Report {
    findings: RefCell<Vec<Finding>>,
    /// Warnings about values, unless these are refused anyway.
    doubts: RefCell<Vec<Finding>>,
    /// Of what stands there all is said.
    settled: RefCell<HashSet<Origin>>,
}

impl Report {
    /// Notes a reason to refuse the input.
    pub fn error(&self, origin: Origin, message: impl Into<String>) {
        if !self.settled.borrow().contains(&origin) {
            self.findings.borrow_mut().push(Finding::error(origin, message.into()));
        }
    }

    /// Notes a reason to refuse the input, from which all else follows that might be said of the same value.
    pub fn only_error(&self, origin: Origin, message: impl Into<String>) {
        self.error(origin.clone(), message);
        self.settled.borrow_mut().insert(origin);
    }

    /// Notes something the operator should know although the input can be used.
    pub fn warning(&self, origin: Origin, message: impl Into<String>) {
        self.findings.borrow_mut().push(Finding { origin, message: message.into(), is_warning: true });
    }

    /// Notes a doubt about a value, which becomes a warning unless the value is refused anyway.
    pub fn doubt(&self, origin: Origin, message: impl Into<String>) {
        self.doubts.borrow_mut().push(Finding { origin, message: message.into(), is_warning: true });
    }

    /// Takes over what made one file unreadable, to go on with the next.
    pub fn absorb(&self, error: InputError) {
        self.findings.borrow_mut().extend(error.findings.into_iter().chain(error.warnings));
    }

    /// Whether nothing was found that forbids to use the input.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.borrow().iter().all(|finding| finding.is_warning)
    }

    /// The value with the warnings, if there was no error. A warning that many places deserve names the first.
    ///
    /// # Errors
    /// All errors, file by file in the order of lines, and the warnings with them.
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
            return Ok((value, summarised(findings)));
        }
        let (warnings, findings) = findings.into_iter().partition(|finding: &Finding| finding.is_warning);
        Err(InputError { findings, warnings: summarised(warnings) })
    }
}

/// Each message once, with the number of places that it was said of besides the first.
fn summarised(findings: Vec<Finding>) -> Vec<Finding> {
    let mut said: Vec<(Finding, usize)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        if let Some(index) = places.get(&finding.message) {
            said[*index].1 += 1;
        } else {
            places.insert(finding.message.clone(), said.len());
            said.push((finding, 0));
        }
    }
    let summary = |(mut finding, more): (Finding, usize)| {
        if more > 0 {
            finding.message = format!("{} (and {more} more like it)", finding.message);
        }
        finding
    };
    said.into_iter().map(summary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(source: &str, line: usize) -> Origin {
        Origin::at(source.into(), Place::new(line, 1), "nodes".to_owned())
    }

    #[test]
    fn errors_come_file_by_file_in_the_order_of_lines() {
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
    fn warnings_alone_refuse_nothing() {
        let report = Report::default();
        report.warning(at("a", 1), "odd");
        assert!(report.is_clean());
        let (value, warnings) = report.finish(7).expect("only a warning");
        assert_eq!((value, warnings.len()), (7, 1));
    }

    #[test]
    fn a_doubt_about_a_refused_value_is_dropped() {
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
    fn a_warning_that_many_places_deserve_is_said_once() {
        let report = Report::default();
        (1..=5).for_each(|line| report.warning(at("a", line), "odd"));
        report.warning(at("a", 9), "other");
        let ((), warnings) = report.finish(()).expect("only warnings");
        let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings, ["a:1:1: nodes: odd (and 4 more like it)", "a:9:1: nodes: other"]);
    }

    #[test]
    fn a_flood_of_errors_is_counted() {
        let report = Report::default();
        (1..=103).for_each(|line| report.error(at("a", line), "bad"));
        let text = report.finish(()).expect_err("has errors").to_string();
        assert_eq!(text.lines().count(), 101);
        assert!(text.ends_with("and 3 more errors"), "{text}");
    }
}
