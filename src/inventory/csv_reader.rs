//! Reads CSV files cell by cell, each with its position (RFC 4180 and the variants that spreadsheets write).

use std::iter::Peekable;
use std::str::Chars;

use super::document::{InputFile, InputProblem, Position, SourceLocation};

/// Possible separators of cells. If two are equally frequent, the first wins.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// The maximum number of rows.
const MAX_ROWS: usize = 250_000;

/// The maximum number of cells in a row.
const MAX_CELLS: usize = 1000;

/// A cell: its position, and its text without quotes. Unquoted text has no white space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) at: Position,
    pub(super) text: String,
}

/// Reads the rows of a file one by one, without empty lines and lines that begin with `#`.
pub(super) struct Rows<'s> {
    file: &'s InputFile,
    rest: Peekable<Chars<'s>>,
    at: (usize, usize),
    separator: char,
    count: usize,
}

impl<'s> Rows<'s> {
    /// The rows of a file. The separator is the most frequent one in the first row, or that of a line `sep=…`, which some
    /// spreadsheets write.
    pub(super) fn new(file: &'s InputFile) -> Self {
        let text = file.text();
        let is_row = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
        let mut lines = text.split(['\n', '\r']).filter(is_row);
        let first = lines.next().unwrap_or_default();
        let count = |separator: &char| {
            let mut quoted = false;
            let outside = |c: &char| {
                quoted ^= *c == '"';
                !quoted && c == separator
            };
            first.chars().filter(outside).count()
        };
        let named = first.strip_prefix("sep=").and_then(|named| named.chars().next());
        let frequent = SEPARATORS.iter().rev().copied().max_by_key(count).unwrap_or(',');
        let mut rows = Self {
            file,
            rest: text.chars().peekable(),
            at: (1, 1),
            separator: named.unwrap_or(frequent),
            count: 0,
        };
        if named.is_some() {
            // Skip the line `sep=…`.
            while rows.step().is_some_and(|c| c != '=') {}
            while rows.rest.peek().is_some_and(|c| !matches!(c, '\n' | '\r')) {
                rows.step();
            }
        }
        rows
    }

    fn current_position(&self) -> Position {
        Position::new(self.at.0, self.at.1)
    }

    /// The next character. `\r\n` and `\r` become `\n`.
    fn step(&mut self) -> Option<char> {
        let mut c = self.rest.next()?;
        if c == '\r' {
            self.rest.next_if_eq(&'\n');
            c = '\n';
        }
        self.at = if c == '\n' { (self.at.0 + 1, 1) } else { (self.at.0, self.at.1 + 1) };
        Some(c)
    }

    fn is_at_end_of_cell(&mut self) -> bool {
        let separator = self.separator;
        self.rest.peek().is_none_or(|c| *c == separator || matches!(c, '\n' | '\r'))
    }

    /// Skips spaces and tabs, except for the separator.
    fn skip_blanks(&mut self) {
        let separator = self.separator;
        while self.rest.peek().is_some_and(|c| matches!(c, ' ' | '\t') && *c != separator) {
            self.step();
        }
    }

    fn cell(&mut self) -> Result<Cell, InputProblem> {
        self.skip_blanks();
        let at = self.current_position();
        let mut text = String::new();
        if self.rest.peek() == Some(&'"') {
            self.step();
            loop {
                match self.step() {
                    Some('"') if self.rest.peek() == Some(&'"') => text.extend(self.step()),
                    Some('"') => break,
                    Some(c) => text.push(c),
                    None => return Err(self.refuse(at, "this quote is not closed")),
                }
            }
            self.skip_blanks();
            if !self.is_at_end_of_cell() {
                let at = self.current_position();
                return Err(
                    self.refuse(at, "text after a closing quote (double a quote that is part of a cell)")
                );
            }
        } else {
            while !self.is_at_end_of_cell() {
                text.extend(self.step());
            }
            text.truncate(text.trim_end().len());
        }
        Ok(Cell { at, text })
    }

    fn refuse(&self, at: Position, message: &str) -> InputProblem {
        InputProblem::error(
            SourceLocation::at(self.file.name().clone(), at, String::new()),
            message.to_owned(),
        )
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Vec<Cell>, InputProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let is_comment = self.rest.peek()? == &'#';
            let mut row = Vec::new();
            loop {
                if is_comment {
                    while self.rest.peek().is_some_and(|c| !matches!(c, '\n' | '\r')) {
                        self.step();
                    }
                } else {
                    match self.cell() {
                        Ok(_) if row.len() == MAX_CELLS || self.count == MAX_ROWS => {
                            let message = if row.is_empty() {
                                format!("more than {MAX_ROWS} rows, split the file")
                            } else {
                                format!("a row has more than {MAX_CELLS} cells")
                            };
                            let error = self.refuse(self.current_position(), &message);
                            self.rest = "".chars().peekable();
                            return Some(Err(error));
                        }
                        Ok(cell) => row.push(cell),
                        Err(error) => {
                            // The rest cannot be split into cells.
                            self.rest = "".chars().peekable();
                            return Some(Err(error));
                        }
                    }
                }
                if self.step().is_none_or(|c| c == '\n') {
                    break;
                }
            }
            if row.iter().any(|cell| !cell.text.is_empty()) {
                self.count += 1;
                return Some(Ok(row));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Result<Vec<String>, String>> {
        let file = InputFile::from_text("f.csv", text);
        let texts = |row: Vec<Cell>| row.into_iter().map(|cell| cell.text).collect();
        Rows::new(&file).map(|row| row.map(texts).map_err(|error| error.to_string())).collect()
    }

    #[test]
    fn all_separators_quotes_and_line_ends_are_read() {
        let expected =
            [Ok(vec!["name".to_owned(), "x".to_owned()]), Ok(vec!["a, b".to_owned(), String::new()])];
        for text in [
            "name,x\n\"a, b\",\n",
            "name;x\r\na, b;\r\n",
            "name\tx\r\ra, b\t",
            "sep=;\nname;x\n\n# a comment, \"\n \"a, b\" ; ",
            "sep=|\r\nname|x\r\n;\r\na, b|\r\n".replace(";\r\n", "").as_str(),
        ] {
            assert_eq!(rows(text), expected, "{text}");
        }
        assert_eq!(
            rows("\"a \"\"b\"\"\nc\",5\" disk,d"),
            [Ok(vec!["a \"b\"\nc".into(), "5\" disk".into(), "d".into()])]
        );
        assert!(rows("").is_empty() && rows(",,\n\n;\n").len() == 1);
    }

    #[test]
    fn too_many_rows_or_cells_are_refused() {
        let last = |text: &str| rows(text).pop().expect("a row").expect_err("too many");
        let error = last(&"a\n".repeat(MAX_ROWS + 1));
        assert!(error.contains("f.csv:250001:") && error.contains("more than 250000 rows"), "{error}");
        let error = last(&"a,".repeat(MAX_CELLS + 1));
        assert!(error.contains("f.csv:1:") && error.contains("more than 1000 cells"), "{error}");
    }

    #[test]
    fn cells_have_positions() {
        let file = InputFile::from_text("f.csv", "größe, \"a\nb\" ,c\r\n , x");
        let positions: Vec<_> =
            Rows::new(&file).flatten().flatten().map(|cell| (cell.at.line, cell.at.column)).collect();
        assert_eq!(positions, [(1, 1), (1, 8), (2, 5), (3, 2), (3, 4)]);
    }

    #[test]
    fn misplaced_quotes_are_reported_with_their_position() {
        assert_eq!(
            rows("a,b\nc,\"hunter2\nd,e\n"),
            [Ok(vec!["a".to_owned(), "b".to_owned()]), Err("f.csv:2:3: this quote is not closed".to_owned())]
        );
        assert_eq!(
            rows("a,\"hunter2\"x\nb,c\n"),
            [
                Err("f.csv:1:12: text after a closing quote (double a quote that is part of a cell)"
                    .to_owned())
            ]
        );
    }
}
