//! Errors and warnings about input files, each with its location.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::Position;

/// The maximum number of errors in a message; further ones are only counted.
const MAX_SHOWN: usize = 100;

/// A location in a file, as shown in messages: `nodes.yaml:12:7: nodes[3].properties`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SourceLocation {
    file: Arc<str>,
    position: Option<Position>,
    path: String,
    /// Whether messages may quote the value.
    quotes: bool,
}

impl SourceLocation {
    /// A whole file, or an input without lines, such as the command line.
    #[must_use]
    pub fn file(file: Arc<str>) -> Self {
        Self { file, position: None, path: String::new(), quotes: true }
    }

    /// A position in a file, and the path of keys to it (empty for the top level).
    #[must_use]
    pub fn at(file: Arc<str>, position: Position, path: String) -> Self {
        Self {
            file,
            position: Some(position).filter(|position| *position != Position::NONE),
            path,
            quotes: true,
        }
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
    pub fn file_name(&self) -> &str {
        &self.file
    }

    /// The line, if the location has one.
    pub(super) fn line(&self) -> Option<u32> {
        self.position.map(|position| position.line)
    }

    /// `nodes.yaml:12`, or the name of the file if there is no line.
    #[must_use]
    pub fn short(&self) -> String {
        match self.position {
            Some(position) => format!("{}:{}", self.file, position.line),
            None => self.file.to_string(),
        }
    }
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        if self.path.is_empty() { Ok(()) } else { write!(f, ": {}", self.path) }
    }
}

/// An error or a warning about an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputProblem {
    /// Its location.
    pub location: SourceLocation,
    /// The message, without the location.
    pub message: String,
    /// Whether the input can be used in spite of it.
    pub is_warning: bool,
}

impl InputProblem {
    /// An error: the input cannot be used.
    #[must_use]
    pub fn error(location: SourceLocation, message: String) -> Self {
        Self { location, message, is_warning: false }
    }
}

impl fmt::Display for InputProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, self.message)
    }
}

/// Why a value is invalid: a message that quotes the value, and one that does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidValue {
    plain: String,
    quoting: Option<String>,
}

impl InvalidValue {
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
impl From<String> for InvalidValue {
    fn from(plain: String) -> Self {
        Self { plain, quoting: None }
    }
}

/// The errors of an input that cannot be used, shown one per line.
#[derive(Debug, thiserror::Error)]
pub struct InputError {
    problems: Vec<InputProblem>,
    warnings: Vec<InputProblem>,
}

impl InputError {
    /// The errors, by file and line.
    #[must_use]
    pub fn errors(&self) -> &[InputProblem] {
        &self.problems
    }

    /// The warnings about the input.
    #[must_use]
    pub fn warnings(&self) -> &[InputProblem] {
        &self.warnings
    }
}

impl From<Vec<InputProblem>> for InputError {
    fn from(problems: Vec<InputProblem>) -> Self {
        Self { problems, warnings: Vec::new() }
    }
}

impl From<InputProblem> for InputError {
    fn from(problem: InputProblem) -> Self {
        Self { problems: vec![problem], warnings: Vec::new() }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().take(MAX_SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        match self.problems.len().saturating_sub(MAX_SHOWN) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more errors"),
        }
    }
}

/// Collects the errors and warnings of one or more files.
#[derive(Debug, Default)]
pub struct Report {
    problems: RefCell<Vec<InputProblem>>,
    /// Warnings that are dropped if their value has an error.
    doubts: RefCell<Vec<InputProblem>>,
    /// Locations that get no more errors.
    settled: RefCell<HashSet<SourceLocation>>,
}

impl Report {
    /// Adds an error.
    pub fn error(&self, location: SourceLocation, message: impl Into<String>) {
        if !self.settled.borrow().contains(&location) {
            self.problems.borrow_mut().push(InputProblem::error(location, message.into()));
        }
    }

    /// Adds an error and drops later errors of the same value, because they would only follow from it.
    pub fn only_error(&self, location: SourceLocation, message: impl Into<String>) {
        self.error(location.clone(), message);
        self.settled.borrow_mut().insert(location);
    }

    /// Adds a warning.
    pub fn warning(&self, location: SourceLocation, message: impl Into<String>) {
        self.problems.borrow_mut().push(InputProblem { location, message: message.into(), is_warning: true });
    }

    /// Adds a warning that is dropped if the value has an error.
    pub fn warning_unless_error(&self, location: SourceLocation, message: impl Into<String>) {
        self.doubts.borrow_mut().push(InputProblem { location, message: message.into(), is_warning: true });
    }

    /// Adds the errors and warnings of a file that cannot be read, so that the next file can be read.
    pub fn absorb(&self, error: InputError) {
        self.problems.borrow_mut().extend(error.problems.into_iter().chain(error.warnings));
    }

    /// Whether there is no error.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.problems.borrow().iter().all(|problem| problem.is_warning)
    }

    /// Returns the value and the warnings. Equal warnings are combined into one with the first location.
    ///
    /// # Errors
    /// All errors, by file and line, and the warnings.
    pub fn finish<T>(self, value: T) -> Result<(T, Vec<InputProblem>), InputError> {
        let mut problems = self.problems.into_inner();
        let refused: HashSet<SourceLocation> = problems
            .iter()
            .filter(|problem| !problem.is_warning)
            .map(|problem| problem.location.clone())
            .collect();
        let doubts = self.doubts.into_inner();
        problems.extend(doubts.into_iter().filter(|doubt| !refused.contains(&doubt.location)));
        let mut files: Vec<Arc<str>> = Vec::new();
        for problem in &problems {
            if !files.contains(&problem.location.file) {
                files.push(Arc::clone(&problem.location.file));
            }
        }
        problems.sort_by_key(|problem| {
            (files.iter().position(|file| *file == problem.location.file), problem.location.position)
        });
        if problems.iter().all(|problem| problem.is_warning) {
            return Ok((value, summarized(problems)));
        }
        let (warnings, problems) =
            problems.into_iter().partition(|problem: &InputProblem| problem.is_warning);
        Err(InputError { problems, warnings: summarized(warnings) })
    }
}

/// Each message once, with the number of further locations.
fn summarized(problems: Vec<InputProblem>) -> Vec<InputProblem> {
    let mut summaries: Vec<(InputProblem, usize)> = Vec::new();
    let mut indexes: HashMap<String, usize> = HashMap::new();
    for problem in problems {
        if let Some(index) = indexes.get(&problem.message) {
            summaries[*index].1 += 1;
        } else {
            indexes.insert(problem.message.clone(), summaries.len());
            summaries.push((problem, 0));
        }
    }
    let with_count = |(mut problem, more): (InputProblem, usize)| {
        if more > 0 {
            problem.message = format!("{} (and {more} more like it)", problem.message);
        }
        problem
    };
    summaries.into_iter().map(with_count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(file: &str, line: usize) -> SourceLocation {
        SourceLocation::at(file.into(), Position::new(line, 1), "nodes".to_owned())
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
        report.warning_unless_error(at("a", 1), "odd");
        report.warning_unless_error(at("a", 2), "odd");
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
